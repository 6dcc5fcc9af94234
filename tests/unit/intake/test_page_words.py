"""Words stored beside a page's image: written, read again, and refused where prelabel did not write them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from prelabel.bucket.folder import FolderBucket
from prelabel.bucket.keys import Keys
from prelabel.page import Box, Word
from prelabel.pdf.page_words import FormField, PageWords, stored_words
from prelabel.pdf.text_layer import ENGINE, TextLayer

WORDS = (Word("견적", Box(10.25, 20, 90, 40.5), 1.0, ENGINE), Word('"a"', Box(100, 20, 120, 40), 1.0, ENGINE))
FIELDS = (FormField("Full name", "a.name", "Anna", Box(1, 2, 3, 4)),)
KEYS = Keys("raw/", "pages/", "words/", "stored/")
DOCUMENT = "0123456789abcdef"


def test_stored_words_are_read_back_unchanged() -> None:
    said = PageWords(1654, 2339, TextLayer(WORDS, 3, ""), FIELDS)

    assert PageWords.from_json(said.to_json()) == said


def test_places_to_read_are_kept() -> None:
    said = PageWords(1654, 2339, TextLayer(WORDS, 0, "", (Box(10, 100, 300, 140.5),)), FIELDS)

    assert PageWords.from_json(said.to_json()) == said


def test_words_of_a_release_that_did_not_look_for_hidden_ones_are_not_trusted() -> None:
    stored = json.loads(PageWords(1654, 2339, TextLayer(WORDS, 0, ""), FIELDS).to_json())
    del stored["unread"]

    earlier = PageWords.from_json(json.dumps(stored).encode())

    assert (earlier.layer.words, earlier.layer.trusted, earlier.form_fields) == ((), False, FIELDS)
    assert "hidden" in earlier.layer.flaw


def test_words_that_are_not_trusted_are_not_kept() -> None:
    said = PageWords(1654, 2339, TextLayer(WORDS, 0, "its text is invisible"), FIELDS)

    assert PageWords.from_json(said.to_json()) == PageWords(
        1654, 2339, TextLayer((), 0, "its text is invisible"), FIELDS
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b"[" * 100_000,
        json.dumps({"format": 2}).encode(),
        PageWords(1, 1, TextLayer(WORDS, 0, "")).to_json().replace(b"10.25", b'"left"'),
        PageWords(1, 1, TextLayer(WORDS, 0, "")).to_json().replace(b"10.25,", b""),
    ],
)
def test_foreign_json_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (of several kinds)
        PageWords.from_json(data)


def test_words_are_found_by_the_image_s_reference(tmp_path: Path) -> None:
    bucket = FolderBucket(tmp_path, "http://localhost:8000")
    said = PageWords(100, 200, TextLayer(WORDS, 0, ""))
    bucket.put(KEYS.words_key(DOCUMENT, 12), said.to_json(), "application/json")

    for reference in (f"http://localhost:8000/files/{DOCUMENT}-12.png", f"s3://any/pages/{DOCUMENT}-12.png"):
        assert stored_words(bucket, KEYS, reference) == said
    assert stored_words(bucket, KEYS, f"s3://any/pages/{DOCUMENT}-13.png") is None
    assert stored_words(bucket, KEYS, "/data/upload/6/scan.png") is None
