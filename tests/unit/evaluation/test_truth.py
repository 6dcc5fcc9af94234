"""Truth from exports of Label Studio and from folders of FUNSD's layout, and the image of each page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from prelabel.datasets.funsd import write_annotations
from prelabel.errors import SettingError
from prelabel.evaluation.truth import read_truth
from prelabel.page import Box, Page, Word

SIZE = {"original_width": 1000, "original_height": 2000, "image_rotation": 0}


def region(id_: str, text: str, value: dict[str, Any], words: list[list[Any]] | None = None) -> list[dict[str, Any]]:
    """Return a box, its label and its text as Label Studio 1.23 exports them."""
    meta = {"meta": {"words": words}} if words else {}
    kind = "polygon" if "points" in value else "rectangle"
    whole = {"id": id_, "to_name": "image", "origin": "prediction", **SIZE, **meta}
    return [
        {**whole, "from_name": "bbox", "type": kind, "value": value},
        {**whole, "from_name": "label", "type": "labels", "value": {**value, "labels": ["ANSWER"]}},
        {**whole, "from_name": "transcription", "type": "textarea", "value": {**value, "text": [text]}},
    ]


def at(x: float, y: float, width: float, height: float, rotation: float = 0) -> dict[str, Any]:
    return {"x": x, "y": y, "width": width, "height": height, "rotation": rotation}


def task(id_: int, image: str, *results: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    annotation = {"id": 1, "was_cancelled": False, "ground_truth": False, "result": [x for r in results for x in r]}
    return {"id": id_, "data": {"image": image}, "annotations": [annotation], "predictions": [], **more}


def export(folder: Path, tasks: Any) -> Path:
    file = folder / "project-6.json"
    file.write_text(tasks if isinstance(tasks, str) else json.dumps(tasks), "utf-8")
    return file


def image(folder: Path, name: str) -> Path:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", (100, 200), 255).save(folder / name)
    return folder / name


def boxes(words: tuple[Word, ...]) -> list[tuple[str, list[int]]]:
    return [(w.text, [round(v) for v in (w.box.x0, w.box.y0, w.box.x1, w.box.y1)]) for w in words]


def test_rectangles_polygons_and_stored_words(tmp_path: Path) -> None:
    image(tmp_path, "p.png")
    points = {"points": [[50, 50], [60, 50], [60, 52], [50, 52]], "closed": True}
    stored = [["Invoice", 10, 20, 9, 2], ["No:", 20, 20, 5, 2]]
    results = [
        region("a", "나래공간", points),
        region("b", "Invoice Nr:", at(10, 20, 15, 2), stored),
        region("c", "turned", at(50, 10, 10, 5, 90)),
    ]
    relation = [{"type": "relation", "from_id": "b", "to_id": "a", "direction": "right"}]

    (page,) = read_truth(export(tmp_path, [task(3, "/data/upload/6/p.png", *results, relation)]))

    assert boxes(page.words) == [
        ("나래공간", [500, 1000, 600, 1040]),
        ("Invoice", [100, 400, 190, 440]),
        ("Nr:", [200, 400, 250, 440]),
        ("turned", [400, 200, 500, 300]),
    ]
    assert (page.name, page.image, page.width_px, page.height_px) == ("3-p", tmp_path / "p.png", 1000, 2000)
    assert boxes(page.words_on(500, 1000))[0] == ("나래공간", [250, 500, 300, 520])


def test_tilted_rectangles_are_the_boxes_around_them_in_the_image_that_was_shown(tmp_path: Path) -> None:
    """Given words of a line that rises by 30 degrees, when it is read, then each word keeps its place on the line."""
    image(tmp_path, "p.png")
    line = region("a", "to be", at(40, 50, 10, 1, 330))

    (page,) = read_truth(export(tmp_path, [task(3, "/data/upload/6/p.png", line)]))

    # 100 px along, 20 px down, at sin 0.5 and cos 0.866: the first word is two fifths of the line.
    assert boxes(page.words) == [("to", [400, 980, 445, 1017]), ("be", [452, 950, 497, 987])]
    assert (page.width_px, page.height_px) == (1000, 2000)


def test_a_line_drawn_as_one_region_is_cut_into_its_words_and_a_paragraph_is_not(tmp_path: Path) -> None:
    image(tmp_path, "p.png")
    # 10 characters on 400 pixels; then 11 on 100, 200 high
    results = [region("a", "Total 1,50", at(10, 10, 40, 2)), region("b", "First Avenue", at(10, 50, 10, 10))]
    (page,) = read_truth(export(tmp_path, [task(3, "p.png", *results)]))
    assert boxes(page.words) == [
        ("Total", [100, 200, 300, 240]),
        ("1,50", [340, 200, 500, 240]),
        ("First Avenue", [100, 1000, 200, 1200]),
    ]


@pytest.mark.parametrize(
    ("reference", "file"),
    [
        ("/data/upload/6/c0ff91c9-page.png", "c0ff91c9-page.png"),
        ("/data/upload/6/c0ff91c9-page.png", "page.png"),
        ("/data/upload/6/c0ff91c9-page.png", "images/page.png"),
        ("/data/local-files/?d=scans/2024/a%20b.png", "scans/2024/a b.png"),
        ("/data/local-files/?d=scans/2024/a%20b.png", "2024/a b.png"),
        ("s3://bucket/in/page.jpg", "page.jpg"),
        ("https://host.example/x/page.png?X-Amz-Signature=1", "page.png"),
    ],
)
def test_the_image_is_found_by_its_name(tmp_path: Path, reference: str, file: str) -> None:
    folder = tmp_path / "elsewhere"
    there = image(folder, file)
    image(folder, "other.png")
    (page,) = read_truth(export(tmp_path, [task(3, reference, region("a", "x", at(1, 1, 1, 1)))]), folder)
    assert page.image == there


def test_images_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    files = [image(tmp_path, f"{name}/1.png") for name in ("a", "b")]
    tasks = [
        task(i, f"/data/local-files/?d=root/{n}/1.png", region("a", "x", at(1, 1, 1, 1))) for i, n in enumerate("ab")
    ]
    assert [page.image for page in read_truth(export(tmp_path, tasks))] == files


def test_no_reference_leads_out_of_the_folder(tmp_path: Path) -> None:
    image(tmp_path, "secret.png")
    image(tmp_path, "in/page.png")
    tasks = [task(1, "../secret.png"), task(2, "page.png")]
    assert not read_truth(export(tmp_path, tasks), tmp_path / "in")[0].image.is_file()


def test_the_annotation_that_counts(tmp_path: Path) -> None:
    image(tmp_path, "p.png")

    def annotation(text: str, **more: Any) -> dict[str, Any]:
        return {"was_cancelled": False, "result": region("a", text, at(1, 1, 1, 1)), **more}

    first, second = annotation("first"), annotation("second")
    truth = annotation("truth", ground_truth=True)
    cancelled = annotation("cancelled", was_cancelled=True)
    tasks = [
        {"id": 1, "data": {"image": "p.png"}, "annotations": [truth, second]},
        {"id": 2, "data": {"image": "p.png"}, "annotations": [first, second, cancelled]},
        {"id": 3, "data": {"image": "p.png"}, "annotations": [cancelled]},
        {"id": 4, "data": {"image": "p.png"}, "annotations": []},
        {"id": 5, "data": {"image": "p.png", "n": 7}, "annotations": [{"result": []}]},
    ]
    pages = read_truth(export(tmp_path, tasks))
    assert [(page.name, [w.text for w in page.words]) for page in pages] == [
        ("1-p", ["truth"]),
        ("2-p", ["second"]),
        ("5-p", []),
    ]
    assert pages[-1].words_on(100, 200) == ()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "cannot be read as JSON"),
        ('[{"id": 1, "data": {}, "annotations": [{"result": [NaN]}]}]', "NaN is no number"),
        ("{}", "no export of Label Studio in the format JSON"),
        ('[{"image": "p.png", "bbox": []}]', "no export of Label Studio in the format JSON"),
        ("[]", "none of its 0 pages"),
        ('[{"id": 7, "data": {"image": "p.png"}, "annotations": ["x"]}]', "page 7 cannot be read"),
        ('[{"id": 7, "data": ["p.png"], "annotations": [{"result": []}]}]', "page 7 cannot be read"),
        ('[{"id": 7, "data": {"image": "p.png"}, "annotations": [{"result": {"type": "x"}}]}]', "page 7"),
    ],
)
def test_a_broken_export_is_one_line_that_names_it(tmp_path: Path, content: str, says: str) -> None:
    file = export(tmp_path, content)
    with pytest.raises(SettingError) as caught:
        read_truth(file)
    assert str(file) in str(caught.value)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_annotation_without_the_size_of_its_image_says_so(tmp_path: Path) -> None:
    result = {"id": "a", "type": "rectangle", "to_name": "image", "value": at(1, 1, 1, 1)}
    tasks = [{"id": 7, "data": {"image": "p.png"}, "annotations": [{"result": [result]}]}]
    with pytest.raises(SettingError, match=r"page 7 .*size"):
        read_truth(export(tmp_path, tasks))


def test_a_folder_of_funsd_s_layout(tmp_path: Path) -> None:
    page = Page(100, 200, 100, 200, words=(Word("Total", Box(10, 10, 40, 20)),))
    write_annotations(tmp_path, "a", page)
    write_annotations(tmp_path, "b", page)
    with pytest.raises(SettingError, match=r"none of the 2 images .* is there \(the first would be .*images/a\.png\)"):
        read_truth(tmp_path)
    image(tmp_path, "images/b.png")
    first, second = read_truth(tmp_path)
    assert (first.image.is_file(), second.image.is_file()) == (False, True)
    assert boxes(second.words) == [("Total", [10, 10, 40, 20])]


def test_a_truth_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="is not there: name a folder of FUNSD's layout, or a JSON export"):
        read_truth(tmp_path / "nothing")
