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

from prelabel.cli.output import console, json_option, say_error, table, write_json
from prelabel.errors import PageError
from prelabel.geometry import transform
from prelabel.page import Box, Page, Reading, Word
from prelabel.settings import Settings, get_settings

if TYPE_CHECKING:
    from PIL import Image

    from prelabel.ocr.choose import Choice
    from prelabel.ocr.text_layer import TextLayer
    from prelabel.ser.tagger import Tagger

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
@click.option("--words", is_flag=True, help="List every word with its label, too.")
@click.option(
    "--image",
    "picture",
    type=click.Path(path_type=Path),
    metavar="OUT.png",
    help="Draw boxes, labels and links on the page; a folder where there are several pages.",
)
@json_option
def read(files: tuple[Path, ...], words: bool, picture: Path | None, as_json: bool) -> int:
    """Read each FILE (an image, a PDF, or a folder of them): words, their labels, and key-values.

    The words of a PDF page are its own where they can be trusted; else OCR reads it, as it does images. Needs no
    server. A page that cannot be read is one line on stderr; the others are read, and the exit code is 1.
    """
    sources = [source for file in _files(files) for source in _pages(file)]
    target = _picture_names(picture, sources)
    reader = _Reader(get_settings())
    out, failures = console(), 0
    for source in sources:
        try:
            page = reader.page(source)
        except PageError as error:
            failures += 1
            say_error(f"{source}: {error}")
            if as_json:
                write_json(_of(source) | {"error": {"code": error.code, "message": str(error)}})
            continue
        if as_json:
            write_json(_as_json(source, page))
        else:
            _print(out, source, page, words)
        if target:
            reader.draw(source, page, target(source))
    return 1 if failures else 0


class _Reader:
    """Engine and tagger, loaded once. Raises EngineUnavailable and ModelUnavailable before the first page."""

    def __init__(self, settings: Settings) -> None:
        from prelabel.ocr.engines import choice_for
        from prelabel.ser.models import describe, tagger_for

        describe(settings)  # says in a moment what the loading of torch would say after seconds
        self._settings = settings
        self._choice: Choice = choice_for(settings, settings.for_project(0))
        self._tagger: Tagger = tagger_for(settings)

    def page(self, source: Source) -> Page:
        """The page, through all stages. Raises PageError."""
        from prelabel.ocr.reading import read_image
        from prelabel.ser.extracting import extract, tag_input

        shown, layer = self._rendered(source) if source.pages else (self._decoded(source, gray=True), None)
        page = read_image(shown, self._choice, layer)
        [probabilities] = self._tagger.forward([self._tagger.encode(tag_input(page))])
        return extract(page, probabilities, self._tagger.tags, link_threshold=self._settings.link_threshold)

    def draw(self, source: Source, page: Page, target: Path) -> None:
        """Write the picture of a page that was read."""
        from prelabel.drawing import draw

        picture = draw(self._rendered(source)[0] if source.pages else self._decoded(source, gray=False), page)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            picture.save(target)
        except (OSError, ValueError) as error:
            raise click.BadParameter(f"cannot write {target} ({error})", param_hint="--image") from None

    def _decoded(self, source: Source, *, gray: bool) -> Image.Image:
        from prelabel.ocr.decode import decode
        from prelabel.ocr.file import image_bytes

        data = image_bytes(source.file, max_bytes=self._settings.max_image_bytes)
        return decode(data, max_pixels=self._settings.max_image_pixels, gray=gray)

    def _rendered(self, source: Source) -> tuple[Image.Image, TextLayer]:
        from prelabel.intake.pdf import open_pdf

        with open_pdf(source.file) as pdf:
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


def _pages(file: Path) -> list[Source]:
    """The pages of a file. One that cannot be opened counts as one page, which will say why."""
    if not _is_pdf(file):
        return [Source(file)]
    from prelabel.intake.pdf import open_pdf

    try:
        with open_pdf(file) as pdf:
            return [Source(file, number, pdf.page_count) for number in range(1, pdf.page_count + 1)]
    except PageError:
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


def _as_json(source: Source, page: Page) -> dict[str, Any]:
    """Pixels of the image as it is shown (EXIF applied, PDF rendered), whichever way the page lies in it.

    On a page askew, a box is the upright one around the tilted word.
    """

    def box(frame: Box) -> list[float]:
        b = transform(page.to_shown, frame)
        return [round(v, 1) for v in (b.x0, b.y0, b.x1, b.y1)]

    labels = page.labels or ()
    return _of(source) | {
        "width_px": page.shown_width_px,
        "height_px": page.shown_height_px,
        "words": [
            {
                **_reading(w),
                "box": box(w.box),
                "label": label.label,
                **({"other": _reading(w.other)} if w.other else {}),
            }
            for w, label in zip(page.words, labels, strict=True)
        ],
        "entities": [
            {"label": e.label, "words": list(e.words), "confidence": round(e.confidence, 4)}
            for e in page.entities or ()
        ],
        "links": [
            {"source": x.source, "target": x.target, "confidence": round(x.confidence, 4)} for x in page.links or ()
        ],
        "key_values": [
            {
                "key": pair.key,
                "value": pair.value,
                "key_box": box(pair.key_box),
                "value_box": box(pair.value_box),
                "confidence": round(pair.confidence, 4),
            }
            for pair in page.key_values or ()
        ],
    }


def _of(source: Source) -> dict[str, Any]:
    return {"file": str(source.file), "page": source.page}


def _reading(read: Word | Reading) -> dict[str, Any]:
    return {"text": read.text, "confidence": round(read.confidence, 4), "engine": read.engine}


def _print(out: Console, source: Source, page: Page, words: bool) -> None:
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
    if pairs:
        shown = table("key", "value", "confidence")
        for pair in pairs:
            shown.add_row(escape(pair.key), escape(pair.value), f"{pair.confidence:.2f}")
        out.print(shown)
    out.print()
