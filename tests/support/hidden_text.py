"""PDFs with a number that nobody sees, or that everybody sees, in as many ways as files of people do it.

Each page has the same lines of visible text, and a line `Resident No:` with the number `SECRET`.
"""

from __future__ import annotations

from collections.abc import Sequence

from tests.support.pdf_pages import by_hand, stream

SECRET = "900101-1234567"
LINES = (
    *("Name: Anna Example", "Date: 2024-03-05", "Phone: 02-123-4567", "Total: 1,250,000"),
    *("Please pay within thirty days", "Thank you for your order"),
)
#: The words of every page, apart from the number.
VISIBLE = [*" ".join(LINES).split(), "Resident", "No:"]

PAGE = b"/MediaBox[0 0 595 842]"
_BASE = b"".join(
    b"BT /F 11 Tf 0 g 60 %d Td (%s) Tj ET\n" % (780 - 20 * n, line.encode()) for n, line in enumerate(LINES)
)
_LABEL = b"BT /F 11 Tf 0 g 60 560 Td (Resident No:) Tj ET\n"
#: A box over the number.
BOX = b"195 555 100 20 re f\n"

_STATES = b"/ExtGState<</M<</BM/Multiply>>/A0<</ca 0/CA 0>>/A5<</ca 0.5>>/A9<</ca 0.9>>>>"
_SHADES = (
    b"/Shading<</Sh<</ShadingType 2/ColorSpace/DeviceGray/Coords[195 0 295 0]"
    b"/Function<</FunctionType 2/Domain[0 1]/C0[0]/C1[1]/N 1>>>>>>"
)
_LAYERS = b"/OCProperties<</OCGs[6 0 R 7 0 R]/D<</ON[7 0 R]/OFF[6 0 R]/Order[6 0 R 7 0 R]>>>>"
_GROUPS = (b"<</Type/OCG/Name(off)>>", b"<</Type/OCG/Name(on)>>")
_NAMES = b"/Properties<</Off 6 0 R/On 7 0 R>>"
_FONT = b"/Font<</F 5 0 R>>"


def number(
    pre: bytes = b"0 g", text: bytes = SECRET.encode(), *, x: float = 200, y: float = 560, size: float = 11
) -> bytes:
    """Return the operators that draw the number."""
    return b"q BT %s /F %g Tf %g %g Td (%s) Tj ET Q\n" % (pre, size, x, y, text)


def page_with(
    content: bytes,
    *,
    page: bytes = PAGE,
    catalog: bytes = b"",
    more: Sequence[bytes] = (),
    resources: bytes = b"",
) -> bytes:
    """Return a page with the visible lines, and this content."""
    return by_hand(_BASE + _LABEL + content, page=page, catalog=catalog, more=more, resources=resources)


def form_object(content: bytes, entries: bytes = b"/BBox[0 0 595 842]", resources: bytes = b"") -> bytes:
    """Return a form object that draws this content."""
    return stream(content, b"/Type/XObject/Subtype/Form/Resources<<" + _FONT + resources + b">>" + entries)


def with_annotation(body: bytes, *more: bytes) -> bytes:
    """Return a page that shows the number, with an annotation, object 6; `more`: objects from 7 on."""
    return page_with(number(), page=PAGE + b"/Annots[6 0 R]", more=[b"<</Type/Annot" + body + b">>", *more])


def _with_appearance(kind: bytes, content: bytes, flags: int = 4) -> bytes:
    body = b"/Subtype/%s/F %d/Rect[195 555 300 575]/AP<</N 7 0 R>>" % (kind, flags)
    return with_annotation(body, form_object(content, b"/BBox[195 555 300 575]"))


def hidden() -> dict[str, bytes]:
    """Return pages on which nobody can read the number."""
    over = {
        "black box": b"0 g " + BOX,
        "white box": b"1 g " + BOX,
        "red box": b"1 0 0 rg " + BOX,
        "wide gray box": b".9 g 190 550 405 30 re f",
        "box with a frame": b"1 g 0 G 2 w 195 555 105 20 re B",
        "thick line": b"0 G 16 w 195 564 m 295 564 l S",
        "lines side by side": b"0 G 2 w "
        + b" ".join(b"%g 555 m %g 575 l S" % (x / 2, x / 2) for x in range(390, 600, 5)),
        "ellipse": b"0 g 180 564 m 180 590 310 590 310 564 c 310 538 180 538 180 564 c f",
        "leaning box": b"q 0.985 0.17 -0.17 0.985 195 545 cm 0 g 0 -5 115 32 re f Q",
        "picture": b"q 105 0 0 20 195 555 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q",
        "stencil": b"q 1 1 1 rg 105 0 0 20 195 555 cm BI /W 8 /H 1 /IM true /BPC 1 ID \x00 EI Q",
        "thin lines left": b"0 g 195 555 105 20 re f 1 g 195 565 105 .4 re f",
    }
    own_colour = {
        "white": number(b"1 g"),
        "nearly white": number(b".95 g"),
        "nearly yellow on yellow": b"1 1 0 rg " + BOX + number(b"1 1 .04 rg"),
        "on a black box": b"0 g " + BOX + number(),
        "on a gray box": b".5 g " + BOX + number(b".5 g"),
        "on a coloured box": b"0 .4 .8 rg " + BOX + number(b"0 .4 .8 rg"),
        "invisible": number(b"3 Tr"),
        "as a clip": number(b"7 Tr"),
    }
    small = {f"{size} pt": number(size=size) for size in (0, 0.1, 1, 2)}
    narrow = {f"scaled to {scale} %": number(b"%d Tz" % scale) for scale in (0, 1)}
    elsewhere = {
        "outside": number(x=700),
        "below": number(y=-40),
        "clipped away": b"q 0 0 10 10 re W n " + number() + b"Q",
        "clipped to a strip": b"q 195 565 145 20 re W n " + number() + b"Q",
    }
    pages = {name: page_with(number() + cover) for name, cover in over.items()}
    pages |= {name: page_with(content) for name, content in (own_colour | small | narrow | elsewhere).items()}
    pages |= {
        "transparent": page_with(number(b"/A0 gs"), resources=_STATES),
        "nearly opaque box": page_with(number() + b"/A9 gs 0 g " + BOX, resources=_STATES),
        "shade": page_with(number() + b"q 195 555 105 20 re W n /Sh sh Q", resources=_SHADES),
        "box in a form object": page_with(
            number() + b"/X Do", resources=b"/XObject<</X 6 0 R>>", more=[form_object(b"0 g " + BOX)]
        ),
        "number in a form object": page_with(
            b"/X Do 0 g " + BOX, resources=b"/XObject<</X 6 0 R>>", more=[form_object(number())]
        ),
        "form object with another window": page_with(
            b"/X Do", resources=b"/XObject<</X 6 0 R>>", more=[form_object(number(), b"/BBox[0 0 100 100]")]
        ),
    }
    return pages | _switched_off() | _annotated() | _retyped()


def _switched_off() -> dict[str, bytes]:
    def page(content: bytes, resources: bytes = _NAMES, *more: bytes) -> bytes:
        return page_with(content, resources=resources, catalog=_LAYERS, more=[*_GROUPS, *more])

    def annotation(body: bytes, groups: Sequence[bytes] = _GROUPS, catalog: bytes = _LAYERS) -> bytes:
        body = b"<</Type/Annot/Subtype/Stamp/F 4/Rect[195 555 300 575]/AP<</N 9 0 R>>" + body + b">>"
        more = [*groups, body, form_object(number(), b"/BBox[195 555 300 575]")]
        return page_with(b"", page=PAGE + b"/Annots[8 0 R]", catalog=catalog, more=more)

    every_off = b"/OCProperties<</OCGs[6 0 R 7 0 R]/D<</BaseState/OFF/ON[7 0 R]>>>>"
    of_form = _NAMES + b"/XObject<</X 8 0 R>>"
    return {
        "layer": page(b"/OC /Off BDC " + number() + b"EMC"),
        "layer in a layer": page(b"/OC /Off BDC /OC /On BDC " + number() + b"EMC EMC"),
        "layer of a form object": page(b"/X Do", of_form, form_object(number(), b"/BBox[0 0 595 842]/OC 6 0 R")),
        "layer in a form object": page(
            b"/X Do", of_form, form_object(b"/OC /Off BDC " + number() + b"EMC", resources=_NAMES)
        ),
        "layer of an annotation": annotation(b"/OC 6 0 R"),
        "layer of an annotation, of which few are on": annotation(b"/OC 6 0 R", catalog=every_off),
        "layers of an annotation": annotation(b"/OC<</Type/OCMD/OCGs[6 0 R 7 0 R]/P/AllOn>>"),
        "layer of an annotation that is not on": annotation(b"/OC<</Type/OCMD/OCGs 7 0 R/P/AllOff>>"),
        "layers together": page(
            b"/OC /MD BDC " + number() + b"EMC",
            b"/Properties<</MD 8 0 R>>",
            b"<</Type/OCMD/OCGs[6 0 R 7 0 R]/P/AllOn>>",
        ),
    }


def _annotated() -> dict[str, bytes]:
    place = b"/Rect[195 555 300 575]"
    return {
        "square annotation": with_annotation(b"/Subtype/Square/IC[0 0 0]" + place),
        "white square annotation": with_annotation(b"/Subtype/Square/IC[1 1 1]/C[1 1 1]" + place),
        "circle annotation": with_annotation(b"/Subtype/Circle/Rect[180 530 310 600]/IC[1 1 1]"),
        "ink annotation": with_annotation(
            b"/Subtype/Ink/Rect[190 550 300 580]/InkList[[195 564 297 564]]/C[0 0 0]/BS<</W 18>>"
        ),
        "polygon annotation": with_annotation(
            b"/Subtype/Polygon/Rect[190 550 300 580]/Vertices[195 555 300 555 300 575 195 575]/IC[0 0 0]"
        ),
        "text box": with_annotation(b"/Subtype/FreeText/C[1 1 1]/DA(/Helv 11 Tf 0 g)/Contents()" + place),
        "redaction that was not carried out": with_annotation(b"/Subtype/Redact/IC[0 0 0]" + place),
        "redaction with a frame": with_annotation(b"/Subtype/Redact/C[1 0 0]" + place),
        "stamp": _with_appearance(b"Stamp", b"1 0 0 rg 195 555 105 20 re f"),
        "redaction with an appearance": _with_appearance(b"Redact", b"0 g 195 555 105 20 re f"),
    }


def _retyped() -> dict[str, bytes]:
    return {
        "retyped": page_with(number() + b"1 g " + BOX + number(text=b"-")),
        "overtyped with blocks": page_with(number() + b"0 g " + b"".join(_blocks())),
        "named otherwise": page_with(
            b"/Span <</ActualText(%s)>> BDC " % SECRET.encode() + number(text=b"-") + b"EMC",
        ),
    }


def _blocks() -> list[bytes]:
    """Return bullets so large that they are one bar."""
    return [b"BT /F 70 Tf %d 539 Td (\\225) Tj ET\n" % x for x in range(184, 300, 10)]


def seen() -> dict[str, bytes]:
    """Return pages on which everybody can read the number."""
    place = b"/Rect[195 555 300 575]"
    quads = b"/QuadPoints[195 575 300 575 195 555 300 555]" + place
    plain = {
        "plain": number(),
        "struck through": number() + b"0 G 1 w 195 564 m 300 564 l S",
        "underlined": number() + b"0 G 1 w 195 558 m 300 558 l S",
        "framed": number() + b"1 0 0 RG 1 w 195 555 105 20 re S",
        "on a colour": b"1 .8 .2 rg " + BOX + number(),
        "white on dark": b".1 .1 .4 rg " + BOX + number(b"1 g"),
        "red on green of one gray": b"0 .5 0 rg " + BOX + number(b"1 0 0 rg"),
        "pale": number(b".85 g"),
        "yellow": number(b"1 1 0 rg"),
        "dark blue on black": b"0 g " + BOX + number(b"0 0 .4 rg"),
        "outlined": number(b"1 Tr .3 w"),
        "bold by its outline": number(b"2 Tr .5 w"),
        "bold by drawing twice": number() + number(x=200.3),
        "with a shadow": number(b".7 g", x=201, y=559) + number(),
        "small": number(size=4),
        "large": number(size=24),
        "over a watermark": b"BT .85 g /F 60 Tf .7 .7 -.7 .7 180 520 Tm (DRAFT) Tj ET\n" + number(),
        "on a picture": b"q 105 0 0 20 195 555 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \xe0 EI Q " + number(),
        "clipped to its cell": b"q 195 555 105 20 re W n " + number() + b"Q",
        "clipped by an odd shape": b"q 190 550 m 310 550 l 320 565 l 310 580 l 190 580 l h W n " + number() + b"Q",
    }
    pages = {name: page_with(content) for name, content in plain.items()}
    return pages | {
        "half transparent": page_with(number(b"/A5 gs"), resources=_STATES),
        "beneath a half transparent box": page_with(number() + b"/A5 gs 0 g " + BOX, resources=_STATES),
        "marked with a highlighter": page_with(number() + b"/M gs 1 1 0 rg " + BOX, resources=_STATES),
        "beneath a half transparent watermark": page_with(
            number() + b"/A5 gs BT .8 g /F 60 Tf .7 .7 -.7 .7 180 520 Tm (DRAFT) Tj ET", resources=_STATES
        ),
        "layer that is on": page_with(
            b"/OC /On BDC " + number() + b"EMC", resources=_NAMES, catalog=_LAYERS, more=_GROUPS
        ),
        "named as it is": page_with(b"/Span <</ActualText(%s)>> BDC " % SECRET.encode() + number() + b"EMC"),
        "framed by an annotation": with_annotation(b"/Subtype/Square/C[1 0 0]" + place),
        "highlight": with_annotation(b"/Subtype/Highlight/C[1 1 0]" + quads),
        "strike-out": with_annotation(b"/Subtype/StrikeOut/C[1 0 0]" + quads),
        "link": with_annotation(b"/Subtype/Link/Border[0 0 1]" + place),
        "note": with_annotation(b"/Subtype/Text/Contents(look)/Open true" + place),
        "stamp in a layer that is off": page_with(
            number(),
            page=PAGE + b"/Annots[8 0 R]",
            catalog=_LAYERS,
            more=[
                *_GROUPS,
                b"<</Type/Annot/Subtype/Stamp/F 4/OC 6 0 R/Rect[195 555 300 575]/AP<</N 9 0 R>>>>",
                form_object(b"0 g " + BOX, b"/BBox[195 555 300 575]"),
            ],
        ),
        "annotation in a layer that is on": page_with(
            b"",
            page=PAGE + b"/Annots[8 0 R]",
            catalog=_LAYERS,
            more=[
                *_GROUPS,
                b"<</Type/Annot/Subtype/Stamp/F 4/OC 7 0 R/Rect[195 555 300 575]/AP<</N 9 0 R>>>>",
                form_object(number(), b"/BBox[195 555 300 575]"),
            ],
        ),
        "hidden stamp": _with_appearance(b"Stamp", b"1 0 0 rg 195 555 105 20 re f", flags=2),
        "stamp with a frame": _with_appearance(b"Stamp", b"1 0 0 RG 2 w 196 556 103 18 re S"),
    }


def half_hidden() -> dict[str, tuple[bytes, list[str]]]:
    """Return pages on which a part of the number is hidden, with the words that are left of it."""
    return {
        "end beneath a box": (page_with(number() + b"0 g 240 555 60 20 re f"), ["900101"]),
        "start beneath a box": (page_with(number() + b"1 g 195 555 41 20 re f"), ["1234567"]),
        "middle beneath a box": (page_with(number() + b"0 g 224 555 26 20 re f"), ["9001", "34567"]),
        "end beneath a picture": (
            page_with(number() + b"q 60 0 0 20 240 555 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q"),
            ["900101"],
        ),
        "end clipped": (page_with(b"q 195 555 45 20 re W n " + number() + b"Q"), ["900101"]),
        "end outside": (page_with(number(), page=PAGE + b"/CropBox[0 0 240 842]"), ["900101"]),
        "end beneath an annotation": (
            with_annotation(b"/Subtype/Square/IC[0 0 0]/Rect[239 555 300 575]"),
            ["900101"],
        ),
    }
