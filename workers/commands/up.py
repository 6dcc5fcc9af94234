"""Commands of a whole system on one machine: `prelabel up`, `down` and `logs`."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress

import click

from prelabel.errors import ConfigurationError, ServiceUnavailable
from prelabel.queues.routes import WORKERS
from prelabel.startup.one_line import EXIT_WRONG, one_line_errors, say
from workers.supervisor.parent import GRACE_S
from workers.supervisor.run_folder import FOLDER, RunFolder

#: Seconds that processes may take to start: models are loaded, and weights may be downloaded.
_READY_S = 180.0
_EVERY_S = 0.3

_NAMES = (*WORKERS, "beat", "uploader", "flower")


@click.command(short_help="Start everything on this machine.")
@click.argument("names", nargs=-1, type=click.Choice(_NAMES), metavar="[PROCESS]...")
@click.option("-d", "--detach", is_flag=True, help="Go on in the background once everything is ready.")
@click.option("--background", is_flag=True, hidden=True)
def up(names: Sequence[str], detach: bool, background: bool) -> int:
    """Start workers, beat, the uploader and Flower on this machine, and start again what ends.

    Without PROCESS, everything that is installed here: io, cpu, gpu, beat, uploader, flower, and ocr_gpu where
    PRELABEL_EASYOCR_WORKER is set. Ctrl-C ends all of them. State and logs are in the folder .prelabel beside .env.
    """
    if detach:
        return _detach(names)
    return run_supervised(names, quiet=background)


@click.command(short_help="End what `prelabel up` has started here.")
def down() -> int:
    """End the processes that `prelabel up` has started in this folder. Pages in hand are finished first, for 30 s."""
    folder = RunFolder()
    pid = folder.supervisor()
    if pid is None:
        click.echo("nothing runs here")
        return 0
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + GRACE_S + 10
    while folder.supervisor() == pid:
        if time.monotonic() > deadline:
            raise ServiceUnavailable(f"process {pid} does not end; kill -9 {pid} ends it and all that it started")
        time.sleep(_EVERY_S)
    click.echo("all processes have ended")
    return 0


@click.command(short_help="Show the logs of `prelabel up`.")
@click.argument("names", nargs=-1, type=click.Choice([*_NAMES, "up"]), metavar="[PROCESS]...")
@click.option("-f", "--follow", is_flag=True, help="Go on with new lines, until Ctrl-C.")
@click.option("-n", "--lines", type=click.IntRange(0), default=20, show_default=True, help="Last lines of each log.")
def logs(names: Sequence[str], follow: bool, lines: int) -> int:
    """Show the last lines of the logs in .prelabel/logs. Old ones lie there as NAME.log.1 and so on."""
    from workers.supervisor.log_lines import show_logs

    paths = {name: RunFolder().log(name) for name in names or [*_NAMES, "up"]}
    if not any(path.exists() for path in paths.values()):
        raise ConfigurationError(f"no logs in {FOLDER}/logs of this folder: start `prelabel up` here first")
    show_logs({name: path for name, path in paths.items() if follow or path.exists()}, lines, follow=follow)
    return 0


def run_supervised(names: Sequence[str] = (), *, workers_only: bool = False, quiet: bool = False) -> int:
    """Run the processes until a signal; return the exit code. A second call in the same folder only says so."""
    from prelabel.settings import get_settings
    from prelabel.startup.needs import check_needs
    from workers.supervisor.child import Child
    from workers.supervisor.processes import WORKER_KINDS, Readiness, addresses, command, wanted
    from workers.supervisor.supervisor import Supervisor

    settings, folder = get_settings(), RunFolder()
    if folder.supervisor() is not None:
        return _running(folder)
    names = [*dict.fromkeys(names)] or [name for name in wanted(settings) if name in WORKER_KINDS or not workers_only]
    with one_line_errors():
        check_needs(settings, *names)
    if not folder.take():
        return _running(folder)
    width = max(map(len, names))

    def show(name: str, line: str) -> None:
        if not quiet:
            click.echo(f"{name:{width}} | {line}")

    children = [Child(name, command(name), folder.log(name), show) for name in names]
    say(f"starts {', '.join(names)}; logs in {folder.logs}" + ("" if quiet else "; Ctrl-C ends all"))
    ready = f"all {len(names)} processes are ready{addresses(settings, names)}"
    return Supervisor(children, folder, is_ready=Readiness(settings), say=say, all_ready=ready).run()


def _running(folder: RunFolder) -> int:
    """Say what runs already in this folder."""
    say(f"is already running here (process {folder.supervisor()}); `prelabel logs` shows more, `prelabel down` ends it")
    for state in folder.states():
        click.echo(str(state))
    return 0


def _detach(names: Sequence[str]) -> int:
    """Start the supervisor in the background, and wait until everything is ready or cannot be."""
    from workers.supervisor.child import prelabel_command

    folder = RunFolder()
    if folder.supervisor() is not None:
        return _running(folder)
    folder.make()
    log = folder.log("up")
    with log.open("ab") as out:
        begin = out.tell()
        command = prelabel_command("up", "--background", *names)
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True)
    deadline = time.monotonic() + _READY_S
    while process.poll() is None and time.monotonic() < deadline:
        states = folder.states() if folder.supervisor() == process.pid else []
        if states and all(state.state == "ready" for state in states):
            break
        time.sleep(_EVERY_S)
    return _outcome(process, folder, log.read_bytes()[begin:].decode("utf-8", "replace"))


def _outcome(process: subprocess.Popen[bytes], folder: RunFolder, said: str) -> int:
    """Say how the start in the background went; return the exit code."""
    if process.poll() is not None:
        click.echo((said.strip() or "prelabel: the supervisor has ended").splitlines()[-1], err=True)
        return process.returncode or EXIT_WRONG
    states = folder.states()
    for state in states:
        click.echo(str(state))
    if all(state.state == "ready" for state in states):
        say(f"everything runs in the background; logs in {folder.logs}; `prelabel down` ends it")
        return 0
    say(f"not everything is ready after {_READY_S:g} s; it goes on, and `prelabel logs` shows why")
    return 1
