"""Filled fields of a PDF's form: exact key-values; `xfa_fields` has those of dynamic XFA forms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from ctypes import c_ushort
from dataclasses import dataclass
from typing import Any

from pypdfium2 import raw

from prelabel.geometry import clip, transform
from prelabel.page import Affine, Box
from prelabel.pdf.annotations import UNSEEN, annotations_of
from prelabel.pdf.page_words import FormField

#: Values of a check box; `prelabel.kie.values` reads them as true and false.
CHECKED, UNCHECKED = "☑", "☐"

#: Flag of a text field for passwords (PDF 32000-1, table 228).
_PASSWORD = 1 << 13
#: Kinds of fields whose value is a mark, and no text.
_MARKS = frozenset({raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON, raw.FPDF_FORMFIELD_PUSHBUTTON})


@dataclass(frozen=True, slots=True)
class Filled:
    """A field in its `box` on the rendered page; `texts`: what it shows as text, empty for a mark in a box."""

    field: FormField
    box: Box
    texts: tuple[str, ...]


def form_fields(page: Any, form: Any, to_pixels: Affine, width_px: int, height_px: int) -> list[Filled]:
    """Return the filled fields and all check boxes of a pypdfium2 PdfPage that was not flattened, in the file's order.

    `form`: the PdfFormEnv of its document. `to_pixels`: from points to the rendered page, which has that size. Hidden
    fields and passwords are left out; `seen_fields` tells those that are covered.
    """
    found = []
    for annotation in _widgets(page):
        widget = _Widget(form, annotation)
        if value := widget.value():
            box = clip(transform(to_pixels, widget.box()), width_px, height_px)
            name = widget.text(raw.FPDFAnnot_GetFormFieldName)
            field = FormField(widget.text(raw.FPDFAnnot_GetFormFieldAlternateName) or name, name, value, box)
            found.append(Filled(field, box, widget.parts()))
    return found


def has_form(page: Any) -> bool:
    """Return whether the page shows any field."""
    return any(True for _ in _widgets(page))


def _widgets(page: Any) -> Iterator[Any]:
    for annotation in annotations_of(page):
        if raw.FPDFAnnot_GetSubtype(annotation) == raw.FPDF_ANNOT_WIDGET:
            yield annotation


class _Widget:
    """A field where it is shown; the same field may be shown in several places."""

    def __init__(self, form: Any, annotation: Any) -> None:
        self._annotation, self._both = annotation, (form, annotation)

    def value(self) -> str:
        """Return the field's value; empty where it is blank, hidden, not chosen, or of a kind without values."""
        if raw.FPDFAnnot_GetFlags(self._annotation) & UNSEEN:
            return ""
        kind = raw.FPDFAnnot_GetFormFieldType(*self._both)
        if kind == raw.FPDF_FORMFIELD_TEXTFIELD:
            secret = raw.FPDFAnnot_GetFormFieldFlags(*self._both) & _PASSWORD
            return "" if secret else self.text(raw.FPDFAnnot_GetFormFieldValue)
        if kind in {raw.FPDF_FORMFIELD_COMBOBOX, raw.FPDF_FORMFIELD_LISTBOX}:
            return ", ".join(self._chosen()) or self.text(raw.FPDFAnnot_GetFormFieldValue)
        checked = raw.FPDFAnnot_IsChecked(*self._both)
        if kind == raw.FPDF_FORMFIELD_CHECKBOX and raw.FPDFAnnot_GetFormControlCount(*self._both) == 1:
            return CHECKED if checked else UNCHECKED
        return self.text(raw.FPDFAnnot_GetFormFieldExportValue) if checked else ""

    def parts(self) -> tuple[str, ...]:
        """Return the texts of which the value is made, none for a mark in a box."""
        kind = raw.FPDFAnnot_GetFormFieldType(*self._both)
        if kind in {raw.FPDF_FORMFIELD_COMBOBOX, raw.FPDF_FORMFIELD_LISTBOX} and (chosen := self._chosen()):
            return chosen
        return () if kind in _MARKS else (self.value(),)

    def _chosen(self) -> tuple[str, ...]:
        options = range(raw.FPDFAnnot_GetOptionCount(*self._both))
        chosen = [n for n in options if raw.FPDFAnnot_IsOptionSelected(*self._both, n)]
        return tuple(self.text(raw.FPDFAnnot_GetOptionLabel, n) for n in chosen)

    def box(self) -> Box:
        """Return the box in PDF points, y upwards."""
        sides = raw.FS_RECTF()
        raw.FPDFAnnot_GetRect(self._annotation, sides)
        return Box(sides.left, sides.bottom, sides.right, sides.top)

    def text(self, read: Callable[..., int], *which: int) -> str:
        """Return one of PDFium's texts about the field, on one line."""
        size = read(*self._both, *which, None, 0)
        buffer = (c_ushort * (size // 2))()
        read(*self._both, *which, buffer, size)
        return " ".join(bytes(buffer).decode("utf-16-le", "replace").rstrip("\0").split())
