"""Sample pages: enough of each language, small, each with its truth."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from PIL import Image

from prelabel.labelstudio.labelling_config import LABELS, LabellingConfig

EXAMPLES = Path(__file__).parents[2] / "examples"
PAGES = sorted((EXAMPLES / "pages").iterdir())


def test_there_are_enough_of_each_language_and_they_are_small() -> None:
    languages = [json.loads(f.read_text("utf-8"))["language"] for f in (EXAMPLES / "truth").glob("*.json")]
    assert len(PAGES) == len(languages) >= 8
    assert min(languages.count("en"), languages.count("ko")) >= 4
    assert sum(page.stat().st_size for page in PAGES) < 4 * 2**20


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_page_is_a4_and_has_a_truth(page: Path) -> None:
    with Image.open(page) as image:
        assert sorted(image.size) == [1654, 2339]
        assert round(image.info["dpi"][0]) == 200
    truth = json.loads((EXAMPLES / "truth" / f"{page.stem}.json").read_text("utf-8"))
    assert bool(truth["key_values"]) == (page.stem != "blank")
    for key, value in truth["key_values"]:
        for text in (key, value):
            assert text
            assert text == unicodedata.normalize("NFC", " ".join(text.split()))


def test_the_demo_configuration_takes_all_predicted_labels() -> None:
    config = LabellingConfig.parse((EXAMPLES / "labelling.xml").read_text("utf-8"))
    assert config.missing(LABELS) == ()
    assert config.relations is not None
