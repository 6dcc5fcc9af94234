// Start of the page: sign-in, project and language. The queue and the documents have modules of their own.

import { call } from "./api.js";
import { given, redrawDocuments, show, startDocuments, stop } from "./documents.js";
import { $, h, write } from "./dom.js";
import { bytes, choose, kept, preferred, setLimits, t, told, toldInOneLine } from "./language.js";
import { addFiles, drawQueue, dropped, startQueue } from "./queue.js";

let projects = [];
let limits = null;

async function start() {
  for (const name of ["sign-in", "refused", "work"]) $(name).hidden = true;
  try {
    const session = await call("session");
    $("sign-out").hidden = !session.key_needed || !session.signed_in;
    if (!session.signed_in) {
      $("sign-in").hidden = false;
      $("key").focus();
      return;
    }
    const about = await call("about");
    if (!limits) startQueue(about.limits, given);
    limits = about.limits;
    setLimits(limits);
    ({ projects } = await call("projects"));
  } catch (problem) {
    refuse(problem);
    return;
  }
  $("work").hidden = false;
  drawProjects();
  pick(Number(new URLSearchParams(location.search).get("project")) || Number(kept("project")));
  draw();
}

function refuse(problem) {
  const { what, cure } = told(problem);
  $("refused").hidden = false;
  write($("refused").querySelector(".what"), what);
  write($("refused").querySelector(".cure"), cure);
}

// Handles a failure in the background: signed out in another tab, or no connection.
function trouble(problem) {
  if (problem?.status === 401) {
    stop();
    start();
    return;
  }
  $("offline").hidden = !problem;
  if (problem) write($("offline"), problem.code === "network" ? t().offline : toldInOneLine(problem));
}

function pick(wanted) {
  const project = projects.find(({ id }) => id === wanted) ?? projects[0];
  if (!project) return;
  $("project").value = project.id;
  kept("project", project.id);
  const address = new URL(location);
  address.searchParams.set("project", project.id);
  history.replaceState(null, "", address);
  show(project.id);
}

function drawProjects() {
  const chosen = $("project").value;
  $("project").replaceChildren(...projects.map(({ id, title }) => h("option", { value: id }, t().projectOption(title, id))));
  if (chosen) $("project").value = chosen;
  write($("project-problem"), projects.length ? "" : t().noProjects);
  $("files").disabled = !projects.length;
}

function draw() {
  if (limits) write($("drop-limits"), t().limits(bytes(limits.max_bytes), limits.max_pages));
  drawProjects();
  drawQueue();
  redrawDocuments();
}

function give(files) {
  if (projects.length && files.length) addFiles(files, Number($("project").value));
}

for (const button of document.querySelectorAll("[data-language]")) {
  button.onclick = () => {
    kept("language", button.dataset.language);
    choose(button.dataset.language);
    draw();
  };
}

$("project").onchange = () => pick(Number($("project").value));
$("files").onchange = () => {
  give([...$("files").files]);
  $("files").value = "";
};

// Files may be dropped anywhere: the browser would open a file that misses the field, in place of the page.
let depth = 0;
const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
const cover = (shown) => ($("cover").hidden = !shown || $("work").hidden);
addEventListener("dragenter", (event) => hasFiles(event) && cover(++depth > 0));
addEventListener("dragleave", (event) => hasFiles(event) && cover(--depth > 0));
addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
addEventListener("drop", async (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  cover((depth = 0) > 0);
  if (!$("work").hidden) give(await dropped(event.dataTransfer));
});
addEventListener("paste", (event) => give([...(event.clipboardData?.files ?? [])]));

$("sign-in").onsubmit = async (event) => {
  event.preventDefault();
  write($("key-problem"), "");
  try {
    await call("session", { method: "POST", body: { key: $("key").value } });
    $("key").value = "";
    await start();
    $("main").focus();
  } catch (problem) {
    write($("key-problem"), toldInOneLine(problem));
  }
};

$("sign-out").onclick = async () => {
  await call("session", { method: "DELETE" }).catch(() => {});
  stop();
  start();
};
$("refused").querySelector("button").onclick = start;

choose(preferred());
startDocuments(trouble);
start();
