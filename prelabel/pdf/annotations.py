"""Annotations of a PDF page, drawn as parts of it: also those that other programs draw and PDFium does not.

What is marked for redaction is covered, as it will be once the redaction is carried out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ctypes import c_uint
from dataclasses import dataclass
from typing import Any

from pypdfium2 import raw

from prelabel.pdf.layers import Quadrilateral, annotations_switched_off, quadrilaterals

#: Flags of an annotation that is not shown (PDF 32000-1, table 165): hidden, and not on screens.
UNSEEN = raw.FPDF_ANNOT_FLAG_HIDDEN | raw.FPDF_ANNOT_FLAG_NOVIEW
#: Kinds that PDFium gives an appearance where the file has none; it does so when it first renders them.
_DRAWN_BY_PDFIUM = frozenset(
    {
        raw.FPDF_ANNOT_CIRCLE,
        raw.FPDF_ANNOT_FREETEXT,
        raw.FPDF_ANNOT_HIGHLIGHT,
        raw.FPDF_ANNOT_INK,
        raw.FPDF_ANNOT_SQUARE,
        raw.FPDF_ANNOT_SQUIGGLY,
        raw.FPDF_ANNOT_STRIKEOUT,
        raw.FPDF_ANNOT_UNDERLINE,
    }
)


@dataclass(frozen=True, slots=True)
class _Area:
    """A filled area with its corners in points."""

    corners: tuple[tuple[float, float], ...]
    rgb: tuple[int, int, int]


def hide_unseen(document: Any, page: Any, number: int) -> None:
    """Hide the annotations of page `number`, from 0, that are not for screens, or whose layer is switched off.

    PDFium would draw them.
    """
    in_layers = any(raw.FPDFAnnot_HasKey(each, b"OC") for each in annotations_of(page))
    switched_off = annotations_switched_off(document, number) if in_layers else frozenset[int]()
    for index in range(raw.FPDFPage_GetAnnotCount(page)):
        with _opened(page, index) as annotation:
            flags = raw.FPDFAnnot_GetFlags(annotation)
            if flags & UNSEEN or index in switched_off:
                raw.FPDFAnnot_SetFlags(annotation, flags | raw.FPDF_ANNOT_FLAG_HIDDEN)


def flattened(document: Any, page: Any, number: int) -> tuple[Any, list[Any]]:
    """Return page `number`, from 0, of a PdfDocument with its annotations as parts of it, and their form objects."""
    if not raw.FPDFPage_GetAnnotCount(page):
        return page, []
    # First: PDFium tells the colours only of annotations that have no appearance.
    parts = quadrilaterals(document, number) if any(map(_is_redaction, annotations_of(page))) else {}
    areas = [area for index, each in _numbered(page) for area in _areas(each, parts.get(index))]
    if any(_lacks_appearance(each) for each in annotations_of(page)):
        page.render(scale=1 / max(page.get_size()), may_draw_forms=False)
    own = raw.FPDFPage_CountObjects(page)
    if raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY):
        page.close()
        page = document[number]
    drawn = _drawn(page, own)
    for area in areas:
        raw.FPDFPage_InsertObject(page, _path(area))
    return page, drawn


def annotations_of(page: Any) -> Iterator[Any]:
    """Yield the annotations of a page in the order of drawing, each open until the next one."""
    for _, annotation in _numbered(page):
        yield annotation


def _numbered(page: Any) -> Iterator[tuple[int, Any]]:
    for index in range(raw.FPDFPage_GetAnnotCount(page)):
        with _opened(page, index) as annotation:
            if annotation:
                yield index, annotation


@contextmanager
def _opened(page: Any, index: int) -> Iterator[Any]:
    annotation = raw.FPDFPage_GetAnnot(page, index)
    try:
        yield annotation
    finally:
        raw.FPDFPage_CloseAnnot(annotation)


def _drawn(page: Any, own: int) -> list[Any]:
    """Return an object for each annotation: PDFium puts them into one form object behind the page's `own` objects."""
    if raw.FPDFPage_CountObjects(page) <= own:
        return []
    whole = raw.FPDFPage_GetObject(page, own)
    return [raw.FPDFFormObj_GetObject(whole, index) for index in range(max(0, raw.FPDFFormObj_CountObjects(whole)))]


def _lacks_appearance(annotation: Any) -> bool:
    return raw.FPDFAnnot_GetSubtype(annotation) in _DRAWN_BY_PDFIUM and not raw.FPDFAnnot_HasKey(annotation, b"AP")


def _is_redaction(annotation: Any) -> bool:
    return bool(raw.FPDFAnnot_GetSubtype(annotation) == raw.FPDF_ANNOT_REDACT)


def _areas(annotation: Any, parts: Sequence[Quadrilateral] | None) -> Iterator[_Area]:
    """Yield what PDFium does not fill of an annotation that covers the page; `parts`: those of a mark for redaction."""
    color = _inner_color(annotation)
    if _is_redaction(annotation):
        for corners in map(_around, parts) if parts else [_rectangle(annotation)]:
            yield _Area(corners, color or (0, 0, 0))
    elif raw.FPDFAnnot_GetSubtype(annotation) == raw.FPDF_ANNOT_POLYGON and color:
        corners = _vertices(annotation)
        if len(corners) > 2 and not raw.FPDFAnnot_GetFlags(annotation) & UNSEEN:
            yield _Area(corners, color)


def _inner_color(annotation: Any) -> tuple[int, int, int] | None:
    """Return the colour inside an annotation; None without one, and where the file has its appearance."""
    which = raw.FPDFANNOT_COLORTYPE_InteriorColor
    red, green, blue, alpha = (c_uint() for _ in range(4))
    known = raw.FPDFAnnot_HasKey(annotation, b"IC") and raw.FPDFAnnot_GetColor(
        annotation, which, red, green, blue, alpha
    )
    return (red.value, green.value, blue.value) if known else None


def _rectangle(annotation: Any) -> Quadrilateral:
    at = raw.FS_RECTF()
    raw.FPDFAnnot_GetRect(annotation, at)
    return _around(((at.left, at.bottom), (at.right, at.top)))


def _around(points: Sequence[tuple[float, float]]) -> Quadrilateral:
    """Return the corners of the rectangle around points: programs name corners in several orders."""
    xs, ys = zip(*points, strict=True)
    left, right, bottom, top = min(xs), max(xs), min(ys), max(ys)
    return (left, bottom), (right, bottom), (right, top), (left, top)


def _vertices(annotation: Any) -> tuple[tuple[float, float], ...]:
    count = raw.FPDFAnnot_GetVertices(annotation, None, 0)
    points = (raw.FS_POINTF * count)()
    raw.FPDFAnnot_GetVertices(annotation, points, count)
    return tuple((point.x, point.y) for point in points)


def _path(area: _Area) -> Any:
    first, *others = area.corners
    path = raw.FPDFPageObj_CreateNewPath(*first)
    for corner in others:
        raw.FPDFPath_LineTo(path, *corner)
    raw.FPDFPath_Close(path)
    raw.FPDFPageObj_SetFillColor(path, *area.rgb, 255)
    raw.FPDFPath_SetDrawMode(path, raw.FPDF_FILLMODE_WINDING, 0)
    return path
