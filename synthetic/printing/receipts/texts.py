"""Texts of one receipt in the columns of its printer: shop, goods, sums, card, closing lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from synthetic.printing.receipts.roll import Roll
from synthetic.words import word_list

#: Syllables of a name in their order, and area codes.
_NAMES = ("김이박최정강조윤장임한오서", "민서지현수영하준도예", "준우진호희연아윤원석")
_AREAS = ("02", "031", "051", "042", "064", "0507")
_CAPS = "ABCDEFGHJKLMNPRSTVWXYZ"


@dataclass(slots=True)
class Receipt:
    """Prints the parts of one receipt of a shop in `language`: "en" or "ko"."""

    roll: Roll
    rng: Random
    language: str

    def print(self) -> None:
        """Print the whole receipt."""
        line = self.rng.choice(("-", "=", "-", "", "*"))
        self._shop()
        self.roll.rule(line)
        self._when()
        self.roll.rule(line)
        total = self._goods(line)
        self.roll.rule(line)
        self._sums(total)
        self.roll.rule(line)
        if self.rng.random() < 0.75:
            self._card()
            self.roll.rule(line)
        self._closing()

    def _of(self, name: str) -> str:
        return self.rng.choice(word_list("receipts", self.language, name))

    @property
    def _korean(self) -> bool:
        return self.language == "ko"

    def _shop(self) -> None:
        rng, roll = self.rng, self.roll
        wide, tall = rng.choice(((2, 2), (2, 1), (1, 2), (1, 1), (2, 2)))
        roll.center(self._of("shops"), wide=wide, tall=tall)
        roll.feed(1.4)
        if branch := self._of("branches"):
            roll.center(branch)
            roll.feed()
        if rng.random() < 0.5:
            framed = "[{}]" if rng.random() < 0.5 else "{}"
            roll.center(framed.format(self._of("titles")), wide=rng.choice((1, 2)), spread=rng.choice((0, 0, 2)))
            roll.feed(1.2)
        for line in self._korean_owner() if self._korean else self._english_owner():
            roll.left(roll.fits(line, roll.columns))
            roll.feed()

    def _korean_owner(self) -> list[str]:
        rng = self.rng
        owner = "".join(rng.choice(part) for part in _NAMES)
        number = f"{rng.randint(100, 799)}-{rng.randint(10, 99):02}-{rng.randint(10000, 99999)}"
        phone = f"{rng.choice(_AREAS)}-{rng.randint(200, 9999)}-{rng.randint(0, 9999):04}"
        place = word_list("korean-vocabulary", "streets")
        city = word_list("korean-vocabulary", "cities")
        address = f"{rng.choice(city)} {rng.choice(place)} {rng.randint(1, 340)}"
        return rng.choice((
            [f"사업자번호: {number}", f"대표자: {owner}  TEL: {phone}", f"주소: {address}"],
            [f"{number} {owner}", address, f"T.{phone}"],
            [f"대표 : {owner}", f"등록번호 : {number}", f"전화 : {phone}", address],
        ))  # fmt: skip

    def _english_owner(self) -> list[str]:
        rng = self.rng
        street = rng.choice(word_list("english-vocabulary", "streets"))
        phone = rng.choice(("({}) {}-{:04}", "{}-{}-{:04}", "{}.{}.{:04}"))
        return [
            f"{rng.randint(1, 2400)} {street}",
            "Tel: " + phone.format(rng.randint(201, 989), rng.randint(200, 999), rng.randint(0, 9999)),
        ][: rng.choice((1, 2, 2))]

    def _when(self) -> None:
        rng, roll = self.rng, self.roll
        year, month, day = rng.randint(2011, 2026), rng.randint(1, 12), rng.randint(1, 28)
        time = f"{rng.randint(7, 22):02}:{rng.randint(0, 59):02}" + rng.choice(("", f":{rng.randint(0, 59):02}"))
        forms = ("{0}-{1:02}-{2:02}", "{0}/{1:02}/{2:02}", "{0}.{1:02}.{2:02}") + (
            ("{0}년 {1}월 {2}일",) if self._korean else ("{1:02}/{2:02}/{0}",)
        )
        date = rng.choice(forms).format(year, month, day)
        name = rng.choice(("거래일시:", "판매일 :", "") if self._korean else ("Date:", ""))
        whole = f"{name} {date} {time}".strip()
        if roll.width(whole) > roll.columns - 8:
            whole = f"{date} {time}"
        roll.left(whole)
        if rng.random() < 0.6:
            number = rng.choice(("POS:{:02}", "No.{:04}", "#{:04}")).format(rng.randint(1, 99))
            if roll.width(f"{whole} {number}") < roll.columns:
                roll.right(number)
        roll.feed()

    def _money(self, amount: int) -> str:
        return f"{amount:,}" if self._korean else f"{amount / 100:,.2f}"

    def _goods(self, line: str) -> int:
        rng, roll = self.rng, self.roll
        narrow = roll.columns < 38
        amount, count = roll.columns, roll.columns - (10 if narrow else 12)
        price = count - (5 if narrow else 7)
        if rng.random() < 0.8:
            roll.left(self._of("heads"))
            heads = word_list("receipts", self.language, "columns")
            for name, column in zip(heads, (price, count, amount), strict=True):
                roll.right(name, column)
            roll.feed()
            roll.rule(line)
        total, two_lines = 0, rng.random() < 0.3
        for number in range(1, rng.randint(3, 11)):
            each = rng.randint(2, 480) * 100 if self._korean else rng.randint(79, 4999)
            pieces = rng.choice((1, 1, 1, 2, 2, 3, 4, 10, 12))
            total += each * pieces
            name = self._of("units") + self._of("goods") if self._korean else self._of("goods")
            if two_lines:
                roll.left(roll.fits(f"{number:02} {name}", roll.columns))
                roll.feed()
                name = f"{rng.randint(0, 10**12):013}" if self._korean and not narrow else ""
            roll.left(roll.fits(name, price - len(self._money(each)) - 1))
            roll.right(self._money(each), price)
            roll.right(str(pieces), count)
            sign = "" if self._korean else self._of("units")
            roll.right(self._money(each * pieces) + sign, amount)
            roll.feed()
        return total

    def _sums(self, total: int) -> None:
        rng, roll = self.rng, self.roll
        big = rng.randrange(4)
        for number in range(rng.randint(3, 6)):
            amount = total if number == big else rng.randint(1, max(total // 100, 2)) * (100 if self._korean else 1)
            wide, tall = rng.choice(((2, 1), (1, 2), (2, 2))) if number == big and rng.random() < 0.7 else (1, 1)
            text = self._money(amount)
            if not self._korean and rng.random() < 0.3:
                text = f"${text}"
            elif self._korean and rng.random() < 0.2:
                text += "원"
            name, spread = self._of("sums"), 0
            if rng.random() < 0.35:
                name, spread = self._of("spaced"), rng.choice((2, 3, 4))
            if roll.width(name, wide=wide, spread=spread) + roll.width(text, wide=wide) + 1 > roll.columns:
                wide, spread = 1, 0
            colon = ":" if not spread and rng.random() < 0.2 else ""
            roll.left(name + colon, wide=wide, tall=tall, spread=spread)
            roll.right(text, wide=wide, tall=tall)
            roll.feed(1.1)

    def _card(self) -> None:
        rng, roll = self.rng, self.roll
        masked = rng.choice(("{}-{}**-****-{}*", "{}-{}**-****-{}", "{}{}******{}", "****-****-****-{2}"))
        number = masked.format(rng.randint(3000, 9999), rng.randint(10, 99), rng.randint(1000, 9999))
        makers: tuple[Callable[[], str], ...] = (
            lambda: f"{rng.randint(10**7, 10**8 - 1)}",
            lambda: self._of("values"),
            lambda: f"{rng.choice(_CAPS)}{rng.choice(_CAPS)}{rng.randint(1000, 99999)}",
            lambda: f"{rng.randint(1, 99):02}",
            lambda: self._money(rng.randint(1, 900) * 100),
        )
        rows = [(self._of("cards"), number)]
        rows += [(self._of("fields"), rng.choice(makers)()) for _ in range(rng.randint(2, 5))]
        apart = rng.random() < 0.5
        for name, text in rows:
            if roll.width(name) + roll.width(text) + 2 > roll.columns:
                continue
            roll.left(name)
            if apart:
                roll.right(text)
            else:
                roll.left(text, roll.width(name) + 1)
            roll.feed()

    def _closing(self) -> None:
        rng, roll = self.rng, self.roll
        for _ in range(rng.randint(1, 3)):
            text = roll.fits(self._of("closings"), roll.columns)
            (roll.center if rng.random() < 0.6 else roll.left)(text)
            roll.feed()
        if rng.random() < 0.5:
            code = f"{rng.randint(10**12, 10**13 - 1)}"
            roll.feed(0.5)
            roll.bars([rng.choice((2, 2, 4, 6)) for _ in range(75)], 60)
            roll.center(code)
            roll.feed()
