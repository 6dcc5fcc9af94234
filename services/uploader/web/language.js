// The chosen language, and how texts, times and sizes are written in it.

import { TEXTS } from "./texts.js";

let chosen = "en";
let limits = { max_bytes: 0, max_pages: 0 };

export const t = () => TEXTS[chosen];

// The limits on a file, as `about` tells them; texts name them.
export function setLimits(known) {
  limits = known;
}

// The texts of a problem in the chosen language: { what, cure }.
export function told({ code }) {
  const values = { code, size: bytes(limits.max_bytes), pages: new Intl.NumberFormat(chosen).format(limits.max_pages) };
  const fill = (text) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const [what, cure] = t().problems[code] ?? t().problems.error;
  return { what: fill(what), cure: fill(cure) };
}

export function toldInOneLine(problem) {
  const { what, cure } = told(problem);
  return `${what} ${cure}`;
}

// Codes of servers that answer, but refuse all work; all others are taken for a server without an answer.
const REFUSALS = new Set(["auth", "bucket_refused", "storage_full"]);

// A server that is away: what is wrong with it, and that everything goes on by itself.
export function toldAsWait({ server, code }) {
  const { away, goesOn, spool } = t().waits;
  if (server === "spool") return spool;
  return `${REFUSALS.has(code) ? told({ code }).what : (away[server] ?? away.host(server))} ${goesOn}`;
}

export function choose(wanted) {
  chosen = wanted in TEXTS ? wanted : "en";
  document.documentElement.lang = chosen;
  document.title = t().pageTitle;
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = t()[node.dataset.text];
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", t()[node.dataset.label]);
  for (const node of document.querySelectorAll("[data-language]")) {
    node.setAttribute("aria-pressed", String(node.dataset.language === chosen));
  }
}

// The language chosen earlier, or the browser's first language that has a table.
export function preferred() {
  const wanted = [kept("language"), ...navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase())];
  return wanted.find((tag) => tag in TEXTS) ?? "en";
}

// A browser may refuse to store anything.
export function kept(name, value) {
  try {
    if (value !== undefined) localStorage.setItem(`prelabel.${name}`, value);
    return localStorage.getItem(`prelabel.${name}`);
  } catch {
    return null;
  }
}

// How long ago a time is; a date after a week.
export function ago(iso) {
  const seconds = (Date.now() - Date.parse(iso)) / 1000;
  if (seconds < 45) return t().ago.now;
  const format = new Intl.RelativeTimeFormat(chosen, { numeric: "auto" });
  if (seconds < 3600) return format.format(-Math.round(seconds / 60), "minute");
  if (seconds < 86400) return format.format(-Math.round(seconds / 3600), "hour");
  if (seconds < 7 * 86400) return format.format(-Math.round(seconds / 86400), "day");
  return new Intl.DateTimeFormat(chosen, { dateStyle: "medium" }).format(new Date(iso));
}

export function bytes(n) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(n, 1)) / 10));
  const shown = n / 1024 ** power;
  return new Intl.NumberFormat(chosen, { style: "unit", unit: units[power], maximumFractionDigits: shown < 10 ? 1 : 0 }).format(shown);
}
