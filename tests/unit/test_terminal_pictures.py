"""Pictures in terminals: shown where the terminal is known to show them, nothing anywhere else."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

import pytest

from scripts.demo_end import command, file_name, write_env_file
from scripts.terminal_pictures import protocol, show_picture


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def png(tmp_path: Path) -> Path:
    path = tmp_path / "page.png"
    path.write_bytes(bytes(range(256)) * 40)
    return path


@pytest.mark.parametrize(
    ("environment", "spoken"),
    [
        ({"TERM": "xterm-kitty"}, "kitty"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, "kitty"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "iterm2"),
        ({"TERM": "xterm-256color", "LC_TERMINAL": "iTerm2"}, "iterm2"),
        ({"TERM": "tmux-256color", "TERM_PROGRAM": "iTerm.app"}, None),
        ({"TERM": "xterm-kitty", "TMUX": "/run/tmux-0/default,1,0"}, None),
        ({"TERM": "screen"}, None),
        ({"TERM": "xterm-256color"}, None),
        ({"TERM": "dumb"}, None),
        ({}, None),
    ],
)
def test_a_terminal_is_known_by_its_variables(environment: dict[str, str], spoken: str | None) -> None:
    assert protocol(environment) == spoken


def test_kitty_gets_all_parts_of_the_picture(png: Path) -> None:
    out = Terminal()
    assert show_picture(png, out, {"TERM": "xterm-kitty"})
    parts = re.findall("\x1b_G([^;]*);([^\x1b]*)\x1b\\\\", out.getvalue())
    assert base64.b64decode("".join(part for _, part in parts)) == png.read_bytes()
    assert parts[0][0].startswith("f=100,a=T,")
    assert [head[-3:] for head, _ in parts] == ["m=1"] * (len(parts) - 1) + ["m=0"]


def test_iterm2_gets_the_picture(png: Path) -> None:
    out = Terminal()
    assert show_picture(png, out, {"TERM_PROGRAM": "iTerm.app"})
    [data] = re.findall("\x1b\\]1337;File=[^:]*:([^\x07]*)\x07", out.getvalue())
    assert base64.b64decode(data) == png.read_bytes()


def test_a_log_and_an_unknown_terminal_get_nothing(png: Path) -> None:
    log, plain = io.StringIO(), Terminal()
    assert not show_picture(png, log, {"TERM": "xterm-kitty"})
    assert not show_picture(png, plain, {"TERM": "xterm"})
    assert log.getvalue() == plain.getvalue() == ""


def test_the_file_of_settings_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "demo.env"
    write_env_file(path, {"LABEL_STUDIO_API_KEY": "secret", "REDIS_URL": "redis://localhost:1/0"})
    assert path.stat().st_mode & 0o077 == 0
    assert path.read_text() == "LABEL_STUDIO_API_KEY=secret\nREDIS_URL=redis://localhost:1/0\n"
    assert command(path, "results", "1").endswith(f"results 1 --env-file {path}")


def test_the_name_of_an_uploaded_file_is_the_original_one() -> None:
    assert file_name({"data": {"image": "/data/upload/1/0a1b2c3d-en-invoice.png"}}) == "en-invoice.png"
