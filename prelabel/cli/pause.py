"""`prelabel pause`, `prelabel resume` and `prelabel cancel`: stop a project's pages, or let them continue."""

from __future__ import annotations

import click

from prelabel.cli.language.texts import translate
from prelabel.cli.options import json_option, project_argument
from prelabel.cli.output import say, write_json


@click.command(short_help="Pause a project.")
@project_argument
@json_option
def pause(project: int, as_json: bool) -> None:
    """Pause PROJECT until `prelabel resume`.

    No page is selected or begins a stage. A stage that is running ends as usual.
    """
    from prelabel.api.runs import pause_project

    halted = pause_project(project)
    if as_json:
        write_json({"project_id": project, "halted": halted})
    elif halted == "paused":
        say(
            translate("project {project} is paused").format(project=project),
            translate("to continue: prelabel resume {project}").format(project=project),
        )
    else:
        say(translate("project {project} was cancelled before, and remains cancelled").format(project=project))


@click.command(short_help="Continue a paused project.")
@project_argument
@json_option
def resume(project: int, as_json: bool) -> None:
    """Continue PROJECT after a pause. Each page begins at the stage that it had reached.

    After a cancellation, new pages can be selected again, but cancelled runs remain cancelled.
    """
    from prelabel.api.runs import resume_project

    ended = resume_project(project)
    if as_json:
        write_json({"project_id": project, "was": ended})
    elif ended:
        say(translate("project {project} continues; it was {halted}").format(project=project, halted=translate(ended)))
    else:
        say(translate("project {project} was not paused").format(project=project))


@click.command(short_help="Cancel a project's runs.")
@project_argument
@json_option
def cancel(project: int, as_json: bool) -> None:
    """Cancel all runs of PROJECT and release its pages in flight. Finished pages remain finished.

    No page of the project is selected, not even by beat, until `prelabel enqueue` or `prelabel resume`.
    """
    from prelabel.api.runs import cancel_project

    released = cancel_project(project)
    if as_json:
        write_json({"project_id": project, "released": released})
    else:
        say(
            translate("project {project} is cancelled, {released} pages in flight are released").format(
                project=project, released=released
            ),
            translate("to start again: prelabel enqueue {project}").format(project=project),
        )
