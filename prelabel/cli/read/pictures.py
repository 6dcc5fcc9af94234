"""Pictures of pages with their boxes, labels and links, as `prelabel read --image` writes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from prelabel.cli.language.texts import translate

if TYPE_CHECKING:
    from PIL import Image

    from prelabel.api.reading import PageSource
    from prelabel.page import Page


def picture_names(picture: Path | None, sources: Sequence[PageSource]) -> Callable[[PageSource], Path] | None:
    """Return a function page -> path of its picture: `picture` for a single page, else a file in that folder.

    Raises BadParameter if `picture` is not a folder, or if two pages would have the same picture.
    """
    if picture is None:
        return None
    if len(sources) == 1 and not picture.is_dir():
        name = picture if picture.suffix else picture.with_suffix(".png")
        return lambda _: name
    if picture.is_file() or picture.suffix:
        raise click.BadParameter(
            translate("{count} pages need a folder, not {file}").format(count=len(sources), file=picture),
            param_hint="--image",
        )
    names = Counter(map(_name, sources))
    if doubled := [name for name, count in names.items() if count > 1]:
        raise click.BadParameter(
            translate("two pages are called {name}: read them one by one").format(name=doubled[0]), param_hint="--image"
        )
    return lambda source: picture / f"{_name(source)}.png"


def _name(source: PageSource) -> str:
    return f"{source.file.stem}-{source.number:03d}" if source.page_count > 1 else source.file.stem


def write_picture(image: Image.Image, page: Page, target: Path) -> None:
    """Draw the page's results on its image and save the picture. Raises BadParameter."""
    from prelabel.images.drawing import draw

    picture = draw(image, page)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        picture.save(target)
    except (OSError, ValueError) as error:
        raise click.BadParameter(
            translate("cannot write {file} ({error})").format(file=target, error=error), param_hint="--image"
        ) from None
