// The chat page: what its buttons do.

import { APIError, chat, request } from "./api.js";
import { append, messages, newConversation, show } from "./conversation.js";
import { $, applyTheme, h, toggleTheme } from "./dom.js";
import { t, toggleLanguage, translate } from "./i18n.js";
import { openStore } from "./store.js";
import { Transcript } from "./transcript.js";

/** Before the name of the conversation that is shown, in the page's address. */
const HASH = "#c=";

let site = { accounts: false, account: null, model: null };
let store = openStore(false);
let conversation = newConversation();
/** Of the answer that is being written. */
let running = null;

const transcript = new Transcript($("#messages"), {
  edit: (node, text) => ask(text, node.parent),
  regenerate: (node) => answer(node.parent),
  choose: (node) => {
    show(conversation, node);
    transcript.show(conversation);
    keep();
  },
});

async function ask(text, parent) {
  if (running) return;
  const node = append(conversation, parent, "user", text);
  transcript.show(conversation);
  await keep();
  await answer(node.id);
}

async function answer(parent) {
  if (running) return;
  conversation.leaf = parent;
  transcript.show(conversation);
  const asked = messages(conversation);
  const target = conversation;
  const node = append(target, parent, "assistant", "");
  const update = transcript.begin(node);
  running = new AbortController();
  showState();
  let note = null;
  let error = null;
  try {
    const result = await chat(asked, { ...target.settings, model: site.model }, running.signal, (piece) => {
      node.content += piece;
      update();
    });
    if (result.reason === "length") note = t("lengthEnd");
    else if (result.usage) note = t("tokens", result.usage.total_tokens, result.usage.prompt_cache_hit_tokens ?? 0);
  } catch (failure) {
    if (running.signal.aborted) note = t("stopped");
    else error = failure;
  }
  running = null;
  if (!node.content) {
    // Nothing came: the question stays, to be asked again.
    delete target.nodes[node.id];
    target.leaf = parent;
  }
  if (target === conversation) {
    transcript.show(target);
    if (error) report(error);
    else if (note) transcript.note(note);
  }
  showState();
  await keep(target);
  $("#text").focus();
}

async function keep(target = conversation) {
  try {
    await store.save(target);
    await list();
  } catch (error) {
    report(error);
  }
}

async function list() {
  const all = await store.list();
  $("#list").replaceChildren(...(all.length ? all.map(row) : [h("li", { class: "hint" }, t("empty"))]));
}

function row(item) {
  const isCurrent = item.id === conversation.id;
  return h("li", { class: isCurrent ? "current" : null },
    h("button", { type: "button", class: "title", "aria-current": isCurrent ? "page" : null, onclick: () => open(item.id) }, item.title || t("untitled")),
    h("button", { type: "button", class: "small", "aria-label": `${t("remove")}: ${item.title}`, title: t("remove"), onclick: () => remove(item.id) }, "×"));
}

async function open(id) {
  if (running) running.abort();
  const found = await store.load(id);
  if (found) conversation = found;
  location.hash = found ? HASH + id : "";
  transcript.show(conversation);
  closeMenu();
  await list();
}

async function remove(id) {
  if (!confirm(t("removeAsk"))) return;
  await store.remove(id);
  if (id === conversation.id) begin();
  await list();
}

function begin() {
  if (running) running.abort();
  conversation = newConversation({ ...conversation.settings });
  location.hash = "";
  transcript.show(conversation);
  closeMenu();
  $("#text").focus();
}

function report(error) {
  if (error instanceof APIError && error.status === 401 && site.accounts) return showSignIn();
  transcript.note(t("failed") + error.message, true);
}

function showState() {
  $("#send").hidden = Boolean(running);
  $("#stop").hidden = !running;
}

function closeMenu() {
  document.body.classList.remove("menu-open");
  $("#menu").setAttribute("aria-expanded", "false");
}

function showSettings() {
  const form = $("#settings form");
  for (const name of ["system", "temperature", "top_p", "max_tokens"]) form.elements[name].value = conversation.settings[name] ?? "";
  $("#settings").showModal();
}

function takeSettings() {
  const form = $("#settings form");
  const settings = { system: form.elements.system.value };
  for (const name of ["temperature", "top_p", "max_tokens"]) {
    if (form.elements[name].value !== "") settings[name] = form.elements[name].valueAsNumber;
  }
  conversation.settings = settings;
  if (conversation.leaf) keep();
}

function showSignIn() {
  $("#sign-in-error").textContent = "";
  if (!$("#sign-in").open) $("#sign-in").showModal();
}

async function signIn(event) {
  event.preventDefault();
  const { name, password } = event.target.elements;
  try {
    await request("POST", "/site/session", { name: name.value, password: password.value });
    password.value = "";
    $("#sign-in").close();
    await start();
  } catch (error) {
    $("#sign-in-error").textContent = error.message;
  }
}

async function start() {
  try {
    site = await request("GET", "/site/session");
  } catch (error) {
    return report(error);
  }
  store = openStore(site.accounts);
  $("#model").textContent = site.model ?? t("noModel");
  for (const node of document.querySelectorAll(".with-account")) node.hidden = !site.account;
  if (site.accounts && !site.account) return showSignIn();
  if (location.hash.startsWith(HASH)) await open(location.hash.slice(HASH.length));
  else await list();
}

$("#composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = $("#text").value;
  if (!text.trim() || running) return;
  $("#text").value = "";
  grow();
  ask(text, conversation.leaf).then(() => (location.hash = HASH + conversation.id));
});
$("#text").addEventListener("keydown", (event) => {
  // Not while an input method is composing, whose Enter chooses a word.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  $("#composer").requestSubmit();
});
function grow() {
  const area = $("#text");
  area.rows = Math.min(Math.max(area.value.split("\n").length, 1), 10);
}
$("#text").addEventListener("input", grow);
$("#stop").addEventListener("click", () => running?.abort());
$("#new").addEventListener("click", begin);
$("#menu").addEventListener("click", () => {
  const isOpen = document.body.classList.toggle("menu-open");
  $("#menu").setAttribute("aria-expanded", String(isOpen));
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
  if (document.body.classList.contains("menu-open")) closeMenu();
  else running?.abort();
});
$("#open-settings").addEventListener("click", showSettings);
$("#settings").addEventListener("close", () => $("#settings").returnValue === "save" && takeSettings());
$("#theme").addEventListener("click", toggleTheme);
$("#language").addEventListener("click", async () => {
  toggleLanguage();
  translate();
  transcript.show(conversation);
  await list();
});
$("#sign-in form").addEventListener("submit", signIn);
$("#sign-in").addEventListener("cancel", (event) => event.preventDefault());
$("#sign-out").addEventListener("click", async () => {
  await request("DELETE", "/site/session");
  conversation = newConversation();
  $("#list").replaceChildren();
  location.hash = "";
  transcript.show(conversation);
  await start();
});

applyTheme();
translate();
transcript.show(conversation);
await start();
