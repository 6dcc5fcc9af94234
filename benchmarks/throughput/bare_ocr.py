"""Upper limit of OCR throughput: page images through bare tesserocr in several processes, and nothing else.

`python -m benchmarks.throughput.bare_ocr FOLDER --processes 2 --out FILE` writes the end and the CPU seconds of each
page to FILE.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import subprocess
import time
from pathlib import Path
from typing import Any

# OpenMP reads this when Tesseract is loaded.
os.environ["OMP_THREAD_LIMIT"] = "1"

import tesserocr
from PIL import Image

from benchmarks.cpu import machine_cpu_s

Word = tuple[str, tuple[int, int, int, int], float]

_api: Any = None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--processes", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    pages = sorted(options.folder.glob("*.png"))
    with multiprocessing.Pool(options.processes, _load, [tessdata()]) as pool:
        rows = list(pool.imap_unordered(_measured, pages, chunksize=1))
    options.out.write_text(json.dumps(rows))


def tessdata() -> str:
    """Return the folder of the installed Tesseract's languages."""
    listed = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=True).stdout
    return listed.partition('"')[2].partition('"')[0]


def read(path: Path) -> list[Word]:
    """Read the words of one page with box (x0, y0, x1, y1 in pixels) and confidence 0..1."""
    with Image.open(path) as image:
        _api.SetImage(image)
    _api.Recognize()
    level, words = tesserocr.RIL.WORD, []
    for found in tesserocr.iterate_level(_api.GetIterator(), level):
        if not found.Empty(level):
            words.append((found.GetUTF8Text(level), found.BoundingBox(level), found.Confidence(level) / 100))
    return words


def _load(folder: str) -> None:
    """Load the model once a process."""
    global _api
    _api = tesserocr.PyTessBaseAPI(path=folder, lang="eng+kor", psm=tesserocr.PSM.SINGLE_COLUMN)


def _measured(path: Path) -> dict[str, float]:
    """Read all clocks before and after one page; loading the model does not count."""
    before = {"began": time.time(), "machine_before_s": machine_cpu_s()}
    cpu_before_s = time.process_time()
    words = read(path)
    cpu_s = time.process_time() - cpu_before_s
    return {**before, "ended": time.time(), "machine_after_s": machine_cpu_s(), "cpu_s": cpu_s, "words": len(words)}


if __name__ == "__main__":
    main()
