"""The benchmark of stage extract runs with torch, transformers, numpy and lightgbm alone, on a small LayoutLM."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.extract.pages import rows
from prelabel.page import Box

ROOT = Path(__file__).parents[3]
#: What a machine with a GPU may well lack.
MISSING = ("redis", "celery", "label_studio_sdk", "pydantic", "pydantic_settings", "faker", "httpx", "dotenv")
CODE = f"""
import sys
from functools import partial

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {MISSING}:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Missing())
from benchmarks.extract import __main__ as extract, ways
ways.LayoutLMConfig = partial(
    ways.LayoutLMConfig, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64
)
extract.LARGE = 600
extract.main()
"""


@pytest.mark.slow  # 9 CPU seconds
def test_it_runs_where_little_is_installed(tmp_path: Path) -> None:
    result = tmp_path / "found.json"
    picture = tmp_path / "found.png"

    done = subprocess.run(
        [
            *(sys.executable, "-c", CODE, "--device", "cpu", "--precision", "bf16", "--pages", "4"),
            *("--json", str(result), "--plot", str(picture)),
        ],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=400,
    )

    assert done.returncode == 0, done.stderr
    found = json.loads(result.read_text("utf-8"))
    assert [way["dtype"] for way in found["ways"]] == ["fp32", "bf16", "bf16"]
    assert found["pages_made_by"] == "rows"
    assert found["compact"]["page_ms"] > 0
    assert 0 <= found["ways"][-1]["waste"] < 0.5
    assert "one page at a time" in done.stdout
    assert picture.stat().st_size > 1000


def test_rows_are_straight_and_as_many_as_asked_for() -> None:
    page = rows(3, words=5000)

    assert len(page.words) == 5000
    assert all(w.box.x0 < w.box.x1 <= page.width_px and w.box.y1 < page.height_px for w in page.words)
    assert page.words[0].box == Box(120, 160, 120 + 14 * len(page.words[0].text), 188)
