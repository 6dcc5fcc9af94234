"""The rivals, each in processes of its own; those that need a project have one of their own on the same Label Studio.

`tuned`: OMP_THREAD_LIMIT=1. Otherwise OpenMP has its defaults, which take four times the CPU.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

from benchmarks.cpu import CpuMeter
from benchmarks.measure import Measure
from benchmarks.throughput.stored import words_by_page
from devstack.label_studio import LabelStudioServer
from devstack.ports import LOOPBACK, free_port
from devstack.processes import Process, StartFailed, wait_until
from devstack.workers import ROOT, environment

LABELLING = ROOT / "examples" / "labelling.xml"
#: Pages in one "Retrieve Predictions". With OpenMP's defaults, more would come near the server's limit of 100 s.
PAGES_A_REQUEST = 8
_LIMIT_S = 3600.0


def limit(pages: Sequence[Path], folder: Path) -> Measure:
    """Run bare tesserocr in as many processes as cores, on images from the disk; discard the words."""
    args = [str(pages[0].parent), "--processes", str(os.cpu_count())]
    rows = _run("benchmarks.throughput.bare_ocr", args, folder, environment({}))
    return Measure(
        way="limit",
        asked=len(pages),
        started=min(row["began"] for row in rows),
        finished=[row["ended"] for row in rows],
        cpu_s={"ocr": sum(row["cpu_s"] for row in rows)},
        machine_cpu_s=max(row["machine_after_s"] for row in rows) - min(row["machine_before_s"] for row in rows),
        notes={"words": sum(row["words"] for row in rows)},
    )


def script(server: LabelStudioServer, pages: Sequence[Path], folder: Path, *, tuned: bool) -> Measure:
    """Run the plain script. Raises StartFailed when a page is left without its prediction."""
    project = _project(server, "script", pages)
    meter = CpuMeter({"label-studio": server.process.pid})
    done = _run("benchmarks.throughput.plain_script", [str(project)], folder, _environment(server, tuned=tuned))
    used = {"script": done["cpu_s"], **meter.used_s()}
    words = words_by_page(server, project)
    if len(words) != len(pages):
        raise StartFailed(f"the plain script: Label Studio holds {len(words)} predictions for {len(pages)} pages")
    notes = {"words": sum(words.values())}
    times = done["began"], done["ended"]
    return Measure(_way("script", tuned), len(pages), *times, used, done["machine_s"], parallel=False, notes=notes)


def retrieve(server: LabelStudioServer, pages: Sequence[Path], folder: Path, *, tuned: bool) -> Measure:
    """Run Label Studio's "Retrieve Predictions". Pages for which it silently stores nothing are not in the measure."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.throughput.ml_backend", "--port", str(port)]
    env = _environment(server, tuned=tuned)
    backend = Process("ML backend", command, log=folder / "ml-backend.log", env=env, cwd=ROOT, grace_s=2)
    project = _project(server, "retrieve", pages)
    try:
        wait_until(lambda: _healthy(port), backend.start(), timeout_s=60)
        connection = {"url": f"http://{LOOPBACK}:{port}", "project": project, "title": "plain"}
        server.api.post("/api/ml/", json=connection).raise_for_status()
        return _retrieve(server, project, backend, len(pages), _way("retrieve", tuned))
    finally:
        backend.stop()


def _retrieve(server: LabelStudioServer, project: int, backend: Process, asked: int, way: str) -> Measure:
    ids = [int(page["id"]) for page in server.pages(project)]
    ended: dict[int, float] = {}
    meter = CpuMeter({"ml-backend": backend.pid, "label-studio": server.process.pid})
    started = time.time()
    for first in range(0, len(ids), PAGES_A_REQUEST):
        chunk = ids[first : first + PAGES_A_REQUEST]
        server.api.post(
            "/api/dm/actions/",
            params={"id": "retrieve_tasks_predictions", "project": project},
            json={"selectedItems": {"all": False, "included": chunk}},
            timeout=_LIMIT_S,
        ).raise_for_status()
        ended |= dict.fromkeys(chunk, time.time())
    used, machine_s = meter.used_s(), meter.machine_s()
    stored = words_by_page(server, project)
    notes = {"words": sum(stored.values())}
    return Measure(way, asked, started, [ended[page] for page in stored], used, machine_s, parallel=False, notes=notes)


def _way(name: str, tuned: bool) -> str:
    return f"{name}_tuned" if tuned else f"{name}_untuned"


def _project(server: LabelStudioServer, title: str, pages: Sequence[Path]) -> int:
    project = server.create_project(title, LABELLING.read_text("utf-8"))
    server.upload_images(project, pages)
    return project


def _environment(server: LabelStudioServer, *, tuned: bool) -> dict[str, str]:
    env = environment({"LABEL_STUDIO_URL": server.url, "LABEL_STUDIO_API_KEY": server.token})
    bare = {name: value for name, value in env.items() if not name.startswith("OMP_")}
    return bare | {"OMP_THREAD_LIMIT": "1"} if tuned else bare


def _run(module: str, args: Sequence[str], folder: Path, env: dict[str, str]) -> Any:
    """Run one module to its end; return the JSON that it wrote. Raises StartFailed with the end of its log."""
    name = module.rpartition(".")[2]
    out = folder / f"{name}.json"
    out.unlink(missing_ok=True)
    command = [sys.executable, "-m", module, *args, "--out", str(out)]
    process = Process(name, command, log=folder / f"{name}.log", env=env, cwd=ROOT).start()
    try:
        deadline = time.monotonic() + _LIMIT_S
        while process.running() and time.monotonic() < deadline:
            time.sleep(0.2)
        if process.returncode() != 0:
            raise process.failure(f"ended with code {process.returncode()}")
        return json.loads(out.read_text("utf-8"))
    finally:
        process.stop()


def _healthy(port: int) -> bool:
    try:
        return httpx.get(f"http://{LOOPBACK}:{port}/health", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False
