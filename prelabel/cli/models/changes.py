"""`prelabel models compare|promote|rollback|pin`: another champion, and the gate before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from prelabel.cli.evaluate.options import need_rapidfuzz
from prelabel.cli.evaluate.progress import show_progress
from prelabel.cli.language.texts import translate
from prelabel.cli.models.opening import contender, open_registry, registry_option, version_number, why_option
from prelabel.cli.options import json_option, project_argument
from prelabel.cli.output import console, say, say_error, write_json

if TYPE_CHECKING:
    from prelabel.evaluation.gate.comparison import Comparison
    from prelabel.evaluation.gate.measure import Judged
    from prelabel.registry.versions.aliases import Change
    from prelabel.registry.versions.store import Registry

_DATA = "Pages with ground truth that neither model was trained on, as `prelabel evaluate kie` reads them."


@click.command(short_help="Compare two versions on the same pages.")
@project_argument
@click.argument("champion")
@click.argument("challenger")
@click.option("--data", required=True, metavar="FOLDER|SOURCE", help=_DATA)
@registry_option
@json_option
def compare(project: int, champion: str, challenger: str, data: str, folder: Path | None, as_json: bool) -> int:
    """Compare the versions CHAMPION and CHALLENGER of PROJECT; the exit code is 1 if the challenger would not pass.

    A version is a number, an alias, or "settings" for the models that the settings name. The table is kept with the
    challenger.
    """
    registry = open_registry(project, folder)
    aliases = registry.aliases()
    numbers = [None if text == "settings" else version_number(text, aliases) for text in (champion, challenger)]
    made, _ = _compare(registry, project, numbers[0], numbers[1], data)
    _show(made, as_json=as_json)
    return 0 if made.decision.passed else 1


@click.command(short_help="Make a version the champion.")
@project_argument
@click.argument("version", default="challenger")
@click.option("--data", metavar="FOLDER|SOURCE", help=f"{_DATA} The gate compares both versions on them.")
@click.option("--without-gate", is_flag=True, help="Promote without a comparison; needs --why.")
@why_option
@registry_option
@json_option
def promote(
    project: int, version: str, data: str | None, without_gate: bool, why: str, folder: Path | None, as_json: bool
) -> int:
    """Make VERSION (default: the challenger) the champion of PROJECT, if it passes the gate.

    It passes if key-values are better than the champion's by more than noise, and no label and no language falls by
    more than noise. Too few pages to decide are no pass. The exit code is 1 if it does not pass; the table with the
    reason is kept either way. Without a champion, it is compared with the models of the settings.
    """
    if without_gate == bool(data):
        raise click.UsageError("say either --data SOURCE, for the gate, or --without-gate --why TEXT")
    if without_gate and not why:
        raise click.UsageError("--without-gate needs --why TEXT, for those who will ask")
    registry = open_registry(project, folder)
    seen = registry.aliases()
    number = version_number(version, seen)
    seen.promoted(number)
    registry.version(number)
    gate = ""
    if data:
        made, gate = _compare(registry, project, seen.champion, number, data)
        if not made.decision.passed:
            _show(made, as_json=as_json)
            said = translate("version {number} is not promoted: {reason}")
            say_error(said.format(number=number, reason=made.decision.reason))
            return 1
        if not as_json:
            _show(made, as_json=False)
    _tell(
        registry.change("promote", number, lambda now: now.promoted(number), who=_who(), why=why, gate=gate, seen=seen),
        as_json=as_json,
    )
    return 0


@click.command(short_help="Bring the previous champion back.")
@project_argument
@why_option
@registry_option
@json_option
def rollback(project: int, why: str, folder: Path | None, as_json: bool) -> None:
    """Make the previous champion of PROJECT the champion again, at once and without the gate."""
    from prelabel.registry.versions.aliases import Aliases

    registry = open_registry(project, folder)
    seen = registry.aliases()
    number = seen.rolled_back().champion
    _tell(
        registry.change("rollback", number, Aliases.rolled_back, who=_who(), why=why, seen=seen),
        as_json=as_json,
    )


@click.command(short_help="Keep a champion, whatever wants to replace it.")
@project_argument
@click.argument("version", default="champion")
@click.option("--off", is_flag=True, help="Remove the pin.")
@why_option
@registry_option
@json_option
def pin(project: int, version: str, off: bool, why: str, folder: Path | None, as_json: bool) -> None:
    """Make VERSION (default: the champion) the champion of PROJECT, and refuse promotion and rollback until --off."""
    from prelabel.registry.versions.aliases import Aliases

    registry = open_registry(project, folder)
    seen = registry.aliases()
    if off:
        _tell(
            registry.change("unpin", seen.champion, Aliases.without_pin, who=_who(), why=why, seen=seen),
            as_json=as_json,
        )
        return
    number = version_number(version, seen)
    registry.version(number)
    _tell(
        registry.change("pin", number, lambda now: now.with_pin(number), who=_who(), why=why, seen=seen),
        as_json=as_json,
    )


def _compare(
    registry: Registry, project: int, champion: int | None, challenger: int | None, source: str
) -> tuple[Comparison, str]:
    """Compare two versions, None for the models of the settings; return the comparison and the name it is kept by."""
    need_rapidfuzz()
    from prelabel.evaluation.gate.comparison import compare
    from prelabel.evaluation.kie_data import fixed, read_pages
    from prelabel.settings import get_settings

    source = fixed(source)
    pages = read_pages(source)

    def progress(judged: Iterable[Judged]) -> Iterator[Judged]:
        return show_progress(iter(judged), len(pages), lambda _: "")

    made = compare(
        pages,
        contender(registry, project, champion),
        contender(registry, project, challenger),
        source=source,
        link_threshold=get_settings().for_project(project).link_threshold,
        progress=progress,
    )
    name = f"{challenger or 0:08}-against-{champion or 0:08}-{int(made.at * 1000)}"
    registry.keep_gate(name, made.to_json(), made.text())
    return made, name


def _show(made: Comparison, *, as_json: bool) -> None:
    if as_json:
        write_json(made.to_json())
    else:
        console().print(made.text(), markup=False, soft_wrap=True)


def _tell(change: Change, *, as_json: bool) -> None:
    if as_json:
        write_json(change.to_json())
        return
    now = change.aliases
    if change.what == "unpin":
        say(translate("version {number} may be replaced again").format(number=now.champion))
        return
    said = translate("version {number} is pinned") if now.pinned else translate("version {number} is the champion")
    say(said.format(number=now.champion))


def _who() -> str:
    from prelabel.registry.versions.store import user_name

    return user_name()
