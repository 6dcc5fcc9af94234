"""What `prelabel doctor` looks at: each check is one line that says what is, and what to do where it is wrong.

A check never raises. It warns where things work, but not as well as they could.
"""

from __future__ import annotations

import importlib.util
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import redis

from prelabel.bucket.keys import Keys
from prelabel.bucket.opening import open_bucket
from prelabel.errors import BucketRefused, ModelUnavailable, PrelabelError
from prelabel.intake.spool_limits import spool_folder
from prelabel.kie.tag.loading import describe
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.http.server import release
from prelabel.labelstudio.http.token_status import token_status
from prelabel.labelstudio.labelling import LABELS, LabellingConfig
from prelabel.labelstudio.projects import get_project, list_projects
from prelabel.labelstudio.storages import find_storages
from prelabel.ledger.ledger import Ledger
from prelabel.ledger.redis_state import redis_errors
from prelabel.ledger.workers import KINDS, WorkerInfo
from prelabel.project.repair import reconcile
from prelabel.queues import broker
from prelabel.queues.priority import queue_lists
from prelabel.settings import Settings

State = Literal["ok", "warning", "wrong"]

#: A Personal Access Token that ends sooner than this is worth a warning.
_TOKEN_ENDS_SOON_S = 7 * 86400


@dataclass(frozen=True, slots=True)
class Check:
    """One finding. `detail` says the cure where `state` is not ok."""

    name: str
    state: State
    detail: str


def check_all(settings: Settings, project_ids: Sequence[int]) -> Iterator[Check]:
    """Every check, in the order in which problems cause each other."""
    yield from _label_studio(settings, project_ids)
    yield from _redis(settings)
    yield _try("bucket", lambda: _bucket(settings))
    yield from _engine(settings)
    yield _tagger(settings)
    yield _linker(settings)


# -- Label Studio -----------------------------------------------------------------------------------------------------


def _label_studio(settings: Settings, project_ids: Sequence[int]) -> Iterator[Check]:
    try:
        client = LabelStudio.from_settings(settings)
    except PrelabelError as error:
        yield Check("label studio", "wrong", str(error))
        return
    with client:
        reachable = _try("label studio", lambda: f"{release(client)} at {client.url}")
        yield reachable
        if reachable.state == "wrong":
            return
        token = _token(client)
        yield token
        if token.state == "wrong":
            return
        yield _try("projects", lambda: f"/api/projects/ answers; {len(list_projects(client))} visible to this token")
        for project_id in project_ids:
            yield from _labelling(client, project_id, _labels(settings))
            if settings.storage_title:
                yield from _storages(client, project_id, settings.storage_title)


def _token(client: LabelStudio) -> Check:
    status = token_status(client)
    if not status.works:
        return Check("token", "wrong", status.detail)
    detail = f"{status.kind}, {status.detail}"
    if status.access_seconds_left is not None:
        detail += f"; access token good for {status.access_seconds_left:.0f} s"
    if status.token_seconds_left is None:
        return Check("token", "ok", detail)
    days = status.token_seconds_left / 86400
    if status.token_seconds_left > _TOKEN_ENDS_SOON_S:
        return Check("token", "ok", f"{detail}; the token itself for {days:.0f} days")
    return Check("token", "warning", f"{detail}; the token itself ends in {days:.1f} days: make a new one")


def _labelling(client: LabelStudio, project_id: int, labels: Sequence[str]) -> Iterator[Check]:
    name = f"project {project_id}"
    try:
        project = get_project(client, project_id)
        config = LabellingConfig.parse(project.labelling_xml, labels)
        config.require(labels)
        missing = config.missing(labels)
    except PrelabelError as error:
        yield Check(name, "wrong", str(error))
        return
    if not missing:
        yield Check(name, "ok", f'"{project.title}", {project.page_count} pages: its labelling configuration takes all')
    for line in missing:
        yield Check(name, "warning", f"{line}; add it in the project's settings if you want it")


def _storages(client: LabelStudio, project_id: int, title: str) -> Iterator[Check]:
    name = f"project {project_id}, storage"
    try:
        for storage in find_storages(client, project_id, title):
            state: State = "warning" if storage.reason else "ok"
            yield Check(name, state, f"{storage}: {storage.status} {storage.reason}".strip())
    except PrelabelError as error:
        yield Check(name, "wrong", str(error))


def _labels(settings: Settings) -> tuple[str, ...]:
    """The labels that predictions will have."""
    try:
        labels = describe(settings)[2]
    except ModelUnavailable:
        labels = LABELS
    return tuple(label for label in labels if settings.draw_other or label != "OTHER")


def _bucket(settings: Settings) -> str:
    """Lists one page, and sees that documents can be kept; raises what is wrong."""
    bucket, keys = open_bucket(settings), Keys.from_settings(settings)
    next(bucket.keys(keys.pages), None)
    spool_folder(settings)
    if settings.bucket_name:
        bucket.put(f"{keys.raw}doctor", b"", "text/plain")
        bucket.delete(f"{keys.raw}doctor")
        return f"{settings.bucket} at {settings.s3_endpoint or 'AWS'} takes files and gives them"
    folder = Path(settings.bucket).absolute()
    there = next(place for place in (folder, *folder.parents) if place.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        raise BucketRefused(f"{there} cannot be written: let this user do so, or set BUCKET to another folder")
    return f"documents are kept in the folder {settings.bucket}"


# -- Redis, queues, workers -------------------------------------------------------------------------------------------


def _redis(settings: Settings) -> Iterator[Check]:
    try:
        ledger = Ledger.from_settings(settings)
        connection = broker.connect(settings, decode_responses=True)
        with redis_errors():
            info: dict[str, Any] = dict(connection.info())
            waiting = _waiting(connection)
    except PrelabelError as error:
        yield Check("redis", "wrong", str(error))
        return
    yield Check("redis", "ok", f"{info['redis_version']}, {info['used_memory_human']} in use")
    yield from _durability(connection, info)
    yield Check("queues", "ok", "waiting: " + ", ".join(f"{queue} {count}" for queue, count in waiting.items()))
    yield from _workers(ledger, settings)


def _waiting(connection: redis.Redis) -> dict[str, int]:
    """Messages that no worker has taken yet, by queue."""
    from tasks.app import QUEUES

    return {queue: sum(int(connection.llen(part)) for part in queue_lists(queue)) for queue in QUEUES}


def _durability(connection: redis.Redis, info: dict[str, Any]) -> Iterator[Check]:
    """What would lose messages or claims: no persistence, or keys that Redis may throw away."""
    policy = str(info.get("maxmemory_policy", "noeviction"))
    if int(info.get("maxmemory", 0)) and policy != "noeviction":
        cure = "set maxmemory-policy noeviction"
        yield Check("redis memory", "warning", f"{policy}: a full Redis throws claims and messages away; {cure}")
    if not int(info.get("aof_enabled", 0)) and not _snapshots(connection):
        cure = "set appendonly yes"
        yield Check("redis disk", "warning", f"nothing is kept on disk: a restart forgets pages in flight; {cure}")


def _snapshots(connection: redis.Redis) -> bool:
    """Whether RDB snapshots are on; assumed where the server keeps its configuration to itself."""
    try:
        return bool(connection.config_get("save").get("save", ""))
    except redis.exceptions.RedisError:
        return True


def _workers(ledger: Ledger, settings: Settings) -> Iterator[Check]:
    alive = ledger.roster.workers()
    counts = Counter(worker.kind for worker in alive)
    if counts:
        yield Check("workers", "ok", "alive: " + ", ".join(f"{kind} {counts[kind]}" for kind in KINDS if counts[kind]))
    for line in ledger.roster.missing(settings):
        yield Check("workers", "wrong", line)
    taggers = {worker.tagger for worker in alive if worker.tagger}
    if len(taggers) > 1:
        names = ", ".join(sorted(f"{tagger.name} {tagger.digest}" for tagger in taggers))
        yield Check("workers", "warning", f"gpu workers differ in their tagger ({names}); restart the older ones")
    yield from _engines_that_differ(alive)


def _engines_that_differ(alive: Sequence[WorkerInfo]) -> Iterator[Check]:
    versions: dict[tuple[str, str], set[str]] = defaultdict(set)
    for worker in alive:
        for name, version in worker.engines.items():
            versions[worker.kind, name].add(version)
    for (kind, name), found in sorted(versions.items()):
        if len(found) > 1:
            which = ", ".join(sorted(found))
            yield Check("workers", "warning", f"{kind} workers differ in {name} ({which}); install the same on all")


# -- the ledger of one project ----------------------------------------------------------------------------------------


def check_ledger(settings: Settings, project_id: int, *, repair: bool) -> Iterator[Check]:
    """What does not agree between the ledger, Label Studio and the queues; mended where `repair` says so."""
    from prelabel.api.runs import send_select

    name, found = f"project {project_id} ledger", False
    try:
        ledger = Ledger.from_settings(settings)
        if halt := ledger.steering.halt(project_id):
            yield Check(name, "warning", f"the project is {halt}; let it go on: prelabel resume {project_id}")
        with LabelStudio.from_settings(settings) as client:
            for finding in reconcile(client, ledger, settings, project_id, repair=repair):
                found = True
                cure = f"mended: {finding.mending}" if repair else f"mend it: prelabel doctor --repair {project_id}"
                yield Check(name, "ok" if repair else "warning", f"{finding.wrong}; {cure}")
        if found and repair:
            send_select(settings, project_id)
    except PrelabelError as error:
        yield Check(name, "wrong", str(error))
        return
    if not found:
        yield Check(name, "ok", "agrees with Label Studio and the queues")


# -- this machine -----------------------------------------------------------------------------------------------------


def _engine(settings: Settings) -> Iterator[Check]:
    from prelabel.ocr.engines import engine_problems

    problems = engine_problems(settings)
    for problem in problems:
        yield Check("ocr", "wrong", problem)
    if not problems:
        yield Check("ocr", "ok", f"{settings.ocr} reads {'+'.join(settings.languages)}")


def _tagger(settings: Settings) -> Check:
    try:
        name, digest, labels = describe(settings)
    except PrelabelError as error:
        return Check("tagger", "wrong", str(error))
    if importlib.util.find_spec("torch") is None:
        missing = "torch is not installed: no gpu worker and no `prelabel read` here; pip install 'prelabel[kie]'"
        return Check("tagger", "warning", f"{name} {digest}; {missing}")
    return Check("tagger", "ok", f"{name} {digest}: {', '.join(labels)}")


def _linker(settings: Settings) -> Check:
    from prelabel.kie.link.loading import describe as describe_linker
    from prelabel.kie.link.loading import stand_in

    try:
        name, digest = describe_linker(settings)
    except PrelabelError as error:
        return Check("linker", "wrong", str(error))
    why = stand_in(settings)
    return Check("linker", "warning" if why else "ok", f"{name} {digest}" + (f"; {why}" if why else ""))


def _try(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, "ok", look())
    except PrelabelError as error:
        return Check(name, "wrong", str(error))
