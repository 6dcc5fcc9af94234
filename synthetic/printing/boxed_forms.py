"""Forms with numbers in boxes, a digit in each, whose rules touch the digits or nearly do; for evaluation alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import numpy as np

from synthetic.printing.fonts import face
from synthetic.printing.pages import OcrPage, fineness, scanned
from synthetic.printing.scanning import KINDS
from synthetic.printing.sheet import Sheet, Type

LANGUAGES = ("ko", "en")
#: Points of the sheet: the upper half of A4.
_SIZE = (595.0, 430.0)
#: Points between the ink of a digit and the rule; below 0 they overlap.
_GAPS = (-0.25, 0.0, 0.25, 0.5, 1.0, 1.5, 2.5)
#: Ways to draw boxes: one grid; boxes apart; a line with short marks; dotted marks in a frame.
_WAYS = ("grid", "grid", "grid", "apart", "comb", "dotted")
#: Height of digits in font sizes.
_DIGIT = 0.72

#: Names of numbers, with their groups of digits; groups are parted by dashes where there are some.
_NUMBERS: dict[str, tuple[tuple[tuple[str, ...], tuple[tuple[int, ...], ...]], ...]] = {
    "ko": (
        (("등록번호", "사업자등록번호", "사업자번호"), ((3, 2, 5),)),
        (("법인등록번호", "법인번호"), ((6, 7),)),
        (("주민등록번호", "생년월일"), ((6, 7), (6,))),
        (("계좌번호", "입금계좌"), ((3, 2, 6), (3, 6, 2, 3), (4, 4, 4), (12,), (14,))),
        (("전화번호", "휴대폰", "연락처"), ((3, 4, 4), (2, 3, 4), (11,))),
        (("우편번호",), ((5,),)),
        (("작성일자", "신청일", "발급일자"), ((4, 2, 2), (8,))),
        (("공급가액", "세액", "합계금액"), ((9,), (10,), (11,))),
        (("승인번호", "관리번호", "접수번호"), ((8,), (4, 6), (10,))),
    ),
    "en": (
        (("Employer ID", "EIN", "Tax ID"), ((2, 7),)),
        (("Social Security No.", "SSN"), ((3, 2, 4),)),
        (("Account Number", "Account No."), ((10,), (12,), (4, 4, 4))),
        (("Routing Number", "Transit No."), ((9,),)),
        (("Phone", "Telephone"), ((3, 3, 4),)),
        (("ZIP Code", "Zip"), ((5,), (5, 4))),
        (("Date", "Date of Birth"), ((2, 2, 4), (8,))),
        (("Amount", "Total in cents"), ((8,), (7,))),
        (("Member ID", "Reference"), ((8,), (10,))),
    ),
}
_TITLES = {
    "ko": ("세금계산서", "거래명세서", "사업자등록신청서", "입금의뢰서", "납부서", "신청서"),
    "en": ("DEPOSIT SLIP", "APPLICATION", "PAYMENT VOUCHER", "WITHHOLDING CERTIFICATE", "REMITTANCE ADVICE"),
}

Rule = Callable[[float, float, float, float], None]


@dataclass(frozen=True, slots=True)
class _Boxes:
    """Boxes of one page, in points. `strength`: of the ink of their rules, less for coloured ones."""

    way: str
    wide: float
    high: float
    thick: float
    strength: float


def boxed_page(seed: int, *, language: str = "ko", kind: str = "clean", dpi: int = 200) -> OcrPage:
    """Return the form of this seed in fonts that are held out of training; `boxed` names the numbers in boxes.

    Each number is one word: its digits and printed dashes without spaces, with the box of their ink. `language`: of
    `LANGUAGES`; `kind`: of `scanning.KINDS`. ValueError for others; EngineUnavailable where fonts are missing.
    """
    if language not in LANGUAGES or kind not in KINDS:
        raise ValueError(f"no forms of language {language!r} and kind {kind!r}; there are {LANGUAGES} and {KINDS}")
    sheet = Sheet(dpi * fineness(kind, dpi), *_SIZE)
    _compose(sheet, language, Random(f"boxed {seed} {language}"))
    return scanned(sheet, kind, dpi, np.random.default_rng(list(f"boxed {seed} {language} {kind}".encode())))


def _compose(sheet: Sheet, language: str, rng: Random) -> None:
    label = Type(face(language, rng, held_out=True), rng.uniform(8.5, 10.5))
    digits = Type(face(language, rng, held_out=True, bold=rng.random() < 0.3), rng.uniform(10, 15))
    title = Type(face(language, rng, held_out=True, bold=True), rng.uniform(15, 20))
    boxes = _boxes(digits, rng)
    x, y = rng.uniform(34, 60), rng.uniform(46, 60)
    sheet.line(rng.choice(_TITLES[language]), x, y, title)
    left, y = x + rng.uniform(105, 130), y + 16
    for names, groups in rng.choices(_NUMBERS[language], k=20):
        y += boxes.high + rng.uniform(7, 14)
        if y > sheet.height - 20:
            return
        sheet.line(rng.choice(names), x, y - boxes.high / 2 + 0.35 * label.size, label)
        _number(sheet, rng.choice(groups), left, y, digits, boxes, rng)


def _boxes(digits: Type, rng: Random) -> _Boxes:
    """Return boxes of which at least one side stands near the digits."""
    near, other = rng.choice(_GAPS), rng.choice(_GAPS[3:])
    thick = rng.choice((0.4, 0.6, 0.9))
    wide, high = max(digits.width(digit) for digit in "0123456789"), _DIGIT * digits.size
    aside, above = (near, other) if rng.random() < 0.4 else (other, near)
    return _Boxes(
        rng.choice(_WAYS),
        wide + 2 * (aside + thick) + rng.choice((0, 0, 2, 5)),
        high + 2 * (above + thick),
        thick,
        rng.choice((1.0, 1.0, 0.7, 0.45)),
    )


def _number(
    sheet: Sheet, groups: tuple[int, ...], x: float, y: float, digits: Type, boxes: _Boxes, rng: Random
) -> None:
    """Print a number in boxes that stand on y; between its groups is a dash, a gap, or a box with a dash."""
    parted = rng.choice(("dash", "gap", "box")) if len(groups) > 1 else "gap"
    text, middles, frames = "", list[float](), list[tuple[float, int]]()
    for number, size in enumerate(groups):
        if number and parted != "gap":
            middles.append(x + boxes.wide / 2)
            text += "-"
            frames += [(x, 1)] * (parted == "box")
            x += boxes.wide
        elif number:
            x += 0.4 * boxes.wide
        frames.append((x, size))
        for _ in range(size):
            middles.append(x + boxes.wide / 2)
            text += str(rng.randint(0, 9))
            x += boxes.wide * (1.18 if boxes.way == "apart" else 1)
    for start, size in frames:
        _frames(sheet, start, y, size, boxes)
    # Typed into the form: all of it a little off the middle.
    dx, dy = rng.gauss(0, 0.35), rng.gauss(0, 0.25)
    base = y - (boxes.high - _DIGIT * digits.size) / 2
    sheet.characters(text, [middle + dx for middle in middles], base + dy, digits)


def _frames(sheet: Sheet, x: float, y: float, size: int, boxes: _Boxes) -> None:
    """Print the rules of boxes side by side."""
    top, thick = y - boxes.high, boxes.thick
    pitch = boxes.wide * (1.18 if boxes.way == "apart" else 1)

    def upright(at: float, above: float) -> None:
        sheet.ground(at, above, at + thick, y, boxes.strength)

    def level(at: float, start: float, end: float) -> None:
        sheet.ground(start, at, end + thick, at + thick, boxes.strength)

    for number in range(size):
        start = x + number * pitch
        if boxes.way in ("grid", "apart"):
            upright(start, top)
            upright(start + boxes.wide, top)
            level(top, start, start + boxes.wide)
        elif boxes.way == "comb":
            upright(start, y - 0.35 * boxes.high)
            upright(start + boxes.wide, y - 0.35 * boxes.high)
        elif number:
            for dot in np.arange(top, y, 2.2):
                sheet.ground(start, dot, start + thick, dot + 1.0, boxes.strength)
        level(y, start, start + boxes.wide)
    if boxes.way == "dotted":
        level(top, x, x + size * pitch)
        upright(x, top)
        upright(x + size * pitch, top)
