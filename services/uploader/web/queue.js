// Uploads of this browser tab: a few files at a time, each with its state.

import { Problem, upload } from "./api.js";
import { $, h, icon, say, write } from "./dom.js";
import { bytes, t, told } from "./language.js";

const PARALLEL = 3;
// Statuses after which an upload is retried automatically (0: no connection), and the waits before each retry.
const AGAIN = new Set([0, 401, 408, 429, 502, 503, 504, 507]);
const PAUSES_S = [1, 4, 10];
// Statuses that are waited out, as often as it takes: a server behind the uploader is away, or a disk is full.
const WAITED = new Set([503, 507]);
const LATER_S = 30;
const SHOWN_MS = 4000;
// Files in folders that are not documents.
const LITTER = /^(\.|~\$|Thumbs\.db$|desktop\.ini$|__MACOSX$)/i;

const items = [];
let limits = { max_bytes: Infinity };
let uploaded = () => {};

export function startQueue(ourLimits, onUploaded) {
  limits = ourLimits;
  uploaded = onUploaded;
  $("queue-retry").onclick = () => items.filter(mayHelp).forEach(again);
  $("queue-cancel").onclick = () => items.filter(unfinished).forEach(cancel);
  $("queue-clear").onclick = () => items.filter((item) => !unfinished(item)).forEach(remove);
  addEventListener("beforeunload", (event) => {
    if (items.some(unfinished)) event.preventDefault();
  });
}

export function addFiles(files, project) {
  const added = [...files].filter((file) => !LITTER.test(file.name)).map((file) => ({ file, project, state: "waiting", sent: 0, tries: 0 }));
  items.push(...added);
  added.forEach(draw);
  $("queue-items").append(...added.map((item) => item.row));
  for (const item of added) if (fileProblem(item.file)) fail(item, new Problem(fileProblem(item.file)));
  next();
}

export const drawQueue = () => {
  items.forEach(update);
  sum();
};

export const addedHere = () => items.length;

// The dropped files, including those in folders.
export async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files];
  return (await Promise.all(entries.map(within))).flat();
}

async function within(entry) {
  if (LITTER.test(entry.name)) return [];
  if (entry.isFile) return new Promise((resolve) => entry.file((file) => resolve([file]), () => resolve([])));
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (!some.length) return (await Promise.all(found.map(within))).flat();
    found.push(...some);
  }
}

function fileProblem(file) {
  if (file.size === 0) return { code: "empty_here" };
  return file.size > limits.max_bytes ? { code: "too_large_here" } : null;
}

const unfinished = (item) => ["waiting", "sending", "checking", "again"].includes(item.state);

function next() {
  const busy = items.filter((item) => ["sending", "checking"].includes(item.state)).length;
  const waiting = items.filter((item) => item.state === "waiting").slice(0, PARALLEL - busy);
  waiting.forEach(send);
  sum();
}

async function send(item) {
  set(item, "sending");
  const form = new FormData();
  form.append("project", item.project);
  form.append("file", item.file, item.file.name.normalize("NFC"));
  try {
    await item.file.slice(0, 1).arrayBuffer(); // without this check a deleted file would look like a lost connection
    if (item.state !== "sending") return; // cancelled in the meantime
    item.request = upload("documents", form, (share) => {
      item.sent = share;
      set(item, share < 1 ? "sending" : "checking");
    });
    const document = await item.request.done;
    set(item, document.added === "known" ? "known" : "done");
    if (item.state === "done") setTimeout(() => leave(item), SHOWN_MS);
    uploaded(document);
  } catch (error) {
    if (error.name === "AbortError") set(item, "cancelled");
    else if (!(error instanceof Problem)) fail(item, new Problem({ code: "gone_here" }));
    else if (WAITED.has(error.status) || (AGAIN.has(error.status) && item.tries < PAUSES_S.length)) pause(item, error);
    else fail(item, error);
  }
  next();
}

// Hides an upload that became a document. All are removed together with the last one, so that the sums stay complete.
function leave(item) {
  item.row.hidden = true;
  if (items.every(({ state }) => state === "done")) [...items].forEach(remove);
}

function pause(item, error) {
  item.problem = error;
  set(item, "again");
  item.timer = setTimeout(() => {
    set(item, "waiting");
    next();
  }, 1000 * Math.max(PAUSES_S[item.tries++] ?? LATER_S, Number(error.retryAfter) || 0));
}

function fail(item, problem) {
  item.problem = problem;
  set(item, "failed");
  $("queue-items").prepend(item.row); // visible among hundreds of uploads
}

// Whether a retry of the same file may succeed.
const mayHelp = ({ state, problem }) =>
  state === "failed" && !problem.code.endsWith("_here") && (problem.code === "cut_off" || problem.status >= 500 || AGAIN.has(problem.status));

function again(item) {
  Object.assign(item, { tries: 0, sent: 0 });
  set(item, "waiting");
  next();
}

function cancel(item) {
  clearTimeout(item.timer);
  item.request?.abort();
  set(item, "cancelled");
  next();
}

function remove(item) {
  items.splice(items.indexOf(item), 1);
  item.row.remove();
  sum();
}

function set(item, state) {
  item.state = state;
  update(item);
}

function draw(item) {
  const name = item.file.name;
  item.stateText = h("span.state");
  item.bar = h("progress", { max: 1, value: 0, "aria-label": name });
  item.what = h("p.problem");
  item.cure = h("p.small");
  item.retry = h("button", { type: "button", onclick: () => again(item) }, icon("retry"), h("span"));
  item.drop = h("button.quiet.square", { type: "button", onclick: () => (unfinished(item) ? cancel(item) : remove(item)) }, icon("cross"));
  item.row = h("li.upload", {},
    h("div.upload-name", {}, h("span.name", { title: name }, name), h("span.muted.small", {}, bytes(item.file.size))),
    h("div.upload-state", {}, item.stateText, item.retry, item.drop), item.bar, h("div.upload-problem", {}, item.what, item.cure));
  update(item);
}

function update(item) {
  const { state, row } = item;
  const words = t().upload;
  row.dataset.state = state;
  write(item.stateText, state === "sending" ? words.sending(Math.floor(item.sent * 100)) : words[state]);
  item.bar.hidden = !["sending", "checking"].includes(state);
  if (state === "checking") item.bar.removeAttribute("value");
  else item.bar.value = item.sent;
  const { what, cure } = ["failed", "again"].includes(state) ? told(item.problem) : { what: "", cure: "" };
  write(item.what, what);
  write(item.cure, state === "failed" ? cure : "");
  item.retry.hidden = !mayHelp(item);
  write(item.retry.lastChild, t().retry);
  item.retry.setAttribute("aria-label", t().retryOf(item.file.name));
  item.drop.setAttribute("aria-label", (unfinished(item) ? t().cancelOne : t().remove)(item.file.name));
}

let saidDone = 0;
function sum() {
  const of = (...states) => items.filter((item) => states.includes(item.state)).length;
  const [done, failed, left] = [of("done", "known"), of("failed"), items.filter(unfinished).length];
  $("queue").hidden = items.length === 0;
  const title = left ? t().queueWorking(done, done + failed + left) : failed && !done ? t().queueFailed(failed)
    : [t().queueDone(done), failed ? t().queueFailed(failed) : ""].filter(Boolean).join(" · ");
  write($("queue-title"), title);
  const sent = items.reduce((total, item) => total + (unfinished(item) ? item.sent * item.file.size : item.file.size), 0);
  $("queue-progress").value = sent / Math.max(1, items.reduce((total, item) => total + item.file.size, 0));
  $("queue-progress").hidden = !left;
  $("queue-retry").hidden = !items.some(mayHelp);
  $("queue-cancel").hidden = left < 2;
  $("queue-clear").hidden = left > 0;
  if (!left && done + failed && done + failed !== saidDone) {
    if (done) say(t().saidUploaded(done));
    if (failed) say(t().saidFailed(failed));
  }
  saidDone = left ? 0 : done + failed;
}
