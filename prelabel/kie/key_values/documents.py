"""Key-values of a document: its pages merged into sections, fields and tables, ready for JSON.

docs/reference/key-values.md describes the format, docs/reference/key-values.schema.json is its schema. Boxes are in
pixels of the page as it is shown.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from prelabel.errors import PrelabelError
from prelabel.geometry import laid_flat, transform, union
from prelabel.kie.confidence.pair_confidence import with_pair_confidence
from prelabel.kie.key_values.nesting import header_paths
from prelabel.kie.key_values.pairs import entity_box, entity_text, field_pairs, linked_pairs, title
from prelabel.kie.key_values.tables import Cell, Table, tables
from prelabel.kie.values.hints import Hints, page_hints
from prelabel.kie.values.normalise import normalise
from prelabel.ocr.remarks import remark_line
from prelabel.page import Affine, Box, KeyValue, Page

if TYPE_CHECKING:
    from prelabel.pdf.page_words import FormField

#: Number of the JSON format. It changes if a program for the old format would misread the new one.
FORMAT = 1

Json = dict[str, Any]


@dataclass(slots=True, eq=False)
class _Section:
    """Fields, tables and sections under one header; those of the document itself are under none."""

    header: str = ""
    places: list[Json] = field(default_factory=list)
    fields: list[Json] = field(default_factory=list)
    tables: list[Json] = field(default_factory=list)
    sections: list[_Section] = field(default_factory=list)

    def child(self, header: str, place: Json) -> _Section:
        """Return the section of this header: one of an earlier page with the same text, or a new one."""
        for known in self.sections:
            if _plain(known.header) == _plain(header) and known.places[-1]["page"] != place["page"]:
                known.places.append(place)
                return known
        self.sections.append(_Section(header, [place]))
        return self.sections[-1]

    def json(self) -> Json:
        """Return the content of the section, without its header."""
        return {"fields": self.fields, "tables": self.tables, "sections": [_headed(child) for child in self.sections]}


def document(pages: Sequence[Page | PrelabelError], forms: Mapping[int, Sequence[FormField]] | None = None) -> Json:
    """Merge the pages of a document, in their order; an error is given for a page that could not be read.

    Equal fields on several pages become one, and so does a table that continues with the same columns. `forms`: page
    number, from 1, -> the fields of the PDF form on that page.
    """
    read = [page for page in pages if isinstance(page, Page)]
    hints = page_hints(word.text for page in read for word in page.words)
    root, known = _Section(), _Known()
    for number, page in enumerate(pages, 1):
        if isinstance(page, Page):
            _PageMerger(page, number, hints, root, known).add()
    made = {"format": FORMAT, "pages": [_page(page, number) for number, page in enumerate(pages, 1)], **root.json()}
    return made | {"form_fields": _form_fields(forms, hints)} if forms else made


def box_json(frame: Affine, box: Box) -> list[float]:
    """Return x0, y0, x1, y1 in pixels of the image that `frame` leads to; for a tilted box, the one around it."""
    return _rounded(transform(frame, box))


def _rounded(box: Box) -> list[float]:
    return [round(v, 1) for v in (box.x0, box.y0, box.x1, box.y1)]


@dataclass(slots=True)
class _Known:
    """Fields and tables that later pages may continue.

    `fields`: by section, key, value and the number of earlier fields with the same three on that page.
    """

    fields: dict[tuple[int, str, str, int], Json] = field(default_factory=dict)
    tables: list[tuple[_Section, Json]] = field(default_factory=list)


class _PageMerger:
    """Merging of one page into the document."""

    def __init__(self, page: Page, number: int, hints: Hints, root: _Section, known: _Known) -> None:
        page = with_pair_confidence(page)
        self._words, self._entities = page.words, page.entities or ()
        self._flat_words = laid_flat(page).words
        self._links, self._frame = page.links or (), page.to_shown
        self._number, self._hints, self._root, self._known = number, hints, root, known
        self._paths = header_paths(self._entities, self._links)
        self._sections: dict[int, _Section] = {}

    def add(self) -> None:
        """Add all fields and tables of the page."""
        found = tables(self._flat_words, self._entities, self._links)
        cells = {pair for table in found for pair in table.pairs}
        seen: Counter[tuple[int, str, str]] = Counter()
        for link, pair in linked_pairs(self._words, self._entities, self._links, self._hints):
            if (link.source, link.target) not in cells:
                self._add_field(pair, self._box(pair.key_box), self._section(self._paths.get(link.source, ())), seen)
        for index, pair in field_pairs(self._words, self._entities, self._links, self._hints):
            self._add_field(pair, None, self._section(self._paths.get(index, ())), seen)
        for table in found:
            self._add_table(table)

    def _section(self, path: tuple[int, ...]) -> _Section:
        section = self._root
        for header in path:
            if header not in self._sections:
                entity = self._entities[header]
                place = {"page": self._number, "box": self._box(entity_box(self._words, entity))}
                self._sections[header] = section.child(title(self._words, entity), place)
            section = self._sections[header]
        return section

    def _add_field(
        self, pair: KeyValue, key_box: list[float] | None, section: _Section, seen: Counter[tuple[int, str, str]]
    ) -> None:
        """Add a field to its section, or its place to the same field of an earlier page. `key_box`: None of a label."""
        same = id(section), _plain(pair.key), _plain(pair.value)
        place = {"page": self._number, "key_box": key_box, "value_box": self._box(pair.value_box)}
        known = self._known.fields.get((*same, seen[same]))
        if known:
            known["places"].append(place)
            known["confidence"] = max(known["confidence"], pair.confidence)
        else:
            row = {
                "key": pair.key,
                "name": _name(pair.key),
                "value": pair.value,
                "normal": pair.normal,
                "confidence": pair.confidence,
                "places": [place],
            }
            section.fields.append(row)
            self._known.fields[(*same, seen[same])] = row
        seen[same] += 1

    def _add_table(self, table: Table) -> None:
        keys = [title(self._words, self._entities[column]) for column in table.columns]
        rows = [self._row(keys, row.question, row.cells) for row in table.rows]
        place = {
            "page": self._number,
            "box": self._box(union(self._boxes(i for pair in table.pairs for i in pair))),
            "column_boxes": [self._box(box) for box in self._boxes(table.columns)],
        }
        paths = Counter(path for column in table.columns if (path := self._paths.get(column)))
        section = self._section(max(paths, key=lambda path: paths[path]) if paths else ())
        if known := self._continued(keys, section):
            known["rows"] += rows
            known["places"].append(place)
            return
        made = {"columns": [{"key": key, "name": _name(key)} for key in keys], "rows": rows, "places": [place]}
        section.tables.append(made)
        self._known.tables.append((section, made))

    def _continued(self, keys: Sequence[str], section: _Section) -> Json | None:
        """Return the last table of the previous page if it has these columns and is under no header or the same one."""
        before = [x for x in self._known.tables if x[1]["places"][-1]["page"] == self._number - 1]
        if not before or section not in (before[-1][0], self._root):
            return None
        last = before[-1][1]
        return last if [_plain(column["key"]) for column in last["columns"]] == [_plain(key) for key in keys] else None

    def _row(self, keys: Sequence[str], question: int | None, cells: Sequence[Cell | None]) -> Json:
        named = None if question is None else self._entities[question]
        return {
            "page": self._number,
            "key": named and title(self._words, named),
            "key_box": named and self._box(entity_box(self._words, named)),
            "cells": [cell and self._cell(key, cell) for key, cell in zip(keys, cells, strict=True)],
        }

    def _cell(self, key: str, cell: Cell) -> Json:
        value = " ".join(entity_text(self._words, self._entities[i]) for i in cell.answers)
        return {
            "value": value,
            "normal": normalise(value, key, self._hints),
            "confidence": round(cell.confidence, 4),
            "box": self._box(union(self._boxes(cell.answers))),
        }

    def _boxes(self, entities: Iterable[int]) -> list[Box]:
        return [entity_box(self._words, self._entities[i]) for i in entities]

    def _box(self, box: Box) -> list[float]:
        return box_json(self._frame, box)


def _form_fields(forms: Mapping[int, Sequence[FormField]], hints: Hints) -> list[Json]:
    """Return the fields of the PDF form of the file; a field that is shown several times becomes one."""
    rows: dict[tuple[str, str], Json] = {}
    for page, fields in sorted(forms.items()):
        for said in fields:
            normal = normalise(said.value, said.key, hints)
            row: Json = {"key": said.key, "name": said.name, "value": said.value, "normal": normal, "places": []}
            places = rows.setdefault((said.name, said.value), row)["places"]
            if said.box:
                places.append({"page": page, "box": _rounded(said.box)})
    return list(rows.values())


def _headed(section: _Section) -> Json:
    return {"header": section.header, "places": section.places, **section.json()}


def _page(page: Page | PrelabelError, number: int) -> Json:
    if isinstance(page, PrelabelError):
        return {"page": number, "error": {"code": page.code, "message": str(page)}}
    remarks = [{"code": each.code, "message": remark_line(each)} for each in page.remarks]
    made = {"page": number} | ({"remarks": remarks} if remarks else {})
    if not (page.shown_width_px and page.shown_height_px):
        return made
    return made | {"width_px": page.shown_width_px, "height_px": page.shown_height_px}


def _name(key: str) -> str:
    """Return the key as an identifier: Total due (GBP) -> total_due_gbp."""
    return "_".join(re.findall(r"\w+", key.casefold()))


def _plain(text: str) -> str:
    return "".join(text.casefold().split())
