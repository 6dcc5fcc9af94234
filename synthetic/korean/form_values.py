"""Values for Korean forms: names, numbers, dates and sums, in the notation of one page."""

from __future__ import annotations

from random import Random

from synthetic.korean import office_words
from synthetic.style import compound
from synthetic.text.values import invented, value
from synthetic.text.vocabulary import Vocabulary
from synthetic.text.word_lists import LISTS
from synthetic.words import word_list

_DATES = word_list("numbers", "korean-forms", "dates")
_WON = word_list("numbers", "korean-forms", "amounts")
_DIGITS, _PLACES, _GROUPS = "영일이삼사오육칠팔구", ("", "십", "백", "천"), ("", "만", "억", "조")


class FormValues:
    """Values for the fields of one page. Its dates and sums have one notation. Methods return text."""

    def __init__(self, rng: Random, vocabulary: Vocabulary) -> None:
        self.rng, self.vocabulary = rng, vocabulary
        self._date, self._won = rng.choice(_DATES), rng.choice(_WON)
        self._year = rng.randint(2009, 2027)

    def pick(self, text: str) -> str:
        """Return one of the parts between bars.

        >>> from synthetic.korean.vocabulary import KOREAN
        >>> FormValues(Random(0), KOREAN).pick("성명|이름") in ("성명", "이름")
        True
        """
        return self.rng.choice(text.split("|"))

    def of(self, words: tuple[str, ...]) -> str:
        """Return one of these words, sometimes a word that is in no list."""
        return invented(self.vocabulary, self.rng) if self.rng.random() < 0.08 else self.rng.choice(words)

    def digits(self, pattern: str) -> str:
        """Return the pattern with a digit for each #, and one that is not 0 for each &."""
        return "".join(
            self.rng.choice("0123456789") if c == "#" else self.rng.choice("123456789") if c == "&" else c
            for c in pattern
        )

    def person(self) -> str:
        """Return a name of two to four syllables."""
        rng, drawn = self.rng, self.rng.random()
        given = rng.choice(LISTS["ko"].given_names if rng.random() < 0.7 else self.vocabulary.given_names)
        if drawn < 0.05:
            return rng.choice(office_words.DOUBLE_SURNAMES) + given
        return rng.choice(self.vocabulary.surnames) + (given[:1] if drawn < 0.1 else given)

    def company(self) -> str:
        return value("company", self.vocabulary, self.rng)

    def department(self) -> str:
        return self.of(office_words.DEPARTMENTS)

    def rank(self) -> str:
        return self.of(office_words.RANKS)

    def business_number(self) -> str:
        return self.digits(self.pick("###-##-#####|###-##-#####|### - ## - #####"))

    def resident_number(self) -> str:
        """Return a resident number: a date of birth, then digits that are mostly masked."""
        rng = self.rng
        birth = f"{rng.randint(45, 99):02}{rng.randint(1, 12):02}{rng.randint(1, 28):02}"
        return birth + self.digits(rng.choice(("-*******", "-&******", "-&######", " - &******", "-1", "-2******")))

    def phone(self) -> str:
        return self.digits(
            self.pick("02-###-####|02-####-####|031-###-####|051)###-####|042.###.####|070-####-####|(053) ###-####")
        )

    def mobile(self) -> str:
        return self.digits(self.pick("010-####-####|010-####-####|010-####-####|010.####.####|010 #### ####"))

    def email(self) -> str:
        return value("email", self.vocabulary, self.rng)

    def address(self) -> str:
        """Return an address by road, with or without building and postcode."""
        rng = self.rng
        road = rng.choice(office_words.ROADS) if rng.random() < 0.6 else f"{invented(self.vocabulary, rng)}로"
        estate = (
            f"{rng.choice(office_words.ESTATES)} {rng.randint(101, 115)}동 {rng.randint(1, 20)}0{rng.randint(1, 8)}호"
        )
        tail = rng.choice(
            ("", "", f", {rng.randint(2, 19)}층", f", {estate}", f" ({rng.choice(office_words.ESTATES)})")
        )
        code = rng.choice(("", "", "", self.digits("(#####) "), self.digits("우 ##### ")))
        return f"{code}{rng.choice(office_words.CITIES)} {road} {rng.randint(1, 480)}{tail}"

    def date(self, year: int | None = None) -> str:
        """Return a date in this page's notation, in or near its year."""
        rng = self.rng
        year = year or self._year - rng.choice((0, 0, 0, 1))
        return self._date.format(y=year, s=year % 100, m=rng.randint(1, 12), d=rng.randint(1, 28))

    def birthday(self) -> str:
        return self.date(self.rng.randint(1950, 2005))

    def period(self) -> str:
        first, second = self.date(self._year), self.date(self._year + 1)
        return self.rng.choice((f"{first} ~ {second}", f"{first}부터 {second}까지", f"{first} - {second}"))

    def month(self) -> str:
        return self.rng.choice(
            (f"{self._year}년 {self.rng.randint(1, 12)}월", f"{self._year}.{self.rng.randint(1, 12):02}")
        )

    def time(self) -> str:
        return value("time", self.vocabulary, self.rng)

    def amount(self, low: float = 3.5, high: float = 7.5) -> int:
        """Return an amount in won, mostly round. `low`, `high`: powers of ten."""
        raw = int(10 ** self.rng.uniform(low, high))
        return max(raw // (unit := self.rng.choice((1, 10, 100, 1000, 1000))) * unit, unit)

    def won(self, amount: int | None = None) -> str:
        """Return a sum in this page's notation."""
        return self._won.format(f"{self.amount() if amount is None else amount:,}")

    def written(self, amount: int) -> str:
        """Return a sum as on contracts and estimates: spelled out, often with figures behind."""
        word = spelled(amount)
        return self.rng.choice(
            (
                f"금 {word}원정(₩{amount:,})",
                f"일금 {word}원정 (₩{amount:,})",
                f"금 {word}원",
                f"一金 {word} 원整 (￦{amount:,}-)",
                f"금{amount:,}원(금{word}원)",
            )
        )

    def account(self) -> str:
        return self.digits(self.pick("###-######-##-###|###-##-######|###-####-####-##|##########-##|####-##-#######"))

    def document_number(self) -> str:
        return self.digits(
            self.pick(
                f"제 {self._year}-### 호|{self._year}-####|제{self._year}-##호|{self._year}##-###|No. ######|&####"
            )
        )

    def reason(self) -> str:
        """Return a reason for a request: from the list, or words in a row."""
        rng = self.rng
        if rng.random() < 0.6:
            return rng.choice(office_words.REASONS)
        return value("phrase", self.vocabulary, rng)

    def subject(self) -> str:
        if self.rng.random() < 0.6:
            return self.rng.choice(office_words.SUBJECTS)
        return f"{compound(self.vocabulary, self.rng)} {self.pick('보고|요청|안내|건|협조 요청|승인 요청|실시 계획')}"

    def goods(self) -> str:
        return (
            self.rng.choice(office_words.GOODS) if self.rng.random() < 0.6 else value("item", self.vocabulary, self.rng)
        )

    def sentence(self) -> str:
        """Return running text on no topic of the form."""
        rng = self.rng
        if rng.random() < 0.6:
            return rng.choice(self.vocabulary.sentences)
        parts = [compound(self.vocabulary, rng) + rng.choice("은는이가을를의에") for _ in range(rng.randint(3, 8))]
        return " ".join(
            (*parts, rng.choice(("하여야 한다.", "처리합니다.", "않습니다.", "확인하였음.", "바랍니다.", "따른다.")))
        )


def spelled(amount: int) -> str:
    """Return a number in Hangul as on cheques, where also a leading one is spelled out.

    >>> spelled(1_200_000), spelled(10_050)
    ('일백이십만', '일만오십')
    """
    if amount == 0:
        return _DIGITS[0]
    text, group = "", 0
    while amount:
        amount, part = divmod(amount, 10_000)
        digits = [(part // 10**place % 10, place) for place in (3, 2, 1, 0)]
        said = "".join(_DIGITS[digit] + _PLACES[place] for digit, place in digits if digit)
        text = (said + _GROUPS[group] if said else "") + text
        group += 1
    return text
