"""The units of deploy/systemd: systemd accepts them, and they start commands that exist."""

from __future__ import annotations

import configparser
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from prelabel.cli import cli
from prelabel.queues.routes import WORKERS

UNITS = sorted((Path(__file__).parents[2] / "deploy" / "systemd").iterdir())
SERVICES = [path for path in UNITS if path.suffix == ".service"]


def service(path: Path) -> configparser.SectionProxy:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # names keep their capitals
    unit.read_string(path.read_text("utf-8"))
    return unit["Service"]


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_unit_starts_a_command_that_exists(path: Path) -> None:
    # Given the command line of a unit
    program, name, *arguments = service(path)["ExecStart"].split()
    # Then it is one of the command line's, and a template's instances are kinds of workers
    command = cli.get_command(click.Context(cli), name)
    assert Path(program).name == "prelabel"
    assert command is not None
    if arguments:
        assert arguments == ["%i"]
        kinds = next(parameter.type for parameter in command.params if parameter.name == "kind")
        assert isinstance(kinds, click.Choice)
        assert {*WORKERS} <= {*kinds.choices}


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_unit_starts_again_and_has_few_rights(path: Path) -> None:
    settings = service(path)
    assert settings["Restart"] == "on-failure"
    assert settings["NoNewPrivileges"] == "yes"
    assert settings["ProtectSystem"] == "strict"
    assert settings["User"] == "prelabel"
    assert settings["CapabilityBoundingSet"] == ""


def test_systemd_accepts_the_units_where_it_is_installed(tmp_path: Path) -> None:
    # Given the units, with a program that exists here
    for path in UNITS:
        text = path.read_text("utf-8").replace("/opt/prelabel/bin/prelabel", shutil.which("true") or "/bin/true")
        (tmp_path / path.name.replace("@.", "@io.")).write_text(text, "utf-8")
    if shutil.which("systemd-analyze") is None:
        return  # the two tests above always run
    # When systemd reads them
    files = [str(path) for path in sorted(tmp_path.iterdir())]
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", *files], capture_output=True, text=True)
    # Then it has nothing to say
    assert (done.returncode, done.stderr) == (0, "")
