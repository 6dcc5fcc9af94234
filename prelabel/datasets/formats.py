"""The table of formats: what each keeps of annotated pages, what it loses, and how it is written and read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from prelabel.datasets.coco import read_coco, write_coco
from prelabel.datasets.easyocr_lines import write_easyocr
from prelabel.datasets.funsd_folder import read_funsd, write_funsd
from prelabel.datasets.huggingface import read_huggingface, write_huggingface
from prelabel.datasets.paddle import read_paddle, write_detection, write_kie
from prelabel.datasets.pictures import PictureOfPage
from prelabel.datasets.yolo import read_yolo, write_yolo


class Write(Protocol):
    """Write pages, one at a time, into a folder that must be new, and return their number.

    `labels`: the labels whose order other programs count by; labels that are not among them follow as they appear.
    Raises SettingError for a folder that is taken, StorageFull, and what opening a picture raises.
    """

    def __call__(self, pages: Iterable[PictureOfPage], folder: Path, labels: Sequence[str] = ()) -> int: ...


@dataclass(frozen=True, slots=True)
class Format:
    """A format. `keeps`, `loses`: parts of a page, for people. `read`: None where a page cannot be put together again.

    `read` takes a folder, or one file where the format has lists; it raises SettingError.
    """

    name: str
    keeps: str
    loses: str
    write: Write
    read: Callable[[Path], tuple[PictureOfPage, ...]] | None


#: By name. `prelabel.labelstudio.formats` adds Label Studio's own.
FORMATS: Mapping[str, Format] = {
    each.name: each
    for each in (
        Format(
            "funsd",
            "words, boxes, entities, links, splits",
            "parts of pixels, small letters of labels, the upright frame, names with odd characters",
            write_funsd,
            read_funsd,
        ),
        Format(
            "huggingface",
            "words, boxes, entities, links, splits, names, the upright frame",
            "",
            write_huggingface,
            read_huggingface,
        ),
        Format("coco", "words, boxes, entities, links, splits, names, the upright frame", "", write_coco, read_coco),
        Format("yolo", "boxes of entities, labels, splits", "texts, words, links", write_yolo, read_yolo),
        Format(
            "paddle-kie",
            "words, boxes, entities, links, splits, the upright frame",
            "the order of words outside of entities, names with odd characters",
            write_kie,
            read_paddle,
        ),
        Format(
            "paddle-det",
            "lines of text, their corners, splits",
            "labels, entities, links",
            write_detection,
            read_paddle,
        ),
        Format("easyocr", "lines of text, each with its picture, splits", "pages", write_easyocr, None),
    )
}
