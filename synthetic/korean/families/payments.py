"""Families of payments: spending resolution, request for approval, card slip."""

from __future__ import annotations

from synthetic.canvas import Canvas
from synthetic.family import Family
from synthetic.korean import office_words
from synthetic.korean.blocks.grid import Cell
from synthetic.korean.blocks.paper import Paper
from synthetic.style import Style
from synthetic.words import word_list

_ACCOUNTS = word_list("korean-families", "payments", "accounts")


def resolution(canvas: Canvas, style: Style) -> None:
    """Draw a spending resolution (지출결의서): title beside approval boxes, the sum in words, accounts."""
    p = Paper(canvas, style)
    rng, values = p.rng, p.values
    top = p.y
    p.approval(rng.choice(("담당|과장|부장", "담당|팀장|이사|대표", "기안|검토|승인")))
    low, p.y = p.y, top + canvas.size
    title = values.pick("지 출 결 의 서|지출결의서|지출 품의서|경비지출결의서")
    canvas.text(title, p.x0 + canvas.size, p.y, "HEADER", size=1.9 * canvas.size, room=0.5 * (p.x1 - p.x0))
    p.y = max(low, p.y + 2 * canvas.size) + canvas.size
    total = values.amount(4, 6.8)
    p.grid(
        (1, 2, 1, 2),
        (
            (p.q("작성일자|결의일자"), p.a(values.date()), p.q("지출일자|지급일"), p.a(values.date())),
            (p.q("부서|소속"), p.a(values.department()), p.q("성명|작성자"), p.a(values.person())),
            (p.q("지출금액|결의금액"), p.a(values.written(total), columns=3, align="center")),
            (p.q("지출사유|목적|제목"), p.a(values.reason(), columns=3)),
            (p.q("지급방법"), p.options("현금|법인카드|계좌이체|기타", columns=3)),
        ),
    )
    rows = [[p.h("지출내역|내 역", columns=5, over="all")]]
    rows.append([p.q(name) for name in ("계정과목|과목", "적요|내용", "거래처|지급처", "금액", "비고")])
    count = rng.randint(1, 7)
    for _ in range(count):
        price = values.won(total // count)
        remark = values.of(office_words.REMARKS) if rng.random() < 0.3 else ""
        shop = values.company() if rng.random() < 0.8 else ""
        rows.append([p.t(rng.choice(_ACCOUNTS)), p.t(values.reason()), p.t(shop), p.t(price, "right"), p.t(remark)])
    rows += [[Cell() for _ in range(5)] for _ in range(rng.choice((0, 2, 4)))]
    rows.append([p.q("합계|계", columns=3), p.t(values.won(total), "right", "left"), Cell()])
    p.grid((1.4, 3, 2, 1.5, 1), rows)
    if rng.random() < 0.5:
        p.grid((1, 5), ((p.q("영수증 첨부|증빙 부착란"), Cell(tall=rng.uniform(5, 14))),))
    p.prose(
        values.pick("위 금액을 청구하오니 결재 바랍니다.|위와 같이 지출을 결의합니다.|상기 금액을 정히 영수함."),
        align="center",
    )
    p.signed("청구인|영수인|신청자")
    p.done()


def proposal(canvas: Canvas, style: Style) -> None:
    """Draw a request for approval (품의서, 기안서): a head around approval boxes, then numbered items."""
    p = Paper(canvas, style)
    rng, values = p.rng, p.values
    p.title("품의서|기안서|구매 품의서|업무 협조전|내부결재")
    ranks = values.pick("담당/팀장/본부장|기안자/부서장/임원|담당/과장/이사").split("/")
    signs = [rng.choice((values.person(), "", "전결")) for _ in ranks]
    p.grid(
        (1, 2.2, 0.35, 1, 1, 1),
        (
            (
                p.q("문서번호"),
                p.a(values.document_number()),
                p.h("결재", rows=4, upright=True),
                *tuple(p.q(rank) for rank in ranks),
            ),
            (
                p.q("기안일자|작성일"),
                p.a(values.date()),
                *tuple(
                    Cell((("ANSWER", sign),) if sign else (), rows=3, align="center", keys="above") for sign in signs
                ),
            ),
            (p.q("기안부서|부서명"), p.a(values.department())),
            (p.q("기안자|성명"), p.a(f"{values.person()} {values.rank()}")),
            (p.q("수신|참조"), p.a(values.department()), p.q("보존기간|보존연한", columns=2), p.a("5년", columns=2)),
            (p.q("제목|건명"), p.a(values.subject(), columns=5)),
        ),
    )
    p.skip()
    p.prose(values.pick("아래와 같이 품의하오니 재가하여 주시기 바랍니다.|다음과 같이 시행하고자 합니다."))
    p.prose(values.pick("- 아 래 -|- 다 음 -|= 아 래 ="), align="center")
    offset = rng.uniform(6, 8)
    letters = rng.choice(("1. ", "가. ", "○ ", "① "))
    for number, (name, text) in enumerate(
        rng.sample(
            (
                ("목적|품의목적", values.reason()),
                ("구입품목|품명", values.goods()),
                ("소요예산|금액", values.written(values.amount(5, 7.5))),
                ("시행일자|일시", values.date()),
                ("거래업체|구입처", values.company()),
                ("납품기한", values.date()),
                ("지출과목|예산과목", rng.choice(_ACCOUNTS)),
                ("장소", values.address()),
            ),
            rng.randint(4, 7),
        )
    ):
        mark = letters.replace("1", str(number + 1)).replace("가", "가나다라마바사아"[number])
        p.field(mark.replace("①", "①②③④⑤⑥⑦⑧"[number]) + values.pick(name), text, x=0.03, offset=offset)
        p.line(2)
    for _ in range(rng.randint(1, 3)):
        p.prose(values.sentence())
    p.prose(f"{values.pick('첨부|붙임|별첨')} : {values.pick('견적서|비교견적서|카탈로그|사업계획서')} 1부.  끝.")
    p.done()


def card_slip(canvas: Canvas, style: Style) -> None:
    """Draw a card slip (카드매출전표): a narrow slip of fields, flush at both sides, sums, shop, small print."""
    canvas.height = 400.0
    p = Paper(canvas, style, width=canvas.rng.uniform(290, 380), size=canvas.rng.uniform(10, 13))
    rng, values = p.rng, p.values
    size, inside = canvas.size, p.x1 - p.x0
    flush = rng.random() < 0.6
    p.title("신용카드매출전표|카드매출전표|신용승인|영수증|IC신용승인", "")
    shop, total = values.company(), values.amount(3.2, 5.5) // 10 * 11
    parts: list[list[tuple[str, str]]] = [
        [
            ("가맹점명|상호|매장명", shop),
            ("사업자번호|사업자등록번호", values.business_number()),
            ("대표자", values.person()),
            ("전화번호|TEL", values.phone()),
            ("주소|가맹점주소", values.address()),
        ],
        [
            ("카드종류|카드사|매입사", values.of(office_words.CARDS)),
            ("카드번호", values.digits(values.pick("####-####-****-###*|####-##**-****-####|####********####"))),
            ("유효기간", "**/**"),
            (
                "거래일시|승인일시",
                f"{values.date()} {rng.randint(8, 22)}:{rng.randint(0, 59):02}:{rng.randint(0, 59):02}",
            ),
            ("거래유형|거래종류", values.pick("신용승인|승인취소|체크승인|IC승인")),
            ("할부|할부개월", values.pick("일시불|00개월|3개월|6")),
            ("승인번호", values.digits("########")),
            ("단말기번호|TID|CAT ID", values.digits("########")),
            ("가맹점번호", values.digits("#########")),
        ],
        [
            ("공급가액|금액|과세금액|판매금액", values.won(total * 10 // 11)),
            ("부가세|세금|VAT", values.won(total // 11)),
            ("봉사료", values.won(0)),
            ("합계|합계금액|승인금액|결제금액", values.won(total)),
        ],
    ]
    if rng.random() < 0.5:
        parts = [parts[1], parts[2], parts[0]]
    for number, part in enumerate(parts):
        for name, text in part:
            if rng.random() < 0.15:
                continue
            wide = canvas.measure(text)
            name_words, gap = p.name(name)
            key = canvas.text(name_words + (":" if rng.random() < style.colon else ""), p.x0, p.y, "QUESTION", gap=gap)
            at = max(p.x1 - wide, key.x1 + size) if flush else max(p.x0 + 0.36 * inside, key.x1 + 0.5 * size)
            spot = canvas.text(text, at, p.y, "ANSWER", room=max(p.x1 - at, 6 * size))
            canvas.link(key, spot)
            p.y = max(key.y1, spot.y1) + 0.45 * size
        if number < len(parts) - 1:
            rule = rng.choice(("-", "=", ""))
            if rule:
                canvas.stray(rule * int(0.9 * inside / canvas.measure(rule)), p.x0, p.y)
            p.skip(1.2)
    for _ in range(rng.randint(1, 3)):
        small = (
            "서명은 회원 본인이 하셔야 합니다|감사합니다|환불은 7일 이내 영수증 지참|*고객용*|본 "
            "전표는 부가세법에 따른 영수증"
        )
        p.prose(values.pick(small), align="center", size=0.85)
    if rng.random() < 0.6:
        p.field("서명|고객서명|SIGN", values.person())
        p.line(2)
    canvas.height = p.y + rng.uniform(10, 60)


FAMILIES = (
    Family("ko resolution", ("ko",), 1.2, resolution),
    Family("ko proposal", ("ko",), 1.0, proposal),
    Family("ko card slip", ("ko",), 1.0, card_slip),
)
