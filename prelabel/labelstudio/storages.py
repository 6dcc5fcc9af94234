"""Source storages of a project, of all kinds: their list, the state of their last sync, a new sync, a new storage.

Nothing here waits or retries (see `prelabel.project.sync`). Label Studio answers 200 to a sync that failed, and without
a Redis of its own it syncs inside the request: 5 to 23 ms a new object.
"""

from __future__ import annotations

import email.utils
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import httpx
from pydantic import SecretStr

from prelabel.errors import AmbiguousUpload, RequestRefused, StorageNotFound, SyncFailed
from prelabel.labelstudio.http import failures
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.redaction import redact

#: Kinds of storages, as Label Studio names them and as they stand in the paths of its API.
KINDS = ("s3", "localfiles", "gcs", "azure", "redis")

Connected = Literal["created", "updated", "unchanged"]

#: Statuses of a sync that has not ended. On PostgreSQL Label Studio then silently refuses another sync.
_UNDER_WAY = frozenset({"queued", "in_progress"})
_SIGNS = ("time_queued", "time_in_progress", "time_last_ping")
_REASON_CHARS = 300
#: Label Studio's text in place of the reason, for every S3 server but AWS.
_HIDDEN = "Debugging info is not available"
#: Fields that identify the place of a storage: two storages of one place would make two pages of each object.
_PLACE = ("bucket", "container", "prefix", "path", "host")


@dataclass(frozen=True, slots=True)
class Storage:
    """One source storage and its last sync.

    `sync_id`: the time at which the last sync was queued, by the server's clock; "" before the first sync. `silent_s`:
    time since its last sign of life. `in_queue`: it waits in Label Studio's own Redis; Label Studio itself sets it to
    failed when its job is lost. `new_pages`: the number of pages that it made. `reason`: why it failed.
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
        """Return whether a sync is under way that has given a sign of life within `stuck_s`.

        The status alone is not enough: Label Studio sets a sync to failed after 25 s without a sign of life, but a sync
        that waits for S3 continues all the same.
        """
        return self.in_queue or (not self.ended and self.silent_s <= stuck_s)

    @property
    def under_way(self) -> bool:
        """True while the status says that the last sync has not ended; also of a sync that died."""
        return self.status in _UNDER_WAY

    @property
    def failed(self) -> bool:
        """True after a failed sync."""
        return self.status == "failed"

    def __str__(self) -> str:
        return f"{self.title!r} ({self.kind} {self.id})"


def list_storages(client: LabelStudio, project_id: int) -> list[Storage]:
    """Return all source storages of a project; 66 ms. An unknown project has none.

    During this call Label Studio updates its statuses: syncs whose job is gone become `failed`.
    """
    response = _call(client, "GET", "/api/storages/", params={"project": project_id})
    if response.is_success:
        return [_storage(row, response) for row in response.json()]
    return [storage for kind in KINDS for storage in _of_kind(client, project_id, kind)]


def find_storages(client: LabelStudio, project_id: int, title: str) -> list[Storage]:
    """Return the storages of this title. Raises StorageNotFound."""
    storages = list_storages(client, project_id)
    if found := [storage for storage in storages if storage.title == title]:
        return found
    others = ", ".join(repr(storage.title) for storage in storages) or "none"
    raise StorageNotFound(
        f"project {project_id} has no source storage titled {title!r} (it has: {others}): correct "
        "PRELABEL_STORAGE_TITLE, "
        f"or make one with: prelabel connect {project_id}"
    )


def refresh_storage(client: LabelStudio, storage: Storage) -> Storage:
    """Return the storage as it is now. Raises StorageNotFound."""
    response = _call(client, "GET", _path(storage))
    if not response.is_success:
        raise _gone(storage)
    return _storage({"type": storage.kind, **response.json()}, response)


def request_sync(client: LabelStudio, storage: Storage) -> Storage:
    """Request a sync and return the storage's new state: the sync may still be under way, and it may have failed.

    Raises SyncFailed when Label Studio could not begin, AmbiguousUpload when the answer was lost (the sync may be
    under way), StorageNotFound, RequestRefused.
    """
    response = _call(client, "POST", f"{_path(storage)}/sync", accept=(500,), ambiguous=True)
    if response.status_code == 500 and not failures.is_html(response):  # Label Studio's own error: no sync began
        raise SyncFailed(f"Label Studio cannot reach the files of storage {storage}: {_unreachable(response)}")
    if response.status_code == 500:
        raise AmbiguousUpload(f"Label Studio failed at the sync of storage {storage}: check it before the next sync")
    if not response.is_success:
        raise _gone(storage)
    return _storage({"type": storage.kind, **response.json()}, response)


def mark_sync_failed(client: LabelStudio, storage: Storage) -> None:
    """Set the status of a dead sync to `failed`, so that Label Studio accepts the next sync.

    Label Studio does so itself where a sync had begun, or where its own Redis has lost the job, but never for a sync
    that died in its queue. A new storage in place of this one would make a second page of every object.
    """
    path = {"path": storage.fields["path"]} if storage.kind == "localfiles" else {}  # checked with every change
    response = _call(client, "PATCH", _path(storage), json={"status": "failed", **path})
    if not response.is_success:
        raise _gone(storage)


def image_fields(title: str, names: str, *, recursive: bool) -> dict[str, Any]:
    """Return the fields of a storage whose objects are images; `names`: regular expression for their names."""
    return {
        "title": title,
        "use_blob_urls": True,  # an object is an image, not a task's JSON
        "recursive_scan": recursive,
        "regex_filter": names,
    }


def folder_fields(folder: Path) -> dict[str, Any]:
    """Return the fields of a storage of kind "localfiles"."""
    return {"path": str(folder)}


def s3_fields(bucket: str, prefix: str, *, endpoint: str, region: str, presign: bool) -> dict[str, Any]:
    """Return the fields of a storage of kind "s3". `presign`: browsers fetch images from S3 itself."""
    return {
        "bucket": bucket,
        "prefix": prefix,
        "s3_endpoint": endpoint,
        "region_name": region,
        "presign": presign,
    }


def s3_secrets(access_key: SecretStr, secret_key: SecretStr) -> dict[str, str]:
    """Return the keys of a storage of kind "s3", where they are set."""
    secrets = {
        "aws_access_key_id": access_key.get_secret_value(),
        "aws_secret_access_key": secret_key.get_secret_value(),
    }
    return {name: secret for name, secret in secrets.items() if secret}


def connect_storage(
    client: LabelStudio, project_id: int, kind: str, fields: Mapping[str, Any], secrets: Mapping[str, str]
) -> tuple[Storage, Connected]:
    """Make a storage with these fields (title included), or update the storage of the same title or place.

    Label Studio checks each time whether it can reach the storage's files. `secrets` are stored and never shown.
    Raises RequestRefused with the cure, AmbiguousUpload when the answer to a new storage was lost.
    """
    old = next((s for s in _of_kind(client, project_id, kind) if _same(s.fields, fields)), None)
    body = {"project": project_id, **fields, **secrets}
    if old is None:
        response = _call(client, "POST", f"/api/storages/{kind}/", json=body, accept=(400, 403, 500), ambiguous=True)
    else:
        response = _call(client, "PATCH", _path(old), json=body, accept=(400, 403, 500))
    if not response.is_success:
        raise _not_connected(client, response, kind)
    storage = _storage({"type": kind, **response.json()}, response)
    if old is None:
        return storage, "created"
    same = all((old.fields.get(name) or None) == (value or None) for name, value in fields.items())
    return storage, "unchanged" if same else "updated"


def equal_storages(client: LabelStudio, project_id: int, kind: str, fields: Mapping[str, Any]) -> list[Storage]:
    """Return the storages of this title and place: those that have synced first, then the oldest."""
    found = [each for each in _of_kind(client, project_id, kind) if each.title == fields["title"]]
    equal = [each for each in found if _place(each.fields) == _place(fields)]
    return sorted(equal, key=lambda each: (not each.sync_id, each.id))


def delete_unused_storage(client: LabelStudio, storage: Storage) -> None:
    """Delete a storage that has never synced, so that no page came from it; one that is gone already is fine."""
    if not storage.sync_id:
        _call(client, "DELETE", _path(storage))


def refused_by_ssrf(what: str) -> RequestRefused:
    """Explain Label Studio's 403 for addresses of private networks."""
    return RequestRefused(
        f"Label Studio refuses {what} (403): by default it calls no address of a private network (SSRF protection). "
        "To allow this address, start Label Studio with SSRF_PROTECTION_ENABLED=false, and make sure that only "
        "people whom you trust can log in"
    )


def _of_kind(client: LabelStudio, project_id: int, kind: str) -> list[Storage]:
    """Return all storages of one kind. Raises errors; Label Studio's list of all kinds omits kinds with errors."""
    response = _call(client, "GET", f"/api/storages/{kind}/", params={"project": project_id})
    return [_storage({"type": kind, **row}, response) for row in response.json()] if response.is_success else []


def _same(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    return old.get("title") == new["title"] or _place(old) == _place(new)


def _place(fields: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple((fields.get(name) or "").strip("/") for name in _PLACE)


def _call(client: LabelStudio, method: str, path: str, *, accept: tuple[int, ...] = (), **kw: Any) -> httpx.Response:
    """Call the API; where the path is unknown (404, 405), once more with a slash at its end, or without it."""
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
    """Return the time by the server's clock: the clocks of two machines differ."""
    try:
        return email.utils.parsedate_to_datetime(response.headers["Date"]).timestamp()
    except (KeyError, ValueError):
        return time.time()


def _reason(traceback: str) -> str:
    """Return the error at the end of Label Studio's traceback in one line, without keys."""
    parts = re.split(r"\n(?=\S)", traceback.strip())  # the calls are indented
    reason = " ".join(" ".join(part for part in parts if not part.startswith("Traceback")).split())
    if not reason or _HIDDEN in reason:
        return "for S3 servers other than AWS, the reason stands only in Label Studio's own log"
    reason = redact(reason)
    return reason if len(reason) <= _REASON_CHARS else reason[:_REASON_CHARS] + "…"


def _unreachable(response: httpx.Response) -> str:
    reason = redact(failures.detail(response))
    hint = "check that the server runs, that the bucket and a file under its prefix exist, and that the keys are right"
    return hint if not reason or _HIDDEN in reason else f"{reason}; {hint}"


def _not_connected(client: LabelStudio, response: httpx.Response, kind: str) -> Exception:
    if response.status_code == 403:
        return refused_by_ssrf("the storage's server")
    if response.status_code == 500:
        return RequestRefused(f"Label Studio cannot reach the storage: {_unreachable(response)}")
    if response.status_code in {404, 405}:
        return RequestRefused(f"Label Studio knows no storages of the kind {kind!r}")
    return client.refused(response)
