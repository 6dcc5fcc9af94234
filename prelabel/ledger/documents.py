"""The truth about documents on their way in: what they are, how far each page is, and what failed why.

A document is known by its project and its content; it waits, is opened (its pages are counted), and is done or failed
when each page is in Label Studio or failed. From then on it goes after a time to live. Work in flight is in `pieces`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, cast

from prelabel.errors import PrelabelError, failure
from prelabel.ledger.redis_state import RedisState, redis_errors

State = Literal["waiting", "opened", "done", "failed"]
#: A page waits and is rendered here; from queued on it is in Label Studio, and the ledger knows.
PageState = Literal["waiting", "rendered", "queued", "ocr", "extract", "upload", "done", "skipped", "failed"]
#: What adding a file came to: a new document; known, here or on its way; again, what had failed is tried anew.
Added = Literal["new", "known", "again"]

#: Longer than the time between two imports that are tried.
_TROUBLE_KEPT_S = 3600
#: More pages than any document has.
_ALL = 10**9
#: DocumentRecords that are removed from a project's list at a time when their time to live is over.
_PRUNED = 10


@dataclass(frozen=True, slots=True)
class Failure:
    """Why something failed: an error's code and message."""

    code: str
    message: str

    @property
    def cure(self) -> str:
        """What a person does about it."""
        return failure(self.code).cure

    def to_json(self) -> dict[str, str]:
        """With the cure, JSON-ready."""
        return asdict(self) | {"cure": self.cure}


@dataclass(frozen=True, slots=True)
class Document:
    """One file that was given for a project. `name` is for people only; `at`: when it was given, in unix s.

    `kind` is PDF or Pillow's name of an image format, `suffix` that of the raw file and `page_suffix` that of the
    pages' images. `pages`: 0 until it is opened. `counts`: its pages by state, as they are now. `failure`: why it could
    not be opened. `source`: the Label Studio task that holds the file, 0 without one.
    """

    project_id: int
    id: str
    name: str
    kind: str
    suffix: str
    bytes: int
    at: float
    state: State
    pages: int
    page_suffix: str
    source: int
    failure: Failure | None
    counts: Mapping[PageState, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Everything known of it, JSON-ready."""
        return asdict(self) | {"failure": self.failure.to_json() if self.failure else None}


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """One page, from 1. `task_id`: its Label Studio task, None as long as there is none."""

    number: int
    state: PageState
    task_id: int | None
    failure: Failure | None

    def to_json(self) -> dict[str, Any]:
        """Everything known of it, JSON-ready."""
        return asdict(self) | {"failure": self.failure.to_json() if self.failure else None}


class DocumentRecords:
    """See the module. Raises ServiceUnavailable when Redis does not answer."""

    def __init__(self, state: RedisState) -> None:
        self._state = state

    def add(
        self,
        project_id: int,
        document: str,
        *,
        name: str,
        kind: str,
        suffix: str,
        size: int,
        ttl_s: float,
        importing: bool,
        source: int = 0,
    ) -> Added:
        """Take a document into the line; its raw file is in the bucket. `size` in bytes.

        `importing`: we import its pages ourselves, and if it is done, `verified` will tell whether all are still there.
        """
        fields = {"name": name, "kind": kind, "suffix": suffix, "bytes": size, "source": source}
        parts = [part for pair in fields.items() for part in pair]
        added = cast(
            bytes, self._state.run("documents/add", project_id, document, int(ttl_s), int(importing), *parts)
        ).decode()
        self._prune(project_id)
        return cast(Added, added)

    def find(self, project_id: int, document: str) -> Document | None:
        """One document; None when it is not known, or no longer."""
        return self._read(project_id, [document])[0]

    def newest(self, project_id: int, *, skip: int = 0, limit: int = 100) -> list[Document]:
        """The project's documents, newest first: at most `limit`, without the first `skip`; two calls of Redis."""
        with redis_errors():
            ids = self._state.redis.zrevrange(self._name("documents", project_id), skip, skip + limit - 1)
        return [document for document in self._read(project_id, [x.decode() for x in ids]) if document]

    def count(self, project_id: int) -> int:
        """How many documents the project has."""
        with redis_errors():
            return int(self._state.redis.zcard(self._name("documents", project_id)))

    def pages(
        self, project_id: int, documents: Sequence[str], *, first: int = 1, limit: int = 100
    ) -> dict[str, list[DocumentPage]]:
        """Pages `first` to `first + limit - 1` of each document as they are now, as far as it has them; one call."""
        rows = self._state.run("documents/pages", project_id, first, limit, *documents)
        return {document: _pages(first, row) for document, row in zip(documents, rows, strict=True)}

    def imported(self, project_id: int, pages: Mapping[tuple[str, int], int], *, done: bool = False) -> None:
        """Label Studio holds these pages: its task by (document, number). Unknown documents are passed over.

        `done`: they hold predictions already, so that no selection will find them.
        """
        if pages:
            triples = [part for (document, number), task in pages.items() for part in (document, number, task)]
            self._state.run("documents/import_pages", project_id, "done" if done else "imported", *triples)

    def verified(self, project_id: int, document: str, numbers: Collection[int]) -> int:
        """Label Studio holds these pages of a document, no others: what is gone is made again; how many pages."""
        return int(self._state.run("documents/verify", project_id, document, *numbers))

    def retry(self, project_id: int, document: str, numbers: Sequence[int] = ()) -> int:
        """Take what failed of a document (or only these pages of it) into the line again; how many pieces that is.

        Pages that failed after they had reached Label Studio are the ledger's: see `failed_list`.
        """
        return int(self._state.run("documents/retry", project_id, document, *numbers))

    def failed_tasks(self, project_id: int, document: str, numbers: Sequence[int] = ()) -> list[int]:
        """Label Studio tasks of its pages, or only of these, that are on the failed list."""
        found = self.pages(project_id, [document], limit=_ALL)[document]
        return [p.task_id for p in found if p.task_id and p.state == "failed" and (not numbers or p.number in numbers)]

    def projects(self) -> list[int]:
        """Projects that have documents."""
        with redis_errors():
            return sorted(map(int, self._state.redis.smembers(self._name("intake", "projects"))))

    def projects_of(self, document: str) -> list[int]:
        """Projects for which this file was given."""
        projects = self.projects()
        with redis_errors(), self._state.redis.pipeline(transaction=False) as pipe:
            for project_id in projects:
                pipe.exists(self._name("document", project_id, document))
            return [project_id for project_id, there in zip(projects, pipe.execute(), strict=True) if there]

    # -- importing ----------------------------------------------------------------------------------------------------

    def rendered(self, project_id: int, limit: int) -> list[tuple[str, int]]:
        """(document, page) of pages that wait for being imported, the longest waiting first.

        Page 0: all of the document are to be `verified`.
        """
        with redis_errors():
            rows = self._state.redis.zrange(self._name("rendered", project_id), 0, limit - 1)
        pairs = (row.decode().split(":") for row in rows)
        return [(document, int(number)) for document, number in pairs]

    def looks(self, project_id: int, documents: Sequence[str]) -> dict[str, float]:
        """DocumentRecords whose pages Label Studio may hold without our knowing, and when (unix s) a look will tell."""
        with redis_errors(), self._state.redis.pipeline(transaction=False) as pipe:
            for document in documents:
                pipe.hget(self._name("document", project_id, document), "look")
            return {d: float(at) for d, at in zip(documents, pipe.execute(), strict=True) if at is not None}

    def ask_for_look(self, project_id: int, document: str) -> None:
        """Pages of this document may be in Label Studio since an earlier time: the next import has a look."""
        with redis_errors(), self._state.redis.pipeline() as pipe:
            pipe.hset(self._name("document", project_id, document), "look", 0)
            pipe.zadd(self._name("rendered", project_id), {f"{document}:0": 0})
            pipe.execute()

    def must_look(self, project_id: int, documents: Sequence[str], at: float) -> None:
        """Before a POST: should its answer be lost, a look at unix time `at` tells what came of it."""
        self._set_look(project_id, documents, at)

    def looked(self, project_id: int, documents: Sequence[str]) -> None:
        """The register knows of all pages of these documents that Label Studio holds."""
        self._set_look(project_id, documents, None)

    def _set_look(self, project_id: int, documents: Sequence[str], at: float | None) -> None:
        with redis_errors(), self._state.redis.pipeline(transaction=False) as pipe:
            for document in documents:
                record = self._name("document", project_id, document)
                pipe.hdel(record, "look") if at is None else pipe.hset(record, "look", at)
            pipe.execute()

    def trouble(self, project_id: int) -> Failure | None:
        """Why the last import of the project's pages did not work; None when it did."""
        with redis_errors():
            row = self._state.redis.get(self._name("import_trouble", project_id))
        return _failure(row.decode()) if row else None

    def set_trouble(self, project_id: int, error: PrelabelError | None) -> None:
        """What came of an import."""
        with redis_errors():
            if error is None:
                self._state.redis.delete(self._name("import_trouble", project_id))
            else:
                self._state.redis.set(self._name("import_trouble", project_id), _entry(error), ex=_TROUBLE_KEPT_S)

    # -- raw files ----------------------------------------------------------------------------------------------------

    def done_raw(self) -> list[tuple[str, str]]:
        """(document, suffix) of raw files whose document was done in some project."""
        with redis_errors():
            rows = self._state.redis.smembers(self._name("raw_done"))
        return [(row.decode()[:16], row.decode()[16:]) for row in rows]

    def forget_raw(self, document: str, suffix: str) -> None:
        """The raw file was dealt with."""
        with redis_errors():
            self._state.redis.srem(self._name("raw_done"), document + suffix)

    def in_use(self, document: str) -> bool:
        """Does any project still need the raw file?"""
        found = [self.find(project_id, document) for project_id in self.projects_of(document)]
        return any(each and each.state != "done" for each in found)

    # -----------------------------------------------------------------------------------------------------------------

    def _read(self, project_id: int, documents: Sequence[str]) -> list[Document | None]:
        rows = self._state.run("documents/read", project_id, *documents) if documents else []
        return [_document(project_id, id_, row) if row else None for id_, row in zip(documents, rows, strict=True)]

    def _prune(self, project_id: int) -> None:
        """Take the oldest documents off the list whose time to live is over."""
        index = self._name("documents", project_id)
        with redis_errors():
            oldest = [x.decode() for x in self._state.redis.zrange(index, 0, _PRUNED - 1)]
            gone = [x for x in oldest if not self._state.redis.exists(self._name("document", project_id, x))]
            if gone:
                self._state.redis.zrem(index, *gone)

    def _name(self, *parts: object) -> str:
        return self._state.name(*parts)


def _entry(error: PrelabelError) -> str:
    return json.dumps({"reason": error.code, "message": str(error)}, ensure_ascii=False)


def _document(project_id: int, document: str, row: bytes) -> Document:
    fields, counts = json.loads(row)
    return Document(
        project_id=project_id,
        id=document,
        name=fields["name"],
        kind=fields["kind"],
        suffix=fields["suffix"],
        bytes=int(fields["bytes"]),
        at=float(fields["at"]),
        state=fields["state"],
        pages=int(fields["pages"]),
        page_suffix=fields.get("page_suffix", ""),
        source=int(fields["source"]),
        failure=_failure(fields.get("failure", "")),
        counts={state: int(count) for state, count in dict(counts).items() if count},
    )


def _pages(first: int, row: Sequence[bytes]) -> list[DocumentPage]:
    parts = [part.decode() for part in row]
    triples = zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    return [
        DocumentPage(number, cast(PageState, state), int(task) if task else None, _failure(why))
        for number, (state, task, why) in enumerate(triples, first)
    ]


def _failure(row: str) -> Failure | None:
    """Read an entry; those that earlier releases wrote call the reason "code"."""
    if not row:
        return None
    found = json.loads(row)
    return Failure(found.get("reason") or found["code"], found["message"])
