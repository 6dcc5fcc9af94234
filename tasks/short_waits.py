"""Messages of leased work that wait in a process for their retry: a short time, by this process's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from celery.worker.request import Request

from prelabel.retry import LONGEST_COUNTDOWN_S


class ShortWait(Request):
    """A message whose time comes within LONGEST_COUNTDOWN_S.

    The sender's clock wrote the time, and it may be ahead of this one: the message would wait for the difference, too.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        eta: datetime | None = self.eta
        if eta is not None:
            self._eta = min(eta, datetime.now(UTC) + timedelta(seconds=LONGEST_COUNTDOWN_S))
