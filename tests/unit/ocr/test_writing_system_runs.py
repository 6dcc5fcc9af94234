"""Lines cut into pieces and writing-system runs, and each run shown alone."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont, ImageOps

from prelabel.geometry import grow, iou, union
from prelabel.images.ink import dark_pixels
from prelabel.ocr.tesseract.modes import LINE, WORD
from prelabel.ocr.tesseract.writing_system_runs import (
    LinePiece,
    WritingSystemRun,
    korean_share,
    pieces_of_lines,
    read_line_part,
    writing_system_runs,
)
from prelabel.page import Box, Word
from tests.support.ocr_pages import FONT, Printed, printed

LETTER_PX = 20
MIXED = printed(["견적번호 Invoice 상호 Total"])
MIXED_BOXES = [box for _, box in MIXED.words]


def pieces(image: Image.Image, *boxes: Box, letter_px: float = LETTER_PX) -> list[LinePiece]:
    """Return the pieces of one line."""
    return [piece for line in pieces_of_lines([boxes], dark_pixels(image), letter_px) for piece in line]


def wide(*letters: str) -> Printed:
    """Draw letters two heights apart."""
    image, font, words = Image.new("L", (600, 120), 255), ImageFont.truetype(FONT, 31), []
    draw = ImageDraw.Draw(image)
    for x, letter in zip(range(40, 600, 90), letters, strict=False):
        draw.text((x, 40), letter, font=font, fill=0)
        words.append((letter, Box(*draw.textbbox((x, 40), letter, font=font))))
    return Printed(image, tuple(words))


def ink(page: Image.Image, near: Box) -> Box:
    """Return the box around the ink in a box."""
    x, y = int(near.x0), int(near.y0)
    rows, columns = np.nonzero(dark_pixels(page)[y : int(near.y1) + 1, x : int(near.x1) + 1])
    return Box(x + columns.min(), y + rows.min(), x + columns.max() + 1, y + rows.max() + 1)


def assert_stand_in(found: list[LinePiece], boxes: list[Box]) -> None:
    assert [iou(piece.box, box) > 0.8 for piece, box in zip(found, boxes, strict=True)] == [True] * len(boxes)


def test_each_word_is_a_piece_in_its_writing_system() -> None:
    found = pieces(MIXED.image, *MIXED_BOXES)

    assert_stand_in(found, MIXED_BOXES)
    assert [piece.korean for piece in found] == [True, False, True, False]


def test_lines_stay_apart_and_lines_without_ink_go() -> None:
    empty = Box(80, 600, 200, 630)

    found = pieces_of_lines([MIXED_BOXES[:1], [empty], MIXED_BOXES[1:]], dark_pixels(MIXED.image), LETTER_PX)

    assert [len(line) for line in found] == [1, 3]


def test_letters_set_wide_are_pieces_of_their_own() -> None:
    page = wide("품", "목", "A")
    boxes = [box for _, box in page.words]

    found = pieces(page.image, union(boxes))

    assert [piece.korean for piece in found] == [True, True, False]
    for piece, box in zip(found, boxes, strict=True):
        assert (piece.box.x0, piece.box.x1) == pytest.approx((box.x0, box.x1), abs=4)


def test_a_ruled_row_in_a_long_window_joins_nothing() -> None:
    page = wide("품", "목", "A")
    around = union(box for _, box in page.words)
    ImageDraw.Draw(page.image).line((0, around.y1 + 2, 600, around.y1 + 2), fill=0, width=2)

    assert len(pieces(page.image, Box(around.x0, around.y0, around.x1, around.y1 + 4))) == 3


@pytest.mark.parametrize(("height", "count"), [(9, 0), (11, 1), (119, 1), (121, 0)])
def test_lines_too_low_or_too_high_for_text_are_left_out(height: int, count: int) -> None:
    page = Image.new("L", (300, 300), 255)
    page.paste(0, (50, 50, 58, 50 + height))

    assert len(pieces(page, Box(50, 50, 58, 50 + height))) == count


def test_a_box_too_high_for_text_is_left_out_of_its_line() -> None:
    page, rule = MIXED.image.copy(), Box(70, 50, 73, 200)
    page.paste(0, (70, 50, 73, 200))

    found = pieces(page, rule, *MIXED_BOXES)

    assert_stand_in(found, MIXED_BOXES)


def test_slivers_are_no_pieces() -> None:
    page = Image.new("L", (300, 300), 255)
    page.paste(0, (50, 50, 51, 90))
    page.paste(0, (100, 50, 102, 90))

    (found,) = pieces(page, Box(40, 50, 140, 90), letter_px=40)

    assert (found.box.x0, found.box.x1) == (100, 102)


def test_a_dash_is_shown_as_high_as_its_line() -> None:
    page = printed(["Total - 견적서"])
    boxes = [box for _, box in page.words]
    dash = ink(page.image, boxes[1])

    found = pieces(page.image, boxes[0], dash, boxes[2])

    assert [piece.box.height >= 20 for piece in found] == [True] * 3
    assert found[1].box.center[1] == dash.center[1]
    assert not found[1].korean


@pytest.mark.parametrize(
    "box", [Box(-90, 5, -50, 30), Box(900, 5, 950, 30), Box(5, -90, 50, -60), Box(5, 900, 50, 930), Box(5, 5, 5, 35)]
)
def test_boxes_without_ink_or_outside_the_page_hold_no_pieces(box: Box) -> None:
    assert pieces(Image.new("L", (200, 200), 255), box, Box(9, 9, 60, 39)) == []


def test_a_box_over_the_edge_holds_what_is_on_the_page() -> None:
    page = Image.new("L", (200, 200), 255)
    page.paste(0, (170, 20, 200, 50))

    (found,) = pieces(page, Box(150, 20, 260, 50))

    assert found.box == Box(170, 20, 200, 50)


def test_no_lines_have_no_pieces() -> None:
    assert pieces_of_lines([], dark_pixels(MIXED.image), LETTER_PX) == []


@pytest.mark.parametrize(("chances", "share"), [([], 0.0), ([[]], 0.0), ([[1.0, 0.0], [0.5]], 0.5), ([[0.25]], 0.25)])
def test_the_share_of_hangul_is_that_of_its_pieces(chances: list[list[float]], share: float) -> None:
    assert korean_share([[LinePiece(Box(0, 0, 1, 1), chance) for chance in line] for line in chances]) == share


def piece(x0: float, x1: float, hangul: float) -> LinePiece:
    return LinePiece(Box(x0, 0, x1, 20), hangul)


@pytest.mark.parametrize(
    ("line", "runs"),
    [
        ([(0, 40, 0.9), (46, 90, 0.5), (120, 160, 0.9)], [(0, 160, True)]),
        ([(0, 40, 0.9), (46, 90, 0.1), (96, 160, 0.2)], [(0, 40, True), (46, 160, False)]),
        ([(0, 40, 0.9), (70, 90, 0.9)], [(0, 90, True)]),
        ([(0, 40, 0.9), (71, 90, 0.9)], [(0, 40, True), (71, 90, True)]),
        ([(0, 40, 0.9), (44, 50, 0.1), (54, 90, 0.9)], [(0, 90, True)]),
        ([(0, 40, 0.1), (44, 50, 0.9), (54, 90, 0.1)], [(0, 90, False)]),
        ([(0, 40, 0.9), (50, 56, 0.1)], [(0, 40, True), (50, 56, False)]),
        ([(0, 40, 0.9), (44, 52, 0.1)], [(0, 40, True), (44, 52, False)]),
        ([(0, 5, 0.1), (8, 40, 0.9)], [(0, 5, False), (8, 40, True)]),
    ],
    ids=[
        "neighbours in one writing system",
        "two writing systems",
        "a gap of one and a half heights",
        "a wider gap",
        "punctuation in Hangul",
        "punctuation that looks like Hangul",
        "punctuation that stands apart",
        "a letter",
        "punctuation that begins the line",
    ],
)
def test_runs_are_neighbours_in_one_writing_system(
    line: list[tuple[float, float, float]], runs: list[tuple[float, float, bool]]
) -> None:
    assert writing_system_runs([piece(*part) for part in line]) == [
        WritingSystemRun(Box(x0, 0, x1, 20), korean) for x0, x1, korean in runs
    ]


def test_a_run_is_as_high_as_its_highest_piece() -> None:
    line = [LinePiece(Box(0, 5, 40, 20), 0.9), LinePiece(Box(45, 2, 80, 18), 0.9)]

    assert writing_system_runs(line) == [WritingSystemRun(Box(0, 2, 80, 20), True)]


class Finder:
    """A fake of Tesseract that reads one word in the box around the ink, grown, and keeps the image."""

    def __init__(self, by: float = 0) -> None:
        self._by = by
        self.shown = Image.new("L", (0, 0))
        self.asked: tuple[tuple[str, ...], int] | None = None

    def __call__(self, image: Image.Image, languages: tuple[str, ...], mode: int) -> list[list[Word]]:
        self.shown, self.asked = image, (languages, mode)
        x0, y0, x1, y1 = ImageOps.invert(image).point(lambda level: level > 127 and 255).getbbox() or (0, 0, 0, 0)
        return [[Word("상호", grow(Box(x0, y0, x1, y1), self._by), 0.9, "t")]]


RUN = ink(MIXED.image, MIXED_BOXES[2])


@pytest.mark.parametrize("by", [0, 4, 40])
def test_words_come_back_in_their_place_no_higher_than_their_run(by: float) -> None:
    finder = Finder(by)

    (word,) = read_line_part(finder, MIXED.image, RUN, ("kor",))

    assert finder.asked == (("kor",), LINE)
    assert (word.text, word.confidence, word.engine) == ("상호", 0.9, "t")
    assert (word.box.x0, word.box.x1) == pytest.approx((RUN.x0 - by, RUN.x1 + by), abs=1)
    assert (word.box.y0, word.box.y1) == pytest.approx((RUN.y0, RUN.y1), abs=1)


def test_a_word_within_its_run_keeps_its_height() -> None:
    (word,) = read_line_part(Finder(), MIXED.image, grow(RUN, 5), ("kor",))

    assert (word.box.y0, word.box.y1) == pytest.approx((RUN.y0, RUN.y1), abs=1)


def test_a_word_outside_its_run_is_as_high_as_the_run() -> None:
    def above(image: Image.Image, languages: tuple[str, ...], mode: int) -> list[list[Word]]:
        return [[Word("상호", Box(20, 0, 40, 2), 0.9)]]

    (word,) = read_line_part(above, MIXED.image, RUN, ("kor",))

    assert (word.box.y0, word.box.y1) == (RUN.y0, RUN.y1)


def test_nothing_read_gives_no_words() -> None:
    assert read_line_part(lambda *_: [], MIXED.image, RUN, ("kor",)) == []


def test_what_stands_above_and_below_is_not_shown() -> None:
    page, finder = MIXED.image.copy(), Finder()
    for y in (RUN.y0 - 7, RUN.y1 + 7):
        page.paste(0, (0, int(y) - 1, page.width, int(y) + 1))

    (word,) = read_line_part(finder, page, RUN, ("kor",))

    assert (word.box.x0, word.box.x1) == pytest.approx((RUN.x0, RUN.x1), abs=1)
    assert finder.shown.height >= 1.5 * RUN.height


def test_a_run_at_the_edges_of_the_page_stands_on_paper() -> None:
    page = MIXED.image.crop((int(RUN.x0), int(RUN.y0), int(RUN.x1), int(RUN.y1)))
    finder, whole = Finder(), Box(0, 0, page.width, page.height)

    (word,) = read_line_part(finder, page, whole, ("kor",))

    assert word.box == whole
    assert min(finder.shown.width - page.width, finder.shown.height - page.height) >= 0.2 * page.height


def test_dark_ground_is_continued() -> None:
    page, finder = ImageOps.invert(MIXED.image).point(lambda level: max(level, 30)), Finder()

    read_line_part(finder, page, RUN, ("kor",))

    edges = np.asarray(finder.shown)
    assert set(np.concatenate((edges[0], edges[-1], edges[:, 0], edges[:, -1])).tolist()) == {30}


@pytest.mark.parametrize("box", [Box(-50, -50, -10, -10), Box(9000, 9000, 9050, 9050), Box(0, 0, 0, 0)])
def test_a_run_outside_the_page_shows_paper(box: Box) -> None:
    finder = Finder()

    read_line_part(finder, MIXED.image, box, ("kor",))

    assert finder.shown.getextrema() == (255, 255)


def test_a_short_run_that_is_no_line_to_the_engine_is_read_as_a_word() -> None:
    def recognise(image: Image.Image, _languages: tuple[str, ...], mode: int) -> list[list[Word]]:
        words = [Word("배송비:", Box(0, 0, *image.size), 0.96), Word("A", Box(0, 0, *image.size), 0.3)]
        return [words] if mode == WORD else []

    (word,) = read_line_part(recognise, MIXED.image, RUN, ("kor",))

    assert word.text == "배송비:"
    assert read_line_part(recognise, MIXED.image, Box(10, 10, 400, 30), ("kor",)) == []
