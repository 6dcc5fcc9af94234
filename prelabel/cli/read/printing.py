"""Pages and documents as text for people, as `prelabel read` prints them without --json."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from prelabel.cli.language.texts import translate
from prelabel.cli.output import table
from prelabel.ocr.check_boxes.words import is_check_box
from prelabel.page import Page

if TYPE_CHECKING:
    from prelabel.api.reading import PageResult, PageSource


def print_page(out: Console, source: PageSource, page: Page, *, words: bool) -> None:
    """Print a summary of the page, and its words with their labels if `words`."""
    counts = Counter(label.label for label in page.labels or ())
    by_label = ", ".join(f"{label} {count}" for label, count in sorted(counts.items()))
    read_by = translate(" and ").join(sorted({word.engine for word in page.words if not is_check_box(word)}))
    pairs = page.key_values or ()
    if page.words:
        told = translate("{count} words ({labels}), {pairs} key-values, read by {engine}").format(
            count=len(page.words), labels=by_label, pairs=len(pairs), engine=read_by
        )
    else:
        told = translate("0 words") if page.remarks else translate("0 words: the page is blank")
    out.print(f"[bold]{escape(str(source))}[/bold]: {escape(told)}", soft_wrap=True)
    if words and page.words:
        shown = table(*map(translate, ("word", "label", "confidence")))
        for word, label in zip(page.words, page.labels or (), strict=True):
            shown.add_row(escape(word.text), label.label, f"{label.confidence:.2f}")
        out.print(shown)


def print_document(out: Console, pages: Sequence[PageResult]) -> None:
    """Print the form fields, fields, tables and sections of a document."""
    from prelabel.api.reading import document_json

    made = document_json(pages)
    _print_form(out, made.get("form_fields", ()))
    _print_part(out, made, with_pages=len(pages) > 1)
    out.print()


def _print_form(out: Console, fields: Sequence[dict[str, Any]]) -> None:
    if fields:
        shown = table(translate("form field"), translate("value"), "")
        for row in fields:
            shown.add_row(escape(row["key"]), escape(row["value"]), _normal_markup(row))
        out.print(shown)


def _print_part(out: Console, part: dict[str, Any], *, with_pages: bool, depth: int = 0) -> None:
    """Print a document or a section: its fields, tables and sections, indented by `depth`."""
    if part["fields"]:
        names = map(translate, ("key", "value", "", "confidence", "page"))
        shown = table(*islice(names, 5 if with_pages else 4))
        for row in part["fields"]:
            pages = [", ".join(str(place["page"]) for place in row["places"])] if with_pages else []
            confidence = f"{row['confidence']:.2f}"
            shown.add_row(escape(row["key"]), escape(row["value"]), _normal_markup(row), confidence, *pages)
        out.print(Padding(shown, (0, 0, 0, 2 * depth), expand=False))
    for made in part["tables"]:
        _print_table(out, made, depth)
    for section in part["sections"]:
        out.print(Padding(f"[bold]{escape(section['header'])}[/bold]", (1, 0, 0, 2 * depth), expand=False))
        _print_part(out, section, with_pages=with_pages, depth=depth + 1)


def _print_table(out: Console, made: dict[str, Any], depth: int) -> None:
    has_names = any(row["key"] for row in made["rows"])
    shown = table(*([""] if has_names else []), *(escape(column["key"]) for column in made["columns"]))
    for row in made["rows"]:
        name = [escape(row["key"] or "")] if has_names else []
        shown.add_row(*name, *(_cell_text(cell) for cell in row["cells"]))
    out.print(Padding(shown, (1, 0, 0, 2 * depth), expand=False))


def _cell_text(cell: dict[str, Any] | None) -> str:
    if cell is None:
        return ""
    return escape(cell["value"]) + (f" {_normal_markup(cell)}" if _normal_text(cell) else "")


def _normal_markup(row: dict[str, Any]) -> str:
    return f"[dim]{escape(_normal_text(row))}[/dim]"


def _normal_text(row: dict[str, Any]) -> str:
    """Return the normalised value as a short text; "" if it repeats the text that was read."""
    plain = row["value"].replace(" ", "").replace(",", "")
    match row["normal"]:
        case None:
            return ""
        case {"type": "money", "amount": amount, "currency": currency}:
            text = amount if amount == plain else f"{amount} {currency}"  # the field's name tells the currency
        case {"type": "business_number", "valid": valid}:
            text = translate("check digit right" if valid else "check digit wrong")
        case {"start": start, "end": end}:
            text = translate("{start} to {end}").format(start=start, end=end)
        case {"type": "boolean", "value": value}:
            text = translate("yes" if value else "no")
        case {"value": value, "unit": unit}:
            text = f"{value} {unit}"
        case {"value": value}:
            text = value
    text += "?" if "ambiguous" in row["normal"] else ""
    return "" if text.replace(" ", "") in plain else text
