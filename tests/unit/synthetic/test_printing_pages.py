"""Printed pages: one page for one seed, tight boxes after any turn of the sheet, plausible words, all kinds."""

from __future__ import annotations

import re
import time
import unicodedata
from itertools import combinations
from pathlib import Path
from random import Random

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from prelabel.datasets.funsd import read_annotations
from prelabel.geometry import intersection_area
from prelabel.page import Box
from synthetic.printing import KINDS, LANGUAGES, OcrPage, fonts, ocr_page
from synthetic.printing.__main__ import main
from synthetic.printing.lettering import Hand
from synthetic.printing.page_texts import PageTexts, closed
from synthetic.printing.sheet import Sheet, Type


@pytest.fixture(scope="module")
def pages() -> list[OcrPage]:
    """Draw clean pages of each language."""
    return [ocr_page(seed, language=language, dpi=100) for language in LANGUAGES for seed in range(4)]


def _texts(page: OcrPage) -> list[str]:
    return [word.text for word in page.words]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_page(kind: str) -> None:
    once, again = (ocr_page(7, language="mixed", kind=kind, dpi=75) for _ in range(2))

    assert once.image.tobytes() == again.image.tobytes()
    assert once.words == again.words
    assert _texts(ocr_page(8, language="mixed", kind=kind, dpi=75)) != _texts(once)


def test_text_does_not_depend_on_wear_or_resolution() -> None:
    clean = ocr_page(9, dpi=100)

    for kind, dpi in (("noisy", 100), ("skewed", 100), ("clean", 200)):
        assert _texts(ocr_page(9, kind=kind, dpi=dpi)) == _texts(clean)


def test_resolution_scales_boxes() -> None:
    coarse, fine = ocr_page(9, kind="skewed", dpi=100), ocr_page(9, kind="skewed", dpi=200)

    for a, b in zip(coarse.words, fine.words, strict=True):
        assert (b.box.x0 / 2, b.box.y1 / 2) == pytest.approx((a.box.x0, a.box.y1), abs=1.6)


def test_pages_have_a_usual_number_of_words(pages: list[OcrPage]) -> None:
    for page in pages:
        assert 80 <= len(page.words) <= 330


def test_words_stand_between_spaces(pages: list[OcrPage]) -> None:
    for page in pages:
        for word in page.words:
            assert word.text == unicodedata.normalize("NFC", word.text)
            assert len(word.text.split()) == 1


def test_languages(pages: list[OcrPage]) -> None:
    def share(page: OcrPage) -> float:
        return sum(any("가" <= char <= "힣" for char in text) for text in _texts(page)) / len(page.words)

    english, korean, mixed = (sum(map(share, pages[at : at + 4])) / 4 for at in (0, 4, 8))

    assert english == 0
    assert korean > 0.5
    assert 0.2 < mixed < korean


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["clean", "copied"])
def test_pages_of_held_out_fonts_have_no_other_fonts(language: str, kind: str) -> None:
    held_out = {family.regular for family in fonts.FAMILIES if family.held_out}
    spare = {"NanumGothic", "DejaVuSans"}  # for symbols that the fonts of the page lack

    for seed in (100_000, 100_001):
        page = ocr_page(seed, language=language, kind=kind, dpi=75, held_out=True)
        others = [source for source in page.sources if source not in held_out]
        assert len(page.sources) == len(page.words)
        assert set(others) <= spare
        assert len(others) < 0.05 * len(page.words)
        assert not held_out.intersection(ocr_page(seed, language=language, kind=kind, dpi=75, held_out=False).sources)


def test_each_family_has_its_own_files() -> None:
    for family in fonts.FAMILIES:
        if family.regular in fonts.installed():
            assert fonts.family_name(fonts.installed()[family.regular]) == family.regular
    assert fonts.family_name(fonts.installed()["NanumSquareB"]) == "NanumSquareR"


def test_words_do_not_cover_each_other(pages: list[OcrPage]) -> None:
    for page in pages:
        for a, b in combinations((word.box for word in page.words), 2):
            assert intersection_area(a, b) <= 0.1 * min(a.width * a.height, b.width * b.height)


def test_boxes_are_tight(pages: list[OcrPage]) -> None:
    """Check on clean pages that ink touches each side of a box."""
    for page in pages:
        pixels = np.asarray(page.image).astype(int)
        for word in page.words:
            x0, y0, x1, y1 = (round(v) for v in (word.box.x0, word.box.y0, word.box.x1, word.box.y1))
            inside = pixels[y0:y1, x0:x1]
            assert inside.size
            for side in (inside[0], inside[-1], inside[:, 0], inside[:, -1]):
                ground = np.median(pixels[y0 - 1 : y1 + 1, x0 - 1 : x1 + 1][[0, -1]])
                assert np.abs(side - ground).max() > 20, word


@pytest.mark.parametrize("degrees", [-10, -2.5, 0, 4, 10])
@pytest.mark.parametrize("text", ["Quantity", "견적서", "LG전자", "(1,250.00)", "-"])
def test_a_turned_words_box_is_that_of_its_ink(text: str, degrees: float) -> None:
    sheet = Sheet(200, 200, 120)
    face = fonts.face("ko", Random(2))
    sheet.word(text, 60, 60, Type(face, 12, Hand(tracking=0.05)))

    ink, (box,) = sheet.turned(degrees)

    rows, columns = np.nonzero(np.asarray(ink) > 80)
    drawn = Box(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    assert (box.x0, box.y0, box.x1, box.y1) == pytest.approx((drawn.x0, drawn.y0, drawn.x1, drawn.y1), abs=1.5)


def test_boxes_of_skewed_pages_lie_on_the_page() -> None:
    for seed in range(3):
        page = ocr_page(seed, language="mixed", kind="skewed", dpi=100)
        width, height = page.image.size
        for word in page.words:
            assert 0 <= word.box.x0 < word.box.x1 <= width
            assert 0 <= word.box.y0 < word.box.y1 <= height


def test_light_print_on_a_dark_ground_is_a_word() -> None:
    sheet = Sheet(150, 200, 60)
    how = Type(fonts.face("en", Random(3)), 14)
    sheet.ground(0, 0, 200, 60)
    sheet.word("Total", 40, 40, how, light=True)

    (_, (box,)) = sheet.turned(0)

    assert np.asarray(sheet.ink)[round(box.y0) : round(box.y1), round(box.x0) : round(box.x1)].min() < 60


def test_a_word_that_does_not_fit_is_not_printed() -> None:
    sheet = Sheet(100, 100, 60)
    sheet.word("Supercalifragilistic", 60, 30, Type(fonts.face("en", Random(3)), 14))

    assert sheet.words == []
    assert not sheet.ink.any()


def test_each_kind_of_wear_shows() -> None:
    shown = {kind: np.asarray(ocr_page(5, kind=kind, dpi=100).image).astype(float) for kind in KINDS}
    contrast = {kind: np.percentile(pixels, 95) - np.percentile(pixels, 1) for kind, pixels in shown.items()}

    assert contrast["faint"] < 0.7 * contrast["clean"]
    assert shown["noisy"][:40, :40].std() > 4 * max(shown["clean"][:40, :40].std(), 1)
    assert shown["skewed"].shape > shown["clean"].shape
    assert np.isin(np.asarray(ocr_page(5, kind="copied", dpi=200).image), (0, 255)).all()


def test_pages_are_drawn_fast() -> None:
    ocr_page(1, language="ko", kind="noisy", dpi=200)
    start = time.process_time()
    ocr_page(2, language="ko", kind="noisy", dpi=200)

    assert time.process_time() - start < 2


def test_the_command_writes_a_folder_of_funsds_layout(tmp_path: Path) -> None:
    options = ("--pages", "2", "--seed", "30", "--language", "mixed", "--kind", "jpeg", "--dpi", "75")

    done = CliRunner().invoke(main, ["--out", str(tmp_path), *options], catch_exceptions=False)

    assert "2 pages" in done.output
    first, second = read_annotations(tmp_path)
    drawn = ocr_page(31, language="mixed", kind="jpeg", dpi=75)
    assert [word.text for word in second.page.words] == _texts(drawn)
    assert second.image is not None
    with Image.open(second.image) as image:
        assert image.tobytes() == drawn.image.tobytes()
    assert first.page.words != second.page.words


@pytest.mark.parametrize(
    ("text", "one"),
    [
        ("전 지 은", "전지은"),
        ("홍 길 동 과장", "홍길동 과장"),
        ("과 정 명*", "과정명*"),
        ("합 계:", "합계:"),
        ("총 합계", "총 합계"),
        ("이용 후 반납", "이용 후 반납"),
        ("Kim", "Kim"),
    ],
)
def test_a_name_that_is_spaced_out_is_one_word(text: str, one: str) -> None:
    assert closed(text) == one


def test_pages_have_no_names_in_single_syllables() -> None:
    for seed in range(100_000, 100_006):
        texts = PageTexts(Random(seed), "ko")
        names = [texts.of("person") for _ in range(60)] + [texts.column("unit"), texts.total(), texts.pair()[0]]
        assert [name for name in names if re.search(r"(^| )[가-힣] [가-힣]( |$)", name)] == []
