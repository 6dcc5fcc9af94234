"""Words of real PDFs through PDFium: found where they stand, not trusted where a person sees something else."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageOps

from prelabel.geometry import iou
from prelabel.ocr.page.orientation import turned
from prelabel.page import Box
from prelabel.pdf.sight.page_sight import PageSight
from prelabel.pdf.text_layer import TextLayer
from prelabel.pdf.text_layer_check import checked_text_layer
from tests.support.ocr_pages import ENGLISH, KOREAN, printed
from tests.support.pdf_pages import A4, Hand, by_hand, canvas, letter, scan, write

DPI = 200
LINES = ENGLISH + KOREAN
TEXTS = [word for line in LINES for word in line.split()]
VISIBLE = b"BT /F 11 Tf 60 700 Td (Invoice Number 20417) Tj ET\n"


def read(pdf: Path | bytes, number: int = 0) -> tuple[TextLayer, Image.Image]:
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[number]
        shown = page.render(scale=DPI / 72, grayscale=True).to_pil()
        return checked_text_layer(PageSight(page, shown), shown), shown


def texts(layer: TextLayer) -> list[str]:
    return [word.text for word in layer.words]


def ink(upright: Image.Image, box: Box) -> Box:
    """Return the box around the dark pixels in and closely around a word's box."""
    x0, y0 = int(box.x0) - 4, int(box.y0) - 4
    found = ImageOps.invert(upright.crop((x0, y0, int(box.x1) + 5, int(box.y1) + 5)))
    left, top, right, bottom = found.point(lambda value: 255 * (value > 100)).getbbox() or (0, 0, 0, 0)
    return Box(x0 + left, y0 + top, x0 + right, y0 + bottom)


@pytest.mark.parametrize("hand", ["lines", "words", "letters"])
def test_every_word_is_found_whole_and_in_order(tmp_path: Path, hand: Hand) -> None:
    layer, _ = read(letter(tmp_path / "a.pdf", hand=hand))

    assert layer.flaw == ""
    assert texts(layer) == TEXTS
    assert {(word.engine, word.confidence) for word in layer.words} == {("text_layer", 1.0)}


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [b"", b"/CropBox[40 300 500 800]"])
def test_boxes_lie_around_the_ink_however_the_page_is_turned_and_cut(rotation: int, crop: bytes) -> None:
    page = b"/MediaBox[-20 -30 595 842]/Rotate %d%s" % (rotation, crop)
    layer, shown = read(by_hand(VISIBLE + b"BT /F 16 Tf 90 400 Td (Total) Tj 0 -200 Td (outside) Tj ET", page=page))

    assert layer.flaw == ""
    assert texts(layer)[:4] == ["Invoice", "Number", "20417", "Total"]
    assert ("outside" in texts(layer)) == (not crop)
    assert layer.quarters == -rotation // 90 % 4
    upright = turned(shown, layer.quarters)
    for word in layer.words:
        place = ink(upright, word.box)
        assert iou(word.box, place) > 0.8


def test_text_on_its_side_turns_the_page_and_single_words_do_not(tmp_path: Path) -> None:
    made = canvas(tmp_path / "a.pdf")
    made.translate(*A4)
    made.rotate(180)
    write(made, LINES)
    made.rotate(90)
    made.drawString(100, -30, "sideways")
    made.save()

    layer, shown = read(tmp_path / "a.pdf")

    assert (layer.quarters, layer.flaw) == (2, "")
    assert texts(layer)[:3] == ["Invoice", "Number", "20417"]
    (sideways,) = (word for word in layer.words if word.text == "sideways")
    assert sideways.box.height > 3 * sideways.box.width
    assert iou(ink(turned(shown, 2), sideways.box), sideways.box) > 0.8


def test_what_stands_apart_is_apart_and_what_stands_together_is_one_word() -> None:
    layer, _ = read(
        by_hand(
            b"BT /F 11 Tf 60 700 Td [(Qty)-3000(Am)-20(ount)-400(x)]TJ\n"
            b"0 -30 Td (cell) Tj 19 0 Td (next) Tj\n"
            b"-19 -30 Td (Name: ..........Date: ____________ Page . . . . . . 7) Tj\n"
            b"0 -30 Td (hyphen-) Tj 0 -14 Td (ated words) Tj ET"
        )
    )

    assert texts(layer) == [
        "Qty",
        "Amount",
        "x",
        "cell",
        "next",
        "Name:",
        "Date:",
        "Page",
        "7",
        "hyphen-",
        "ated",
        "words",
    ]


def test_letters_are_composed_and_ligatures_spelled_out() -> None:
    letters = [(code, {94: 0x301, 126: 0xFB03}.get(code, code)) for code in range(33, 127)]

    layer, _ = read(
        by_hand(b"BT /F 11 Tf 60 700 Td (Cafe^ o~ce soft\\255ware) Tj ET", letters=[*letters, (0xAD, 0xAD)])
    )

    assert texts(layer) == ["Café", "office", "soft-ware"]


def test_bold_text_that_is_drawn_twice_is_read_once() -> None:
    layer, _ = read(by_hand(VISIBLE + b"BT /F 11 Tf 60.3 700 Td (Invoice Number 20417) Tj ET"))

    assert texts(layer) == ["Invoice", "Number", "20417"]


@pytest.mark.parametrize("stamp", [b"0 Tr", b"0.8 g 0 Tr"])
def test_a_watermark_across_the_page_is_left_out(stamp: bytes) -> None:
    leaning = b"BT /F 70 Tf 0.7 0.7 -0.7 0.7 150 200 Tm (DRAFT) Tj ET"
    lines = b"".join(
        b"BT /F 11 Tf 60 %d Td (Please pay the total amount of 120.50 now) Tj ET\n" % y for y in range(100, 800, 20)
    )

    layer, _ = read(by_hand(lines + stamp + b" " + leaning))

    assert layer.flaw == ""
    assert "DRAFT" not in texts(layer)


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Image.Image:
    """Render a page of text, as a perfect scanner would."""
    return read(letter(tmp_path_factory.mktemp("scan") / "a.pdf"))[1]


def test_a_scan_has_no_text(tmp_path: Path, picture: Image.Image) -> None:
    assert "it holds no text" in read(scan(tmp_path / "a.pdf", [picture]))[0].flaw


@pytest.mark.parametrize("strips", [1, 7])
@pytest.mark.parametrize(("beneath", "says"), [(False, "a picture fills the page"), (True, "a picture fills the page")])
def test_a_scan_with_the_words_of_some_ocr(
    tmp_path: Path, picture: Image.Image, strips: int, beneath: bool, says: str
) -> None:
    edges = [picture.height * n // strips for n in range(strips + 1)]
    parts = [picture.crop((0, top, picture.width, bottom)) for top, bottom in pairwise(edges)]

    layer, _ = read(scan(tmp_path / "a.pdf", parts, LINES, beneath=beneath))

    assert says in layer.flaw


def test_a_scan_with_a_stamped_number(tmp_path: Path) -> None:
    made = canvas(tmp_path / "a.pdf")
    made.drawInlineImage(printed(ENGLISH * 2).image, 60, 100, 450, 640)
    write(made, ["Received 20417"])
    made.save()

    assert "no text: pictures" in read(tmp_path / "a.pdf")[0].flaw


def test_pages_with_a_logo_rules_and_a_signature_are_trusted(tmp_path: Path) -> None:
    made = canvas(tmp_path / "a.pdf")
    logo = Image.effect_noise((60, 40), 90)
    made.drawInlineImage(logo, 450, 770, 60, 40)
    made.grid([40 + 60 * n for n in range(9)], [300 + 28 * n for n in range(18)])
    made.bezier(400, 200, 420, 260, 440, 150, 480, 210)
    write(made, LINES)
    made.save()

    layer, _ = read(tmp_path / "a.pdf")

    assert layer.flaw == ""
    assert texts(layer) == TEXTS


def test_white_words_and_words_behind_a_picture_are_not_there(tmp_path: Path) -> None:
    made = canvas(tmp_path / "a.pdf")
    write(made, LINES)
    made.setFillGray(1)
    write(made, ["white on white"], top=300)
    made.setFillGray(0)
    write(made, ["covered"], top=250)
    made.drawInlineImage(Image.new("L", (20, 20), 255), 50, 230, 200, 40)
    made.save()

    layer, _ = read(tmp_path / "a.pdf")

    assert (layer.flaw, texts(layer)) == ("", TEXTS)


@pytest.mark.parametrize(
    "letters",
    [
        [(code, 0xE000 + code) for code in range(33, 127)],
        [(code, 0xFFFD) for code in range(33, 127)],
        [(code, 0) for code in range(33, 127)],
        [(code, code - 29) for code in range(33, 127)],
        [(code, 33 + code % 14) for code in range(33, 127)],
    ],
    ids=["private", "unknown", "zero", "shifted", "signs"],
)
def test_fonts_that_do_not_tell_their_letters(letters: list[tuple[int, int]]) -> None:
    assert "its fonts do not say" in read(by_hand(VISIBLE, letters=letters))[0].flaw


def test_letters_that_stand_for_other_letters() -> None:
    lines = b"".join(
        b"BT /F 11 Tf 60 %d Td (Please pay the total amount within thirty days) Tj ET\n" % y
        for y in range(500, 800, 20)
    )
    swapped = [(code, ord("bcdfghjklmnpqrstvwxz"[code % 20])) for code in range(97, 123)]

    assert read(by_hand(lines))[0].flaw == ""
    assert "its fonts do not say" in read(by_hand(lines, letters=swapped))[0].flaw


def test_bullets_of_a_private_font_do_not_spoil_a_page() -> None:
    lines = b"".join(
        b"BT /F 11 Tf 60 %d Td (~ Please pay the total amount within thirty days) Tj ET\n" % y
        for y in range(500, 800, 20)
    )
    own = [(code, 0xF0B7 if code == 126 else code) for code in range(33, 127)]

    layer, _ = read(by_hand(lines, letters=own))

    assert layer.flaw == ""
    assert texts(layer)[:3] == ["Please", "pay", "the"]


def test_what_chromium_prints() -> None:
    from playwright.sync_api import sync_playwright

    html = "".join(f"<p>{line}</p>" for line in LINES)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page()
        page.set_content(f"<body style='font-family: NanumGothic'>{html}</body>")
        pdf = page.pdf(format="A4")
        browser.close()

    layer, _ = read(pdf)

    assert (layer.flaw, texts(layer)) == ("", TEXTS)
