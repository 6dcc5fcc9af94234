"""The base of the tasks of queue control. The start of one ends its queueing lock, so that the next may be sent."""

from __future__ import annotations

from typing import Any

from prelabel.errors import PrelabelError
from tasks.messages import has_unknown, known
from tasks.process import this_process
from tasks.runner import log
from tasks.short_waits import OwnClockTask


class ControlTask(OwnClockTask):
    """Base of sync, select, imports, and what sends them."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the task without arguments that only a newer release knows."""
        if has_unknown(self, args, kwargs):
            log.warning("%s: a newer release sent more arguments than this worker knows; update it", self.name)
        args, kwargs = known(self, args, kwargs)
        return self.run(*args, **kwargs)

    def before_start(self, task_id: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """End the queueing lock of this message."""
        try:
            this_process().ledger.queueing_locks.begin(self.name, args, task_id)
        except PrelabelError as error:  # the lock is taken over later
            log.debug("%s: cannot end the queueing lock: %s", self.name, error)
