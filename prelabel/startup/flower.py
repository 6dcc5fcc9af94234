"""The start of Flower, and its end: its threads wait for a Redis that is away, and Python would wait for them."""

from __future__ import annotations

import os
import threading
import time

import click

from prelabel.settings import Settings
from prelabel.startup.needs import FLOWER, check_needs

#: Seconds that Flower's threads get once its command has ended.
_END_S = 3.0


def before_flower(settings: Settings) -> None:
    """Check what Flower needs, and let its command end this process soon. Raises PrelabelError."""
    check_needs(settings, FLOWER)
    click.get_current_context().call_on_close(_end_soon)


def _end_soon() -> None:
    def end() -> None:
        time.sleep(_END_S)
        os._exit(0)

    threading.Thread(target=end, name="end of Flower", daemon=True).start()
