"""Source storages of a project: found over all kinds, what their last sync came to, asking for one, making one.

Nothing here waits or repeats (see `prelabel.project.sync`). Label Studio answers 200 to a sync that failed, and without
a Redis of its own it syncs inside the request: 5 to 23 ms a new object.
"""

from __future__ import annotations

import email.utils
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import httpx

from prelabel.errors import AmbiguousUpload, RequestRefused, StorageNotFound, SyncFailed
from prelabel.labelstudio.http import failures
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.redaction import redact

#: Kinds by their place in the API, which is also how Label Studio names them.
KINDS = ("s3", "localfiles", "gcs", "azure", "redis")

Connected = Literal["created", "updated", "unchanged"]

#: Statuses of a sync that is not over. On PostgreSQL Label Studio refuses, without a word, another one beside it.
UNDER_WAY = frozenset({"queued", "in_progress"})
_SIGNS = ("time_queued", "time_in_progress", "time_last_ping")
_REASON_CHARS = 300
#: Label Studio's words in place of the reason, for every S3 server but AWS's.
_HIDDEN = "Debugging info is not available"
#: What makes one storage the same as another: two of the same would make two tasks of each object.
_PLACE = ("bucket", "container", "prefix", "path", "host")


@dataclass(frozen=True, slots=True)
class Storage:
    """One source storage and its last sync.

    `sync_id`: when that was queued, by the server's clock, so another one is another sync; "" before the first.
    `silent_s`: since its last sign of life. `in_queue`: it waits in Label Studio's own Redis; Label Studio itself calls
    it failed when its job is lost. `new_pages`: the tasks that it made. `reason`: why it failed.
    """

    kind: str
    id: int
    project_id: int
    title: str
    status: str
    sync_id: str
    silent_s: float
    ended: bool
    in_queue: bool
    new_pages: int
    reason: str
    fields: Mapping[str, Any] = field(repr=False, default_factory=dict)

    def running(self, stuck_s: float) -> bool:
        """Is a sync under way that has shown signs of life within `stuck_s`?

        The status alone does not tell: Label Studio calls a sync failed after 25 s without a sign, and one that waits
        for S3 goes on all the same.
        """
        return self.in_queue or (not self.ended and self.silent_s <= stuck_s)

    def __str__(self) -> str:
        return f"{self.title!r} ({self.kind} {self.id})"


def list_storages(client: LabelStudio, project_id: int) -> list[Storage]:
    """All source storages of a project; 66 ms. An unknown project has none.

    Label Studio looks after its statuses on this occasion: syncs whose job is gone become `failed`.
    """
    response = _call(client, "GET", "/api/storages/", params={"project": project_id})
    if response.is_success:
        return [_storage(row, response) for row in response.json()]
    return [storage for kind in KINDS for storage in _of_kind(client, project_id, kind)]


def find_storages(client: LabelStudio, project_id: int, title: str) -> list[Storage]:
    """The storages of this title. Raises StorageNotFound."""
    storages = list_storages(client, project_id)
    if found := [storage for storage in storages if storage.title == title]:
        return found
    others = ", ".join(repr(storage.title) for storage in storages) or "none"
    raise StorageNotFound(
        f"project {project_id} has no source storage of the title {title!r} (it has: {others}): correct STORAGE_TITLE, "
        f"or make one with: prelabel connect {project_id}"
    )


def look(client: LabelStudio, storage: Storage) -> Storage:
    """The storage as it is now. Raises StorageNotFound."""
    response = _call(client, "GET", _path(storage))
    if not response.is_success:
        raise _gone(storage)
    return _storage({"type": storage.kind, **response.json()}, response)


def ask_for_sync(client: LabelStudio, storage: Storage) -> Storage:
    """Ask for a sync, and tell what came of it; it may still be under way, and it may have failed.

    Raises SyncFailed when Label Studio could not begin, AmbiguousUpload when the answer was lost (it may be at it),
    StorageNotFound, RequestRefused.
    """
    response = _call(client, "POST", f"{_path(storage)}/sync", accept=(500,), ambiguous=True)
    if response.status_code == 500 and not failures.is_html(response):  # its own words, so it ends here
        raise SyncFailed(f"Label Studio cannot reach what storage {storage} stands for: {_unreachable(response)}")
    if response.status_code == 500:
        raise AmbiguousUpload(f"Label Studio failed at the sync of storage {storage}: look before asking again")
    if not response.is_success:
        raise _gone(storage)
    return _storage({"type": storage.kind, **response.json()}, response)


def release(client: LabelStudio, storage: Storage) -> None:
    """Call a sync that died `failed`, so that Label Studio takes the next one.

    It does so itself where a sync had begun, or where its own Redis has lost the job, but never for one that died in
    its queue. To delete the storage and make it anew would make every object a task again.
    """
    path = {"path": storage.fields["path"]} if storage.kind == "localfiles" else {}  # checked with every change
    response = _call(client, "PATCH", _path(storage), json={"status": "failed", **path})
    if not response.is_success:
        raise _gone(storage)


def connect_storage(
    client: LabelStudio, project_id: int, kind: str, fields: Mapping[str, Any], secrets: Mapping[str, str]
) -> tuple[Storage, Connected]:
    """Make the storage of these fields (with its title), or bring the one of this title or place into line with them.

    Label Studio tries each time whether it can reach what the storage stands for. `secrets` are stored and never told.
    Raises RequestRefused with the cure.
    """
    old = next((s for s in _of_kind(client, project_id, kind) if _same(s.fields, fields)), None)
    body = {"project": project_id, **fields, **secrets}
    if old is None:
        response = _call(client, "POST", f"/api/storages/{kind}/", json=body, accept=(400, 403, 500))
    else:
        response = _call(client, "PATCH", _path(old), json=body, accept=(400, 403, 500))
    if not response.is_success:
        raise _not_connected(client, response, kind)
    storage = _storage({"type": kind, **response.json()}, response)
    if old is None:
        return storage, "created"
    same = all((old.fields.get(name) or None) == (value or None) for name, value in fields.items())
    return storage, "unchanged" if same else "updated"


def refused_by_ssrf(what: str) -> RequestRefused:
    """Label Studio's 403 for addresses of private networks, explained."""
    return RequestRefused(
        f"Label Studio refuses {what} (403): by default it calls no address of a private network (SSRF protection). "
        "If it may call this one, start Label Studio with SSRF_PROTECTION_ENABLED=false, and see to it that only "
        "people whom you trust may log in"
    )


def _of_kind(client: LabelStudio, project_id: int, kind: str) -> list[Storage]:
    """All of one kind. Errors are told here; the list of all kinds leaves out the kinds that it cannot read."""
    response = _call(client, "GET", f"/api/storages/{kind}/", params={"project": project_id})
    return [_storage({"type": kind, **row}, response) for row in response.json()] if response.is_success else []


def _same(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    places = [tuple((fields.get(name) or "").strip("/") for name in _PLACE) for fields in (old, new)]
    return old.get("title") == new["title"] or places[0] == places[1]


def _call(client: LabelStudio, method: str, path: str, *, accept: tuple[int, ...] = (), **kw: Any) -> httpx.Response:
    """One call; where the path is not known (404, 405), once more with the slash at its end, or without it."""
    unknown = (404, 405)
    for variant in (path, path.removesuffix("/") if path.endswith("/") else f"{path}/"):
        response = client.request(method, variant, accept=(*unknown, *accept), **kw)
        if response.status_code not in unknown:
            break
    return response


def _path(storage: Storage) -> str:
    return f"/api/storages/{storage.kind}/{storage.id}"


def _gone(storage: Storage) -> StorageNotFound:
    return StorageNotFound(f"storage {storage} is no longer in Label Studio: make one with `prelabel connect`")


def _storage(row: Mapping[str, Any], response: httpx.Response) -> Storage:
    meta = row.get("meta") or {}
    status = str(row.get("status") or "")
    over = status in {"initialized", "completed", "completed_with_errors"} or "time_failure" in meta
    signs = [at for name in _SIGNS if (at := _unix_s(meta.get(name))) is not None]
    return Storage(
        kind=str(row["type"]),
        id=int(row["id"]),
        project_id=int(row["project"]),
        title=str(row.get("title") or ""),
        status=status,
        sync_id=str(meta.get("time_queued") or ""),
        silent_s=_now_s(response) - max(signs, default=0.0),
        ended=over or not signs,
        in_queue=status == "queued" and bool(row.get("last_sync_job")),
        new_pages=int(row.get("last_sync_count") or 0),
        reason=_reason(str(row.get("traceback") or "")) if status in {"failed", "completed_with_errors"} else "",
        fields=row,
    )


def _unix_s(at: object) -> float | None:
    try:
        return datetime.fromisoformat(str(at)).timestamp()
    except ValueError:
        return None


def _now_s(response: httpx.Response) -> float:
    """The server's clock: those of two machines differ."""
    try:
        return email.utils.parsedate_to_datetime(response.headers["Date"]).timestamp()
    except (KeyError, ValueError):
        return time.time()


def _reason(traceback: str) -> str:
    """One line of Label Studio's: the error behind the calls, without keys."""
    parts = re.split(r"\n(?=\S)", traceback.strip())  # the calls are indented
    said = " ".join(" ".join(part for part in parts if not part.startswith("Traceback")).split())
    if not said or _HIDDEN in said:
        return "it tells the reason for S3 servers other than AWS's in its own log only"
    said = redact(said)
    return said if len(said) <= _REASON_CHARS else said[:_REASON_CHARS] + "…"


def _unreachable(response: httpx.Response) -> str:
    said = redact(failures.detail(response))
    hint = "see that the server runs, that the bucket and something under its prefix exist, and that the keys are right"
    return hint if not said or _HIDDEN in said else f"{said}; {hint}"


def _not_connected(client: LabelStudio, response: httpx.Response, kind: str) -> Exception:
    if response.status_code == 403:
        return refused_by_ssrf("the storage's server")
    if response.status_code == 500:
        return RequestRefused(f"Label Studio cannot reach the storage: {_unreachable(response)}")
    if response.status_code in {404, 405}:
        return RequestRefused(f"Label Studio knows no storages of the kind {kind!r}")
    return client.refused(response)
