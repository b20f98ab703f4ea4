// The words of the page, in English and Chinese.

const WORDS = {
  en: {
    newChat: "New chat", conversations: "Conversations", settings: "Settings", account: "Account", signIn: "Sign in",
    signOut: "Sign out", name: "Account name", password: "Password", send: "Send", stop: "Stop", message: "Message",
    placeholder: "Ask something. Enter sends, Shift+Enter starts a new line.", copy: "Copy", copied: "Copied",
    edit: "Edit", regenerate: "Answer again", previous: "Previous version", next: "Next version", cancel: "Cancel",
    save: "Save", remove: "Delete", removeAsk: "Delete this conversation?", system: "System prompt",
    systemHint: "What the model is told before the conversation", temperature: "Temperature", topP: "Top-p",
    maxTokens: "Longest answer, in tokens", automatic: "Model's default", language: "中文", theme: "Light or dark",
    you: "You", model: "Model", thinking: "Waiting for the first word", welcome: "What would you like to know?",
    stopped: "Stopped", lengthEnd: "The answer was cut at its longest length.", menu: "Conversations and menu",
    failed: "That did not work: ", tokens: "{0} tokens, {1} of them from the cache", empty: "No conversations yet",
    untitled: "New conversation", keys: "API keys", newKey: "New key", keyName: "Name of the key",
    keyShown: "This key is shown once. Keep it somewhere safe.", revoke: "Revoke", revokeAsk: "Revoke this key? Programs that use it stop working.",
    balance: "Balance", usage: "Usage of the last 30 days", created: "made {0}", back: "Back to the chat", skip: "Skip to the message box",
    noModel: "The model is still being loaded.", lastUsed: "Prefix", requests: "requests",
  },
  zh: {
    newChat: "新对话", conversations: "对话", settings: "设置", account: "账户", signIn: "登录", signOut: "退出登录",
    name: "账户名", password: "密码", send: "发送", stop: "停止", message: "消息",
    placeholder: "请输入问题。按 Enter 发送，Shift+Enter 换行。", copy: "复制", copied: "已复制", edit: "编辑",
    regenerate: "重新回答", previous: "上一个版本", next: "下一个版本", cancel: "取消", save: "保存", remove: "删除",
    removeAsk: "要删除这个对话吗？", system: "系统提示", systemHint: "对话开始之前告诉模型的话", temperature: "温度",
    topP: "Top-p", maxTokens: "回答的最大长度（词元）", automatic: "模型默认值", language: "English", theme: "浅色或深色",
    you: "你", model: "模型", thinking: "正在等待第一个字", welcome: "想了解什么？", stopped: "已停止",
    lengthEnd: "回答达到最大长度，已被截断。", menu: "对话和菜单", failed: "出错了：", tokens: "{0} 个词元，其中 {1} 个来自缓存",
    empty: "还没有对话", untitled: "新对话", keys: "API 密钥", newKey: "新建密钥", keyName: "密钥名称",
    keyShown: "密钥只显示这一次，请妥善保存。", revoke: "吊销", revokeAsk: "要吊销这个密钥吗？使用它的程序将无法继续工作。",
    balance: "余额", usage: "最近 30 天的用量", created: "创建于 {0}", back: "返回对话", skip: "跳到输入框",
    noModel: "模型正在加载。", lastUsed: "前缀", requests: "次请求",
  },
};

const KEY = "deepseek.language";
let language = localStorage.getItem(KEY) ?? (navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en");
if (!WORDS[language]) language = "en";

export function t(key, ...values) {
  return values.reduce((text, value, index) => text.replace(`{${index}}`, value), WORDS[language][key] ?? key);
}

export function toggleLanguage() {
  language = language === "en" ? "zh" : "en";
  localStorage.setItem(KEY, language);
}

/** Fills in what the page names: data-text, data-label (for readers of the screen, and as a tip), data-placeholder. */
export function translate(root = document) {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  for (const node of root.querySelectorAll("[data-text]")) node.textContent = t(node.dataset.text);
  for (const node of root.querySelectorAll("[data-label]")) {
    node.setAttribute("aria-label", t(node.dataset.label));
    node.title = t(node.dataset.label);
  }
  for (const node of root.querySelectorAll("[data-placeholder]")) node.placeholder = t(node.dataset.placeholder);
}
