"""A4 pages for measurements: invoices and forms, English and Korean, 200 dpi. A seed always gives the same page.

They do not come from the generator that trains the shipped tagger, and are drawn anew for each run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from random import Random

from faker import Faker
from PIL import Image, ImageDraw, ImageFont

DPI = 200
WIDTH_PX, HEIGHT_PX = 1654, 2339
_MARGIN_PX = 130
_FONT = "/usr/share/fonts/truetype/nanum/NanumGothic.ttf"
_BOLD = "/usr/share/fonts/truetype/nanum/NanumGothicBold.ttf"
_FIRST_SEED = 2_000

_TITLES = {
    "en": ("INVOICE", "Purchase Order", "Delivery Note", "Application Form", "Expense Report", "Service Agreement"),
    "ko": ("거래명세서", "견적서", "구매 발주서", "입사 지원서", "출장비 정산서", "용역 계약서"),
}
_NAMES = {
    "en": ("Company", "Contact", "Address", "Phone", "E-mail", "Order No.", "Issue date", "Due date", "Reference"),
    "ko": ("상호", "담당자", "주소", "전화번호", "이메일", "문서 번호", "발행일", "납기일", "참조"),
}
_COLUMNS = {"en": ("No.", "Description", "Qty", "Unit price", "Amount"), "ko": ("번호", "품명", "수량", "단가", "금액")}
_SUMS = {"en": ("Subtotal", "Tax (10%)", "Total due"), "ko": ("공급가액", "세액", "합계 금액")}
_GOODS = {
    "en": "steel paper copper office display wireless printed cotton filter cable bracket module cover panel",
    "ko": "강판 복사용지 구리선 사무용 모니터 무선 인쇄 면직물 필터 케이블 브래킷 모듈 덮개 패널",
}
_TERMS = {
    "en": "payment is due within thirty days of the date above and late amounts bear interest at the agreed rate "
    "goods remain property of the seller until paid in full please quote the reference number with every transfer",
    "ko": "대금은 위 발행일로부터 삼십일 이내에 지급하여야 하며 지연된 금액에는 약정한 이율을 적용합니다 물품의 "
    "소유권은 전액을 지급할 때까지 공급자에게 있습니다 송금할 때에는 반드시 문서 번호를 적어 주시기 바랍니다",
}
_NOTES = {"en": "Terms", "ko": "유의 사항"}
_SIGNATURES = {"en": ("Prepared by", "Approved by"), "ko": ("작성자", "승인자")}


def make_pages(folder: Path, count: int, *, gray: bool = False) -> list[Path]:
    """Draw `count` pages of 115 to 230 words into `folder`, languages in turn; return their paths in this order.

    Files are RGB, as most programs write them, or `gray`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"page-{number:03}.png" for number in range(count)]
    for number, path in enumerate(paths):
        image = _Sheet(_FIRST_SEED + number, "ko" if number % 2 else "en").draw()
        (image.convert("L") if gray else image).save(path, dpi=(DPI, DPI))
    return paths


class _Sheet:
    """A page in the making: blocks from top to bottom; `y` is the top of the next block."""

    def __init__(self, seed: int, language: str) -> None:
        self.language = language
        self.random = Random(seed)
        self.fakes = [Faker(name) for name in ("ko_KR", "en_US")[:: 1 if language == "ko" else -1]]
        for fake in self.fakes:
            fake.seed_instance(seed)
        self.size = self.random.randint(27, 33)
        self.image = Image.new("RGB", (WIDTH_PX, HEIGHT_PX), "white")
        self.pen = ImageDraw.Draw(self.image)
        self.y = _MARGIN_PX

    def draw(self) -> Image.Image:
        blocks: list[Callable[[], None]] = [self._fields, self._goods, self._terms]
        self._title()
        if self.random.random() < 0.3:
            self.random.shuffle(blocks)
        for block in blocks:
            block()
            self.y += self.random.randint(30, 60)
        self._signatures()
        return self.image

    def _text(self, x: float, text: str, *, size: int = 0, bold: bool = False, right: bool = False) -> None:
        font = _font(_BOLD if bold else _FONT, size or self.size)
        self.pen.text((x, self.y), text, fill="#202020", font=font, anchor="ra" if right else "la")

    def _rule(self, x0: float = _MARGIN_PX, x1: float = WIDTH_PX - _MARGIN_PX) -> None:
        self.pen.line((x0, self.y, x1, self.y), fill="#606060", width=2)

    def _title(self) -> None:
        self._text(_MARGIN_PX, self.random.choice(_TITLES[self.language]), size=2 * self.size, bold=True)
        self._text(WIDTH_PX - _MARGIN_PX, f"No. {self.random.randint(10_000, 99_999)}", right=True)
        self.y += round(3.5 * self.size)
        self._rule()
        self.y += self.size

    def _fields(self) -> None:
        """Draw names and values in two columns; one value in five is in the other language."""
        names = self.random.sample(_NAMES[self.language], self.random.randint(6, 9))
        middle = WIDTH_PX // 2 + 20
        for number, name in enumerate(names):
            x = middle if number % 2 else _MARGIN_PX
            self._text(x, f"{name}:", bold=True)
            self._text(x + 210, self._value(name))
            if number % 2 or number == len(names) - 1:
                self.y += 2 * self.size

    def _value(self, name: str) -> str:
        fake = self.fakes[self.random.random() < 0.2]
        makers: Sequence[Callable[[], str]] = (
            fake.company,
            fake.name,
            lambda: f"{fake.city()} {self.random.randint(1, 400)}",
            lambda: fake.numerify("0##-####-####"),
            fake.email,
            lambda: fake.bothify("??-####-##").upper(),
            fake.date,
            fake.date,
            lambda: f"{fake.last_name()} / REF {self.random.randint(100, 999)}",
        )
        return makers[_NAMES[self.language].index(name)]()[:30]

    def _goods(self) -> None:
        """Draw a ruled table and its sums."""
        stops = (_MARGIN_PX, _MARGIN_PX + 100, 980, 1240, WIDTH_PX - _MARGIN_PX)
        total = 0
        rows = [_COLUMNS[self.language]]
        for number in range(1, self.random.randint(8, 14)):
            quantity, price = self.random.randint(1, 40), self.random.randint(3, 900) * 50
            total += quantity * price
            goods = " ".join(self.random.sample(_GOODS[self.language].split(), self.random.randint(2, 4)))
            code = self.fakes[0].bothify("??##").upper() if self.random.random() < 0.5 else ""
            rows.append((str(number), f"{goods} {code}".strip(), str(quantity), f"{price:,}", f"{quantity * price:,}"))
        for row in rows:
            self._rule()
            self.y += self.size // 2
            for column, (x, text) in enumerate(zip(stops, row, strict=True)):
                self._text(x, text, bold=row is rows[0], right=column > 1)
            self.y += round(1.4 * self.size)
        self._rule()
        for name, value in zip(_SUMS[self.language], (total, total // 10, total + total // 10), strict=True):
            self.y += self.size // 2
            self._text(1000, name, bold=True)
            self._text(WIDTH_PX - _MARGIN_PX, f"{value:,}", right=True)
            self.y += round(1.4 * self.size)

    def _terms(self) -> None:
        """Draw running text, wrapped."""
        self._text(_MARGIN_PX, _NOTES[self.language], bold=True)
        self.y += round(1.8 * self.size)
        words = _TERMS[self.language].split()
        start = self.random.randrange(len(words))
        words = (words[start:] + words[:start]) * self.random.randint(1, 2)
        font, line = _font(_FONT, self.size), ""
        for word in words:
            longer = f"{line} {word}".strip()
            if font.getlength(longer) > WIDTH_PX - 2 * _MARGIN_PX:
                self._text(_MARGIN_PX, line)
                self.y += round(1.5 * self.size)
                longer = word
            line = longer
        self._text(_MARGIN_PX, line)
        self.y += round(1.5 * self.size)

    def _signatures(self) -> None:
        self.y = max(self.y, HEIGHT_PX - 2 * _MARGIN_PX)
        for x, name in zip((_MARGIN_PX, WIDTH_PX // 2 + 20), _SIGNATURES[self.language], strict=True):
            self._text(x, f"{name}: {self.fakes[0].name()}")


@lru_cache
def _font(path: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size)
