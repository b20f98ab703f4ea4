// Markdown to DOM nodes. Elements are made one by one and text stays text, so nothing in an answer can become script.

import { math } from "./mathml.js";

const LINK = /^(https?:|mailto:)/i;

function element(name, children = [], attributes = {}) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

/** @returns a fragment. `copyLabel` names the button on code blocks. */
export function markdown(text, copyLabel = "Copy") {
  const fragment = document.createDocumentFragment();
  fragment.append(...blocks(text.replace(/\r\n?/g, "\n").split("\n"), copyLabel, 0));
  return fragment;
}

const FENCE = /^ {0,3}(`{3,}|~{3,})\s*([\w+#.-]*)/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*$/;
const RULE = /^ {0,3}([-*_])(\s*\1){2,}\s*$/;
const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const QUOTE = /^ {0,3}> ?/;
const DIVIDER = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

function blocks(lines, copyLabel, depth) {
  const nodes = [];
  let index = 0;
  // Lists and quotations in each other, deeper than anyone reads, stay text.
  const mayNest = depth < 12;
  while (index < lines.length) {
    const line = lines[index];
    let match;
    if (!line.trim()) {
      index++;
    } else if ((match = FENCE.exec(line))) {
      const close = new RegExp("^ {0,3}" + match[1][0] + "{" + match[1].length + ",}\\s*$");
      const start = ++index;
      while (index < lines.length && !close.test(lines[index])) index++;
      nodes.push(codeBlock(lines.slice(start, index).join("\n"), match[2], copyLabel));
      index++;
    } else if ((match = /^\s*(\$\$|\\\[)/.exec(line))) {
      const end = match[1] === "$$" ? "$$" : "\\]";
      const start = index;
      let source = line.trim().slice(2);
      while (!source.trimEnd().endsWith(end) && ++index < lines.length) source += "\n" + lines[index];
      index++;
      if (source.trimEnd().endsWith(end)) nodes.push(math(source.trimEnd().slice(0, -2), true));
      else nodes.push(element("p", [lines.slice(start, index).join("\n")]));
    } else if ((match = HEADING.exec(line))) {
      // The page has its own h1.
      nodes.push(element("h" + Math.min(match[1].length + 1, 6), inline(match[2])));
      index++;
    } else if (RULE.test(line)) {
      nodes.push(element("hr"));
      index++;
    } else if (mayNest && QUOTE.test(line)) {
      const start = index;
      while (index < lines.length && QUOTE.test(lines[index])) index++;
      const inner = lines.slice(start, index).map((quoted) => quoted.replace(QUOTE, ""));
      nodes.push(element("blockquote", blocks(inner, copyLabel, depth + 1)));
    } else if (mayNest && ITEM.test(line)) {
      const [list, next] = listBlock(lines, index, copyLabel, depth);
      nodes.push(list);
      index = next;
    } else if (line.includes("|") && index + 1 < lines.length && DIVIDER.test(lines[index + 1])) {
      const start = index;
      index += 2;
      while (index < lines.length && lines[index].includes("|")) index++;
      nodes.push(table(lines.slice(start, index)));
    } else {
      const start = index++;
      while (index < lines.length && lines[index].trim() && !startsBlock(lines[index])) index++;
      nodes.push(element("p", inline(lines.slice(start, index).map((part) => part.trimStart()).join("\n"))));
    }
  }
  return nodes;
}

function startsBlock(line) {
  return FENCE.test(line) || HEADING.test(line) || RULE.test(line) || QUOTE.test(line) || ITEM.test(line)
    || /^\s*(\$\$|\\\[)/.test(line);
}

function listBlock(lines, index, copyLabel, depth) {
  const first = ITEM.exec(lines[index]);
  const indent = first[1].length;
  const isOrdered = /\d/.test(first[2]);
  const items = [];
  while (index < lines.length) {
    const match = ITEM.exec(lines[index]);
    if (!match || match[1].length < indent || /\d/.test(match[2]) !== isOrdered) break;
    const content = [match[3]];
    const width = match[0].length - match[3].length;
    index++;
    while (index < lines.length) {
      const line = lines[index];
      const spaces = /^\s*/.exec(line)[0].length;
      if (!line.trim()) {
        // A blank line ends the item, unless something indented follows.
        const next = lines[index + 1];
        if (next === undefined || /^\s*/.exec(next)[0].length <= indent) break;
      } else if (spaces <= indent) {
        break;
      }
      content.push(line.slice(Math.min(width, spaces)));
      index++;
    }
    while (index < lines.length && !lines[index].trim() && ITEM.test(lines[index + 1] ?? "")) index++;
    const inner = blocks(content, copyLabel, depth + 1);
    // A lone paragraph is the item itself.
    items.push(element("li", inner.length && inner[0].tagName === "P" ? [...inner[0].childNodes, ...inner.slice(1)] : inner));
  }
  const start = isOrdered ? { start: String(parseInt(first[2], 10)) } : {};
  return [element(isOrdered ? "ol" : "ul", items, start), index];
}

function table(lines) {
  const cells = (line) => line.trim().replace(/^\||\|$/g, "").split(/(?<!\\)\|/).map((cell) => cell.trim().replace(/\\\|/g, "|"));
  const row = (line, name) => element("tr", cells(line).map((cell) => element(name, inline(cell))));
  const body = lines.slice(2).map((line) => row(line, "td"));
  const grid = element("table", [element("thead", [row(lines[0], "th")]), element("tbody", body)]);
  return element("div", [grid], { class: "table" });
}

function codeBlock(source, language, copyLabel) {
  const button = element("button", [copyLabel], { type: "button", class: "copy" });
  button.addEventListener("click", () => navigator.clipboard.writeText(source));
  const head = element("div", [element("span", [language]), button], { class: "code-head" });
  return element("div", [head, element("pre", [element("code", [source])], { tabindex: "0" })], { class: "code" });
}

// The earliest of these wins; each tries to make nodes of what it found.
const SPANS = [
  [/(`+)([\s\S]*?[^`])\1(?!`)/, (match) => [element("code", [match[2].trim() || match[2]])]],
  [/\\\(([\s\S]+?)\\\)/, (match) => [math(match[1], false)]],
  [/(?<![\\$\w])\$(?!\s)([^$\n]+?)(?<![\s\\])\$(?![\d$])/, (match) => [math(match[1], false)]],
  [/\\([\\`*_{}[\]()#+\-.!|<>~$])/, (match) => [match[1]]],
  [/!?\[([^\]\n]*)\]\(\s*<?([^\s)>]+)>?(?:\s+"[^"]*")?\s*\)/, (match, depth) => link(match[2], match[1], depth)],
  [/<((?:https?:\/\/|mailto:)[^\s<>]+)>/, (match, depth) => link(match[1], match[1], depth)],
  [/(?<![\w/])https?:\/\/[^\s<>()[\]"'，。；：！？、）]+[^\s<>()[\]"'，。；：！？、）.,;:!?]/, (match) => [anchor(match[0], [match[0]])]],
  [/\*\*(?!\s)([\s\S]+?)(?<!\s)\*\*/, (match, depth) => [element("strong", inline(match[1], depth + 1))]],
  [/(?<!\w)__(?!\s)([\s\S]+?)(?<!\s)__(?!\w)/, (match, depth) => [element("strong", inline(match[1], depth + 1))]],
  [/~~(?!\s)([\s\S]+?)(?<!\s)~~/, (match, depth) => [element("del", inline(match[1], depth + 1))]],
  [/\*(?![\s*])([^*\n]+?)(?<!\s)\*/, (match, depth) => [element("em", inline(match[1], depth + 1))]],
  [/(?<!\w)_(?![\s_])([^_\n]+?)(?<!\s)_(?!\w)/, (match, depth) => [element("em", inline(match[1], depth + 1))]],
  [/ {2,}\n|\\\n/, () => [element("br")]],
];

function anchor(url, children) {
  return element("a", children, { href: url, target: "_blank", rel: "noopener noreferrer" });
}

/** Pictures become links too: the page asks no other host for anything. */
function link(url, label, depth) {
  return LINK.test(url) ? [anchor(url, depth < 6 ? inline(label || url, depth + 1, true) : [label])] : [label];
}

function inline(text, depth = 0, isInLink = false) {
  const nodes = [];
  while (text) {
    let best = null;
    for (const [pattern, make] of depth < 8 ? SPANS : []) {
      const match = pattern.exec(text);
      if (match && (!best || match.index < best.match.index)) best = { match, make };
      if (best?.match.index === 0) break;
    }
    if (!best) {
      nodes.push(text);
      break;
    }
    if (best.match.index) nodes.push(text.slice(0, best.match.index));
    const made = best.make(best.match, depth);
    nodes.push(...(isInLink ? made.flatMap((node) => (node.tagName === "A" ? [node.textContent] : [node])) : made));
    text = text.slice(best.match.index + best.match[0].length);
  }
  return nodes;
}
