"""Result of one check of `prelabel doctor`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from prelabel.errors import PrelabelError

#: warning: works, but not as well as it could.
State = Literal["ok", "warning", "wrong"]


@dataclass(frozen=True, slots=True)
class Check:
    """Result of one check. `detail` also says what to do, unless the state is ok."""

    name: str
    state: State
    detail: str


def run_check(name: str, get_detail: Callable[[], str]) -> Check:
    """Return an ok Check with the detail, or a wrong one with the message of the PrelabelError."""
    try:
        return Check(name, "ok", get_detail())
    except PrelabelError as error:
        return Check(name, "wrong", str(error))
