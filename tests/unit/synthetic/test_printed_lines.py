"""Tests of the printed lines that train a line recogniser."""

from __future__ import annotations

import unicodedata
from functools import cache
from random import Random

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from prelabel.ocr.reader.alphabet import SYMBOLS, canonical, is_known
from synthetic.printing import fonts
from synthetic.printing.lines import KINDS, PrintedLine, faces, printed_line
from synthetic.printing.lines.texts import ems_of, line_text, shortened, without_ticks
from synthetic.printing.lines.typesetting import full_width

_HELD_OUT = {
    name for family in fonts.FAMILIES if family.held_out for name in (family.regular, family.bold, family.italic)
}


def _lines(kind: str | None = None, *, count: int = 60, held_out: bool = False) -> list[PrintedLine]:
    drawn = (printed_line(seed, kind=kind, held_out=held_out) for seed in range(count))
    return [line for line in drawn if line]


def test_a_seed_always_gives_the_same_line() -> None:
    for one, other in zip(_lines(), _lines(), strict=True):
        assert (one.text, one.kind) == (other.text, other.kind)
        assert np.array_equal(one.gray, other.gray)


def test_nearly_every_seed_gives_a_line() -> None:
    assert len(_lines(count=200)) > 190


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_drawn_with_ink_and_a_tidy_text(kind: str) -> None:
    lines = _lines(kind)
    assert len(lines) > 45
    for line in lines:
        height, width = line.gray.shape
        assert line.kind == kind
        assert line.gray.dtype == np.uint8
        assert height >= 5
        assert width <= 20 * height
        assert np.ptp(line.gray) > 15
        assert bool(line.text) == (kind != "nothing")
        assert line.text == unicodedata.normalize("NFC", " ".join(line.text.split()))


def test_all_kinds_come_without_being_asked_for() -> None:
    assert {line.kind for line in _lines(count=400)} == set(KINDS)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(KeyError):
        printed_line(0, kind="unheard-of")


def test_training_and_test_share_no_font() -> None:
    for seed in range(300):
        rng = Random(seed)
        text = line_text(rng, "print")
        ours = faces.line_face(text, rng, receipt=bool(seed % 2), held_out=False).names
        theirs = faces.line_face(text, rng, receipt=bool(seed % 2), held_out=True).names
        assert not _HELD_OUT & set(ours)
        assert set(theirs) <= _HELD_OUT


def test_a_face_draws_no_character_that_its_fonts_lack() -> None:
    face = faces.LineFace(("DejaVuSans",))
    assert face.runs("A1") == [("A1", "DejaVuSans")]
    assert face.runs("A한") is None
    assert faces.LineFace(("DejaVuSans", "NanumGothic")).runs("A한") == [("A", "DejaVuSans"), ("한", "NanumGothic")]


def test_a_third_of_the_characters_is_latin_and_many_are_korean_and_digits() -> None:
    rngs = [Random(seed) for seed in range(1500)]
    text = "".join(shortened(line_text(rng, "print"), 10, rng) for rng in rngs)
    share = {
        "latin": sum(char.isascii() and char.isalpha() for char in text) / len(text),
        "korean": sum("가" <= char <= "힣" for char in text) / len(text),
        "digits": sum(char.isdigit() for char in text) / len(text),
    }
    assert share["latin"] > 0.33
    assert share["korean"] > 0.25
    assert share["digits"] > 0.08


def test_syllables_beyond_the_common_ones_are_drawn() -> None:
    drawn = {char for seed in range(3000) for char in line_text(Random(seed), "print") if "가" <= char <= "힣"}
    assert len(drawn) > 1500


def test_a_text_is_shortened_at_words_and_never_to_nothing() -> None:
    assert shortened("하나 둘 셋", 99, Random(0)) == "하나 둘 셋"
    for seed in range(50):
        short = shortened("가나다라마바사 abc 1,000원", 4, Random(seed))
        assert short
        assert ems_of(short) <= 4
        assert short in "가나다라마바사 abc 1,000원"


def test_a_word_in_boxes_or_of_spread_letters_has_no_blanks() -> None:
    lines = [*_lines("boxed"), *_lines("spread")]
    assert not [line.text for line in lines if " " in line.text]


def test_boxes_to_tick_at_the_ends_are_no_text() -> None:
    assert without_ticks("□ 남 □ 여 ☑") == "남 □ 여"
    assert not [line.text for line in _lines(count=400) if line.text[:1] in tuple("□■☐☑")]


def test_spaced_out_letters_of_a_list_are_one_word() -> None:
    texts = [line_text(Random(seed), "receipt") for seed in range(2000)]
    assert [text for text in texts if "영수증" in text]
    assert not [text for text in texts if "영 수 증" in text]


def test_a_copy_keeps_most_of_the_ink() -> None:
    lines = _lines("copy")
    assert sum(float((line.gray < 128).mean()) > 0.04 for line in lines) > 0.9 * len(lines)


@pytest.mark.parametrize(("script", "letters"), [("korean", "한글뷁의춥핥완계"), ("latin", "Rgaekt5&QG2y")])
def test_no_font_of_training_has_the_letters_of_one_held_out(script: str, letters: str) -> None:
    # Carlito has the letters of Lato, for example, so that Lato in training would make it a seen font.
    roles = [role for role in faces.ROLES if role.startswith(script)]
    ours = {name for role in roles for name in faces.names(role, held_out=False)}
    theirs = {name for role in roles for name in faces.names(role, held_out=True)}
    assert theirs
    for one in theirs:
        for other in ours:
            if all(faces.draws(other, char) for char in letters):
                assert float((_shapes(one, letters) * _shapes(other, letters)).mean()) < 0.93, (one, other)


@cache
def _shapes(name: str, letters: str) -> NDArray[np.float32]:
    """Return the pixels of letters, each in a square, with mean 0 and deviation 1."""
    font = faces.load(name, 64)
    squares = []
    for char in letters:
        image = Image.new("L", (110, 110))
        ImageDraw.Draw(image).text((20, 80), char, fill=255, font=font, anchor="ls")
        squares.append(np.asarray(image.crop(image.getbbox()).resize((32, 32)), np.float32))
    pixels = np.concatenate(squares)
    even: NDArray[np.float32] = (pixels - pixels.mean()) / pixels.std()
    return even


def test_all_texts_are_of_the_readers_alphabet_and_most_of_its_signs_are_drawn() -> None:
    texts = [line_text(Random(seed), "print") for seed in range(6000)]
    assert [text for text in texts if not is_known(text)] == []
    never = set(SYMBOLS) - set("".join(texts))
    assert len(never) < 0.3 * len(SYMBOLS)
    assert not never & set("₩€£$※·○●□■①②③㈜℃㎡×÷±%“”‘’「」『』【】→▶")


def test_letters_as_wide_as_hangul_are_the_same_text_to_the_reader() -> None:
    text = "(주)가나 A-12, 1,500원"
    assert full_width(text) != text
    assert canonical(full_width(text)) == text
