"""PDF files on the way in: whole, locked, broken, empty, huge; forms that people have filled in."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from PIL import Image, ImageChops, ImageOps
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from prelabel.errors import DocumentError, DocumentUnreadable, EngineUnavailable, ImageTooLarge, ImageUnreadable
from prelabel.images.sniff import is_pdf
from prelabel.pdf.document import PdfPage, open_pdf
from prelabel.pdf.form_fields import CHECKED, UNCHECKED
from prelabel.pdf.page_words import FormField
from prelabel.pdf.rendering import Color
from tests.support.pdf_pages import by_hand, canvas, dynamic_xfa, letter, stream, write

LIMIT = 10_000_000


def texts(path: Path, number: int = 1) -> list[str]:
    with open_pdf(path) as pdf:
        page = pdf.page(number, dpi=150, max_pixels=LIMIT)
    assert page.image.mode == "L"
    assert page.layer.trusted, page.layer.flaw
    return [word.text for word in page.layer.words]


def test_pages_by_number(tmp_path: Path) -> None:
    made = canvas(tmp_path / "a.pdf")
    for page in ("first page here", "second page here"):
        made.setFont("Nanum", 11)
        write(made, [page])
        made.showPage()
    made.save()

    with open_pdf(tmp_path / "a.pdf") as pdf:
        assert pdf.page_count == 2
        assert pdf.page(1, dpi=200, max_pixels=LIMIT).image.size == (1653, 2339)
    assert texts(tmp_path / "a.pdf", 2) == ["second", "page", "here"]


def test_what_people_filled_in_is_text(tmp_path: Path) -> None:
    made = canvas(tmp_path / "form.pdf")
    write(made, ["Name:"])
    made.acroForm.textfield(name="name", value="Anna Example", x=120, y=770, width=200, height=20, borderWidth=0)
    made.save()

    assert texts(tmp_path / "form.pdf") == ["Name:", "Anna", "Example"]


def refusal(path: Path, password: str | None = None) -> str:
    with pytest.raises(DocumentError) as caught, open_pdf(path, password):
        pass
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    whole = letter(tmp_path / "a.pdf").read_bytes()
    file = tmp_path / "bad.pdf"
    file.write_bytes(whole[:200])
    assert "end is missing" in refusal(file)
    file.write_bytes(b"%PDF-1.7\nnothing\nstartxref\n0\n%%EOF")
    assert "is broken" in refusal(file)
    assert "cannot be opened" in refusal(tmp_path / "gone.pdf")
    file.write_bytes(by_hand(b"").replace(b"/Kids[3 0 R]/Count 1", b"/Kids[     ]/Count 0"))
    assert "has no pages" in refusal(file)


def test_a_password_for_owners_only_locks_nobody_out(tmp_path: Path) -> None:
    made = Canvas(str(tmp_path / "a.pdf"), encrypt=StandardEncryption("", ownerPassword="owner"))
    made.drawString(60, 700, "open to read")
    made.save()

    assert texts(tmp_path / "a.pdf") == ["open", "to", "read"]


def test_a_page_too_large(tmp_path: Path) -> None:
    (tmp_path / "poster.pdf").write_bytes(by_hand(b"", page=b"/MediaBox[0 0 14000 14000]"))
    with (
        open_pdf(tmp_path / "poster.pdf") as pdf,
        pytest.raises(ImageTooLarge, match="lower PRELABEL_PDF_DPI, or raise"),
    ):
        pdf.page(1, dpi=200, max_pixels=100_000_000)


def test_a_broken_page_leaves_the_others(tmp_path: Path) -> None:
    data = letter(tmp_path / "a.pdf", pages=2).read_bytes()
    first = data.index(b"/Type /Page\n")
    (tmp_path / "a.pdf").write_bytes(data[:first] + b"/Type /Oops\n" + data[first + 12 :])

    with open_pdf(tmp_path / "a.pdf") as pdf:
        with pytest.raises(ImageUnreadable, match="page 1 of the PDF is broken"):
            pdf.page(1, dpi=100, max_pixels=LIMIT)
        assert pdf.page(2, dpi=100, max_pixels=LIMIT).layer.words


def test_a_page_is_turned_and_cut_as_it_is_meant_to_be_seen() -> None:
    content = b"BT /F 20 Tf 60 700 Td (Invoice) Tj 0 -600 Td (outside) Tj ET"
    page = page_of(by_hand(content, page=b"/MediaBox[0 0 595 842]/CropBox[40 300 500 800]/Rotate 90"))

    assert page.image.size == (1389, 1278)  # 500 x 460 points on its side
    (word,) = page.layer.words
    assert word.text == "Invoice"
    dark = ImageOps.invert(page.image).getbbox()
    assert dark is not None
    assert dark[0] == pytest.approx((700 - 300) / 72 * 200, abs=20)  # turned clockwise, the top is at the right
    assert dark[1] == pytest.approx((60 - 40) / 72 * 200, abs=10)


def page_of(pdf: bytes, color: Color = "auto") -> PdfPage:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.pdf"
        path.write_bytes(pdf)
        with open_pdf(path) as opened:
            return opened.page(1, dpi=200, max_pixels=LIMIT, color=color)


@pytest.mark.parametrize(
    ("content", "colored"),
    [
        (b"BT /F 11 Tf 60 700 Td (Paid) Tj ET", False),
        (b"1 0 0 rg BT /F 11 Tf 60 700 Td (Paid) Tj ET", True),
        (b"1 0.98 0.92 rg 0 0 595 842 re f 0 g BT /F 11 Tf 60 700 Td (old paper) Tj ET", False),
    ],
    ids=["black", "a red word", "yellowed"],
)
def test_colour_is_kept_where_a_page_has_any(content: bytes, colored: bool) -> None:
    assert page_of(by_hand(content)).image.mode == ("RGBX" if colored else "L")
    assert page_of(by_hand(content), "gray").image.mode == "L"
    assert page_of(by_hand(content), "color").image.mode == "RGBX"


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_pictures_look_the_same_in_all_modes(tmp_path: Path, mode: str) -> None:
    picture = Image.radial_gradient("L").convert(mode)
    if mode == "RGB":
        picture.paste((220, 30, 30), (40, 40, 90, 90))
    made = canvas(tmp_path / "a.pdf")
    made.drawInlineImage(picture, 100, 100, 400, 400)
    made.save()
    data = (tmp_path / "a.pdf").read_bytes()

    assert page_of(data).image.mode == ("L" if mode == "L" else "RGBX")
    gray, color = page_of(data, "gray").image, page_of(data, "color").image
    apart = ImageChops.difference(color.convert("RGB").convert("L"), gray)
    assert apart.point(lambda value: 255 * (value > 2)).getbbox() is None


def test_a_page_that_is_cut_to_nothing() -> None:
    with pytest.raises(ImageUnreadable, match="shows nothing"):
        page_of(by_hand(b"", page=b"/MediaBox[0 0 595 842]/CropBox[1000 1000 1200 1200]"))


def test_a_file_that_was_cut_short_is_not_taken_for_a_shorter_one(tmp_path: Path) -> None:
    whole = by_hand(b"BT /F 11 Tf 60 700 Td (words) Tj ET", more=[b"<<>>"] * 100)
    file = tmp_path / "a.pdf"
    for kept in (len(whole) // 2, len(whole) - 60):
        file.write_bytes(whole[:kept])
        assert "end is missing" in refusal(file)


@pytest.mark.parametrize(
    "tail",
    [
        bytes(4096),
        bytes(3 * 2**16),
        b"\n" * 5000,
        b"\r\n--=_part_17\r\nContent-Type: text/plain\r\n\r\n" + b"Sent from my telephone. " * 200,
        b"<!-- served in 0.03 s -->" * 400,
        bytes(range(256)) * 40,
    ],
    ids=["zeros", "many zeros", "lines", "a mail's footer", "a web server's comment", "any bytes"],
)
@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n", b"\xef\xbb\xbf"])
def test_bytes_of_others_around_a_pdf(tmp_path: Path, head: bytes, tail: bytes) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(head + by_hand(b"BT /F 11 Tf 60 700 Td (words) Tj ET") + tail)
    assert is_pdf(file.read_bytes())
    assert texts(file) == ["words"]

    file.write_bytes(head + by_hand(b"", more=[b"<<>>"] * 100)[:-60] + tail)
    assert "end is missing" in refusal(file)


def test_zeros_behind_a_locked_pdf(tmp_path: Path) -> None:
    made = Canvas(str(tmp_path / "a.pdf"), encrypt=StandardEncryption("secret", strength=128))
    made.drawString(60, 700, "locked")
    made.save()
    with (tmp_path / "a.pdf").open("ab") as file:
        file.write(bytes(8000))

    assert "asks for a password" in refusal(tmp_path / "a.pdf")
    with open_pdf(tmp_path / "a.pdf", "secret") as pdf:
        assert [word.text for word in pdf.page(1, dpi=100, max_pixels=LIMIT).layer.words] == ["locked"]


@pytest.mark.parametrize("tail", [b"", bytes(9000)], ids=["cut", "cut and filled up with zeros"])
def test_a_change_that_was_cut_off_is_not_left_out_in_silence(tmp_path: Path, tail: bytes) -> None:
    whole = by_hand(b"BT /F 11 Tf 60 700 Td (first) Tj ET")
    change = b"4 0 obj\n<</Length 40>>stream\nBT /F 11 Tf 60 700 Td (changed) Tj ET"
    (tmp_path / "a.pdf").write_bytes(whole + change + tail)
    assert "end is missing" in refusal(tmp_path / "a.pdf")

    # A PDF made for the web has an end behind its first page, before all others.
    web = whole.replace(b"2 0 obj", b"startxref\n0\n%%EOF\n2 0 obj", 1)
    (tmp_path / "a.pdf").write_bytes(web[: web.index(b"xref\n0 6")] + tail)
    assert "end is missing" in refusal(tmp_path / "a.pdf")


def test_a_password_opens_its_file(tmp_path: Path) -> None:
    made = Canvas(str(tmp_path / "a.pdf"), encrypt=StandardEncryption("secret", strength=128))
    made.drawString(60, 700, "locked")
    made.save()

    assert "asks for a password: save it without one" in refusal(tmp_path / "a.pdf")
    assert "has another password" in refusal(tmp_path / "a.pdf", "wrong")
    with open_pdf(tmp_path / "a.pdf", "secret") as pdf:
        assert [word.text for word in pdf.page(1, dpi=100, max_pixels=LIMIT).layer.words] == ["locked"]


def test_a_form_is_read_field_by_field(tmp_path: Path) -> None:
    made = canvas(tmp_path / "a.pdf")
    form, place = made.acroForm, {"x": 100, "width": 200, "height": 20}
    form.textfield(name="a.name", tooltip="Full name 이름", value="Anna Example", y=700, **place)
    form.textfield(name="due", value="2024-03-05", y=670, **place)
    form.textfield(name="blank", tooltip="Blank", value="", y=640, **place)
    form.textfield(name="pin", tooltip="PIN", value="1234", fieldFlags="password", y=610, **place)
    form.checkbox(name="terms", tooltip="I agree", checked=True, x=100, y=580)
    form.checkbox(name="news", tooltip="Newsletter", checked=False, x=100, y=550)
    for value, x in (("S", 100), ("M", 140)):
        form.radio(name="size", tooltip="Size", value=value, selected=value == "M", x=x, y=520)
    form.choice(name="hue", tooltip="Colour", value="r", options=[("Red", "r"), ("Blue", "b")], y=490, **place)
    form.listbox(name="days", tooltip="Days", value=["Tue"], options=["Mon", "Tue"], x=100, y=430, width=80, height=40)
    made.showPage()
    made.save()

    with open_pdf(tmp_path / "a.pdf") as pdf:
        page = pdf.page(1, dpi=144, max_pixels=LIMIT)

    assert [(field.key, field.name, field.value) for field in page.form_fields] == [
        ("Full name 이름", "a.name", "Anna Example"),
        ("due", "due", "2024-03-05"),
        ("I agree", "terms", CHECKED),
        ("Newsletter", "news", UNCHECKED),
        ("Size", "size", "M"),
        ("Colour", "hue", "Red"),
        ("Days", "days", "Tue"),
    ]
    box = page.form_fields[0].box
    assert box is not None
    assert (box.x0, box.y0, box.x1, box.y1) == pytest.approx((200, 244, 600, 284), abs=0.5)


FIELD = b"<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V(Anna Example)/Rect[120 690 300 710]/DA(/F 11 Tf 0 g)%s>>"
FORM = b"/AcroForm<</Fields[6 0 R]/DA(/F 11 Tf 0 g)/DR<</Font<</F 5 0 R>>>>%s>>"
WITH_FORM = b"/MediaBox[0 0 595 842]/Annots[6 0 R]"


def test_what_a_program_filled_in_without_drawing_it_is_drawn() -> None:
    page = page_of(by_hand(b"", page=WITH_FORM, catalog=FORM % b"", more=[FIELD % b""]))

    assert [word.text for word in page.layer.words] == ["Anna", "Example"]
    assert [field.value for field in page.form_fields] == ["Anna Example"]


@pytest.mark.parametrize(
    "field",
    [
        FIELD % b"/F 2",
        FIELD % b"/F 32",
        FIELD.replace(b"0 g)", b"1 g)") % b"",
        FIELD.replace(b"Rect[120 690 300 710]", b"Rect[920 690 1100 710]") % b"",
        FIELD.replace(b"Rect[120 690 300 710]", b"Rect[120 690 120 690]") % b"",
    ],
    ids=["hidden", "only printed", "white", "outside", "no size"],
)
def test_what_nobody_sees_is_no_field(field: bytes) -> None:
    page = page_of(by_hand(b"", page=WITH_FORM, catalog=FORM % b"", more=[field]))

    assert (page.layer.words, page.form_fields) == ((), ())


def test_a_field_in_a_layer_that_is_switched_off_is_none() -> None:
    layers = b"/OCProperties<</OCGs[7 0 R]/D<</OFF[7 0 R]>>>>"
    more = [FIELD % b"/OC 7 0 R", b"<</Type/OCG/Name(drafts)>>"]
    page = page_of(by_hand(b"", page=WITH_FORM, catalog=FORM % b"" + layers, more=more))
    on = page_of(by_hand(b"", page=WITH_FORM, catalog=FORM % b"" + layers.replace(b"/OFF", b"/ON"), more=more))

    assert (page.layer.words, page.form_fields) == ((), ())
    assert [field.value for field in on.form_fields] == ["Anna Example"]


def covered(field: bytes, cover: bytes) -> PdfPage:
    lines = b"".join(b"BT /F 11 Tf 60 %d Td (Please pay the total amount) Tj ET\n" % y for y in range(300, 600, 20))
    page = b"/MediaBox[0 0 595 842]/Annots[6 0 R 7 0 R]"
    return page_of(by_hand(lines, page=page, catalog=FORM % b"", more=[field, b"<<" + cover + b">>", TICKED, EMPTY]))


def drawing(content: bytes) -> bytes:
    return stream(content, b"/Type/XObject/Subtype/Form/BBox[0 0 20 20]")


TICKED = drawing(b"0 G .5 .5 19 19 re S 2 w 4 10 m 8 4 l 16 16 l S")
EMPTY = drawing(b"0 G .5 .5 19 19 re S")
BOX = (
    b"<</Type/Annot/Subtype/Widget/FT/Btn/T(terms)/V/%s/AS/%s/Rect[120 690 140 710]/AP<</N<</Yes 8 0 R/Off 9 0 R>>>>>>"
)
TICKED_BOX, EMPTY_BOX = BOX % (b"Yes", b"Yes"), BOX % (b"Off", b"Off")
OVER = b"/Type/Annot/Rect[118 688 302 712]"


@pytest.mark.parametrize(
    ("cover", "is_seen"),
    [
        (OVER + b"/Subtype/Square/IC[0 0 0]", False),
        (OVER + b"/Subtype/Square/IC[1 1 1]/C[1 1 1]", False),
        (OVER + b"/Subtype/Redact", False),
        (OVER + b"/Subtype/FreeText/C[1 1 0]/DA(/F 11 Tf 0 g)/Contents()", False),
        (OVER + b"/Subtype/Square/C[1 0 0]", True),
        (OVER + b"/Subtype/Highlight/C[1 1 0]/QuadPoints[118 712 302 712 118 688 302 688]", True),
        (OVER + b"/Subtype/Square/IC[0 0 0]/F 2", True),
    ],
    ids=["black", "white", "redaction", "text box", "frame", "highlight", "hidden"],
)
@pytest.mark.parametrize(
    ("field", "value"),
    [(FIELD % b"", "Anna Example"), (TICKED_BOX, CHECKED), (EMPTY_BOX, UNCHECKED)],
    ids=["text", "ticked", "empty"],
)
def test_what_is_covered_is_no_field(field: bytes, value: str, cover: bytes, is_seen: bool) -> None:
    page = covered(field, cover)

    assert [each.value for each in page.form_fields] == [value] * is_seen
    assert ("Anna" in [word.text for word in page.layer.words]) == (is_seen and value == "Anna Example")


def test_a_field_that_is_half_covered_is_none() -> None:
    page = covered(FIELD % b"", b"/Type/Annot/Subtype/Square/IC[0 0 0]/Rect[160 688 302 712]")

    assert page.form_fields == ()
    assert [word.text for word in page.layer.words][:2] == ["Anna", "Ex"]


def test_a_field_that_is_longer_than_its_place_is_whole() -> None:
    field = FIELD.replace(b"Rect[120 690 300 710]", b"Rect[120 690 150 710]") % b""

    assert [each.value for each in covered(field, b"").form_fields] == ["Anna Example"]


def test_a_field_that_shows_another_text_than_its_value_has_that_text() -> None:
    shows = stream(
        b"BT /F 11 Tf 2 5 Td ($1,234.50) Tj ET",
        b"/Type/XObject/Subtype/Form/BBox[0 0 180 20]/Resources<</Font<</F 5 0 R>>>>",
    )
    field = FIELD.replace(b"(Anna Example)", b"(1234.5)") % b"/AP<</N 7 0 R>>"
    page = page_of(by_hand(b"", page=WITH_FORM, catalog=FORM % b"", more=[field, shows]))

    assert [each.value for each in page.form_fields] == ["$1,234.50"]


@pytest.mark.parametrize("parts", [False, True])
def test_xfa_forms_that_hold_no_pages_tell_their_fields(tmp_path: Path, parts: bool) -> None:
    (tmp_path / "a.pdf").write_bytes(dynamic_xfa(parts=parts))

    with open_pdf(tmp_path / "a.pdf") as pdf:
        with pytest.raises(DocumentUnreadable, match="a dynamic XFA form"):
            _ = pdf.page_count
        with pytest.raises(DocumentUnreadable, match="print it to a PDF"):
            pdf.page(1, dpi=100, max_pixels=LIMIT)
        assert pdf.form_data() == (
            FormField("name", "form1.person.name", "Anna & 이름"),
            FormField("due", "form1.due", "2024-03-05"),
        )


@pytest.mark.parametrize(
    "field",
    [
        '<field name="name" presence="hidden"/>',
        '<field name="name" presence="invisible"/>',
        '<subform presence="hidden"><subform><field name="name"/></subform></subform>',
        '<field name="name"><ui><passwordEdit/></ui></field>',
    ],
    ids=["hidden", "invisible", "in a hidden part", "password"],
)
@pytest.mark.parametrize("parts", [False, True])
def test_fields_that_an_xfa_form_does_not_show(tmp_path: Path, parts: bool, field: str) -> None:
    space = 'xmlns="http://www.xfa.org/schema/xfa-template/3.3/"'
    template = f'<template {space}><subform name="form1">{field}<field name="due"/></subform></template>'
    (tmp_path / "a.pdf").write_bytes(dynamic_xfa(parts=parts, template=template))

    with open_pdf(tmp_path / "a.pdf") as pdf:
        assert [each.key for each in pdf.form_data()] == ["due"]


def test_xfa_forms_with_broken_data_tell_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(dynamic_xfa().replace(b"</form1>", b"</form2>"))

    with open_pdf(tmp_path / "a.pdf") as pdf:
        assert pdf.form_data() == ()


def test_static_xfa_forms_are_forms_as_any(capfd: pytest.CaptureFixture[str]) -> None:
    static = page_of(by_hand(b"", page=WITH_FORM, catalog=FORM % b"/XFA 4 0 R", more=[FIELD % b""]))

    assert [field.value for field in static.form_fields] == ["Anna Example"]
    assert capfd.readouterr() == ("", "")


def test_many_pages_take_no_more_memory_than_few(tmp_path: Path) -> None:
    import resource

    path = letter(tmp_path / "book.pdf", ["one line"], pages=1000)
    with open_pdf(path) as pdf:
        assert pdf.page_count == 1000
        for number in range(1, 11):
            pdf.page(number, dpi=200, max_pixels=LIMIT)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for number in range(10, pdf.page_count + 1, 5):
            pdf.page(number, dpi=50, max_pixels=LIMIT)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # kB


def test_pypdfium2_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(EngineUnavailable, match=r"pip install 'prelabel\[pdf\]'"), open_pdf(tmp_path / "a.pdf"):
        pass
