"""Values that are mostly digits: patterns by language, dates, times, amounts, counts."""

from __future__ import annotations

from random import Random

from synthetic.text.vocabulary import terms

_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
_MONTHS = terms(
    "January | February | March | April | May | June | July | August | September | October | November | December"
)

#: In a pattern # is a digit, & one that is not 0, ? a capital letter, ^ the sign #.
PATTERNS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "phone": terms("""
            (###) ###-#### | ###-###-#### | +1 ### ### #### | ###.###.#### | +44 20 #### #### | ###-####
            0### ### ### | ### ### #### ext. ## | +49 30 ###### | 0#### ######
        """),
        "zip": terms("##### | ##### | #####-#### | &? &?? | ?? #####"),
        "number": terms("""
            & | &# | &## | &### | &#### | &##### | &###### | &######### | ?-### | ??-#### | ???-##### | ?####
            ??###### | ^#### | ??-202#-#### | 202#-#### | 202#&###-### | #### #### #### | ****-****-****-####
            ###-######-## | ##-##-## | ? ### | ?? ### #### ## | ??-###/## | ??## #### #### #### | ### ### ###
            ??&#-?##
        """),
        "percent": terms("&% | &#% | &.#% | &# % | &#.##%"),
        "measure": terms("""
            & kg | &#kg | &## kg | &.# mm | &##x&## | &## x &## mm | &##*&##*&# | &# cm | &##ml | &#L | &##W | &# lbs
            &.## m | &#" | & ft & in | &,### kg | A& | &# gsm
        """),
        "unit": terms("EA | pcs | box | hr | set | kg | pack | each | roll | day | lot | m | pair | case"),
        "email": terms("""
            info@example.com | sales@summit.com | jsmith&#@mail.com | contact@office.net | a.brown@northern.org
            order@shop.com | office@abc.co.kr | minho&@korea.kr | accounts@example.org | help@apex.example
        """),
        "url": terms("www.example.com | www.summit.com | www.apex.net | https://office.example | shop.northern.org"),
        "index": terms("& | & | &#"),
    },
    "ko": {
        "phone": terms("""
            02-###-#### | 02-####-#### | 031-###-#### | 051-###-#### | 010-####-#### | 010-####-#### | 010-####-####
            1588-#### | 070-####-#### | 053)###-#### | (042) ###-#### | 010.####.#### | 02) ###-#### | 010 #### ####
        """),
        "zip": terms("##### | ##### | (#####) | ###-### | 우 #####"),
        "number": terms("""
            & | &# | &## | &#### | &###### | &######### | ###-##-##### | ###-##-##### | ######-#######
            ######-******* | ?-#### | 제 202#-### 호 | ##가 #### | ??-202#-### | 202#-#### | 202#&###-###
            ###-######-##-### | ####-####-####-#### | ?### | ##허 #### | ??#### | 제#####호 | ####-**-****** | &##호
            202#-##-## | ??&#-####-## | ### ### ######
        """),
        "percent": terms("&% | &#% | &.#% | &# % | 연 &.#%"),
        "measure": terms("""
            &kg | &# kg | &## mm | &##x&## | &## x &## | &##*&##*&# | &#cm | &##ml | &#L | &##W | &#.#㎡ | &호 | A&
            &.#톤 | &#인치 | &평
        """),
        "unit": terms("개 | EA | SET | BOX | 대 | 권 | 식 | M | kg | 매 | 병 | 장 | 벌 | 회"),
        "email": terms("""
            info@example.co.kr | sales@hanbit.co.kr | kim.js&#@mail.com | contact@mirae.net | hong@korea.kr
            tax@daesung.co.kr | office&#@office.com | order@shop.kr | lee@example.com
        """),
        "url": terms("www.example.co.kr | www.hanbit.com | www.daesung.co.kr | http://mirae.net | www.korea.kr"),
        "index": terms("& | & | &#"),
    },
}

_DATES = {
    "en": terms("""
        {y}-{m:02}-{d:02} | {m:02}/{d:02}/{y} | {d:02}/{m:02}/{y} | {m}/{d}/{s:02} | {N} {d}, {y} | {n} {d}, {y}
        {d} {N} {y} | {d:02}-{n}-{y} | {d:02}.{m:02}.{y} | {m}-{d}-{s:02} | {n} {y} | {d} {n} {y}
        {y}-{m:02}-{d:02} {H:02}:{M:02} | {m:02}/{d:02} | {d:02} / {m:02} / {y} | {N} {y} | {d} {n} - {d} {n} {y}
    """),
    "ko": terms("""
        {y}-{m:02}-{d:02} | {y}-{m:02}-{d:02} | {y}-{m:02}-{d:02} | {y}.{m:02}.{d:02} | {y}. {m}. {d}.
        {y}년 {m}월 {d}일 | {y}년 {m:02}월 {d:02}일 | {y}년 {m}월 {d}일 | {y}/{m:02}/{d:02} | {y}.{m}.{d}
        {y}-{m:02}-{d:02} {H:02}:{M:02} | {y}. {m}. {d}. ~ {z}. {m}. {d}. | {m}/{d}
        {y}년 {m}월 {d}일부터 {z}년 {m}월 {d}일까지 | {m}월 {d}일
    """),
}
_TIMES = {
    "en": terms("{h}:{M:02} AM | {h}:{M:02} PM | {h}:{M:02} p.m. | {H:02}:{M:02} | {h}:00 - {z}:30 | {h} am"),
    "ko": terms("오전 {h}시 | 오후 {h}시 | {H:02}:{M:02} | {h}시 {M}분 | {H:02}:00 ~ {z:02}:00 | 오후 {h}시 {M}분"),
}
_AMOUNTS = {
    "en": terms("""
        {a}.{c} | {a}.{c} | {a}.{c} | {a}.{c} | ${a}.{c} | ${a}.{c} | ${a}.{c} | $ {a}.{c} | USD {a}.{c} | {a}.{c} USD
        €{a}.{c} | £{a}.{c} | ${a} | {a} | -{a}.{c} | {a}.{c} € | ({a}.{c}) | EUR {a}
    """),
    "ko": terms("""
        {w} | {w} | {w} | {w} | {w} | {w}원 | {w}원 | {w}원 | ₩{w} | ￦ {w} | 금 {w}원정 | {w} 원 | \\{w} | -{w}
        일금 {k}백만원정 | 금 {k}천{k}백만원 (₩{w}) | {w}원 (부가세 포함) | 월 {w}원
    """),
}
_COUNTS = {
    "en": terms("{n} | {n} | {n} | {n} | {n} pcs | {n} EA | {n} units | {n} boxes"),
    "ko": terms("{n} | {n} | {n} | {n} | {n}개 | {n}명 | {n} EA | {n}박스 | {n}부"),
}


def patterned(kind: str, language: str, rng: Random) -> str:
    """One value of a kind that has patterns."""
    return "".join(_char(char, rng) for char in rng.choice(PATTERNS[language][kind]))


def date(language: str, rng: Random) -> str:
    """A date, now and then with a time or as a period; recent, or a birthday."""
    year = rng.randint(1955, 2015) if rng.random() < 0.2 else rng.randint(2018, 2028)
    month, day = rng.randint(1, 12), rng.randint(1, 28)
    names = {"N": _MONTHS[month - 1], "n": _MONTHS[month - 1][:3]}
    clock = {"H": rng.randint(0, 23), "M": rng.randint(0, 59)}
    return rng.choice(_DATES[language]).format(y=year, z=year + 1, m=month, d=day, s=year % 100, **names, **clock)


def time(language: str, rng: Random) -> str:
    """A time of day, or a range."""
    hour = rng.randint(1, 12)
    minute = rng.choice((0, 15, 30, 45, rng.randint(0, 59)))
    return rng.choice(_TIMES[language]).format(h=hour, H=rng.randint(0, 23), M=minute, z=min(hour + 6, 23))


def money(language: str, rng: Random) -> str:
    """An amount, small ones more often."""
    whole = int(10 ** rng.uniform(0.3, 4.7))
    won = whole * rng.choice((10, 100, 500, 1000))
    numeral = rng.choice("일이삼사오육칠팔구")
    cents = f"{rng.randint(0, 99):02}"
    return rng.choice(_AMOUNTS[language]).format(a=f"{whole:,}", c=cents, w=f"{won:,}", k=numeral)


def count(language: str, rng: Random) -> str:
    """A number of things, with or without their unit."""
    number = rng.randint(1, 20) if rng.random() < 0.7 else rng.randint(20, 6000)
    return rng.choice(_COUNTS[language]).format(n=f"{number:,}")


def _char(char: str, rng: Random) -> str:
    match char:
        case "#":
            return rng.choice("0123456789")
        case "&":
            return rng.choice("123456789")
        case "?":
            return rng.choice(_LETTERS)
        case "^":
            return "#"
        case _:
            return char
