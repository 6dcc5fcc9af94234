"""Progress of a run: a live bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from prelabel.cli.language.texts import can_show, translate
from prelabel.errors import BUCKET, ServiceUnavailable

if TYPE_CHECKING:
    from prelabel.ledger.runs import Progress

#: State -> colour, in the order of the bar: finished pages are on the left.
_STYLES = {
    "done": "green",
    "skipped": "bright_black",
    "cancelled": "yellow",
    "failed": "red",
    "upload": "cyan",
    "extract": "blue",
    "ocr": "magenta",
    "queued": "grey30",
}
#: States in the order in which a page passes through them, for the numbers below the bar.
STATES = ("queued", "ocr", "extract", "upload", "done", "failed", "skipped", "cancelled")
_BAR_CELLS = 60
#: One cell of the bar, and the same where the terminal's encoding does not have it.
_CELL, _PLAIN_CELL = "━", "="
#: Without a terminal, a line is written when a number has changed, but not more often than this.
_LINE_INTERVAL_S = 5.0


def watch(get_progress: Callable[[], Progress], console: Console, interval_s: float = 0.5) -> Progress:
    """Show progress until every page is done, failed or skipped, or the run is cancelled; return the last progress.

    Once there is a progress, a Redis that does not answer is waited for. Other errors of `get_progress` are passed on;
    the last state of the bar remains on the screen.
    """
    if not console.is_terminal:
        return _watch_lines(get_progress, console, interval_s)
    progress = get_progress()
    with Live(render(progress), console=console, auto_refresh=False) as live:
        while not progress.finished:
            time.sleep(interval_s)
            progress, away = _next(get_progress, progress)
            live.update(render(progress, away), refresh=True)
    return progress


def _next(get_progress: Callable[[], Progress], last: Progress) -> tuple[Progress, str]:
    """Return the present progress, or the last one and the message of a Redis that does not answer."""
    try:
        return get_progress(), ""
    except ServiceUnavailable as error:
        return last, str(error)


def _watch_lines(get_progress: Callable[[], Progress], console: Console, interval_s: float) -> Progress:
    progress, away = get_progress(), ""
    shown: tuple[object, ...] | None = None
    shown_at = 0.0
    while True:
        servers = tuple(outage.server for outage in progress.waits)
        state, now = (_counts(progress), servers, progress.problem, bool(away)), time.monotonic()
        if progress.finished or (state != shown and now - shown_at >= _LINE_INTERVAL_S):
            for part in (line(progress), *waits(progress, away)):
                console.print(part, soft_wrap=True)
            shown, shown_at = state, now
        if progress.finished:
            return progress
        time.sleep(interval_s)
        progress, away = _next(get_progress, progress)


def render(progress: Progress, away: str = "") -> Group:
    """Draw the bar, one colour per state, above the numbers; below them, what pages wait for, as `waits` says."""
    bar, cell = Text(), _CELL if can_show(_CELL, sys.stdout) else _PLAIN_CELL
    for state, cells in _cells(progress).items():
        bar.append(cell * cells, style=_STYLES[state])
    if progress.total:
        share = translate(" {ended}/{total} pages, {percent} %").format(
            ended=_ended(progress), total=progress.total, percent=round(100 * _ended(progress) / progress.total)
        )
        bar.append(share, style="bold")
    return Group(bar, line(progress), *waits(progress, away))


def line(progress: Progress) -> Text:
    """Write all numbers on one line: pages by state, rate, time left."""
    text = Text()
    for state in STATES:
        count = getattr(progress, state)
        if count or state != "cancelled":
            text.append(f"{translate(state)} {count}  ", style=_STYLES[state] if count and state != "queued" else "")
    text.append(translate("{count} pages/min  ").format(count=round(progress.pages_per_min)))
    text.append(f"{time_left(progress)}", style="bold")
    return text


def waits(progress: Progress, away: str = "") -> list[Text]:
    """Write a line for each server that is away, for which pages wait, and one for a selection that selected nothing.

    `away`: the message of a Redis that does not answer; the numbers are those from before.
    """
    told = translate("waiting for {server} for {time}; goes on by itself: {message}")
    names = {BUCKET: translate("the bucket")}
    lines = [
        told.format(server=names.get(outage.server, outage.name), time=_clock(outage.lasts_s), message=outage.message)
        for outage in progress.waits
    ]
    if progress.problem:
        lines.append(translate("no new pages are selected: {message}").format(message=progress.problem))
    if away:
        lines.append(
            translate("these numbers are old; new ones follow when Redis answers: {message}").format(message=away)
        )
    return [Text(each) for each in lines]


def time_left(progress: Progress) -> str:
    """Format the time left: "finished", "1:05 left", "2:03:00 left", or the reason why there is none."""
    if progress.halted:
        return translate(progress.halted)
    if not progress.listed:
        return translate("listing pages")
    if progress.finished:
        return translate("finished")
    if progress.eta_s is None:
        return translate("time left unknown")
    return translate("{time} left").format(time=_clock(progress.eta_s))


def _clock(duration_s: float) -> str:
    minutes, seconds = divmod(round(duration_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _cells(progress: Progress) -> dict[str, int]:
    """Return the cells of the bar by state, rounded so that they add up to the bar's width."""
    cells: dict[str, int] = {}
    seen = drawn = 0
    for state in _STYLES:
        seen += getattr(progress, state)
        upto = round(_BAR_CELLS * seen / progress.total) if progress.total else 0
        cells[state], drawn = upto - drawn, upto
    return cells


def _ended(progress: Progress) -> int:
    return progress.done + progress.failed + progress.skipped


def _counts(progress: Progress) -> tuple[int, ...]:
    return tuple(getattr(progress, state) for state in STATES)
