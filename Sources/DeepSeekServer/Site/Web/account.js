// The page of a signed-in account: keys, balance, usage.

import { request } from "./api.js";
import { $, applyTheme, h } from "./dom.js";
import { t, translate } from "./i18n.js";

async function showKeys() {
  const { keys } = await request("GET", "/site/keys");
  $("#keys").replaceChildren(...keys.map((key) =>
    h("li", {}, h("strong", {}, key.name), " ", h("code", {}, key.prefix + "…"), " ",
      h("span", { class: "hint" }, t("created", new Date(key.created * 1000).toLocaleDateString(document.documentElement.lang))), " ",
      h("button", { type: "button", onclick: () => revoke(key.id) }, t("revoke")))));
}

async function revoke(id) {
  if (!confirm(t("revokeAsk"))) return;
  await attempt(async () => {
    await request("DELETE", "/site/keys/" + encodeURIComponent(id));
    await showKeys();
  });
}

async function showUsage() {
  const { days } = await request("GET", "/site/usage");
  const columns = ["day", "model", "requests", "cache_hit_tokens", "cache_miss_tokens", "output_tokens", "cost"];
  $("#usage").replaceChildren(
    h("thead", {}, h("tr", {}, ...columns.map((name) => h("th", {}, name.replaceAll("_", " "))))),
    h("tbody", {}, ...days.map((day) => h("tr", {}, ...columns.map((name) => h("td", {}, String(day[name] ?? "")))))));
  $("#tokens-chart").src = "/site/usage.svg";
  $("#tokens-chart").alt = t("usage");
}

async function attempt(work) {
  $("#error").textContent = "";
  try {
    await work();
  } catch (error) {
    if (error.status === 401) location.href = "/";
    else $("#error").textContent = t("failed") + error.message;
  }
}

$("#make-key").addEventListener("submit", (event) => {
  event.preventDefault();
  const name = event.target.elements.name;
  attempt(async () => {
    const made = await request("POST", "/site/keys", { name: name.value });
    name.value = "";
    $("#made-key").hidden = false;
    $("#made-key code").textContent = made.key;
    await showKeys();
  });
});
$("#made-key button").addEventListener("click", () => navigator.clipboard.writeText($("#made-key code").textContent));

applyTheme();
translate();
await attempt(async () => {
  const session = await request("GET", "/site/session");
  if (!session.account) return (location.href = "/");
  $("#account-name").textContent = session.account.name;
  $("#balance").textContent = session.account.balance;
  await showKeys();
  await showUsage();
});
