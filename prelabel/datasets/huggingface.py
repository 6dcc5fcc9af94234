"""Hugging Face's `datasets`: `data/SPLIT-00000-of-00001.parquet` with pictures inside, and a README with the splits.

`datasets.load_dataset(FOLDER)` shows pictures and lists, because the files name their features. Columns of a page:
`id`, `image`, `width`, `height`; `words`, `bboxes` (x0, y0, x1, y1 in pixels of the picture), `labels`, one each a
word; `entity_labels`, `entity_words` (indices), `links` (pairs of indices of entities). Where a page does not lie
upright in its picture, `upright_size`, `to_shown` and `upright_bboxes` hold its upright frame.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from prelabel.datasets.funsd import AnnotatedPage
from prelabel.datasets.new_folder import FileNames, new_folder, split_name
from prelabel.datasets.pictures import PictureOfPage, fitted, labelled, load
from prelabel.datasets.shown import box_of, frame_json, framed, numbers, shown_box
from prelabel.errors import EngineUnavailable, SettingError
from prelabel.page import Entity, Page, Word

DATA, README = "data", "README.md"
#: The split of pages without one, as `datasets` calls it.
_TRAIN = "train"
#: Splits that `datasets` names otherwise.
_NAMES = {"valid": "validation", "evaluation": "test"}
_END = "-00000-of-00001.parquet"
#: Bytes of pictures in one row group: what a writer and a reader hold in memory.
_GROUP_BYTES, _GROUP_ROWS = 32_000_000, 100

Row = dict[str, Any]
_TEXT, _WHOLE, _REAL = ({"_type": "Value", "dtype": kind} for kind in ("string", "int32", "float64"))


def _list(feature: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"_type": "Sequence", "feature": feature}


#: Column -> its feature, as `datasets` writes it.
_FEATURES: dict[str, Mapping[str, Any]] = {
    "id": _TEXT,
    "image": {"_type": "Image"},
    "width": _WHOLE,
    "height": _WHOLE,
    "words": _list(_TEXT),
    "bboxes": _list(_list(_REAL)),
    "labels": _list(_TEXT),
    "entity_labels": _list(_TEXT),
    "entity_words": _list(_list(_WHOLE)),
    "links": _list(_list(_WHOLE)),
    "upright_size": _list(_WHOLE),
    "to_shown": _list(_REAL),
    "upright_bboxes": _list(_list(_REAL)),
}


def write_huggingface(pages: Iterable[PictureOfPage], folder: Path, labels: Sequence[str] = ()) -> int:
    """Write the pages into a new folder, and return their number. `labels` has no meaning here: labels are texts.

    Raises SettingError for a folder that is taken, EngineUnavailable where pyarrow is missing, StorageFull, and what
    loading a picture raises.
    """
    del labels
    _arrow()
    names, count = FileNames(), 0
    with new_folder(folder) as root, ExitStack() as stack:
        (root / DATA).mkdir()
        files: dict[str, _File] = {}
        for each in pages:
            count += 1
            split = _NAMES.get(each.split, split_name(each.split) or _TRAIN)
            if split not in files:
                files[split] = stack.enter_context(_File(root / DATA / f"{split}{_END}"))
            files[split].add(_row(each, names.stem(each.annotated.name)))
        (root / README).write_text(_readme(files), "utf-8")
    return count


class _File:
    """A file of one split; rows wait until they fill a row group."""

    def __init__(self, path: Path) -> None:
        pa, pq = _arrow()
        self._rows: list[Row] = []
        self._bytes = 0
        self._table, self._schema = pa.Table, _schema(pa)
        self._writer = pq.ParquetWriter(str(path), self._schema, compression="zstd")

    def __enter__(self) -> _File:
        return self

    def __exit__(self, failed: type[BaseException] | None, *_: object) -> None:
        try:
            if failed is None:
                self._flush()
        finally:
            self._writer.close()

    def add(self, row: Row) -> None:
        """Write one page, now or with others."""
        self._rows.append(row)
        self._bytes += len((row["image"] or {}).get("bytes") or b"")
        if self._bytes >= _GROUP_BYTES or len(self._rows) >= _GROUP_ROWS:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_table(self._table.from_pylist(self._rows, self._schema))
            self._rows, self._bytes = [], 0


def _row(each: PictureOfPage, stem: str) -> Row:
    picture = load(each)
    page = fitted(each.annotated.page, picture)
    frame = frame_json(page)
    entities = list(page.entities or ())
    labels = labelled(page, entities, ()).labels or ()
    return {
        "id": _utf8(each.annotated.name),
        "image": {"bytes": picture.data, "path": f"{stem}{picture.suffix}"} if picture else None,
        "width": page.shown_width_px,
        "height": page.shown_height_px,
        "words": [_utf8(word.text) for word in page.words],
        "bboxes": [numbers(shown_box(page, word.box)) for word in page.words],
        "labels": [_utf8(label.label) for label in labels],
        "entity_labels": [_utf8(entity.label) for entity in entities],
        "entity_words": [list(entity.words) for entity in entities],
        "links": [[link.source, link.target] for link in page.links or ()],
        "upright_size": frame.get("upright_size", []),
        "to_shown": frame.get("to_shown", []),
        "upright_bboxes": [numbers(word.box) for word in page.words] if frame else [],
    }


def _utf8(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _schema(pa: Any) -> Any:
    """Return the columns with their features, where `datasets` looks for them."""
    plain = {"string": pa.string(), "int32": pa.int32(), "float64": pa.float64()}

    def kind(feature: Mapping[str, Any]) -> Any:
        if feature["_type"] == "Image":
            return pa.struct([("bytes", pa.binary()), ("path", pa.string())])
        return plain[feature["dtype"]] if feature["_type"] == "Value" else pa.list_(kind(feature["feature"]))

    columns = [(name, kind(feature)) for name, feature in _FEATURES.items()]
    return pa.schema(columns, metadata={"huggingface": json.dumps({"info": {"features": _FEATURES}})})


def _readme(splits: Iterable[str]) -> str:
    files = "".join(f"  - split: {split}\n    path: {DATA}/{split}-*\n" for split in splits)
    configs = f"configs:\n- config_name: default\n  data_files:\n{files}" if files else ""
    return f"---\n{configs}---\n\nPages annotated in Label Studio: words, boxes, labels, entities and links.\n"


def read_huggingface(place: Path) -> tuple[PictureOfPage, ...]:
    """Read the pages of a folder, or of one file, that `write_huggingface` wrote; pictures stay in the files.

    Raises SettingError where nothing can be read, EngineUnavailable where pyarrow is missing.
    """
    files = [place] if place.is_file() else sorted(place.rglob("*.parquet"))
    if not files:
        raise SettingError(f"{place} has no *.parquet; name a folder that was written for Hugging Face's datasets")
    return tuple(page for file in files for page in _read(file))


def _read(file: Path) -> list[PictureOfPage]:
    _, pq = _arrow()
    splits = {name: split for split, name in _NAMES.items()}
    name = file.name.removesuffix(".parquet").partition("-")[0]
    columns = [column for column in _FEATURES if column != "image"]
    try:
        pages = []
        with pq.ParquetFile(str(file)) as opened:
            for group in range(opened.num_row_groups):
                rows = opened.read_row_group(group, columns=[*columns, "image.path"]).to_pylist()
                pages += [
                    PictureOfPage(_annotated(row), splits.get(name, name), _opener(file, group, place, row))
                    for place, row in enumerate(rows)
                ]
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise SettingError(
            f"{file} has no pages in our columns ({type(error).__name__}: {error}); write it again"
        ) from None
    return pages


def rows_of(file: Path, columns: Sequence[str]) -> Iterator[Row]:
    """Yield the rows of any parquet file, with some columns, a row group at a time.

    Raises SettingError where the file or a column is missing, EngineUnavailable where pyarrow is.
    """
    _, pq = _arrow()
    try:
        with pq.ParquetFile(str(file)) as opened:
            for group in range(opened.num_row_groups):
                yield from opened.read_row_group(group, columns=list(columns)).to_pylist()
    except (OSError, ValueError, KeyError) as error:
        raise SettingError(f"{file} cannot be read ({type(error).__name__}: {error}): copy it again") from None


def _opener(file: Path, group: int, place: int, row: Row) -> partial[BinaryIO] | None:
    return partial(open_image, file, group, place) if row.get("image") else None


def open_image(file: Path, group: int, row: int) -> BinaryIO:
    """Open the picture of one row of a parquet file. Raises OSError."""
    _, pq = _arrow()
    with pq.ParquetFile(str(file)) as opened:
        image = opened.read_row_group(group, columns=["image"]).column("image")[row].as_py()
    return io.BytesIO(image["bytes"] or b"")


def _annotated(row: Row) -> AnnotatedPage:
    page = framed(row["width"], row["height"], row)
    boxes = row["upright_bboxes"] or row["bboxes"]
    words = tuple(Word(text, box_of(box)) for text, box in zip(row["words"], boxes, strict=True))
    entities = [
        Entity(label, tuple(indices)) for label, indices in zip(row["entity_labels"], row["entity_words"], strict=True)
    ]
    size = page.width_px, page.height_px, page.shown_width_px, page.shown_height_px
    links = [(a, b) for a, b in row["links"]]
    return AnnotatedPage(row["id"], labelled(Page(*size, page.to_shown, words), entities, links))


def _arrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise EngineUnavailable(f"Parquet needs pyarrow ({error}): pip install 'prelabel[parquet]'") from None
    return pyarrow, pyarrow.parquet
