"""Families of official letters and minutes: numbered items in prose, with fields among them."""

from __future__ import annotations

from synthetic.canvas import Canvas
from synthetic.family import Family
from synthetic.korean.blocks.grid import Cell
from synthetic.korean.blocks.paper import Paper
from synthetic.style import Style

_SYLLABLES = "가나다라마바사아자차"


def letter(canvas: Canvas, style: Style) -> None:
    """Draw an official letter (공문): agency, receiver and subject, items 1. 가. 1), approvals in one line, address."""
    p = Paper(canvas, style)
    rng, values, size = p.rng, p.values, canvas.size
    name = (
        values.company() if rng.random() < 0.6 else values.pick("한빛시청|가온교육지원청|누리구청|해솔대학교|동백군청")
    )
    p.y = canvas.text(name, p.x0, p.y, "OTHER", size=1.9 * size, room=p.x1 - p.x0, align="center").y1 + 1.5 * size
    for field, text in (
        (
            "수신|수신자",
            values.pick("수신자 참조|내부결재|") or f"{values.company()} {values.pick('대표|귀하|')}".strip(),
        ),
        ("(경유)|참조", values.department() if rng.random() < 0.5 else ""),
        ("제목", values.subject()),
    ):
        if text:
            p.field(field, text, offset=4.5)
        else:
            canvas.text(values.pick(field), p.x0, p.y, "QUESTION")
        p.line(1.9)
    canvas.rule(p.x0, p.y - 0.4 * size, p.x1, p.y - 0.4 * size)
    p.skip(0.5)
    for number in range(1, rng.randint(3, 5)):
        greeting = values.pick("귀 기관의 무궁한 발전을 기원합니다.|관련: ") if number == 1 else ""
        p.prose(f"{number}. {greeting} {values.sentence()}")
        if number > 1 and rng.random() < 0.7:
            _items(p)
    p.prose(f"{values.pick('붙임|첨부|붙 임')}  1. {values.subject()} 1부.  {values.pick('끝.|2. 관련 자료 1부. 끝.')}")
    p.skip(rng.uniform(1, 5))
    seal = f"{name.split()[0]} {values.pick('장|대표이사|이사장|학장')}"
    p.y = canvas.text(seal, p.x0, p.y, "OTHER", size=1.8 * size, room=p.x1 - p.x0, align="center").y1 + size
    if rng.random() < 0.5:
        p.prose(f"{values.pick('수신자')} {', '.join(values.company() for _ in range(rng.randint(2, 7)))}", size=0.9)
    _deciders(p)
    p.done()


def _items(p: Paper) -> None:
    """Print fields numbered by syllables: 가. 나. 다."""
    values, rng = p.values, p.rng
    items = [
        ("일시|기간|일 시", f"{values.date()} {values.time()}"),
        ("장소|장 소", values.pick("본관 3층 대회의실|대강당|") or values.address()),
        ("대상|참석대상", values.pick("전 직원|부서장|신규 입사자|협력업체 담당자")),
        ("내용|주요내용", values.subject()),
        ("제출기한|회신기한", values.date()),
        ("문의|담당자", f"{values.department()} {values.person()} ({values.phone()})"),
        ("예산|소요예산", values.written(values.amount(5, 8))),
    ]
    offset = rng.uniform(7, 9)
    for letter_of, (name, text) in zip(_SYLLABLES, rng.sample(items, rng.randint(2, 5)), strict=False):
        p.field(f"{letter_of}. {values.pick(name)}", text, x=0.04, offset=offset if rng.random() < 0.5 else 0)
        p.line(1.9)
        if rng.random() < 0.15:
            p.prose(f"1) {values.sentence()}", indent=4)


def _deciders(p: Paper) -> None:
    """Print ranks and names in one line, then numbers and addresses of the agency."""
    canvas, values, rng, size = p.canvas, p.values, p.rng, p.canvas.size
    canvas.rule(p.x0, p.y, p.x1, p.y)
    p.skip(0.6)
    x = p.x0
    for rank in (values.pick("담당자|주무관|기안자"), values.pick("팀장|검토자"), values.pick("과장|부장|결재권자")):
        key = canvas.text(rank, x, p.y, "QUESTION")
        spot = canvas.text(values.person(), key.x1 + size, p.y, "ANSWER")
        canvas.link(key, spot)
        x = spot.x1 + rng.uniform(3, 6) * size
    p.line(1.8)
    pairs = (
        ("협조자", values.person()),
        ("시행", f"{values.department()}-{rng.randint(10, 9999)} ({values.date()})"),
        ("접수", ""),
    )
    rows = (
        pairs,
        (("우", values.address()), ("/", "www.korea.kr")),
        (("전화", values.phone()), ("전송", values.phone()), ("/", values.email())),
    )
    for row in rows:
        x = p.x0
        for name, text in row:
            if name == "/":
                spot = canvas.text(f"/ {text}", x, p.y, "OTHER", size=0.92 * size)
            else:
                key = spot = canvas.text(name, x, p.y, "QUESTION", size=0.92 * size)
                if text:
                    spot = canvas.text(text, key.x1 + 0.6 * size, p.y, "ANSWER", size=0.92 * size)
                    canvas.link(key, spot)
            x = spot.x1 + rng.uniform(1, 3) * size
        p.line(1.7)


def minutes(canvas: Canvas, style: Style) -> None:
    """Draw minutes (회의록): a head of fields, tall cells of notes, a table of tasks, the participants."""
    p = Paper(canvas, style)
    rng, values = p.rng, p.values
    p.title("회의록|회 의 록|주간업무 회의록|출장복명서|면담일지")
    if rng.random() < 0.4:
        p.approval("작성|검토|승인")
        p.skip(0.4)
    people = ", ".join(f"{values.person()} {values.rank()}" for _ in range(rng.randint(2, 8)))
    p.grid(
        (1, 2.2, 1, 2.2),
        (
            (
                p.q("회의일시|일시", "Date"),
                p.a(f"{values.date()} {values.time()}"),
                p.q("작성자|기록"),
                p.a(values.person()),
            ),
            (
                p.q("회의장소|장소", "Venue"),
                p.a(values.pick("3층 소회의실|대회의실|화상회의|고객사|본사 2층")),
                p.q("부서|주관부서"),
                p.a(values.department()),
            ),
            (p.q("참석자|참석인원", "Attendees"), p.a(people, columns=3)),
            (p.q("회의안건|안건|주제", "Agenda"), p.a(values.subject(), columns=3)),
        ),
    )
    notes: list[list[Cell]] = []
    for name in ("회의내용|토의내용|내용", "결정사항|협의결과", "특이사항|기타|비고")[: rng.randint(1, 3)]:
        text = " ".join(
            f"{mark} {values.sentence()}" for mark in rng.choice(("-----", "①②③④⑤", "○○○○○"))[: rng.randint(1, 5)]
        )
        notes.append([p.q(name), Cell((("ANSWER", text),), tall=rng.uniform(5, 12))])
    p.grid((1, 5.4), notes)
    if rng.random() < 0.7:
        p.skip(0.5)
        rows = [[p.h("향후 계획|실행항목|후속조치|Action Item", columns=4, over="all")]]
        rows.append([p.q(name) for name in ("항목|업무내용", "담당|담당자", "기한|완료예정일", "상태|비고")])
        for _ in range(rng.randint(1, 5)):
            said = (values.subject(), values.person(), values.date(), values.pick("진행중|완료|예정|"))
            rows.append([p.t(text, "left" if number == 0 else "center") for number, text in enumerate(said)])
        p.grid((3.2, 1.1, 1.5, 1), rows)
    if rng.random() < 0.5:
        p.skip(0.5)
        rows = [[p.h("참석자 서명|서 명", rows=3), *(p.q(name) for name in ("소속", "성명", "서명") * 2)]]
        rows += [
            [p.t(text) for text in (values.department(), values.person(), "", values.department(), values.person(), "")]
            for _ in range(2)
        ]
        p.grid((0.8, 1.5, 1, 0.8, 1.5, 1, 0.8), rows)
    p.done()


FAMILIES = (
    Family("ko letter", ("ko",), 1.2, letter),
    Family("ko minutes", ("ko",), 1.0, minutes),
)
