"""`prelabel connect`: make the source storage that brings images from a bucket into a Label Studio project."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from prelabel.cli.options import json_option, project_argument
from prelabel.cli.output import hint, say, write_json
from prelabel.errors import SettingError
from prelabel.settings import Settings, get_settings

#: The storage's title if neither --title nor STORAGE_TITLE is given.
DEFAULT_TITLE = "prelabel"
#: Images that browsers show.
_IMAGES = r".*\.(png|jpe?g|webp|gif|bmp)$"
_ABOUT = b"prelabel keeps the images of documents' pages here; Label Studio's storage makes a task of each.\n"


@click.command(short_help="Connect a bucket to a project.")
@project_argument
@click.option("--bucket", help="s3://NAME, or a folder as Label Studio sees it; default: BUCKET.")
@click.option("--prefix", help="Prefix of the page images in the bucket; default: PAGE_PREFIX.")
@click.option("--title", help="Title of the storage; default: STORAGE_TITLE.")
@click.option("--endpoint", help="Address of the S3 server as Label Studio reaches it; default: S3_ENDPOINT.")
@click.option(
    "--presign/--proxy",
    default=None,
    help="Browsers load images directly from S3, or through Label Studio; default: --presign for AWS only.",
)
@click.option("--recursive", is_flag=True, help="Also images in folders below the prefix.")
@click.option("--webhook", metavar="URL", help="Register webhooks to the uploader at this URL.")
@json_option
def connect(
    project: int,
    bucket: str | None,
    prefix: str | None,
    title: str | None,
    endpoint: str | None,
    presign: bool | None,
    recursive: bool,
    webhook: str | None,
    as_json: bool,
) -> None:
    """Make or correct the source storage that brings images from a bucket into PROJECT, and test it.

    With --webhook, Label Studio also tells the uploader of new pages. Running the command again changes nothing. The
    keys are S3_ACCESS_KEY and S3_SECRET_KEY; without them, Label Studio uses its own keys.
    """
    from prelabel.labelstudio.http.client import LabelStudio
    from prelabel.labelstudio.projects import get_project
    from prelabel.labelstudio.storages import connect_storage
    from prelabel.labelstudio.webhooks import connect_webhook

    settings = get_settings()
    secret = _webhook_secret(settings) if webhook else ""
    kind, fields, secrets = _storage(settings, bucket, prefix, title, endpoint, presign, recursive)
    with LabelStudio.from_settings(settings) as client:
        get_project(client, project)
        storage, made = connect_storage(client, project, kind, fields, secrets)
        told = connect_webhook(client, project, webhook, secret) if webhook else None
    if as_json:
        write_json({"project_id": project, "storage": storage.title, "id": storage.id, "made": made, "webhook": told})
        return
    say(f"storage {storage} of project {project} is {made}; Label Studio can reach it")
    if told:
        say(f"webhooks to {webhook}: {told}")
    if storage.title != settings.storage_title or project not in settings.projects:
        hint(f"for regular syncs by beat, set STORAGE_TITLE={storage.title} and add {project} to PROJECTS")
        hint(f"to sync now: prelabel sync {project} --title '{storage.title}'")


def _storage(
    settings: Settings,
    bucket: str | None,
    prefix: str | None,
    title: str | None,
    endpoint: str | None,
    presign: bool | None,
    recursive: bool,
) -> tuple[str, dict[str, Any], dict[str, str]]:
    """Return kind, fields and secrets of the wanted storage."""
    from prelabel.bucket.keys import Keys
    from prelabel.bucket.opening import open_bucket
    from prelabel.labelstudio.storages import folder_fields, image_fields, s3_fields, s3_secrets

    where = bucket or settings.bucket
    keys = Keys.from_settings(settings.model_copy(update={"bucket": where}))
    folder = prefix.strip("/") if prefix is not None else keys.pages.strip("/")
    names = rf"(?i)(?!({re.escape(keys.raw)}|{re.escape(keys.words)})){_IMAGES}"
    fields = image_fields(title or settings.storage_title or DEFAULT_TITLE, names, recursive=recursive)
    if where == settings.bucket and folder:
        # Label Studio refuses a prefix under which nothing lies.
        open_bucket(settings).put(f"{folder}/about.txt", _ABOUT, "text/plain")
    if not where.startswith("s3://"):
        return "localfiles", fields | folder_fields(Path(where).absolute() / folder), {}
    endpoint = endpoint or settings.s3_endpoint
    fields |= s3_fields(
        where.removeprefix("s3://").rstrip("/"),
        folder,
        endpoint=endpoint,
        region=settings.s3_region,
        presign=not endpoint if presign is None else presign,
    )
    return "s3", fields, s3_secrets(settings.s3_access_key, settings.s3_secret_key)


def _webhook_secret(settings: Settings) -> str:
    secret = settings.webhook_secret.get_secret_value()
    if not secret or not secret.isascii() or any(sign.isspace() for sign in secret):
        raise SettingError(
            "WEBHOOK_SECRET must be set, here and for the uploader, to ASCII characters without spaces: for example "
            "to the output of `openssl rand -hex 32`"
        )
    return secret
