"""Cost of selecting pages in a large project of a real Label Studio, against the unfiltered list of a script.

`python -m benchmarks.selection [--pages 100000] [--json]` starts a private Label Studio (SQLite). Seconds last until
the answer is there; CPU seconds are those of Label Studio.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.cpu import session_cpu_s
from devstack.label_studio import LabelStudioServer
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.projects import get_project
from prelabel.labelstudio.selection import WITHOUT_PREDICTIONS, count_eligible, eligible_pages
from prelabel.settings import Settings

LABELLING = Path(__file__).parent.parent / "examples" / "labelling.xml"
_CHUNK = 5000
_PAGES_IN_FLIGHT = int(Settings.model_fields["pages_in_flight"].default)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=100_000)
    parser.add_argument("--json", action="store_true", help="one JSON object, nothing else")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, LabelStudioServer(Path(folder)) as server:
        found = measure(server, options.pages)
    if options.json:
        print(json.dumps(found))
        return
    print(f"{options.pages:,} pages")
    for name, (seconds, cpu) in found["seconds"].items():
        print(f"{name:>28} {seconds:8.2f} s {cpu:8.2f} CPU s")


def measure(server: LabelStudioServer, pages: int) -> dict[str, Any]:
    """Measure seconds and CPU seconds by call; JSON-ready."""
    found: dict[str, tuple[float, float]] = {}

    def timed(name: str, call: Callable[[], int], expected: int) -> None:
        began, cpu = time.monotonic(), session_cpu_s(server.process.pid)
        assert call() == expected, name
        found[name] = round(time.monotonic() - began, 3), round(session_cpu_s(server.process.pid) - cpu, 2)

    project_id = server.create_project("large", LABELLING.read_text("utf-8"))
    with LabelStudio(server.url, server.token, timeout_s=600) as client:
        timed("import", lambda: _fill(client, project_id, pages), pages)
        project = get_project(client, project_id)

        def select(limit: int | None) -> int:
            return len(list(islice(eligible_pages(client, project, WITHOUT_PREDICTIONS, image_key="image"), limit)))

        timed("project", lambda: get_project(client, project_id).page_count, pages)
        timed("count", lambda: count_eligible(client, project_id, WITHOUT_PREDICTIONS), pages)
        timed(f"first {_PAGES_IN_FLIGHT}", lambda: select(_PAGES_IN_FLIGHT), min(_PAGES_IN_FLIGHT, pages))
        timed("whole run, listed", lambda: select(None), pages)
        timed("rival: unfiltered, 1,000", lambda: _unfiltered(client, project_id), min(1000, pages))
    return {"pages": pages, "seconds": found}


def _fill(client: LabelStudio, project_id: int, pages: int) -> int:
    made = 0
    for first in range(0, pages, _CHUNK):
        rows = [{"image": f"s3://customer/scan-{n:07}.png"} for n in range(first, min(first + _CHUNK, pages))]
        made += client.post(f"/api/projects/{project_id}/import", json=rows).json()["task_count"]
    return made


def _unfiltered(client: LabelStudio, project_id: int) -> int:
    """Fetch the first 1,000 pages with all their fields; a script would fetch all pages like this and filter them."""
    params = {"project": project_id, "page_size": 1000, "fields": "all"}
    return len(client.get("/api/tasks/", params=params).json()["tasks"])


if __name__ == "__main__":
    main()
