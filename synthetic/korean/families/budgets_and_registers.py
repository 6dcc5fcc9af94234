"""Families of one large table: budget by month, checklist with ticks, register with many rows."""

from __future__ import annotations

from synthetic.canvas import Canvas
from synthetic.family import Family
from synthetic.korean import office_words
from synthetic.korean.blocks.grid import Cell
from synthetic.korean.blocks.paper import Paper
from synthetic.style import Style, compound
from synthetic.words import word_list

_COSTS = word_list("korean-families", "budget", "costs")
_CHECKED = word_list("korean-families", "checklist", "items")
_GROUPS = word_list("korean-families", "budget", "groups")


def budget(canvas: Canvas, style: Style) -> None:
    """Draw a budget or a report of results (예산서, 실적 현황): groups of names, months or plan and result, sums."""
    wide = canvas.rng.random() < 0.4
    p = Paper(canvas, style, width=1169.0 if wide else 827.0)
    rng, values = p.rng, p.values
    canvas.height = 827.0 if wide else 1169.0
    p.title(f"{values.month()[:4]}년도 {values.pick('예산 집행 현황|사업비 내역서|매출 실적 현황|원가계산서')}")
    canvas.text(values.pick("(단위 : 천원)|(단위:원)|단위:백만원"), p.x0, p.y, "OTHER", room=p.x1 - p.x0, align="right")
    p.line(1.5)
    tiers = [
        ("예산|계획", "집행|실적", "잔액|차액"),
        ("전년도", "금년도", "증감"),
        ("1월", "2월", "3월", "4월"),
        ("1분기", "2분기", "3분기", "4분기"),
    ]
    across = rng.choice(tiers)
    upper = rng.random() < 0.5
    heads: list[list[Cell]] = [[p.q("구분|항목|비목", columns=2, rows=2 if upper else 1)]]
    if upper:
        heads[0] += [p.h("금액|집행내역|월별", columns=len(across), over="below"), p.q("비고", rows=2)]
        heads.append([p.q(name) for name in across])
    else:
        heads[0] += [*(p.q(name) for name in across), p.q("비고|구성비")]
    rows = heads
    for group in rng.sample((*_GROUPS, "직접비", "간접비"), rng.randint(1, 4)):
        names = rng.sample(_COSTS, rng.randint(2, 5))
        for number, name in enumerate(names):
            row = [p.h(group, rows=len(names), upright=len(names) > len(group))] if number == 0 else []
            rows.append([*row, p.q(name), *_sums(p, len(across))])
    rows.append([p.q("합계|총계", columns=2), *_sums(p, len(across))])
    p.grid((0.6, 1.8, *[1.4] * len(across), 1), rows)
    p.skip()
    for _ in range(rng.randint(0, 3)):
        p.prose(f"※ {values.sentence()}", size=0.9)
    p.done()


def _sums(p: Paper, count: int) -> list[Cell]:
    sums = [f"{p.values.amount(2.5, 6.5):,}" if p.rng.random() < 0.92 else p.values.pick("-|0|") for _ in range(count)]
    return [*(p.t(text, "right", "both") for text in sums), p.t(p.values.pick("|||100%|△12"), "center", "both")]


def checklist(canvas: Canvas, style: Style) -> None:
    """Draw a checklist (점검표): checked items, ticks in one of two or three columns, remarks, inspector and date."""
    p = Paper(canvas, style)
    rng, values = p.rng, p.values
    what = values.pick("안전|시설물|차량|소방|위생|설비|보안")
    p.title(f"{what} 점검표|일일 {what}점검표|{what} 점검일지|{what} 체크리스트")
    if rng.random() < 0.5:
        p.approval("점검자|확인자")
        p.skip(0.5)
    p.grid(
        (1, 1.6) * 3,
        (
            (
                *(p.q("점검일자|점검일"), p.a(values.date()), p.q("점검자|담당"), p.a(values.person())),
                *(p.q("장소|점검장소|호기"), p.a(values.pick("본관|1공장|제2생산라인|지하주차장|3호기"))),
            ),
        ),
    )
    marks, tick = (
        rng.choice((("양호", "불량"), ("적합", "부적합", "해당없음"), ("예", "아니오"), ("상", "중", "하"))),
        rng.choice("√○V✓"),
    )
    rows = [[p.q("구분|분야"), p.q("점검항목|점검내용"), *(p.q(mark) for mark in marks), p.q("조치사항|비고")]]
    for group in rng.sample(_GROUPS, rng.randint(1, 4)):
        names = rng.sample(_CHECKED, rng.randint(2, 5))
        for number, name in enumerate(names):
            chosen = rng.choice((0, 0, 0, rng.randrange(len(marks)))) if rng.random() < 0.93 else -1
            ticks = [p.t(tick if place == chosen else "", "center", "both") for place in range(len(marks))]
            remark = values.of(office_words.REMARKS) if rng.random() < 0.2 else ""
            row = [p.h(group, rows=len(names))] if number == 0 else []
            name = compound(canvas.vocabulary, rng) if rng.random() < 0.2 else name
            rows.append([*row, Cell((("QUESTION", name),)), *ticks, p.t(remark, keys="both")])
    p.grid((0.9, 3.4, *[0.8] * len(marks), 1.7), rows)
    p.grid((1, 5), ((p.q("특기사항|종합의견"), Cell((("ANSWER", values.sentence()),), tall=rng.uniform(3, 7))),))
    p.prose(values.pick("※ 이상 발견 시 즉시 담당자에게 보고할 것.|범례: √ 양호, × 불량|"), size=0.9)
    p.done()


def register(canvas: Canvas, style: Style) -> None:
    """Draw a register (명부, 대장): one table of many numbered rows, half of them often empty."""
    p = Paper(canvas, style)
    rng, values = p.rng, p.values
    p.title("참석자 명부|교육 이수자 명단|출입자 관리대장|물품 관리대장|회원 명부|차량 운행일지|접수대장|거래처 현황")
    if rng.random() < 0.6:
        p.field("일시|기간", values.date())
        p.field("장소|부서명|기관명", values.department(), x=0.5)
        p.line(2)
    kinds = {
        "소속|부서": values.department,
        "성명|이름": values.person,
        "직위|직급": values.rank,
        "연락처|전화번호": values.mobile,
        "일자|접수일": values.date,
        "업체명|상호": values.company,
        "용무|목적|내용": values.reason,
        "차량번호": lambda: values.digits("##") + values.pick("가|나|허|버") + values.digits(" ####"),
        "시간|입실": values.time,
        "생년월일": values.birthday,
        "금액": values.won,
    }
    chosen = rng.sample(list(kinds), rng.randint(3, 5))
    rows = [[p.q("연번|번호|순번"), *(p.q(name) for name in chosen), p.q("서명|확인|비고")]]
    count = rng.randint(4, 18)
    for number in range(1, count + rng.choice((0, 0, 4, 10)) + 1):
        filled = number <= count
        cells = [p.t(kinds[name]() if filled and rng.random() < 0.95 else "", "center") for name in chosen]
        rows.append([p.t(str(number), "center"), *cells, Cell()])
    p.grid((0.6, *[1.8 if name[0] in "용업" else 1.4 for name in chosen], 0.8), rows)
    p.done()


FAMILIES = (
    Family("ko budget", ("ko",), 1.2, budget),
    Family("ko checklist", ("ko",), 1.1, checklist),
    Family("ko register", ("ko",), 0.9, register),
)
