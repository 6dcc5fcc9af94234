"""The folder that --pictures names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from PIL import Image


def make_folder(folder: Path) -> None:
    """Make the folder if it does not exist. Raises BadParameter."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.BadParameter(f"{folder} cannot be made ({error.strerror})", param_hint="--pictures") from None


def save_picture(image: Image.Image, folder: Path, name: str) -> Path:
    """Save NAME.png in the folder and return its path. Raises BadParameter."""
    picture = folder / f"{name}.png"
    try:
        image.save(picture)
    except OSError as error:
        raise click.BadParameter(f"cannot write {picture} ({error})", param_hint="--pictures") from None
    return picture
