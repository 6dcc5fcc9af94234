"""`prelabel doctor`: one line a check, with the cure where something is wrong."""

from __future__ import annotations

from dataclasses import asdict
from itertools import chain

import click
from rich.text import Text

from prelabel.cli.output import console, json_option, write_json
from prelabel.settings import get_settings

_MARKS = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "wrong": ("✗", "red")}
EXIT_WRONG = 2


@click.command(short_help="Check servers, workers, OCR and tagger; say the cure.")
@click.argument("projects", type=click.IntRange(1), nargs=-1, metavar="[PROJECT]...")
@click.option("--repair", is_flag=True, help="Mend what does not agree between the named projects and the ledger.")
@json_option
def doctor(projects: tuple[int, ...], repair: bool, as_json: bool) -> int:
    """Check Label Studio, token, projects, Redis, workers, OCR and tagger; those of PROJECTS unless some are named.

    Of named projects, also compare what the ledger counts with Label Studio and the queues; --repair mends that. It is
    safe beside workers, and may be given again. Exit code 0 when all is good (warnings included), 2 when something must
    be mended.
    """
    from prelabel.cli.checks import check_all, check_ledger

    settings = get_settings()
    out, good = console(), True
    if repair and not projects:
        raise click.UsageError("say which project is to be repaired: prelabel doctor --repair PROJECT")
    checks = chain(
        check_all(settings, projects or settings.projects),
        *(check_ledger(settings, project, repair=repair) for project in projects),
    )
    for check in checks:
        good = good and check.state != "wrong"
        if as_json:
            write_json(asdict(check))
            continue
        mark, style = _MARKS[check.state]
        out.print(Text.assemble((mark, style), " ", (f"{check.name}: ", "bold"), check.detail), soft_wrap=True)
    return 0 if good else EXIT_WRONG
