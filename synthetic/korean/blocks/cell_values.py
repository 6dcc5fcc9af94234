"""What fills a cell or a field, as functions of the paper: one of some texts, numbers, sums, what a values draws."""

from __future__ import annotations

from collections.abc import Callable

from synthetic.korean.blocks.paper import Paper
from synthetic.korean.form_values import FormValues

#: Draws a text that is filled in.
CellValue = Callable[[Paper], str]


def pick(texts: str) -> CellValue:
    """One of the texts between bars."""
    return lambda p: p.values.pick(texts)


def number(low: float, high: float, places: int = 0, units: str = "") -> CellValue:
    """A number between these, with so many decimals and one of these units behind it."""
    return lambda p: f"{p.rng.uniform(low, high):.{places}f}{p.values.pick(units)}"


def money(low: float = 3.5, high: float = 6.5, empty: float = 0.05) -> CellValue:
    """A sum without a sign of currency, `low` and `high` as powers of ten, or what says that there is none."""
    return lambda p: p.values.pick("-|0|") if p.rng.random() < empty else f"{p.values.amount(low, high):,}"


def change(low: float = 2.5, high: float = 5.5) -> CellValue:
    """What is more or less than before, in the manners of accounts."""
    return lambda p: p.rng.choice(("{}", "△{}", "▲{}", "({})", "-{}")).format(f"{p.values.amount(low, high):,}")


def from_form(method: Callable[[FormValues], str]) -> CellValue:
    """What the values says."""
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
