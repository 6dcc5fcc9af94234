"""Keys: made from content alone, recognised in every kind of reference, never leading out of the bucket."""

from __future__ import annotations

from typing import Any

import pytest

from prelabel.bucket.keys import Keys, checked_key, document_id, old_document_id, page_of
from prelabel.errors import KeyRefused, SettingError
from prelabel.settings import Settings

DOCUMENT = "0123456789abcdef0011223344556677"
OLD = "0123456789abcdef"


def keys(**settings: Any) -> Keys:
    return Keys.from_settings(Settings(_env_file=None, **settings))


def test_a_folder_and_a_bucket_have_the_names_that_people_know() -> None:
    assert keys() == Keys("raw/", "processed/", "words/", "stored/")
    assert keys(bucket="s3://pages") == Keys("raw/", "preprocessed/", "words/", "stored/")
    assert keys(page_prefix="/forms/2026/").page_key(DOCUMENT, 3) == f"forms/2026/{DOCUMENT}-3.png"


def test_keys_come_from_the_content() -> None:
    assert (document_id(DOCUMENT * 2), old_document_id(DOCUMENT * 2)) == (DOCUMENT, OLD)
    assert keys().raw_key(DOCUMENT, ".pdf") == f"raw/{DOCUMENT}.pdf"
    assert keys().page_key(DOCUMENT, 12, ".webp") == f"processed/{DOCUMENT}-12.webp"
    assert keys().words_key(DOCUMENT, 12) == f"words/{DOCUMENT}-12.json"


@pytest.mark.parametrize(
    ("document", "suffix"),
    [
        *[("../etc", ".pdf"), (DOCUMENT, "/../x"), (DOCUMENT, ".PDF"), ("", "")],
        *[(DOCUMENT[:-1], ".pdf"), (DOCUMENT * 2, ".pdf")],
    ],
)
def test_nothing_else_becomes_a_key(document: str, suffix: str) -> None:
    with pytest.raises(KeyRefused):
        keys().raw_key(document, suffix)


@pytest.mark.parametrize(
    "reference",
    [
        "s3://pages/preprocessed/{}",
        "http://localhost:8000/files/{}",
        "/data/local-files/?d=processed/{}",
        "/data/local-files/?d=processed%2F{}",
        "https://s3.example.org/pages/preprocessed/{}?X-Amz-Signature=abc",
        "{}",
    ],
)
def test_a_page_is_found_in_every_kind_of_reference(reference: str) -> None:
    for document in (DOCUMENT, OLD):
        assert page_of(reference.format(f"{document}-12.png")) == (document, 12)


@pytest.mark.parametrize(
    "reference",
    [
        "",
        f"/data/upload/6/3f2a1b0c-{DOCUMENT}-1.png",  # a page that was downloaded and uploaded again as a file
        f"s3://pages/preprocessed/{DOCUMENT}-0.png",
        f"s3://pages/preprocessed/{DOCUMENT}.png",
        f"s3://pages/preprocessed/{DOCUMENT}-1.png/other.png",
        f"s3://pages/preprocessed/{DOCUMENT.upper()}-1.png",
        f"s3://pages/preprocessed/a{OLD}-1.png",
        f"s3://pages/preprocessed/{DOCUMENT * 2}-1.png",
    ],
)
def test_other_images_are_not_pages_of_documents(reference: str) -> None:
    assert page_of(reference) is None


@pytest.mark.parametrize("key", ["a.pdf", "inbox/2026/견적서 (1).pdf", "a" * 255])
def test_keys_of_others_may_have_any_name(key: str) -> None:
    assert checked_key(key) == key


@pytest.mark.parametrize(
    "key",
    [
        *("", "/etc/passwd", "raw/", "raw//a", "../a", "raw/../../a", "raw/./a", ".partial/a", "raw\\..\\a"),
        *("a\0b", "a\nb", "\ud800", "a" * 256, "/".join(["a" * 200] * 6)),
    ],
)
def test_keys_that_a_folder_or_s3_would_read_otherwise_are_refused(key: str) -> None:
    with pytest.raises(KeyRefused):
        checked_key(key)


@pytest.mark.parametrize(
    ("prefixes", "named"),
    [
        ({"words_prefix": "processed/words"}, "PRELABEL_PAGE_PREFIX and PRELABEL_WORDS_PREFIX"),
        ({"raw_prefix": "words"}, "PRELABEL_RAW_PREFIX and PRELABEL_WORDS_PREFIX"),
        ({"raw_prefix": "/"}, "RAW_PREFIX"),
        ({"page_prefix": "../pages"}, "PAGE_PREFIX"),
    ],
)
def test_prefixes_must_stand_beside_each_other(prefixes: dict[str, str], named: str) -> None:
    with pytest.raises(SettingError, match=named):
        keys(**prefixes)


@pytest.mark.parametrize("bucket", ["s3://", "s3://pages/folder", "http://pages", "s3://ab"])
def test_a_bucket_is_a_folder_or_a_name(bucket: str) -> None:
    with pytest.raises(ValueError, match="must be a folder, or s3://"):
        Settings(_env_file=None, bucket=bucket)
