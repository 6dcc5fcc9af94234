"""Invoices with four fields of a project's own, written by code: three suppliers, each with a layout and words.

Other dates, numbers, names and amounts stand beside the fields, so that a value's kind alone does not tell its field.
"""

from __future__ import annotations

from random import Random

from prelabel.page import Box, Entity, Page, Word, WordLabel

FIELDS = ("INVOICE_NUMBER", "INVOICE_DATE", "CUSTOMER_NAME", "TOTAL")

_FIRST = "Anna Bram Carla Dario Elif Farid Greta Hugo Ines Jonas Katja Liam Mira Noor Olga Pavel Rosa Sven Tara Yusuf"
_LAST = "Abel Brandt Costa Dahl Engel Fuchs Greco Huber Ivanov Jensen Keller Lund Meyer Novak Okoye Petit Rossi Stein"
_TRADE = "Tools Foods Print Parts Glass Paper Textiles Optics Freight Garden"
_KIND = ("Ltd", "GmbH", "Inc.", "& Sons", "S.A.")
_GOODS = "Bolt Hinge Lamp Cable Valve Frame Panel Brush Filter Handle Sheet Wheel"
_MONTHS = "January February March April May June July August September October November December"
_STREETS = "Mill Station Harbour Church Park Garden Bridge Market"
#: Names of (number, date, customer, total), and of (order number, due date, net, tax), by supplier.
_NAMES = (
    (("Invoice number", "Invoice date", "Bill to", "Total due"), ("Order number", "Due date", "Subtotal", "VAT 20%")),
    (("Invoice No.", "Date", "Customer", "Amount payable"), ("Your ref.", "Payable until", "Net amount", "Tax")),
    (("INV #", "Issued", "Sold to", "GRAND TOTAL"), ("PO #", "Shipped", "GOODS", "FREIGHT")),
)


class _Sheet:
    """A page of 1000 x 1400 px that is written from the top left: 8 px a letter."""

    def __init__(self, rng: Random) -> None:
        self.words: list[Word] = []
        self.entities: list[Entity] = []
        self._dx, self._dy = rng.uniform(-25, 25), rng.uniform(-25, 25)

    def write(self, x: float, y: float, *lines: str, label: str = "") -> None:
        first = len(self.words)
        for number, line in enumerate(lines):
            at, top = x + self._dx, y + 22 * number + self._dy
            for text in line.split():
                self.words.append(Word(text, Box(at, top, at + 8 * len(text), top + 15), 0.95, "written"))
                at += 8 * len(text) + 7
        if label:
            self.entities.append(Entity(label, tuple(range(first, len(self.words)))))

    def page(self) -> Page:
        labels = ["OTHER"] * len(self.words)
        for entity in self.entities:
            for word in entity.words:
                labels[word] = entity.label
        made = Page(1000, 1400, 1000, 1400, words=tuple(self.words))
        found = tuple(WordLabel(label, 1.0) for label in labels)
        return made.with_labels(found, tuple(self.entities)).with_links((), ())


def invoice(seed: int) -> Page:
    """Return the invoice of this seed, with labels and entities: one of each of FIELDS."""
    rng = Random(seed)
    supplier = seed % len(_NAMES)
    sheet = _Sheet(rng)
    number, date, customer, total = _NAMES[supplier][0]
    order, due, net, tax = _NAMES[supplier][1]
    values = {
        number: ((_number(rng, supplier),), "INVOICE_NUMBER"),
        date: ((_date(rng, supplier),), "INVOICE_DATE"),
        order: ((_number(rng, supplier),), ""),
        due: ((_date(rng, supplier),), ""),
    }
    ask = list(values)
    rng.shuffle(ask)
    buyer = _company(rng, long=rng.random() < 0.4)
    sheet.write(60, 60, _company(rng)[0], f"{rng.randint(1, 99)} {rng.choice(_STREETS.split())} Street")
    sheet.write(430, 130, ("INVOICE", "Invoice", "Commercial invoice")[supplier])
    left, top = ((60, 200), (560, 190), (60, 330))[supplier]
    for row, name in enumerate(ask):
        found, label = values[name]
        x, y = (left + 200 * row, top) if supplier == 2 else (left, top + 34 * row)
        sheet.write(x, y, name + (":" if supplier == 0 else ""))
        where = (x, y + 26) if supplier == 2 else (x + 190, y)
        sheet.write(*where, *found, label=label)
    x, y = ((560, 200), (60, 190), (60, 200))[supplier]
    sheet.write(x, y, customer)
    sheet.write(x, y + 26, *buyer, label="CUSTOMER_NAME")
    sheet.write(x, y + 26 + 22 * len(buyer), f"{rng.randint(1, 99)} {rng.choice(_STREETS.split())} Road")
    end = _goods(sheet, rng, 430)
    sums = [(net, ""), (tax, ""), (total, "TOTAL")]
    for row, (name, label) in enumerate(sums):
        sheet.write(560, end + 30 + 30 * row, name)
        sheet.write(790, end + 30 + 30 * row, _amount(rng), label=label)
    sheet.write(
        60, 1250, f"Please pay within {rng.choice((14, 30, 60))} days to our account {rng.randint(10**7, 10**8)}"
    )
    return sheet.page()


def _goods(sheet: _Sheet, rng: Random, y: float) -> float:
    for x, title in zip((60, 420, 560, 790), ("Description", "Qty", "Price", "Amount"), strict=True):
        sheet.write(x, y, title)
    for _ in range(rng.randint(2, 9)):
        y += 32
        sheet.write(60, y, f"{rng.choice(_GOODS.split())} {rng.choice('ABCDEF')}{rng.randint(10, 999)}")
        sheet.write(420, y, str(rng.randint(1, 40)))
        sheet.write(560, y, _amount(rng))
        sheet.write(790, y, _amount(rng))
    return y + 32


def _number(rng: Random, supplier: int) -> str:
    return (f"NP-{rng.randint(10000, 99999)}", f"{rng.randint(2020, 2026)}/{rng.randint(100, 9999)}",
            f"{rng.choice('ABCD')}{rng.randint(10**5, 10**6)}")[supplier]  # fmt: skip


def _date(rng: Random, supplier: int) -> str:
    day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(2021, 2026)
    return (f"{day} {_MONTHS.split()[month - 1]} {year}", f"{day:02}.{month:02}.{year}", f"{year}-{month:02}-{day:02}")[
        supplier
    ]


def _company(rng: Random, *, long: bool = False) -> tuple[str, ...]:
    first, last = rng.choice(_FIRST.split()), rng.choice(_LAST.split())
    name = f"{last} {rng.choice(_TRADE.split())} {rng.choice(_KIND)}"
    return (name, f"attn. {first} {rng.choice(_LAST.split())}") if long else (name,)


def _amount(rng: Random) -> str:
    return f"{rng.randint(5, 9000):,}.{rng.randint(0, 99):02}"
