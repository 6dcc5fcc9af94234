"""Places of a page read again by a real engine: alone, by the hundred, on tilted pages and on those on their side."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest
from PIL import Image

from prelabel.geometry import corners, invert, levelling, quarter_turn
from prelabel.images.decode import decode
from prelabel.ocr.choose import Choice
from prelabel.ocr.crops import read_crops
from prelabel.ocr.engines import choice_for
from prelabel.ocr.page.orientation import turned
from prelabel.page import Affine, Box
from prelabel.settings import Settings

EXAMPLES = Path(__file__).parents[3] / "examples"
#: Share of a word's height by which people draw their boxes larger.
LARGER = 0.12


@cache
def choice() -> Choice:
    settings = Settings(_env_file=None)
    return choice_for(settings, settings.for_project(0))


@cache
def sample(name: str) -> tuple[Image.Image, list[tuple[str, Box]]]:
    """Return a sample page in gray, and its words with boxes as people draw them."""
    annotation = json.loads((EXAMPLES / "annotated" / "annotations" / f"{name}.json").read_text("utf-8"))
    words = [(word["text"], Box(*word["box"])) for entity in annotation["form"] for word in entity["words"]]
    page = decode((EXAMPLES / "pages" / f"{name}.png").read_bytes(), max_pixels=10**8, gray=True)
    return page, [(text, larger(box)) for text, box in words]


def larger(box: Box) -> Box:
    by = LARGER * box.height
    return Box(box.x0 - by, box.y0 - by, box.x1 + by, box.y1 + by)


def right(words: list[tuple[str, Box]], page: Image.Image, to_shown: Affine, *, upright: bool = True) -> float:
    """Return the share of words that come back with the right text."""
    outlines = [corners(to_shown, box) for _, box in words]
    from_shown = invert(to_shown) if upright else Affine()
    read = read_crops(page, outlines, from_shown, choice(), upright=upright)
    found = ["".join(word.text for word in of_place) for of_place in read]
    return sum(text == each for (text, _), each in zip(words, found, strict=True)) / len(words)


@pytest.mark.parametrize("name", ["en-invoice", "ko-quotation"])
def test_places_come_back_with_their_text(name: str) -> None:
    page, words = sample(name)

    assert right(words, page, Affine()) > 0.95


@pytest.mark.parametrize("name", ["en-invoice", "ko-quotation"])
def test_a_single_place_needs_no_neighbours(name: str) -> None:
    page, words = sample(name)
    few = [word for word in words[::12] if len(word[0]) > 1]

    assert sum(right([word], page, Affine()) for word in few) >= len(few) - 1


@pytest.mark.parametrize("quarters", [1, 2, 3])
@pytest.mark.parametrize("known", [True, False])
def test_pages_that_lie_on_their_side(quarters: int, known: bool) -> None:
    page, words = sample("ko-quotation")

    lying = turned(page, quarters)
    assert right(words[::3], lying, quarter_turn(quarters, *page.size), upright=known) > 0.9


def test_tilted_pages() -> None:
    page, words = sample("en-invoice")
    to_shown, width, height = levelling(-4.0, *page.size)
    m = invert(to_shown)
    tilted = page.transform(
        (width, height),
        Image.Transform.AFFINE,
        (m.a, m.b, m.c, m.d, m.e, m.f),
        Image.Resampling.BICUBIC,
        fillcolor=255,
    )

    assert right(words[::3], tilted, to_shown) > 0.95


@pytest.mark.parametrize("look", [lambda gray: 250 - (255 - gray) * 0.15, lambda gray: 255 - gray])
def test_faint_and_reversed_print(look: object) -> None:
    page, words = sample("en-invoice")

    assert right(words[::5], page.point(look), Affine()) > 0.95  # type: ignore[arg-type]


def test_a_polygon_leaves_its_neighbours_out() -> None:
    page, words = sample("en-invoice")
    number = next(n for n, (text, _) in enumerate(words) if text == "NP-20418")
    box = words[number][1]
    far = [(box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0 - 400, box.y1 + 0.1), (box.x0, box.y1)]

    ((word,),) = read_crops(page, [far], Affine(), choice())
    assert word.text == "NP-20418"


def test_boxes_of_words_are_those_of_the_upright_page() -> None:
    page, words = sample("en-invoice")
    text, box = next(word for word in words if word[0] == "Northgate")

    (read,) = read_crops(
        turned(page, 1), [corners(quarter_turn(1, *page.size), box)], Affine(0, 1, 0, -1, 0, page.height), choice()
    )
    assert [word.text for word in read] == [text]
    assert box.x0 <= read[0].box.x0 < box.x0 + 20
    assert box.x1 - 20 < read[0].box.x1 <= box.x1
    assert box.y0 <= read[0].box.y0 < read[0].box.y1 <= box.y1


@pytest.mark.parametrize(
    "box",
    [
        Box(20, 20, 21, 21),  # tiny
        Box(30, 30, 30, 90),  # without area
        Box(-500, -500, -400, -400),  # beside the page
        Box(0, 0, 60, 60),  # paper at the border
        Box(1e9, 1e9, 2e9, 2e9),
    ],
)
def test_where_nothing_is_written_nothing_is_read(box: Box) -> None:
    page, _ = sample("en-invoice")

    assert read_crops(page, [corners(Affine(), box)], Affine(), choice()) == [[]]


def test_a_place_at_the_border_is_cut_to_the_page() -> None:
    page, words = sample("en-invoice")
    text, box = next(word for word in words if word[0] == "Northgate")
    cut = page.crop((int(box.x0), int(box.y0), page.width, page.height))

    ((word,),) = read_crops(cut, [corners(Affine(), Box(-300, -200, box.width, box.height))], Affine(), choice())
    assert word.text == text


def test_no_places() -> None:
    assert read_crops(sample("en-invoice")[0], [], Affine(), choice()) == []
