"""Cost of writing a project's results, against one call that fetches everything: seconds, CPU seconds, memory.

`python -m benchmarks.results [--pages 3000] [--json]` starts a private Label Studio (SQLite) with synthetic documents
of three pages, a prediction each, every tenth page annotated. Each way is a process of its own. Five minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.cpu import session_cpu_s
from devstack.label_studio import LabelStudioServer
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.labelstudio.prediction_import import import_predictions
from prelabel.labelstudio.predictions import build_prediction
from prelabel.labelstudio.projects import set_model_version
from synthetic import generate

LABELLING = Path(__file__).parent.parent / "examples" / "labelling.xml"
VERSION = "prelabel-benchmark"
_FORMS, _CHUNK, _ANNOTATED = 60, 200, 10
_EVERY_S = 0.1
_OURS = "import sys; from prelabel.cli import main; main(sys.argv[1:])"
#: Fetches the whole project in one answer and writes its pages as they are.
_RIVAL = """
import json, sys
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.settings import get_settings
project, pages, out = sys.argv[1:]
settings = get_settings().model_copy(update={"http_timeout": 3600})
params = {"project": project, "fields": "all", "page_size": pages}
rows = LabelStudio.from_settings(settings).get("/api/tasks/", params=params).json()["tasks"]
open(out, "w").writelines(json.dumps(row) + "\\n" for row in rows)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=3000)
    parser.add_argument("--json", action="store_true", help="one JSON object, nothing else")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, LabelStudioServer(Path(folder)) as server:
        found = measure(server, options.pages, Path(folder))
    if options.json:
        print(json.dumps(found))
        return
    print(f"{found['pages']:,} pages, {found['prediction_bytes']:,} bytes a prediction")
    for name, row in found["ways"].items():
        print(f"{name:>12}", *(f"{value:8.1f} {unit}" for unit, value in row.items()))


def measure(server: LabelStudioServer, pages: int, folder: Path) -> dict[str, Any]:
    """Measure by way: seconds, CPU seconds of Label Studio and of the client, the client's peak memory; JSON-ready."""
    project_id, size = _fill(server, pages)
    ways = {}
    for form in ("jsonl", "csv", "parquet"):
        out = folder / f"out.{form}"
        ways[form] = _cost(server, [_OURS, "results", project_id, "-o", out])
        assert out.stat().st_size, form
    ways["one call"] = _cost(server, [_RIVAL, project_id, pages, folder / "rival.jsonl"])
    return {"pages": pages, "prediction_bytes": size, "ways": ways}


def _fill(server: LabelStudioServer, pages: int) -> tuple[int, int]:
    """Make and fill a project; return its id and the mean size of a prediction's JSON."""
    config = LabellingConfig.parse(LABELLING.read_text("utf-8"))
    made = [
        build_prediction(generate(seed).page, config, version=VERSION, name=VERSION, draw_other=False)
        for seed in range(_FORMS)
    ]
    project_id = server.create_project("results", config.xml)
    rows = [
        {config.image_key: f"/files/{n // 3:016x}-{n % 3 + 1}.png", "document": f"{n // 3:016x}", "page": n % 3 + 1}
        for n in range(pages)
    ]
    ids = server.import_pages(project_id, rows)
    with LabelStudio(server.url, server.token, timeout_s=600) as client:
        for first in range(0, pages, _CHUNK):
            chunk = ids[first : first + _CHUNK]
            import_predictions(client, project_id, [(task_id, made[task_id % _FORMS]) for task_id in chunk])
        set_model_version(client, project_id, VERSION)
        for task_id in ids[::_ANNOTATED]:
            client.post(f"/api/tasks/{task_id}/annotations/", json={"result": made[task_id % _FORMS]["result"]})
    return project_id, sum(len(json.dumps(one)) for one in made) // _FORMS


def _cost(server: LabelStudioServer, arguments: list[Any]) -> dict[str, float]:
    settings = {"LABEL_STUDIO_URL": server.url, "LABEL_STUDIO_API_KEY": server.token}
    environment = os.environ | settings | {"BUCKET": str(server.folder / "bucket"), "REDIS_URL": "redis://127.0.0.1:9"}
    began, cpu = time.monotonic(), session_cpu_s(server.process.pid)
    silent = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    command = [sys.executable, "-c", *map(str, arguments)]
    child = os.posix_spawn(sys.executable, command, environment, file_actions=silent)
    peak, ended = 0, 0
    while not ended:
        time.sleep(_EVERY_S)
        peak = max(peak, _peak_kb(child))  # wait4 may report the memory of the spawning process
        ended, status, used = os.wait4(child, os.WNOHANG)
    assert os.waitstatus_to_exitcode(status) == 0, arguments[1:]
    return {
        "s": round(time.monotonic() - began, 1),
        "CPU s of Label Studio": round(session_cpu_s(server.process.pid) - cpu, 1),
        "CPU s of the client": round(used.ru_utime + used.ru_stime, 1),
        "MB": round(peak / 1024, 1),
    }


def _peak_kb(child: int) -> int:
    """Return the largest resident memory so far; 0 for a process that has just ended."""
    lines = Path(f"/proc/{child}/status").read_text("utf-8").splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


if __name__ == "__main__":
    main()
