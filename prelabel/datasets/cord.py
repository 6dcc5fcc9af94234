"""CORD, receipts (CC BY 4.0), read as labelled pages: version 1's folders, or version 2's parquet files.

A folder has `json/NAME.json` and `image/NAME.png`; a row of a parquet file has the same JSON in `ground_truth`.

- A line (`valid_line`) is an entity with its category in capitals as label: MENU.NM, TOTAL.TOTAL_PRICE ...
- Words of a line that only name its value (`is_key`), such as TOTAL, are a QUESTION of their own, linked to the value.
- Ruled signs (`repeating_symbol`) and what CORD does not care for are left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from prelabel.datasets.funsd import AnnotatedPage
from prelabel.datasets.huggingface import rows_of
from prelabel.datasets.pictures import MEASURING, image_beside, labelled
from prelabel.errors import SettingError
from prelabel.geometry import union
from prelabel.page import Box, Entity, Page, Word

_JSON, _IMAGE, _TRUTH = "json", "image", "ground_truth"
_CORNERS = (1, 2, 3, 4)


def read_cord(folder: Path) -> tuple[tuple[AnnotatedPage, ...], int]:
    """Return (pages, number of pages without a line). `test` is read only where its folder or file is named.

    Raises SettingError where nothing can be read, EngineUnavailable where parquet files need pyarrow.
    """
    below = (file for file in folder.glob(f"*/{_JSON}/*.json") if file.parts[-3] not in MEASURING)
    files = sorted(folder.glob(f"{_JSON}/*.json")) or sorted(below)
    split = (file for file in folder.rglob("*.parquet") if file.name.partition("-")[0] not in MEASURING)
    parquets = [folder] if folder.is_file() else sorted(split)
    if not files and not parquets:
        raise SettingError(f"{folder} has no {_JSON}/*.json and no *.parquet; name a folder of CORD")
    read = [*map(_of_json, files)] if files else [page for file in parquets for page in _of_parquet(file)]
    pages = tuple(page for page in read if page.page.entities)
    return pages, len(read) - len(pages)


def _of_json(file: Path) -> AnnotatedPage:
    image = image_beside(file.parent.parent / _IMAGE, f"{file.stem}.png")
    try:
        return AnnotatedPage(file.stem, _page(json.loads(file.read_text("utf-8"))), image)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SettingError(f"{file} is no receipt of CORD ({type(error).__name__}: {error}); remove it") from None


def _of_parquet(file: Path) -> Iterator[AnnotatedPage]:
    for number, row in enumerate(rows_of(file, [_TRUTH])):
        try:
            yield AnnotatedPage(f"{file.stem}-{number:04d}", _page(json.loads(row[_TRUTH])))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise SettingError(
                f"{file}, row {number}, is no receipt of CORD ({type(error).__name__}: {error}); remove it"
            ) from None


def _page(data: Mapping[str, Any]) -> Page:
    words: list[Word] = []
    entities: list[Entity] = []
    links: list[tuple[int, int]] = []
    for line in data["valid_line"]:
        keys, values = (list(_words(line["words"], key=key)) for key in (True, False))
        for label, found in (("QUESTION", keys), (str(line["category"]).upper(), values)):
            if found:
                entities.append(Entity(label, tuple(range(len(words), len(words) + len(found)))))
                words += found
        if keys and values:
            links.append((len(entities) - 2, len(entities) - 1))
    size = data["meta"]["image_size"]
    width, height = int(size["width"]), int(size["height"])
    return labelled(Page(width, height, width, height, words=tuple(words)), entities, links)


def _words(rows: Sequence[Mapping[str, Any]], *, key: bool) -> Iterator[Word]:
    for row in rows:
        text, quad = str(row["text"]).strip(), row["quad"]
        if text and bool(int(row.get("is_key") or 0)) == key:
            dots = [(float(quad[f"x{i}"]), float(quad[f"y{i}"])) for i in _CORNERS]
            yield Word(text, union(Box(x, y, x, y) for x, y in dots))
