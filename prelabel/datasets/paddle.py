"""PaddleOCR's lists: one line a page, the picture's path, a tab, and the boxes with their texts as JSON.

The list for key information extraction, `Label.txt`, has an item an entity with `label` (`key_cls` for PPOCRLabel),
`id` and `linking`, pairs of ids from question to answer, as its SER and RE read them. The list for detection,
`det.txt`, has an item a line of text. `points` are the corners in the picture, clockwise from the top left one of the
text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from prelabel.datasets.funsd import IMAGES, RANK, AnnotatedPage
from prelabel.datasets.new_folder import FileNames, json_bytes, new_folder, one_line, split_name
from prelabel.datasets.pictures import (
    OTHER,
    PictureOfPage,
    all_entities,
    fitted,
    image_beside,
    labelled,
    load,
    of_file,
    shown_size,
    text_of,
)
from prelabel.datasets.shown import box_of, edited, frame_json, framed, numbers, shown_corners
from prelabel.errors import SettingError
from prelabel.geometry import union
from prelabel.lines import line_parts
from prelabel.page import Box, Entity, Page, Word

KIE, DETECTION, CLASSES = "Label", "det", "class_list.txt"
#: Text that PaddleOCR's detection leaves out of its loss.
_ILLEGIBLE = "###"
#: Names of "no label" in PPOCRLabel and PaddleOCR.
_NO_LABEL = {"", "NONE", "OTHERS", "IGNORE"}

Item = dict[str, Any]


def write_kie(pages: Iterable[PictureOfPage], folder: Path, labels: Sequence[str] = ()) -> int:
    """Write the pages with `Label.txt` and `class_list.txt` into a new folder, and return their number.

    Words in no entity become items `other`. `labels`: the first classes, in this order. Raises SettingError for a
    folder that is taken, StorageFull, and what loading a picture raises.
    """
    classes = dict.fromkeys([OTHER, *map(_class, labels)])

    def items(page: Page) -> list[Item]:
        found = _kie_items(page)
        classes.update(dict.fromkeys(_class(item["label"]) for item in found))
        return found

    def finish(root: Path) -> None:
        (root / CLASSES).write_text("".join(f"{label}\n" for label in classes), "utf-8")

    return _write(pages, folder, KIE, items, finish)


def write_detection(pages: Iterable[PictureOfPage], folder: Path, labels: Sequence[str] = ()) -> int:
    """Write the pages with `det.txt` into a new folder, and return their number. `labels` has no meaning here.

    Raises SettingError for a folder that is taken, StorageFull, and what loading a picture raises.
    """
    del labels
    return _write(pages, folder, DETECTION, _lines, lambda _: None)


def _write(
    pages: Iterable[PictureOfPage],
    folder: Path,
    name: str,
    items: Callable[[Page], list[Item]],
    finish: Callable[[Path], None],
) -> int:
    names, count = FileNames(), 0
    with new_folder(folder) as root, ExitStack() as stack:
        files: dict[str, IO[bytes]] = {}
        (root / IMAGES).mkdir()
        for each in pages:
            count += 1
            split = split_name(each.split)
            if split not in files:
                files[split] = stack.enter_context((root / f"{name}{split and '_' + split}.txt").open("wb"))
            picture, stem = load(each), names.stem(each.annotated.name)
            image = f"{IMAGES}/{stem}{picture.suffix if picture else '.png'}"
            if picture is not None:
                (root / image).write_bytes(picture.data)
            row = json_bytes(items(fitted(each.annotated.page, picture)))
            files[split].write(image.encode() + b"\t" + row + b"\n")
        finish(root)
    return count


def _class(label: str) -> str:
    """Return a label as a line of the list of classes; roles are in capitals there, and compared in capitals."""
    return one_line(label.upper() if label.upper() in RANK else label)


def _kie_items(page: Page) -> list[Item]:
    linking: dict[int, list[list[int]]] = {}
    for link in page.links or ():
        for end in (link.source, link.target):
            linking.setdefault(end, []).append([link.source, link.target])
    return [
        _item(page, entity) | {"id": number, "linking": linking.get(number, [])} | frame_json(page)
        for number, entity in enumerate(all_entities(page))
        if entity.words
    ]


def _item(page: Page, entity: Entity) -> Item:
    words = [page.words[index] for index in entity.words]
    label = entity.label.lower() if entity.label.upper() in RANK else entity.label
    return {
        "transcription": text_of(words),
        "points": shown_corners(page, union(word.box for word in words)),
        "difficult": False,
        "label": label,
        "key_cls": label,
        "words": [[word.text, *numbers(word.box)] for word in words],
    }


def _lines(page: Page) -> list[Item]:
    found = []
    for words in lines_of_text(page):
        text, box = text_of(words), union(word.box for word in words)
        found.append({"transcription": text or _ILLEGIBLE, "points": shown_corners(page, box), "difficult": not text})
    return found


def lines_of_text(page: Page) -> list[list[Word]]:
    """Return the words of each line: entities over several lines are cut, lines over several entities as well."""
    entities = ([page.words[index] for index in entity.words] for entity in all_entities(page) if entity.words)
    return [[words[i] for i in part] for words in entities for part in line_parts([word.box for word in words])]


def read_paddle(place: Path) -> tuple[PictureOfPage, ...]:
    """Read the pages of a list, or of all lists of a folder.

    Items without a label are OTHER. The pictures tell the sizes; without them a page is as large as its boxes need.
    Raises SettingError where there is no list, and for a broken one.
    """
    files = (
        [place] if place.is_file() else [*sorted(place.glob(f"{KIE}*.txt")), *sorted(place.glob(f"{DETECTION}*.txt"))]
    )
    if not files:
        raise SettingError(f"{place} has no {KIE}.txt and no {DETECTION}.txt; name a list of PaddleOCR")
    return tuple(_read(file, number, line) for file in files for number, line in _rows(file))


def _rows(file: Path) -> list[tuple[int, str]]:
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, ValueError) as error:
        raise SettingError(f"{file} cannot be read ({error}): name a list of PaddleOCR in UTF-8") from None
    return [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]


def _read(file: Path, number: int, line: str) -> PictureOfPage:
    path, _, text = line.partition("\t")
    # PPOCRLabel writes the folder's name before that of the picture.
    image = image_beside(file.parent, path) or image_beside(file.parent, Path(path).name)
    try:
        items = json.loads(text)
        page = _page(items, shown_size(image) or _size(items))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise SettingError(
            f"{file}, line {number}, is no row of PaddleOCR ({type(error).__name__}: {error}); correct or remove it"
        ) from None
    stem = file.stem.removeprefix(KIE).removeprefix(DETECTION).removeprefix("_")
    return of_file(AnnotatedPage(Path(path).stem, page, image), stem if file.stem != stem else "")


def _size(items: Sequence[Item]) -> tuple[int, int]:
    dots = [dot for item in items for dot in item["points"]] or [(0, 0)]
    return int(max(x for x, _ in dots)) + 1, int(max(y for _, y in dots)) + 1


def _page(items: Sequence[Item], size: tuple[int, int]) -> Page:
    page = framed(*size, items[0] if items else {})
    words: list[Word] = []
    entities: list[Entity] = []
    places: dict[Any, int] = {}
    for number, item in enumerate(items):
        places[item.get("id", number)] = len(entities)
        dots = [(float(x), float(y)) for x, y in item["points"]]
        given = union(Box(x, y, x, y) for x, y in dots)
        stored = [Word(str(text), box_of(box)) for text, *box in item.get("words") or ()]
        text = "" if item["transcription"] == _ILLEGIBLE else str(item["transcription"])
        found = edited(page, stored, text, given)
        entities.append(Entity(_label(item), tuple(range(len(words), len(words) + len(found)))))
        words += found
    links = {(a, b) for item in items for a, b in item.get("linking") or () if a in places and b in places}
    directed = [_directed(places[a], places[b], entities) for a, b in links]
    sizes = page.width_px, page.height_px, page.shown_width_px, page.shown_height_px
    return labelled(Page(*sizes, page.to_shown, tuple(words)), entities, directed)


def _label(item: Mapping[str, Any]) -> str:
    label = str(item.get("label") or item.get("key_cls") or OTHER)
    plain = label.upper()
    return OTHER if plain in _NO_LABEL else plain if plain in RANK else label


def _directed(a: int, b: int, entities: Sequence[Entity]) -> tuple[int, int]:
    """Return a link from question to answer: lists of others write them in either direction."""
    ranks = [RANK.get(entities[i].label, len(RANK)) for i in (a, b)]
    return (b, a) if ranks[0] > ranks[1] else (a, b)
