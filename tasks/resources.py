"""What a task needs of its process: settings, ledger, connection to Label Studio, and who the process is.

Made at first use and once a process: a connection must not be shared over a fork.
"""

from __future__ import annotations

import os
from functools import cached_property, lru_cache

from prelabel.bucket.interface import Bucket
from prelabel.bucket.keys import Keys
from prelabel.bucket.opening import open_bucket
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.ledger.ledger import Claim, Ledger
from prelabel.ledger.workers import HEARTBEATS_MISSED, worker_id
from prelabel.settings import get_settings


class Resources:
    """One a process. `owner`: the name under which it holds pages. `client` and `bucket` are made where they are used.

    `in_hand`: claims of pages that it works on now. With each sign of life they are renewed for `lease_s`.
    """

    def __init__(self, pid: int) -> None:
        self.settings = get_settings()
        self.ledger = Ledger.from_settings(self.settings)
        self.owner = worker_id(pid)
        self.in_hand: set[Claim] = set()
        self.lease_s = HEARTBEATS_MISSED * self.settings.heartbeat

    @cached_property
    def client(self) -> LabelStudio:
        return LabelStudio.from_settings(self.settings)

    @cached_property
    def bucket(self) -> Bucket:
        return open_bucket(self.settings)

    @cached_property
    def keys(self) -> Keys:
        return Keys.from_settings(self.settings)


def resources() -> Resources:
    """This process's own."""
    return _resources(os.getpid())


@lru_cache(maxsize=1)
def _resources(pid: int) -> Resources:
    return Resources(pid)
