"""Words in foreign scripts, marked by their ink and left out; languages and their scripts."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from prelabel.images.ink import Dark, dark_pixels
from prelabel.ocr.page.frames import page_of
from prelabel.ocr.scripts.foreign import ForeignWord, foreign_marked, without_foreign
from prelabel.ocr.scripts.languages import scripts_of
from prelabel.ocr.scripts.network import SCRIPTS, script_likelihoods
from prelabel.page import Box, Remark, Word
from tests.support.made_forms import FONTS
from tests.support.ocr_pages import FONT

GREEK = ("Αριθμός τιμολογίου", "Διεύθυνση Συγγρού", "Περιγραφή Ποσότητα", "Γενικό σύνολο", "Πληρωτέο ημερών")


def drawn(lines: tuple[str, ...], font: str, confidence: float) -> tuple[Dark, list[Word]]:
    """Draw lines as words that were read as nonsense."""
    image = Image.new("L", (800, 60 * len(lines) + 40), 255)
    pen, face, words = ImageDraw.Draw(image), ImageFont.truetype(font, 30), []
    for row, line in enumerate(lines):
        x = 40.0
        for text in line.split():
            box = Box(*pen.textbbox((x, 30 + 60 * row), text, font=face))
            pen.text((x, 30 + 60 * row), text, font=face, fill=0)
            words.append(Word("Nonsense", box, confidence, "t"))
            x = box.x1 + 12
    return dark_pixels(image), words


def test_unsure_words_in_a_foreign_script_are_marked() -> None:
    dark, words = drawn(GREEK, FONTS["liberation"], 0.5)

    marked = foreign_marked(words, dark, ("eng", "kor"))

    assert sum(isinstance(word, ForeignWord) for word in marked) >= 8
    assert {word.script for word in marked if isinstance(word, ForeignWord)} == {"greek"}
    assert [word.box for word in marked] == [word.box for word in words]


@pytest.mark.parametrize(
    ("languages", "confidence"), [(("eng", "ell"), 0.5), (("eng", "my_own"), 0.5), ((), 0.5), (("eng", "kor"), 0.95)]
)
def test_words_of_the_languages_of_unknown_models_and_sure_ones_stay(
    languages: tuple[str, ...], confidence: float
) -> None:
    dark, words = drawn(GREEK, FONTS["liberation"], confidence)

    assert foreign_marked(words, dark, languages) == words


@pytest.mark.parametrize(
    ("lines", "font"), [(("견적번호 견적일자", "상호 나래공간가구", "아래와 같이 제출합니다"), FONT)]
)
def test_unsure_korean_words_stay(lines: tuple[str, ...], font: str) -> None:
    dark, words = drawn(lines, font, 0.4)

    assert foreign_marked(words, dark, ("eng", "kor")) == words
    assert foreign_marked([], dark, ("eng", "kor")) == []


def test_foreign_words_are_left_out_with_a_remark() -> None:
    kept = Word("2024", Box(0, 0, 100, 20), 0.9, "t")
    page = page_of(
        Image.new("L", (500, 500)), 0, [ForeignWord("SS", Box(0, 40, 300, 60), 0.4, "t", script="han"), kept]
    )

    assert without_foreign(page).words == (kept,)
    assert without_foreign(page).remarks == (Remark("script_not_in_languages", "Chinese or Japanese, about 75 %"),)
    assert without_foreign(page_of(Image.new("L", (9, 9)), 0, [kept])).remarks == ()


def test_likelihoods_of_boxes_without_ink() -> None:
    found = script_likelihoods(np.zeros((50, 50), dtype=bool), [Box(0, 0, 20, 20), Box(90, 90, 99, 99)])

    assert found.shape == (2, len(SCRIPTS))
    assert (found[:, 0] == 1).all()


@pytest.mark.parametrize(
    ("languages", "scripts"),
    [
        (("eng",), {"latin"}),
        (("eng", "kor"), {"latin", "hangul"}),
        (("rus", "jpn"), {"latin", "cyrillic", "han"}),
        (("eng", "tam"), {"latin", "other"}),
        (("eng", "own"), set()),
    ],
)
def test_scripts_of_languages(languages: tuple[str, ...], scripts: set[str]) -> None:
    assert scripts_of(languages) == scripts
