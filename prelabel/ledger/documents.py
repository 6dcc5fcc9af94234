"""Documents on their way into Label Studio: their properties, the states of their pages, and reasons of failures.

Project and content identify a document. It waits, is opened (its pages are counted), and ends as done or failed when
each page is in Label Studio or failed. An ended document is forgotten after its time to live. `document_jobs` holds the
work in flight.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, cast

from prelabel.errors import DocumentIdTaken, PrelabelError, failure
from prelabel.ledger.redis_state import PORTION, RedisState, redis_errors, scanned
from prelabel.ledger.scripts import STATES

State = Literal["waiting", "opened", "done", "failed"]
#: A page waits, is rendered, and may fail. From queued on it is in Label Studio, and its state is that of the ledger.
PageState = Literal["waiting", "rendered", "queued", "ocr", "extract", "upload", "done", "skipped", "failed"]
#: The outcome of adding a file. new: a new document. known: the document is here or on its way. again: its failed parts
#: are tried again.
Added = Literal["new", "known", "again"]

#: Longer than the time between two attempts of an import.
_FAILURE_KEPT_S = 3600
#: More pages than any document has.
_ALL = 10**9
#: The oldest documents of a project that each addition checks for the end of their time to live.
_PRUNED = 10


@dataclass(frozen=True, slots=True)
class Failure:
    """The reason of a failure: an error's code and message."""

    code: str
    message: str

    @property
    def cure(self) -> str:
        """The remedy for a person."""
        return failure(self.code).cure

    def to_json(self) -> dict[str, str]:
        """Return all fields and the cure, JSON-ready."""
        return asdict(self) | {"cure": self.cure}


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was added to a project. `name` is for people only. `at`: time of the addition, in unix s.

    `kind`: PDF, or Pillow's name of an image format. `suffix`: that of the raw file; `page_suffix`: that of the pages'
    images. `pages`: 0 until the document is opened. `counts`: the pages by state, now. `failure`: the reason why the
    document could not be opened. `source`: the Label Studio task that holds the file, 0 where there is none.
    `sha256`: of the file, in hex; empty where an earlier release added it.
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
    sha256: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return all fields, JSON-ready."""
        return asdict(self) | {"failure": self.failure.to_json() if self.failure else None}


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """A page of a document. `number`: from 1. `task_id`: its Label Studio task, None until there is one."""

    number: int
    state: PageState
    task_id: int | None
    failure: Failure | None

    def to_json(self) -> dict[str, Any]:
        """Return all fields, JSON-ready."""
        return asdict(self) | {"failure": self.failure.to_json() if self.failure else None}


class DocumentRecords:
    """Documents in Redis. All methods raise ServiceUnavailable when Redis does not answer."""

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
        sha256: str = "",
    ) -> Added:
        """Add a document whose raw file is in the bucket; its jobs wait to be taken. `size` in bytes.

        Raises DocumentIdTaken where the document is known with another SHA-256.

        `importing`: prelabel imports the pages itself. Then a finished document that is added again is compared with
        Label Studio (`verify`).
        """
        fields = {"name": name, "kind": kind, "suffix": suffix, "bytes": size, "source": source}
        parts = [part for pair in fields.items() for part in pair]
        added = cast(
            bytes, self._state.run("documents/add", project_id, document, int(ttl_s), int(importing), sha256, *parts)
        ).decode()
        if added == "taken":
            raise DocumentIdTaken(f"the document {document} is another file, whose SHA-256 begins alike")
        self._prune(project_id)
        return cast(Added, added)

    def find(self, project_id: int, document: str) -> Document | None:
        """Return a document, or None when it is unknown or forgotten."""
        return self._read(project_id, [document])[0]

    def newest(self, project_id: int, *, skip: int = 0, limit: int = 100) -> list[Document]:
        """Return the project's documents, newest first: `limit` at most, after the first `skip`. Two calls of Redis."""
        with redis_errors():
            ids = self._state.redis.zrevrange(self._name("documents", project_id), skip, skip + limit - 1)
        return [document for document in self._read(project_id, [x.decode() for x in ids]) if document]

    def count(self, project_id: int) -> int:
        """Count the project's documents."""
        with redis_errors():
            return int(self._state.redis.zcard(self._name("documents", project_id)))

    def pages(
        self, project_id: int, documents: Sequence[str], *, first: int = 1, limit: int = 100
    ) -> dict[str, list[DocumentPage]]:
        """Return pages `first` to `first + limit - 1` of each document in their present states, in one call."""
        rows = self._state.run("documents/pages", project_id, first, limit, *documents)
        return {document: _pages(first, row) for document, row in zip(documents, rows, strict=True)}

    def imported(self, project_id: int, pages: Mapping[tuple[str, int], int], *, done: bool = False) -> None:
        """Record the Label Studio tasks of pages, by (document, number). Unknown documents are passed over.

        `done`: the pages hold predictions already, so that no selection will find them.
        """
        if pages:
            triples = [part for (document, number), task in pages.items() for part in (document, number, task)]
            self._state.run("documents/import_pages", project_id, "done" if done else "imported", *triples)

    def verify(self, project_id: int, document: str, numbers: Collection[int]) -> int:
        """Compare a finished document with the pages that Label Studio holds; render missing pages again.

        Returns the number of missing pages.
        """
        return int(self._state.run("documents/verify", project_id, document, *numbers))

    def retry(self, project_id: int, document: str, numbers: Sequence[int] = ()) -> int:
        """Let the failed jobs of a document, or only those of the pages `numbers`, wait again; return their number.

        Pages that failed after they had reached Label Studio are on the failed list.
        """
        return int(self._state.run("documents/retry", project_id, document, *numbers))

    def failed_tasks(self, project_id: int, document: str, numbers: Sequence[int] = ()) -> list[int]:
        """Return the task ids of the document's pages, or only of `numbers`, that are on the failed list."""
        found = self.pages(project_id, [document], limit=_ALL)[document]
        return [p.task_id for p in found if p.task_id and p.state == "failed" and (not numbers or p.number in numbers)]

    def projects_of(self, document: str) -> list[int]:
        """Return the projects to which this document was added."""
        sources = [self._name("projects_of", document), self._name("intake", "projects")]  # the second: of release 0.1
        with redis_errors(), self._state.redis.pipeline(transaction=False) as pipe:
            for source in sources:
                pipe.smembers(source)
            projects = sorted({int(project_id) for found in pipe.execute() for project_id in found})
            for project_id in projects:
                pipe.exists(self._name("document", project_id, document))
            return [project_id for project_id, there in zip(projects, pipe.execute(), strict=True) if there]

    # -- importing ----------------------------------------------------------------------------------------------------

    def waiting_for_import(self, project_id: int, limit: int) -> list[tuple[str, int]]:
        """Return (document, page number) of pages that wait for their import, the longest waiting first.

        Number 0: the document waits to be compared with Label Studio.
        """
        with redis_errors():
            rows = self._state.redis.zrange(self._name("rendered", project_id), 0, limit - 1)
        pairs = (row.decode().split(":") for row in rows)
        return [(document, int(number)) for document, number in pairs]

    def pending_checks(self, project_id: int, documents: Sequence[str]) -> dict[str, float]:
        """Return the time (unix s) from which Label Studio can be asked for pages with an unknown outcome, by document.

        Documents without such pages are left out.
        """
        with redis_errors(), self._state.redis.pipeline(transaction=False) as pipe:
            for document in documents:
                pipe.hget(self._name("document", project_id, document), "look")
            return {d: float(at) for d, at in zip(documents, pipe.execute(), strict=True) if at is not None}

    def request_check(self, project_id: int, document: str) -> None:
        """Let the next import ask Label Studio for the document's pages, which may be there from an earlier import."""
        with redis_errors(), self._state.redis.pipeline() as pipe:
            pipe.hset(self._name("document", project_id, document), "look", 0)
            pipe.zadd(self._name("rendered", project_id), {f"{document}:0": 0})
            pipe.execute()

    def schedule_check(self, project_id: int, documents: Sequence[str], at: float) -> None:
        """Record before a POST that its outcome can be checked at unix time `at`, should the answer be lost."""
        self._set_check(project_id, documents, at)

    def clear_check(self, project_id: int, documents: Sequence[str]) -> None:
        """Record that no page of these documents has an unknown outcome any more."""
        self._set_check(project_id, documents, None)

    def _set_check(self, project_id: int, documents: Sequence[str], at: float | None) -> None:
        with redis_errors(), self._state.redis.pipeline(transaction=False) as pipe:
            for document in documents:
                record = self._name("document", project_id, document)
                pipe.hdel(record, "look") if at is None else pipe.hset(record, "look", at)
            pipe.execute()

    def import_failure(self, project_id: int) -> Failure | None:
        """Return the failure of the project's last import; None when it succeeded."""
        with redis_errors():
            row = self._state.redis.get(self._name("import_trouble", project_id))
        return _failure(row.decode()) if row else None

    def set_import_failure(self, project_id: int, error: PrelabelError | None) -> None:
        """Record the outcome of an import: its error, or None."""
        with redis_errors():
            if error is None:
                self._state.redis.delete(self._name("import_trouble", project_id))
            else:
                self._state.redis.set(self._name("import_trouble", project_id), _entry(error), ex=_FAILURE_KEPT_S)

    # -- raw files ----------------------------------------------------------------------------------------------------

    def finished_raw_files(self) -> list[tuple[str, str]]:
        """Return (document, suffix) of raw files whose document is done in some project."""
        with redis_errors():
            rows = self._state.redis.smembers(self._name("raw_done"))
        names = [row.decode().partition(".") for row in rows]
        return [(document, f".{suffix}") for document, _, suffix in names]

    def forget_raw_file(self, document: str, suffix: str) -> None:
        """Take a raw file off the list of finished ones."""
        with redis_errors():
            self._state.redis.srem(self._name("raw_done"), document + suffix)

    def needs_raw_file(self, document: str) -> bool:
        """Return whether any project still needs the raw file."""
        found = [self.find(project_id, document) for project_id in self.projects_of(document)]
        return any(each and each.state != "done" for each in found)

    # -----------------------------------------------------------------------------------------------------------------

    def _read(self, project_id: int, documents: Sequence[str]) -> list[Document | None]:
        if not documents:
            return []
        rows = self._state.run("documents/read", project_id, *documents)
        moved = self._in_flight(project_id, documents)
        found = zip(documents, rows, strict=True)
        return [_document(project_id, id_, row, moved[id_]) if row else None for id_, row in found]

    def _in_flight(self, project_id: int, documents: Sequence[str]) -> dict[str, Counter[str]]:
        """Return by document what the pages in flight change in its counts."""
        # A page that moves meanwhile is seen in two states; the later one counts.
        pages = {
            (document, number): (state, counted)
            for state in STATES
            for document, number, counted in self._pages_in(project_id, state, documents)
        }
        moved = {document: Counter[str]() for document in documents}
        for (document, _), (state, counted) in pages.items():
            moved[document][state] += 1
            moved[document][counted] -= 1
        return moved

    def _pages_in(self, project_id: int, state: str, documents: Sequence[str]) -> Iterator[tuple[str, str, str]]:
        """Yield (document, number, the state as which the document's record counts it) of the pages in this state."""

        def read(cursor: object) -> Any:
            return self._state.run("documents/in_flight", project_id, state, cursor, PORTION, *documents)

        for portion in scanned(read):
            parts = [part.decode() for part in portion]
            yield from zip(parts[::3], parts[1::3], parts[2::3], strict=True)

    def _prune(self, project_id: int) -> None:
        """Take documents whose time to live is over off the project's list, the oldest first."""
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


def _document(project_id: int, document: str, row: bytes, moved: Mapping[str, int]) -> Document:
    fields, counted = json.loads(row)
    counts = Counter(dict(counted))
    counts.update(moved)
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
        counts={cast(PageState, state): int(count) for state, count in counts.items() if count > 0},
        sha256=fields.get("sha256", ""),
    )


def _pages(first: int, row: Sequence[bytes]) -> list[DocumentPage]:
    parts = [part.decode() for part in row]
    triples = zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    return [
        DocumentPage(number, cast(PageState, state), int(task) if task else None, _failure(why))
        for number, (state, task, why) in enumerate(triples, first)
    ]


def _failure(row: str) -> Failure | None:
    """Read an entry. Earlier releases wrote "code" instead of "reason"."""
    if not row:
        return None
    found = json.loads(row)
    return Failure(found.get("reason") or found["code"], found["message"])
