"""Messages that wait in a process for their time: a retry, or work that gathers more. Only the clock of that process
counts.

Celery writes the time of the sender's clock into a message. Where that clock is ahead of the receiver's, the message
would wait for the difference, too; where it is behind, the message would not wait at all.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from celery import Task
from celery.worker.request import Request

from prelabel.queues.sending import WAIT_HEADER, waiting
from prelabel.retry import LONGEST_COUNTDOWN_S, LONGEST_WAIT_S


class ShortWait(Request):
    """A message that waits as long as its header says. One without it, of an older release, waits for its time, but for
    LONGEST_COUNTDOWN_S at most.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        eta: datetime | None = self.eta
        if eta is not None:
            now, wait_s = datetime.now(UTC), self.request_dict.get(WAIT_HEADER)
            longest = now + timedelta(seconds=LONGEST_COUNTDOWN_S)
            self._eta = now + timedelta(seconds=wait_s) if _is_wait(wait_s) else min(eta, longest)


def _is_wait(value: object) -> bool:
    return isinstance(value, int | float) and 0 <= value <= LONGEST_WAIT_S


class OwnClockTask(Task):
    """A task whose delayed messages, retries included, wait by the clock of the process that fetches them."""

    abstract = True
    Request = "tasks.short_waits:ShortWait"

    def apply_async(self, *args: Any, countdown: float | None = None, **options: Any) -> Any:
        """Send a message; `countdown`: the seconds that it waits."""
        headers = {name: value for name, value in (options.pop("headers", None) or {}).items() if name != WAIT_HEADER}
        wait = waiting(countdown or 0.0)
        headers |= wait.pop("headers", {})
        return super().apply_async(*args, headers=headers or None, **options, **wait)
