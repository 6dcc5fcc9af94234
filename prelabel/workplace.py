"""The workplace: the settings and the objects made from them, each at its first use."""

from __future__ import annotations

from functools import cached_property
from typing import Self

from prelabel.bucket.interface import Bucket
from prelabel.bucket.keys import Keys
from prelabel.bucket.opening import open_bucket
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.ledger.ledger import Ledger
from prelabel.settings import Settings, get_settings


class Workplace:
    """Settings, ledger, connection to Label Studio, and bucket. A workplace must not be shared over a fork.

    `client`, `ledger`, `bucket`: replace those of the settings. As a context manager, a workplace closes the connection
    to Label Studio at the end.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        client: LabelStudio | None = None,
        ledger: Ledger | None = None,
        bucket: Bucket | None = None,
    ) -> None:
        self.settings = settings or get_settings()
        if client is not None:
            self.client = client
        if ledger is not None:
            self.ledger = ledger
        if bucket is not None:
            self.bucket = bucket

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger. Raises SettingError where no Label Studio is set."""
        return Ledger.from_settings(self.settings)

    @cached_property
    def client(self) -> LabelStudio:
        """The connection to Label Studio. Raises SettingError where address or token is missing or malformed."""
        return LabelStudio.from_settings(self.settings)

    @cached_property
    def bucket(self) -> Bucket:
        """The bucket of documents and their pages. Raises SettingError."""
        return open_bucket(self.settings)

    @cached_property
    def keys(self) -> Keys:
        """The names of files in the bucket. Raises SettingError."""
        return Keys.from_settings(self.settings)

    def close(self) -> None:
        """Close the connection to Label Studio, if it was opened."""
        if "client" in self.__dict__:
            self.client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
