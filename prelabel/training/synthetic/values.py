"""Values of fields by kind (person, date, money, ...) in one language, made of a vocabulary's parts and random numbers."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from prelabel.training.synthetic.vocabulary import Vocabulary
from prelabel.training.synthetic.wordlists import LISTS

Maker = Callable[[Vocabulary, Random], str]

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October")
_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
_SYLLABLES = (
    "가나다라마바사아자차하거너더러머버서어저고노도로모보소오조초호구누두루무부수우주추그느드르므브스으즈기니디리미비시이지치히"
    "강건경공관광구국군금길김남대동두만명문민박반방백변병봉부북산삼상새서석선설성세송숙순신안양여연열영옥온완용원월유윤은을인일"
    "임장전정제종주준중진창천철청최태판평한해향현형혜호홍화환황회효훈"
)
_ONSETS = (
    "b",
    "br",
    "c",
    "ch",
    "d",
    "dr",
    "f",
    "g",
    "gr",
    "h",
    "k",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "st",
    "t",
    "th",
    "v",
    "w",
)
_VOWELS = ("a", "e", "i", "o", "u", "ea", "oo", "y", "ai")
_CODAS = ("", "", "n", "r", "l", "s", "ck", "m", "t", "nd", "ng", "rt")
_NUMERALS = ("일", "이", "삼", "사", "오", "육", "칠", "팔", "구")


def value(kind: str, v: Vocabulary, rng: Random) -> str:
    """One value of the given kind. KeyError when there is no such kind."""
    text = _MAKERS[kind](v, rng)
    if rng.random() < 0.03:
        text = f"{text} ({_MAKERS[rng.choice(('phrase', 'phone', 'count', 'person', 'percent'))](v, rng)})"
    return text


def _korean(v: Vocabulary) -> bool:
    return v.language == "ko"


def _digits(rng: Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def invented(v: Vocabulary, rng: Random) -> str:
    """A word that stands in no list of fields: a rare one, a name, a place, or one that does not exist."""
    drawn, lists = rng.random(), LISTS[v.language]
    if drawn < 0.3:
        return rng.choice(lists.words).capitalize()
    if drawn < 0.4:
        return rng.choice(lists.places)
    if drawn < 0.55:
        return rng.choice(lists.surnames if v.language == "en" else lists.given_names)
    if _korean(v):
        return "".join(rng.choice(_SYLLABLES) for _ in range(rng.choice((2, 2, 3, 3, 4))))
    parts = rng.choice((1, 2, 2, 3))
    word = "".join(rng.choice(_ONSETS) + rng.choice(_VOWELS) + rng.choice(_CODAS) for _ in range(parts))
    return word.capitalize()


def common(v: Vocabulary, rng: Random) -> str:
    """A word as it stands in running text."""
    return rng.choice(v.words) if rng.random() < 0.5 else rng.choice(LISTS[v.language].words)


def _person(v: Vocabulary, rng: Random) -> str:
    if _korean(v):
        name = rng.choice(v.surnames) + (
            rng.choice(LISTS["ko"].given_names) if rng.random() < 0.6 else rng.choice(v.given_names)
        )
        tail = rng.choice(("", "", "", "", "", "", " 과장", " 대리", " (인)", " 부장", " 님"))
        return (" ".join(name) if rng.random() < 0.06 else name) + tail
    given, surname = rng.choice(v.given_names), rng.choice(v.surnames)
    if rng.random() < 0.6:
        given, surname = rng.choice(LISTS["en"].given_names), rng.choice(LISTS["en"].surnames)
    middle = f" {rng.choice(_LETTERS)}." if rng.random() < 0.15 else ""
    forms = (f"{given}{middle} {surname}",) * 6 + (
        f"{surname}, {given}",
        f"{given[0]}. {surname}",
        given,
        f"Mr. {surname}",
    )
    return rng.choice(forms)


def _company(v: Vocabulary, rng: Random) -> str:
    words = invented(v, rng) if rng.random() < 0.5 else rng.choice(v.company_words)
    if _korean(v):
        name = words + rng.choice(v.company_forms)
        return rng.choice(
            (
                f"(주){name}",
                f"주식회사 {name}",
                name,
                name,
                f"{name}(주)",
                f"㈜{name}",
                f"{name} {rng.choice(v.cities)}점",
            )
        )
    second = f" {invented(v, rng)}" if rng.random() < 0.4 else ""
    return f"{words}{second} {rng.choice(v.company_forms)}"


def _date(v: Vocabulary, rng: Random) -> str:
    year, month, day = (
        rng.randint(1955, 2027) if rng.random() < 0.25 else rng.randint(2018, 2027),
        rng.randint(1, 12),
        rng.randint(1, 28),
    )
    if _korean(v):
        form = rng.choice(
            ("{y}-{m:02}-{d:02}",) * 3
            + (
                "{y}.{m:02}.{d:02}",
                "{y}. {m}. {d}.",
                "{y}년 {m}월 {d}일",
                "{y}년 {m:02}월 {d:02}일",
                "{y}/{m:02}/{d:02}",
                "{y}.{m}.{d}",
            )
            + ("{y}-{m:02}-{d:02} {H:02}:{M:02}", "{y}. {m}. {d}. ~ {z}. {m}. {d}.")
        )
    else:
        form = rng.choice(
            (
                "{y}-{m:02}-{d:02}",
                "{m:02}/{d:02}/{y}",
                "{d:02}/{m:02}/{y}",
                "{m}/{d}/{s:02}",
                "{N} {d}, {y}",
                "{n} {d}, {y}",
            )
            + (
                "{d} {N} {y}",
                "{d:02}-{n}-{y}",
                "{d:02}.{m:02}.{y}",
                "{m}-{d}-{s:02}",
                "{n} {y}",
                "{y}-{m:02}-{d:02} {H:02}:{M:02}",
            )
        )
    name = rng.choice(_MONTHS)
    return form.format(
        y=year, z=year + 1, m=month, d=day, s=year % 100, N=name, n=name[:3], H=rng.randint(0, 23), M=rng.randint(0, 59)
    )


def _time(v: Vocabulary, rng: Random) -> str:
    hour, minute = rng.randint(1, 12), rng.choice((0, 15, 30, 45, rng.randint(0, 59)))
    if _korean(v):
        return rng.choice(
            (
                f"{rng.choice(('오전', '오후'))} {hour}시",
                f"{hour:02}:{minute:02}",
                f"{hour}시 {minute}분",
                f"{hour:02}:00 ~ {hour + 6:02}:00",
            )
        )
    return rng.choice(
        (
            f"{hour}:{minute:02} {rng.choice(('AM', 'PM', 'a.m.', 'pm'))}",
            f"{hour:02}:{minute:02}",
            f"{hour}:00 - {hour + 3}:30",
        )
    )


def _phone(v: Vocabulary, rng: Random) -> str:
    if _korean(v):
        area = rng.choice(("02", "031", "051", "010", "010", "010", "053", "070", "1588"))
        middle, last = _digits(rng, rng.choice((3, 4, 4))), _digits(rng, 4)
        if area == "1588":
            return f"1588-{last}"
        return rng.choice(
            (f"{area}-{middle}-{last}",) * 4
            + (f"{area}){middle}-{last}", f"({area}) {middle}-{last}", f"{area}.{middle}.{last}")
        )
    a, b, c = _digits(rng, 3), _digits(rng, 3), _digits(rng, 4)
    return rng.choice(
        (
            f"({a}) {b}-{c}",
            f"{a}-{b}-{c}",
            f"+1 {a} {b} {c}",
            f"{a}.{b}.{c}",
            f"+44 20 {c} {_digits(rng, 4)}",
            f"{b}-{c}",
            f"{a} {b} {c} ext. {_digits(rng, 2)}",
        )
    )


def _email(v: Vocabulary, rng: Random) -> str:
    user = rng.choice(
        ("info", "sales", "kim.js", "jsmith", "contact", "hong", "office", "minho", "a.brown", "lee", "order")
    )
    host = rng.choice(("example", "mail", "abc", "korea", "summit", "hanbit", "office", "northern", "shop"))
    return f"{user}{rng.choice(('', '', str(rng.randint(1, 99))))}@{host}.{rng.choice(('com', 'co.kr', 'net', 'org', 'kr'))}"


def _url(v: Vocabulary, rng: Random) -> str:
    return f"www.{rng.choice(('example', 'summit', 'hanbit', 'daesung', 'office', 'apex', 'mirae'))}.{rng.choice(('com', 'co.kr', 'net'))}"


def _address(v: Vocabulary, rng: Random) -> str:
    number = rng.randint(1, 600)
    if _korean(v):
        street = f"{invented(v, rng)[:2]}{rng.choice('구군시')} {invented(v, rng)}{rng.choice('로길')}"
        place = rng.choice((rng.choice(v.streets), street))
        floor = rng.choice(
            (
                f"{rng.randint(1, 30)}층",
                f"{rng.randint(101, 1999)}호",
                f"{rng.choice(v.company_words)}빌딩 {rng.randint(2, 20)}층",
            )
        )
        return f"{rng.choice(v.cities)} {place} {number}{rng.choice(('', '', ' ' + floor, ', ' + floor))}"
    place = rng.choice((rng.choice(v.streets), f"{invented(v, rng)} {rng.choice(v.streets).split()[-1]}"))
    tail = rng.choice(("", "", f", Suite {number}", f" Apt {number}", f", {rng.randint(2, 30)}th Floor"))
    town = rng.choice((rng.choice(v.cities), invented(v, rng)))
    code = f"{rng.choice('CNTWOM')}{rng.choice('AYXHR')} {_digits(rng, 5)}"
    return f"{number * rng.choice((1, 1, 11))} {place}{tail}{rng.choice(('', ', ' + town, ', ' + town + ', ' + code, ' ' + town + ' ' + code))}"


def _city(v: Vocabulary, rng: Random) -> str:
    if _korean(v):
        return rng.choice((rng.choice(v.cities), rng.choice(("대한민국", "중국", "부산항", "미국", "강남", "국산"))))
    return rng.choice(
        (rng.choice(v.cities), f"{rng.choice(v.cities)}, {rng.choice(('USA', 'UK', 'Korea', 'Germany'))}")
    )


def _zip(v: Vocabulary, rng: Random) -> str:
    return rng.choice(
        (
            _digits(rng, 5),
            _digits(rng, 5),
            f"({_digits(rng, 5)})",
            f"{_digits(rng, 3)}-{_digits(rng, 3)}",
            f"{_digits(rng, 5)}-{_digits(rng, 4)}",
        )
    )


def _number(v: Vocabulary, rng: Random) -> str:
    if _korean(v) and rng.random() < 0.35:
        return rng.choice(
            (
                f"{_digits(rng, 3)}-{_digits(rng, 2)}-{_digits(rng, 5)}",
                f"{_digits(rng, 6)}-{_digits(rng, 7)}",
                f"{_digits(rng, 6)}-*******",
                f"제 {rng.randint(2018, 2027)}-{_digits(rng, 3)} 호",
                f"{_digits(rng, 2)}가 {_digits(rng, 4)}",
            )
        )
    letters = "".join(rng.choice(_LETTERS) for _ in range(rng.randint(1, 3)))
    return rng.choice(
        (
            _digits(rng, rng.randint(1, 4)),
            _digits(rng, rng.randint(5, 10)),
            f"{letters}-{_digits(rng, rng.randint(3, 6))}",
        )
        + (
            f"{letters}{_digits(rng, rng.randint(3, 7))}",
            f"{letters}-{rng.randint(2018, 2027)}-{_digits(rng, rng.randint(3, 5))}",
        )
        + (
            f"{rng.randint(2018, 2027)}-{_digits(rng, 4)}",
            f"{rng.randint(2018, 2027)}{rng.randint(10, 12)}{rng.randint(10, 28)}-{_digits(rng, 3)}",
        )
        + (
            f"#{_digits(rng, 4)}",
            f"{_digits(rng, 4)} {_digits(rng, 4)} {_digits(rng, 4)}",
            f"****-****-****-{_digits(rng, 4)}",
            f"{_digits(rng, 3)}-{_digits(rng, 6)}-{_digits(rng, 2)}",
        )
    )


def _money(v: Vocabulary, rng: Random) -> str:
    whole = int(10 ** rng.uniform(0.3, 4.7))
    if _korean(v):
        won = f"{whole * rng.choice((10, 100, 500, 1000)):,}"
        if rng.random() < 0.04:
            return f"일금 {rng.choice(_NUMERALS)}{rng.choice(('십', '백', '천'))}{rng.choice(('', _NUMERALS[4] + '십'))}만원정"
        return rng.choice(
            (won,) * 5 + (f"{won}원",) * 3 + (f"₩{won}", f"￦ {won}", f"금 {won}원정", f"{won} 원", f"\\{won}")
        )
    amount = f"{whole:,}.{_digits(rng, 2)}"
    return rng.choice(
        (amount,) * 4
        + (f"${amount}",) * 4
        + (
            f"$ {amount}",
            f"USD {amount}",
            f"{amount} USD",
            f"€{amount}",
            f"£{amount}",
            f"${whole:,}",
            f"{whole:,}",
            f"-{amount}",
            f"{amount} €",
        )
    )


def _count(v: Vocabulary, rng: Random) -> str:
    number = rng.randint(1, 20) if rng.random() < 0.7 else rng.randint(20, 2000)
    units = ("개", "명", "부", "EA", "박스", "세트", "") if _korean(v) else ("pcs", "EA", "units", "boxes", "sets", "")
    return rng.choice(
        (f"{number:,}",) * 4 + (f"{number} {rng.choice(units)}".strip(), f"{number}{units[0] if _korean(v) else ''}")
    )


def _percent(v: Vocabulary, rng: Random) -> str:
    return rng.choice(
        (f"{rng.randint(1, 99)}%", f"{rng.randint(1, 30)}.{rng.randint(0, 9)}%", f"{rng.randint(1, 30)} %")
    )


def _measure(v: Vocabulary, rng: Random) -> str:
    n, m = rng.randint(1, 900), rng.randint(1, 900)
    return rng.choice(
        (
            f"{n} kg",
            f"{n}kg",
            f"{n}.{m % 10} mm",
            f"{n}x{m}",
            f"{n}*{m}*{n % 90 + 1}",
            f"{n} cm",
            f"{n}ml",
            f"{n / 10}㎡" if _korean(v) else f"{n} lbs",
            f"{n}L",
            f"{n}W",
        )
    )


def _unit(v: Vocabulary, rng: Random) -> str:
    return rng.choice(
        ("개", "EA", "SET", "BOX", "대", "권", "식", "M", "kg", "매", "병")
        if _korean(v)
        else ("EA", "pcs", "box", "hr", "set", "kg", "pack", "each", "roll", "day", "lot")
    )


def _item(v: Vocabulary, rng: Random) -> str:
    item = rng.choice(v.items)
    if rng.random() < 0.45:
        kind = rng.choice(v.items).split()[-1]
        words = [rng.choice((common, invented))(v, rng) for _ in range(rng.randint(1, 2))]
        item = " ".join(words + [kind] * rng.randint(0, 1))
        item = item[:1].upper() + item[1:] if rng.random() < 0.8 else item
    if rng.random() < 0.25:
        item = f"{rng.choice(v.adjectives)} {item}"
    if rng.random() < 0.2:
        item = f"{item}, {' '.join(rng.choice((common, invented, _measure, _adjective))(v, rng) for _ in range(rng.randint(1, 4)))}"
    if rng.random() < 0.15:
        item = f"{item} {rng.choice((_measure(v, rng), f'({_count(v, rng)})', _number(v, rng), f'x {rng.randint(2, 12)}'))}"
    return item


def _adjective(v: Vocabulary, rng: Random) -> str:
    return rng.choice(v.adjectives)


def _phrase(v: Vocabulary, rng: Random) -> str:
    drawn = rng.random()
    if drawn < 0.06:
        return rng.choice(v.sentences)
    if drawn < 0.14:
        return rng.choice(LISTS[v.language].jobs)
    if drawn < 0.36:
        words = (rng.choice((common, common, invented, _item))(v, rng) for _ in range(rng.randint(1, 7)))
        return " ".join(words).replace(",", "")
    phrase = rng.choice(v.phrases)
    return f"{phrase}, {rng.choice(v.phrases)}" if drawn > 0.92 else phrase


def _index(v: Vocabulary, rng: Random) -> str:
    return str(rng.randint(1, 12))


_MAKERS: dict[str, Maker] = {
    "person": _person, "company": _company, "date": _date, "time": _time, "phone": _phone, "email": _email, "url": _url,
    "address": _address, "city": _city, "zip": _zip, "number": _number, "money": _money, "count": _count, "unit": _unit,
    "percent": _percent, "measure": _measure, "item": _item, "phrase": _phrase, "index": _index,
}  # fmt: skip
