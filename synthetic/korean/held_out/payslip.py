"""A family kept out of training: the payslip. It shares values with other families, but no layout."""

from __future__ import annotations

from collections.abc import Sequence

from synthetic.canvas import Canvas, Spot
from synthetic.family import Family
from synthetic.korean.form_values import FormValues
from synthetic.style import Style
from synthetic.words import word_list

_PAID = word_list("korean-families", "payslip", "paid")
_HELD = word_list("korean-families", "payslip", "deducted")


def payslip(canvas: Canvas, style: Style) -> None:
    """Draw a payslip (급여명세서): the month in the title, the person, pay left of deductions, the sums."""
    rng, values = canvas.rng, FormValues(canvas.rng, canvas.vocabulary)
    canvas.width = 827.0
    size = canvas.size = min(canvas.size, 12.5)
    x0, x1, y = 60.0, 767.0, rng.uniform(35, 70)
    title = f"{values.month()}{values.pick('분|')} {values.pick('급여명세서|급여 명세서|임금명세서|급여지급명세서')}"
    y = canvas.text(title, x0, y, "HEADER", size=1.7 * size, room=x1 - x0, align="center").y1 + 1.2 * size
    if rng.random() < 0.5:
        canvas.text(values.company(), x0, y, "OTHER")
        y += 1.6 * size
    strip = (
        ("사번|사원번호", values.digits("20####")),
        ("성명", values.person()),
        ("부서", values.department()),
        ("직급", values.rank()),
        ("입사일", values.date()),
        ("지급일", values.date()),
    )
    wide = (x1 - x0) / 3
    for number, (name, text) in enumerate(strip[: rng.choice((3, 6, 6))]):
        x, top = x0 + number % 3 * wide, y + number // 3 * 2 * size
        key = canvas.text(values.pick(name), x + 0.5 * size, top, "QUESTION")
        canvas.link(key, canvas.text(text, max(x + 0.34 * wide, key.x1 + 0.5 * size), top, "ANSWER"))
    y += 4.6 * size
    half = (x1 - x0) / 2
    pitch, count = rng.uniform(1.7, 2.3) * size, rng.randint(5, 9)
    captions = rng.random() < 0.6
    low, sums = y, [0, 0]
    for side, (head, names) in enumerate((("지급내역|지급항목|지급", _PAID), ("공제내역|공제항목|공제", _HELD))):
        left = x0 + side * half
        sides, kept = (left, left + half), names[: count - side]
        bottom, sums[side] = _ledger(canvas, values, sides, y, head, kept, pitch, captions=captions)
        low = max(low, bottom)
    y = low + 0.4 * size
    names = ("지급액계|지급총액", "공제액계|공제총액", "실수령액|차인지급액|실지급액")
    for number, (name, total) in enumerate(zip(names, (*sums, sums[0] - sums[1]), strict=True)):
        right = x0 + (number + 1) * wide - 0.6 * size
        key = canvas.text(values.pick(name), x0 + number * wide + 0.5 * size, y, "QUESTION")
        canvas.link(key, _flush(canvas, values.won(total), right, y))
    canvas.frame(x0, y - 0.5 * size, x1, y + 1.5 * size)
    y += 3 * size
    if rng.random() < 0.6:
        y = _formulas(canvas, values, x0, y)
    canvas.text(
        values.pick("귀하의 노고에 감사드립니다.|한 달간 수고하셨습니다.|본 명세서는 대외비입니다."),
        x0,
        y,
        "OTHER",
        room=x1 - x0,
        align="center",
    )
    canvas.height = max(y + 30, rng.choice((500.0, 827.0, 1169.0)))


def _ledger(
    canvas: Canvas,
    values: FormValues,
    sides: tuple[float, float],
    y: float,
    head: str,
    names: Sequence[str],
    pitch: float,
    *,
    captions: bool,
) -> tuple[float, int]:
    """Print names at the left and sums at the right of one half. Return the y below, and the total."""
    (x0, x1), size, total = sides, canvas.size, 0
    header = canvas.text(values.pick(head), x0, y, "HEADER", room=x1 - x0, align="center")
    top, caption = y, None
    y += pitch
    if captions:
        canvas.text(values.pick("항목|구분|내역"), x0 + size, y, "QUESTION")
        caption = _flush(canvas, values.pick("금액|금액(원)"), x1 - 2 * size, y, "QUESTION")
        y += pitch
    for name in names:
        canvas.rule(x0, y - 0.4 * size, x1, y - 0.4 * size)
        key = canvas.text(name, x0 + 0.6 * size, y, "QUESTION")
        canvas.link(header, key)
        if canvas.rng.random() < 0.9:
            low, high = (6.2, 6.6) if name == _PAID[0] else (4.7, 5.7) if name in _PAID else (3.7, 5.2)
            sum_ = values.amount(low, high)
            spot = _flush(canvas, f"{sum_:,}", x1 - 0.6 * size, y)
            canvas.link(key, spot)
            canvas.link(caption, spot)
            total += sum_
        y += pitch
    canvas.frame(x0, top - 0.4 * size, x1, y - 0.4 * size)
    return y, total


def _formulas(canvas: Canvas, values: FormValues, x: float, y: float) -> float:
    """Print the calculation of some sums in three loose columns."""
    size = canvas.size
    head = canvas.text(values.pick("산출방법|계산방법|산출식"), x, y, "HEADER")
    y += 1.8 * size
    for name in canvas.rng.sample(_PAID[2:], 2):
        key = canvas.text(f"{name}", x + size, y, "QUESTION")
        canvas.link(head, key)
        rule = f"{values.digits('&#')}시간 × {values.digits('&#,##0')}원 × {values.pick('1.5|0.5|1')}"
        canvas.link(key, canvas.text(rule, x + 14 * size, y, "ANSWER"))
        y += 1.7 * size
    return y + size


def _flush(canvas: Canvas, text: str, right: float, y: float, label: str = "ANSWER") -> Spot:
    """Print a text that ends at `right`."""
    return canvas.text(text, right - 400, y, label, room=400, align="right")


FAMILIES = (Family("ko payslip", ("ko",), 1.0, payslip, held_out=True),)
