// A conversation is a tree: editing a question or asking again grows a branch, and nothing that was said is lost.

/** Random enough for names that nobody needs to guess: 96 bits. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function newConversation(settings = {}) {
  return { version: 1, id: newId(), title: "", updated: Date.now(), settings, nodes: {}, leaf: null };
}

/** Adds a message below another (null for the beginning) and makes it the end of what is shown. */
export function append(conversation, parent, role, content) {
  const node = { id: newId(), parent, role, content };
  conversation.nodes[node.id] = node;
  conversation.leaf = node.id;
  conversation.updated = Date.now();
  if (!conversation.title && role === "user") conversation.title = titleOf(content);
  return node;
}

/** The messages from the beginning to a node. */
export function path(conversation, leaf = conversation.leaf) {
  const nodes = [];
  const seen = new Set();
  for (let id = leaf; id && conversation.nodes[id] && !seen.has(id); id = conversation.nodes[id].parent) {
    seen.add(id);
    nodes.unshift(conversation.nodes[id]);
  }
  return nodes;
}

/** The versions of a message: what else was said at its place. */
export function versions(conversation, node) {
  return Object.values(conversation.nodes).filter((other) => other.parent === node.parent && other.role === node.role);
}

/** Shows another version of a message, with the newest that followed it. */
export function show(conversation, node) {
  let leaf = node;
  for (;;) {
    const next = Object.values(conversation.nodes).filter((other) => other.parent === leaf.id).pop();
    if (!next) break;
    leaf = next;
  }
  conversation.leaf = leaf.id;
}

/** What is sent to the model. */
export function messages(conversation, leaf = conversation.leaf) {
  const system = (conversation.settings.system || "").trim();
  return [
    ...(system ? [{ role: "system", content: system }] : []),
    ...path(conversation, leaf).map(({ role, content }) => ({ role, content })),
  ];
}

/** A conversation that was stored, or null if it cannot be one. */
export function restore(value) {
  if (!value || typeof value !== "object" || value.version !== 1 || typeof value.id !== "string") return null;
  if (!value.nodes || typeof value.nodes !== "object") return null;
  for (const node of Object.values(value.nodes)) {
    if (typeof node?.content !== "string" || !["user", "assistant"].includes(node.role)) return null;
  }
  return { title: "", updated: 0, leaf: null, ...value, settings: value.settings || {} };
}

function titleOf(text) {
  const line = text.trim().split("\n", 1)[0];
  return Array.from(line).slice(0, 48).join("") + (Array.from(line).length > 48 ? "…" : "");
}
