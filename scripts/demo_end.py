"""End of the demo: the key-values of one page, its picture, and the commands that show the rest."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PIL import Image
from rich.console import Console

from prelabel.cli.output import table
from prelabel.images.drawing import draw
from prelabel.labelstudio.regions.reading import read_labelled
from prelabel.page import Page
from scripts.terminal_pictures import show_picture

#: The page that is shown, and the most of its key-values.
SHOWN, MOST_ROWS = "en-invoice.png", 10
#: Width of the picture, in pixels: enough to read it, and small enough for a terminal.
_WIDTH_PX = 1100
_HERE = Path.cwd()


def show_page(pages: Sequence[dict[str, Any]], images: Path, picture: Path, console: Console) -> None:
    """Print the key-values that Label Studio has of one page, and show the page with boxes, labels and links.

    The picture is saved as `picture`; a terminal that can show pictures shows it, too.
    """
    body = next((page for page in pages if file_name(page) == SHOWN), None)
    if body is None or not body["predictions"]:
        return
    page = read_labelled(body["predictions"][0]).page
    _print_key_values(page, console)
    with Image.open(images / SHOWN) as image:
        drawn = draw(image, page)
    drawn.thumbnail((_WIDTH_PX, 2 * _WIDTH_PX))
    drawn.save(picture, compress_level=1)
    console.print(f"Its picture    {relative(picture)}", markup=False, soft_wrap=True)
    show_picture(picture, console.file, os.environ)


def _print_key_values(page: Page, console: Console) -> None:
    entities = page.entities or ()
    texts = [" ".join(page.words[i].text for i in entity.words) for entity in entities]
    pairs = [
        (texts[link.source], texts[link.target])
        for link in page.links or ()
        if (entities[link.source].label, entities[link.target].label) == ("QUESTION", "ANSWER")
    ]
    shown = table("key", "value")
    for key, value in pairs[:MOST_ROWS]:
        shown.add_row(key, value)
    console.print(f"\n[bold]{SHOWN}[/bold], the first {min(len(pairs), MOST_ROWS)} of {len(pairs)} key-values:")
    console.print(shown)
    console.print()


def file_name(page: dict[str, Any]) -> str:
    """Return the original name: Label Studio puts eight hex digits and a dash before the name of an uploaded file."""
    name = str(page["data"]["image"]).rpartition("/")[2]
    return name.partition("-")[2] or name


def write_env_file(path: Path, settings: Mapping[str, str]) -> None:
    """Write the settings of the demo for `prelabel --env-file`; only the owner may read the file: it holds a token."""
    path.touch(mode=0o600)
    path.write_text("".join(f"{name}={value}\n" for name, value in settings.items()), "utf-8")


def command(env_file: Path, *words: str) -> str:
    """Return the command line that runs `prelabel` on the demo, as one types it in this folder."""
    program = Path(sys.executable).parent / "prelabel"
    start = (
        [str(relative(program))] if program.exists() else [str(relative(Path(sys.executable))), "-m", "prelabel.cli"]
    )
    return " ".join([*start, *words, "--env-file", str(relative(env_file))])


def relative(path: Path) -> Path:
    """Return the path from the current folder, where it lies in it."""
    return path.relative_to(_HERE) if path.is_relative_to(_HERE) else path
