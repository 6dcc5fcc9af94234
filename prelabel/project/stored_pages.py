"""Stored pages: every word of each predicted page, kept in the bucket as the way back from corrections to words.

A page is stored before its prediction, so no prediction stands without it. Of each page the two newest versions are
kept: the one that people see, and the one before, which a person may have had open while the page was redone.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

from prelabel.bucket.interface import Bucket
from prelabel.bucket.keys import Keys
from prelabel.environment.server_address import former_ids
from prelabel.errors import FileGone
from prelabel.labelstudio.export import reference_path
from prelabel.page import Page
from prelabel.settings import Settings
from prelabel.workplace import Workplace

#: Number of the form around the page. The page itself has a number of its own (`page.FORMAT`); files of format 3 lie in
#: the buckets of this release's users, so a later one has to read them, too.
FORM = 1
_KEPT = 2
_LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A page as its prediction was made from it.

    `version`: the exact pipeline version. `image`: the last part of its image's path. `digest`: SHA-256 of the page's
    JSON, in hex digits.
    """

    page: Page
    version: str
    image: str
    digest: str

    @classmethod
    def of(cls, page: Page, version: str, reference: str) -> Self:
        """Make the stored form of a page whose image has this reference."""
        return cls(page, version, image_part(reference), hashlib.sha256(stable_json(page.to_json())).hexdigest())

    def to_bytes(self) -> bytes:
        """Return the file's content: gzip, the same for the same page whenever it is made."""
        form = {"form": FORM, "version": self.version, "image": self.image, "digest": self.digest}
        return gzip.compress(stable_json(form | {"page": self.page.to_json()}), 9, mtime=0)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read the file's content. Raises ValueError for anything but an undamaged output of `to_bytes`."""
        try:
            content = json.loads(gzip.decompress(data))
            if content["form"] != FORM:
                raise ValueError(f"form {content['form']!r}, {FORM} is read here")
            if hashlib.sha256(stable_json(content["page"])).hexdigest() != content["digest"]:
                raise ValueError("its digest is another one")
            page = Page.from_json(content["page"])
            return cls(page, str(content["version"]), str(content["image"]), content["digest"])
        except (OSError, EOFError, zlib.error, KeyError, TypeError, RecursionError) as error:
            raise ValueError(f"no stored page ({type(error).__name__})") from None


class StoredPages:
    """The stored pages of one Label Studio.

    `servers`: its name in Redis, and further names that it had. All methods raise BucketRefused and ServiceUnavailable.
    """

    def __init__(self, bucket: Bucket, keys: Keys, servers: Sequence[str]) -> None:
        self._bucket, self._keys, self._servers = bucket, keys, tuple(servers)

    @classmethod
    def of(cls, workplace: Workplace) -> Self:
        """Return the stored pages of a workplace's Label Studio, in its bucket."""
        return cls(workplace.bucket, workplace.keys, server_names(workplace.settings))

    def keep(self, project_id: int, task_id: int, version: str, page: Page, reference: str) -> StoredPage:
        """Store a page, and remove its versions before the last one; repeated, it changes nothing.

        `reference`: the page's image. Raises StorageFull.
        """
        server = self._servers[0]
        made = StoredPage.of(page, version, reference)
        there = self._versions(server, project_id, task_id)
        number, newest = there[-1] if there else (0, "")
        number += newest != version or not there
        key = self._keys.stored_key(server, project_id, task_id, number, version)
        self._bucket.put(key, made.to_bytes(), "application/gzip")
        for old_number, old in there:
            if old_number <= number - _KEPT:
                self._bucket.delete(self._keys.stored_key(server, project_id, task_id, old_number, old))
        return made

    def find(
        self, project_id: int, task_id: int, *, version: str = "", references: Iterable[str] = ()
    ) -> StoredPage | None:
        """Return the page of this version, else the newest one; None where none is there that can be read.

        `references`: addresses of the page's image as Label Studio has them now. A stored page of another image is
        none: a Label Studio that was set up anew counts its pages from 1 again.
        """
        images = {*map(image_part, references)} - {""}
        for server in self._servers:
            versions = self._versions(server, project_id, task_id)[::-1]
            for number, each in sorted(versions, key=lambda row: row[1] != version):
                key = self._keys.stored_key(server, project_id, task_id, number, each)
                found = self._read(key)
                if found and (not images or not found.image or found.image in images):
                    return found
        return None

    def names(self, project_id: int) -> dict[int, str]:
        """Return what names the newest stored page of each task: a list of the bucket, no page is read."""
        newest: dict[int, tuple[int, str]] = {}
        for server in reversed(self._servers):
            found: dict[int, tuple[int, str]] = {}
            for key in self._bucket.keys(self._keys.stored_project(server, project_id)):
                task, version = key.split("/")[-2], self._keys.stored_version(key)
                if version and task.isdecimal():
                    found[int(task)] = max(version, found.get(int(task), version))
            newest |= found
        return {task_id: f"{number}-{version}" for task_id, (number, version) in newest.items()}

    def _versions(self, server: str, project_id: int, task_id: int) -> list[tuple[int, str]]:
        """Return the numbers and versions of a page, oldest first."""
        keys = self._bucket.keys(self._keys.stored_folder(server, project_id, task_id))
        return sorted(found for key in keys if (found := self._keys.stored_version(key)))

    def _read(self, key: str) -> StoredPage | None:
        try:
            return StoredPage.from_bytes(self._bucket.get(key))
        except (FileGone, ValueError):  # removed since it was listed; of a newer release, or damaged
            return None


def server_names(settings: Settings) -> tuple[str, ...]:
    """Return the name of the settings' Label Studio in Redis, then the names that its other spellings have."""
    return settings.server_id, *former_ids(settings.label_studio_url, settings.label_studio_aliases)


def image_part(reference: str) -> str:
    """Return what stays of an image's address however it is given: the last part of its path, decoded.

    Empty for an address that holds the image itself (data:).

    >>> image_part("/data/local-files/?d=forms/Invoice%207.png"), image_part("https://s3/pages/a-1.png?X-Amz-Date=1")
    ('Invoice 7.png', 'a-1.png')
    """
    if reference[:5].lower() == "data:":
        return ""
    return reference_path(reference).rstrip("/").rpartition("/")[2][-_LONGEST_NAME:]


def stable_json(value: dict[str, Any]) -> bytes:
    """Return a JSON form that depends on the value alone; lone surrogates, which JSON knows, are kept."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
