"""Store of data sets in the bucket: contents of pages by their digests, and the manifests of the versions.

    datasets/SERVER/PROJECT/contents/ab/ab12….json.gz    a page, each content once
    datasets/SERVER/PROJECT/versions/00000001.json.gz    a manifest, written after all contents of its pages

No file is replaced by another one, and a version is there when its manifest is. Two processes that make a version at
once cannot take the same number.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from prelabel.bucket.interface import Bucket
from prelabel.bucket.keys import Keys
from prelabel.corrections import contents
from prelabel.corrections.manifest import Manifest, PageEntry
from prelabel.errors import FileGone, SettingError
from prelabel.page import NewerFormat, Page
from prelabel.project.stored_pages import server_names
from prelabel.workplace import Workplace

_GZIP = "application/gzip"
_SUFFIX = ".json.gz"


class DataSet:
    """The versions of one project's data set.

    `servers`: the name of its Label Studio in Redis, and further names that it had. All methods raise BucketRefused and
    ServiceUnavailable.
    """

    def __init__(self, bucket: Bucket, keys: Keys, servers: Sequence[str], project_id: int) -> None:
        self._bucket, self.project_id = bucket, project_id
        folders = [keys.data_set_folder(server, project_id) for server in servers]
        #: Versions go on where they began: the server may have had another name then.
        self._folder = next((each for each in folders if any(bucket.keys(f"{each}versions/"))), folders[0])

    @classmethod
    def of(cls, workplace: Workplace, project_id: int) -> Self:
        """Return the data set of a project of the workplace's Label Studio, in its bucket."""
        return cls(workplace.bucket, workplace.keys, server_names(workplace.settings), project_id)

    def numbers(self) -> list[int]:
        """Return the numbers of all versions, oldest first."""
        names = (key.rpartition("/")[2].removesuffix(_SUFFIX) for key in self._bucket.keys(f"{self._folder}versions/"))
        return sorted(int(name) for name in names if name.isdecimal())

    def newest(self) -> Manifest | None:
        """Return the newest version; None before the first one. Raises SettingError where it is damaged."""
        numbers = self.numbers()
        return self.version(numbers[-1]) if numbers else None

    def version(self, number: int | None = None) -> Manifest:
        """Return a version; without a number, the newest. Raises SettingError where it is not there, or damaged."""
        if number is None:
            newest = self.newest()
            if newest is None:
                raise SettingError(
                    f"project {self.project_id} has no data set: `prelabel export {self.project_id}` makes one"
                )
            return newest
        key = self._version_key(number)
        try:
            made, problem = Manifest.from_bytes(self._bucket.get(key)), ""
        except FileGone:
            raise SettingError(
                f"the data set of project {self.project_id} has no version {number}: "
                f"`prelabel dataset list {self.project_id}` shows them"
            ) from None
        except ValueError as error:
            made, problem = None, str(error)
        if made and (made.project_id, made.number) == (self.project_id, number):
            return made
        raise SettingError(
            f"the manifest {key} is damaged ({problem or 'it is that of another version'}): put it back from a backup "
            "of the bucket, or remove it; the versions before it stay as they are"
        )

    def add(self, version: Manifest) -> bool:
        """Store a version whose contents are stored; return False where another one has its number. StorageFull."""
        return self._bucket.put_new(self._version_key(version.number), version.to_bytes(), _GZIP)

    def keep(self, page: Page, *, again: bool = False) -> str:
        """Store the content of a page unless it is there, and return its digest. `again`: in any case; StorageFull."""
        digest = contents.digest_of(page)
        key = self._content_key(digest)
        if again or self._bucket.size(key) is None:
            self._bucket.put(key, contents.to_bytes(page), _GZIP)
        return digest

    def contents(self) -> set[str]:
        """Return the digests of all contents that are there; no content is read."""
        keys = self._bucket.keys(f"{self._folder}contents/")
        return {key.rpartition("/")[2].removesuffix(_SUFFIX) for key in keys}

    def page(self, entry: PageEntry) -> Page:
        """Return the content of a page. Raises SettingError where it is missing or damaged."""
        key = self._content_key(entry.content)
        try:
            return contents.from_bytes(self._bucket.get(key), entry.content)
        except NewerFormat as error:
            raise SettingError(f"page {entry.task_id} is of a newer prelabel ({error}): upgrade this one") from None
        except (FileGone, ValueError) as error:
            what = "missing" if isinstance(error, FileGone) else f"damaged ({error})"
            raise SettingError(
                f"the content of page {entry.task_id} is {what}: `prelabel export {self.project_id} --again` reads "
                f"all pages from Label Studio once more; else put {key} back from a backup of the bucket"
            ) from None

    def _version_key(self, number: int) -> str:
        return f"{self._folder}versions/{number:08}{_SUFFIX}"

    def _content_key(self, digest: str) -> str:
        return f"{self._folder}contents/{digest[:2]}/{digest}{_SUFFIX}"
