"""Text of a PDF that nobody sees is in no output; what is seen stays, and what covers text is read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont

from prelabel.api.reading import read as read_file
from prelabel.ocr.choose import Choice
from prelabel.ocr.engines import choice_for
from prelabel.ocr.reading import read_image
from prelabel.pdf.document import PdfPage, open_pdf
from prelabel.settings import Settings
from tests.support.hidden_text import LINES, PAGE, SECRET, VISIBLE, half_hidden, hidden, number, page_with, seen
from tests.support.ocr_pages import FONT
from tests.support.pdf_pages import canvas, write

HIDDEN, SEEN, HALF = hidden(), seen(), half_hidden()


@pytest.fixture(scope="module")
def choice() -> Choice:
    settings = Settings(_env_file=None)
    return choice_for(settings, settings.for_project(0))


def page_of(folder: Path, pdf: bytes, **how: Any) -> PdfPage:
    (folder / "a.pdf").write_bytes(pdf)
    with open_pdf(folder / "a.pdf") as opened:
        return opened.page(1, **{"dpi": 200, "max_pixels": 20_000_000, **how})


def said(page: PdfPage) -> list[str]:
    assert page.layer.flaw == ""
    return [word.text for word in page.layer.words]


@pytest.mark.parametrize("name", HIDDEN)
def test_what_nobody_sees_is_not_said(tmp_path: Path, name: str) -> None:
    words = said(page_of(tmp_path, HIDDEN[name]))

    assert [word for word in words if any(char.isalnum() for char in word)] == VISIBLE


@pytest.mark.parametrize("name", SEEN)
def test_what_everybody_sees_is_said(tmp_path: Path, name: str) -> None:
    assert sorted(said(page_of(tmp_path, SEEN[name]))) == sorted([*VISIBLE, SECRET])


@pytest.mark.parametrize("name", HALF)
def test_of_a_word_that_is_half_hidden_the_other_half_is_left(tmp_path: Path, name: str) -> None:
    pdf, left = HALF[name]
    assert said(page_of(tmp_path, pdf)) == [*VISIBLE, *left]


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("dpi", [72, 150, 300, 400])
@pytest.mark.parametrize("color", ["auto", "gray", "color"])
def test_however_the_page_is_turned_and_rendered(tmp_path: Path, rotation: int, dpi: int, color: str) -> None:
    page = PAGE + b"/CropBox[20 30 500 800]/Rotate %d" % rotation
    covered = (
        number() + b"0 g 195 555 100 20 re f " + number(x=100, y=300) + number(x=300, y=300) + b"1 g 90 290 120 30 re f"
    )

    words = said(page_of(tmp_path, page_with(covered, page=page), dpi=dpi, color=color))

    assert words == [*VISIBLE, SECRET]


def picture(text: str, paper: str = "white") -> Image.Image:
    """Draw a line of text as a picture of 200 dpi, large enough for all that it covers."""
    font = ImageFont.truetype(FONT, 39)
    shown = Image.new("RGB", (max(480, round(font.getlength(text)) + 60), 80), paper)
    ImageDraw.Draw(shown).text((30, 16), text, font=font, fill="black")
    return shown


COVERS = [
    (("Resident No", "900101-1234567"), 60, 500, (0.0, 0.0, 0.0)),
    (("주민등록번호", "900101-1234567"), 200, 300, (1.0, 1.0, 1.0)),
    (("성명", "김민수"), 120, 560, (0.2, 0.2, 0.2)),
    (("계좌번호", "110-234-567890"), 60, 120, (0.9, 0.1, 0.1)),
    (("Card", "4111 1111 1111 1111"), 240, 420, (0.5, 0.5, 0.5)),
    (("Straße", "Müllerstraße 12"), 60, 200, (0.1, 0.4, 0.2)),
]


@pytest.mark.parametrize(("pair", "x", "y", "rgb"), COVERS, ids=[pair[0] for pair, *_ in COVERS])
@pytest.mark.parametrize("instead", ["", "9,999"], ids=["covered", "retyped"])
def test_boxes_over_values(
    tmp_path: Path, pair: tuple[str, str], x: float, y: float, rgb: tuple[float, float, float], instead: str
) -> None:
    key, value = pair
    made = canvas(tmp_path / "b.pdf")
    write(made, LINES)
    made.drawString(x, y, key)
    made.drawString(x + 110, y, value)
    made.setFillColorRGB(*rgb)
    made.rect(x + 105, y - 4, 130, 16, stroke=0, fill=1)
    made.setFillGray(0 if sum(rgb) > 1 else 1)
    made.drawString(x + 110, y, instead)
    made.save()

    words = said(page_of(tmp_path, (tmp_path / "b.pdf").read_bytes()))

    assert sorted(words) == sorted([*" ".join(LINES).split(), *key.split(), *instead.split()])


PICTURES = [
    ("Placeholder Name Here", "Kim Minsu", "white"),
    ("Name of the signer", "홍길동 (인)", "white"),
    ("1,000,000", "9,999,999", "#ffffcc"),
    ("여기에 서명하십시오", "Anna Example", "#eeeeff"),
    ("2024-01-01", "2025-12-31", "white"),
    ("Sign here", "", "white"),
]


@pytest.mark.parametrize("rotation", [0, 90])
@pytest.mark.parametrize(("beneath", "shows", "paper"), PICTURES, ids=[beneath for beneath, *_ in PICTURES])
def test_pictures_over_words(
    tmp_path: Path, choice: Choice, beneath: str, shows: str, paper: str, rotation: int
) -> None:
    made = canvas(tmp_path / "b.pdf")
    write(made, LINES)
    made.drawString(60, 400, "Signed by")
    made.drawString(200, 400, beneath)
    pasted = picture(shows, paper)
    made.drawInlineImage(pasted, 190, 390, pasted.width * 72 / 200, pasted.height * 72 / 200)
    made.save()
    turned = (tmp_path / "b.pdf").read_bytes().replace(b"/Rotate 0 ", b"/Rotate %-2d" % rotation)

    page = page_of(tmp_path, turned)
    words = said(page)
    read = read_image(page.image.convert("L"), choice, page.layer)

    assert sorted(words) == sorted([*" ".join(LINES).split(), "Signed", "by"])
    assert [word.text for word in read.words if word.engine == "text_layer"] == words
    assert "".join(word.text for word in read.words if word.engine != "text_layer") == shows.replace(" ", "")


@pytest.mark.parametrize("look", ["noise", "gradient", "checks", "bars"])
def test_pictures_without_writing_over_words(tmp_path: Path, choice: Choice, look: str) -> None:
    checks = Image.new("L", (50, 12))
    checks.putdata([255 * ((n % 50 + n // 50) % 2) for n in range(600)])
    bars = Image.new("L", (100, 1))
    bars.putdata([255 * (n * n % 7 % 2) for n in range(100)])
    pictures = {
        "noise": Image.effect_noise((400, 100), 90),
        "gradient": Image.linear_gradient("L").rotate(90).resize((400, 100)),
        "checks": checks.resize((400, 96), Image.Resampling.NEAREST),
        "bars": bars.resize((400, 100), Image.Resampling.NEAREST),
    }
    made = canvas(tmp_path / "b.pdf")
    write(made, LINES)
    made.drawString(200, 400, "Placeholder Name Here")
    made.drawInlineImage(pictures[look], 190, 380, 200, 50)
    made.save()

    page = page_of(tmp_path, (tmp_path / "b.pdf").read_bytes())

    assert said(page) == " ".join(LINES).split()
    assert read_image(page.image.convert("L"), choice, page.layer).words == page.layer.words


FILES = Path(__file__).parents[2] / "data" / "hidden_text"
FIELDS = {
    "Name": "Kim Minsu",
    "Date": "2024-03-05",
    "Amount": "1,000 won",
    "Address": "Seoul Mapo",
    "Phone": "02-123-4567",
    "Remark": "none at all",
}


@pytest.mark.parametrize(
    ("name", "fields", "gone"),
    [
        ("black_box_0pt", FIELDS, "900101-1234567"),
        ("whiteout_retyped", FIELDS | {"Amount": "9,999"}, "1,000"),
        ("picture_over_text", FIELDS, "Placeholder"),
    ],
)
def test_key_values_of_files_with_something_to_hide(name: str, fields: dict[str, str], gone: str) -> None:
    made = read_file(FILES / f"{name}.pdf", settings=Settings(_env_file=None))

    assert {field["key"]: field["value"] for field in made["fields"]} == fields
    assert gone not in json.dumps(made)


@pytest.mark.parametrize(
    "content",
    [
        b"q 1e9 0 0 1e9 0 0 cm " + number() + b"Q",
        b"BT /F 1e7 Tf 200 560 Td (900101-1234567) Tj ET",
        b"q q q Q 0 0 0 0 re f",
    ],
    ids=["a huge map", "a huge font", "no size"],
)
def test_odd_numbers_hurt_nobody(tmp_path: Path, content: bytes) -> None:
    assert said(page_of(tmp_path, page_with(content))) == VISIBLE


RETYPED = [("2,500", "2,600"), ("2,500", "25,000,000"), ("1,000,000", "9,870"), ("2,500", " 2,500"), ("12-34", "12-43")]


@pytest.mark.parametrize(("old", "new"), RETYPED, ids=[f"{old} to {new}" for old, new in RETYPED])
@pytest.mark.parametrize("hand", ["lines", "values", "letters"])
def test_values_retyped_at_the_same_place(tmp_path: Path, old: str, new: str, hand: str) -> None:
    def value(text: str) -> bytes:
        if hand == "letters":  # of one width in Helvetica, but for the signs
            steps = [6.1 if char.isdigit() else 3.1 for char in text]
            return b"".join(number(text=c.encode(), x=200 + sum(steps[:n])) for n, c in enumerate(text))
        line = hand == "lines" and text is old
        return number(text=f"Sum {text}".encode(), x=174.5) if line else number(text=text.encode())

    box = b"1 g 199 555 100 20 re f "
    words = said(page_of(tmp_path, page_with(value(old) + box + value(new))))

    assert [word for word in words if word != "Sum"] == [*VISIBLE, new.strip()]


@pytest.mark.parametrize("over", ["XXXXXXXXXXXX", "VOIDVOIDVOID", "###ANNUL###"])
def test_a_number_typed_over_is_not_said(tmp_path: Path, over: str) -> None:
    words = said(page_of(tmp_path, page_with(number() + number(text=over.encode(), x=199, size=12))))

    assert words == VISIBLE


def test_of_a_redaction_over_two_lines_only_its_parts_are_covered(tmp_path: Path) -> None:
    lines = number(text=b"Account held 998-2210") + number(text=b"4417-2 remains open", x=60, y=540)
    quads = b"[268 571 320 571 268 557 320 557 58 551 95 551 58 537 95 537]"
    mark = b"<</Type/Annot/Subtype/Redact/Rect[58 537 320 571]/QuadPoints%s>>" % quads
    page = page_with(lines, page=PAGE + b"/Annots[6 0 R]", more=[mark])

    assert said(page_of(tmp_path, page)) == [*VISIBLE, "Account", "held", "remains", "open"]
