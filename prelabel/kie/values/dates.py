"""Dates, times and their ranges in ISO 8601. The whole text must be a date; missing parts are not filled in.

Day and month in figures (03/04/2024) have the order that the weekday beside them or other dates of the document show,
else the usual one of its language or currency, else month first, marked `ambiguous`; with points (03.04.2024) day
first, as in countries that use points. Years of two digits mean 1969 to 2068 (POSIX); on a Korean page they come first.
Hours are of the 24-hour clock unless the text says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any

from prelabel.kie.values.hints import Hints
from prelabel.kie.values.months import MONTH_NAME, MONTH_NUMBERS, plain

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)\d\d|'?\d\d)"
_FULL_YEAR = r"(?P<year>(?:19|20)\d\d)"
_DAY_NAME = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?"
_WEEKDAY = re.compile(
    rf"^{_DAY_NAME},? |,? ?\(?\b{_DAY_NAME}\)?$| ?\([월화수목금토일](?:요일)?\)$| ?[월화수목금토일]요일$", re.IGNORECASE
)
#: Forms in which the meaning of each part is certain.
_NAMED = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_DAY}[ .\-/]*(?:of )?{_MONTH}[ ,.\-/]*{_YEAR}",
        rf"{_MONTH}[ \-]?{_DAY}[ ,.\-]+{_YEAR}",
        rf"{_MONTH},? (?:of )?{_FULL_YEAR}",
        rf"{_FULL_YEAR}[ \-/]{_MONTH}[ \-/]{_DAY}",
        rf"{_YEAR} ?년 ?(?P<month>\d{{1,2}}) ?월(?: ?(?P<day>\d{{1,2}}) ?일)?",
        rf"{_YEAR} ?년 ?(?P<month>\d{{1,2}}) ?[월.] ?(?P<day>\d{{1,2}}) ?[일.]\.?",
        rf"{_FULL_YEAR} ?년",
        rf"{_FULL_YEAR} ?(?P<sep>[./-]) ?(?P<month>\d{{1,2}}) ?(?P=sep) ?(?P<day>\d{{1,2}})\.?",
        # Points that OCR read as commas or left out: 2024,03.05, 2024.03 05. A hyphen may be that of a range.
        rf"{_FULL_YEAR} ?[.,·] ?(?P<month>\d{{1,2}})(?: ?[.,·] ?| )(?P<day>\d{{1,2}})\.?",
        rf"{_FULL_YEAR} (?P<month>\d{{1,2}}) ?[.,·] ?(?P<day>\d{{1,2}})\.?",
        r"(?P<year>'\d\d) ?(?P<sep>[./-]) ?(?P<month>\d{1,2}) ?(?P=sep) ?(?P<day>\d{1,2})\.?",
    )
)
#: 1. Dezember 2026, 1er décembre 2026, 1 de diciembre de 2026; décembre 2026.
_OTHER_LANGUAGES = re.compile(
    rf"(?:(?:(?:le|am|den|el|il) )?(?P<day>\d{{1,2}})(?:er|[º°])?[ ./-]*(?:de |di |d['’] ?)?)?"
    rf"(?P<month>{MONTH_NAME})[ ./-]*(?:de |del |di )?{_FULL_YEAR}"
)
#: Read only on Korean pages, where 2018. 2. is a month, not a number, and years of two digits come first.
_KOREAN = (
    re.compile(rf"{_FULL_YEAR}\. ?(?P<month>\d{{1,2}})\.?"),
    re.compile(r"(?P<year>\d\d)\. (?P<month>\d{1,2})\. (?P<day>\d{1,2})\.?"),
    re.compile(r"(?P<year>\d\d)\. ?(?P<month>\d{1,2})\. ?(?P<day>\d{1,2})\."),
)
#: The same in the field of a date; elsewhere 19.3.5 may number a section.
_KOREAN_DATE = re.compile(r"(?P<year>\d\d) ?(?P<sep>[./-]) ?(?P<month>\d{1,2}) ?(?P=sep) ?(?P<day>\d{1,2})\.?")
_FIGURES = re.compile(r"(\d{1,2}) ?([./-]) ?(\d{1,2}) ?\2 ?((?:19|20)\d\d|\d\d)\.?")
#: Points of which OCR read one as a comma: 03,04.2024.
_MISREAD_POINTS = re.compile(r"(\d{1,2}) ?(?:(\.) ?(\d{1,2}) ?,|, ?(\d{1,2}) ?(\.)) ?((?:19|20)\d\d)\.?")
#: Years of the Korean era 단기 count from 2333 BC; 서기 is AD.
_ERA = re.compile(r"^(단기|檀紀|서기|西紀) ?(\d{4})(?!\d)")
_DANGUN = 2333
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_KOREAN_WEEKDAYS = "월화수목금토일"
#: Years of two digits that are read as this year or later may also belong to the previous century.
_UNLIKELY = "2040"
_TIME = re.compile(
    r"(?:(?P<half>오전|오후|am|pm) ?)?(?P<hour>\d{1,2})(?::(?P<minute>\d\d)(?::(?P<second>\d\d))?)?"
    r"(?: ?(?P<half2>am|pm|a\.m\.|p\.m\.))?",
    re.IGNORECASE,
)
_KOREAN_TIME = re.compile(
    r"(?:(?P<half>오전|오후) ?)?(?P<hour>\d{1,2}) ?시(?: ?(?P<minute>\d{1,2}) ?분(?: ?(?P<second>\d{1,2}) ?초)?)?"
)
_RANGE = re.compile(r" ?[~∼～〜] ?| [-–—] | ?– ?| to | ?부터 ?", re.IGNORECASE)
#: The end of a range with the year only at its start: 2024. 3. 5. ~ 3. 8.
_NO_YEAR = re.compile(r"(\d{1,2}) ?(?:[./-]|월) ?(\d{1,2}) ?[.일]?")
#: 20240305, which is a date only if the name of the field says so.
_COMPACT = re.compile(rf"{_FULL_YEAR}(?P<month>\d\d)(?P<day>\d\d)")
DATE_KEY = re.compile(r"\bdate\b|\bdob\b|일자|날짜|일시|년월일|[가-힣]일$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Read:
    """A date or time as it was read. `value`: ISO 8601. `ambiguous`: another reading is possible."""

    value: str
    ambiguous: bool = False


_Reader = Callable[[str], _Read | None]


def date_or_time(text: str, key: str, hints: Hints) -> dict[str, Any] | None:
    """Read a date, a time, both, or a range of either; None for any other text. `text` has single spaces."""
    if not any(c.isdigit() for c in text):
        return None
    readers: tuple[tuple[str, _Reader], ...] = (
        ("date", lambda part: _date(part, key, hints)),
        ("time", _time),
        ("datetime", lambda part: _date_and_time(part, key, hints)),
    )
    for kind, read in readers:
        if found := read(text):
            return _marked({"type": kind, "value": found.value}, found.ambiguous)
    for kind, read in readers:
        if ends := _ends(text, kind, read):
            start, end = ends
            row = {"type": f"{kind}_range", "start": start.value, "end": end.value}
            return _marked(row, start.ambiguous or end.ambiguous)
    return None


def _marked(row: dict[str, Any], ambiguous: bool) -> dict[str, Any]:
    return row | {"ambiguous": True} if ambiguous else row


def _ends(text: str, kind: str, read: _Reader) -> tuple[_Read, _Read] | None:
    """Read both ends of a range, in order; a year at only one end counts for both."""
    text = re.sub(r"^from | ?까지$", "", text, flags=re.IGNORECASE)
    parts = _RANGE.split(text) if _RANGE.search(text) else re.split("[-–—]", text)
    if len(parts) != 2:
        return None
    first, last = parts
    start, end = read(first), read(last)
    if kind == "date" and start and not end and (rest := _NO_YEAR.fullmatch(last)):
        end = read(f"{start.value[:4]}.{rest[1]}.{rest[2]}")
    if kind == "date" and end and not start and re.search("[a-z]", first, re.IGNORECASE):
        start = read(f"{first}, {end.value[:4]}")
    if not (start and end) or (kind != "time" and start.value > end.value):
        return None
    return start, end


def _date(text: str, key: str, hints: Hints) -> _Read | None:
    beside = _WEEKDAY.search(text)
    text = _ERA.sub(
        lambda era: str(int(era[2]) - (_DANGUN if era[1] in ("단기", "檀紀") else 0)), _WEEKDAY.sub("", text)
    )
    found = _named(text, key, hints) or _figures(text, hints, _weekday(beside[0]) if beside else None)
    if found and found.value >= _UNLIKELY and not re.search(_FULL_YEAR, text):
        return replace(found, ambiguous=True)
    return found


def _named(text: str, key: str, hints: Hints) -> _Read | None:
    """Read a date in which the meaning of each part is certain."""
    dated = bool(DATE_KEY.search(key))
    forms = [*_NAMED, *(_KOREAN if hints.korean else ()), *((_COMPACT,) if dated else ())]
    if dated and hints.korean:
        forms.append(_KOREAN_DATE)
    for match in (*(form.fullmatch(text) for form in forms), _OTHER_LANGUAGES.fullmatch(plain(text))):
        if match:
            parts = match.groupdict()
            value = _iso(parts["year"], parts.get("month"), parts.get("day"))
            return _Read(value) if value else None
    return None


def _weekday(text: str) -> int | None:
    """Return the day of the week, Monday is 0."""
    name = text.strip(" ,.()").casefold()
    if name[:1] in _KOREAN_WEEKDAYS:
        return _KOREAN_WEEKDAYS.index(name[:1])
    return _WEEKDAYS.index(name[:3]) if name[:3] in _WEEKDAYS else None


def _figures(text: str, hints: Hints, weekday: int | None) -> _Read | None:
    """Read three numbers of which at most the year is certain. `weekday`: the one beside them, Monday is 0."""
    match = _FIGURES.fullmatch(_MISREAD_POINTS.sub(r"\1.\3\4.\6", text))
    if not match:
        return None
    a, sep, b, c = match.groups()
    readings = {"mdy": _iso(c, a, b), "dmy": _iso(c, b, a)}
    if len(c) == 2:
        readings["ymd"] = _iso(a, b, c) if len(a) == 2 else None
        if hints.korean and len(a) == 2 and not readings["ymd"] and int(c) <= 31 and 1 <= int(b) <= 12:
            return None  # 26.02.30 is no day; it is not the 26th in 2030 for that
    possible = {name: day for name, day in readings.items() if day}
    on_weekday = {name: day for name, day in possible.items() if date.fromisoformat(day).weekday() == weekday}
    if len(set(on_weekday.values())) == 1:
        return _Read(next(iter(on_weekday.values())))
    told = "ymd" if hints.korean and "ymd" in possible else hints.date_order
    if sep == "." and hints.usual_order == "dmy":
        told = told or "dmy"
    order = (told, hints.usual_order, *(("dmy", "mdy") if sep == "." else ("mdy", "dmy")), "ymd")
    chosen = next((possible[name] for name in order if name in possible), None)
    if chosen is None:
        return None
    sure = told is not None and possible.get(told) == chosen
    return _Read(chosen, not sure and len(set(possible.values())) > 1)


def _iso(year: str, month: str | None, day: str | None) -> str | None:
    """Return YYYY, YYYY-MM or YYYY-MM-DD; None if there is no such day."""
    y = int(year.lstrip("'"))
    if y < 100:
        y += 1900 if y >= 69 else 2000
    m = 1 if month is None else int(month) if month.isdigit() else _month_number(month.casefold())
    try:
        whole = date(y, m, 1 if day is None else int(day)).isoformat()
    except ValueError:
        return None
    return whole[:4] if month is None else whole[:7] if day is None else whole


def _month_number(name: str) -> int:
    return MONTH_NUMBERS[name] if name in MONTH_NUMBERS else _MONTHS.index(name[:3]) + 1


def _time(text: str) -> _Read | None:
    match = _KOREAN_TIME.fullmatch(text) or _TIME.fullmatch(text)
    if not match:
        return None
    parts = match.groupdict()
    half = (parts["half"] or parts.get("half2") or "").lower().replace(".", "")
    if not half and parts["minute"] is None and "시" not in text:
        return None  # a number
    hour = int(parts["hour"])
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half in ("pm", "오후") else 0)
    try:
        told = time(hour, int(parts["minute"] or 0), int(parts["second"] or 0))
    except ValueError:
        return None
    value = told.isoformat("seconds" if parts["second"] else "minutes")
    return _Read(value, ambiguous=not half and len(parts["hour"]) == 1 and hour > 0)


def _date_and_time(text: str, key: str, hints: Hints) -> _Read | None:
    """Read 2025-03-14 09:42, 2025-03-14T09:42, 2025년 3월 14일 오전 9시."""
    for gap in re.finditer(r",? (?:at )?|T(?=\d)", text):
        day, clock = _date(text[: gap.start()], key, hints), _time(text[gap.end() :])
        if day and clock and len(day.value) == 10:
            return _Read(f"{day.value}T{clock.value}", day.ambiguous or clock.ambiguous)
    return None
