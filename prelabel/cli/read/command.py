"""`prelabel read`: read images and PDFs on this machine, without a server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from prelabel.cli.language.texts import describe, translate
from prelabel.cli.options import json_option
from prelabel.cli.output import console, say_error, write_json
from prelabel.cli.read.files import ReadFiles, given, with_options
from prelabel.cli.read.pictures import picture_names, write_picture
from prelabel.cli.read.printing import print_document, print_page
from prelabel.environment.option_names import given_as_options
from prelabel.errors import PrelabelError
from prelabel.kie.key_values.words_json import words_json
from prelabel.ocr.remarks import remark_line
from prelabel.settings import get_settings

if TYPE_CHECKING:
    from prelabel.api.reading import PageResult, PageSource

#: Suffixes of the files that are read in a folder; a file named on the command line is read whatever its suffix.
_SUFFIXES = {".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp", ".gif", ".avif", ".jp2", ".pdf"}


@click.command(short_help="Read images and PDFs here, without a server.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--words", is_flag=True, help="Also list every word with its label; in JSON, entities and links as well.")
@click.option(
    "--image",
    "picture",
    type=click.Path(path_type=Path),
    metavar="OUT.png",
    help="Draw boxes, labels and links on the page. For several pages, name a folder.",
)
@click.option(
    "--language",
    "languages",
    multiple=True,
    metavar="CODES",
    help="Tesseract's codes of the pages' languages, most frequent first: eng+kor; can be repeated. "
    "[default: the setting LANGUAGES]",
)
@click.option(
    "--ocr",
    metavar="ENGINE",
    help="OCR engine: tesseract, pytesseract, reader, easyocr or rapidocr; or two of them: "
    "`tesseract then reader below 60`, `reader and tesseract`. "
    "[default: the setting OCR]",
)
@click.option("--password", is_flag=True, help="Ask for the password of locked PDFs; without it, they are refused.")
@json_option
def read(
    files: tuple[Path, ...],
    words: bool,
    picture: Path | None,
    languages: tuple[str, ...],
    ocr: str | None,
    password: bool,
    as_json: bool,
) -> int:
    """Read each FILE (an image, a PDF, or a folder of them) and show its key-values. Needs no server.

    Words that a PDF page contains are used if they can be trusted; other pages are read by OCR. The pages of a PDF are
    one document. JSON is one object per FILE; docs/reference/key-values.md describes it.

    All files are opened before any is read. A file or page that cannot be read gives one line on stderr; the others are
    read, and the exit code is 1. Wrong use and wrong settings give one line and the exit code 2.
    """
    from prelabel.api.reading import page_sources

    secret = click.prompt(translate("Password of the PDFs"), hide_input=True, err=True) if password else None
    documents = [page_sources(file, secret) for file in _files(files)]
    sources = [source for document in documents for source in document]
    picture_of = picture_names(picture, sources)
    with given_as_options(given(languages, ocr)):
        pages = ReadFiles(with_options(get_settings(), languages, ocr), secret, sources)
        for result in pages.unread.values():
            say_error(f"{result.source}: {_said(result)}")
        failures = sum(
            _read_document(pages, document, picture_of, words=words, as_json=as_json) for document in documents
        )
    return 1 if failures else 0


def _read_document(
    reader: ReadFiles,
    sources: Sequence[PageSource],
    picture_of: Callable[[PageSource], Path] | None,
    *,
    words: bool,
    as_json: bool,
) -> int:
    """Read the pages of a file and write its results; return the number of pages that could not be read."""
    results = []
    for source in sources:
        result = reader.read(source)
        results.append(result)
        if not isinstance(result.page, PrelabelError):
            for remark in result.page.remarks:
                say_error(f"{source}: {remark_line(remark, translate)}")
            _show_page(reader, result, picture_of, words=words and not as_json, as_json=as_json)
        elif source not in reader.unread:
            say_error(f"{source}: {_said(result)}")
    failed = sum(isinstance(result.page, PrelabelError) for result in results)
    if as_json:
        write_json(_json(results, words=words))
    elif failed < len(results):
        print_document(console(), results)
    return failed


def _said(result: PageResult) -> str:
    return describe(result.page) if isinstance(result.page, PrelabelError) else ""


def _files(files: Iterable[Path]) -> Iterator[Path]:
    """List the files as named, and the images and PDFs in a folder by name. Raises UsageError if a folder has none."""
    for file in files:
        if not file.is_dir():
            yield file
            continue
        images = sorted(p for p in file.iterdir() if p.suffix.lower() in _SUFFIXES and not p.name.startswith("."))
        if not images:
            told = translate("folder {folder} holds no image or PDF ({suffixes})")
            raise click.UsageError(told.format(folder=file, suffixes=", ".join(sorted(_SUFFIXES))))
        yield from images


def _show_page(
    reader: ReadFiles,
    result: PageResult,
    picture_of: Callable[[PageSource], Path] | None,
    *,
    words: bool,
    as_json: bool,
) -> None:
    assert not isinstance(result.page, PrelabelError)  # noqa: S101
    if not as_json:
        print_page(console(), result.source, result.page, words=words)
    if picture_of:
        write_picture(reader.image(result.source), result.page, picture_of(result.source))


def _json(pages: Sequence[PageResult], *, words: bool) -> dict[str, Any]:
    from prelabel.api.reading import document_json

    made = document_json(pages)
    if words:
        made["pages"] = [row | words_json(each.page) for row, each in zip(made["pages"], pages, strict=True)]
    return made
