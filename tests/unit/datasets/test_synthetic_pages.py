"""Synthetic pages where their generator is not installed: one line that names it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

import synthetic
from prelabel.cli import main
from prelabel.datasets.synthetic_pages import synthetic_labels, synthetic_page
from prelabel.errors import ModelUnavailable
from prelabel.evaluation.kie_data import read_pages
from prelabel.training.sources import parse

CURE = r"prelabel-synthetic.*: pip install prelabel-synthetic, or pip install \./synthetic in a checkout$"


@pytest.fixture
def without_generator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "synthetic", None)


@pytest.mark.usefixtures("without_generator")
def test_without_the_generator_synthetic_sources_are_refused() -> None:
    with pytest.raises(ModelUnavailable, match=CURE):
        parse("synthetic:ko=0.3")
    with pytest.raises(ModelUnavailable, match=CURE):
        read_pages("synthetic:ko-held-out:2")


def test_pages_and_labels_are_those_of_the_generator() -> None:
    assert synthetic_page(7, "ko", held_out=True) == synthetic.generate(7, "ko", held_out=True)
    assert synthetic_labels() == synthetic.LABELS


@pytest.mark.usefixtures("without_generator")
@pytest.mark.parametrize(
    "command", ["train ser --data synthetic", "train relations", "evaluate kie --data synthetic:ko:2"]
)
def test_commands_end_with_one_line_that_names_it(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    with pytest.raises(SystemExit, match="2"):
        main([*command.split(), *(("--out", str(out)) if command.startswith("train") else ())])
    [line] = capsys.readouterr().err.splitlines()
    assert re.search(CURE, line)
    assert not out.exists()
