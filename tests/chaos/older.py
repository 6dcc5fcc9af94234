"""An older release beside the present one, from a checkout with its tests: its workers and a sender."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from devstack.workers import environment

_SEND = "import sys; from prelabel.api.runs import enqueue_project; enqueue_project(int(sys.argv[1]))"
_LIMIT_S = 60.0


@dataclass(frozen=True, slots=True)
class OlderRelease:
    """The checkout of an older release in `folder`; it is run by this Python."""

    folder: Path

    @property
    def env(self) -> dict[str, str]:
        """The environment of its processes. It wants the lease of locks as a number."""
        return {"PYTHONPATH": os.fspath(self.folder.resolve()), "PLANTED_LOCK_LEASE_S": "4"}

    def send(self, env: Mapping[str, str], cwd: Path, project: int) -> None:
        """Start a run as this release does; a sender that gets no answer gives up."""
        command = [sys.executable, "-c", _SEND, str(project)]
        with suppress(subprocess.TimeoutExpired):
            subprocess.run(command, env=environment({**env, **self.env}), cwd=cwd, timeout=_LIMIT_S, check=False)
