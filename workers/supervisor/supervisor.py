"""The loop that starts processes, starts ended ones again after growing pauses, and ends all of them together.

A process whose set-up is wrong (exit code 2) ends the whole at its first start: half a system would look like one that
works. Later it is tried again, because the others have work.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType

from prelabel.startup.one_line import EXIT_WRONG
from workers.supervisor.child import Child
from workers.supervisor.parent import GRACE_S
from workers.supervisor.run_folder import ProcessState, RunFolder, State

#: Seconds before the first restart; the pause doubles up to the longest. A process that ran for _WELL_S begins anew.
_FIRST_PAUSE_S, _LONGEST_PAUSE_S, _WELL_S = 1.0, 30.0, 60.0
_EVERY_S = 0.2


@dataclass(slots=True)
class _Watched:
    """A process, and what the supervisor knows of it."""

    child: Child
    state: State = "starting"
    started_at: float = 0.0
    start_at: float = 0.0
    early_ends: int = 0
    why: str = ""

    def shown(self) -> ProcessState:
        return ProcessState(self.child.name, self.state, self.child.pid, self.child.starts, self.why)


class Supervisor:
    """Processes that run together. `is_ready`: asked for each process until it is; `say`: takes lines for people."""

    def __init__(
        self,
        children: Sequence[Child],
        folder: RunFolder,
        *,
        is_ready: Callable[[str, int], bool],
        say: Callable[[str], None],
        all_ready: str = "all processes are ready",
        grace_s: float = GRACE_S,
    ) -> None:
        self._watched = [_Watched(child) for child in children]
        self._folder, self._is_ready, self._say, self._grace_s = folder, is_ready, say, grace_s
        self._all_ready = all_ready
        self._asked = threading.Event()
        self._times_asked = 0
        self._verdict = ""

    def run(self) -> int:
        """Run until a signal or a wrong set-up ends all; return the exit code."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:  # nohup
                signal.signal(number, self._on_signal)
        try:
            for watched in self._watched:
                self._start(watched)
            while not self._asked.wait(_EVERY_S):
                for watched in self._watched:
                    self._look_after(watched)
        finally:
            self._end_all()
            self._folder.clear()
        if self._verdict:
            self._say(self._verdict)
            return EXIT_WRONG
        self._say("all processes have ended")
        return 0

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self._times_asked += 1
        self._asked.set()

    def _start(self, watched: _Watched) -> None:
        watched.child.start()
        watched.started_at = time.monotonic()
        self._note(watched, "starting")

    def _note(self, watched: _Watched, state: State) -> None:
        watched.state = state
        self._folder.write_state([each.shown() for each in self._watched])

    def _look_after(self, watched: _Watched) -> None:
        if watched.state in {"restarting", "wrong"}:
            if time.monotonic() >= watched.start_at:
                self._start(watched)
            return
        if (code := watched.child.exit_code()) is not None:
            self._ended(watched, code)
        elif watched.state == "starting" and self._is_ready(watched.child.name, watched.child.pid):
            self._note(watched, "ready")
            self._say(f"{watched.child.name} is ready (process {watched.child.pid})")
            if all(each.state == "ready" for each in self._watched):
                self._say(self._all_ready)

    def _ended(self, watched: _Watched, code: int) -> None:
        name, watched.why = watched.child.name, watched.child.why()
        if code == EXIT_WRONG and watched.child.starts == 1:
            self._note(watched, "wrong")
            self._verdict = f"{name} cannot start: {watched.why}"
            self._asked.set()
            return
        ran_well = time.monotonic() - watched.started_at >= _WELL_S
        watched.early_ends = 0 if ran_well else watched.early_ends + 1
        pause_s = min(_FIRST_PAUSE_S * 2 ** max(watched.early_ends - 1, 0), _LONGEST_PAUSE_S)
        watched.start_at = time.monotonic() + (_LONGEST_PAUSE_S if code == EXIT_WRONG else pause_s)
        self._note(watched, "wrong" if code == EXIT_WRONG else "restarting")
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        wait_s = watched.start_at - time.monotonic()
        self._say(f"{name} has ended ({how}: {watched.why}); it starts again in {wait_s:.0f} s")

    def _end_all(self) -> None:
        """Ask all processes to end; kill what still runs after the grace time, or at a second signal."""
        asked, running = self._times_asked, [each for each in self._watched if each.child.exit_code() is None]
        for watched in running:
            watched.child.ask_to_end()
        deadline = time.monotonic() + self._grace_s
        while running and time.monotonic() < deadline and self._times_asked <= max(asked, 1):
            time.sleep(_EVERY_S / 2)
            running = [each for each in running if each.child.exit_code() is None]
        for watched in running:
            name = watched.child.name
            self._say(f"{name} did not end within {self._grace_s:g} s and is killed; its pages are read again")
            watched.child.kill()
            watched.child.exit_code()
