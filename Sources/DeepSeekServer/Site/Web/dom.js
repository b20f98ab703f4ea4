/** An element with attributes, listeners (`onclick` and the like) and children. */
export function h(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value === true) node.setAttribute(key, "");
    else if (value !== false && value != null) node.setAttribute(key, value);
  }
  node.append(...children.filter((child) => child != null));
  return node;
}

export const $ = (selector) => document.querySelector(selector);

/** Follows the system, or what was chosen here before. */
export function applyTheme() {
  const chosen = localStorage.getItem("deepseek.theme");
  const isDark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = isDark ? "dark" : "light";
}

export function toggleTheme() {
  localStorage.setItem("deepseek.theme", document.documentElement.dataset.theme === "dark" ? "light" : "dark");
  applyTheme();
}
