"""`prelabel pause|resume|cancel PROJECT`: stop a project's pages, and let them go on."""

from __future__ import annotations

import click

from prelabel.cli.output import console, json_option, write_json

_project = click.argument("project", type=click.IntRange(1))


@click.command(short_help="Stop a project where it is.")
@_project
@json_option
def pause(project: int, as_json: bool) -> None:
    """Let no page of PROJECT be selected or begin a stage; pages in hand end theirs.

    It lasts until `prelabel resume`.
    """
    from prelabel.api.runs import pause_project

    halted = pause_project(project)
    if as_json:
        write_json({"project_id": project, "halted": halted})
    elif halted == "paused":
        console().print(f"project {project} is paused; go on with: prelabel resume {project}")
    else:
        console().print(f"project {project} was cancelled before, and stays so")


@click.command(short_help="Let a paused project go on.")
@_project
@json_option
def resume(project: int, as_json: bool) -> None:
    """Let PROJECT go on after a pause, at the stage that each page had reached.

    After a cancellation, let it be selected from again; its cancelled runs stay so.
    """
    from prelabel.api.runs import resume_project

    ended = resume_project(project)
    if as_json:
        write_json({"project_id": project, "was": ended})
    elif ended:
        console().print(f"project {project} goes on; it was {ended}")
    else:
        console().print(f"project {project} was not paused")


@click.command(short_help="End a project's runs.")
@_project
@json_option
def cancel(project: int, as_json: bool) -> None:
    """End all runs of PROJECT and release its pages in flight; what is done stays done.

    Nothing of it is selected, by beat neither, until `prelabel enqueue` begins anew or `prelabel resume`.
    """
    from prelabel.api.runs import cancel_project

    released = cancel_project(project)
    if as_json:
        write_json({"project_id": project, "released": released})
    else:
        console().print(
            f"project {project} is cancelled, {released} pages in flight are released; "
            f"begin anew with: prelabel enqueue {project}"
        )
