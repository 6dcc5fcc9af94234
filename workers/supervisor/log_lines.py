"""Log files for people: the last lines of each, and new lines as they come."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path

import click

_EVERY_S = 0.3


def show_logs(paths: Mapping[str, Path], lines: int, *, follow: bool) -> None:
    """Write the last lines of each log with its name before each line; with `follow`, then new ones until Ctrl-C."""
    width = max(map(len, paths))
    tails = [_Tail(f"{name:{width}} | ", path) for name, path in paths.items()]
    for tail in tails:
        tail.show_last(lines)
    while follow:
        time.sleep(_EVERY_S)
        for tail in tails:
            tail.show_new()


class _Tail:
    """The end of a log file that may be replaced by a new one."""

    def __init__(self, prefix: str, path: Path) -> None:
        self._prefix, self._path = prefix, path
        self._inode, self._position = 0, 0

    def show_last(self, lines: int) -> None:
        for line in deque(self._new_lines(), maxlen=lines):
            click.echo(self._prefix + line)

    def show_new(self) -> None:
        for line in self._new_lines():
            click.echo(self._prefix + line)

    def _new_lines(self) -> list[str]:
        """Read on from the last position; a new file of the same name is read from its beginning."""
        try:
            with self._path.open("rb") as log:
                inode, size = self._path.stat().st_ino, self._path.stat().st_size
                if inode != self._inode or size < self._position:
                    self._inode, self._position = inode, 0
                log.seek(self._position)
                text = log.read()
        except FileNotFoundError:
            return []
        whole = text[: text.rfind(b"\n") + 1]
        self._position += len(whole)
        return whole.decode("utf-8", "replace").splitlines()
