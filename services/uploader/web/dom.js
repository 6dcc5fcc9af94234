// Elements without a framework: text goes in as text only, never as markup.

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

// Screen readers speak it; several within a moment are spoken as one.
let waiting = [];
export function say(text) {
  waiting.push(text);
  if (waiting.length > 1) return;
  setTimeout(() => {
    $("said").textContent = waiting.slice(-4).join(". ");
    waiting = [];
  }, 700);
}

// Only what has changed is written, so that focus, selection and screen readers are left in peace.
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
