// The messages of a conversation, as they are shown.

import { h } from "./dom.js";
import { t } from "./i18n.js";
import { markdown } from "./markdown.js";
import { path, versions } from "./conversation.js";

export class Transcript {
  /** @param actions edit(node, text), regenerate(node), choose(node) */
  constructor(root, actions) {
    this.root = root;
    this.actions = actions;
  }

  show(conversation) {
    const nodes = path(conversation);
    this.root.replaceChildren(
      ...(nodes.length ? nodes.map((node) => this.message(conversation, node)) : [h("p", { class: "welcome" }, t("welcome"))]));
    this.scroll(true);
  }

  message(conversation, node) {
    const content = h("div", { class: "content" });
    fill(content, node);
    const bar = h("div", { class: "actions" }, ...this.versionSwitch(conversation, node),
      button("copy", t("copy"), async (event) => {
        await navigator.clipboard.writeText(node.content);
        event.target.textContent = t("copied");
        setTimeout(() => (event.target.textContent = t("copy")), 1200);
      }),
      node.role === "user" ? button("edit", "✎", () => this.edit(article, node)) : button("regenerate", "↻", () => this.actions.regenerate(node)));
    const article = h("article", { class: "message " + node.role, "data-id": node.id, "aria-label": t(node.role === "user" ? "you" : "model") }, content, bar);
    return article;
  }

  versionSwitch(conversation, node) {
    const all = versions(conversation, node);
    if (all.length < 2) return [];
    const place = all.findIndex((other) => other.id === node.id);
    const go = (step) => () => all[place + step] && this.actions.choose(all[place + step]);
    return [button("previous", "‹", go(-1), place === 0), h("span", {}, `${place + 1}/${all.length}`),
      button("next", "›", go(1), place === all.length - 1)];
  }

  edit(article, node) {
    const area = h("textarea", { "aria-label": t("edit"), rows: Math.min(node.content.split("\n").length + 1, 12) });
    area.value = node.content;
    const close = () => article.replaceChildren(...before);
    const before = [...article.childNodes];
    const form = h("form", {
      onsubmit: (event) => {
        event.preventDefault();
        if (area.value.trim()) this.actions.edit(node, area.value);
      },
      onkeydown: (event) => event.key === "Escape" && close(),
    }, area, h("div", { class: "buttons" }, h("button", { type: "button", onclick: close }, t("cancel")),
      h("button", { type: "submit", class: "primary" }, t("send"))));
    article.replaceChildren(form);
    area.focus();
  }

  /** Shows an answer that is still being written; the function that it returns takes the text so far. */
  begin(node) {
    const content = h("div", { class: "content" }, h("span", { class: "waiting", role: "status" }, t("thinking")));
    const article = h("article", { class: "message assistant", "data-id": node.id, "aria-label": t("model"), "aria-busy": "true" }, content);
    this.root.append(article);
    this.scroll(true);
    let isPlanned = false;
    return () => {
      if (isPlanned) return;
      isPlanned = true;
      requestAnimationFrame(() => {
        isPlanned = false;
        fill(content, node);
        this.scroll(false);
      });
    };
  }

  note(text, isError = false) {
    this.root.append(h("p", { class: isError ? "note error" : "note", role: isError ? "alert" : "status" }, text));
    this.scroll(true);
  }

  /** To the end, unless its reader has scrolled away from there. */
  scroll(isForced) {
    const box = this.root.parentElement;
    if (isForced || box.scrollHeight - box.scrollTop - box.clientHeight < 120) box.scrollTop = box.scrollHeight;
  }
}

function fill(content, node) {
  if (node.role === "assistant") content.replaceChildren(markdown(node.content, t("copy")));
  else content.textContent = node.content;
}

function button(label, sign, onclick, disabled = false) {
  return h("button", { type: "button", class: "small", "aria-label": t(label), title: t(label), disabled, onclick }, sign);
}
