"""Parts around the tables of most sheets: headings, particulars of a person or a matter, notes, the masthead."""

from __future__ import annotations

from collections.abc import Mapping

from synthetic.korean.blocks.cell_values import CellValue
from synthetic.korean.blocks.grid import ANSWER, OTHER, QUESTION, Cell
from synthetic.korean.blocks.paper import Paper
from synthetic.style import compound

_MANNERS = (
    *("【{}】", "[{}]", "■ {}", "□ {}", "◆ {}", "▶ {}", "○ {}", "● {}", "<{}>", "< {} >", "{}", "{}", "{}", "※ {}"),
    *("# {}", "1. {}", "1. {}", "1) {}", "가. {}", "Ⅰ. {}", "① {}", "제1부 {}", "(1) {}", "Ⅰ {}", "1 {}"),
)
_COUNTS = {"1": "123456789", "가": "가나다라마바사아자", "Ⅰ": "ⅠⅡⅢⅣⅤⅥⅦⅧⅨ", "①": "①②③④⑤⑥⑦⑧⑨"}


class Headings:
    """The headings of one page, all with the same marks and counted."""

    def __init__(self, p: Paper) -> None:
        self._p, self._manner, self._count = p, p.rng.choice(_MANNERS), 0
        self._align = p.rng.choice(("left", "left", "left", "center"))

    def text(self, title: str) -> str:
        """Return the next heading with its marks. `title`: choices, one of which is drawn."""
        self._count += 1
        return self._marks().format(self._p.values.pick(title))

    def write(self, title: str) -> None:
        """Print the next heading over the next part."""
        self._count += 1
        self._p.section(title, self._marks(), self._align)

    def _marks(self) -> str:
        manner = self._manner
        for first, letters in _COUNTS.items():
            manner = manner.replace(first, letters[(self._count - 1) % 9])
        return manner


def particulars(p: Paper, fields: Mapping[str, CellValue], title: str = "") -> None:
    """Print fields on the person or matter of a sheet: a grid, lines, a row under its names, or names before brackets.

    `fields`: values by names; some are left out. `title`: choices for a heading.
    """
    rng = p.rng
    chosen = [(name, make(p)) for name, make in fields.items() if rng.random() < 0.85] or [
        (name, make(p)) for name, make in fields.items()
    ]
    if rng.random() < 0.15:
        chosen.append((compound(p.canvas.vocabulary, rng), p.values.reason()))
    if rng.random() < 0.2:
        rng.shuffle(chosen)
    if title and rng.random() < 0.3:
        p.section(title)
    form = rng.choice(("grid", "grid", "grid", "lines", "brackets", "row"))
    if form == "grid":
        _grid(p, chosen, title if rng.random() < 0.3 else "")
    elif form == "row" and len(chosen) < 6:
        p.grid(
            [1 + 0.06 * len(text) for _, text in chosen],
            [[p.q(name) for name, _ in chosen], [p.t(text, "center") for _, text in chosen]],
        )
    elif form == "brackets":
        _brackets(p, chosen)
    else:
        columns, offset = rng.choice((1, 2, 2)), rng.choice((0.0, 6.0, 7.0))
        for start in range(0, len(chosen), columns):
            for place, (name, text) in enumerate(chosen[start : start + columns]):
                p.field(name, _short(text) if columns > 1 else text, x=place / columns, offset=offset)
            p.line()
    p.end_section()
    p.skip(0.6)


def _short(text: str) -> str:
    return text if len(text) < 24 else text.split(",")[0][:24]


def _grid(p: Paper, fields: list[tuple[str, str]], title: str) -> None:
    """Print names left of values, one to three pairs a row; a title stands vertically at the left."""
    pairs = p.rng.choice((1, 2, 2, 2, 3))
    cells = [(p.q(name), p.a(text)) for name, text in fields]
    cells += [(Cell(), Cell())] * (-len(cells) % pairs)
    rows = [[cell for pair in cells[start : start + pairs] for cell in pair] for start in range(0, len(cells), pairs)]
    shares: list[float] = [1.1, 2.2] * pairs
    if title:
        rows[0].insert(0, p.h(title, rows=len(rows)))
        shares.insert(0, 0.9)
    p.grid(shares, rows)


def _brackets(p: Paper, fields: list[tuple[str, str]]) -> None:
    """Print several fields in a line, such as 성명 ( 홍길동 )  연령 ( 20대 )."""
    brackets = p.rng.choice(("()", "()", "[]", "〔〕", "<>"))
    x = p.x0
    for name, text in fields:
        filled = text if p.rng.random() < p.style.filled else ""
        pieces = [(QUESTION, p.name(name)[0]), (OTHER, brackets[0]), (ANSWER, filled), (OTHER, brackets[1])]
        wide = p.canvas.measure(" ".join(part for _, part in pieces)) * 1.25 + 2 * p.canvas.size
        if x > p.x0 and x + wide > p.x1:
            x = p.x0
            p.line()
        x = print_pieces(p, pieces, x) + p.rng.uniform(1, 3) * p.canvas.size
    p.line()


def print_pieces(p: Paper, pieces: list[tuple[str, str]], x: float, *, key: int | None = None) -> float:
    """Print pieces one behind the other from x on, over lines where needed. Return the x of their end.

    An answer belongs to the question before it, the first answers to `key`. The paper's y becomes that of the last
    line.
    """
    canvas, start = p.canvas, x
    for label, text in pieces:
        if not text:
            x += (canvas.rng.uniform(3, 8) if label == ANSWER else 0.0) * canvas.size
            continue
        wide = canvas.measure(text) * (1.4 if label == ANSWER else 1.0)
        if x > start and x + wide > p.x1:
            x = min(start, p.x0 + 4 * canvas.size)
            p.skip(1.7)
        spot = canvas.text(text, x, p.y, label, room=max(p.x1 - x, 6 * canvas.size))
        if label == QUESTION:
            key = spot.entity
        elif label == ANSWER and key is not None:
            canvas.links.append((key, spot.entity))
        p.y = spot.y1 - canvas.size
        x = spot.x1 + 0.5 * canvas.size
    return x


def notes(p: Paper, texts: tuple[str, ...], most: int = 3) -> None:
    """Print small print, each sentence behind a mark or a number."""
    rng = p.rng
    mark = rng.choice(("※ ", "※ ", "* ", "- ", "{}. ", "{}) ", "주{}) ", "○ "))
    size = rng.choice((0.85, 0.9, 1.0))
    for number, text in enumerate(rng.sample(texts, len(texts))[: rng.randint(0, most)], 1):
        p.prose(mark.format(number) + (text if rng.random() < 0.75 else p.values.sentence()), size=size)


def masthead(p: Paper, title: str, *, ranks: str = "", dated: float = 0.3) -> None:
    """Print the title, perhaps with a month or a year, with the issuer above it and with boxes for approval."""
    rng, values = p.rng, p.values
    if rng.random() < 0.25:
        p.prose(rng.choice((values.company(), values.document_number(), values.department())), size=0.9)
    title = values.pick(title)
    if rng.random() < dated:
        month = values.month()
        title = rng.choice(
            (f"{month} {title}", f"{month[:4]}년도 {title}", f"{title} ({month})", f"{month[:4]}년 {title}")
        )
    p.title(title)
    if rng.random() < 0.2:
        p.prose(
            rng.choice((values.company(), values.date(), f"({values.pick('제출용|보관용|본인용|기관 보관용')})")),
            size=0.9,
        )
    if ranks and rng.random() < 0.4:
        p.approval(rng.choice(ranks.split("/")))
        p.skip(0.5)
