"""Korean and Latin on one page, with a recogniser that notes what it is asked."""

from __future__ import annotations

import pytest
from PIL import Image

from prelabel.ocr.ink import dark_pixels, sketch
from prelabel.ocr.korean import hides_korean, in_korean, page_languages
from prelabel.ocr.scaling import text_samples
from prelabel.ocr.tesseract_modes import LINE
from prelabel.page import Box, Word
from tests.ocr_pages import ENGLISH, printed

BOTH = ("eng", "kor")


class Reader:
    """Answers each call with one word; the fake of Tesseract."""

    def __init__(self, text: str, confidence: float) -> None:
        self._answer = Word(text, Box(0, 0, 10, 10), confidence, "t")
        self.calls: list[tuple[tuple[int, int], tuple[str, ...], int]] = []

    def __call__(self, image: Image.Image, languages: tuple[str, ...], mode: int) -> list[list[Word]]:
        self.calls.append((image.size, languages, mode))
        return [[self._answer]]


@pytest.mark.parametrize(
    ("read", "confidence", "languages"),
    [("견적서", 0.9, ("kor", "eng")), ("견적서", 0.2, ("eng",)), ("Invoice", 0.9, ("eng",))],
)
def test_samples_decide_on_korean(read: str, confidence: float, languages: tuple[str, ...]) -> None:
    reader, page = Reader(read, confidence), printed().image

    assert page_languages(reader, page, sketch(page), BOTH) == languages
    assert all(languages[0] == "kor" and mode == LINE for _, languages, mode in reader.calls)
    assert len(reader.calls) == (1 if "kor" in languages else len(text_samples(sketch(page))))


@pytest.mark.parametrize("languages", [("kor",), ("eng",), ("eng", "deu")])
def test_where_there_is_no_choice_nothing_is_read(languages: tuple[str, ...]) -> None:
    reader, page = Reader("견적서", 0.9), printed().image

    assert page_languages(reader, page, sketch(page), languages) == languages
    assert reader.calls == []


def test_samples_are_pieces_of_lines_from_all_over_the_page() -> None:
    page = printed()
    samples = text_samples(sketch(page.image))
    tops = [box.y0 for _, box in page.words]

    assert 2 <= len(samples) <= len(ENGLISH)
    assert [box.y0 for box in samples] == sorted(box.y0 for box in samples)
    for box in samples:
        assert 0 <= box.x0 < box.x1 <= page.image.width
        assert any(box.y0 <= top and box.y1 >= top + 20 for top in tops)


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (9, 1), (600, 400)])
def test_an_empty_page_has_no_samples(size: tuple[int, int]) -> None:
    assert text_samples(sketch(Image.new("L", size, 255))) == []


SHOWN = printed(["상호 Total"])
DARK = dark_pixels(SHOWN.image)
HANGUL_BOX, LATIN_BOX = (box for _, box in SHOWN.words)


@pytest.mark.parametrize(
    ("first", "korean", "stays"),
    [
        (Word("SS", HANGUL_BOX, 0.4), ("상호", 0.9), "상호"),
        (Word("SS", HANGUL_BOX, 0.6), ("상호", 0.5), "SS"),
        (Word("SS", HANGUL_BOX, 0.4), ("55", 0.9), "SS"),
        (Word("Tolal", LATIN_BOX, 0.4), ("또탈", 0.99), "Tolal"),
        (Word("성호", HANGUL_BOX, 0.4), ("상호", 0.9), "성호"),
    ],
)
def test_only_a_surer_korean_reading_replaces_a_latin_one_of_hangul(
    first: Word, korean: tuple[str, float], stays: str
) -> None:
    ((after,),) = in_korean(Reader(*korean), SHOWN.image, DARK, [[first]])

    assert (after.text, after.box) == (stays, first.box)


@pytest.mark.parametrize(
    ("read", "boxes", "hidden"),
    [
        (("상호", 0.9), [HANGUL_BOX], True),
        (("상호", 0.3), [HANGUL_BOX], False),
        (("SS", 0.9), [HANGUL_BOX], False),
        (("상호", 0.9), [LATIN_BOX], False),
        (("상호", 0.9), [], False),
    ],
)
def test_words_whose_ink_is_hangul_may_hide_korean(read: tuple[str, float], boxes: list[Box], hidden: bool) -> None:
    words = [Word("SS", box, 0.4) for box in boxes]

    assert hides_korean(Reader(*read), SHOWN.image, DARK, words) == hidden


def test_a_page_that_may_be_korean_costs_few_looks() -> None:
    reader = Reader("SS", 0.9)

    hides_korean(reader, SHOWN.image, DARK, [Word("SS", HANGUL_BOX, 0.4)] * 100)

    assert 0 < len(reader.calls) < 20


@pytest.mark.parametrize("box", [Box(-50, -50, -10, -10), Box(9000, 9000, 9050, 9050), Box(0, 0, 0, 0)])
def test_boxes_outside_the_page(box: Box) -> None:
    reader, word = Reader("상호", 0.9), Word("SS", box, 0.4)

    assert in_korean(reader, SHOWN.image, DARK, [[word], []]) == [[word], []]
    assert not hides_korean(reader, SHOWN.image, DARK, [word])
