"""Families of documents before and with a delivery: estimate, purchase order, delivery note."""

from __future__ import annotations

from synthetic.canvas import Canvas
from synthetic.family import Family
from synthetic.korean.blocks.goods_tables import goods, short_field
from synthetic.korean.blocks.grid import Cell
from synthetic.korean.blocks.paper import Paper
from synthetic.style import Style


def estimate(canvas: Canvas, style: Style) -> None:
    """Draw an estimate (견적서): conditions at the left, letterhead at the right, the sum in words, goods, notes."""
    p = Paper(canvas, style)
    rng, values = p.rng, p.values
    p.title("견적서|견적서|見 積 書|Quotation 견적서")
    top, total = p.y, values.amount(5, 8)
    for name, text in (
        ("견적일자|견적일", values.date()),
        ("수신|귀중", values.company() + " 귀중"),
        ("참조|담당", f"{values.person()} {values.rank()}님"),
        ("건명|공사명|제목", values.subject()),
        ("유효기간|견적유효", values.pick("견적일로부터 30일|발행 후 15일|1개월|2주")),
        ("납기|납품기한", values.pick("발주 후 7일 이내|협의|계약 후 3주|즉시")),
        ("결제조건|지불조건", values.pick("현금|월말 결제|선금 50%, 잔금 50%|납품 후 30일")),
    )[: rng.randint(4, 7)]:
        short_field(p, name, text)
        p.line(1.8)
    low, p.y = p.y, top
    x, wide = p.x0 + 0.55 * (p.x1 - p.x0), 0.45 * (p.x1 - p.x0)
    y = canvas.text(values.company(), x, p.y, "OTHER", size=1.3 * canvas.size, room=wide).y1 + 0.6 * canvas.size
    for name, text in (
        ("", values.address()),
        ("등록번호", values.business_number()),
        ("TEL", values.phone()),
        ("FAX", values.phone()),
        ("대표", values.person() + " (인)"),
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
        values.pick(
            "아래와 같이 견적합니다.|귀사의 일익 번창하심을 기원하며 아래와 같이 견적을 "
            "제출합니다.|하기와 같이 견적드리오니 검토 바랍니다."
        )
    )
    p.grid(
        (1.2, 5),
        (
            (
                p.q("합계금액|견적금액|총 견적금액", "Total Amount"),
                p.a(values.written(total) + values.pick("| (부가세 포함)| (VAT 별도)")),
            ),
        ),
    )
    p.skip(0.5)
    goods(p, ("NO", "품명", "규격", "수량", "단위", "단가", "금액", "비고"), total, lines=rng.randint(3, 11))
    p.grid(
        (5, 1.6, 0.8),
        [
            [p.q(name), p.t(values.won(sum_), "right", "left"), Cell()]
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
        p.prose(f"{number}. {values.sentence()}", size=0.9)
    p.done()


def order(canvas: Canvas, style: Style) -> None:
    """Draw a purchase order (발주서): approval boxes, buyer and maker side by side, goods, conditions."""
    p = Paper(canvas, style)
    rng, values = p.rng, p.values
    top = p.y
    p.approval("담당|팀장|이사" if rng.random() < 0.5 else "작성|검토|승인|대표")
    low, p.y = p.y, top
    canvas.text(
        values.pick("발 주 서|구매발주서|주 문 서|PURCHASE ORDER"),
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
                p.a(values.document_number()),
                p.q("발주일자", english["발주일자"]),
                p.a(values.date()),
            ),
        ),
    )
    p.skip(0.6)

    def half(title: str) -> list[list[Cell]]:
        pairs = (
            ("상호|업체명", "Company", values.company()),
            ("담당자|담당", "Attn.", f"{values.person()} {values.rank()}"),
            ("전화|연락처", "Tel", values.phone()),
            ("팩스", "Fax", values.phone()),
            ("주소", "Address", values.address()),
        )
        return [[p.h(title, columns=2, over="all")], *([p.q(name, en), p.a(text)] for name, en, text in pairs)]

    p.beside((0.0, 0.49, (1, 2.6), half("수신처|공급업체|수 신")), (0.51, 1.0, (1, 2.6), half("발주처|발 신|주문자")))
    p.skip(0.8)
    total = values.amount(5, 8)
    goods(p, ("순번", "품번", "품명", "규격", "수량", "단가", "금액", "납기일"), total, lines=rng.randint(3, 10))
    p.skip(0.6)
    p.grid(
        (1, 4),
        (
            (p.q("납품장소|인도장소"), p.a(values.address())),
            (
                p.q("대금지급조건|결제조건"),
                p.a(values.pick("검수 후 익월 말 현금 지급|세금계산서 발행 후 30일|선급금 30%, 잔금 70%")),
            ),
            (p.q("특기사항|비고"), p.a(values.sentence())),
        ),
    )
    p.signed("발주자|대표이사")
    p.done()


def delivery_note(canvas: Canvas, style: Style) -> None:
    """Draw a delivery note (납품서, 인수증): the receiver, a short list of goods, a receipt, signatures."""
    p = Paper(canvas, style)
    rng, values = p.rng, p.values
    canvas.text(values.document_number(), p.x0, p.y, "OTHER", size=0.9 * canvas.size)
    p.line(2)
    p.title("납품서|인수증|납품확인서|물품인수증|납품 및 인수 확인서")
    for name, text in (
        ("납품처|수신", values.company()),
        ("계약건명|건명", values.subject()),
        ("납품일시|인도일", values.date()),
        ("납품장소|인수장소", values.address()),
    ):
        short_field(p, name, text, wide=True)
        p.line(2)
    p.section("납품내역|품목내역|납품 물품")
    goods(p, ("연번", "품명", "규격", "단위", "수량", "이상유무"), values.amount(), lines=rng.randint(2, 8))
    p.skip()
    p.prose(
        values.pick(
            "상기 물품을 이상 없이 납품하였음을 확인합니다.|위 물품을 정히 인수하였음을 확인함.|위와 같이 납품합니다."
        ),
        align="center",
    )
    for role in ("납품자|인도자", "인수자|검수자"):
        p.field(role, values.company())
        p.field("성명", values.person(), x=0.55, seal="(서명)")
        p.line(2.2)
    p.signed(place="귀하|○○○ 귀중|담당관 귀하")
    p.done()


FAMILIES = (
    Family("ko estimate", ("ko",), 1.2, estimate),
    Family("ko order", ("ko",), 1.0, order),
    Family("ko delivery note", ("ko",), 0.8, delivery_note),
)
