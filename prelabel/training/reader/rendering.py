"""Printed lines of a training in order, in pools: from this process, or from several that print ahead."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from multiprocessing.connection import Connection
from queue import Queue
from threading import Thread

from prelabel.training.reader.examples import Example, examples, packed, unpacked

#: Lines of one message of a process; a pool has several.
_CHUNK = 128
#: Chunks that wait, for each process.
_AHEAD = 4


def pools(first: int, size: int, number: int, processes: int = 0) -> Iterator[list[Example]]:
    """Yield pools of lines without end: pool n of `size` seeds begins with seed `first + n * size`.

    `number`: the first pool; `processes`: those that print, 0: this one. The lines are the same for any number.
    """
    if not processes:
        for pool in count(number):
            yield examples(range(first + pool * size, first + (pool + 1) * size))
    chunks = _from_processes(first + number * size, processes)
    while True:
        found: list[Example] = []
        for _ in range(size // _CHUNK):
            found += next(chunks)
        yield found


def _from_processes(first: int, processes: int) -> Iterator[list[Example]]:
    """Yield chunks of _CHUNK seeds each, in order; process p prints each chunk p, p + processes, ..."""
    context = multiprocessing.get_context("spawn")
    ends: list[Connection] = []
    for number in range(processes):
        mine, theirs = context.Pipe(duplex=False)
        start = first + number * _CHUNK
        context.Process(target=_print, args=(theirs, start, processes * _CHUNK), daemon=True).start()
        theirs.close()
        ends.append(mine)
    waiting: Queue[bytes | None] = Queue(_AHEAD * processes)
    Thread(target=_receive, args=(ends, waiting), daemon=True).start()
    while (data := waiting.get()) is not None:
        yield unpacked(data)
    raise RuntimeError("a process that prints lines has ended; its message stands above")


def _receive(ends: list[Connection], waiting: Queue[bytes | None]) -> None:
    with suppress(EOFError, OSError):
        while True:
            for end in ends:
                waiting.put(end.recv_bytes())
    waiting.put(None)


def _print(end: Connection, first: int, step: int) -> None:
    """Send the chunks of one process; it ends when the training does."""
    with suppress(BrokenPipeError, KeyboardInterrupt):
        for start in count(first, step):
            end.send_bytes(packed(examples(range(start, start + _CHUNK))))
