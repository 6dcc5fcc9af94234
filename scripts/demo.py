"""`make demo`: a real Label Studio with the sample pages, and beat and workers that find and predict them.

The script starts all servers and workers; they keep their files in one folder, and end with the script. With --exit the
script ends without Ctrl-C; the exit code is 0 only if Label Studio has exactly one prediction for each page.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console

from devstack.ports import LOOPBACK
from devstack.processes import StartFailed
from devstack.stack import Stack
from prelabel.cli.progress_bar import watch
from prelabel.errors import PrelabelError
from prelabel.ledger.runs import Progress
from scripts.demo_end import command, file_name, show_page, write_env_file

ROOT = Path(__file__).parent.parent
PAGES = ROOT / "examples" / "pages"
LABELLING = ROOT / "examples" / "labelling.xml"
LABEL_STUDIO_PORT, FLOWER_PORT, UPLOADER_PORT = 7070, 5555, 8000
#: Shorter than the default of 30 s, so that the first page appears soon.
SELECT_INTERVAL_S = 0.5
#: Shorter than the default of 3 s: the last pages wait for no more than this.
UPLOAD_WAIT_S = 0.5
#: The pages take half a minute on two cores; the demo fails after this time.
LIMIT_S = 900.0


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--exit", action="store_true", help="exit once every page has ended")
    options = parser.parse_args()
    console = Console(highlight=False, emoji=False)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    try:
        with _folder(console) as folder, _stack(folder) as stack:
            try:
                return _demo(stack, console, stay=not options.exit)
            finally:
                _ignore_signals()
                with suppress(OSError):  # the terminal may be closed
                    console.print("stopping all servers and workers ...")
    except KeyboardInterrupt:
        return 130
    except (StartFailed, PrelabelError) as error:
        console.print(f"demo: {error}", markup=False)
        return 1


def _stack(folder: Path) -> Stack:
    return Stack(folder, label_studio_port=LABEL_STUDIO_PORT, uploader_port=UPLOADER_PORT, flower_port=FLOWER_PORT)


def _demo(stack: Stack, console: Console, *, stay: bool) -> int:
    server = stack.label_studio
    console.print(f"Label Studio is up at {server.url}")
    # The processes start while the project is made: they need its number only when beat selects from it.
    stack.start_workers(UPLOAD_WAIT=str(UPLOAD_WAIT_S))
    uploader = stack.start_uploader(wait=False)
    files = sorted(path for path in PAGES.iterdir() if path.suffix in {".png", ".jpg", ".tif"})
    project = server.create_project("prelabel demo", LABELLING.read_text("utf-8"))
    server.upload_images(project, files)
    stack.start_beat(PROJECTS=str(project), SELECT_INTERVAL=str(SELECT_INTERVAL_S))
    console.print(f"project {project} has {len(files)} pages; workers, beat, Flower and the uploader are starting")
    stack.wait_ready()
    watch(_progress(stack, project, len(files), time.monotonic() + LIMIT_S), console)
    stack.wait_uploader()
    pages = server.pages(project)
    address = f"{server.url}/projects/{project}/data"
    console.print(f"\nLabel Studio   {address}  login {server.user}  password {server.password}", soft_wrap=True)
    console.print(f"Uploader       {uploader}  drop PDFs and images of your own", soft_wrap=True)
    if stack.flower_port is not None:
        console.print(f"Flower         http://{LOOPBACK}:{stack.flower_port.number}", soft_wrap=True)
    for notice in _replaced(stack):
        console.print(notice)
    show_page(pages, PAGES, ROOT / ".local" / "demo-page.png", console)
    complete = _check(pages, console)
    _show_failed(stack, project, console)
    if stay:
        env_file = stack.folder / "demo.env"
        write_env_file(env_file, stack.environment())
        console.print(f"All results    {command(env_file, 'results', str(project))}", markup=False, soft_wrap=True)
        console.print("Ctrl-C stops everything.")
        _wait_for_the_end(stack)
    return 0 if complete else 1


def _progress(stack: Stack, project: int, pages: int, deadline: float) -> Callable[[], Progress]:
    """Return a function that reads the project's progress; `listed` is true once beat has found all pages."""
    runs = stack.ledger().runs

    def now() -> Progress:
        stack.workers.check()
        if time.monotonic() > deadline:
            raise StartFailed(f"the pages had not ended after {LIMIT_S:.0f} s; logs: {stack.folder / 'logs'}")
        progress = runs.progress(project)
        return replace(progress, listed=progress.total >= pages)

    return now


def _check(pages: list[dict[str, Any]], console: Console) -> bool:
    """Return whether every page has exactly one prediction, and say so."""
    wrong = [f"{file_name(page)} has {n}" for page in pages if (n := len(page["predictions"])) != 1]
    console.print(f"{len(pages) - len(wrong)} of {len(pages)} pages have exactly one prediction")
    for line in wrong:
        console.print(f"  {line}", markup=False)
    return bool(pages) and not wrong


def _show_failed(stack: Stack, project: int, console: Console) -> None:
    for page in stack.ledger().failed_list.pages(project):
        console.print(f"  failed: page {page.task_id} in {page.stage}: {page.message}", markup=False)


def _replaced(stack: Stack) -> Iterator[str]:
    if stack.label_studio.notice:
        yield stack.label_studio.notice
    if stack.flower_port is not None and stack.flower_port.replaces is not None:
        yield f"Flower listens on port {stack.flower_port}"
    if stack.uploader_port.replaces is not None:
        yield f"The uploader listens on port {stack.uploader_port}"


def _wait_for_the_end(stack: Stack) -> None:
    """Wait for Ctrl-C, or until the terminal is closed; make does not forward SIGHUP."""
    on_terminal = sys.stdout.isatty()
    try:
        while sys.stdout.isatty() or not on_terminal:
            stack.workers.check()
            time.sleep(0.5)
    except KeyboardInterrupt:
        return


@contextmanager
def _folder(console: Console) -> Iterator[Path]:
    """Make a folder for one demo. If the demo fails, the folder with its logs is kept until the next demo starts."""
    parent = ROOT / ".local"
    parent.mkdir(exist_ok=True)
    for left in parent.glob("demo-*"):
        if not _in_use(left):
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix="demo-", dir=parent))
    (folder / "pid").write_text(str(os.getpid()))
    try:
        yield folder
    except Exception:
        console.print(f"logs: {folder}", markup=False)
        raise
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    shutil.rmtree(folder, ignore_errors=True)


def _in_use(folder: Path) -> bool:
    """Return whether the demo that made the folder is running, or may have just started."""
    try:
        os.kill(int((folder / "pid").read_text()), 0)
    except ProcessLookupError:
        return False
    except (OSError, ValueError):
        return time.time() - folder.stat().st_mtime < 60
    return True


def _end(number: int, _frame: object) -> None:
    """Exit on SIGTERM and SIGHUP in such a way that all servers are ended."""
    raise SystemExit(128 + number)


def _ignore_signals() -> None:
    """Ignore signals while the servers end: this takes seconds, and an interruption would leave processes running."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(main())
