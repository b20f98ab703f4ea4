// Where conversations are kept: with the account that is signed in, or in this browser where there are no accounts.

import { request } from "./api.js";
import { restore } from "./conversation.js";

const PREFIX = "deepseek.conversation.";

/** In this browser. */
class BrowserStore {
  async list() {
    const found = [];
    for (let index = 0; index < localStorage.length; index++) {
      const key = localStorage.key(index);
      if (!key.startsWith(PREFIX)) continue;
      const conversation = parse(localStorage.getItem(key));
      if (conversation) found.push({ id: conversation.id, title: conversation.title, updated: conversation.updated });
    }
    return found.sort((a, b) => b.updated - a.updated);
  }

  async load(id) {
    return parse(localStorage.getItem(PREFIX + id));
  }

  async save(conversation) {
    localStorage.setItem(PREFIX + conversation.id, JSON.stringify(conversation));
  }

  async remove(id) {
    localStorage.removeItem(PREFIX + id);
  }
}

/** With the account. */
class AccountStore {
  async list() {
    return (await request("GET", "/site/conversations")).conversations;
  }

  async load(id) {
    return restore(await request("GET", "/site/conversations/" + encodeURIComponent(id)));
  }

  async save(conversation) {
    await request("PUT", "/site/conversations/" + encodeURIComponent(conversation.id), conversation);
  }

  async remove(id) {
    await request("DELETE", "/site/conversations/" + encodeURIComponent(id));
  }
}

export function openStore(hasAccounts) {
  return hasAccounts ? new AccountStore() : new BrowserStore();
}

function parse(text) {
  try {
    return restore(JSON.parse(text));
  } catch {
    return null;
  }
}
