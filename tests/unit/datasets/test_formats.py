"""Formats: `read(write(pages)) == pages` for what each keeps, and nothing outside of the folder."""

from __future__ import annotations

import io
import json
import math
import os
import signal
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from prelabel.datasets.formats import FORMATS
from prelabel.datasets.funsd import AnnotatedPage
from prelabel.datasets.new_folder import FileNames
from prelabel.datasets.pictures import PictureOfPage, labelled, load
from prelabel.datasets.shown import shown_box
from prelabel.errors import ImageMissing, SettingError, StorageFull
from prelabel.geometry import quarter_turn, union
from prelabel.page import Affine, Box, Entity, Page, Word
from tests.support.full_disk import disk_of
from tests.support.generated_pages import by_split, pictured, plain

_QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
_SLOW = settings(_QUICK, max_examples=350)

Kept = Callable[[Page], Page]
#: Formats with a file a page.
BY_NAME = {"funsd", "yolo"}


def _nothing_lost(page: Page) -> Page:
    return page


def _funsd(page: Page) -> Page:
    """Whole pixels of the picture, labels in capitals, composed letters."""
    size = page.shown_width_px, page.shown_height_px
    words = tuple(
        replace(word, text=unicodedata.normalize("NFC", word.text), box=_whole(shown_box(page, word.box)))
        for word in page.words
    )
    made = plain(replace(page, words=words, width_px=size[0], height_px=size[1], to_shown=Affine()))
    entities = [replace(entity, label=entity.label.lower().upper()) for entity in made.entities or ()]
    return labelled(replace(made, labels=None), entities, [(x.source, x.target) for x in made.links or ()])


def _whole(box: Box) -> Box:
    return Box(round(box.x0), round(box.y0), round(box.x1), round(box.y1))


def _paddle(page: Page) -> Page:
    """A page without words has no item that could tell its upright frame."""
    size = page.shown_width_px, page.shown_height_px
    return plain(page if page.words else replace(page, width_px=size[0], height_px=size[1], to_shown=Affine()))


KEPT: dict[str, Kept] = {"coco": _nothing_lost, "huggingface": _nothing_lost, "paddle-kie": _paddle, "funsd": _funsd}


def _roundtrip(name: str, pages: list[PictureOfPage]) -> tuple[PictureOfPage, ...]:
    """Write and read pages; every file must be inside of the folder."""
    format_ = FORMATS[name]
    assert format_.read is not None
    with TemporaryDirectory() as outside:
        folder = Path(outside) / "a" / "b" / "set"
        assert format_.write(iter(pages), folder) == len(pages)
        files = [path for path in Path(outside).rglob("*") if path.is_file()]
        assert all(path.is_relative_to(folder) for path in files)
        read = format_.read(folder)
        for each, (_, page) in zip(read, _in_order(name, read, pages), strict=True):
            wanted, picture = load(page), load(each)
            assert wanted is not None
            assert picture is not None
            assert picture.data == wanted.data
        return read


def _in_order(
    name: str, read: Iterable[PictureOfPage], pages: list[PictureOfPage]
) -> Iterator[tuple[PictureOfPage, PictureOfPage]]:
    """Pair pages that were read with those that were written: formats with a file a page read them by name."""
    names = FileNames()
    stems = {id(each): f"{names.stem(each.annotated.name)}.json" for each in pages}
    written = by_split(sorted(pages, key=lambda each: stems[id(each)]) if name in BY_NAME else pages)
    for split, found in by_split(read).items():
        yield from zip(found, written[split], strict=True)


def _check(name: str, pages: list[PictureOfPage]) -> None:
    read = _roundtrip(name, pages)
    assert len(read) == len(pages)
    for each, page in _in_order(name, read, pages):
        assert each.annotated.page == KEPT[name](page.annotated.page)
        if name in {"coco", "huggingface"}:
            assert each.annotated.name == page.annotated.name or not page.annotated.name


@pytest.mark.parametrize("name", [*KEPT])
@given(pages=st.lists(pictured(), min_size=1, max_size=3))
@_QUICK
def test_pages_come_back(name: str, pages: list[PictureOfPage]) -> None:
    _check(name, pages)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*KEPT])
@given(pages=st.lists(pictured(), min_size=3, max_size=3))
@_SLOW
def test_a_thousand_pages_come_back(name: str, pages: list[PictureOfPage]) -> None:
    _check(name, pages)


@given(pages=st.lists(pictured(), min_size=1, max_size=3))
@_QUICK
def test_yolo_keeps_boxes_and_the_order_of_classes(pages: list[PictureOfPage]) -> None:
    read = _roundtrip("yolo", pages)

    for each, page in _in_order("yolo", read, pages):
        before, now = page.annotated.page, each.annotated.page
        entities = [entity for entity in before.entities or () if entity.words]
        assert [entity.label for entity in now.entities or ()] == [entity.label for entity in entities]
        for entity, word in zip(entities, now.words, strict=True):
            box = shown_box(before, union(before.words[index].box for index in entity.words))
            assert max(abs(a - b) for a, b in zip(_numbers(box), _numbers(word.box), strict=True)) < 0.02


def _numbers(box: Box) -> tuple[float, ...]:
    return box.x0, box.y0, box.x1, box.y1


@given(pages=st.lists(pictured(), min_size=1, max_size=2))
@_QUICK
def test_detection_keeps_lines_of_text(pages: list[PictureOfPage]) -> None:
    read = _roundtrip("paddle-det", pages)

    for each, page in _in_order("paddle-det", read, pages):
        texts = sorted(" ".join(word.text for word in each.annotated.page.words).split())
        assert texts == sorted(" ".join(word.text for word in page.annotated.page.words).split())


def _page(words: tuple[Word, ...], *entities: Entity, links: tuple[tuple[int, int], ...] = ()) -> Page:
    return labelled(Page(200, 100, 200, 100, words=words), entities, links)


NAME, KIM = Word("Name", Box(10, 10, 50, 20)), Word("Kim, Min", Box(60, 10, 120, 20))
PAIR = _page((NAME, KIM), Entity("QUESTION", (0,)), Entity("ANSWER", (1,)), links=((0, 1),))


def _picture(size: tuple[int, int] = (200, 100), kind: str = "PNG", **options: object) -> Callable[[], io.BytesIO]:
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, kind, **options)
    return partial(io.BytesIO, out.getvalue())


def _of(page: Page, name: str = "a", split: str = "", **options: object) -> PictureOfPage:
    return PictureOfPage(AnnotatedPage(name, page), split, _picture(**options))  # type: ignore[arg-type]


def test_coco_is_what_its_readers_expect(tmp_path: Path) -> None:
    FORMATS["coco"].write([_of(PAIR), _of(PAIR, "b")], tmp_path / "set", ("ANSWER", "QUESTION"))

    data = json.loads((tmp_path / "set" / "annotations" / "instances.json").read_text("utf-8"))
    assert [(each["id"], each["name"]) for each in data["categories"]] == [(1, "ANSWER"), (2, "QUESTION")]
    assert [image["file_name"] for image in data["images"]] == ["a.png", "b.png"]
    first = data["annotations"][0]
    assert (first["bbox"], first["area"], first["iscrowd"], first["category_id"]) == ([10, 10, 40, 10], 400, 0, 2)
    assert [each["id"] for each in data["annotations"]] == [1, 2, 3, 4]
    assert [each["links"] for each in data["annotations"]] == [[2], [], [4], []]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"bbox": [110, 60, 40, 10]}, (("Name", Box(110, 60, 150, 70)),)),
        ({"text": "First name"}, (("First", Box(10, 10, 30, 20)), ("name", Box(34, 10, 50, 20)))),
        ({"text": "First name", "words": None}, (("First", Box(10, 10, 30, 20)), ("name", Box(34, 10, 50, 20)))),
        ({"bbox": [10.2, 10.1, 40.1, 9.9]}, (("Name", Box(10, 10, 50, 20)),)),
    ],
)
def test_what_others_edit_in_coco_counts(
    tmp_path: Path, change: dict[str, object], words: tuple[tuple[str, Box], ...]
) -> None:
    FORMATS["coco"].write([_of(PAIR)], tmp_path / "set")
    file = tmp_path / "set" / "annotations" / "instances.json"
    data = json.loads(file.read_text("utf-8"))
    data["annotations"][0] |= change
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(data, indent=2).replace("\n", "\r\n").encode())

    (read,) = _read("coco", tmp_path / "set")

    first = (read.annotated.page.entities or ())[0]
    assert tuple((read.annotated.page.words[i].text, read.annotated.page.words[i].box) for i in first.words) == words


def _read(name: str, place: Path) -> tuple[PictureOfPage, ...]:
    read = FORMATS[name].read
    assert read is not None
    return read(place)


def test_paddle_reads_ser_and_re_as_written(tmp_path: Path) -> None:
    FORMATS["paddle-kie"].write([_of(PAIR, split="train")], tmp_path / "set", ("QUESTION", "ANSWER", "품목"))

    path, items = (tmp_path / "set" / "Label_train.txt").read_text("utf-8").rstrip("\n").split("\t")
    assert path == "images/a.png"
    assert [(i["transcription"], i["label"], i["id"], i["linking"]) for i in json.loads(items)] == [
        ("Name", "question", 0, [[0, 1]]),
        ("Kim, Min", "answer", 1, [[0, 1]]),
    ]
    assert json.loads(items)[0]["points"] == [[10, 10], [50, 10], [50, 20], [10, 20]]
    assert (tmp_path / "set" / "class_list.txt").read_text("utf-8").split() == ["OTHER", "QUESTION", "ANSWER", "품목"]


def test_lists_of_ppocrlabel_are_read(tmp_path: Path) -> None:
    (tmp_path / "shots").mkdir()
    (tmp_path / "shots" / "1.png").write_bytes(_picture()().read())
    items = [
        {"transcription": "이름", "points": [[60, 30], [20, 30], [20, 40], [60, 40]], "key_cls": "None"},
        {"transcription": "김 민수", "points": [[70.0, 30.0], [100, 30], [100, 40], [70, 40]], "key_cls": "성명"},
    ]
    rows = f"shots/1.png\t{json.dumps(items)}\r\n\r\n"
    (tmp_path / "shots" / "Label.txt").write_bytes(b"\xef\xbb\xbf" + rows.encode())

    (read,) = _read("paddle-kie", tmp_path / "shots" / "Label.txt")

    page = read.annotated.page
    assert (page.width_px, page.height_px) == (200, 100)
    assert [(e.label, [page.words[i].text for i in e.words]) for e in page.entities or ()] == [
        ("OTHER", ["이름"]),
        ("성명", ["김", "민수"]),
    ]
    assert read.annotated.image == tmp_path / "shots" / "1.png"


def test_easyocr_reads_commas_and_quotes_as_they_are(tmp_path: Path) -> None:
    words = (
        Word('"Kim", Min', Box(-5, 10, 120, 20)),
        Word("밖", Box(300, 10, 320, 20)),
        Word("a\r\nb", Box(5, 40, 30, 60)),
    )
    FORMATS["easyocr"].write([_of(_page(words))], tmp_path / "set")

    rows = (tmp_path / "set" / "train" / "labels.csv").read_bytes().decode().split("\n")
    assert rows == ["filename,words", 'a-001.png,"Kim", Min', "a-002.png,a b", ""]
    with Image.open(tmp_path / "set" / "train" / "a-001.png") as crop:
        assert crop.size == (120, 10)
    # As EasyOCR's trainer reads it.
    options = {"sep": "^([^,]+),", "engine": "python", "usecols": ["filename", "words"], "keep_default_na": False}
    frame = import_module("pandas").read_csv(tmp_path / "set" / "train" / "labels.csv", **options)
    assert frame["words"].tolist() == ['"Kim", Min', "a b"]


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_crops_of_turned_pages_are_level(tmp_path: Path, quarters: int) -> None:
    upright = Image.new("L", (200, 120), 255)
    upright.paste(0, (20, 30, 30, 50))  # the left sixth of the word
    shown = upright.rotate(-90 * quarters, expand=True)
    out = io.BytesIO()
    shown.save(out, "PNG")
    page = labelled(
        Page(200, 120, *shown.size, quarter_turn(quarters, 200, 120), (Word("I", Box(20, 30, 80, 50)),)), (), ()
    )

    FORMATS["easyocr"].write(
        [PictureOfPage(AnnotatedPage("a", page), "", partial(io.BytesIO, out.getvalue()))], tmp_path / "set"
    )

    with Image.open(tmp_path / "set" / "train" / "a-001.png") as crop:
        assert crop.size == (60, 20)
        assert (crop.getpixel((4, 10)), crop.getpixel((40, 10))) == (0, 255)


def test_parquet_names_its_features(tmp_path: Path) -> None:
    FORMATS["huggingface"].write([_of(PAIR, "a/b", "valid")], tmp_path / "set")

    file = pq.ParquetFile(tmp_path / "set" / "data" / "validation-00000-of-00001.parquet")
    schema = file.schema_arrow
    features = json.loads(schema.metadata[b"huggingface"])["info"]["features"]
    assert list(features) == schema.names
    assert features["image"] == {"_type": "Image"}
    assert str(schema.field("image").type) == "struct<bytes: binary, path: string>"
    row = file.read().to_pylist()[0]
    assert row["labels"] == ["QUESTION", "ANSWER"]
    assert row["image"]["path"] == "a_b.png"
    assert "split: validation\n    path: data/validation-*" in (tmp_path / "set" / "README.md").read_text("utf-8")


def test_a_picture_that_exif_turns_is_written_as_it_is_shown(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = _of(PAIR, size=(100, 200), kind="JPEG", exif=exif)

    FORMATS["coco"].write([turned], tmp_path / "set")

    (read,) = _read("coco", tmp_path / "set")
    assert read.annotated.page == PAIR
    assert read.annotated.image is not None
    with Image.open(read.annotated.image) as image:
        assert (image.size, image.getexif().get(0x0112, 1)) == ((200, 100), 1)


def test_boxes_fit_a_smaller_copy_of_the_picture(tmp_path: Path) -> None:
    FORMATS["coco"].write([_of(PAIR, size=(100, 50))], tmp_path / "set")

    data = json.loads((tmp_path / "set" / "annotations" / "instances.json").read_text("utf-8"))
    assert data["annotations"][0]["bbox"] == [5, 5, 20, 5]
    assert _read("coco", tmp_path / "set")[0].annotated.page.words == PAIR.words


@pytest.mark.parametrize("name", FORMATS)
def test_a_folder_that_is_taken_is_refused_and_stays(tmp_path: Path, name: str) -> None:
    (tmp_path / "set").mkdir()
    FORMATS[name].write([_of(PAIR)], tmp_path / "set")
    before = sorted(tmp_path.rglob("*"))

    with pytest.raises(SettingError, match="is there already: name a new folder"):
        FORMATS[name].write([_of(PAIR)], tmp_path / "set")
    (tmp_path / "file").write_text("mine")
    with pytest.raises(SettingError, match="is there already"):
        FORMATS[name].write([_of(PAIR)], tmp_path / "file")
    with pytest.raises(SettingError, match="cannot be written"):
        FORMATS[name].write([_of(PAIR)], tmp_path / "file" / "set")

    assert sorted(tmp_path.rglob("*")) == [tmp_path / "file", *before]


@pytest.mark.parametrize("name", FORMATS)
def test_what_breaks_off_leaves_nothing(tmp_path: Path, name: str) -> None:
    def gone() -> io.BytesIO:
        raise FileNotFoundError(2, "No such file or directory")

    pages = [_of(PAIR), PictureOfPage(AnnotatedPage("b", PAIR), "", gone)]

    with pytest.raises(ImageMissing, match="the picture of b cannot be opened"):
        FORMATS[name].write(pages, tmp_path / "set")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", FORMATS)
def test_a_killed_process_leaves_no_data_set(tmp_path: Path, name: str) -> None:
    def pages() -> Iterator[PictureOfPage]:
        yield _of(PAIR)
        os.kill(os.getpid(), signal.SIGKILL)

    if not (child := os.fork()):
        FORMATS[name].write(pages(), tmp_path / "set")
        os._exit(0)

    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    assert [path.name[:5] for path in tmp_path.iterdir()] == [".set."]
    FORMATS[name].write([_of(PAIR)], tmp_path / "set")


@pytest.mark.parametrize("name", FORMATS)
def test_odd_numbers_and_characters_break_nothing(tmp_path: Path, name: str) -> None:
    words = (Word("\ud800x\x00", Box(math.nan, 5, math.inf, 1)), Word("", Box(-50, -50, -40, -40)))
    page = _page(words, Entity("a\ud800\nb", (0, 1)))

    FORMATS[name].write([_of(page, "\ud800\x00")], tmp_path / "set")

    if read := FORMATS[name].read:
        assert len(read(tmp_path / "set")) == 1


@pytest.mark.parametrize("name", FORMATS)
def test_a_full_disk_is_one_line_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    noise = Image.effect_noise((200, 100), 90)
    out = io.BytesIO()
    noise.convert("L").save(out, "PNG")
    page = labelled(Page(200, 100, 200, 100, words=(Word("x", Box(0, 0, 200, 100)),)), (Entity("A", (0,)),), ())

    with disk_of(4_000), pytest.raises(StorageFull, match="no space was left") as failed:
        FORMATS[name].write(
            [PictureOfPage(AnnotatedPage("a", page), "", partial(io.BytesIO, out.getvalue()))], tmp_path / "set"
        )

    assert "\n" not in str(failed.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", [name for name, format_ in FORMATS.items() if format_.read])
def test_a_folder_without_pages_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingError, match=str(tmp_path)):
        _read(name, tmp_path)


@pytest.mark.parametrize("split", ["../x", "a/b", "a b", ".", "x" * 100])
def test_a_split_that_is_no_name_is_refused(tmp_path: Path, split: str) -> None:
    with pytest.raises(SettingError, match="split"):
        FORMATS["coco"].write([_of(PAIR, split=split)], tmp_path / "set")


def test_a_list_that_names_files_elsewhere_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(_picture()().read())
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "Label.txt").write_text(f"../secret.png\t[]\n{tmp_path}/secret.png\t[]\n\0\t[]\n")

    assert [each.annotated.image for each in _read("paddle-kie", tmp_path / "set")] == [None, None, None]
