"""The files of a bucket after a run: each one is whole, whatever ended its writer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from prelabel.project.stored_pages import StoredPage


def incomplete_files(bucket: Path) -> Iterator[str]:
    """Yield a line for each raw file with other bytes than its name says, and for each page that is no whole image."""
    for path in sorted((bucket / "raw").glob("*")):
        if not hashlib.sha256(path.read_bytes()).hexdigest().startswith(path.stem):
            yield f"the bucket's {path.name} is not the file that was added"
    for path in sorted((bucket / "processed").glob("*")):
        try:
            with Image.open(path) as image:
                image.load()
        except (OSError, SyntaxError) as error:
            yield f"the bucket's page {path.name} is not whole: {error}"
    for path in sorted((bucket / "stored").glob("*/*/*/*.json.gz")):
        try:
            StoredPage.from_bytes(path.read_bytes())
        except ValueError as error:
            yield f"the stored page {path.relative_to(bucket)} is not whole: {error}"
