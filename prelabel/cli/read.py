"""`prelabel read FILE...`: pages read on this machine, without any server."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.markup import escape

from prelabel.cli.output import console, json_option, say_error, table, write_json
from prelabel.errors import PageError
from prelabel.geometry import transform
from prelabel.page import Box, Page
from prelabel.settings import Settings, get_settings

if TYPE_CHECKING:
    from prelabel.ocr.choose import Choice
    from prelabel.ser.tagger import Tagger

#: Suffixes of the files that are taken from a folder; a file that is named is read whatever its suffix.
_SUFFIXES = {".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp", ".gif", ".avif", ".jp2"}


@click.command(short_help="Read images here, without any server.")
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
    """Read each FILE (an image, or a folder of images): words, their labels, and key-values.

    Needs no server. A page that cannot be read is one line on stderr; the others are read, and the exit code is 1.
    """
    sources = list(_sources(files))
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
                write_json({"file": str(source), "error": {"code": error.code, "message": str(error)}})
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

    def page(self, source: Path) -> Page:
        """The page, through all stages. Raises PageError."""
        from prelabel.ocr.reading import read_page
        from prelabel.ser.extracting import extract, tag_input

        page = read_page(self._bytes(source), self._choice, max_pixels=self._settings.max_image_pixels)
        [probabilities] = self._tagger.forward([self._tagger.encode(tag_input(page))])
        return extract(page, probabilities, self._tagger.tags, link_threshold=self._settings.link_threshold)

    def draw(self, source: Path, page: Page, target: Path) -> None:
        """Write the picture of a page that was read."""
        from prelabel.drawing import draw
        from prelabel.ocr.decode import decode

        picture = draw(decode(self._bytes(source), max_pixels=self._settings.max_image_pixels), page)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            picture.save(target)
        except (OSError, ValueError) as error:
            raise click.BadParameter(f"cannot write {target} ({error})", param_hint="--image") from None

    def _bytes(self, source: Path) -> bytes:
        from prelabel.ocr.file import image_bytes

        return image_bytes(source, max_bytes=self._settings.max_image_bytes)


def _sources(files: Iterable[Path]) -> Iterator[Path]:
    """Files as named; of a folder its images, by name."""
    for file in files:
        if not file.is_dir():
            yield file
            continue
        images = sorted(p for p in file.iterdir() if p.suffix.lower() in _SUFFIXES and not p.name.startswith("."))
        if not images:
            raise click.UsageError(f"folder {file} holds no image ({', '.join(sorted(_SUFFIXES))})")
        yield from images


def _picture_names(picture: Path | None, sources: list[Path]) -> Callable[[Path], Path] | None:
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


def _as_json(source: Path, page: Page) -> dict[str, Any]:
    """Pixels of the image as it is shown (EXIF applied), whichever way the page lies in it.

    On a page askew, a box is the upright one around the tilted word.
    """

    def box(frame: Box) -> list[float]:
        b = transform(page.to_shown, frame)
        return [round(v, 1) for v in (b.x0, b.y0, b.x1, b.y1)]

    labels = page.labels or ()
    return {
        "file": str(source),
        "width_px": page.shown_width_px,
        "height_px": page.shown_height_px,
        "words": [
            {"text": w.text, "box": box(w.box), "confidence": round(w.confidence, 4), "label": label.label}
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


def _print(out: Console, source: Path, page: Page, words: bool) -> None:
    counts = Counter(label.label for label in page.labels or ())
    by_label = ", ".join(f"{label} {count}" for label, count in sorted(counts.items()))
    pairs = page.key_values or ()
    out.print(f"[bold]{escape(str(source))}[/bold]: {len(page.words)} words", end="")
    out.print(f" ({by_label}), {len(pairs)} key-values" if page.words else ": the page is blank")
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
