"""`prelabel read FILE...`: pages read on this machine, without any server."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from prelabel.cli.output import console, json_option, say_error, table, write_json
from prelabel.errors import DocumentError, PageError, PrelabelError
from prelabel.kie.key_values.documents import box_json, document
from prelabel.page import Page, Reading, Word
from prelabel.settings import Settings, get_settings

if TYPE_CHECKING:
    from PIL import Image

    from prelabel.kie.tag.tagger import Tagger
    from prelabel.ocr.choose import Choice
    from prelabel.pdf.document import PdfPage
    from prelabel.pdf.page_words import FormField

#: Suffixes of the files that are taken from a folder; a file that is named is read whatever its suffix.
_SUFFIXES = {".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp", ".gif", ".avif", ".jp2", ".pdf"}
#: A PDF begins with this, within its first bytes.
_PDF, _PDF_WITHIN = b"%PDF-", 1024


@dataclass(frozen=True, slots=True)
class Source:
    """An image file, or page `page` (from 1) of a PDF of `pages` pages; `pages` is 0 for an image."""

    file: Path
    page: int = 1
    pages: int = 0

    def __str__(self) -> str:
        return f"{self.file}#{self.page}" if self.pages > 1 else str(self.file)

    @property
    def stem(self) -> str:
        """A name for its picture."""
        return f"{self.file.stem}-{self.page:03d}" if self.pages > 1 else self.file.stem


@click.command(short_help="Read images and PDFs here, without any server.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--words", is_flag=True, help="List every word with its label, too; in JSON entities and links as well.")
@click.option(
    "--image",
    "picture",
    type=click.Path(path_type=Path),
    metavar="OUT.png",
    help="Draw boxes, labels and links on the page; a folder where there are several pages.",
)
@click.option("--password", is_flag=True, help="Ask for the password of PDFs that are locked; else they are refused.")
@json_option
def read(files: tuple[Path, ...], words: bool, picture: Path | None, password: bool, as_json: bool) -> int:
    """Read each FILE (an image, a PDF, or a folder of them): words, their labels, and key-values.

    The words of a PDF page are its own where they can be trusted; else OCR reads it, as it does images. Needs no
    server. The pages of a PDF are one document: JSON is one object a FILE, as docs/key-values.md describes it. A page
    that cannot be read is one line on stderr; the others are read, and the exit code is 1.
    """
    told = click.prompt("Password of the PDFs", hide_input=True, err=True) if password else None
    documents = [_pages(file, told) for file in _files(files)]
    target = _picture_names(picture, [source for sources in documents for source in sources])
    reader = _Reader(get_settings(), told)
    out, failures = console(), 0
    for sources in documents:
        pages: list[Page | PrelabelError] = []
        forms: dict[int, Sequence[FormField]] = {}
        for source in sources:
            try:
                page, fields = reader.page(source)
            except (PageError, DocumentError) as error:
                failures += 1
                say_error(f"{source}: {error}")
                pages.append(error)
                if data := reader.form_data(source):
                    forms[source.page] = data
                continue
            pages.append(page)
            if fields:
                forms[source.page] = fields
            if not as_json:
                _print_page(out, source, page, words)
            if target:
                reader.draw(source, page, target(source))
        made = document(pages, forms)
        if as_json:
            if words:
                made["pages"] = [row | _words_json(page) for row, page in zip(made["pages"], pages, strict=True)]
            write_json({"file": str(sources[0].file), **made})
        else:
            _print_form(out, made.get("form_fields", ()))
            _print_part(out, made, several=len(pages) > 1)
    return 1 if failures else 0


class _Reader:
    """Engine, tagger and linker, loaded once. Raises EngineUnavailable and ModelUnavailable before the first page."""

    def __init__(self, settings: Settings, password: str | None) -> None:
        from prelabel.kie.link.loading import linker_for
        from prelabel.kie.tag.loading import describe, tagger_for
        from prelabel.ocr.engines import choice_for

        describe(settings)  # says in a moment what the loading of torch would say after seconds
        self._settings, self._password = settings, password
        self._choice: Choice = choice_for(settings, settings.for_project(0))
        self._tagger: Tagger = tagger_for(settings)
        self._linker = linker_for(settings)

    def page(self, source: Source) -> tuple[Page, Sequence[FormField]]:
        """The page, through all stages, and the fields of its form. Raises PageError and DocumentError."""
        from prelabel.kie.extract import extract, tag_input
        from prelabel.ocr.reading import read_image

        if source.pages:
            rendered = self._rendered(source)
            page, fields = read_image(rendered.image, self._choice, rendered.layer), rendered.form_fields
        else:
            page, fields = read_image(self._decoded(source, gray=True), self._choice), ()
        [probabilities] = self._tagger.forward([self._tagger.encode(tag_input(page))])
        link_threshold = self._settings.link_threshold
        read = extract(page, probabilities, self._tagger.tags, linker=self._linker, link_threshold=link_threshold)
        return read, fields

    def form_data(self, source: Source) -> Sequence[FormField]:
        """The fields of a form that has no pages."""
        if not source.pages:
            return ()
        from prelabel.pdf.document import open_pdf

        try:
            with open_pdf(source.file, self._password) as pdf:
                return pdf.form_data()
        except DocumentError:
            return ()

    def draw(self, source: Source, page: Page, target: Path) -> None:
        """Write the picture of a page that was read."""
        from prelabel.images.drawing import draw

        picture = draw(self._rendered(source).image if source.pages else self._decoded(source, gray=False), page)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            picture.save(target)
        except (OSError, ValueError) as error:
            raise click.BadParameter(f"cannot write {target} ({error})", param_hint="--image") from None

    def _decoded(self, source: Source, *, gray: bool) -> Image.Image:
        from prelabel.images.decode import decode
        from prelabel.images.file import image_bytes

        data = image_bytes(source.file, max_bytes=self._settings.max_image_bytes)
        return decode(data, max_pixels=self._settings.max_image_pixels, gray=gray)

    def _rendered(self, source: Source) -> PdfPage:
        from prelabel.pdf.document import open_pdf

        with open_pdf(source.file, self._password) as pdf:
            return pdf.page(source.page, dpi=self._settings.pdf_dpi, max_pixels=self._settings.max_image_pixels)


def _files(files: Iterable[Path]) -> Iterator[Path]:
    """Files as named; of a folder its images and PDFs, by name."""
    for file in files:
        if not file.is_dir():
            yield file
            continue
        images = sorted(p for p in file.iterdir() if p.suffix.lower() in _SUFFIXES and not p.name.startswith("."))
        if not images:
            raise click.UsageError(f"folder {file} holds no image ({', '.join(sorted(_SUFFIXES))})")
        yield from images


def _pages(file: Path, password: str | None) -> list[Source]:
    """The pages of a file, at least one. One that cannot be opened counts as one page, which will say why."""
    if not _is_pdf(file):
        return [Source(file)]
    from prelabel.pdf.document import open_pdf

    try:
        with open_pdf(file, password) as pdf:
            return [Source(file, number, pdf.page_count) for number in range(1, pdf.page_count + 1)]
    except DocumentError:
        return [Source(file, pages=1)]


def _is_pdf(file: Path) -> bool:
    """By its content: names lie."""
    try:
        with file.open("rb") as opened:
            return _PDF in opened.read(_PDF_WITHIN)
    except OSError:
        return False


def _picture_names(picture: Path | None, sources: Sequence[Source]) -> Callable[[Source], Path] | None:
    """source -> where its picture goes: OUT.png itself for one page, else a file in the folder OUT."""
    if picture is None:
        return None
    if len(sources) == 1 and not picture.is_dir():
        name = picture if picture.suffix else picture.with_suffix(".png")
        return lambda _: name
    if picture.is_file() or picture.suffix:
        raise click.BadParameter(f"{len(sources)} pages need a folder, not {picture}", param_hint="--image")
    names = Counter(source.stem for source in sources)
    if doubled := [stem for stem, count in names.items() if count > 1]:
        raise click.BadParameter(f"two pages are called {doubled[0]}: read them apart", param_hint="--image")
    return lambda source: picture / f"{source.stem}.png"


def _words_json(page: Page | PrelabelError) -> dict[str, Any]:
    """What the key-values were made of, with boxes as theirs."""
    if isinstance(page, PrelabelError):
        return {}
    return {
        "words": [
            {
                **_reading(w),
                "box": box_json(page.to_shown, w.box),
                "label": label.label,
                **({"other": _reading(w.other)} if w.other else {}),
            }
            for w, label in zip(page.words, page.labels or (), strict=True)
        ],
        "entities": [
            {"label": e.label, "words": list(e.words), "confidence": round(e.confidence, 4)}
            for e in page.entities or ()
        ],
        "links": [
            {"source": x.source, "target": x.target, "confidence": round(x.confidence, 4)} for x in page.links or ()
        ],
    }


def _reading(read: Word | Reading) -> dict[str, Any]:
    return {"text": read.text, "confidence": round(read.confidence, 4), "engine": read.engine}


def _print_page(out: Console, source: Source, page: Page, words: bool) -> None:
    counts = Counter(label.label for label in page.labels or ())
    by_label = ", ".join(f"{label} {count}" for label, count in sorted(counts.items()))
    read_by = " and ".join(sorted({word.engine for word in page.words}))
    pairs = page.key_values or ()
    out.print(f"[bold]{escape(str(source))}[/bold]: {len(page.words)} words", end="")
    out.print(f" ({by_label}), {len(pairs)} key-values, read by {read_by}" if page.words else ": the page is blank")
    if words and page.words:
        shown = table("word", "label", "confidence")
        for word, label in zip(page.words, page.labels or (), strict=True):
            shown.add_row(escape(word.text), label.label, f"{label.confidence:.2f}")
        out.print(shown)


def _print_form(out: Console, fields: Sequence[dict[str, Any]]) -> None:
    if fields:
        shown = table("field of the form", "value", "")
        for row in fields:
            shown.add_row(escape(row["key"]), escape(row["value"]), f"[dim]{escape(_normal_text(row))}[/dim]")
        out.print(shown)


def _print_part(out: Console, part: dict[str, Any], *, several: bool, depth: int = 0) -> None:
    """A document or a section: its fields, its tables, its sections. `several`: pages are worth telling."""
    if part["fields"]:
        shown = table("key", "value", "", "confidence", *(["page"] if several else []))
        for row in part["fields"]:
            pages = [", ".join(str(place["page"]) for place in row["places"])] if several else []
            normal = f"[dim]{escape(_normal_text(row))}[/dim]"
            shown.add_row(escape(row["key"]), escape(row["value"]), normal, f"{row['confidence']:.2f}", *pages)
        out.print(Padding(shown, (0, 0, 0, 2 * depth), expand=False))
    for made in part["tables"]:
        named = any(row["key"] for row in made["rows"])
        shown = table(*([""] if named else []), *(escape(column["key"]) for column in made["columns"]))
        for row in made["rows"]:
            name = [escape(row["key"] or "")] if named else []
            shown.add_row(*name, *(_cell_text(cell) for cell in row["cells"]))
        out.print(Padding(shown, (1, 0, 0, 2 * depth), expand=False))
    for section in part["sections"]:
        out.print(Padding(f"[bold]{escape(section['header'])}[/bold]", (1, 0, 0, 2 * depth), expand=False))
        _print_part(out, section, several=several, depth=depth + 1)
    if not depth:
        out.print()


def _cell_text(cell: dict[str, Any] | None) -> str:
    if cell is None:
        return ""
    normal = _normal_text(cell)
    return escape(cell["value"]) + (f" [dim]{escape(normal)}[/dim]" if normal else "")


def _normal_text(row: dict[str, Any]) -> str:
    """A normalised value in short; nothing where it says no more than the text does."""
    plain = row["value"].replace(" ", "").replace(",", "")
    match row["normal"]:
        case None:
            return ""
        case {"type": "money", "amount": amount, "currency": currency}:
            text = amount if amount == plain else f"{amount} {currency}"  # the field's name tells the currency
        case {"type": "business_number", "valid": valid}:
            text = "check digit right" if valid else "check digit wrong"
        case {"start": start, "end": end}:
            text = f"{start} to {end}"
        case {"type": "boolean", "value": value}:
            text = "yes" if value else "no"
        case {"value": value, "unit": unit}:
            text = f"{value} {unit}"
        case {"value": value}:
            text = value
    text += "?" if "ambiguous" in row["normal"] else ""
    return "" if text.replace(" ", "") in plain else text
