"""`prelabel connect PROJECT` and `prelabel sync PROJECT`: the way from a bucket into a Label Studio project."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.markup import escape

from prelabel.cli.output import console, json_option, say_error, write_json
from prelabel.errors import SettingError, SyncFailed
from prelabel.settings import Settings, get_settings

if TYPE_CHECKING:
    from prelabel.labelstudio.storages import Storage

#: The storage's title where neither --title nor STORAGE_TITLE says another.
_TITLE = "prelabel"
#: What browsers show.
_IMAGES = r".*\.(png|jpe?g|webp|gif|bmp)$"

_project = click.argument("project", type=click.IntRange(1))


@click.command(short_help="Ask Label Studio to sync a project's storage now.")
@_project
@click.option("--title", help="The storage's title; default: STORAGE_TITLE.")
@json_option
def sync(project: int, title: str | None, as_json: bool) -> int:
    """Sync the source storage of PROJECT, wait for its end, and have the new pages selected.

    A sync that is under way is watched, one that failed or is stuck is repaired. Exit code 1 when it fails.
    """
    from prelabel.labelstudio.http.client import LabelStudio
    from prelabel.labelstudio.projects import get_project
    from prelabel.ledger.ledger import Ledger
    from prelabel.project.page_names import name_pages
    from prelabel.project.sync import sync_project
    from prelabel.queues.sending import send_select

    settings = get_settings()
    ledger, out = Ledger.from_settings(settings), console()
    title = title or settings.storage_title or _TITLE
    with LabelStudio.from_settings(settings) as client, out.status(escape(f"storage {title!r}")) as bar:
        get_project(client, project)

        def watched(storage: Storage) -> None:
            bar.update(escape(f"storage {storage}: {storage.status}, {storage.new_pages} new pages"))

        done = sync_project(client, ledger, settings, project, title, patience_s=math.inf, insist=True, watched=watched)
        if done is None:
            raise SyncFailed(f"another process syncs project {project} at the moment: see its log, or try again")
        if any(synced.new_pages for synced in done):
            send_select(settings, project)
        bar.update(f"names of the pages of project {project}")
        name_pages(client, ledger, project, until=math.inf)
    for synced in done:
        if as_json:
            row = {"storage": synced.storage.title, "kind": synced.storage.kind, "id": synced.storage.id}
            write_json(row | {"outcome": synced.outcome, "new_pages": synced.new_pages, "reason": synced.reason})
        elif synced.outcome == "done":
            out.print(escape(f"storage {synced.storage}: {synced.new_pages} new pages"))
        if synced.reason:
            say_error(f"storage {synced.storage}: {synced.reason}")
    return int(any(synced.outcome == "failed" for synced in done))


@click.command(short_help="Connect a bucket to a project.")
@_project
@click.option("--bucket", help="s3://NAME, or a folder as Label Studio sees it; default: BUCKET.")
@click.option("--prefix", help="Where in the bucket the page images lie; default: PAGE_PREFIX.")
@click.option("--title", help="The storage's title; default: STORAGE_TITLE.")
@click.option("--endpoint", help="The S3 server as Label Studio reaches it; default: S3_ENDPOINT.")
@click.option(
    "--presign/--proxy",
    default=None,
    help="Browsers fetch images from S3 itself, or through Label Studio; default: from AWS itself, others through it.",
)
@click.option("--recursive", is_flag=True, help="Also images in folders below the prefix.")
@click.option("--webhook", metavar="URL", help="The uploader as Label Studio reaches it; registers webhooks there.")
@json_option
def connect(project: int, webhook: str | None, as_json: bool, **options: Any) -> None:
    """Make the source storage of PROJECT that brings images from a bucket, or bring it into line; try that it works.

    With --webhook also let Label Studio tell the uploader of new pages. Run twice, it changes nothing. Keys come from
    S3_ACCESS_KEY and S3_SECRET_KEY; without them Label Studio uses its own.
    """
    from prelabel.labelstudio.http.client import LabelStudio
    from prelabel.labelstudio.projects import get_project
    from prelabel.labelstudio.storages import connect_storage
    from prelabel.labelstudio.webhooks import connect_webhook

    settings = get_settings()
    secret = _webhook_secret(settings) if webhook else ""
    kind, fields, secrets = _storage(settings, **options)
    with LabelStudio.from_settings(settings) as client:
        get_project(client, project)
        storage, made = connect_storage(client, project, kind, fields, secrets)
        told = connect_webhook(client, project, webhook, secret) if webhook else None
    if as_json:
        write_json({"project_id": project, "storage": storage.title, "id": storage.id, "made": made, "webhook": told})
        return
    out = console()
    out.print(escape(f"storage {storage} of project {project} is {made}; Label Studio reaches what it stands for"))
    if told:
        out.print(escape(f"webhooks to {webhook}: {told}"))
    if storage.title != settings.storage_title or project not in settings.projects:
        out.print(escape(f"let beat sync it with STORAGE_TITLE={storage.title} and {project} in PROJECTS; once now:"))
        out.print(escape(f"prelabel sync {project} --title '{storage.title}'"))


def _storage(
    settings: Settings,
    bucket: str | None,
    prefix: str | None,
    title: str | None,
    endpoint: str | None,
    presign: bool | None,
    recursive: bool,
) -> tuple[str, dict[str, Any], dict[str, str]]:
    """Kind, fields and secrets of the storage that is wanted."""
    from prelabel.bucket.keys import Keys
    from prelabel.bucket.opening import open_bucket

    where = bucket or settings.bucket
    keys = Keys.from_settings(settings.model_copy(update={"bucket": where}))
    folder = prefix.strip("/") if prefix is not None else keys.pages.strip("/")
    fields = {
        "title": title or settings.storage_title or _TITLE,
        "use_blob_urls": True,  # an object is an image, not a task's JSON
        "recursive_scan": recursive,
        "regex_filter": rf"(?i)(?!({re.escape(keys.raw)}|{re.escape(keys.words)})){_IMAGES}",
    }
    if where == settings.bucket and folder:
        open_bucket(settings).put(f"{folder}/about.txt", _ABOUT, "text/plain")  # else Label Studio finds no prefix
    if not where.startswith("s3://"):
        return "localfiles", fields | {"path": str(Path(where).absolute() / folder)}, {}
    endpoint = endpoint or settings.s3_endpoint
    fields |= {
        "bucket": where.removeprefix("s3://").rstrip("/"),
        "prefix": folder,
        "s3_endpoint": endpoint,
        "region_name": settings.s3_region,
        "presign": not endpoint if presign is None else presign,
    }
    secrets = {
        "aws_access_key_id": settings.s3_access_key.get_secret_value(),
        "aws_secret_access_key": settings.s3_secret_key.get_secret_value(),
    }
    return "s3", fields, {name: secret for name, secret in secrets.items() if secret}


_ABOUT = b"prelabel keeps the images of documents' pages here; Label Studio's storage makes a task of each.\n"


def _webhook_secret(settings: Settings) -> str:
    secret = settings.webhook_secret.get_secret_value()
    if not secret or not secret.isascii() or any(sign.isspace() for sign in secret):
        raise SettingError(
            "WEBHOOK_SECRET must be set, here and for the uploader, to signs without spaces: for instance what "
            "`openssl rand -hex 32` writes"
        )
    return secret
