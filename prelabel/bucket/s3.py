"""Bucket of AWS or of any other server with the S3 protocol, through boto3.

Every call here may be repeated without harm, so botocore retries temporary failures, within about PRELABEL_HTTP_TIMEOUT
in all. A failure after these retries is charged to the retry budget of the stage.
"""

from __future__ import annotations

import logging
import re
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import boto3
from boto3.s3.transfer import TransferConfig, create_transfer_manager
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    HTTPClientError,
    IncompleteReadError,
    NoCredentialsError,
    PartialCredentialsError,
    ProxyConnectionError,
    SSLError,
)
from botocore.exceptions import ConnectionError as NotConnected
from botocore.parsers import ResponseParserError

from prelabel.bucket.atomic_files import atomic_file, storage_full_errors
from prelabel.bucket.interface import LONGEST_PUT_S, of_bucket
from prelabel.bucket.keys import checked_key, served_url
from prelabel.errors import BucketRefused, FileGone, PrelabelError, ServiceUnavailable, SettingError, StorageFull
from prelabel.network.proxies import Proxies
from prelabel.settings import Settings

_TRIES = 3
_CONNECT_S = 5.0
#: Larger files are uploaded in parts of this size, a few at a time, each read from the disk while it is sent.
_PART_BYTES = 16 * 2**20
_TRANSFER = TransferConfig(multipart_threshold=_PART_BYTES, multipart_chunksize=_PART_BYTES, max_concurrency=4)
_FULL = frozenset({"XMinioStorageFull", "XMinioAdminBucketQuotaExceeded", "QuotaExceeded", "InsufficientCapacity"})
_BUSY = frozenset({"SlowDown", "RequestTimeout", "Throttling", "ThrottlingException", "RequestLimitExceeded"})
_ELSEWHERE = frozenset({"PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"})
#: Answers where another file has the key: it is there, or is being written.
_TAKEN = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})
_INSUFFICIENT_STORAGE = 507

# At DEBUG these libraries log whole requests and answers: signatures, session tokens, the keys of a role.
for _name in ("boto3", "botocore", "s3transfer"):
    logging.getLogger(_name).setLevel(logging.INFO)


class S3Bucket:
    """One bucket. Its connections are made when they are needed, and must not be used across a fork.

    `files_url`: the address at which the uploader serves its pages; without it, a storage of Label Studio resolves
    s3:// addresses.
    """

    def __init__(self, client: Any, name: str, where: str, files_url: str = "") -> None:
        self._client, self._name, self._where, self._files_url = client, name, where, files_url

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Make the client of the settings' bucket, without a first access. Raises SettingError."""
        key, secret = settings.s3_access_key.get_secret_value(), settings.s3_secret_key.get_secret_value()
        if bool(key) != bool(secret):
            raise SettingError("PRELABEL_S3_ACCESS_KEY and PRELABEL_S3_SECRET_KEY belong together: set both or none")
        if "@" in settings.s3_endpoint:
            raise SettingError("PRELABEL_S3_ENDPOINT must be the bare address, without a user")
        config = Config(
            proxies=_proxies(settings),
            connect_timeout=min(_CONNECT_S, settings.http_timeout / _TRIES),
            read_timeout=settings.http_timeout / _TRIES,
            retries={"mode": "standard", "total_max_attempts": _TRIES},
            max_pool_connections=settings.io_threads,
            # Few servers except AWS accept buckets as host names, and older ones refuse checksums by default.
            s3={"addressing_style": "path" if settings.s3_endpoint else "auto"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        try:
            client = boto3.session.Session().client(
                "s3",
                region_name=settings.s3_region or None,
                endpoint_url=settings.s3_endpoint or None,
                aws_access_key_id=key or None,
                aws_secret_access_key=secret or None,
                config=config,
            )
        except (BotoCoreError, ValueError) as error:
            raise SettingError(f"PRELABEL_S3_… or AWS's own settings cannot be used ({type(error).__name__})") from None
        files_url = "" if settings.storage_title else settings.uploader_url
        return cls(client, settings.bucket_name, settings.s3_endpoint or "AWS S3", files_url)

    def put(self, key: str, data: bytes | Path, content_type: str) -> None:
        place = self._place(key)
        with self._failures(key):
            if isinstance(data, Path):
                with create_transfer_manager(self._client, _TRANSFER) as transfers:
                    transfers.upload(str(data), *place.values(), {"ContentType": content_type}).result()
            else:
                self._client.put_object(**place, Body=data, ContentType=content_type)

    def put_new(self, key: str, data: bytes, content_type: str) -> bool:
        if self.size(key) is not None:
            return False
        place = self._place(key)
        with self._failures(key):
            try:
                self._client.put_object(**place, Body=data, ContentType=content_type, IfNoneMatch="*")
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") not in _TAKEN:
                    raise
        # The own file is there as well where botocore sent it twice; another one where the server knows no condition.
        with suppress(FileGone):
            return self.get(key) == data
        return False

    def get(self, key: str) -> bytes:
        place = self._place(key)
        with self._failures(key), closing(self._client.get_object(**place)["Body"]) as body:
            return bytes(body.read())

    def download(self, key: str, path: Path) -> None:
        place = self._place(key)
        with (
            self._failures(key),
            storage_full_errors(f"a copy of {key}"),
            closing(self._client.get_object(**place)["Body"]) as body,
            atomic_file(path, path.parent) as target,
        ):
            shutil.copyfileobj(body, target, 2**20)

    def size(self, key: str) -> int | None:
        place = self._place(key)
        with suppress(FileGone), self._failures(key):
            return int(self._client.head_object(**place)["ContentLength"])
        return None

    def delete(self, key: str) -> None:
        place = self._place(key)
        with suppress(FileGone), self._failures(key):
            self._client.delete_object(**place)

    def keys(self, prefix: str) -> Iterator[str]:
        with self._failures(prefix):
            for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._name, Prefix=prefix):
                # Consoles make an empty folder as a key that ends with a slash.
                yield from (row["Key"] for row in page.get("Contents", ()) if not row["Key"].endswith("/"))

    def reference(self, key: str) -> str:
        return served_url(self._files_url, key) if self._files_url else f"s3://{self._name}/{checked_key(key)}"

    def tidy(self, prefix: str) -> None:
        before = datetime.now(UTC) - timedelta(seconds=LONGEST_PUT_S)
        with self._failures(prefix):
            pages = self._client.get_paginator("list_multipart_uploads").paginate(Bucket=self._name, Prefix=prefix)
            dead = [row for page in pages for row in page.get("Uploads", ()) if row["Initiated"] < before]
        for row in dead:
            with suppress(FileGone), self._failures(row["Key"]):
                self._client.abort_multipart_upload(Bucket=self._name, Key=row["Key"], UploadId=row["UploadId"])

    def _place(self, key: str) -> dict[str, str]:
        return {"Bucket": self._name, "Key": checked_key(key)}

    @contextmanager
    def _failures(self, key: str) -> Iterator[None]:
        """Raise botocore's errors as PrelabelErrors, with the bucket as the server that may be away."""
        try:
            with self._translated(key):
                yield
        except PrelabelError as error:
            raise of_bucket(error) from None

    @contextmanager
    def _translated(self, key: str) -> Iterator[None]:
        """Raise botocore's errors as PrelabelErrors; its own messages quote the server and whole addresses."""
        try:
            yield
        except ClientError as error:
            raise self._refused(error, key) from None
        except SSLError:
            raise BucketRefused(
                f"the certificate of {self._where} is not trusted here: name the PEM file of its authority in the "
                "environment variable AWS_CA_BUNDLE, which boto3 reads"
            ) from None
        except ProxyConnectionError:
            raise ServiceUnavailable(
                f"the proxy does not reach {self._where} in {_TRIES} tries: correct HTTPS_PROXY or HTTP_PROXY, or name "
                "the host in NO_PROXY"
            ) from None
        except (NotConnected, HTTPClientError, IncompleteReadError) as error:
            raise ServiceUnavailable(
                f"{self._where} did not serve {key or self._name} in {_TRIES} tries ({type(error).__name__})"
            ) from None
        except (NoCredentialsError, PartialCredentialsError, CredentialRetrievalError) as error:
            raise BucketRefused(
                f"no key for {self._where} was found ({type(error).__name__}): set PRELABEL_S3_ACCESS_KEY and "
                "PRELABEL_S3_SECRET_KEY"
            ) from None
        except (BotoCoreError, ResponseParserError) as error:
            raise BucketRefused(
                f"{self._where} does not answer as an S3 server does ({type(error).__name__}): correct "
                "PRELABEL_S3_ENDPOINT"
            ) from None

    def _refused(self, error: ClientError, key: str) -> PrelabelError:
        found = str(error.response.get("Error", {}).get("Code", ""))
        code = found if re.fullmatch(r"\w{1,64}", found, re.ASCII) else "without a reason"
        status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        if code in _FULL or status == _INSUFFICIENT_STORAGE:
            return StorageFull(f"{self._where} has no space left for {key} ({code})")
        if status >= 500 or status == 429 or code in _BUSY:
            return ServiceUnavailable(f"{self._where} could not serve {key or self._name} in {_TRIES} tries ({code})")
        if code == "NoSuchBucket":
            return BucketRefused(f"{self._where} has no bucket {self._name}")
        if status == 404:
            return FileGone(f"there is no {key} in {self._name} at {self._where}")
        if code in _ELSEWHERE:
            return BucketRefused(f"the bucket {self._name} lies in another region: correct PRELABEL_S3_REGION ({code})")
        if code == "RequestTimeTooSkewed":
            return BucketRefused(f"the clock of this machine differs from that of {self._where}: set it right")
        return BucketRefused(
            f"{self._where} refuses {key or 'a list'} in the bucket {self._name} ({code}): "
            "check that PRELABEL_S3_ACCESS_KEY is right and may list, read, write and delete there"
        )


def _proxies(settings: Settings) -> dict[str, str]:
    """Return the proxy for botocore; empty: none. Raises SettingError for a SOCKS proxy, which botocore lacks."""
    url = settings.s3_endpoint or f"https://s3.{settings.s3_region or 'us-east-1'}.amazonaws.com"
    proxy = Proxies.from_settings(settings).for_url(url)
    if proxy is None:
        return {}
    if proxy.is_socks:
        raise SettingError(
            f"S3 cannot be reached through the SOCKS proxy {proxy}: name its host in NO_PROXY, or set HTTPS_PROXY to "
            "an HTTP proxy"
        )
    return {urlsplit(url).scheme: proxy.url}
