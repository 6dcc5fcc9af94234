"""`prelabel.api.reading.read`: the same document as `prelabel read --json`, and the errors of whole files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from prelabel.api.reading import read
from prelabel.errors import (
    DocumentLocked,
    DocumentUnreadable,
    EngineUnavailable,
    ImageMissing,
    ModelUnavailable,
    PrelabelError,
)
from prelabel.settings import Settings
from tests.support.cli_runs import Cli
from tests.support.key_values_schema import check_document
from tests.support.ocr_pages import ENGLISH
from tests.support.pdf_pages import dynamic_xfa, letter


def settings(**values: object) -> Settings:
    return Settings.model_validate({"languages": "eng", "pdf_dpi": 100, **values})


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)  # no .env of the developer


def test_a_file_gives_the_same_document_as_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = letter(tmp_path / "a.pdf", ENGLISH[:3], pages=2)

    document = read(str(path), settings=settings())

    check_document(document)
    assert document["file"] == str(path)
    assert [page["page"] for page in document["pages"]] == [1, 2]
    [line] = Cli(monkeypatch, capsys)("read", path, "--json", LANGUAGES="eng", PDF_DPI=100).json()
    assert json.loads(json.dumps(document)) == line


def test_a_page_that_cannot_be_read_is_an_entry_with_its_error(tmp_path: Path) -> None:
    made = Canvas(str(tmp_path / "a.pdf"))
    for size in ((200, 100), (5000, 5000)):
        made.setPageSize(size)
        made.drawString(20, 50, "Total due: 12.50")
        made.showPage()
    made.save()

    document = read(tmp_path / "a.pdf", settings=settings(max_image_pixels=1_000_000))

    check_document(document)
    first, second = document["pages"]
    assert "error" not in first
    assert (second["page"], second["error"]["code"]) == (2, "image_too_large")


def test_a_broken_image_is_a_document_whose_page_has_an_error(tmp_path: Path) -> None:
    Image.new("L", (300, 200), 255).save(tmp_path / "a.png")
    (tmp_path / "a.png").write_bytes((tmp_path / "a.png").read_bytes()[:60])

    document = read(tmp_path / "a.png", settings=settings())

    check_document(document)
    assert [page["error"]["code"] for page in document["pages"]] == ["image_unreadable"]


def test_a_form_without_pages_gives_its_fields(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(dynamic_xfa())

    document = read(tmp_path / "a.pdf", settings=settings())

    assert document["pages"][0]["error"]["code"] == "document_unreadable"
    assert [field["value"] for field in document["form_fields"]] == ["Anna & 이름", "2024-03-05"]


def test_a_file_that_cannot_be_opened_raises_its_error(tmp_path: Path) -> None:
    whole = letter(tmp_path / "whole.pdf", ENGLISH[:2])
    (tmp_path / "broken.pdf").write_bytes(whole.read_bytes()[:300])
    for path, error in (
        (tmp_path / "absent.png", ImageMissing),
        (tmp_path, ImageMissing),
        (tmp_path / "broken.pdf", DocumentUnreadable),
    ):
        with pytest.raises(error):
            read(path, settings=settings())


def test_a_locked_file_needs_its_password(tmp_path: Path) -> None:
    made = Canvas(str(tmp_path / "a.pdf"), encrypt=StandardEncryption("secret"))
    made.drawString(60, 700, "locked words")
    made.save()

    for password in (None, "wrong"):
        with pytest.raises(DocumentLocked):
            read(tmp_path / "a.pdf", password=password, settings=settings())
    assert "error" not in read(tmp_path / "a.pdf", password="secret", settings=settings())["pages"][0]


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"languages": "eng+xyz"}, EngineUnavailable),
        ({"layoutlm_model": "/no/such/model"}, ModelUnavailable),
    ],
)
def test_a_missing_engine_or_model_raises(tmp_path: Path, values: dict[str, str], error: type[PrelabelError]) -> None:
    with pytest.raises(error):
        read(letter(tmp_path / "a.pdf", ENGLISH[:1]), settings=settings(**values))
