"""The needs of each kind of process before its first message or request, in one table, and their checks.

A check raises the error whose line ends the process. A server that is merely away ends no process, except Redis: the
others are waited for. Engines and models are not in the table: their workers load them before the first message.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from prelabel.bucket.keys import Keys
from prelabel.bucket.opening import open_bucket
from prelabel.errors import BucketRefused, ConfigurationError, ServiceUnavailable
from prelabel.intake.spool import spool_folder
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.http.server import server_release
from prelabel.labelstudio.http.token_status import use_token
from prelabel.ledger.ledger import Ledger
from prelabel.queues.redis_check import check_server
from prelabel.queues.routes import CPU, GPU, IO, OCR_GPU
from prelabel.servers.former_ledger import FormerLedgers
from prelabel.settings import Settings
from prelabel.startup.one_line import say

#: Seconds that a server gets for an answer at the start: a start must not hang on a server that accepts and is silent.
_ANSWER_S = 5.0

#: Processes that are no workers.
BEAT, UPLOADER, FLOWER = "beat", "uploader", "flower"


def label_studio_is_named(settings: Settings) -> None:
    """Check the address: each server has its own ledger and queues, so no process works without it."""
    Ledger.from_settings(settings)


def redis_serves(settings: Settings) -> None:
    """Check that Redis answers, is of the right kind, and gives the user all rights that workers need."""
    check_server(settings)


def former_ledger_is_moved(settings: Settings) -> None:
    """Move a ledger that has the name from before LABEL_STUDIO_ALIASES; say why, where it cannot be moved."""
    ledgers = FormerLedgers(settings)
    for former in ledgers.find():
        try:
            say(f"{ledgers.move(former)} keys of the ledger of {former.address} got the name {settings.server_id}")
        except ConfigurationError as error:
            say(f"the ledger of {former.address}, from before LABEL_STUDIO_ALIASES, is not in use: {error}")


def projects_are_readable(settings: Settings) -> None:
    """Check PRELABEL_PROJECTS_FILE, and the table of each project in it."""
    for project_id in settings.project_ids():
        settings.for_project(project_id)


def token_is_accepted(settings: Settings) -> None:
    """Check that Label Studio is at its address and accepts the token; one that is away is waited for."""
    quick = settings.model_copy(update={"http_timeout": min(_ANSWER_S, settings.http_timeout)})
    with LabelStudio.from_settings(quick) as client:
        try:
            server_release(client)
            use_token(client)
        except ServiceUnavailable as error:
            say(f"{error}; work that needs it waits")


def bucket_opens(settings: Settings) -> None:
    """Check that files can be listed, and that a folder can be written; an S3 server that is away is waited for."""
    bucket, keys = open_bucket(settings), Keys.from_settings(settings)
    try:
        next(iter(bucket.keys(keys.pages)), None)
        for prefix in (keys.raw, keys.words, keys.stored):
            bucket.size(f"{prefix}none")
    except ServiceUnavailable as error:
        say(f"{error}; work that needs it waits")
    if not settings.bucket_name:
        check_writable(Path(settings.bucket).absolute())


def check_writable(folder: Path) -> None:
    """Check that a folder of documents can be written, or made in its nearest parent. Raises BucketRefused."""
    nearest = next(place for place in (folder, *folder.parents) if place.exists())
    if not nearest.is_dir():
        raise BucketRefused(f"{nearest} is a file and no folder: change PRELABEL_BUCKET")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise BucketRefused(f"{nearest} is not writable: give this user the right to write, or change PRELABEL_BUCKET")


def spool_is_ours(settings: Settings) -> None:
    """Check the folder for files on their way to and from the bucket."""
    spool_folder(settings)


Check = Callable[[Settings], None]

#: In the order in which problems cause each other.
NEEDS: dict[str, tuple[Check, ...]] = {
    IO: (
        *(label_studio_is_named, projects_are_readable, redis_serves, former_ledger_is_moved),
        *(token_is_accepted, bucket_opens),
    ),
    CPU: (label_studio_is_named, projects_are_readable, redis_serves, token_is_accepted, bucket_opens, spool_is_ours),
    OCR_GPU: (label_studio_is_named, projects_are_readable, redis_serves, token_is_accepted, bucket_opens),
    GPU: (label_studio_is_named, projects_are_readable, redis_serves),
    BEAT: (label_studio_is_named, redis_serves),
    UPLOADER: (label_studio_is_named, redis_serves, token_is_accepted, bucket_opens, spool_is_ours),
    FLOWER: (label_studio_is_named, redis_serves),
}


def check_needs(settings: Settings, *kinds: str) -> None:
    """Check all that these kinds of processes need. Raises the PrelabelError of the first need that is not met."""
    for check in dict.fromkeys(check for kind in kinds for check in NEEDS[kind]):
        check(settings)
