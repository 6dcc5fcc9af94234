"""The form that is corrected: its picture, its page with all words, and the places of its texts."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from prelabel.page import Box, Entity, Link, Page, Word

FONT = "/usr/share/fonts/truetype/nanum/NanumGothic.ttf"
SIZE_PX = (800, 1000)
#: The form: each entity with its label, its field label, its text and its left top corner in pixels.
FORM = (
    ("HEADER", None, "신청서 Application", 300, 60),
    ("QUESTION", None, "성명", 80, 160),
    ("ANSWER", "CUSTOMER_NAME", "김민수 (인)", 220, 160),
    ("QUESTION", None, "Invoice No", 80, 220),
    ("ANSWER", "INVOICE_NUMBER", "NP-20418", 220, 220),
    ("QUESTION", None, "주소", 80, 280),
    ("ANSWER", "ADDRESS", "서울시", 220, 280),
    ("ANSWER", "ADDRESS", "강남구", 300, 280),
    ("QUESTION", None, "Total", 80, 340),
    ("ANSWER", "TOTAL", "1,250,000 원", 220, 340),
    ("QUESTION", None, "Item", 80, 440),
    ("QUESTION", None, "Qty", 300, 440),
    ("ANSWER", None, "Paper A4", 80, 490),
    ("ANSWER", None, "3", 300, 490),
    ("ANSWER", None, "Pen", 80, 540),
    ("ANSWER", None, "12", 300, 540),
)
LINKS = ((1, 2), (3, 4), (5, 6), (8, 9), (10, 12), (11, 13), (10, 14), (11, 15))
#: Words that no prediction draws: people draw them by hand.
MISSED = ("긴급 urgent", 500, 160)


def draw_form(path: Path) -> tuple[Path, Page, dict[str, Box]]:
    """Draw the form; return its file, its page, and the place of each text and each word."""
    image = Image.new("RGB", SIZE_PX, "white")
    pen, font = ImageDraw.Draw(image), ImageFont.truetype(FONT, 22)
    words: list[Word] = []
    entities: list[Entity] = []
    places: dict[str, Box] = {}
    for label, _, text, x, y in (*FORM, (None, None, *MISSED)):
        start, at = len(words), float(x)
        for part in text.split():
            box = Box(*(round(float(side), 1) for side in pen.textbbox((at, y), part, font=font)))
            pen.text((at, y), part, fill="black", font=font)
            words.append(Word(part, box, 0.95, "tesseract"))
            places[part] = box
            at = box.x1 + 8
        places[text] = Box(words[start].box.x0, min(w.box.y0 for w in words[start:]), words[-1].box.x1,
                           max(w.box.y1 for w in words[start:]))  # fmt: skip
        if label:
            entities.append(Entity(label, tuple(range(start, len(words))), 0.9))
    image.save(path, optimize=True)
    links = tuple(Link(source, target, 0.8) for source, target in LINKS)
    page = Page(*SIZE_PX, *SIZE_PX, words=tuple(words), entities=tuple(entities), links=links)
    return path, page, places
