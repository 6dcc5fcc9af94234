"""The progress bar: every state is counted once, and the output without a terminal has no control codes."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from prelabel.cli.progress_bar import line, render, time_left, waits, watch
from prelabel.errors import ServiceUnavailable
from prelabel.ledger.runs import Progress


def progress(
    queued: int = 0, ocr: int = 0, extract: int = 0, upload: int = 0, done: int = 0, failed: int = 0, skipped: int = 0
) -> Progress:
    counts = (queued, ocr, extract, upload, done, failed, skipped)
    return Progress(sum(counts), *counts, pages_per_min=30.0, eta_s=125.0)


def steps() -> Callable[[], Progress]:
    rest: Iterator[Progress] = iter(
        [progress(queued=4), progress(queued=2, ocr=1, done=1), progress(done=3, failed=1), progress(done=9)]
    )
    return lambda: next(rest)


@pytest.mark.parametrize("terminal", [True, False])
def test_watch_ends_with_the_run(terminal: bool) -> None:
    out = io.StringIO()
    last = watch(steps(), Console(file=out, force_terminal=terminal, width=120), interval_s=0.01)
    assert (last.done, last.failed) == (3, 1)
    assert "done 3  failed 1" in out.getvalue().replace("\x1b[32m", "").replace("\x1b[31m", "").replace("\x1b[0m", "")


def test_without_a_terminal_lines_are_plain_and_few() -> None:
    out = io.StringIO()
    watch(steps(), Console(file=out, width=60), interval_s=0.01)
    lines = out.getvalue().splitlines()
    assert len(lines) == 2  # the first and the last: the second came too soon
    assert "\x1b" not in out.getvalue()
    assert lines[0].startswith(
        "queued 4  ocr 0  extract 0  upload 0  done 0  failed 0  skipped 0  30 pages/min  2:05 left"
    )


def test_errors_of_the_progress_are_passed_on() -> None:
    def away() -> Progress:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        watch(away, Console(file=io.StringIO()))


@pytest.mark.parametrize("terminal", [True, False])
def test_a_redis_that_is_away_meanwhile_is_waited_for(terminal: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prelabel.cli.progress_bar._LINE_INTERVAL_S", 0.0)
    answers: Iterator[Progress | ServiceUnavailable] = iter(
        [progress(queued=2, done=1), ServiceUnavailable("Redis does not answer"), progress(done=3)]
    )

    def ask() -> Progress:
        answer = next(answers)
        if isinstance(answer, ServiceUnavailable):
            raise answer
        return answer

    out = io.StringIO()
    last = watch(ask, Console(file=out, force_terminal=terminal, width=200), interval_s=0.01)
    assert last.done == 3
    assert "these numbers are old; new ones follow when Redis answers: Redis does not answer" in out.getvalue()


def test_a_selection_that_cannot_select_says_why() -> None:
    [told] = waits(replace(progress(queued=1), problem="the configuration has no boxes"))
    assert told.plain == "no new pages are selected: the configuration has no boxes"


@given(st.lists(st.integers(0, 5000), min_size=7, max_size=7))
def test_the_bar_always_has_the_same_length(counts: list[int]) -> None:
    now = progress(*counts)
    out = io.StringIO()
    Console(file=out, width=200).print(render(now))
    assert out.getvalue().count("━") == (60 if now.total else 0)


def test_time_left() -> None:
    assert time_left(progress(queued=1)) == "2:05 left"
    assert time_left(replace(progress(queued=1), eta_s=None)) == "time left unknown"
    assert time_left(replace(progress(queued=1), eta_s=7380.0)) == "2:03:00 left"
    assert time_left(replace(progress(), listed=False)) == "listing pages"
    assert time_left(progress(done=1)) == "finished"
    assert "finished" in line(progress(done=1)).plain
