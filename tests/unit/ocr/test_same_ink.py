"""Words that claim the same ink: one stays, or a loose box is cut back; neighbours stay as they are."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest
from PIL import Image, ImageDraw

from prelabel.ocr.choose import Choice
from prelabel.ocr.same_ink import once, overlapping
from prelabel.page import Box, Reading, Word

PAGE = Image.new("L", (800, 400), 255)
_INK = [(100, 100, 200, 120), (210, 100, 300, 120), (100, 126, 200, 146)]
for _box in _INK:
    for _x in range(_box[0], _box[2], 6):
        ImageDraw.Draw(PAGE).rectangle((_x, _box[1], _x + 2, _box[3]), fill=0)


def word(text: str, x0: float, x1: float, confidence: float = 0.9, *, y0: float = 100, y1: float = 120) -> Word:
    return Word(text, Box(x0, y0, x1, y1), confidence, "t")


def texts(*words: Word) -> list[str]:
    return [each.text for each in once(words, PAGE)]


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ((word("Retainer", 100, 200), word("etainer", 112, 200, 0.7)), ["Retainer"]),
        ((word("5", 130, 160, 0.7), word("15%", 100, 200)), ["15%"]),
        ((word("AKㅎㅎ", 100, 196, 0.42, y1=110), word("상호", 100, 200, 0.97)), ["상호"]),
        ((word("SS", 100, 200, 0.96), word("상호", 100, 200, 0.93)), ["상호"]),
        ((word("SS", 100, 200, 0.96), word("상호", 100, 200, 0.4)), ["SS"]),
        ((word("ltt", 100, 200, 0.9), word(",", 150, 156, 0.5)), ["ltt"]),
        ((word("same", 100, 200), word("same", 100, 200), word("same", 101, 199)), ["same"]),
    ],
)
def test_of_two_readings_of_one_ink_one_stays(words: tuple[Word, ...], left: list[str]) -> None:
    assert texts(*words) == left
    assert texts(*reversed(words)) == left


def test_the_other_reading_of_the_same_box_is_kept_beside_and_makes_unsure() -> None:
    [kept] = once([word("Tota1", 100, 200, 0.8), word("Total", 100, 200, 0.95)], PAGE)

    assert (kept.text, kept.other) == ("Total", Reading("Tota1", 0.8, "t"))
    assert kept.confidence == pytest.approx(0.6)

    [kept] = once([word("AKㅎㅎ", 100, 190, 0.4, y1=110), word("상호", 100, 200, 0.97)], PAGE)

    assert (kept.text, kept.other, kept.confidence) == ("상호", None, 0.8)


def test_a_loose_box_is_cut_back_to_its_own_ink() -> None:
    long, short = once([word("Cigarette", 100, 300, 0.8), word("Hong", 230, 300, 0.7)], PAGE)

    assert (long.text, short.text) == ("Cigarette", "Hong")
    assert (long.box, short.box) == (Box(100, 100, 230, 120), Box(230, 100, 300, 120))

    tall, below = once([word("Patricia", 100, 200, y1=146), word("Office", 100, 200, y0=126, y1=146)], PAGE)

    assert (tall.box, below.box) == (Box(100, 100, 200, 126), Box(100, 126, 200, 146))


def test_neighbours_whose_boxes_overlap_without_ink_stay_the_same() -> None:
    words = [word("above", 100, 200, y0=98, y1=130), word("beside", 206, 300), word("below", 100, 200, y0=118, y1=146)]

    assert once(words, PAGE) == words
    assert once([], PAGE) == []
    assert once(words[:1], PAGE) == words[:1]


def test_overlaps_of_many_words_are_found_fast() -> None:
    boxes = [Box(x, y, x + 9, y + 9) for y in range(0, 1000, 10) for x in range(0, 500, 10)]
    began = time.process_time()

    assert overlapping([*boxes, Box(100, 100, 108, 108)]) == [(510, 5000)]
    assert time.process_time() - began < 1


class _Doubling:
    """An engine that finds each word twice, as a detector with two boxes on one word does."""

    name = version = "t"

    def read(self, image: Image.Image) -> list[Word]:
        return [word("Total", 100, 200), word("Total", 99, 201, 0.8)]

    def read_boxes(self, image: Image.Image, boxes: Sequence[Box]) -> list[Reading | None]:
        return [None for _ in boxes]

    def read_line(self, image: Image.Image) -> list[Word]:
        return []


def test_no_engine_gives_a_word_twice() -> None:
    assert [each.text for each in Choice(_Doubling()).read(PAGE)] == ["Total"]
