"""Pictures on a PDF page: how much of it they cover."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pypdfium2 import raw


def picture_area(page: Any) -> float:
    """Return the area of all pictures on a pypdfium2 PdfPage in square points; pictures that overlap both count."""
    return _pictures(page, raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject)


def _pictures(container: Any, count: Callable[[Any], int], get: Callable[[Any, int], Any]) -> float:
    """Return the area of all pictures in square points of the container, pictures inside form objects included."""
    area = 0.0
    for index in range(count(container)):
        drawn = get(container, index)
        kind = raw.FPDFPageObj_GetType(drawn)
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            area += _scale(drawn)  # a picture is a unit square under its matrix
        elif kind == raw.FPDF_PAGEOBJ_FORM:
            area += _scale(drawn) * _pictures(drawn, raw.FPDFFormObj_CountObjects, raw.FPDFFormObj_GetObject)
    return area


def _scale(drawn: Any) -> float:
    """Return the factor by which an object's matrix multiplies areas."""
    m = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(drawn, m)
    return float(abs(m.a * m.d - m.b * m.c))
