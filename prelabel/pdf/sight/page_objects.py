"""Objects that draw a PDF page: texts, pictures, and everything else, also those inside form objects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from ctypes import c_void_p, cast
from dataclasses import dataclass, field
from typing import Any

from pypdfium2 import raw

from prelabel.geometry import compose, transform
from prelabel.page import Affine, Box

#: A picture is drawn as this square under its matrix.
_UNIT = Box(0, 0, 1, 1)
#: A shift by a power of two changes floats least.
_ELSEWHERE_PT = 1024.0


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture; `placed`: the map from the unit square to points of the page."""

    drawn: Any
    placed: Affine

    @property
    def box(self) -> Box:
        """The box around it in points of the page, y upwards."""
        return transform(self.placed, _UNIT)


@dataclass(frozen=True, slots=True)
class PageObjects:
    """PDFium's objects of a page in the order of drawing; the pictures are among the `others`, too.

    What form objects hold is among all of these.
    """

    texts: list[Any] = field(default_factory=list)
    others: list[Any] = field(default_factory=list)
    forms: list[Any] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)

    @property
    def picture_area(self) -> float:
        """The area of all pictures in square points; pictures that overlap both count."""
        return sum(abs(each.placed.a * each.placed.e - each.placed.b * each.placed.d) for each in self.pictures)


def page_objects(page: Any) -> PageObjects:
    """Return the objects of a pypdfium2 PdfPage. `others` holds the pictures, too."""
    found = PageObjects()
    _collect(found, page, raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject, Affine())
    return found


def address(drawn: Any) -> int:
    """Return the address of an object: PDFium hands out a new pointer to it each time."""
    return cast(drawn, c_void_p).value or 0


@contextmanager
def left_out(objects: Iterable[Any]) -> Iterator[None]:
    """Leave objects out of what is rendered inside the context."""
    objects = list(objects)
    for each in objects:
        raw.FPDFPageObj_SetIsActive(each, False)
    try:
        yield
    finally:
        for each in objects:
            raw.FPDFPageObj_SetIsActive(each, True)


@contextmanager
def unsaid(texts: Iterable[Any]) -> Iterator[None]:
    """Leave text objects out of a text that is read inside the context.

    PDFium drops letters that one of the objects just before has at the same place, active or not: so these objects are
    moved meanwhile.
    """
    texts = list(texts)
    with left_out(texts):
        for each in texts:
            raw.FPDFPageObj_Transform(each, 1, 0, 0, 1, _ELSEWHERE_PT, 0)
        try:
            yield
        finally:
            for each in texts:
                raw.FPDFPageObj_Transform(each, 1, 0, 0, 1, -_ELSEWHERE_PT, 0)


def _collect(
    found: PageObjects,
    container: Any,
    count: Callable[[Any], int],
    get: Callable[[Any, int], Any],
    to_page: Affine,
) -> None:
    for index in range(count(container)):
        drawn = get(container, index)
        kind = raw.FPDFPageObj_GetType(drawn)
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            found.texts.append(drawn)
        elif kind == raw.FPDF_PAGEOBJ_FORM:
            found.forms.append(drawn)
            inside = compose(to_page, _matrix(drawn))
            _collect(found, drawn, raw.FPDFFormObj_CountObjects, raw.FPDFFormObj_GetObject, inside)
        else:
            found.others.append(drawn)
            if kind == raw.FPDF_PAGEOBJ_IMAGE:
                found.pictures.append(Picture(drawn, compose(to_page, _matrix(drawn))))


def _matrix(drawn: Any) -> Affine:
    m = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(drawn, m)
    return Affine(m.a, m.c, m.e, m.b, m.d, m.f)
