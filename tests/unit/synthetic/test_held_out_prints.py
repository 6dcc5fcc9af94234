"""Pages for evaluation alone: receipts and forms with numbers in boxes, with the truth of each word at its ink."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from prelabel.datasets.funsd import read_annotations
from synthetic.printing import KINDS, OcrPage, boxed_forms, fonts, receipts
from synthetic.printing.__main__ import main
from synthetic.printing.boxed_forms import boxed_page
from synthetic.printing.receipts import receipt_page
from synthetic.printing.receipts.printers import PRINTERS
from synthetic.printing.receipts.roll import Roll

SEED = 100_000


def _ink_shares(page: OcrPage, margin: int) -> tuple[float, float]:
    """Return the median share of ink in the words' boxes, and in frames of `margin` pixels around them."""
    pixels = np.asarray(page.image).astype(float)
    inside, around = [], []
    for word in page.words:
        x0, y0, x1, y1 = (round(v) for v in (word.box.x0, word.box.y0, word.box.x1, word.box.y1))
        wide = pixels[max(y0 - margin, 0) : y1 + margin, max(x0 - margin, 0) : x1 + margin]
        paper, ink = np.percentile(wide, 90), wide.min()
        dark = wide < (paper + ink) / 2
        core = dark[margin:-margin, margin:-margin]
        inside.append(core.mean())
        around.append((dark.sum() - core.sum()) / max(dark.size - core.size, 1))
    return float(np.median(inside)), float(np.median(around))


@pytest.mark.parametrize("language", receipts.LANGUAGES)
@pytest.mark.parametrize("kind", receipts.KINDS)
def test_a_receipt_has_its_words_where_their_ink_is(language: str, kind: str) -> None:
    page, again = (receipt_page(SEED, language=language, kind=kind) for _ in range(2))

    assert page.image.tobytes() == again.image.tobytes()
    assert page.words == again.words
    assert 25 <= len(page.words) <= 130
    inside, around = _ink_shares(page, 3)
    assert inside > 0.12
    assert around < 0.25 * inside
    width, height = page.image.size
    for word in page.words:
        assert word.text == unicodedata.normalize("NFC", word.text)
        assert len(word.text.split()) == 1
        assert 0 <= word.box.x0 < word.box.x1 <= width
        assert 0 <= word.box.y0 < word.box.y1 <= height
    assert set(page.sources) <= {printer.name for printer in PRINTERS}
    assert len(page.sources) == len(page.words)


def test_printers_and_boxed_forms_use_fonts_that_are_held_out_of_training() -> None:
    held_out = {family.regular for family in fonts.FAMILIES if family.held_out}

    assert {name for printer in PRINTERS for name in (printer.latin, printer.korean)} <= held_out
    assert set(boxed_page(SEED, language="en").sources) <= held_out


@pytest.mark.parametrize("dpi", [100, 200])
def test_a_receipts_boxes_follow_its_resolution(dpi: int) -> None:
    page, usual = receipt_page(SEED, dpi=dpi), receipt_page(SEED)

    for found, word in zip(page.words, usual.words, strict=True):
        assert found.text == word.text
        assert found.box.x1 == pytest.approx(word.box.x1 * dpi / 200, abs=1)


def test_letters_that_stand_apart_are_one_word() -> None:
    roll = Roll(PRINTERS[0], gap=4)
    roll.left("합계", spread=3)
    roll.right("12,000", wide=2, tall=2)
    roll.feed()
    roll.rule("-")

    total, amount = roll.words

    assert (total.text, amount.text) == ("합계", "12,000")
    # Two syllables of two columns each with three columns between them, twelve dots a column.
    assert np.ptp(total.outline[:, 0]) == pytest.approx(7 * 12, abs=8)
    assert amount.outline[:, 0].max() > 47 * 12
    assert np.ptp(amount.outline[:, 1]) > 1.5 * 14
    assert roll.printed().shape == (2 * 24 + 4 + 24 + 4, 48 * 12)


def test_words_that_pass_the_edge_of_the_roll_are_left_out() -> None:
    roll = Roll(PRINTERS[1], gap=4)
    roll.left("0123456789 0123456789 0123456789 0123456789")

    assert roll.columns == 32
    assert [word.text for word in roll.words] == ["0123456789"] * 3
    assert roll.fits("생수 2L 여섯병", 8) == "생수 2L"
    assert roll.fits("신용카드매출전표", 9) == "신용카드"


@pytest.mark.parametrize("language", boxed_forms.LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_number_in_boxes_is_one_word_at_its_ink(language: str, kind: str) -> None:
    page = boxed_page(SEED + 1, language=language, kind=kind)

    assert len(page.boxed) >= 5
    for index in page.boxed:
        word = page.words[index]
        assert 5 <= sum(map(str.isdigit, word.text)) <= 14
        assert set(word.text) <= set("0123456789-")
        assert word.box.width > 3 * word.box.height
    assert not any(set(word.text) <= set("0123456789") for i, word in enumerate(page.words) if i not in page.boxed)
    inside, _ = _ink_shares(page, 3)
    assert inside > 0.08


def test_digits_stand_in_their_boxes_near_the_rules() -> None:
    """Check that digits touch rules on some forms and none on others, so that both are judged."""
    shares = []
    for seed in range(SEED, SEED + 16):
        page = boxed_page(seed, language="en")
        dark = np.asarray(page.image) < 140
        for index in page.boxed[:2]:
            box = page.words[index].box
            rows = dark[round(box.y0) - 8 : round(box.y1) + 9, round(box.x0) : round(box.x1)]
            shares.append(rows.mean(axis=1).max() > 0.7)
    assert sum(shares) > len(shares) / 2  # a rule above or below within 3 points


def test_the_command_draws_receipts_and_boxed_forms(tmp_path: Path) -> None:
    options = ("--out", str(tmp_path), "--pages", "1", "--seed", str(SEED), "--language", "ko")

    CliRunner().invoke(main, [*options, "--what", "receipt"], catch_exceptions=False)
    CliRunner().invoke(main, [*options, "--what", "boxed", "--kind", "copied"], catch_exceptions=False)
    wrong = CliRunner().invoke(main, [*options, "--what", "receipt", "--kind", "copied"])

    boxed, receipt = sorted(read_annotations(tmp_path), key=lambda page: page.name)
    assert [word.text for word in boxed.page.words] == [word.text for word in boxed_page(SEED, kind="copied").words]
    assert [word.text for word in receipt.page.words] == [word.text for word in receipt_page(SEED).words]
    assert wrong.exit_code == 2
    assert "no receipts" in wrong.output


@pytest.mark.parametrize("make", [receipt_page, boxed_page])
def test_unknown_kinds_are_refused(make: object) -> None:
    assert callable(make)
    for wrong in ({"kind": "torn"}, {"language": "mixed"}):
        with pytest.raises(ValueError, match="there are"):
            make(SEED, **wrong)
