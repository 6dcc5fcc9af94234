"""`prelabel doctor`: one line for each check, with the cure where something is wrong."""

from __future__ import annotations

import sys
from dataclasses import asdict
from itertools import chain

import click
from rich.text import Text

from prelabel.cli.language.texts import can_show
from prelabel.cli.options import json_option
from prelabel.cli.output import console, write_json
from prelabel.settings import get_settings

_MARKS = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "wrong": ("✗", "red")}
#: The same where the terminal's encoding does not have them.
_PLAIN = {"✓": "+", "✗": "x"}
EXIT_WRONG = 2


@click.command(short_help="Check servers, workers, OCR and models.")
@click.argument("projects", type=click.IntRange(1), nargs=-1, metavar="[PROJECT]...")
@click.option(
    "--repair", is_flag=True, help="Repair the projects' ledger, and clear away what earlier releases left in Redis."
)
@json_option
def doctor(projects: tuple[int, ...], repair: bool, as_json: bool) -> int:
    """Check Label Studio, its projects, Redis, the workers, OCR and the models, and say what to do.

    Without a PROJECT, the watched projects and those of PRELABEL_PROJECTS are checked. For each named project, the
    ledger is compared with Label Studio and the queues; --repair corrects the ledger. With and without a PROJECT, it
    also clears away what earlier settings and releases left in Redis. A repair is safe while workers run, and can be
    repeated. The exit code is 0 if nothing is wrong (warnings are allowed), else 2.
    """
    from prelabel.cli.doctor.all_checks import check_all
    from prelabel.cli.doctor.ledger import check_ledger
    from prelabel.cli.doctor.watched import projects_of_beat

    settings = get_settings()
    checks = chain(
        check_all(settings, projects or projects_of_beat(settings), repair=repair),
        *(check_ledger(settings, project, repair=repair) for project in projects),
    )
    out, good = console(), True
    for check in checks:
        good = good and check.state != "wrong"
        if as_json:
            write_json(asdict(check))
            continue
        mark, style = _MARKS[check.state]
        mark = mark if can_show(mark, sys.stdout) else _PLAIN[mark]
        out.print(Text.assemble((mark, style), " ", (f"{check.name}: ", "bold"), check.detail), soft_wrap=True)
    return 0 if good else EXIT_WRONG
