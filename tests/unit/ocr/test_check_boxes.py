"""Check boxes found in drawn pages and in words: ticked or not, and what only looks like one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from random import Random

import pytest
from PIL import Image, ImageDraw, ImageFont

from prelabel.geometry import iou
from prelabel.ocr.check_boxes.finding import check_boxes
from prelabel.ocr.check_boxes.reading import add_boxes, read_with_boxes
from prelabel.ocr.check_boxes.typed import typed_boxes
from prelabel.ocr.check_boxes.words import ENGINE
from prelabel.page import Box, Word
from synthetic.check_boxes import marks
from synthetic.check_boxes.pages import check_box_page
from tests.support.ocr_pages import FONT

SIDE = 30
CORNERS = ((100, 200), (240, 200), (100, 340))
TEXT = ImageFont.truetype(FONT, 32)


def form(kind: str, drawn: Sequence[str], *, rule: int = 3) -> tuple[Image.Image, list[Box]]:
    """Draw a row of boxes with these marks, each before an option, under a line of text."""
    ink = Image.new("L", (1240, 700), 0)
    draw = ImageDraw.Draw(ink)
    draw.text((80, 60), "Please choose what applies to you and your family", font=TEXT, fill=255)
    boxes = []
    for place, mark in enumerate(drawn):
        wide = 1.3 if "brackets" in kind else 1.0
        box = Box(100 + 270 * place, 200, 100 + 270 * place + wide * SIDE, 200 + SIDE)
        if kind == "circle":
            marks.circle(draw, box, rule)
        elif "brackets" in kind:
            marks.brackets(draw, box, rule, curved=kind == "round brackets")
        else:
            marks.square(draw, box, rule, Random(1), rounded=kind == "rounded")
        inner = Box(box.x0 + 6, box.y0, box.x1 - 6, box.y1) if "brackets" in kind else box
        if mark:
            marks.mark(draw, inner, mark, rule, Random(1))
        draw.text((box.x1 + 14, 196), ("Married", "Single", "Other", "None")[place], font=TEXT, fill=255)
        boxes.append(box)
    return ink.point(lambda level: 255 - level), boxes


@pytest.mark.parametrize(
    ("kind", "mark"),
    [
        *(("square", mark) for mark in marks.SQUARE_MARKS),
        *(("circle", mark) for mark in marks.CIRCLE_MARKS),
        *(("rounded", mark) for mark in ("check", "cross", "blot")),
        *(("square brackets", mark) for mark in ("letter", "check", "cross")),
        *(("round brackets", mark) for mark in ("letter", "dot")),
    ],
)
def test_boxes_are_found_where_they_are_with_their_ticks(kind: str, mark: str) -> None:
    page, boxes = form(kind, ["", mark, "", ""])

    found = sorted(check_boxes(page), key=lambda each: each.box.x0)

    assert [each.ticked for each in found] == [False, True, False, False]
    assert all(iou(each.box, box) > 0.6 for each, box in zip(found, boxes, strict=True))


@pytest.mark.parametrize("mark", ["check", "cross", "letter"])
def test_a_single_ticked_square_needs_no_empty_one_beside_it(mark: str) -> None:
    page, _ = form("square", [mark])

    assert [each.ticked for each in check_boxes(page)] == [True]


@pytest.mark.parametrize(("kind", "mark"), [("square", "fill"), ("circle", "filled"), ("circle", "")])
def test_solid_shapes_and_circles_alone_are_bullets_and_letters(kind: str, mark: str) -> None:
    page, _ = form(kind, [mark, mark, mark])

    assert check_boxes(page) == []


def boxed_digits(draw: ImageDraw.ImageDraw, pitch: int) -> None:
    for place in range(8):
        x = 100 + pitch * place
        draw.rectangle((x, 200, x + 36, 240), outline=0, width=2)
        draw.text((x + 9, 202), str(place), font=TEXT, fill=0)


def table(draw: ImageDraw.ImageDraw) -> None:
    for x in range(100, 300, 40):
        for y in range(200, 360, 40):
            draw.rectangle((x, y, x + 40, y + 40), outline=0, width=2)


def qr_code(draw: ImageDraw.ImageDraw) -> None:
    noise = Random(3)
    for x in range(100, 289, 7):
        for y in range(200, 389, 7):
            corner = any(abs(x - a - 20) < 35 and abs(y - b - 20) < 35 for a, b in CORNERS)
            if not corner and noise.random() < 0.5:
                draw.rectangle((x, y, x + 6, y + 6), fill=0)
    for left, top in CORNERS:
        for inset, level in ((0, 0), (7, 255), (14, 0)):
            draw.rectangle((left + inset, top + inset, left + 48 - inset, top + 48 - inset), fill=level)


def bullets_beside_boxes() -> Image.Image:
    page, _ = form("square", ["", "cross"])
    draw = ImageDraw.Draw(page)
    for y in (400, 450, 500):
        draw.rectangle((300, y, 300 + SIDE, y + SIDE), fill=0)
        draw.text((350, y - 4), "Clean rooms", font=TEXT, fill=0)
    return page


def test_bullets_as_large_as_the_boxes_of_the_page_are_bullets() -> None:
    assert len(check_boxes(bullets_beside_boxes())) == 2


#: Drawings that only look like check boxes.
LOOK_ALIKES: dict[str, Callable[[ImageDraw.ImageDraw], None]] = {
    "boxed digits": lambda draw: boxed_digits(draw, 36),
    "boxed digits apart": lambda draw: boxed_digits(draw, 44),
    "table": table,
    "letters": lambda draw: draw.text((100, 200), "O  D  Q  0  o  B  H     D. O. Bell", font=TEXT, fill=0),
    "text in brackets": lambda draw: draw.text((100, 200), "(a) first   (b) second   [1] note", font=TEXT, fill=0),
    "Korean letters": lambda draw: draw.text(
        (100, 200), "미국 마음 이미지 므로 ㅇ ㅁ 안녕 몸무게 입금", font=TEXT, fill=0
    ),
    "QR code": qr_code,
}


@pytest.mark.parametrize("what", LOOK_ALIKES)
def test_what_only_looks_like_a_check_box_is_none(what: str) -> None:
    page = Image.new("L", (1240, 700), 255)
    draw = ImageDraw.Draw(page)
    draw.text((80, 60), "Registration of a business, second page", font=TEXT, fill=0)
    LOOK_ALIKES[what](draw)

    assert check_boxes(page) == []


@pytest.mark.parametrize("size", [(1, 1), (9, 3), (3, 900), (700, 900)])
def test_pages_without_ink_and_tiny_ones_have_no_boxes(size: tuple[int, int]) -> None:
    assert check_boxes(Image.new("L", size, 255)) == []
    assert check_boxes(Image.new("L", size, 0)) == []


@pytest.mark.parametrize("seed", range(4))
def test_generated_forms_give_their_boxes(seed: int) -> None:
    page = check_box_page(seed, language="en", dpi=200, wear="clean", kind="square")

    found = check_boxes(page.image)

    hits = [(each, box) for each in found for box in page.boxes if iou(each.box, box.box) > 0.3]
    assert len(found) == len(hits) >= len(page.boxes) - 2  # a mark by hand may touch the option
    assert all(each.ticked == box.ticked for each, box in hits)


def marked_by_hand(strokes: Sequence[Sequence[tuple[int, int]]]) -> tuple[Image.Image, list[Box]]:
    """Return a row of boxes; the second has these strokes, in points from its upper left corner."""
    page, boxes = form("square", ["", "", ""])
    draw = ImageDraw.Draw(page)
    for stroke in strokes:
        draw.line([(boxes[1].x0 + x, boxes[1].y0 + y) for x, y in stroke], fill=0, width=4, joint="curve")
    return page, boxes


#: Marks that leave their box, of 30 x 30 pixels.
HANDS = {
    "from the left": [[(-10, 4), (8, 30), (30, -4), (56, -22)]],
    "over the edge": [[(-8, -8), (38, 38)], [(38, -8), (-8, 38)]],
    "into the letter": [[(3, 9), (13, 28), (32, 10), (50, 6)]],
    "below": [[(4, 10), (14, 42), (34, -8)]],
}


@pytest.mark.parametrize("hand", HANDS)
def test_marks_may_leave_their_box_on_any_side(hand: str) -> None:
    page, boxes = marked_by_hand(HANDS[hand])

    found = sorted(check_boxes(page), key=lambda each: each.box.x0)

    assert [each.ticked for each in found] == [False, True, False]
    assert all(iou(each.box, box) > 0.6 for each, box in zip(found, boxes, strict=True))


def test_a_letter_that_a_mark_touches_stays() -> None:
    page, boxes = marked_by_hand(HANDS["into the letter"])
    seen = []

    def read(image: Image.Image) -> list[Word]:
        seen.append(image)
        return [Word("Si", Box(414, 200, 440, 230))]

    words = read_with_boxes(read, page)

    letter = round(boxes[1].x1) + 14, 200, round(boxes[1].x1) + 28, 230
    dark = [sum(image.crop(letter).histogram()[:128]) for image in (page, seen[0])]
    assert dark[1] > 0.8 * dark[0]
    assert [word.text for word in words] == ["☐", "☑", "Si", "☐"]


def test_a_short_word_under_the_end_of_a_tick_is_no_misreading_of_it() -> None:
    page, boxes = marked_by_hand([[(-10, 4), (8, 30), (30, -4), (90, -22)]])
    ImageDraw.Draw(page).rectangle((boxes[1].x1 + 14, 205, boxes[1].x1 + 40, 222), fill=0)
    word = Word("남", Box(boxes[1].x1 + 14, 200, boxes[1].x1 + 40, 224))

    assert word in read_with_boxes(lambda image: [word], page)


def test_the_engine_sees_no_boxes_and_its_misreadings_of_them_go() -> None:
    page, boxes = form("square", ["hand", ""])
    seen = []

    def read(image: Image.Image) -> list[Word]:
        seen.append(image)
        return [
            Word("/", Box(130, 190, 142, 200)),
            Word("Married", Box(144, 200, 250, 230)),
            Word("Single", Box(414, 200, 500, 230)),
        ]

    words = read_with_boxes(read, page)

    assert [(word.text, word.engine) for word in words] == [
        ("☑", ENGINE),
        ("Married", ""),
        ("☐", ENGINE),
        ("Single", ""),
    ]
    for box in boxes:
        assert seen[0].crop((int(box.x0), int(box.y0), int(box.x1), int(box.y1))).getextrema() == (255, 255)
    assert page.crop((100, 200, 130, 230)).getextrema()[0] == 0, "the page itself stays as it is"


def line(text: str) -> list[Word]:
    words, x = [], 0
    for part in text.split():
        words.append(Word(part, Box(x, 0, x + 10 * len(part), 20)))
        x += 10 * len(part) + 10
    return words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("성별 □남 ■여", "성별 ☐ 남 ☑ 여"),
        ("성별: 남□ 여■", "성별: 남 ☐ 여 ☑"),
        ("구분 ( ) 신규 (O) 갱신", "구분 ☐ 신규 ☑ 갱신"),
        ("동의 [ ] 예 [V] 아니오", "동의 ☐ 예 ☑ 아니오"),
        ("동의 [ V ] 예 [ ] 아니오", "동의 ☑ 예 ☐ 아니오"),
        ("○ Day ● Night", "☐ Day ☑ Night"),
        ("□ 개인 ☑ 법인", "☐ 개인 ☑ 법인"),
        ("☑ I agree", "☑ I agree"),
    ],
)
def test_typed_boxes_become_words_of_their_own(text: str, expected: str) -> None:
    found = typed_boxes(line(text))

    assert " ".join(word.text for word in found) == expected
    assert all((word.engine == ENGINE) == (word.text in "☐☑") for word in found)
    assert all(a.box.x1 <= b.box.x0 + 1e-6 for a, b in pairwise(found))


@pytest.mark.parametrize(
    "text", ["□ 사업 개요 □ 예산", "■ First ■ Second", "f(x) = ( )", "[1] see (a) and (O)", "(주)삼성 ( )", "a[ ]b"]
)
def test_bullets_and_text_in_brackets_stay_words(text: str) -> None:
    assert typed_boxes(line(text)) == line(text)


def test_boxes_of_a_pdf_are_found_in_its_picture_and_in_its_words_but_once() -> None:
    page, boxes = form("square", ["check", ""])
    own = [Word("☑", boxes[0]), Word("Married", Box(144, 200, 250, 230)), Word("Single", Box(414, 200, 500, 230))]

    words = add_boxes(own, page.convert("RGB"))

    assert [word.text for word in words] == ["☑", "Married", "☐", "Single"]
