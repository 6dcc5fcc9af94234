"""`prelabel read`: real Tesseract and the shipped tagger, no server; good pages, bad pages, bad settings."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from prelabel.api.reading import read as prelabel_read
from prelabel.errors import DocumentUnreadable, ImageMissing
from tests.support.cli_runs import NOWHERE, Cli, Outcome, program
from tests.support.key_values_schema import check_document

PAGES = Path(__file__).parents[2] / "examples" / "pages"
#: One English, one Korean, one on its side, one blank.
SAMPLES = ("en-invoice.png", "ko-service-contract.png", "en-expense-report.png", "blank.jpg")
#: Nothing of these is needed, so nothing may be asked.
NO_SERVERS = {"REDIS_URL": f"redis://{NOWHERE}/0", "LABEL_STUDIO_URL": f"http://{NOWHERE}", "LANGUAGES": "eng+kor"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("pages")
    for name in SAMPLES:
        shutil.copy(PAGES / name, made)
    (made / "notes.txt").write_text("no page")
    return made


@pytest.fixture(scope="module")
def outcome(folder: Path) -> Outcome:
    """Read the folder once in a process of its own, with pictures."""
    return program(
        "read", folder, "--json", "--words", "--image", folder / "drawn", cwd=folder, timeout_s=240, **NO_SERVERS
    )


@pytest.fixture
def rows(outcome: Outcome) -> dict[str, dict[str, Any]]:
    assert outcome.code == 0, outcome.err
    return {Path(row["file"]).stem: row for row in outcome.json()}


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Cli:
    monkeypatch.chdir(tmp_path)
    return Cli(monkeypatch, capsys)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Cut the fields out of the invoice: they are read faster than the whole page."""
    with Image.open(PAGES / "en-invoice.png") as page:
        page.crop((1080, 320, 1580, 560)).convert("L").save(tmp_path / "fields.png", dpi=(200, 200))
    return tmp_path / "fields.png"


def fields(part: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield key and value of every field, in all sections."""
    yield from ((row["key"], row["value"]) for row in part["fields"])
    for section in part["sections"]:
        yield from fields(section)


def tables(part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every table, in all sections."""
    yield from part["tables"]
    for section in part["sections"]:
        yield from tables(section)


def test_one_object_a_file_in_the_order_of_names(rows: dict[str, dict[str, Any]], outcome: Outcome) -> None:
    assert list(rows) == sorted(Path(name).stem for name in SAMPLES)
    for row in rows.values():
        check_document(row)
        assert len(row["pages"]) == 1
    assert not outcome.err


def test_words_lie_inside_the_image_as_it_is_shown(rows: dict[str, dict[str, Any]]) -> None:
    pages = {name: row["pages"][0] for name, row in rows.items()}
    for page in pages.values():
        for word in page["words"]:
            x0, y0, x1, y1 = word["box"]
            assert 0 <= x0 < x1 <= page["width_px"]
            assert 0 <= y0 < y1 <= page["height_px"]
    turned = pages["en-expense-report"]
    assert (turned["width_px"], turned["height_px"]) == (2339, 1654)
    tall = sum(w["box"][3] - w["box"][1] > w["box"][2] - w["box"][0] for w in turned["words"] if len(w["text"]) > 3)
    assert tall > 50  # its words stand on end


def test_key_values_of_the_samples_are_found(rows: dict[str, dict[str, Any]]) -> None:
    pairs = {name: set(fields(row)) for name, row in rows.items()}
    assert ("Invoice number", "NP-20418") in pairs["en-invoice"]
    assert "-72.70" in {value for _, value in pairs["en-invoice"]}, "with its minus sign and its point"
    assert ("Cost centre", "4410-17") in pairs["en-expense-report"], "it lies on its side"
    contract = {(key.replace(" ", ""), value) for key, value in pairs["ko-service-contract"]}
    assert ("계약일자", "2025년 4월 24일") in contract
    assert rows["blank"]["pages"][0]["words"] == []
    assert pairs["blank"] == set()


def test_the_goods_of_the_invoice_are_rows_of_a_table(rows: dict[str, dict[str, Any]]) -> None:
    (table,) = [made for made in tables(rows["en-invoice"]) if {"quantity", "amount"} <= _names(made)]
    cells = [[cell and cell["value"] for cell in row["cells"]] for row in table["rows"]]
    assert ["LF-118", "Seasonal leaflet A5, 170 gsm silk", "5,000", "0.06", "300.00"] in cells
    assert ("Amount", "300.00") not in set(fields(rows["en-invoice"]))


def _names(table: dict[str, Any]) -> set[str]:
    return {column["name"] for column in table["columns"]}


@pytest.mark.usefixtures("outcome")
def test_a_picture_of_every_page(folder: Path) -> None:
    assert sorted(p.name for p in (folder / "drawn").iterdir()) == sorted(f"{Path(n).stem}.png" for n in SAMPLES)
    with Image.open(folder / "drawn" / "en-expense-report.png") as picture:
        assert picture.width == 2339
        assert picture.convert("RGB").getcolors(2**24)


def test_a_table_for_people_and_a_picture(cli: Cli, small: Path, tmp_path: Path) -> None:
    outcome = cli("read", small, "--words", "--image", tmp_path / "new" / "out.png", **NO_SERVERS)
    assert outcome.code == 0, outcome.err
    assert "QUESTION" in outcome.out
    assert "NP-20418" in outcome.out
    assert "2025-03-14" in outcome.out, "beside 14 March 2025"
    assert (tmp_path / "new" / "out.png").stat().st_size > 1000


def test_a_blank_page_is_no_failure(cli: Cli) -> None:
    outcome = cli("read", PAGES / "blank.jpg", **NO_SERVERS)
    assert (outcome.code, outcome.err) == (0, "")
    assert "the page is blank" in outcome.out


def test_pages_that_cannot_be_read_do_not_stop_the_others(cli: Cli, small: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(small.read_bytes()[:300])
    letter = tmp_path / "letter.doc"
    letter.write_text("Dear sir")
    outcome = cli("read", broken, letter, tmp_path / "absent.png", small, "--json", **NO_SERVERS)
    assert outcome.code == 1
    lines = outcome.err.splitlines()
    assert len(lines) == 3
    # files that cannot be opened are told before the first page is read
    for line, file in zip(lines, (letter, tmp_path / "absent.png", broken), strict=True):
        assert line.startswith(f"prelabel: {file}: ")
    codes = [row["pages"][0].get("error", {}).get("code") for row in outcome.json()]
    assert codes == ["image_unreadable", "image_unreadable", "image_missing", None]


def test_a_page_that_is_too_large(cli: Cli, small: Path) -> None:
    assert "MAX_IMAGE_PIXELS" in cli("read", small, MAX_IMAGE_PIXELS=1000, **NO_SERVERS).error_line()
    assert "MAX_IMAGE_BYTES" in cli("read", small, MAX_IMAGE_BYTES=100, **NO_SERVERS).error_line()


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"LANGUAGES": "eng+xyz"}, "xyz"),
        ({"OCR": "abbyy"}, "abbyy"),
        ({"TESSDATA": "/no/such/folder"}, "/no/such/folder"),
        ({"LAYOUTLM_MODEL": "/no/such/model"}, "no model folder /no/such/model"),
        ({"DEVICE": "cuda:7"}, "DEVICE"),
    ],
)
def test_wrong_settings_are_one_line_before_the_first_page(
    cli: Cli, small: Path, settings: dict[str, str], says: str
) -> None:
    outcome = cli("read", small, **NO_SERVERS | settings)
    assert outcome.code == 2
    assert says in outcome.error_line()
    assert not outcome.out


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--language", "en"], "write --language eng"),
        (["--language", "korean+en"], "write --language kor+eng"),
        (["--language", "ko-KR", "--language", "eng"], "write --language kor+eng"),
        (["--language", "klingon"], "correct --language"),
        (["--language", "de"], "apt-get install tesseract-ocr-deu, and write --language deu"),
        (["--language", ""], "--language is empty"),
        (["--ocr", "abbyy"], "--ocr abbyy: write an engine"),
        (["--ocr", "rapidocr", "--language", "lat"], "correct --language"),
    ],
)
def test_wrong_options_name_the_option_and_the_cure(cli: Cli, small: Path, options: list[str], says: str) -> None:
    outcome = cli("read", small, *options, **NO_SERVERS)
    assert (outcome.code, outcome.out) == (2, "")
    assert says in outcome.error_line()


def test_a_wrong_setting_names_the_setting(cli: Cli, small: Path) -> None:
    outcome = cli("read", small, **NO_SERVERS | {"LANGUAGES": "ko,en"})
    assert outcome.code == 2
    assert "write PRELABEL_LANGUAGES=kor+eng" in outcome.error_line()


def test_options_replace_languages_and_engine(cli: Cli, small: Path) -> None:
    wrong = {"LANGUAGES": "xyz"}
    outcome = cli("read", small, "--json", "--words", "--language", "kor,eng", **NO_SERVERS | wrong)
    assert outcome.code == 0, outcome.err
    assert outcome.json()[0]["pages"][0]["words"]
    program_missing = cli("read", small, "--ocr", "pytesseract", PATH=small.parent, **NO_SERVERS)
    assert program_missing.code == 2
    assert "tesseract" in program_missing.error_line()


def test_files_are_opened_before_engines_are_loaded(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given files that cannot be read, and a reader that must not be loaded
    (tmp_path / "letter.doc").write_text("Dear sir")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    monkeypatch.setattr("prelabel.api.reading.Reader.__init__", lambda *_: pytest.fail("engines were loaded"))

    # When they are read
    names = ("absent.png", "letter.doc", "broken.pdf")
    outcome = cli("read", *(tmp_path / name for name in names), "--json", **NO_SERVERS)

    # Then each has one line, an object in the output, and nothing was loaded
    assert outcome.code == 1
    assert [Path(line.split(": ")[1]).name for line in outcome.err.splitlines()] == list(names)
    assert [Path(row["file"]).name for row in outcome.json()] == list(names)
    with pytest.raises(ImageMissing):
        prelabel_read(tmp_path / "absent.png")
    with pytest.raises(DocumentUnreadable):
        prelabel_read(tmp_path / "broken.pdf")


def test_a_wrong_file_name_is_answered_at_once(tmp_path: Path) -> None:
    outcome = program("read", "absent.png", cwd=tmp_path, timeout_s=60, **NO_SERVERS)
    assert outcome.code == 1
    assert "absent.png: cannot be opened" in outcome.error_line()


def test_tesseract_missing(cli: Cli, small: Path, tmp_path: Path) -> None:
    outcome = cli("read", small, **NO_SERVERS, OCR="pytesseract", PATH=tmp_path)
    assert outcome.code == 2
    assert "tesseract" in outcome.error_line().lower()


def test_where_pictures_go_is_checked_first(cli: Cli, small: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    several = cli("read", small, PAGES / "blank.jpg", "--image", tmp_path / "out.png", **NO_SERVERS)
    assert several.code == 2
    assert "need a folder" in several.error_line()
    same = cli("read", small, small, "--image", tmp_path / "out", **NO_SERVERS)
    assert "two pages are called fields" in same.error_line()
    assert "holds no image" in cli("read", empty, **NO_SERVERS).error_line()
    if os.geteuid() != 0:
        return  # the next one needs a place that nobody may write to
    nowhere = cli("read", PAGES / "blank.jpg", "--image", "/proc/out.png", **NO_SERVERS)
    assert nowhere.code == 2
    assert "cannot write /proc/out.png" in nowhere.error_line()


def test_json_holds_korean_as_it_is(outcome: Outcome) -> None:
    assert "용역" in outcome.out.replace(" ", "")
    assert "\\u" not in outcome.out.replace(json.dumps("\u00ad"), "")
