"""Families of sales documents: tax invoice, transaction statement."""

from __future__ import annotations

from synthetic.canvas import Canvas
from synthetic.family import Family
from synthetic.korean.blocks.goods_tables import goods, party, remark
from synthetic.korean.blocks.paper import Paper
from synthetic.style import Style


def tax_invoice(canvas: Canvas, style: Style) -> None:
    """Draw a tax invoice (세금계산서): two parties side by side, sums, goods by date, the form of payment."""
    p = Paper(canvas, style)
    rng, values = p.rng, p.values
    p.title("세금계산서|전자세금계산서|수정세금계산서|계산서", values.pick("(공급자 보관용)|(공급받는자 보관용)"))
    p.grid(
        (1, 2, 1, 2),
        (
            (
                p.q("책번호|승인번호", "No."),
                p.a(values.digits("&## - ##")),
                p.q("일련번호|관리번호"),
                p.a(values.digits("##-####")),
            ),
        ),
    )
    p.skip(0.4)
    deep = rng.random() < 0.5
    left, right = (party(p, side, deep=deep) for side in ("공급자|공 급 자", "공급받는자"))
    p.grid((0.4, 1.1, 2, 0.9, 1.6) * 2, [a + b for a, b in zip(left, right, strict=True)])
    supply = values.amount(4.5, 8)
    p.grid(
        (1.3, 2, 2, 2.5),
        (
            (p.q("작성일자|작성|발행일", "Date"), p.q("공급가액"), p.q("세액"), p.q("비고|수정사유")),
            (
                p.t(values.date()),
                p.t(values.won(supply), "right"),
                p.t(values.won(supply // 10), "right"),
                p.t(remark(p)),
            ),
        ),
    )
    goods(p, ("월", "일", "품목", "규격", "수량", "단가", "공급가액", "세액", "비고"), supply, lines=rng.randint(2, 5))
    paid = ["현금", "수표", "어음", "외상미수금"]
    sums = [values.won(supply + supply // 10), "", "", ""]
    rng.shuffle(sums)
    p.grid(
        (1.7, 1.3, 1.3, 1.3, 1.4, 2.2),
        (
            (
                p.q("합계금액"),
                *(p.q(name) for name in paid),
                p.o(values.pick("이 금액을 영수 함|이 금액을 청구 함|이 금액을 ( 영수 / 청구 ) 함"), rows=2),
            ),
            (p.t(values.won(supply + supply // 10), "right"), *(p.t(sum_, "right") for sum_ in sums)),
        ),
    )
    p.done()


def statement(canvas: Canvas, style: Style) -> None:
    """Draw a transaction statement (거래명세서): date and buyer left, the seller's grid right, goods, sums."""
    p = Paper(canvas, style)
    rng, values = p.rng, p.values
    p.title("거래명세서|거래명세표|거래 명세서", values.pick("(공급받는자용)|(공급자용)"))
    top = p.y
    p.field("거래일자|일자|작성일", values.date(), offset=5)
    p.line(2)
    name = canvas.text(values.company(), p.x0, p.y, "ANSWER", size=1.2 * canvas.size)
    canvas.text("귀하", name.x1 + canvas.size, p.y, "OTHER", size=1.2 * canvas.size)
    p.line(2)
    p.field("담당자|참조", f"{values.person()} {values.rank()}")
    p.line()
    p.prose(values.pick("아래와 같이 계산합니다.|아래와 같이 납품합니다.|다음과 같이 거래하였음을 확인합니다."))
    low, p.y = p.y, top
    p.grid((0.4, 1.1, 2, 0.9, 1.6), party(p, "공급자", deep=rng.random() < 0.4), x0=0.44)
    p.y = max(p.y, low) + 0.8 * canvas.size
    total = values.amount(4, 7.5)
    if rng.random() < 0.6:
        p.grid((1, 4), ((p.q("합계금액|총 금액", "Total"), p.a(values.written(total), align="center")),))
    goods(p, ("번호", "품목", "규격", "단위", "수량", "단가", "공급가액", "세액"), total, lines=rng.randint(3, 12))
    balance = values.amount(4, 7)
    p.grid(
        (1, 1.6) * 4,
        (
            (
                p.q("전잔액|전일미수"),
                p.a(values.won(balance), align="right"),
                p.q("합계|금일합계"),
                p.a(values.won(total), align="right"),
                p.q("입금"),
                p.a(values.won(0), align="right"),
                p.q("잔액|총미수"),
                p.a(values.won(balance + total), align="right"),
            ),
            (p.q("인수자"), p.a(values.person(), columns=3), p.q("비고"), p.a(remark(p), columns=3)),
        ),
    )
    p.done()


FAMILIES = (
    Family("ko tax invoice", ("ko",), 1.4, tax_invoice),
    Family("ko statement", ("ko",), 1.0, statement),
)
