"""Text of regions that have none: from the stored page, else read from the image; with the reason where neither can be.

Tesseract is real; Label Studio is not needed.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from prelabel.bucket.folder import FolderBucket
from prelabel.bucket.keys import Keys
from prelabel.errors import EngineUnavailable, ImageMissing, ServiceUnavailable
from prelabel.geometry import compose, quarter_turn, transform
from prelabel.images.decode import decode
from prelabel.labelstudio.export import read_corrections
from prelabel.labelstudio.regions.drawn import read_drawn
from prelabel.labelstudio.regions.reading import read_labelled
from prelabel.ocr.engines import choice_for
from prelabel.ocr.reading import read_page
from prelabel.page import Affine, Box, Page, Word
from prelabel.project.stored_pages import StoredPages, server_names
from prelabel.results.missing_text import MissingTexts, texts_of_export
from prelabel.settings import Settings

EXAMPLES = Path(__file__).parents[2] / "examples"
VERSION = "prelabel-compact-1f09c3a7-b2e4d610"
SETTINGS = Settings(_env_file=None, label_studio_url="http://studio.example")
LARGER = 0.12


def image_file(name: str) -> Path:
    return EXAMPLES / "pages" / f"{name}.png"


@cache
def read(name: str) -> Page:
    """Return a sample page as stage ocr reads it."""
    choice = choice_for(SETTINGS, SETTINGS.for_project(0))
    return read_page(image_file(name).read_bytes(), choice, max_pixels=10**8)


def known_words(name: str) -> list[tuple[str, Box]]:
    """Return the words of a sample page with boxes as people draw them."""
    annotation = json.loads((EXAMPLES / "annotated" / "annotations" / f"{name}.json").read_text("utf-8"))
    words = [(word["text"], Box(*word["box"])) for entity in annotation["form"] for word in entity["words"]]
    return [(text, drawn(box)) for text, box in words]


def drawn(box: Box) -> Box:
    by = LARGER * box.height
    return Box(box.x0 - by, box.y0 - by, box.x1 + by, box.y1 + by)


def region(number: int, box: Box, page: Page, **more: Any) -> dict[str, Any]:
    """Return a rectangle that a person drew: a label, and no text."""
    width, height = page.shown_width_px, page.shown_height_px
    value = {
        "x": 100 * box.x0 / width,
        "y": 100 * box.y0 / height,
        "width": 100 * box.width / width,
        "height": 100 * box.height / height,
        "rotation": 0,
        "rectanglelabels": ["ANSWER"],
    }
    sizes = {"original_width": width, "original_height": height, "image_rotation": 0}
    names = {"id": f"r{number}", "from_name": "label", "to_name": "image", "type": "rectanglelabels"}
    return {**names, **sizes, "value": value, **more}


def row(name: str, boxes: list[Box], **more: Any) -> dict[str, Any]:
    result = [region(number, box, read(name)) for number, box in enumerate(boxes)]
    annotation = {"id": 1, "result": result, "updated_at": "2026-11-30T10:00:00Z"}
    return {
        "id": 12,
        "project": 6,
        "data": {"image": f"/data/upload/6/{name}.png"},
        "annotations": [annotation],
        **more,
    }


@pytest.fixture
def stored(tmp_path: Path) -> StoredPages:
    keys = Keys.from_settings(SETTINGS)
    return StoredPages(FolderBucket(tmp_path / "bucket", ""), keys, server_names(SETTINGS))


def texts(missing: MissingTexts, of: dict[str, Any]) -> list[str]:
    """Return the texts of the regions, without spaces."""
    body = of["annotations"][0]
    page = read_labelled(body, missing=missing(of, body)).page
    found = {}
    for entity in page.entities or ():
        words = [page.words[i] for i in entity.words]
        found[words[0].box.y0, words[0].box.x0] = "".join(word.text for word in words)
    return [found[key] for key in sorted(found)]


def each_text(missing: MissingTexts, of: dict[str, Any]) -> list[str]:
    """Return the text of each region in the annotation's order, asked as reading back asks."""
    body = of["annotations"][0]
    outlines = [region.shape.outline for region in read_drawn(body, (), None).regions]
    words = missing(of, body).words(outlines, Affine())
    return ["".join(word.text for word in of_region) for of_region in words]


def no_image(_: object) -> bytes:
    raise ImageMissing("the image is gone")


@pytest.mark.parametrize("name", ["en-application-form", "en-invoice", "ko-quotation", "ko-tax-invoice"])
def test_boxes_around_known_words_come_back_through_the_stored_page(stored: StoredPages, name: str) -> None:
    words = known_words(name)
    stored.keep(6, 12, VERSION, read(name), f"/data/upload/6/{name}.png")
    missing = MissingTexts(stored, lambda _: image_file(name).read_bytes(), SETTINGS)

    found = each_text(missing, row(name, [box for _, box in words]))
    share = sum(text == each for (text, _), each in zip(words, found, strict=True)) / len(words)
    assert share > 0.95
    assert not missing.not_read


def test_the_page_is_enough(stored: StoredPages) -> None:
    stored.keep(6, 12, VERSION, read("en-invoice"), "/data/upload/6/en-invoice.png")
    box = next(box for text, box in known_words("en-invoice") if text == "NP-20418")

    missing = MissingTexts(stored, no_image, SETTINGS)
    assert texts(missing, row("en-invoice", [box])) == ["NP-20418"]
    assert missing.sources == {12: {"stored_page": 1}}


def test_a_word_that_ocr_missed_is_read_from_the_image(stored: StoredPages) -> None:
    page = read("en-invoice")
    rest = tuple(word for word in page.words if word.text != "NP-20418")
    stored.keep(6, 12, VERSION, replace(page, words=rest), "en-invoice.png")
    box = next(box for text, box in known_words("en-invoice") if text == "NP-20418")

    missing = MissingTexts(stored, lambda _: image_file("en-invoice").read_bytes(), SETTINGS)
    assert texts(missing, row("en-invoice", [box])) == ["NP-20418"]
    assert missing.sources == {12: {"image": 1}}


def test_a_border_through_a_joined_word_asks_the_image(stored: StoredPages) -> None:
    """OCR has joined two fields to one word, and a person has split them."""
    page, words = read("en-invoice"), dict(known_words("en-invoice"))
    first, second = words["Northgate"], words["Print"]
    joined = Word("NorthgatePrint", Box(first.x0, first.y0, second.x1, first.y1))
    stored.keep(6, 12, VERSION, replace(page, words=(joined,)), "en-invoice.png")

    missing = MissingTexts(stored, lambda _: image_file("en-invoice").read_bytes(), SETTINGS)
    assert texts(missing, row("en-invoice", [first, second])) == ["Northgate", "Print"]


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_pages_on_their_side(stored: StoredPages, quarters: int) -> None:
    page = read("ko-quotation")
    to_shown = compose(quarter_turn(quarters, page.shown_width_px, page.shown_height_px), page.to_shown)
    shown = (page.shown_width_px, page.shown_height_px)[:: -1 if quarters % 2 else 1]
    lying = replace(page, shown_width_px=shown[0], shown_height_px=shown[1], to_shown=to_shown)
    stored.keep(6, 12, VERSION, lying, "scan.png")
    box = next(box for text, box in known_words("ko-quotation") if text == "Q25-0714-03")
    place = transform(quarter_turn(quarters, page.shown_width_px, page.shown_height_px), box)
    body = {"result": [region(1, place, lying)]}

    missing = MissingTexts(stored, no_image, SETTINGS, 6)({"id": 12, "data": {"image": "scan.png"}}, body)
    back = read_labelled(body, missing=missing).page
    assert [word.text for word in back.words] == ["Q25-0714-03"]
    assert (back.width_px, back.height_px) == (page.width_px, page.height_px)
    assert missing.turn() == pytest.approx(90 * quarters)


def test_a_smaller_copy_of_the_image_will_do() -> None:
    name = "en-invoice"
    half = decode(image_file(name).read_bytes(), max_pixels=10**8, gray=True).reduce(2)
    buffer = BytesIO()
    half.save(buffer, "PNG")
    words = [word for word in known_words(name) if len(word[0]) > 3][:30]

    missing = MissingTexts(None, lambda _: buffer.getvalue(), SETTINGS)
    found = each_text(missing, row(name, [box for _, box in words]))
    assert sum(text == each for (text, _), each in zip(words, found, strict=True)) >= 28


def test_the_newest_page_stands_in_for_a_version_that_is_gone(stored: StoredPages) -> None:
    stored.keep(6, 12, "prelabel-b", read("en-invoice"), "en-invoice.png")
    box = next(box for text, box in known_words("en-invoice") if text == "NP-20418")
    of = row("en-invoice", [box])
    of["annotations"][0]["result"][0]["meta"] = {"prelabel": "prelabel-a"}

    assert texts(MissingTexts(stored, no_image, SETTINGS), of) == ["NP-20418"]


def test_pages_of_older_releases_are_not_looked_up() -> None:
    class Never:
        def find(self, *_: object, **__: object) -> None:
            raise AssertionError

    name = "en-invoice"
    box = next(box for text, box in known_words(name) if text == "NP-20418")
    older = {"id": 3, "model_version": "prelabel-0", "result": [region(1, box, read(name))]}
    missing = MissingTexts(Never(), lambda _: image_file(name).read_bytes(), SETTINGS)  # type: ignore[arg-type]
    assert texts(missing, row(name, [box], predictions=[older])) == ["NP-20418"]


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> None:
        raise EngineUnavailable("the program tesseract is not installed")

    monkeypatch.setattr("prelabel.ocr.engines.choice_for", missing)


def test_regions_that_cannot_be_read_are_counted(no_engine: None) -> None:
    name = "en-invoice"
    boxes = [box for _, box in known_words(name)[:3]]
    missing = MissingTexts(None, lambda _: image_file(name).read_bytes(), SETTINGS)

    assert texts(missing, row(name, boxes)) == []
    assert missing.not_read == {12: {"no OCR engine is here to read them (the program tesseract is not installed)": 3}}


def test_an_image_that_is_gone_is_told() -> None:
    missing = MissingTexts(None, no_image, SETTINGS)

    assert texts(missing, row("en-invoice", [known_words("en-invoice")[0][1]])) == []
    assert missing.not_read == {12: {"the image is gone": 1}}


def test_a_bucket_that_is_away_is_an_error_for_results() -> None:
    class Away:
        def find(self, *_: object, **__: object) -> None:
            raise ServiceUnavailable("the bucket does not answer")

    name = "en-invoice"
    of = row(name, [next(box for text, box in known_words(name) if text == "NP-20418")])
    with pytest.raises(ServiceUnavailable):
        texts(MissingTexts(Away(), no_image, SETTINGS), of)  # type: ignore[arg-type]
    lenient = MissingTexts(
        Away(),  # type: ignore[arg-type]
        lambda _: image_file(name).read_bytes(),
        SETTINGS,
        can_do_without=True,
    )
    assert texts(lenient, of) == ["NP-20418"]


def test_an_export_is_read_with_the_images_beside_it(tmp_path: Path) -> None:
    name = "ko-quotation"
    box = next(box for text, box in known_words(name) if text == "Q25-0714-03")
    (tmp_path / f"{name}.png").write_bytes(image_file(name).read_bytes())
    export = tmp_path / "project-6.json"
    export.write_text(json.dumps([row(name, [box])]), "utf-8")

    found = read_corrections(export, texts_of_export(tmp_path, SETTINGS.model_copy(update={"bucket": str(tmp_path)})))
    assert [word.text for each in found.pages for word in each.page.words] == ["Q25-0714-03"]


def test_an_export_without_images_takes_the_stored_pages(tmp_path: Path) -> None:
    settings = SETTINGS.model_copy(update={"bucket": str(tmp_path / "bucket")})
    name = "en-invoice"
    box = next(box for text, box in known_words(name) if text == "NP-20418")
    texts_of_export(tmp_path, settings).stored.keep(6, 12, VERSION, read(name), f"s3://scans/{name}.png")  # type: ignore[union-attr]
    export = tmp_path / "project-6.json"
    export.write_text(json.dumps([row(name, [box])]), "utf-8")

    found = read_corrections(export, texts_of_export(tmp_path, settings))
    assert [word.text for each in found.pages for word in each.page.words] == ["NP-20418"]
