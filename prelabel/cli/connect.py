"""`prelabel connect`: make the source storage that brings images from a bucket into a Label Studio project."""

from __future__ import annotations

import click

from prelabel.cli.options import json_option, project_argument
from prelabel.cli.output import hint, say, write_json
from prelabel.settings import get_settings


@click.command(short_help="Connect a bucket to a project.")
@project_argument
@click.option("--bucket", help="s3://NAME, or a folder as Label Studio sees it; default: PRELABEL_BUCKET.")
@click.option("--prefix", help="Prefix of the page images in the bucket; default: PRELABEL_PAGE_PREFIX.")
@click.option("--title", help="Title of the storage; default: PRELABEL_STORAGE_TITLE.")
@click.option("--endpoint", help="Address of the S3 server as Label Studio reaches it; default: PRELABEL_S3_ENDPOINT.")
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
    keys are PRELABEL_S3_ACCESS_KEY and PRELABEL_S3_SECRET_KEY; without them, Label Studio uses its own keys.
    """
    from prelabel.labelstudio.http.client import LabelStudio
    from prelabel.labelstudio.projects import get_project
    from prelabel.labelstudio.webhooks import connect_webhook
    from prelabel.project.connection import wanted_storage, webhook_secret

    settings = get_settings()
    secret = webhook_secret(settings) if webhook else ""
    wanted = wanted_storage(
        settings,
        bucket=bucket,
        prefix=prefix,
        title=title,
        endpoint=endpoint,
        presign=presign,
        recursive=recursive,
    )
    with LabelStudio.from_settings(settings) as client:
        get_project(client, project)
        storage, made = wanted.connect(client, project)
        told = connect_webhook(client, project, webhook, secret) if webhook else None
    if as_json:
        write_json({"project_id": project, "storage": storage.title, "id": storage.id, "made": made, "webhook": told})
        return
    say(f"storage {storage} of project {project} is {made}; Label Studio can reach it")
    if told:
        say(f"webhooks to {webhook}: {told}")
    if storage.title != settings.storage_title or project not in settings.projects:
        hint(f"for regular syncs by beat: PRELABEL_STORAGE_TITLE={storage.title}, and prelabel watch {project}")
        hint(f"to sync now: prelabel sync {project} --title '{storage.title}'")
