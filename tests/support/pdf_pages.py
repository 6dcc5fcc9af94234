"""Small PDFs for the tests: born-digital pages in the styles of several programs, and unusual files written by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

from PIL import Image
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from tests.support.ocr_pages import ENGLISH, FONT, KOREAN

A4 = (595, 842)
_SIZE_PT, _LEADING_PT = 11, 28
_INVISIBLE = 3

#: Units in which a program writes text: lines, words or letters; only lines contain spaces.
Hand = Literal["lines", "words", "letters"]


def canvas(file: Any) -> Canvas:
    """Begin an A4 page in a font with Latin letters and Hangul."""
    if "Nanum" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont("Nanum", FONT))
    made = Canvas(str(file) if isinstance(file, Path) else file, pagesize=A4)
    made.setFont("Nanum", _SIZE_PT)
    return made


def write(made: Canvas, lines: Sequence[str], hand: Hand = "lines", *, left: float = 60, top: float = 780) -> None:
    """Write lines of text on a canvas."""
    for row, line in enumerate(lines):
        for piece, x in _pieces(line, hand):
            made.drawString(left + x, top - row * _LEADING_PT, piece)


def letter(path: Path, lines: Sequence[str] = ENGLISH + KOREAN, hand: Hand = "lines", *, pages: int = 1) -> Path:
    """Write a born-digital PDF with the same lines on each page."""
    made = canvas(path)
    for _ in range(pages):
        made.setFont("Nanum", _SIZE_PT)
        write(made, lines, hand)
        made.showPage()
    made.save()
    return path


def scan(path: Path, strips: Sequence[Image.Image], ocr: Sequence[str] = (), *, beneath: bool = False) -> Path:
    """Write a scan: an image in strips that fill the page, with the lines of OCR as invisible text or `beneath` it."""
    made = canvas(path)
    if beneath:
        write(made, ocr)
    top = float(A4[1])
    for strip in strips:
        height = A4[1] * strip.height / sum(each.height for each in strips)
        top -= height
        made.drawInlineImage(strip, 0, top, A4[0], height)
    if not beneath:
        text = made.beginText()
        text.setTextRenderMode(_INVISIBLE)
        text.setFont("Nanum", _SIZE_PT)
        for row, line in enumerate(ocr):
            text.setTextOrigin(60, 780 - row * _LEADING_PT)
            text.textOut(line)
        made.drawText(text)
    made.save()
    return path


def by_hand(
    content: bytes,
    *,
    page: bytes = b"/MediaBox[0 0 595 842]",
    catalog: bytes = b"",
    more: Sequence[bytes] = (),
    letters: Iterable[tuple[int, int]] | None = None,
    resources: bytes = b"",
) -> bytes:
    """Return a PDF of one page with this content stream.

    `page`, `catalog`, `resources`: additional entries of these objects; `more`: objects from number 6 on. /F is
    Helvetica in WinAnsiEncoding; `letters`: pairs (byte, code point) of its ToUnicode table.
    """
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding%s>>"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R" + catalog + b">>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F 5 0 R>>" + resources + b">>" + page + b">>",
        stream(content),
        font % (b"" if letters is None else b"/ToUnicode 6 0 R"),
    ]
    if letters is not None:
        table = _to_unicode(letters)
        objects.append(stream(table))
    objects += more
    file, offsets = BytesIO(b"%PDF-1.7\n"), []
    file.seek(0, 2)
    for number, body in enumerate(objects, 1):
        offsets.append(file.tell())
        file.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = file.tell()
    file.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    file.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
    file.write(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return file.getvalue()


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """Return the body of a stream object; `entries`: of its dictionary."""
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), entries, content)


def dynamic_xfa(*, parts: bool = False, template: str = "<template/>") -> bytes:
    """Return a dynamic XFA form with the page that non-Adobe programs show; its XML is one stream or in `parts`."""
    data = """<xfa:datasets xmlns:xfa="http://www.xfa.org/schema/xfa-data/1.0/"><xfa:data><form1>
      <person><name>Anna &amp; 이름</name><phone/></person><due>2024-03-05</due></form1></xfa:data></xfa:datasets>"""
    whole = f'<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/">{template}{data}</xdp:xdp>'
    xml = [template.encode(), data.encode()] if parts else [whole.encode()]
    streams = [stream(each) for each in xml]
    xfa = b"[(template) 6 0 R (datasets) 7 0 R]" if parts else b"6 0 R"
    catalog = b"/NeedsRendering true/AcroForm<</Fields[]/XFA " + xfa + b">>"
    return by_hand(b"BT /F 11 Tf 60 700 Td (Please wait...) Tj ET", catalog=catalog, more=streams)


def _pieces(line: str, hand: Hand) -> list[tuple[str, float]]:
    """Split a line into its units; return each with its start in points."""
    pattern = {"lines": r".+", "words": r"\S+", "letters": r"\S"}[hand]
    return [
        (match[0], pdfmetrics.stringWidth(line[: match.start()], "Nanum", _SIZE_PT))
        for match in re.finditer(pattern, line)
    ]


def _to_unicode(letters: Iterable[tuple[int, int]]) -> bytes:
    rows = [b"<%02x> <%04x>" % pair for pair in letters]
    return b"\n".join(
        (
            b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def",
            b"1 begincodespacerange <00> <ff> endcodespacerange",
            b"%d beginbfchar" % len(rows),
            *rows,
            b"endbfchar endcmap end end",
        )
    )
