"""The consumer of all workers: Celery's, with fewer round trips to Redis, and with a pulse."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

from celery.worker.consumer import Consumer

#: Events wait for others so long; Celery sends those of each turn of its loop at once, one round trip for one event.
EVENTS_WAIT_S = 0.5


class QuietConsumer(Consumer):
    """A consumer that talks to no other worker, and gathers its events.

    Mingle asks all other workers for revoked tasks and waits a whole second; the ledger knows what is cancelled.
    Gossip listens to all other workers, serves nothing here, and stops workers after a lost connection.
    `turned_at` (monotonic s): when the loop last turned.
    """

    turned_at = 0.0
    _flush_is_due = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"without_mingle": True, "without_gossip": True})

    def register_with_event_loop(self, hub: Any) -> None:
        """Let the loop take the pulse of this consumer."""
        super().register_with_event_loop(hub)
        hub.on_tick.add(self._turn)

    def on_send_event_buffered(self) -> None:
        """Send events a little later, by the loop's thread; this one may be a task's."""
        if self.hub and not self._flush_is_due:
            self._flush_is_due = True
            self.hub.call_soon(self.timer.call_after, EVENTS_WAIT_S, self._flush_events)

    def on_close(self) -> None:
        """Forget the flush that the lost connection may have taken along."""
        super().on_close()
        self._flush_is_due = False

    def shutdown(self) -> None:
        """Send the last events."""
        with suppress(*self.connection_errors):
            self._flush_events()
        super().shutdown()

    def _flush_events(self) -> None:
        self._flush_is_due = False
        super()._flush_events()

    def _turn(self) -> None:
        QuietConsumer.turned_at = time.monotonic()
