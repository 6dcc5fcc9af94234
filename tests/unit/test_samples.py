"""Sample pages: enough of each language, small, each with its truth."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from PIL import Image

from prelabel.datasets.funsd import AnnotatedPage, read_annotations
from prelabel.labelstudio.controls.report import missing
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


ANNOTATED = read_annotations(EXAMPLES / "annotated")


@pytest.mark.parametrize("made", ANNOTATED, ids=lambda made: made.name)
def test_an_annotated_page_has_the_truths_pairs_and_boxes_around_ink(made: AnnotatedPage) -> None:
    """Given a page in FUNSD's layout, its links give the pairs of its truth, and each box surrounds letters."""
    truth = json.loads((EXAMPLES / "truth" / f"{made.name}.json").read_text("utf-8"))["key_values"]
    assert made.image is not None
    entities = made.page.entities or ()
    texts = [" ".join(made.page.words[i].text for i in entity.words) for entity in entities]
    linked: dict[int, list[str]] = {}
    for link in made.page.links or ():
        assert (entities[link.source].label, entities[link.target].label) == ("QUESTION", "ANSWER")
        linked.setdefault(link.target, []).append(texts[link.source])
    pairs = sorted((question, texts[answer]) for answer, questions in linked.items() for question in questions)
    assert _plain(pairs) == _plain(sorted((key, value) for key, value in truth))
    with Image.open(made.image) as image:
        gray = image.convert("L")
        for word in made.page.words:
            seen = gray.crop((int(word.box.x0), int(word.box.y0), int(word.box.x1), int(word.box.y1))).tobytes()
            assert max(seen) - min(seen) > 100, word


def _plain(pairs: list[tuple[str, str]]) -> list[str]:
    """Return the letters of the pairs: a line break is a space in one and none in the other."""
    return sorted("".join("".join(pair).split()) for pair in pairs)


def test_the_annotated_pages_are_those_of_the_samples() -> None:
    assert (EXAMPLES / "annotated" / "images").resolve() == EXAMPLES / "pages"
    assert {made.name for made in ANNOTATED} < {page.stem for page in PAGES}
    assert len(ANNOTATED) >= 7


def test_the_demo_configuration_takes_all_predicted_labels() -> None:
    config = LabellingConfig.parse((EXAMPLES / "labelling.xml").read_text("utf-8"))
    assert missing(config, LABELS) == ()
    assert config.relations is not None
