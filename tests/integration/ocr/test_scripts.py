"""Print in scripts that no language has, with real Tesseract: left out and told; everything else stays."""

from __future__ import annotations

from functools import cache

import pytest
from PIL import Image, ImageDraw, ImageFont

from prelabel.ocr.choose import Choice
from prelabel.ocr.reading import read_image
from prelabel.ocr.remarks import SCRIPT_NOT_IN_LANGUAGES
from prelabel.ocr.tesseract.in_process import TesserocrEngine
from prelabel.ocr.tesseract.joining import is_hangul
from prelabel.page import Page
from tests.support.made_forms import FONTS
from tests.support.ocr_pages import ENGLISH, KOREAN, printed

#: Fonts with Chinese characters and kana.
BATANG, DOTUM = ("/usr/share/fonts/truetype/baekmuk/" + name for name in ("batang.ttf", "dotum.ttf"))
LATIN = FONTS["liberation"]
JAPANESE = (
    "請求書のおしらせ 2024-0312",
    "東京都千代田區丸の内一丁目 9番",
    "株式會社山田商事のみなさま",
    "電話番號はこちらです 03-1234-5678",
    "サービスとカタログのごあんない",
    "ありがとうございます 155,320",
)
GREEK = (
    "Αριθμός τιμολογίου 2024-0312",
    "Ημερομηνία έκδοσης Μαρτίου",
    "Διεύθυνση Λεωφόρος Συγγρού",
    "Περιγραφή Ποσότητα Τιμή Ποσό",
    "Γενικό σύνολο 1.553,20 ευρώ",
    "Πληρωτέο εντός τριάντα ημερών",
)
RUSSIAN = (
    "Счёт на оплату номер 2024-0312",
    "Дата выставления пятого марта",
    "Покупатель Торговый дом Восток",
    "Наименование Количество Цена",
    "Кресло на колёсиках обычное",
    "Оплатить в течение тридцати дней",
)
ARABIC = (
    "فاتورة رقم 2024-0312",
    "تاريخ الإصدار مارس",
    "العميل شركة الشرق للتجارة",
    "العنوان شارع الملك فهد الرياض",
    "الوصف الكمية السعر المبلغ",
    "يرجى الدفع خلال ثلاثين يوما",
)


@cache
def engine() -> TesserocrEngine:
    return TesserocrEngine(("eng", "kor"))


def drawn(lines: tuple[str, ...], font: str, *, dpi: int = 200) -> Image.Image:
    image = Image.new("L", (round(6.5 * dpi), round((0.8 + 0.45 * len(lines)) * dpi)), 255)
    face, latin = (ImageFont.truetype(name, round(12 * dpi / 72)) for name in (font, LATIN))
    for number, line in enumerate(lines):
        x = 0.5 * dpi
        for word in line.split():
            used = latin if word.isascii() else face
            ImageDraw.Draw(image).text((x, (0.4 + 0.45 * number) * dpi), word, font=used, fill=0)
            x += used.getlength(word) + 0.12 * dpi
    return image


def read(image: Image.Image) -> Page:
    return read_image(image, Choice(engine()))


@pytest.mark.parametrize(
    ("lines", "font", "script", "dpi"),
    [
        (JAPANESE, BATANG, "Chinese or Japanese", 200),
        (JAPANESE, DOTUM, "Chinese or Japanese", 150),
        (JAPANESE, BATANG, "Chinese or Japanese", 300),
        (GREEK, LATIN, "Cyrillic or Greek", 200),
        (RUSSIAN, LATIN, "Cyrillic or Greek", 200),
        (ARABIC, FONTS["dejavu"], "Arabic, Hebrew, Thai or Devanagari", 200),
    ],
)
def test_a_page_in_a_foreign_script_is_told_and_its_numbers_stay(
    lines: tuple[str, ...], font: str, script: str, dpi: int
) -> None:
    page = read(drawn(lines, font, dpi=dpi))

    [remark] = page.remarks
    assert remark.code == SCRIPT_NOT_IN_LANGUAGES
    assert remark.detail.startswith(script)
    assert "2024-0312" in [word.text for word in page.words]
    assert sum(any(map(is_hangul, word.text)) and word.confidence > 0.5 for word in page.words) <= 3


def test_an_address_in_a_foreign_script_leaves_the_rest_of_an_invoice() -> None:
    page = read(drawn((*ENGLISH[:3], *JAPANESE[1:3], *ENGLISH[3:]), BATANG))

    assert [remark.code for remark in page.remarks] == [SCRIPT_NOT_IN_LANGUAGES]
    texts = [word.text for word in page.words]
    assert set(" ".join(ENGLISH).split()) - set(texts) == set()
    assert not any(map(is_hangul, "".join(texts)))


@pytest.mark.parametrize("lines", [ENGLISH, KOREAN])
def test_pages_in_the_languages_have_no_remark(lines: tuple[str, ...]) -> None:
    assert read(printed(lines).image).remarks == ()
