// HTML elements without a framework: text is inserted as text, never as markup.

export const $ = (id) => document.getElementById(id);

// h("button.quiet", { type: "button", onclick: f }, "text", child, ...)
export function h(selector, attributes = {}, ...children) {
  const [tag, ...classes] = selector.split(".");
  const node = document.createElement(tag);
  if (classes.length) node.className = classes.join(" ");
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(svg.namespaceURI, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

// Announces a text to screen readers; texts within a moment are joined.
let waiting = [];
export function say(text) {
  waiting.push(text);
  if (waiting.length > 1) return;
  setTimeout(() => {
    $("said").textContent = waiting.slice(-4).join(". ");
    waiting = [];
  }, 700);
}

// Writes a text only if it changed: otherwise selections are lost, and screen readers read the same text again.
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
