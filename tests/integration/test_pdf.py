"""PDF files on the way in: whole, locked, broken, empty, huge; forms that people have filled in."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from prelabel.errors import DocumentError, EngineUnavailable, ImageTooLarge, ImageUnreadable
from prelabel.intake.pdf import open_pdf
from tests.pdf_pages import by_hand, canvas, letter, write

LIMIT = 10_000_000


def texts(path: Path, number: int = 1) -> list[str]:
    with open_pdf(path) as pdf:
        page = pdf.page(number, dpi=150, max_pixels=LIMIT)
    assert page.image.mode == "L"
    assert page.layer.trusted, page.layer.flaw
    return [word.text for word in page.layer.words]


def test_pages_by_number(tmp_path: Path) -> None:
    made = canvas(tmp_path / "a.pdf")
    for page in ("first page here", "second page here"):
        made.setFont("Nanum", 11)
        write(made, [page])
        made.showPage()
    made.save()

    with open_pdf(tmp_path / "a.pdf") as pdf:
        assert pdf.page_count == 2
        assert pdf.page(1, dpi=200, max_pixels=LIMIT).image.size == (1653, 2339)
    assert texts(tmp_path / "a.pdf", 2) == ["second", "page", "here"]


def test_what_people_filled_in_is_text(tmp_path: Path) -> None:
    made = canvas(tmp_path / "form.pdf")
    write(made, ["Name:"])
    made.acroForm.textfield(name="name", value="Anna Example", x=120, y=770, width=200, height=20, borderWidth=0)
    made.save()

    assert texts(tmp_path / "form.pdf") == ["Name:", "Anna", "Example"]


def refusal(path: Path, password: str | None = None) -> str:
    with pytest.raises(DocumentError) as caught, open_pdf(path, password):
        pass
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    whole = letter(tmp_path / "a.pdf").read_bytes()
    file = tmp_path / "bad.pdf"
    file.write_bytes(whole[:200])
    assert "is broken" in refusal(file)
    file.write_bytes(b"%PDF-1.7\nnothing")
    assert "is broken" in refusal(file)
    file.write_bytes(by_hand(b"").replace(b"/Kids[3 0 R]/Count 1", b"/Kids[     ]/Count 0"))
    assert "has no pages" in refusal(file)
    locked = Canvas(str(file), encrypt=StandardEncryption("secret"))
    locked.drawString(60, 700, "locked")
    locked.save()
    assert "asks for a password: save it without one" in refusal(file)


def test_a_password_for_owners_only_locks_nobody_out(tmp_path: Path) -> None:
    made = Canvas(str(tmp_path / "a.pdf"), encrypt=StandardEncryption("", ownerPassword="owner"))
    made.drawString(60, 700, "open to read")
    made.save()

    assert texts(tmp_path / "a.pdf") == ["open", "to", "read"]


def test_a_page_too_large(tmp_path: Path) -> None:
    (tmp_path / "poster.pdf").write_bytes(by_hand(b"", page=b"/MediaBox[0 0 14000 14000]"))
    with open_pdf(tmp_path / "poster.pdf") as pdf, pytest.raises(ImageTooLarge, match="lower PDF_DPI, or raise"):
        pdf.page(1, dpi=200, max_pixels=100_000_000)


def test_a_broken_page_leaves_the_others(tmp_path: Path) -> None:
    data = letter(tmp_path / "a.pdf", pages=2).read_bytes()
    first = data.index(b"/Type /Page\n")
    (tmp_path / "a.pdf").write_bytes(data[:first] + b"/Type /Oops\n" + data[first + 12 :])

    with open_pdf(tmp_path / "a.pdf") as pdf:
        with pytest.raises(ImageUnreadable, match="page 1 of the PDF is broken"):
            pdf.page(1, dpi=100, max_pixels=LIMIT)
        assert pdf.page(2, dpi=100, max_pixels=LIMIT).layer.words


def test_many_pages_take_no_more_memory_than_few(tmp_path: Path) -> None:
    import resource

    path = letter(tmp_path / "book.pdf", ["one line"], pages=300)
    with open_pdf(path) as pdf:
        for number in range(1, 11):
            pdf.page(number, dpi=200, max_pixels=LIMIT)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for number in range(11, pdf.page_count + 1):
            pdf.page(number, dpi=50, max_pixels=LIMIT)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # kB


def test_pypdfium2_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(EngineUnavailable, match=r"pip install 'prelabel\[pdf\]'"), open_pdf(tmp_path / "a.pdf"):
        pass
