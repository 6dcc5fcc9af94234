"""Tables of goods and blocks of parties, for invoices, orders and delivery notes."""

from __future__ import annotations

from synthetic.korean import office_words
from synthetic.korean.blocks.grid import Cell
from synthetic.korean.blocks.paper import Paper


def party(p: Paper, title: str, *, deep: bool) -> list[list[Cell]]:
    """Return a party as four or five rows of five columns."""
    values = p.values
    rows = [
        [
            p.h(title, rows=5 if deep else 4, upright=True),
            p.q("등록번호|사업자번호"),
            p.a(values.business_number(), columns=3, align="center"),
        ],
        [
            p.q("상호|상호(법인명)|법인명"),
            p.a(values.company()),
            p.q("성명|대표자|성명(대표자)"),
            p.a(values.person() + values.pick("|| (인)")),
        ],
        [p.q("사업장|사업장주소|주소"), p.a(values.address(), columns=3)],
        [p.q("업태"), p.a(values.of(office_words.TRADES)), p.q("종목"), p.a(values.of(office_words.LINES))],
    ]
    if deep:
        rows.append([p.q("이메일|E-mail"), p.a(values.email(), columns=3)])
    return rows


def short_field(p: Paper, name: str, text: str, *, wide: bool = False) -> None:
    """Print a field in the left half of a line; words that do not fit are left out."""
    room = (p.x1 - p.x0) * (0.95 if wide else 0.5) - 6 * p.canvas.size
    while p.canvas.measure(text) > room and " " in text:
        text = text.rsplit(" ", 1)[0]
    p.field(name, text, offset=6)


def remark(p: Paper) -> str:
    return p.values.of(office_words.REMARKS) if p.rng.random() < 0.4 else ""


#: Shares of the width by column.
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


def goods(p: Paper, columns: tuple[str, ...], total: int, *, lines: int) -> None:
    """Print a table of goods. Rows below the goods stay empty, sometimes with a remark that they are empty."""
    rng, values = p.rng, p.values
    month, blank = rng.randint(1, 12), rng.choice((0, 0, 1, 3, 5))
    rows: list[list[Cell]] = [[p.q(_SAID.get(name, name)) for name in columns]]
    short = rng.random() < 0.3
    for number in range(1, lines + 1):
        count = rng.choice((1, 2, 3, 5, 10, 20, 100, rng.randint(1, 2000)))
        price = max(total // lines // count // 10 * 10, 10)
        said = {
            "월": str(month),
            "일": str(rng.randint(1, 30)),
            "품목": values.goods(),
            "품명": values.goods(),
            "규격": "" if short else values.of(office_words.SPECS),
            "단위": values.of(office_words.UNITS),
            "수량": f"{count:,}",
            "단가": f"{price:,}",
            "공급가액": f"{price * count:,}",
            "금액": f"{price * count:,}",
            "세액": f"{price * count // 10:,}",
            "품번": values.digits(values.pick("A-###|##-####|KP&##|&#####")),
            "납기일": values.date(),
            "이상유무": values.pick("이상없음|양호|합격|"),
            "비고": remark(p),
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
                (("OTHER", values.pick('- 이하 여백 -|이 하 여 백|" 이하여백 "')),),
                columns=len(columns),
                align="center",
            )
        ]
    p.grid([_WIDE.get(name, 0.8) for name in columns], rows)
