"""Label Studio's own JSON: `tasks*.json` with submitted annotations, the pictures, and `labelling.xml` for the project.

Import the file into a project of this configuration; the folder above is the root of Label Studio's local files. What
our reader of exports makes of the file is what was written, but for what the table of formats names.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from prelabel.datasets.funsd import IMAGES, AnnotatedPage
from prelabel.datasets.new_folder import FileNames, json_bytes, new_folder, split_name
from prelabel.datasets.pictures import PictureOfPage, fitted, image_beside, load, of_file
from prelabel.errors import SettingError
from prelabel.labelstudio.export import read_corrections, reference_path
from prelabel.labelstudio.labelling_config import LABELS, LabellingConfig
from prelabel.labelstudio.labelling_template import labelling_xml
from prelabel.labelstudio.predictions import build_prediction
from prelabel.page import Page

TASKS, CONFIGURATION = "tasks", "labelling.xml"
_OTHER = "OTHER"
#: The name of the version in each region, which says that its words are stored with it.
_VERSION = "dataset"


def write_tasks(pages: Iterable[PictureOfPage], folder: Path, labels: Sequence[str] = ()) -> int:
    """Write the pages into a new folder, and return their number.

    `labels`: the first labels of the configuration, in this order. Raises SettingError for a folder that is taken,
    LabellingConfigError for a label that Label Studio cannot have, StorageFull, and what loading a picture raises.
    """
    names, count, known = FileNames(), 0, _Labels(labels)
    with new_folder(folder) as root, ExitStack() as stack:
        (root / IMAGES).mkdir()
        files: dict[str, IO[bytes]] = {}
        for each in pages:
            split = split_name(each.split)
            count += 1
            first = split not in files
            if first:
                files[split] = stack.enter_context((root / f"{TASKS}{split and '_' + split}.json").open("wb"))
            picture, stem = load(each), names.stem(each.annotated.name)
            file_name = f"{stem}{picture.suffix if picture else '.png'}"
            if picture is not None:
                (root / IMAGES / file_name).write_bytes(picture.data)
            data = {
                "image": f"/data/local-files/?d={quote(f'{folder.name}/{IMAGES}/{file_name}')}",
                "name": each.annotated.name,
                "split": split,
            }
            annotation = {"result": _result(fitted(each.annotated.page, picture), known), "was_cancelled": False}
            row = {"id": count, "data": data, "annotations": [annotation]}
            files[split].write((b"[\n" if first else b",\n") + json_bytes(row))
        for file in files.values():
            file.write(b"\n]\n")
        if not files:
            (root / f"{TASKS}.json").write_bytes(b"[]\n")
        (root / CONFIGURATION).write_text(labelling_xml(known.labels), "utf-8")
    return count


class _Labels:
    """The labels so far, and their configuration; it grows from page to page, and its controls keep their names."""

    def __init__(self, labels: Iterable[str]) -> None:
        self.labels = list(dict.fromkeys([*labels, _OTHER])) if labels else list(LABELS)
        self.config = LabellingConfig.parse(labelling_xml(self.labels), self.labels)

    def add(self, labels: Iterable[str]) -> LabellingConfig:
        """Return a configuration that has these labels, too. Raises LabellingConfigError."""
        new = [label for label in dict.fromkeys(labels) if self.config.label(label) is None]
        if new:
            self.labels += new
            self.config = LabellingConfig.parse(labelling_xml(self.labels), self.labels)
        return self.config


def _result(page: Page, known: _Labels) -> list[dict[str, Any]]:
    """Return regions and relations as Submit stores them: relations have no score there."""
    config = known.add(entity.label for entity in page.entities or ())
    made = build_prediction(page, config, version=_VERSION, name=_VERSION, draw_other=True)
    return [_submitted(item) for item in made["result"]]


def _submitted(item: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in item.items() if key != "score"}


def read_tasks(place: Path) -> tuple[PictureOfPage, ...]:
    """Read the annotated pages of a folder that was written like this, or of one file of tasks.

    Pages without a region are left out. Raises SettingError where nothing can be read.
    """
    files = [place] if place.is_file() else sorted(place.glob(f"{TASKS}*.json"))
    if not files:
        raise SettingError(f"{place} has no {TASKS}.json; name a folder or a JSON export of Label Studio")
    return tuple(page for file in files for page in _read(file))


def _read(file: Path) -> list[PictureOfPage]:
    pages = read_corrections(file).pages
    rows = {_path(row): row["data"] for row in json.loads(file.read_bytes())}
    return [_pictured(each, rows.get(each.name, {}), file.parent) for each in pages]


def _path(row: dict[str, Any]) -> str:
    return reference_path(str(row["data"].get("image"))).strip("/")


def _pictured(page: AnnotatedPage, data: dict[str, Any], folder: Path) -> PictureOfPage:
    file = Path(page.name).name
    image = image_beside(folder / IMAGES, file) or image_beside(folder, file)
    return of_file(AnnotatedPage(str(data.get("name") or page.name), page.page, image), str(data.get("split") or ""))
