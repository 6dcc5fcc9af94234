"""What fills a cell or a field, as functions of the paper: one of some texts, numbers, sums, what a clerk draws."""

from __future__ import annotations

from collections.abc import Callable

from synthetic.korean.clerk import Clerk
from synthetic.korean.paper import Paper

#: Draws a text that is filled in.
Maker = Callable[[Paper], str]


def pick(texts: str) -> Maker:
    """One of the texts between bars."""
    return lambda p: p.clerk.pick(texts)


def number(low: float, high: float, places: int = 0, units: str = "") -> Maker:
    """A number between these, with so many decimals and one of these units behind it."""
    return lambda p: f"{p.rng.uniform(low, high):.{places}f}{p.clerk.pick(units)}"


def money(low: float = 3.5, high: float = 6.5, empty: float = 0.05) -> Maker:
    """A sum without a sign of currency, `low` and `high` as powers of ten, or what says that there is none."""
    return lambda p: p.clerk.pick("-|0|") if p.rng.random() < empty else f"{p.clerk.amount(low, high):,}"


def change(low: float = 2.5, high: float = 5.5) -> Maker:
    """What is more or less than before, in the manners of accounts."""
    return lambda p: p.rng.choice(("{}", "△{}", "▲{}", "({})", "-{}")).format(f"{p.clerk.amount(low, high):,}")


def said(method: Callable[[Clerk], str]) -> Maker:
    """What the clerk says."""
    return lambda p: method(p.clerk)


PERSON, DATE, COMPANY = said(Clerk.person), said(Clerk.date), said(Clerk.company)
DEPARTMENT, RANK, PHONE = said(Clerk.department), said(Clerk.rank), said(Clerk.mobile)
BIRTHDAY, ADDRESS, PERIOD = said(Clerk.birthday), said(Clerk.address), said(Clerk.period)
REASON, MONTH, TIME, CODE = said(Clerk.reason), said(Clerk.month), said(Clerk.time), said(Clerk.document_number)
AGE, SEX, SHARE = number(3, 79, 0, "|세| 세"), pick("남|여|남자|여자|남성|여성"), number(0, 100, 1, "|%|%")
