"""Messages of tasks that this worker does not know: they go back to the end of their queue. Celery would drop them.

They come from a newer release during an update, or from an application that uses the same queues. Another worker may
know them. A pause before each return keeps a queue full of them from going round without end.
"""

from __future__ import annotations

import logging
from typing import Any

from workers.quiet_consumer import QuietConsumer

#: Seconds before a message goes back.
_PAUSE_S = 5.0
#: Messages that may wait here beside the work. Further ones take places of the worker's own messages, so that a queue
#: of any length needs little memory.
_MOST_BESIDE = 50

log = logging.getLogger(__name__)


class ReturningConsumer(QuietConsumer):
    """A consumer that returns messages of unknown tasks."""

    _waiting = 0
    _reported: frozenset[str] = frozenset()

    def on_unknown_task(self, body: Any, message: Any, exc: Exception) -> None:
        """Return the message after a pause; report each task once."""
        del body, exc
        self._report(str(message.headers.get("task")), str(message.delivery_info.get("routing_key")))
        beside = self._waiting < _MOST_BESIDE
        self._waiting += 1
        if beside:
            self.qos.increment_eventually()
        self.timer.call_after(_PAUSE_S, self._return, (message, beside))

    def _return(self, message: Any, beside: bool) -> None:
        self._waiting -= 1
        if beside:
            self.qos.decrement_eventually()
        try:
            message.requeue()
        except self.connection_errors:
            log.warning("a message could not be returned; Redis delivers it again when its time has run out")

    def _report(self, task: str, queue: str) -> None:
        if task not in self._reported:
            self._reported |= {task}
            log.error(
                "queue %s holds messages of the task %s, which this worker does not know: they stay there; "
                "update this worker, or give the other application queues or a Redis database of its own",
                queue,
                task,
            )
