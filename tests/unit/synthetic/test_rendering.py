"""Pictures of synthetic pages: ink inside the boxes of words, and the command that writes pages."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from prelabel.datasets.funsd import read_annotations
from synthetic import generate
from synthetic.__main__ import main
from synthetic.rendering import picture


@pytest.mark.parametrize(
    ("language", "family"), [("ko", "ko tax invoice"), ("ko", "ko parcel"), ("ko", "ko notice"), ("en", None)]
)
def test_words_are_drawn_inside_their_boxes(language: str, family: str | None) -> None:
    made = generate(5, language, family=family, printed=True)

    drawn = picture(made)

    assert drawn.size == (made.page.width_px, made.page.height_px)
    dark = np.asarray(drawn) < 128
    boxes = [tuple(round(v) for v in (w.box.x0, w.box.y0, w.box.x1, w.box.y1)) for w in made.page.words]
    inked = [dark[y0 : y1 + 1, x0 : x1 + 1].any() for x0, y0, x1, y1 in boxes]
    assert sum(inked) > 0.97 * len(inked)
    for rule in made.rules:
        x0, y0, x1, y1 = (round(v) for v in (rule.x0, rule.y0, rule.x1, rule.y1))
        dark[max(y0 - 1, 0) : y1 + 5, max(x0 - 1, 0) : x1 + 5] = False
    for x0, y0, x1, y1 in boxes:
        dark[max(y0 - 4, 0) : y1 + 5, max(x0 - 2, 0) : x1 + 3] = False
    assert dark.mean() < 0.001


def test_the_same_page_gives_the_same_picture() -> None:
    made = generate(7, "ko", printed=True)

    assert picture(made, kind="noisy").tobytes() == picture(made, kind="noisy").tobytes()


def test_the_command_writes_pages_with_pictures(tmp_path: Path) -> None:
    arguments = ["--out", str(tmp_path), "--pages", "2", "--seed", "3", "--language", "ko", "--held-out", "--images"]

    result = CliRunner().invoke(main, arguments)

    assert result.exit_code == 0, result.output
    read = read_annotations(tmp_path)
    assert len(read) == 2
    assert all(page.image is not None and page.page.links for page in read)


def test_the_command_names_a_family_that_does_not_fit(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["--out", str(tmp_path), "--language", "en", "--family", "ko vitae"])

    assert result.exit_code != 0
    assert "ko vitae" in result.output
