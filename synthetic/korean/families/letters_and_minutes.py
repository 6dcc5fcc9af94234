"""Official letters and minutes: numbered items in prose, with fields among them."""

from __future__ import annotations

from synthetic.canvas import Canvas
from synthetic.family import Family
from synthetic.korean.grid import Cell
from synthetic.korean.paper import Paper
from synthetic.style import Style

_SYLLABLES = "가나다라마바사아자차"


def letter(canvas: Canvas, style: Style) -> None:
    """공문: agency's name, receiver and subject, items 1. 가. 1), who decided in one line, address in small print."""
    p = Paper(canvas, style)
    rng, clerk, size = p.rng, p.clerk, canvas.size
    name = clerk.company() if rng.random() < 0.6 else clerk.pick("한빛시청|가온교육지원청|누리구청|해솔대학교|동백군청")
    p.y = canvas.text(name, p.x0, p.y, "OTHER", size=1.9 * size, room=p.x1 - p.x0, align="center").y1 + 1.5 * size
    for field, text in (
        ("수신|수신자", clerk.pick("수신자 참조|내부결재|") or f"{clerk.company()} {clerk.pick('대표|귀하|')}".strip()),
        ("(경유)|참조", clerk.department() if rng.random() < 0.5 else ""),
        ("제목", clerk.subject()),
    ):
        if text:
            p.field(field, text, offset=4.5)
        else:
            canvas.text(clerk.pick(field), p.x0, p.y, "QUESTION")
        p.line(1.9)
    canvas.rule(p.x0, p.y - 0.4 * size, p.x1, p.y - 0.4 * size)
    p.skip(0.5)
    for number in range(1, rng.randint(3, 5)):
        greeting = clerk.pick("귀 기관의 무궁한 발전을 기원합니다.|관련: ") if number == 1 else ""
        p.prose(f"{number}. {greeting} {clerk.sentence()}")
        if number > 1 and rng.random() < 0.7:
            _items(p)
    p.prose(f"{clerk.pick('붙임|첨부|붙 임')}  1. {clerk.subject()} 1부.  {clerk.pick('끝.|2. 관련 자료 1부. 끝.')}")
    p.skip(rng.uniform(1, 5))
    seal = f"{name.split()[0]} {clerk.pick('장|대표이사|이사장|학장')}"
    p.y = canvas.text(seal, p.x0, p.y, "OTHER", size=1.8 * size, room=p.x1 - p.x0, align="center").y1 + size
    if rng.random() < 0.5:
        p.prose(f"{clerk.pick('수신자')} {', '.join(clerk.company() for _ in range(rng.randint(2, 7)))}", size=0.9)
    _deciders(p)
    p.done()


def _items(p: Paper) -> None:
    """Fields behind syllables in the order of the alphabet."""
    clerk, rng = p.clerk, p.rng
    items = [
        ("일시|기간|일 시", f"{clerk.date()} {clerk.time()}"),
        ("장소|장 소", clerk.pick("본관 3층 대회의실|대강당|") or clerk.address()),
        ("대상|참석대상", clerk.pick("전 직원|부서장|신규 입사자|협력업체 담당자")),
        ("내용|주요내용", clerk.subject()),
        ("제출기한|회신기한", clerk.date()),
        ("문의|담당자", f"{clerk.department()} {clerk.person()} ({clerk.phone()})"),
        ("예산|소요예산", clerk.written(clerk.amount(5, 8))),
    ]
    offset = rng.uniform(7, 9)
    for letter_of, (name, text) in zip(_SYLLABLES, rng.sample(items, rng.randint(2, 5)), strict=False):
        p.field(f"{letter_of}. {clerk.pick(name)}", text, x=0.04, offset=offset if rng.random() < 0.5 else 0)
        p.line(1.9)
        if rng.random() < 0.15:
            p.prose(f"1) {clerk.sentence()}", indent=4)


def _deciders(p: Paper) -> None:
    """Ranks and names in one line, then numbers and addresses of the agency."""
    canvas, clerk, rng, size = p.canvas, p.clerk, p.rng, p.canvas.size
    canvas.rule(p.x0, p.y, p.x1, p.y)
    p.skip(0.6)
    x = p.x0
    for rank in (clerk.pick("담당자|주무관|기안자"), clerk.pick("팀장|검토자"), clerk.pick("과장|부장|결재권자")):
        key = canvas.text(rank, x, p.y, "QUESTION")
        spot = canvas.text(clerk.person(), key.x1 + size, p.y, "ANSWER")
        canvas.link(key, spot)
        x = spot.x1 + rng.uniform(3, 6) * size
    p.line(1.8)
    pairs = (
        ("협조자", clerk.person()),
        ("시행", f"{clerk.department()}-{rng.randint(10, 9999)} ({clerk.date()})"),
        ("접수", ""),
    )
    rows = (
        pairs,
        (("우", clerk.address()), ("/", "www.korea.kr")),
        (("전화", clerk.phone()), ("전송", clerk.phone()), ("/", clerk.email())),
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
    """회의록: a head of fields, tall cells of notes in lines, a table of what is to be done, who was there."""
    p = Paper(canvas, style)
    rng, clerk = p.rng, p.clerk
    p.title("회의록|회 의 록|주간업무 회의록|출장복명서|면담일지")
    if rng.random() < 0.4:
        p.approval("작성|검토|승인")
        p.skip(0.4)
    people = ", ".join(f"{clerk.person()} {clerk.rank()}" for _ in range(rng.randint(2, 8)))
    p.grid(
        (1, 2.2, 1, 2.2),
        (
            (
                p.q("회의일시|일시", "Date"),
                p.a(f"{clerk.date()} {clerk.time()}"),
                p.q("작성자|기록"),
                p.a(clerk.person()),
            ),
            (
                p.q("회의장소|장소", "Venue"),
                p.a(clerk.pick("3층 소회의실|대회의실|화상회의|고객사|본사 2층")),
                p.q("부서|주관부서"),
                p.a(clerk.department()),
            ),
            (p.q("참석자|참석인원", "Attendees"), p.a(people, columns=3)),
            (p.q("회의안건|안건|주제", "Agenda"), p.a(clerk.subject(), columns=3)),
        ),
    )
    notes: list[list[Cell]] = []
    for name in ("회의내용|토의내용|내용", "결정사항|협의결과", "특이사항|기타|비고")[: rng.randint(1, 3)]:
        text = " ".join(
            f"{mark} {clerk.sentence()}" for mark in rng.choice(("-----", "①②③④⑤", "○○○○○"))[: rng.randint(1, 5)]
        )
        notes.append([p.q(name), Cell((("ANSWER", text),), tall=rng.uniform(5, 12))])
    p.grid((1, 5.4), notes)
    if rng.random() < 0.7:
        p.skip(0.5)
        rows = [[p.h("향후 계획|실행항목|후속조치|Action Item", columns=4, over="all")]]
        rows.append([p.q(name) for name in ("항목|업무내용", "담당|담당자", "기한|완료예정일", "상태|비고")])
        for _ in range(rng.randint(1, 5)):
            said = (clerk.subject(), clerk.person(), clerk.date(), clerk.pick("진행중|완료|예정|"))
            rows.append([p.t(text, "left" if number == 0 else "center") for number, text in enumerate(said)])
        p.grid((3.2, 1.1, 1.5, 1), rows)
    if rng.random() < 0.5:
        p.skip(0.5)
        rows = [[p.h("참석자 서명|서 명", rows=3), *(p.q(name) for name in ("소속", "성명", "서명") * 2)]]
        rows += [
            [p.t(text) for text in (clerk.department(), clerk.person(), "", clerk.department(), clerk.person(), "")]
            for _ in range(2)
        ]
        p.grid((0.8, 1.5, 1, 0.8, 1.5, 1, 0.8), rows)
    p.done()


FAMILIES = (
    Family("ko letter", ("ko",), 1.2, letter),
    Family("ko minutes", ("ko",), 1.0, minutes),
)
