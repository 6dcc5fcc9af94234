"""What goes with goods: tax invoice, statement, estimate, purchase order, delivery note."""

from __future__ import annotations

from prelabel.training.synthetic.canvas import Canvas
from prelabel.training.synthetic.family import Family
from prelabel.training.synthetic.office import words
from prelabel.training.synthetic.office.grid import Cell
from prelabel.training.synthetic.office.paper import Paper
from prelabel.training.synthetic.style import Style


def tax_invoice(canvas: Canvas, style: Style) -> None:
    """세금계산서: two parties side by side with their titles on edge, sums, goods by month and day, how it was paid."""
    p = Paper(canvas, style)
    rng, clerk = p.rng, p.clerk
    p.title("세금계산서|전자세금계산서|수정세금계산서|계산서", clerk.pick("(공급자 보관용)|(공급받는자 보관용)"))
    p.grid(
        (1, 2, 1, 2),
        (
            (
                p.q("책번호|승인번호", "No."),
                p.a(clerk.digits("&## - ##")),
                p.q("일련번호|관리번호"),
                p.a(clerk.digits("##-####")),
            ),
        ),
    )
    p.skip(0.4)
    deep = rng.random() < 0.5
    left, right = (_party(p, side, deep=deep) for side in ("공급자|공 급 자", "공급받는자"))
    p.grid((0.4, 1.1, 2, 0.9, 1.6) * 2, [a + b for a, b in zip(left, right, strict=True)])
    supply = clerk.amount(4.5, 8)
    p.grid(
        (1.3, 2, 2, 2.5),
        (
            (p.q("작성일자|작성|발행일", "Date"), p.q("공급가액"), p.q("세액"), p.q("비고|수정사유")),
            (
                p.t(clerk.date()),
                p.t(clerk.won(supply), "right"),
                p.t(clerk.won(supply // 10), "right"),
                p.t(_remark(p)),
            ),
        ),
    )
    _goods(p, ("월", "일", "품목", "규격", "수량", "단가", "공급가액", "세액", "비고"), supply, lines=rng.randint(2, 5))
    paid = ["현금", "수표", "어음", "외상미수금"]
    sums = [clerk.won(supply + supply // 10), "", "", ""]
    rng.shuffle(sums)
    p.grid(
        (1.7, 1.3, 1.3, 1.3, 1.4, 2.2),
        (
            (
                p.q("합계금액"),
                *(p.q(name) for name in paid),
                Cell(
                    (
                        ("OTHER", clerk.pick("이 금액을")),
                        ("ANSWER" if style.filled > 0.6 else "OTHER", clerk.pick("영수|청구")),
                        ("OTHER", "함"),
                    ),
                    rows=2,
                ),
            ),
            (p.t(clerk.won(supply + supply // 10), "right"), *(p.t(sum_, "right") for sum_ in sums)),
        ),
    )
    p.done()


def _party(p: Paper, title: str, *, deep: bool) -> list[list[Cell]]:
    """A party as four or five rows of five columns."""
    clerk = p.clerk
    rows = [
        [
            p.h(title, rows=5 if deep else 4, upright=True),
            p.q("등록번호|사업자번호"),
            p.a(clerk.business_number(), columns=3, align="center"),
        ],
        [
            p.q("상호|상호(법인명)|법인명"),
            p.a(clerk.company()),
            p.q("성명|대표자|성명(대표자)"),
            p.a(clerk.person() + clerk.pick("|| (인)")),
        ],
        [p.q("사업장|사업장주소|주소"), p.a(clerk.address(), columns=3)],
        [p.q("업태"), p.a(clerk.of(words.TRADES)), p.q("종목"), p.a(clerk.of(words.LINES))],
    ]
    if deep:
        rows.append([p.q("이메일|E-mail"), p.a(clerk.email(), columns=3)])
    return rows


def statement(canvas: Canvas, style: Style) -> None:
    """거래명세서: date and buyer as free lines at the left, the seller's grid at the right, goods, a line of sums."""
    p = Paper(canvas, style)
    rng, clerk = p.rng, p.clerk
    p.title("거래명세서|거래명세표|거래 명세서", clerk.pick("(공급받는자용)|(공급자용)"))
    top = p.y
    p.field("거래일자|일자|작성일", clerk.date(), offset=5)
    p.line(2)
    name = canvas.text(clerk.company(), p.x0, p.y, "ANSWER", size=1.2 * canvas.size)
    canvas.text("귀하", name.x1 + canvas.size, p.y, "OTHER", size=1.2 * canvas.size)
    p.line(2)
    p.field("담당자|참조", f"{clerk.person()} {clerk.rank()}")
    p.line()
    p.prose(clerk.pick("아래와 같이 계산합니다.|아래와 같이 납품합니다.|다음과 같이 거래하였음을 확인합니다."))
    low, p.y = p.y, top
    p.grid((0.4, 1.1, 2, 0.9, 1.6), _party(p, "공급자", deep=rng.random() < 0.4), x0=0.44)
    p.y = max(p.y, low) + 0.8 * canvas.size
    total = clerk.amount(4, 7.5)
    if rng.random() < 0.6:
        p.grid((1, 4), ((p.q("합계금액|총 금액", "Total"), p.a(clerk.written(total), align="center")),))
    _goods(p, ("번호", "품목", "규격", "단위", "수량", "단가", "공급가액", "세액"), total, lines=rng.randint(3, 12))
    balance = clerk.amount(4, 7)
    p.grid(
        (1, 1.6) * 4,
        (
            (
                p.q("전잔액|전일미수"),
                p.a(clerk.won(balance), align="right"),
                p.q("합계|금일합계"),
                p.a(clerk.won(total), align="right"),
            )
            + (
                p.q("입금"),
                p.a(clerk.won(0), align="right"),
                p.q("잔액|총미수"),
                p.a(clerk.won(balance + total), align="right"),
            ),
            (p.q("인수자"), p.a(clerk.person(), columns=3), p.q("비고"), p.a(_remark(p), columns=3)),
        ),
    )
    p.done()


def estimate(canvas: Canvas, style: Style) -> None:
    """견적서: conditions as spaced lines at the left, letterhead and seal at the right, the sum in words, goods, notes."""
    p = Paper(canvas, style)
    rng, clerk = p.rng, p.clerk
    p.title("견적서|견적서|見 積 書|Quotation 견적서")
    top, total = p.y, clerk.amount(5, 8)
    for name, text in (
        ("견적일자|견적일", clerk.date()),
        ("수신|귀중", clerk.company() + " 귀중"),
        ("참조|담당", f"{clerk.person()} {clerk.rank()}님"),
        ("건명|공사명|제목", clerk.subject()),
        ("유효기간|견적유효", clerk.pick("견적일로부터 30일|발행 후 15일|1개월|2주")),
        ("납기|납품기한", clerk.pick("발주 후 7일 이내|협의|계약 후 3주|즉시")),
        ("결제조건|지불조건", clerk.pick("현금|월말 결제|선금 50%, 잔금 50%|납품 후 30일")),
    )[: rng.randint(4, 7)]:
        _short_field(p, name, text)
        p.line(1.8)
    low, p.y = p.y, top
    x, wide = p.x0 + 0.55 * (p.x1 - p.x0), 0.45 * (p.x1 - p.x0)
    y = canvas.text(clerk.company(), x, p.y, "OTHER", size=1.3 * canvas.size, room=wide).y1 + 0.6 * canvas.size
    for name, text in (
        ("", clerk.address()),
        ("등록번호", clerk.business_number()),
        ("TEL", clerk.phone()),
        ("FAX", clerk.phone()),
        ("대표", clerk.person() + " (인)"),
    ):
        if not name:
            y = canvas.text(text, x, y, "OTHER", room=wide).y1 + 0.6 * canvas.size
            continue
        key = canvas.text(name + ":", x, y, "QUESTION")
        spot = canvas.text(text, key.x1 + 0.5 * canvas.size, y, "ANSWER", room=wide)
        canvas.link(key, spot)
        y = spot.y1 + 0.6 * canvas.size
    p.y = max(y, low)
    p.prose(
        clerk.pick(
            "아래와 같이 견적합니다.|귀사의 일익 번창하심을 기원하며 아래와 같이 견적을 제출합니다.|하기와 같이 견적드리오니 검토 바랍니다."
        )
    )
    p.grid(
        (1.2, 5),
        (
            (
                p.q("합계금액|견적금액|총 견적금액", "Total Amount"),
                p.a(clerk.written(total) + clerk.pick("| (부가세 포함)| (VAT 별도)")),
            ),
        ),
    )
    p.skip(0.5)
    _goods(p, ("NO", "품명", "규격", "수량", "단위", "단가", "금액", "비고"), total, lines=rng.randint(3, 11))
    p.grid(
        (5, 1.6, 0.8),
        [
            [p.q(name), p.t(clerk.won(sum_), "right", "left"), Cell()]
            for name, sum_ in (
                ("소계|공급가액", total),
                ("부가세|부가가치세(10%)", total // 10),
                ("합계|총계", total + total // 10),
            )
        ],
    )
    p.skip(0.6)
    p.section("비고|특기사항|견적조건")
    for number in range(1, rng.randint(2, 5)):
        p.prose(f"{number}. {clerk.sentence()}", size=0.9)
    p.done()


def order(canvas: Canvas, style: Style) -> None:
    """발주서: approval boxes, buyer and maker as halves under headings, goods with dates of delivery, conditions."""
    p = Paper(canvas, style)
    rng, clerk = p.rng, p.clerk
    top = p.y
    p.approval("담당|팀장|이사" if rng.random() < 0.5 else "작성|검토|승인|대표")
    low, p.y = p.y, top
    canvas.text(
        clerk.pick("발 주 서|구매발주서|주 문 서|PURCHASE ORDER"),
        p.x0,
        p.y + canvas.size,
        "HEADER",
        size=2 * canvas.size,
    )
    p.y = low + canvas.size
    english = {"발주번호": "P/O No.", "발주일자": "Date"}
    p.grid(
        (1, 2, 1, 2),
        (
            (
                p.q("발주번호", english["발주번호"]),
                p.a(clerk.document_number()),
                p.q("발주일자", english["발주일자"]),
                p.a(clerk.date()),
            ),
        ),
    )
    p.skip(0.6)

    def half(title: str) -> list[list[Cell]]:
        pairs = (
            ("상호|업체명", "Company", clerk.company()),
            ("담당자|담당", "Attn.", f"{clerk.person()} {clerk.rank()}"),
            ("전화|연락처", "Tel", clerk.phone()),
            ("팩스|이메일", "Fax", clerk.phone()),
            ("주소", "Address", clerk.address()),
        )
        return [[p.h(title, columns=2, over="all")], *([p.q(name, en), p.a(text)] for name, en, text in pairs)]

    p.beside((0.0, 0.49, (1, 2.6), half("수신처|공급업체|수 신")), (0.51, 1.0, (1, 2.6), half("발주처|발 신|주문자")))
    p.skip(0.8)
    total = clerk.amount(5, 8)
    _goods(p, ("순번", "품번", "품명", "규격", "수량", "단가", "금액", "납기일"), total, lines=rng.randint(3, 10))
    p.skip(0.6)
    p.grid(
        (1, 4),
        (
            (p.q("납품장소|인도장소"), p.a(clerk.address())),
            (
                p.q("대금지급조건|결제조건"),
                p.a(clerk.pick("검수 후 익월 말 현금 지급|세금계산서 발행 후 30일|선급금 30%, 잔금 70%")),
            ),
            (p.q("특기사항|비고"), p.a(clerk.sentence())),
        ),
    )
    p.signed("발주자|대표이사")
    p.done()


def delivery_note(canvas: Canvas, style: Style) -> None:
    """납품서, 인수증: to whom, a short list, the receipt in words, who took the goods over."""
    p = Paper(canvas, style)
    rng, clerk = p.rng, p.clerk
    canvas.text(clerk.document_number(), p.x0, p.y, "OTHER", size=0.9 * canvas.size)
    p.line(2)
    p.title("납품서|인수증|납품확인서|물품인수증|납품 및 인수 확인서")
    for name, text in (
        ("납품처|수신", clerk.company()),
        ("계약건명|건명", clerk.subject()),
        ("납품일시|인도일", clerk.date()),
        ("납품장소|인수장소", clerk.address()),
    ):
        _short_field(p, name, text, wide=True)
        p.line(2)
    p.section("납품내역|품목내역|납품 물품")
    _goods(p, ("연번", "품명", "규격", "단위", "수량", "이상유무"), clerk.amount(), lines=rng.randint(2, 8))
    p.skip()
    p.prose(
        clerk.pick(
            "상기 물품을 이상 없이 납품하였음을 확인합니다.|위 물품을 정히 인수하였음을 확인함.|위와 같이 납품합니다."
        ),
        align="center",
    )
    for role in ("납품자|인도자", "인수자|검수자"):
        p.field(role, clerk.company())
        p.field("성명", clerk.person(), x=0.55, seal="(서명)")
        p.line(2.2)
    p.signed(place="귀하|○○○ 귀중|담당관 귀하")
    p.done()


def _short_field(p: Paper, name: str, text: str, *, wide: bool = False) -> None:
    """A line of the left half: what does not fit is left out."""
    room = (p.x1 - p.x0) * (0.95 if wide else 0.5) - 6 * p.canvas.size
    while p.canvas.measure(text) > room and " " in text:
        text = text.rsplit(" ", 1)[0]
    p.field(name, text, offset=6)


def _remark(p: Paper) -> str:
    return p.clerk.of(words.REMARKS) if p.rng.random() < 0.4 else ""


#: Column by name: share of the width.
_WIDE = {
    "품목": 3.4,
    "품명": 3.4,
    "규격": 1.4,
    "단가": 1.5,
    "공급가액": 1.8,
    "금액": 1.8,
    "세액": 1.3,
    "비고": 1.3,
    "품번": 1.5,
    "납기일": 1.8,
}
_SAID = {
    "품목": "품목|품 목|품명",
    "품명": "품명|품 명|품목명|내역",
    "금액": "금액|공급가|합계",
    "이상유무": "이상유무|검수결과",
    "NO": "No.|NO|번호",
}


def _goods(p: Paper, columns: tuple[str, ...], total: int, *, lines: int) -> None:
    """A table of goods; the rows below them stay empty, or say so."""
    rng, clerk = p.rng, p.clerk
    month, blank = rng.randint(1, 12), rng.choice((0, 0, 1, 3, 5))
    rows: list[list[Cell]] = [[p.q(_SAID.get(name, name)) for name in columns]]
    short = rng.random() < 0.3
    for number in range(1, lines + 1):
        count = rng.choice((1, 2, 3, 5, 10, 20, 100, rng.randint(1, 2000)))
        price = max(total // lines // count // 10 * 10, 10)
        said = {
            "월": str(month),
            "일": str(rng.randint(1, 30)),
            "품목": clerk.goods(),
            "품명": clerk.goods(),
            "규격": "" if short else clerk.of(words.SPECS),
            "단위": clerk.of(words.UNITS),
            "수량": f"{count:,}",
            "단가": f"{price:,}",
            "공급가액": f"{price * count:,}",
            "금액": f"{price * count:,}",
            "세액": f"{price * count // 10:,}",
            "품번": clerk.digits(clerk.pick("A-###|##-####|KP&##|&#####")),
            "납기일": clerk.date(),
            "이상유무": clerk.pick("이상없음|양호|합격|"),
            "비고": _remark(p),
        }
        rows.append(
            [
                p.t(
                    said.get(name, str(number)),
                    "right"
                    if name in ("수량", "단가", "공급가액", "금액", "세액")
                    else "left"
                    if name in ("품목", "품명")
                    else "center",
                )
                for name in columns
            ]
        )
    rows += [[Cell() for _ in columns] for _ in range(blank)]
    if blank and rng.random() < 0.5:
        rows[lines + 1] = [
            Cell(
                (("OTHER", clerk.pick('- 이하 여백 -|이 하 여 백|" 이하여백 "')),), columns=len(columns), align="center"
            )
        ]
    p.grid([_WIDE.get(name, 0.8) for name in columns], rows)


FAMILIES = (
    Family("ko tax invoice", ("ko",), 1.4, tax_invoice),
    Family("ko statement", ("ko",), 1.0, statement),
    Family("ko estimate", ("ko",), 1.2, estimate),
    Family("ko order", ("ko",), 1.0, order),
    Family("ko delivery note", ("ko",), 0.8, delivery_note),
)
