"""The end of a supervised process whose supervisor has died: nobody would end it or read its log any more.

The supervisor holds the other end of the process's stdin, so reading from it returns when the supervisor is gone,
whatever killed it.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

import click

#: Seconds that the work in hand gets.
GRACE_S = 30.0
OPTION = "--supervised"


def end_with_parent(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the hidden option with which the supervisor starts it."""

    @click.option(OPTION, is_flag=True, hidden=True)
    @wraps(command)
    def run(*args: Any, supervised: bool, **options: Any) -> int:
        if supervised:
            threading.Thread(target=_wait, args=(os.dup(0),), name="supervisor's end", daemon=True).start()
        return command(*args, **options)

    return run


def _wait(stdin: int) -> None:
    """Wait for the end of the supervisor; then ask this process to end, and kill its group when it does not."""
    while os.read(stdin, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_S)
    os.killpg(os.getpgrp(), signal.SIGKILL)
