// The project's documents and the states of their pages. While pages are in progress, one request a second covers all
// documents; the answer holds the documents that changed.

import { call } from "./api.js";
import { $, h, icon, say, write } from "./dom.js";
import { ago, t, told, toldAsWait } from "./language.js";
import { addedHere } from "./queue.js";

const BUSY_MS = 1000;
const IDLE_MS = 5000;
const AWAY_MS = 3000;
const STEP = 100;
const PAGES_STEP = 24;
// Documents that open by themselves: the first that this tab uploads, and the first with a failure.
const OPEN_BY_ITSELF = 3;
const STATES = ["done", "upload", "extract", "ocr", "queued", "rendered", "waiting", "skipped", "failed"];

let project = null;
let revision = "";
let limit = STEP;
let total = 0;
let filter = "";
let timer = 0;
let asking = null;
let soon = false;
let calm = true;
let opened = { mine: 0, failed: 0 };
let mine = new Set();
let rows = new Map();
let waits = [];
let trouble = () => {};

export function startDocuments(onTrouble) {
  trouble = onTrouble;
  for (const button of document.querySelectorAll("[data-filter]")) {
    button.onclick = () => {
      filter = button.dataset.filter;
      drawDocuments();
    };
  }
  $("more").onclick = () => {
    limit += STEP;
    revision = "";
    ask();
  };
  $("retry-all").onclick = () => retry("documents/retry", {}, $("retry-all"));
  document.addEventListener("visibilitychange", () => document.hidden || ask());
  setInterval(() => rows.forEach((row) => write(row.age, ago(row.data.at))), 30_000);
}

export function show(chosen) {
  project = chosen;
  [revision, limit, total, rows, mine, waits] = ["", STEP, 0, new Map(), new Set(), []];
  opened = { mine: 0, failed: 0 };
  $("documents").replaceChildren();
  ask();
}

// Shows the document that an upload of this tab became.
export function given(data) {
  if (data.project !== project) return;
  mine.add(data.id);
  take([data]);
  total = Math.max(total, rows.size);
  drawDocuments();
  if (calm && !asking) later(BUSY_MS);
}

export function stop() {
  project = null;
  waits = [];
  drawWaits();
  clearTimeout(timer);
}

async function ask() {
  clearTimeout(timer);
  if (project === null || document.hidden) return;
  if (asking) {
    soon = true;
    return;
  }
  soon = false;
  const wanted = project;
  const most = Math.max(limit, Math.ceil(addedHere() / STEP) * STEP);
  asking = call(`documents?${new URLSearchParams({ project, since: revision, limit: most })}`);
  let wait = AWAY_MS;
  try {
    const answer = await asking;
    if (wanted === project) {
      [revision, waits] = [answer.revision, answer.waits ?? []]; // an uploader of an earlier release tells none
      take(answer.documents);
      rows.forEach((row) => row.open && row.missed && load(row));
      total = Math.max(answer.total, rows.size);
      drawDocuments();
    }
    trouble(null);
    wait = working() || waits.length ? BUSY_MS : IDLE_MS;
  } catch (problem) {
    trouble(problem);
  }
  asking = null;
  later(soon || wanted !== project ? 0 : wait);
}

function later(wait) {
  calm = wait === IDLE_MS;
  clearTimeout(timer);
  timer = setTimeout(ask, wait);
}

const working = () => [...rows.values()].some((row) => row.data.state === "waiting" || row.data.state === "working");

function take(documents) {
  for (const data of documents) {
    const row = rows.get(data.id) ?? newRow(data);
    const before = row.data.state;
    row.data = data;
    if (row !== rows.get(data.id)) rows.set(data.id, row);
    else announce(before, data);
    fill(row);
    const why = (data.counts.failed && "failed") || (mine.has(data.id) && "mine");
    if (row.open) load(row);
    else if (!row.touched && why && opened[why]++ < OPEN_BY_ITSELF) toggle(row, true);
  }
  if (documents.length) order();
}

function announce(before, data) {
  if (before === data.state) return;
  if (data.state === "done") say(t().saidDone(data.name));
  if (data.state === "failed") say(t().saidPagesFailed(data.name, data.counts.failed || 1));
}

// Sorts rows, newest first. Rows at the right place are not moved, because a move loses the focus.
function order() {
  const sorted = [...rows.values()].sort((a, b) => b.data.at.localeCompare(a.data.at) || a.data.id.localeCompare(b.data.id));
  let place = $("documents").firstElementChild;
  for (const { node } of sorted) {
    if (node === place) place = place.nextElementSibling;
    else $("documents").insertBefore(node, place);
  }
}

// Shows which servers are away: nothing has to be done here, and people see why nothing moves.
function drawWaits() {
  $("waits").hidden = !waits.length;
  write($("waits"), waits.map(toldAsWait).join(" "));
}

export function drawDocuments() {
  drawWaits();
  const all = [...rows.values()];
  const of = (state) => all.filter((row) => inFilter(row, state)).length;
  const pages = all.reduce((sum, row) => sum + row.data.pages, 0);
  write($("documents-sum"), total ? t().sum(total, pages) : "");
  for (const button of document.querySelectorAll("[data-filter]")) {
    const state = button.dataset.filter;
    write(button, `${t().filter[state]} ${state ? of(state) : total}`);
    button.setAttribute("aria-pressed", String(state === filter));
  }
  for (const row of all) row.node.hidden = !inFilter(row, filter);
  $("retry-all").hidden = !of("failed");
  $("more").hidden = rows.size >= total;
  $("empty").hidden = of(filter) > 0 || (revision === "" && !filter);
  write($("empty"), total ? t().emptyFilter : t().empty);
}

const inFilter = ({ data }, state) => !state || data.state === state || (state === "working" && data.state === "waiting");

export function redrawDocuments() {
  rows.forEach((row) => {
    fill(row);
    row.pages.forEach((page) => fillPage(row, page));
    fillMore(row);
  });
  drawDocuments();
}

// -- one document ------------------------------------------------------------------------------------------------------

function newRow(data) {
  const row = { data, open: false, touched: false, shown: PAGES_STEP, pages: new Map(), loading: false, stale: false, missed: false };
  const id = `pages-${data.id}`;
  row.age = h("span");
  row.count = h("span");
  row.state = h("span.badge");
  row.bar = h("span.segments", { "aria-hidden": "true" }, ...STATES.map((state) => h("span", { "data-state": state })));
  row.name = h("span.name");
  row.toggle = h("button.document-head", { type: "button", "aria-expanded": "false", "aria-controls": id, onclick: () => {
    row.touched = true;
    toggle(row, !row.open);
  } }, h("span.kind", {}, icon(data.kind === "PDF" ? "pdf" : "image")),
    h("span.document-name", {}, row.name, h("span.muted.small", {}, row.count, " · ", row.age)), row.state, icon("down"));
  row.what = h("p.problem");
  row.cure = h("p.small");
  row.retry = h("button", { type: "button", onclick: () => retry(`documents/${data.id}/retry`, {}, row.retry) }, icon("retry"), h("span"));
  row.trouble = h("div.document-problem", {}, h("div", {}, row.what, row.cure), row.retry);
  row.list = h("ul.pages");
  row.more = h("button.more", { type: "button", hidden: true, onclick: () => {
    row.shown += 4 * PAGES_STEP;
    load(row);
  } });
  row.body = h("div.document-body", { id, hidden: true }, row.list, row.more);
  row.node = h("li.document", {}, row.toggle, row.bar, row.trouble, row.body);
  return row;
}

function fill(row) {
  const { data } = row;
  const failed = data.counts.failed ?? 0;
  row.node.dataset.state = data.state;
  write(row.name, data.name);
  row.name.title = data.name;
  write(row.count, data.pages ? t().pages(data.pages) : data.problem ? data.kind : t().openingPages);
  write(row.age, ago(data.at));
  write(row.state, badge(data, failed));
  for (const part of row.bar.children) part.style.flexGrow = data.counts[part.dataset.state] ?? 0;
  row.body.setAttribute("aria-label", t().showPages(data.name));
  row.trouble.hidden = !data.problem && !failed;
  if (data.problem) {
    const { what, cure } = told(data.problem);
    write(row.what, what);
    write(row.cure, cure);
  } else {
    write(row.what, failed ? t().failedPages(failed) : "");
    write(row.cure, "");
  }
  write(row.retry.lastChild, data.problem ? t().retry : t().retryFailed);
  row.retry.hidden = data.problem ? false : failed < 2;
  row.trouble.hidden = row.trouble.hidden || (!data.problem && failed < 2 && row.open);
  row.toggle.disabled = Boolean(data.problem);
  if (data.problem) row.open = false;
  row.toggle.setAttribute("aria-expanded", String(row.open));
  row.body.hidden = !row.open || !data.pages;
}

function badge({ state, pages, counts }, failed) {
  const words = t().document;
  if (state === "working" && pages === 1) return t().states[Object.keys(counts)[0]];
  const done = (counts.done ?? 0) + (counts.skipped ?? 0);
  if (state === "working") return [words.working(done, pages), failed && words.failed(failed)].filter(Boolean).join(" · ");
  return { waiting: words.waiting, done: words.done, failed: failed ? words.failed(failed) : words.broken }[state];
}

function toggle(row, open) {
  row.open = open;
  fill(row);
  if (row.open) load(row);
}

// Loads the pages of an open document; failed pages of the whole document come first.
async function load(row) {
  row.stale = true;
  if (row.loading) return;
  row.loading = true;
  while (row.stale) {
    row.stale = false;
    await loadOnce(row);
  }
  row.loading = false;
}

async function loadOnce(row) {
  try {
    const answer = await call(`documents/${row.data.id}?${new URLSearchParams({ project: row.data.project, limit: row.shown })}`);
    const wanted = new Map([...answer.failed, ...answer.page_list].map((page) => [page.number, page]));
    for (const [number, page] of row.pages) {
      if (wanted.has(number)) continue;
      page.node.remove();
      row.pages.delete(number);
    }
    for (const data of wanted.values()) {
      const page = row.pages.get(data.number) ?? newPage(row, data);
      page.data = data;
      row.pages.set(data.number, page);
      fillPage(row, page);
    }
    let place = row.list.firstElementChild;
    for (const number of wanted.keys()) {
      const { node } = row.pages.get(number);
      if (node === place) place = place.nextElementSibling;
      else row.list.insertBefore(node, place);
    }
    fillMore(row);
    row.missed = false;
  } catch {
    row.missed = true; // loaded again after the next answer about all documents
  }
}

function fillMore(row) {
  const left = row.data.pages - row.pages.size;
  row.more.hidden = left <= 0;
  write(row.more, t().morePages(left));
}

function newPage(row, data) {
  const page = { data };
  page.picture = h("img", { loading: "lazy", decoding: "async", width: 72, height: 96, alt: "", hidden: true, onerror: () => (page.picture.hidden = true) });
  page.number = h("span.page-number");
  page.state = h("span.state");
  page.link = h("a.open", { target: "_blank", rel: "noopener" }, h("span"), icon("open"));
  page.what = h("p.problem");
  page.cure = h("p.small");
  page.retry = h("button", { type: "button", onclick: () => retry(`documents/${row.data.id}/retry`, { page: page.data.number }, page.retry) },
    icon("retry"), h("span"));
  page.node = h("li.page", {}, h("div.picture", {}, icon("image"), page.picture),
    h("div.page-text", {}, h("p", {}, page.number, page.state), page.what, page.cure, h("div.tools", {}, page.retry, page.link)));
  return page;
}

function fillPage(row, page) {
  const { data } = page;
  page.node.dataset.state = data.state;
  write(page.number, t().page(data.number));
  write(page.state, t().states[data.state]);
  if (data.thumbnail && page.picture.getAttribute("src") !== data.thumbnail) {
    page.picture.hidden = false;
    page.picture.src = data.thumbnail;
  }
  page.picture.alt = data.thumbnail ? t().thumbnail(data.number) : "";
  page.link.hidden = !data.link;
  if (data.link) page.link.href = data.link;
  write(page.link.firstChild, t().open);
  page.link.setAttribute("aria-label", t().openPage(row.data.name, data.number));
  const { what, cure } = data.problem ? told(data.problem) : { what: "", cure: "" };
  write(page.what, what);
  write(page.cure, cure);
  page.retry.hidden = !data.problem;
  write(page.retry.lastChild, t().retry);
  page.retry.setAttribute("aria-label", t().retryOf(`${row.data.name}, ${t().page(data.number)}`));
}

async function retry(path, body, button) {
  button.disabled = true;
  try {
    const { pages } = await call(path, { method: "POST", body: { project, ...body } });
    say(t().retried(pages));
    ask();
  } catch (problem) {
    trouble(problem);
  } finally {
    button.disabled = false;
  }
}
