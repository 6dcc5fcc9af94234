"""Tests of stage ocr with the own words of documents' pages. On a real Redis, with real Tesseract."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from prelabel.bucket.keys import Keys
from prelabel.images.png import png
from prelabel.intake.convert import convert
from prelabel.ledger.pages import Claim
from prelabel.page import Page, PageRef
from prelabel.settings import get_settings
from tasks import ocr as stage
from tasks import process
from tasks.process import WorkerProcess, this_process
from tests.support.ocr_pages import ENGLISH
from tests.support.pdf_pages import by_hand, letter, scan

DOCUMENT = "0123456789abcdef"
_servers = itertools.count()


@pytest.fixture
def here(redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WorkerProcess]:
    environment = {
        "REDIS_URL": redis_url,
        "LABEL_STUDIO_URL": f"http://own-words-test-{next(_servers)}",
        "BUCKET": str(tmp_path / "bucket"),
        "LANGUAGES": "eng",
        "PDF_DPI": "100",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    get_settings.cache_clear()
    process._process.cache_clear()
    yield this_process()
    get_settings.cache_clear()
    process._process.cache_clear()


def keep(here: WorkerProcess, pdf: Path) -> PageRef:
    """Render page 1 of a PDF into the bucket; return its reference."""
    keys, page = Keys.from_settings(here.settings), convert(pdf, "PDF", 1, here.settings)
    if page.words is not None:
        here.bucket.put(keys.words_key(DOCUMENT, 1), page.words, "application/json")
    here.bucket.put(keys.page_key(DOCUMENT, 1), page.image, "image/png")
    return PageRef(6, 1, here.bucket.reference(keys.page_key(DOCUMENT, 1)))


def read(here: WorkerProcess, ref: PageRef) -> Page:
    found = here.ledger.pages.claim(ref, "v1", lease_s=60, listed_at=here.ledger.now())
    assert found is not None
    claim: Claim = found[0]
    return stage._read(here, claim, ref, ())


def engines(page: Page) -> set[str]:
    return {word.engine for word in page.words}


def test_own_words_replace_ocr(here: WorkerProcess, tmp_path: Path) -> None:
    page = read(here, keep(here, letter(tmp_path / "a.pdf")))

    assert engines(page) == {"text_layer"}
    assert [word.text for word in page.words][:3] == ["Invoice", "Number", "20417"]
    assert (page.shown_width_px, page.shown_height_px) == (827, 1170)


def test_own_words_are_turned_with_the_page(here: WorkerProcess, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(
        by_hand(b"BT /F 11 Tf 60 700 Td (Invoice 20417) Tj ET", page=b"/MediaBox[0 0 595 842]/Rotate 90")
    )

    page = read(here, keep(here, tmp_path / "a.pdf"))

    assert [word.text for word in page.words] == ["Invoice", "20417"]
    assert (page.shown_width_px, page.width_px) == (1170, 827)
    assert page.words[0].box.width > 2 * page.words[0].box.height


def test_an_image_of_another_size_is_read_by_ocr(here: WorkerProcess, tmp_path: Path) -> None:
    ref = keep(here, letter(tmp_path / "a.pdf", ENGLISH))
    key = Keys.from_settings(here.settings).page_key(DOCUMENT, 1)
    larger = convert(tmp_path / "a.pdf", "PDF", 1, here.settings.model_copy(update={"pdf_dpi": 150}))
    here.bucket.put(key, larger.image, "image/png")

    assert engines(read(here, ref)) == {"tesseract"}


def test_broken_own_words_are_ignored(here: WorkerProcess, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    ref = keep(here, letter(tmp_path / "a.pdf", ENGLISH))
    here.bucket.put(Keys.from_settings(here.settings).words_key(DOCUMENT, 1), b"{}", "application/json")

    assert engines(read(here, ref)) == {"tesseract"}
    assert "own words in the bucket" in caplog.text


def test_hidden_words_of_a_scan_are_ignored(here: WorkerProcess, tmp_path: Path) -> None:
    settings = here.settings.model_copy(update={"pdf_dpi": 200})
    converted = convert(letter(tmp_path / "a.pdf", ENGLISH), "PDF", 1, settings)
    assert isinstance(converted.image, bytes)
    (tmp_path / "page.png").write_bytes(converted.image)
    with Image.open(tmp_path / "page.png") as picture:
        hidden = scan(tmp_path / "scan.pdf", [picture], ["somebody's", "old OCR"])

    assert convert(hidden, "PDF", 1, here.settings).words is None
    words = {word.text for word in read(here, keep(here, hidden)).words}
    assert "Invoice" in words
    assert "OCR" not in words


def test_a_blank_page_stays_blank(here: WorkerProcess, tmp_path: Path) -> None:
    ref = keep(here, letter(tmp_path / "a.pdf", ENGLISH))
    key = Keys.from_settings(here.settings).page_key(DOCUMENT, 1)
    here.bucket.put(key, png(Image.new("L", (500, 700), 255)), "image/png")

    assert read(here, ref).words == ()
