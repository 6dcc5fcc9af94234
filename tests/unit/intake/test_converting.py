"""Conversion of files into pages: the result for each kind, and refusals before anything is decoded."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from prelabel.errors import (
    DocumentLocked,
    DocumentTooLong,
    DocumentUnreadable,
    ImageTooLarge,
    ImageUnreadable,
    PrelabelError,
)
from prelabel.intake.convert import convert, count_pages
from prelabel.intake.kinds import page_suffix
from prelabel.intake.memory_limit import memory_limit
from prelabel.settings import Settings
from tests.support.ocr_pages import encoded
from tests.support.pdf_pages import letter

SETTINGS = Settings(_env_file=None, max_document_pages=5, max_image_pixels=10**6, pdf_dpi=72, max_image_bytes=10**5)


def written(folder: Path, data: bytes) -> Path:
    path = folder / "file"
    path.write_bytes(data)
    return path


def tiff(*sizes: tuple[int, int]) -> bytes:
    """Make a TIFF with a page of each size."""
    pages = [Image.new("L", size, 255) for size in sizes]
    out = io.BytesIO()
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:])
    return out.getvalue()


def image_of(page: bytes | Path) -> Image.Image:
    return Image.open(io.BytesIO(page) if isinstance(page, bytes) else page)


@pytest.mark.parametrize(("kind", "suffix"), [("PNG", ".png"), ("JPEG", ".jpg"), ("WEBP", ".webp")])
def test_images_that_browsers_show_keep_their_bytes(tmp_path: Path, kind: str, suffix: str) -> None:
    path = written(tmp_path, encoded(Image.new("RGB", (30, 20), "red"), kind))
    page = convert(path, kind, 1, SETTINGS)
    assert (count_pages(path, kind, SETTINGS), page_suffix(kind)) == (1, suffix)
    assert (page.image, page.words) == (path, None)


@pytest.mark.parametrize("kind", ["GIF", "BMP", "AVIF", "JPEG2000"])
def test_other_images_become_png(tmp_path: Path, kind: str) -> None:
    path = written(tmp_path, encoded(Image.new("RGB", (30, 20), "red"), kind))
    image = image_of(convert(path, kind, 1, SETTINGS).image)
    assert (image.format, image.size, page_suffix(kind)) == ("PNG", (30, 20), ".png")


def test_each_page_of_a_tiff_is_a_page(tmp_path: Path) -> None:
    path = written(tmp_path, tiff((30, 20), (40, 50), (60, 70)))
    assert count_pages(path, "TIFF", SETTINGS) == 3
    sizes = [image_of(convert(path, "TIFF", number, SETTINGS).image).size for number in (1, 2, 3)]
    assert sizes == [(30, 20), (40, 50), (60, 70)]


def test_a_pdf_page_has_its_own_words(tmp_path: Path) -> None:
    path = letter(tmp_path / "a.pdf", pages=2)
    page = convert(path, "PDF", 2, SETTINGS)
    assert (count_pages(path, "PDF", SETTINGS), image_of(page.image).size) == (2, (595, 842))
    assert page.words is not None


def test_a_pdf_of_10000_pages_is_refused_or_taken_as_the_limit_says(tmp_path: Path) -> None:
    made = pypdfium2.PdfDocument.new()
    for _ in range(10_000):
        made.new_page(100, 100)
    made.save(tmp_path / "long.pdf")
    with pytest.raises(DocumentTooLong, match="10000 pages, 5 allowed"):
        count_pages(tmp_path / "long.pdf", "PDF", SETTINGS)
    allowed = SETTINGS.model_copy(update={"max_document_pages": 10_000})
    assert count_pages(tmp_path / "long.pdf", "PDF", allowed) == 10_000
    with pytest.raises(DocumentTooLong):
        count_pages(written(tmp_path, tiff(*[(9, 9)] * 6)), "TIFF", SETTINGS)


@pytest.mark.parametrize(
    ("kind", "data", "error"),
    [
        ("PDF", b"%PDF-1.7\n1 0 obj", DocumentUnreadable),
        ("TIFF", tiff((30, 20))[:60], ImageUnreadable),
        ("JPEG", encoded(Image.effect_noise((90, 90), 99), "JPEG")[:900], ImageUnreadable),
        ("PNG", encoded(Image.new("L", (2000, 2000)), "PNG"), ImageTooLarge),
        ("TIFF", tiff((2000, 2000)), ImageTooLarge),
        ("PNG", encoded(Image.effect_noise((400, 400), 99), "PNG"), ImageTooLarge),
    ],
    ids=["cut pdf", "cut tiff", "cut jpeg", "pixels", "pixels of a tiff", "bytes"],
)
def test_unconvertible_files_are_refused(tmp_path: Path, kind: str, data: bytes, error: type[PrelabelError]) -> None:
    path = written(tmp_path, data)

    def pages() -> None:
        count_pages(path, kind, SETTINGS)
        convert(path, kind, 1, SETTINGS)

    with pytest.raises(error):
        pages()


def test_a_pdf_with_a_password_says_what_to_do(tmp_path: Path) -> None:
    Canvas(str(tmp_path / "a.pdf"), encrypt="secret").save()
    with pytest.raises(DocumentLocked, match="without one"):
        count_pages(tmp_path / "a.pdf", "PDF", SETTINGS)


def test_memory_is_limited_and_given_back() -> None:
    much = 2**29  # more than the limit plus the memory that malloc kept from earlier tests
    with pytest.raises(MemoryError), memory_limit(100):
        bytearray(much)
    assert len(bytearray(much)) == much
