"""Crops of printed words: the same for a seed, with text of known characters that the picture shows."""

from __future__ import annotations

import unicodedata
from itertools import islice

import numpy as np
import pytest

from prelabel.errors import EngineUnavailable
from synthetic.printing import charset, fonts, word_crops
from synthetic.printing.charset import syllables


def test_the_same_seed_gives_the_same_crops() -> None:
    once, again = (list(islice(word_crops(3), 20)) for _ in range(2))

    assert [(image.tobytes(), text) for image, text in once] == [(image.tobytes(), text) for image, text in again]
    assert [text for _, text in once] != [text for _, text in islice(word_crops(4), 20)]


def test_crops_are_gray_and_show_something() -> None:
    for image, _ in islice(word_crops(5), 150):
        assert image.mode == "L"
        assert 4 <= image.height <= 250
        assert np.ptp(np.asarray(image)) > 30


@pytest.mark.parametrize(("language", "least"), [("en", 0.0), ("ko", 0.4), ("mixed", 0.3)])
def test_texts_are_of_the_language_and_of_known_characters(language: str, least: float) -> None:
    texts = [text for _, text in islice(word_crops(6, language=language), 200)]

    assert all(text == unicodedata.normalize("NFC", " ".join(text.split())) != "" for text in texts)
    assert set("".join(texts)) <= set(charset())
    share = sum(any("가" <= char <= "힣" for char in text) for text in texts) / len(texts)
    assert least <= share <= 0.9
    assert (share > 0) == (least > 0)


def test_the_charset_has_each_character_once() -> None:
    known = charset()

    assert len(known) == len(set(known))
    assert len(syllables()) == 2350
    assert set("0aZ @₩€※·가힝뷁") - {"뷁"} <= set(known)


def test_a_character_comes_from_a_font_that_has_it() -> None:
    latin, korean = (fonts.installed()[name] for name in ("DejaVuSans", "NanumGothic"))

    runs = fonts.Face((latin, korean)).runs("LG전자 A4")

    assert runs == [("LG", latin), ("전자 ", korean), ("A4", latin)]


def test_a_korean_font_has_no_backslash() -> None:
    assert not fonts.draws(fonts.installed()["NanumGothic"], "\\")
    assert fonts.draws(fonts.installed()["DejaVuSans"], "\\")


def test_an_unknown_character_is_an_error_with_the_cure() -> None:
    with pytest.raises(EngineUnavailable, match=r"install-system\.sh fonts"):
        fonts.Face((fonts.installed()["DejaVuSans"],)).runs("\ue000")


def test_no_fonts_is_an_error_that_names_the_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "installed", dict)

    with pytest.raises(EngineUnavailable, match=r"install-system\.sh fonts"):
        next(word_crops(1))
