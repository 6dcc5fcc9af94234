"""`prelabel watch` and `prelabel unwatch`: the projects from which beat selects pages, without a restart."""

from __future__ import annotations

import click

from prelabel.cli.options import json_option
from prelabel.cli.output import console, hint, say, table, warn, write_json
from prelabel.settings import Settings, get_settings


@click.command(short_help="Let beat select a project's pages, or list such projects.")
@click.argument("projects", type=click.IntRange(1), nargs=-1, metavar="[PROJECT]...")
@json_option
def watch(projects: tuple[int, ...], as_json: bool) -> None:
    """Let beat select new pages from each PROJECT, from its next selection on. Without a PROJECT, list the projects.

    Beat also selects from the projects that the setting PRELABEL_PROJECTS names.
    """
    from prelabel.api.projects import watch_project

    settings = get_settings()
    for project in projects:
        new = watch_project(project, settings=settings)
        if as_json:
            write_json({"project_id": project, "watched": True, "new": new})
        else:
            now = "is now watched" if new else "was watched before"
            say(f"project {project} {now}", f"beat selects its pages every {settings.select_interval:g} s")
    if not projects:
        _list(settings, as_json)


@click.command(short_help="Stop beat from selecting a project's pages.")
@click.argument("projects", type=click.IntRange(1), nargs=-1, required=True, metavar="PROJECT...")
@json_option
def unwatch(projects: tuple[int, ...], as_json: bool) -> None:
    """Stop beat from selecting new pages of each PROJECT. Pages in flight are finished.

    A project that the setting PRELABEL_PROJECTS names is selected until beat runs with another setting.
    """
    from prelabel.api.projects import unwatch_project

    settings = get_settings()
    for project in projects:
        was = unwatch_project(project, settings=settings)
        if as_json:
            write_json({"project_id": project, "watched": False, "was": was})
        else:
            say(f"project {project} {'is no longer' if was else 'was not'} watched")
        if project in settings.projects:
            warn(
                f"PRELABEL_PROJECTS names project {project}, so beat selects its pages all the same: remove it there "
                "and restart beat"
            )


def _list(settings: Settings, as_json: bool) -> None:
    from prelabel.ledger.ledger import Ledger

    ledger = Ledger.from_settings(settings)
    watched, missing = ledger.watched.projects(), ledger.watched.missing()
    rows = table("project", "from", "state")
    for project in sorted({*watched, *settings.projects}):
        sources = [name for name, ids in (("watch", watched), ("PROJECTS", settings.projects)) if project in ids]
        if as_json:
            write_json({"project_id": project, "from": sources, "missing": project in missing})
        else:
            state = "no longer in Label Studio" if project in missing else ledger.halts.halt(project) or "selected"
            rows.add_row(str(project), " and ".join(sources), state)
    if rows.row_count:
        console().print(rows)
    elif not as_json:
        hint("no project is watched; to watch one: prelabel watch PROJECT")
