"""Pictures in terminals that are known to show them: kitty's protocol and iTerm2's. All others get nothing.

The terminal is known by its variables alone: a question to the terminal could leave its answer in people's input.
Within tmux or screen no picture is shown, because these pass it on only if told so.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Literal

#: kitty takes a picture in parts of this many letters.
_PART = 4096
#: Columns of a picture.
_COLUMNS = 90
_KITTY_PROGRAMS, _ITERM_PROGRAMS = {"ghostty", "WezTerm"}, {"iTerm.app"}


def protocol(environment: Mapping[str, str]) -> Literal["kitty", "iterm2"] | None:
    """Return the protocol that the terminal speaks for certain."""
    terminal, program = environment.get("TERM", ""), environment.get("TERM_PROGRAM", "")
    if environment.get("TMUX") or terminal.startswith(("tmux", "screen")):
        return None
    if terminal in {"xterm-kitty", "xterm-ghostty"} or program in _KITTY_PROGRAMS:
        return "kitty"
    if program in _ITERM_PROGRAMS or environment.get("LC_TERMINAL") == "iTerm2":
        return "iterm2"
    return None


def show_picture(png: Path, out: IO[str], environment: Mapping[str, str]) -> bool:
    """Write a PNG file to a terminal; return False where it cannot show it."""
    spoken = protocol(environment) if out.isatty() else None
    if spoken is None:
        return False
    data = base64.b64encode(png.read_bytes()).decode("ascii")
    out.write(_kitty(data) if spoken == "kitty" else _iterm2(data))
    out.flush()
    return True


def _kitty(data: str) -> str:
    """Write the picture in parts: f=100 is PNG, a=T shows it, m=1 says that more follows."""
    parts = [data[at : at + _PART] for at in range(0, len(data), _PART)]
    last = len(parts) - 1
    heads = [f"{f'f=100,a=T,c={_COLUMNS},' if n == 0 else ''}m={int(n < last)}" for n in range(len(parts))]
    return "".join(f"\x1b_G{head};{part}\x1b\\" for head, part in zip(heads, parts, strict=True)) + "\n"


def _iterm2(data: str) -> str:
    return f"\x1b]1337;File=inline=1;width={_COLUMNS};preserveAspectRatio=1:{data}\x07\n"
