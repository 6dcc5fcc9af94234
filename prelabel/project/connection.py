"""Connections of a project to its bucket and to the uploader: the wanted storage, and the secret of webhooks."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prelabel.bucket.keys import Keys
from prelabel.bucket.opening import open_bucket
from prelabel.errors import AmbiguousUpload, ServiceUnavailable, SettingError
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.storages import (
    Connected,
    Storage,
    connect_storage,
    delete_unused_storage,
    equal_storages,
    folder_fields,
    image_fields,
    s3_fields,
    s3_secrets,
)
from prelabel.settings import Settings

#: The storage's title if neither the caller nor PRELABEL_STORAGE_TITLE names one.
DEFAULT_TITLE = "prelabel"
#: Time between two looks for a storage whose answer was lost.
_LOOK_EVERY_S = 1.0
#: Images that browsers show.
_IMAGES = r".*\.(png|jpe?g|webp|gif|bmp)$"
_ABOUT = b"prelabel keeps the images of documents' pages here; Label Studio's storage makes a task of each.\n"


@dataclass(frozen=True, slots=True)
class WantedStorage:
    """A storage as Label Studio shall have it. `secrets` are stored there and never shown."""

    kind: str
    fields: Mapping[str, Any]
    secrets: Mapping[str, str] = field(repr=False)

    def connect(self, client: LabelStudio, project_id: int) -> tuple[Storage, Connected]:
        """Make or correct the storage; there is only one afterwards, also when an answer was lost.

        Raises RequestRefused with the cure, AmbiguousUpload when it is not known whether there is one.
        """
        try:
            storage, outcome = connect_storage(client, project_id, self.kind, dict(self.fields), dict(self.secrets))
        except AmbiguousUpload:
            storage, outcome = self._wait_for_it(client, project_id), "created"
        first, *copies = equal_storages(client, project_id, self.kind, self.fields) or [storage]
        for copy in copies:  # each would make a page of every image
            delete_unused_storage(client, copy)
        return first, outcome

    def _wait_for_it(self, client: LabelStudio, project_id: int) -> Storage:
        """Look for the storage whose answer was lost, as long as Label Studio may still store it."""
        ends_at = time.monotonic() + client.timeout_s
        while True:
            with suppress(ServiceUnavailable):
                if found := equal_storages(client, project_id, self.kind, self.fields):
                    return found[0]
            if time.monotonic() > ends_at:
                raise AmbiguousUpload(
                    "the answer to a new storage was lost, and Label Studio does not show it; see that it is well, "
                    "then run the same command again: there will be one storage"
                )
            time.sleep(_LOOK_EVERY_S)


def wanted_storage(
    settings: Settings,
    *,
    bucket: str | None = None,
    prefix: str | None = None,
    title: str | None = None,
    endpoint: str | None = None,
    presign: bool | None = None,
    recursive: bool = False,
) -> WantedStorage:
    """Return the storage that brings images from a bucket; None: what the settings say.

    `endpoint`: the S3 server as Label Studio reaches it. `presign`: browsers load images directly from S3; None: for
    AWS only. Raises SettingError and the errors of the bucket, into which a first file is written.
    """
    where = bucket or settings.bucket
    keys = Keys.from_settings(settings.model_copy(update={"bucket": where}))
    folder = prefix.strip("/") if prefix is not None else keys.pages.strip("/")
    names = rf"(?i)(?!({re.escape(keys.raw)}|{re.escape(keys.words)})){_IMAGES}"
    fields = image_fields(title or settings.storage_title or DEFAULT_TITLE, names, recursive=recursive)
    if where == settings.bucket and folder:
        # Label Studio refuses a prefix under which nothing lies.
        open_bucket(settings).put(f"{folder}/about.txt", _ABOUT, "text/plain")
    if not where.startswith("s3://"):
        return WantedStorage("localfiles", fields | folder_fields(Path(where).absolute() / folder), {})
    endpoint = endpoint or settings.s3_endpoint
    fields |= s3_fields(
        where.removeprefix("s3://").rstrip("/"),
        folder,
        endpoint=endpoint,
        region=settings.s3_region,
        presign=not endpoint if presign is None else presign,
    )
    return WantedStorage("s3", fields, s3_secrets(settings.s3_access_key, settings.s3_secret_key))


def webhook_secret(settings: Settings) -> str:
    """Return PRELABEL_WEBHOOK_SECRET. Raises SettingError where it is not set, or not usable as a header."""
    secret = settings.webhook_secret.get_secret_value()
    if not secret or not secret.isascii() or any(sign.isspace() for sign in secret):
        raise SettingError(
            "PRELABEL_WEBHOOK_SECRET must be set, here and for the uploader, to ASCII characters without "
            "spaces: for example "
            "to the output of `openssl rand -hex 32`"
        )
    return secret
