"""Keys under which a bucket keeps the files of a document and stored pages: the only place that makes and reads them.

Keys of documents are made from the file's content alone, so that the same file twice is one document, and no name that
a person gave (nor `../` in the name) ever becomes a part of a path.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import quote, unquote

from prelabel.errors import KeyRefused, SettingError
from prelabel.settings import Settings

_MAX_KEY_BYTES = 1024
_MAX_PART_BYTES = 255
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")
#: The digits of an id; releases up to 0.1 took 16.
_DIGITS, _OLD_DIGITS = 32, 16
_DOCUMENT = re.compile(r"[0-9a-f]{16}(?:[0-9a-f]{16})?")
_STORED = ".json.gz"
#: The last part of an image's path, also after `?d=`; a presigned address continues after it.
_PAGE = re.compile(r"(?:^|[/=])([0-9a-f]{16}|[0-9a-f]{32})-([1-9]\d{0,8})\.[a-z0-9]{1,8}(?:[?#].*)?$", re.DOTALL)


def document_id(sha256: str) -> str:
    """Return the document id: the first 32 hex digits of the raw file's SHA-256."""
    return _checked_document(sha256[:_DIGITS])


def old_document_id(sha256: str) -> str:
    """Return the document id of releases up to 0.1: 16 hex digits. Documents that they took in keep it."""
    return _checked_document(sha256[:_OLD_DIGITS])


def page_of(reference: str) -> tuple[str, int] | None:
    """Return (document, page number from 1) of an image reference that ends in a page's key; None for others."""
    found = _PAGE.search(unquote(reference))
    return (found[1], int(found[2])) if found else None


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys of one bucket. The prefixes end with a slash, and none contains another: a storage sees pages only."""

    raw: str
    pages: str
    words: str
    stored: str
    models: str = "models/"
    datasets: str = "datasets/"

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Make the keys of the settings. Raises SettingError for prefixes that lie within each other."""
        pages = settings.page_prefix or ("preprocessed" if settings.bucket_name else "processed")
        prefixes = {
            "PRELABEL_RAW_PREFIX": settings.raw_prefix.strip("/"),
            "PRELABEL_PAGE_PREFIX": pages.strip("/"),
            "PRELABEL_WORDS_PREFIX": settings.words_prefix.strip("/"),
            "PRELABEL_STORED_PREFIX": settings.stored_prefix.strip("/"),
            "PRELABEL_MODELS_PREFIX": settings.models_prefix.strip("/"),
            "PRELABEL_DATASETS_PREFIX": settings.datasets_prefix.strip("/"),
        }
        for name, prefix in prefixes.items():
            try:
                checked_key(prefix)
            except KeyRefused as error:
                raise SettingError(f"{name}: {error}") from None
            rivals = [other for other in prefixes if other != name and f"{prefixes[other]}/".startswith(f"{prefix}/")]
            if rivals:
                raise SettingError(f"{name} and {rivals[0]} must not lie within each other")
        return cls(*(f"{prefix}/" for prefix in prefixes.values()))

    def raw_key(self, document: str, suffix: str) -> str:
        """Return the key of the raw file. `suffix`: with its dot, by the file's content."""
        return f"{self.raw}{_checked_document(document)}{_checked_suffix(suffix)}"

    def page_key(self, document: str, number: int, suffix: str = ".png") -> str:
        """Return the key of the image of page `number`, from 1."""
        return f"{self.pages}{_checked_document(document)}-{number}{_checked_suffix(suffix)}"

    def words_key(self, document: str, number: int) -> str:
        """Return the key of the page's own words and form fields."""
        return f"{self.words}{_checked_document(document)}-{number}.json"

    def stored_folder(self, server: str, project_id: int, task_id: int) -> str:
        """Return the prefix of all stored versions of a page. `server`: the server's name in Redis."""
        return f"{self.stored_project(server, project_id)}{task_id}/"

    def stored_project(self, server: str, project_id: int) -> str:
        """Return the prefix of all stored pages of a project."""
        return f"{self.stored}{server}/{project_id}/"

    def stored_key(self, server: str, project_id: int, task_id: int, number: int, version: str) -> str:
        """Return the key of a page as it was stored. `number`: counts the versions of the page, from 1."""
        return f"{self.stored_folder(server, project_id, task_id)}{number}-{quote(version, safe='')}{_STORED}"

    def models_folder(self, server: str, project_id: int) -> str:
        """Return the prefix of the model versions of a project. `server`: the server's name in Redis."""
        return f"{self.models}{server}/{project_id}/"

    def data_set_folder(self, server: str, project_id: int) -> str:
        """Return the prefix of all versions of a project's data set. `server`: the server's name in Redis."""
        return f"{self.datasets}{server}/{project_id}/"

    def stored_version(self, key: str) -> tuple[int, str] | None:
        """Return (number, version) of a stored page's key; None for any other key."""
        number, dash, version = key.rpartition("/")[2].removesuffix(_STORED).partition("-")
        return (int(number), unquote(version)) if dash and key.endswith(_STORED) and number.isdecimal() else None


def served_url(files_url: str, key: str) -> str:
    """Return the address at which the uploader serves a page's image."""
    return f"{files_url.rstrip('/')}/files/{checked_key(key).rpartition('/')[2]}"


def checked_key(key: str) -> str:
    """Return the same key if a folder and S3 both accept it and it stays inside the folder. Raises KeyRefused."""
    parts = key.split("/")
    if not key or any(not part or part.startswith(".") for part in parts):
        raise KeyRefused("parts of a key between slashes must not be empty or begin with a dot")
    if "\\" in key or any(sign < " " or sign == "\x7f" for sign in key):
        raise KeyRefused("a key must not hold backslashes, line breaks or other control characters")
    try:
        sizes = [len(part.encode()) for part in parts]
    except UnicodeEncodeError:
        raise KeyRefused("a key must be valid UTF-8 text") from None
    if max(sizes) > _MAX_PART_BYTES or sum(sizes) + len(parts) - 1 > _MAX_KEY_BYTES:
        raise KeyRefused(f"a key may have {_MAX_KEY_BYTES} bytes, and {_MAX_PART_BYTES} between two slashes")
    return key


def _checked_document(document: str) -> str:
    if not _DOCUMENT.fullmatch(document):
        raise KeyRefused("a document's id has 32 hex digits, or 16 from earlier releases")
    return document


def _checked_suffix(suffix: str) -> str:
    if not _SUFFIX.fullmatch(suffix):
        raise KeyRefused("a suffix is a dot and up to 8 lower-case letters and digits")
    return suffix
