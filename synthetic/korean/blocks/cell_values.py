"""Values of cells and fields, as functions of the paper: fixed texts, numbers, sums, and values of `form_values`."""

from __future__ import annotations

from collections.abc import Callable

from synthetic.korean.blocks.paper import Paper
from synthetic.korean.form_values import FormValues

#: Draws the text of a cell or field.
CellValue = Callable[[Paper], str]


def pick(texts: str) -> CellValue:
    """Return a function that draws one of the texts between bars."""
    return lambda p: p.values.pick(texts)


def number(low: float, high: float, places: int = 0, units: str = "") -> CellValue:
    """Return a function that draws a number in this range, with so many decimals and one of these units."""
    return lambda p: f"{p.rng.uniform(low, high):.{places}f}{p.values.pick(units)}"


def money(low: float = 3.5, high: float = 6.5, empty: float = 0.05) -> CellValue:
    """Return a function that draws a sum without a currency sign, or a mark for no sum.

    `low`, `high`: powers of ten; `empty`: chance of the mark.
    """
    return lambda p: p.values.pick("-|0|") if p.rng.random() < empty else f"{p.values.amount(low, high):,}"


def change(low: float = 2.5, high: float = 5.5) -> CellValue:
    """Return a function that draws an increase or a decrease, in one of the notations of accounts."""
    return lambda p: p.rng.choice(("{}", "△{}", "▲{}", "({})", "-{}")).format(f"{p.values.amount(low, high):,}")


def from_form(method: Callable[[FormValues], str]) -> CellValue:
    """Return a function that draws a value of `FormValues`."""
    return lambda p: method(p.values)


PERSON, DATE, COMPANY = from_form(FormValues.person), from_form(FormValues.date), from_form(FormValues.company)
DEPARTMENT, RANK, PHONE = from_form(FormValues.department), from_form(FormValues.rank), from_form(FormValues.mobile)
BIRTHDAY, ADDRESS, PERIOD = from_form(FormValues.birthday), from_form(FormValues.address), from_form(FormValues.period)
REASON, MONTH, TIME, CODE = (
    from_form(FormValues.reason),
    from_form(FormValues.month),
    from_form(FormValues.time),
    from_form(FormValues.document_number),
)
AGE, SEX, SHARE = number(3, 79, 0, "|세| 세"), pick("남|여|남자|여자|남성|여성"), number(0, 100, 1, "|%|%")
