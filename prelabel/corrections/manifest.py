"""Manifest of a version of a data set: its pages, where they come from, and to which split each belongs.

The words of the pages are not in it: each page names its content by a digest (`contents`).
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from prelabel.project.stored_pages import stable_json

#: Number of the form around the manifest.
FORM = 1

#: `waiting`: a page of a document of the frozen evaluation set that came later. It is in no split until the evaluation
#: set grows: training on it would teach the document that is to be judged by.
Split = Literal["train", "valid", "evaluation", "waiting"]
SPLITS: tuple[Split, ...] = ("train", "valid", "evaluation", "waiting")

#: How an annotation was made: without looking at a prediction; by two people; or from a prediction by one person.
Labelled = Literal["without_prediction", "checked_twice", "from_prediction"]


@dataclass(frozen=True, slots=True)
class PageEntry:
    """One annotated page. `document`, `number`: its document and the page's number in it, from 1.

    `annotation_id`, `annotated_at`: of the annotation that counts; `changed_at`: of the page, as Label Studio writes
    it. `content`: SHA-256 of its content, in hex digits. `words`, `links`: numbers of them; `labels`: numbers of
    entities by label, OTHER aside. `image`: the image's reference. `stored`: name of the stored page from which its
    words come, empty where it had none. `not_used`: counts by kind (`labelstudio.regions.told.NotUsed`).
    """

    task_id: int
    document: str
    number: int
    annotation_id: int
    annotated_at: str
    changed_at: str
    content: str
    split: Split
    labelled: Labelled
    words: int
    links: int
    labels: Mapping[str, int]
    image: str = ""
    stored: str = ""
    not_used: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gone:
    """A page of earlier versions that is no longer annotated or no longer there: its split is its own for ever."""

    task_id: int
    document: str
    split: Split


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An annotated page that cannot be used, and why."""

    task_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """One version. `number`: from 1; `parent`: number of the version before, 0: none. `made_at`: unix time.

    `labelling`: the project's labelling configuration. `frozen`: whether there is an evaluation set, which grows by
    decision only. `pages`: by task id.
    """

    project_id: int
    number: int
    parent: int
    made_at: float
    release: str
    labelling: str
    frozen: bool
    pages: tuple[PageEntry, ...]
    gone: tuple[Gone, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    @property
    def labels(self) -> Counter[str]:
        """The numbers of entities by label."""
        return sum((Counter(page.labels) for page in self.pages), Counter[str]())

    @property
    def not_used(self) -> Counter[str]:
        """The counts, by kind, of what was not used of the annotations."""
        return sum((Counter(page.not_used) for page in self.pages), Counter[str]())

    @property
    def digest(self) -> str:
        """SHA-256 of the manifest, in hex digits: another one for other pages, splits or contents."""
        return _digest(_FORM_OF.dump_python(self, mode="json"))

    def of_split(self, split: Split) -> tuple[PageEntry, ...]:
        """Return the pages of a split."""
        return tuple(page for page in self.pages if page.split == split)

    def to_bytes(self) -> bytes:
        """Return the file's content: compressed JSON with a digest of its own."""
        content = _FORM_OF.dump_python(self, mode="json")
        return gzip.compress(stable_json({"form": FORM, "digest": _digest(content), "manifest": content}), 6, mtime=0)

    @staticmethod
    def from_bytes(data: bytes) -> Manifest:
        """Read the file's content. Raises ValueError for anything but an undamaged output of `to_bytes`."""
        try:
            content = json.loads(gzip.decompress(data))
            if content["form"] != FORM:
                raise ValueError(f"form {content['form']!r}, {FORM} is read here")
            if _digest(content["manifest"]) != content["digest"]:
                raise ValueError("its digest is another one")
            return _FORM_OF.validate_python(content["manifest"])
        except ValidationError as error:
            raise ValueError(f"{error.error_count()} of its fields are wrong") from None
        except (OSError, EOFError, zlib.error, KeyError, TypeError, RecursionError) as error:
            raise ValueError(f"no manifest ({type(error).__name__})") from None


_FORM_OF = TypeAdapter(Manifest)


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(stable_json(dict(content))).hexdigest()
