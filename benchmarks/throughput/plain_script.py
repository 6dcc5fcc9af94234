"""Plain script: for each page of a project GET the image, pytesseract, and one POST of the prediction.

`python -m benchmarks.throughput.plain_script PROJECT --out FILE` writes the end of each page and the CPU
seconds to FILE.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path

from benchmarks.cpu import machine_cpu_s
from benchmarks.throughput import plain


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("project", type=int)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    ended: list[float] = []
    before = {"began": time.time(), "cpu_s": _cpu_s(), "machine_s": machine_cpu_s()}
    with plain.client() as http:
        listed = http.get("/api/tasks/", params={"project": options.project, "page_size": 1000}).raise_for_status()
        for page in listed.json()["tasks"]:
            result = plain.predict(http, page["data"]["image"])
            body = {"task": page["id"], "result": result, "model_version": plain.MODEL_VERSION}
            http.post("/api/predictions/", json=body).raise_for_status()
            ended.append(time.time())
    used = {"cpu_s": _cpu_s() - before["cpu_s"], "machine_s": machine_cpu_s() - before["machine_s"]}
    options.out.write_text(json.dumps({"began": before["began"], "ended": ended, **used}))


def _cpu_s() -> float:
    """Return the CPU seconds of this process and of the Tesseract processes that have ended."""
    return sum(os.times()[:4])


if __name__ == "__main__":
    main()
