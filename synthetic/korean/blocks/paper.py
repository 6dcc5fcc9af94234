"""A sheet that a family fills from top to bottom: titles, grids, fields in lines, prose, signatures."""

from __future__ import annotations

from collections.abc import Sequence

from synthetic.canvas import Canvas, Spot
from synthetic.korean.blocks.grid import ANSWER, HEADER, OTHER, QUESTION, Cell, ruled
from synthetic.korean.form_values import FormValues
from synthetic.style import Style, compound

_BOXES = (("□", "☑"), ("□", "■"), ("☐", "☑"), ("[ ]", "[√]"), ("○", "●"), ("□", "√"), ("[ ]", "[V]"), ("( )", "(O)"))


class Paper:
    """A sheet of paper. `x0`, `x1`: its margins; `y`: top of the next part. Of texts between bars one is drawn.

    Cells of grids come from `q` (question), `a` (answer), `t` (table value), `h` (header) and `o` (other text).
    """

    def __init__(self, canvas: Canvas, style: Style, *, width: float = 827.0, size: float | None = None) -> None:
        rng = canvas.rng
        canvas.width = width
        canvas.size = size or min(canvas.size, 12.5) * width / 827
        if rng.random() < 0.12:
            canvas.hand = rng.uniform(1.1, 1.4)
        self.canvas, self.style, self.rng = canvas, style, rng
        self.values = FormValues(rng, canvas.vocabulary)
        self.x0, self.x1 = rng.uniform(0.05, 0.11) * width, width - rng.uniform(0.05, 0.11) * width
        self.y = rng.uniform(0.03, 0.07) * canvas.height
        self.pitch = rng.uniform(1.7, 3.3)
        self._bilingual = rng.choice((0.0, 0.0, 0.0, 0.9))
        self._joint = rng.choice((" {}", "({})", " ({})", " / {}"))
        self._align = rng.choice(("center", "center", "center", "left"))
        self._spaced = rng.choice((0.0, 0.3, 0.8))
        self._between = rng.uniform(0.4, 1.8)
        self._open = rng.random() < 0.25
        self._boxes = rng.choice(_BOXES)
        self._section: int | None = None

    def q(self, name: str, english: str = "", *, columns: int = 1, rows: int = 1) -> Cell:
        """Return a cell with the name of a field: sometimes another name, spaced out, or with its English."""
        text, gap = self.name(name, english)
        return Cell(((QUESTION, text),), columns, rows, self._align, gap=gap)

    def a(self, text: str, *, columns: int = 1, rows: int = 1, align: str = "left", keys: str = "left") -> Cell:
        """Return a cell with the value of a field; it is empty where the page is not filled in."""
        filled = self.rng.random() < self.style.filled
        return Cell(((ANSWER, text),) if filled and text else (), columns, rows, align, keys)

    def t(self, text: str, align: str = "left", keys: str = "above") -> Cell:
        """Return a cell of a table, which belongs to the name of its column."""
        return Cell(((ANSWER, text),) if text else (), align=align, keys=keys)

    def h(self, text: str, *, columns: int = 1, rows: int = 1, over: str = "right", upright: bool = False) -> Cell:
        """Return a cell with the title of a group of fields."""
        text = self.values.pick(text)
        return Cell(((HEADER, text),), columns, rows, "center", over=over, upright=upright)

    def o(self, text: str, *, columns: int = 1, rows: int = 1, align: str = "left", size: float = 0.9) -> Cell:
        """Return a cell with prose."""
        return Cell(((OTHER, text),) if text else (), columns, rows, align, size=size)

    def options(self, names: str, *, columns: int = 1) -> Cell:
        """Return a cell with boxes to tick; one is ticked where the page is filled in."""
        listed = names.split("|")
        ticked = self.rng.choice(listed) if self.rng.random() < self.style.filled else None
        pieces = []
        for name in listed:
            pieces += [(OTHER, self._boxes[name == ticked]), (ANSWER if name == ticked else OTHER, name)]
        return Cell(tuple(pieces), columns)

    def name(self, name: str, english: str = "") -> tuple[str, float | None]:
        """Return the name of a field, and the gap between its letters where they are spaced out."""
        rng = self.rng
        text = compound(self.canvas.vocabulary, rng) if rng.random() < 0.06 else self.values.pick(name)
        if english and rng.random() < self._bilingual:
            return text + self._joint.format(english), None
        if 2 <= len(text) <= 4 and " " not in text and rng.random() < self._spaced:
            return " ".join(text), self._between
        return text, None

    def title(self, text: str, aside: str = "") -> None:
        """Print the kind of document in large letters, spaced out if it is short."""
        rng, canvas = self.rng, self.canvas
        text = self.values.pick(text)
        size, gap = canvas.size * rng.uniform(1.6, 2.5), None
        if " " not in text and len(text) <= 6 and rng.random() < 0.6:
            text, gap = " ".join(text), rng.uniform(0.4, 1.3)
        align = rng.choice(("center", "center", "center", "center", "left"))
        spot = canvas.text(text, self.x0, self.y, HEADER, size=size, room=self.x1 - self.x0, align=align, gap=gap)
        if rng.random() < 0.2:
            canvas.rule(spot.x0, spot.y1 + 0.3 * canvas.size, spot.x1, spot.y1 + 0.3 * canvas.size)
        if aside and rng.random() < 0.6:
            canvas.text(aside, spot.x1 + canvas.size, spot.y0 + 0.6 * size, OTHER, size=0.85 * canvas.size)
        self.y = spot.y1
        self.skip(rng.uniform(0.8, 1.8))

    def grid(
        self, shares: Sequence[float], rows: Sequence[Sequence[Cell]], *, x0: float = 0.0, x1: float = 1.0
    ) -> None:
        """Print a ruled grid between these shares of the paper's width."""
        wide = self.x1 - self.x0
        left, right = self.x0 + x0 * wide, self.x0 + x1 * wide
        self.y = ruled(self.canvas, left, right, self.y, shares, rows, pitch=self.pitch, open_sides=self._open)

    def beside(self, *parts: tuple[float, float, Sequence[float], Sequence[Sequence[Cell]]]) -> None:
        """Print grids side by side: (left, right, shares, rows) each."""
        top, bottom = self.y, self.y
        for x0, x1, shares, rows in parts:
            self.y = top
            self.grid(shares, rows, x0=x0, x1=x1)
            bottom = max(bottom, self.y)
        self.y = bottom

    def skip(self, lines: float = 1.0) -> None:
        self.y += lines * self.canvas.size

    def section(self, text: str, manner: str = "", align: str = "left") -> None:
        """Print a heading. It belongs to the questions up to the next heading, centred line or signature.

        `manner`: the marks around the heading, with its text in braces; drawn if empty.
        """
        rng = self.rng
        self.end_section()
        self.skip(0.4)
        manner = manner or rng.choice(("", "", "■ ", "○ ", "□ ", "◎ ", "▣ ", "* ")) + "{}"
        size, room = self.canvas.size * rng.choice((1.0, 1.1, 1.2)), self.x1 - self.x0
        text = manner.format(self.values.pick(text))
        spot = self.canvas.text(text, self.x0, self.y, HEADER, size=size, room=room, align=align)
        self.y, self._section = spot.y1, spot.entity
        self.skip(0.5)

    def end_section(self) -> None:
        """Close the last heading; further questions belong to no heading."""
        if self._section is not None:
            canvas = self.canvas
            headed = {target for source, target in canvas.links if canvas.labels[source] == HEADER}
            below = range(self._section + 1, len(canvas.labels))
            found = [n for n in below if canvas.labels[n] == QUESTION and n not in headed]
            canvas.links += [(self._section, question) for question in found]
            self._section = None

    def prose(self, text: str, *, align: str = "left", size: float = 1.0, indent: float = 0.0) -> None:
        """Print running text over the paper's width; `indent` in font sizes."""
        canvas = self.canvas
        if align == "center":
            self.end_section()
        self.skip(0.35)
        x = self.x0 + indent * canvas.size
        spot = canvas.text(text, x, self.y, OTHER, size=size * canvas.size, room=self.x1 - x, align=align, leading=1.55)
        self.y = spot.y1
        self.skip(0.45)

    def field(self, name: str, text: str, *, x: float = 0.0, offset: float = 0.0, seal: str = "") -> Spot:
        """Print a name and its value on the line at y, which does not move. Return the name.

        `x`: share of the width; `offset`: from the start of the name to the value, in font sizes.
        """
        canvas, rng = self.canvas, self.rng
        words, gap = self.name(name)
        left = self.x0 + x * (self.x1 - self.x0)
        words += rng.choice((":", " :")) if rng.random() < self.style.colon else ""
        key = canvas.text(words, left, self.y, QUESTION, gap=gap)
        at = max(left + offset * canvas.size, key.x1 + 0.6 * canvas.size)
        end = at + 5 * canvas.size
        if rng.random() < self.style.filled:
            spot = canvas.text(text, at, self.y, ANSWER, room=max(self.x1 - at, 6 * canvas.size))
            canvas.link(key, spot)
            end = spot.x1
        elif rng.random() < 0.25:
            canvas.stray("_" * rng.randint(5, 12), at, self.y)
        if seal:
            canvas.text(seal, end + 0.8 * canvas.size, self.y, OTHER)
        return key

    def line(self, lines: float | None = None) -> None:
        """Move to the next line."""
        self.skip(self.style.leading if lines is None else lines)

    def signed(self, *roles: str, place: str = "") -> None:
        """Print the end of a form: a date, signatures, the addressee."""
        rng, values, canvas = self.rng, self.values, self.canvas
        self.end_section()
        self.skip(rng.uniform(0.5, 1.5))
        if rng.random() < 0.85:
            date = canvas.text(values.date(), self.x0, self.y, ANSWER, room=self.x1 - self.x0, align="center")
            self.y = date.y1
            self.skip(1.2)
        for role in roles:
            self.field(
                role,
                values.person(),
                x=rng.uniform(0.5, 0.62),
                seal=values.pick("(인)|(서명 또는 인)|(서명)|(날인)|㊞"),
            )
            self.line()
        if place:
            spot = canvas.text(values.pick(place), self.x0, self.y, OTHER, size=1.3 * canvas.size)
            self.y = spot.y1
            self.skip()

    def approval(self, ranks: str = "담당|과장|부장") -> None:
        """Print boxes for approval at the right of the line at y."""
        rng, values = self.rng, self.values
        names = ranks.split("|")
        wide = min(0.09 * (len(names) + 0.4), 0.6)
        signs = [rng.choice((values.person(), values.person(), "전결", "", "", values.date())) for _ in names]
        rows = (
            (self.h("결재", rows=2, upright=True), *(Cell(((QUESTION, name),), align="center") for name in names)),
            tuple(
                Cell(((ANSWER, sign),) if sign else (), align="center", keys="above", size=0.9, tall=3.0)
                for sign in signs
            ),
        )
        self.grid((0.4, *[1.0] * len(names)), rows, x0=1 - wide)

    def done(self) -> None:
        """Close the page: as A4, or cut below its last part."""
        rng, canvas = self.rng, self.canvas
        self.end_section()
        if rng.random() < 0.3:
            y = max(self.y + canvas.size, canvas.height * rng.uniform(0.93, 0.97))
            text = self.values.pick(
                "- 1 -|1 / 1|210mm×297mm[백상지 80g/㎡]|A4(210×297)|이하 여백|서식 제12호|양식번호 F-203-01(Rev.2)"
            )
            spot = canvas.text(
                text,
                self.x0,
                y,
                OTHER,
                size=0.8 * canvas.size,
                room=self.x1 - self.x0,
                align=rng.choice(("center", "right")),
            )
            self.y = spot.y1
        low = self.y + 15
        canvas.height = max(low, 0.4 * canvas.width) if rng.random() < 0.3 else max(canvas.height, low)
