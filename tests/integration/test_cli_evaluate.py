"""`prelabel evaluate ocr`: real Tesseract on printed pages with known words; correct and broken ground truth."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from prelabel.datasets.funsd import write_annotations
from prelabel.evaluation.ocr_pictures import MISSED
from prelabel.page import Box, Page, Word
from tests.support.cli_runs import NOWHERE, Cli
from tests.support.ocr_pages import ENGLISH, printed

#: On the first three lines of a page.
WORDS = sum(len(line.split()) for line in ENGLISH[:3])
NO_SERVERS = {"REDIS_URL": f"redis://{NOWHERE}/0", "LABEL_STUDIO_URL": f"http://{NOWHERE}", "LANGUAGES": "eng"}


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Cli:
    monkeypatch.chdir(tmp_path)
    return Cli(monkeypatch, capsys)


def add_page(folder: Path, name: str, *, lines: int = 3, more: tuple[Word, ...] = ()) -> Page:
    """Print a page with its words as ground truth, and `more` words in the ground truth that are not printed."""
    made = printed(ENGLISH[:lines], dpi=150)
    (folder / "images").mkdir(parents=True, exist_ok=True)
    made.image.save(folder / "images" / f"{name}.png")
    words = tuple(Word(text, box) for text, box in made.words)
    page = Page(*made.image.size, *made.image.size, words=words + more)
    write_annotations(folder, name, page)
    return page


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    """Return the ground truth of page a as printed, and of page b with three more words."""
    folder = tmp_path / "truth"
    add_page(folder, "a")
    add_page(folder, "b", more=tuple(Word("gone", Box(10, y, 60, y + 20)) for y in (900, 940, 980)))
    return folder


def evaluated(cli: Cli, truth: Path, *args: object, **settings: object) -> dict[str, Any]:
    outcome = cli("evaluate", "ocr", "--truth", truth, "--json", *args, **NO_SERVERS | settings)
    assert (outcome.code, outcome.err) == (0, "")
    [made] = outcome.json()
    assert isinstance(made, dict)
    return made


def test_one_object_with_shares_of_a_hundred(cli: Cli, truth: Path) -> None:
    made = evaluated(cli, truth, "--engine", "tesseract")
    assert (made["engine"], made["pages"], made["words"]) == ("tesseract", 2, 2 * WORDS + 3)
    # three words of the truth are on no page
    most = 100 * (1 - 3 / made["words"])
    assert most - 8 < made["word_recall"] <= most + 0.01
    for name in ("detection_f1", "end_to_end_f1", "cleval"):
        assert 80 < made[name] < 100
    for name in ("cer", "wer"):
        assert 0 < made[name] < 25
    assert 0 < made["cpu_s_per_page"] < 60
    assert made["failed"] == []
    assert [page["page"] for page in made["worst"]] == ["b", "a"]
    assert made["worst"][0]["words"] == WORDS + 3


def test_time_of_programs_that_are_run_counts(cli: Cli, truth: Path) -> None:
    made = evaluated(cli, truth, "--engine", "pytesseract", "--limit", 1)
    assert (made["engine"], made["pages"], made["words"]) == ("pytesseract", 1, WORDS)
    assert made["cpu_s_per_page"] > 0.1  # loading the model alone takes longer


def test_a_table_and_pictures_of_the_worst_pages(cli: Cli, truth: Path, tmp_path: Path) -> None:
    pictures = tmp_path / "new" / "pictures"
    outcome = cli("evaluate", "ocr", "--truth", truth, "--worst", 1, "--pictures", pictures, **NO_SERVERS)
    assert (outcome.code, outcome.err) == (0, "")
    for said in ("end to end", "word recall", "CER", "CLEval", "worst pages", "numbers read", str(pictures / "b.png")):
        assert said in outcome.out.replace("\n", " ")
    assert sorted(file.name for file in pictures.iterdir()) == ["b.png", "wrong-words.png"]
    with Image.open(pictures / "b.png") as picture:
        factor = picture.width / printed(ENGLISH[:1], dpi=150).image.width
        assert picture.getpixel((round(30 * factor), round(900 * factor))) == MISSED


def test_an_export_of_label_studio(cli: Cli, tmp_path: Path) -> None:
    page = add_page(tmp_path, "a")
    export = tmp_path / "project-6.json"
    export.write_text(json.dumps([{**task(page), "id": 4}]), "utf-8")
    made = evaluated(cli, export)  # its images lie in images/ beside it
    assert (made["pages"], made["words"]) == (1, WORDS)
    assert made["word_recall"] > 85
    # a smaller copy of the image: boxes are led to it
    small = tmp_path / "small"
    small.mkdir()
    with Image.open(tmp_path / "images" / "a.png") as image:
        image.resize((image.width * 4 // 5, image.height * 4 // 5)).save(small / "a.png")
    assert evaluated(cli, export, "--images", small)["detection_f1"] > 85


def task(page: Page) -> dict[str, Any]:
    """Return a task as Label Studio exports rectangles with a text each."""
    size = {"original_width": page.width_px, "original_height": page.height_px, "to_name": "image"}
    result = []
    for number, word in enumerate(page.words):
        x, width = (100 * v / page.width_px for v in (word.box.x0, word.box.width))
        y, height = (100 * v / page.height_px for v in (word.box.y0, word.box.height))
        value = {"x": x, "y": y, "width": width, "height": height, "rotation": 0}
        result.append({"id": str(number), "type": "rectangle", "from_name": "bbox", "value": value, **size})
        text = {**value, "text": [word.text]}
        result.append({"id": str(number), "type": "textarea", "from_name": "text", "value": text, **size})
    return {"data": {"image": "/data/upload/6/0a1b2c3d-a.png"}, "annotations": [{"result": result}]}


def test_a_page_that_cannot_be_read_counts_as_nothing_found(cli: Cli, truth: Path) -> None:
    (truth / "images" / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    outcome = cli("evaluate", "ocr", "--truth", truth, "--json", "--pictures", truth / "drawn", **NO_SERVERS)
    assert outcome.code == 1
    assert str(truth / "images" / "a.png") in outcome.error_line()
    [made] = outcome.json()
    assert (made["pages"], made["pages_failed"]) == (2, 1)
    assert (made["failed"][0]["page"], made["failed"][0]["error"]["code"]) == ("a", "image_unreadable")
    assert made["word_recall"] < 50
    assert [page.get("picture") for page in made["worst"]] == [None, str(truth / "drawn" / "b.png")]
    (truth / "images" / "a.png").unlink()
    [made] = cli("evaluate", "ocr", "--truth", truth, "--json", **NO_SERVERS).json()
    assert made["failed"][0]["error"]["code"] == "image_missing"


def test_a_truth_without_words_and_a_page_without_words(cli: Cli, tmp_path: Path) -> None:
    page = add_page(tmp_path, "a", lines=1)
    write_annotations(tmp_path, "a", replace(page, words=()))
    made = evaluated(cli, tmp_path)
    assert (made["words"], made["word_recall"], made["cer"]) == (0, 0.0, 100.0)
    Image.new("L", (600, 800), 255).save(tmp_path / "images" / "a.png")
    made = evaluated(cli, tmp_path)
    assert (made["word_recall"], made["cer"], made["cleval"]) == (100.0, 0.0, 100.0)


@pytest.mark.parametrize(
    ("args", "settings", "says"),
    [
        (["--engine", "abbyy"], {}, "abbyy: write an engine"),
        (["--engine", "tesseract then tesseract"], {}, "write an engine"),
        (["--engine", ""], {}, "write an engine"),
        ([], {"OCR": "abbyy"}, "abbyy"),
        ([], {"LANGUAGES": "xyz"}, "no language xyz"),
        (["--limit", "0"], {}, "--limit"),
        (["--images", "."], {}, "only for an export"),
        (["--images", "nowhere"], {}, "nowhere"),
        (["--pictures", "truth/images/a.png"], {}, "a.png"),
        (["--truth", "nowhere"], {}, "nowhere is not there"),
        (["--truth", "truth/images"], {}, "annotations/*.json"),
        (["--truth", "truth/images/a.png"], {}, "cannot be read as JSON"),
    ],
)
def test_what_must_be_mended_first_is_one_line(
    cli: Cli, truth: Path, args: list[str], settings: dict[str, str], says: str
) -> None:
    outcome = cli("evaluate", "ocr", "--truth", truth, *args, **NO_SERVERS | settings)
    assert (outcome.code, outcome.out) == (2, "")
    assert says in outcome.error_line()


def test_a_folder_of_pictures_that_cannot_be_made(cli: Cli, truth: Path) -> None:
    if os.geteuid() == 0:  # else the place could be made
        outcome = cli("evaluate", "ocr", "--truth", truth, "--pictures", "/proc/pictures", **NO_SERVERS)
        assert outcome.code == 2
        assert "cannot be made" in outcome.error_line()


def test_a_truth_is_needed(cli: Cli) -> None:
    outcome = cli("evaluate", "ocr", **NO_SERVERS)
    assert outcome.code == 2
    assert "--truth" in outcome.error_line()
