"""`prelabel read FILE.pdf`: words of the page if they can be trusted, else OCR; pictures; bad files."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from tests.integration.test_cli_read import NO_SERVERS
from tests.support.cli_runs import Cli
from tests.support.key_values_schema import check_document
from tests.support.ocr_pages import ENGLISH, KOREAN, printed
from tests.support.pdf_pages import A4, canvas, dynamic_xfa, letter, write

ENGLISH_ONLY = NO_SERVERS | {"LANGUAGES": "eng"}


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Cli:
    monkeypatch.chdir(tmp_path)
    return Cli(monkeypatch, capsys)


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """Make a PDF with a page of text and a scanned page."""
    made = canvas(tmp_path / "mixed.pdf")
    write(made, ENGLISH + KOREAN)
    made.showPage()
    made.drawInlineImage(printed(ENGLISH).image, 0, 0, *A4)
    made.save()
    return tmp_path / "mixed.pdf"


def test_each_page_is_read_as_it_can_be(cli: Cli, mixed: Path, tmp_path: Path) -> None:
    outcome = cli("read", mixed, "--json", "--words", "--image", tmp_path / "drawn", **ENGLISH_ONLY)

    assert (outcome.code, outcome.err) == (0, "")
    (whole,) = outcome.json()
    check_document(whole)
    assert whole["file"] == str(mixed)
    first, second = whole["pages"]
    for number, page in enumerate((first, second), 1):
        assert (page["page"], page["width_px"], page["height_px"]) == (number, 1653, 2339)
    assert [word["text"] for word in first["words"]] == [word for line in ENGLISH + KOREAN for word in line.split()]
    assert {(word["engine"], word["confidence"]) for word in first["words"]} == {("text_layer", 1.0)}
    assert {word["engine"] for word in second["words"]} == {"tesseract"}
    assert {"Invoice", "Number", "20417"} <= {word["text"] for word in second["words"]}
    assert sorted(path.name for path in (tmp_path / "drawn").iterdir()) == ["mixed-001.png", "mixed-002.png"]
    with Image.open(tmp_path / "drawn" / "mixed-001.png") as picture:
        assert picture.width == 1653


def test_the_output_names_the_engine_of_a_page(cli: Cli, mixed: Path) -> None:
    out = cli("read", mixed, **ENGLISH_ONLY, PDF_DPI=100).out

    assert "mixed.pdf#1: " in out
    assert "read by text_layer" in out
    assert "mixed.pdf#2: " in out
    assert "read by tesseract" in out


def test_both_readings_of_a_word_are_written(cli: Cli, mixed: Path) -> None:
    outcome = cli(
        "read", mixed, "--json", "--words", **ENGLISH_ONLY, OCR="tesseract then rapidocr below 100", PDF_DPI=100
    )

    (whole,) = outcome.json()
    check_document(whole)
    _, scan = whole["pages"]
    others = [{word["engine"], word["other"]["engine"]} for word in scan["words"] if "other" in word]
    assert others
    assert all(engines == {"tesseract", "rapidocr"} for engines in others)


def test_a_pdf_is_known_by_its_content_and_found_in_folders(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    letter(tmp_path / "in" / "a.pdf", ENGLISH[:2])
    letter(tmp_path / "in" / "upload-without-a-name", ENGLISH[:1])

    rows = cli(
        "read", tmp_path / "in", tmp_path / "in" / "upload-without-a-name", "--json", "--words", **ENGLISH_ONLY
    ).json()

    assert [(Path(row["file"]).name, len(row["pages"])) for row in rows] == [("a.pdf", 1), ("upload-without-a-name", 1)]
    assert all(word["engine"] == "text_layer" for row in rows for word in row["pages"][0]["words"])


def test_files_that_cannot_be_opened_do_not_stop_the_others(cli: Cli, tmp_path: Path) -> None:
    whole = letter(tmp_path / "whole.pdf", ENGLISH[:2])
    (tmp_path / "broken.pdf").write_bytes(whole.read_bytes()[:300])

    outcome = cli("read", tmp_path / "broken.pdf", whole, "--json", "--words", **ENGLISH_ONLY)

    assert outcome.code == 1
    assert outcome.error_line().startswith(f"prelabel: {tmp_path / 'broken.pdf'}: the PDF's end is missing")
    broken, read = outcome.json()
    assert broken["pages"][0]["error"]["code"] == "document_unreadable"
    assert read["pages"][0]["words"]


def test_the_fields_of_a_form_are_written(cli: Cli, tmp_path: Path) -> None:
    made = canvas(tmp_path / "form.pdf")
    for _ in range(2):
        made.setFont("Nanum", 11)
        write(made, ENGLISH)
        made.acroForm.textfield(name="due", tooltip="Due date", value="5 March 2024", x=100, y=60, width=200, height=20)
        made.showPage()
    made.save()

    (whole,) = cli("read", tmp_path / "form.pdf", "--json", **ENGLISH_ONLY).json()

    check_document(whole)
    (field,) = whole["form_fields"]
    assert (field["key"], field["name"], field["value"]) == ("Due date", "due", "5 March 2024")
    assert field["normal"] == {"type": "date", "value": "2024-03-05"}
    assert [place["page"] for place in field["places"]] == [1, 2]
    assert field["places"][0]["box"] == pytest.approx([278, 2117, 833, 2172], abs=1)
    assert "Due date" in cli("read", tmp_path / "form.pdf", **ENGLISH_ONLY).out


def test_the_fields_of_a_form_without_pages_are_written(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(dynamic_xfa())

    outcome = cli("read", tmp_path / "a.pdf", "--json", **ENGLISH_ONLY)

    assert "a dynamic XFA form" in outcome.error_line()
    (whole,) = outcome.json()
    check_document(whole)
    assert whole["pages"][0]["error"]["code"] == "document_unreadable"
    told = [(field["key"], field["name"], field["value"], field["places"]) for field in whole["form_fields"]]
    assert told == [("name", "form1.person.name", "Anna & 이름", []), ("due", "form1.due", "2024-03-05", [])]


def test_a_password_is_asked_for(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Canvas(str(tmp_path / "a.pdf"), encrypt=StandardEncryption("secret"))
    made.drawString(60, 700, "locked words")
    made.save()

    assert "asks for a password" in cli("read", tmp_path / "a.pdf", **ENGLISH_ONLY).error_line()
    monkeypatch.setattr("click.termui.hidden_prompt_func", lambda _: "secret")
    (whole,) = cli("read", tmp_path / "a.pdf", "--password", "--json", "--words", **ENGLISH_ONLY).json()
    assert [word["text"] for word in whole["pages"][0]["words"]] == ["locked", "words"]


def test_a_page_that_is_too_large_names_the_setting(cli: Cli, tmp_path: Path) -> None:
    pdf = letter(tmp_path / "a.pdf", ENGLISH[:1])
    assert "lower PRELABEL_PDF_DPI" in cli("read", pdf, MAX_IMAGE_PIXELS=1000, **ENGLISH_ONLY).error_line()
