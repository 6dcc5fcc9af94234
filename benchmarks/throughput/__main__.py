"""Throughput of the whole stack, against the bare engine, "Retrieve Predictions" and a plain script, in one run.

`python -m benchmarks.throughput`. The limit and ours alternate (limit, ours, limit, ...), so that a drift of the
machine's speed affects both alike. Each run of ours is compared with the mean of the two limits around it. While the
limit runs, our workers are alive but idle: they took 0.01 of a core when measured.

The comparison with the limit uses the steady state: workers are warm, and on both sides only pages count that end
between the 10th and the 90th percentile of ends. Before that span the pipeline fills; after it cores are idle, because
no pages are left. Both happen once a project, of 48 pages or of thousands. The comparison with the other rivals uses
the whole wall time, from `enqueue_project` to the last confirmed prediction.
"""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from rich.console import Console

from benchmarks.measure import Measure
from benchmarks.throughput import ours, rivals
from benchmarks.throughput.pages import make_pages
from benchmarks.throughput.report import Report
from devstack.processes import StartFailed
from devstack.stack import Stack
from prelabel.errors import PrelabelError

WAYS = ("limit", "ours", "retrieve", "script")


def main() -> int:
    options = _options()
    console = Console(highlight=False, emoji=False, width=None if sys.stdout.isatty() else 140)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    try:
        with _folder(console, keep=options.keep) as folder:
            report = _run(options, folder, console)
    except KeyboardInterrupt:
        return 130
    except (StartFailed, PrelabelError) as error:
        console.print(f"throughput: {error}", markup=False, soft_wrap=True)
        return 1
    report.show(console)
    if options.json:
        sys.stdout.write(json.dumps(report.to_json()) + "\n")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.throughput", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--pages", type=int, default=48, help="pages for each way (48)")
    parser.add_argument(
        "--untuned-pages", type=int, default=16, help="pages for rivals with OpenMP's defaults (16; 0: leave them out)"
    )
    parser.add_argument("--rounds", type=int, default=2, help="runs of ours, a run of the limit around each (2)")
    parser.add_argument("--only", nargs="+", choices=WAYS, default=WAYS, metavar="WAY", help=f"of {', '.join(WAYS)}")
    parser.add_argument("--gray", action="store_true", help="draw the pages gray, not RGB (see the README)")
    parser.add_argument(
        "--set",
        nargs="+",
        type=_setting,
        default=[],
        metavar="NAME=VALUE",
        help="settings of ours, such as UPLOAD_WAIT=2",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object on the last line")
    parser.add_argument("--keep", action="store_true", help="keep the folder with pages and logs")
    options = parser.parse_args()
    if options.pages < 1 or options.rounds < 1 or options.untuned_pages < 0:
        parser.error("--pages and --rounds take 1 or more, --untuned-pages 0 or more")
    return options


def _setting(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise argparse.ArgumentTypeError(f"{text} is not NAME=VALUE")
    return name, value


def _run(options: argparse.Namespace, folder: Path, console: Console) -> Report:
    report = Report(settings=ours.SETTINGS | dict(options.set), gray=options.gray)

    def add(what: str, measure: Callable[[], Measure]) -> None:
        console.print(f"{what} ...", end=" ", markup=False)
        found = measure()
        report.measures.append(found)
        console.print(f"{found.pages} pages in {found.wall_s:.1f} s")

    pages = make_pages(folder / "pages", options.pages, gray=options.gray)
    console.print(f"{len(pages)} pages drawn")
    with ExitStack() as running:
        stack: Stack | None = None
        if set(options.only) != {"limit"}:
            stack = running.enter_context(Stack(folder / "stack", env=report.settings))
        if {"limit", "ours"} & set(options.only):
            _rounds(options, stack, pages, folder, add)
        if stack is not None:
            _plain_rivals(options, stack, pages, folder, add)
    return report


Add = Callable[[str, Callable[[], Measure]], None]


def _rounds(options: argparse.Namespace, stack: Stack | None, pages: Sequence[Path], folder: Path, add: Add) -> None:
    """Run limit, ours, limit, ours, ..., limit; then stop our workers, so that they take no CPU from the rivals."""
    with_limit, with_ours = "limit" in options.only, "ours" in options.only
    if stack is not None and with_ours:
        ours.start(stack, pages)
    for number in range(options.rounds + 1):
        if with_limit:
            add("limit", partial(rivals.limit, pages, folder))
        if stack is not None and with_ours and number < options.rounds:
            add("ours", partial(ours.measure, stack, pages))
    if stack is not None:
        stack.workers.stop()


def _plain_rivals(options: argparse.Namespace, stack: Stack, pages: Sequence[Path], folder: Path, add: Add) -> None:
    untuned = pages[: options.untuned_pages]
    for name, rival in (("retrieve", rivals.retrieve), ("script", rivals.script)):
        if name in options.only:
            add(f"{name}, tuned", partial(rival, stack.label_studio, pages, folder, tuned=True))
            if untuned:
                add(f"{name}, untuned", partial(rival, stack.label_studio, untuned, folder, tuned=False))


@contextmanager
def _folder(console: Console, *, keep: bool) -> Iterator[Path]:
    """Yield a folder for this run; keep the folder with `keep`, and when the run fails."""
    folder = Path(tempfile.mkdtemp(prefix="prelabel-throughput-"))
    try:
        yield folder
    except (StartFailed, PrelabelError):
        keep = True
        raise
    finally:
        if keep:
            console.print(f"pages and logs: {folder}", markup=False)
        else:
            shutil.rmtree(folder, ignore_errors=True)


def _end(number: int, _frame: object) -> None:
    """End everything in order at SIGTERM and SIGHUP."""
    raise SystemExit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
