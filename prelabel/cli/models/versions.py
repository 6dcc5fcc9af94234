"""`prelabel models list|show|push|pull`: the versions of a project's models."""

from __future__ import annotations

import json
import time
from importlib.metadata import version as installed
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.markup import escape

from prelabel.cli.language.texts import translate
from prelabel.cli.models.opening import open_registry, registry_option, version_number, why_option
from prelabel.cli.options import json_option, project_argument
from prelabel.cli.output import console, hint, say, table, warn, when, write_json
from prelabel.errors import ModelUnavailable, SettingError

if TYPE_CHECKING:
    from prelabel.registry.versions.aliases import Aliases
    from prelabel.registry.versions.record import Version
    from prelabel.registry.versions.store import Registry


@click.command("list", short_help="List the versions of a project's models.")
@project_argument
@registry_option
@json_option
def list_versions(project: int, folder: Path | None, as_json: bool) -> int:
    """List the versions of the models of PROJECT, with their aliases. The exit code is 1 if one is damaged."""
    registry = open_registry(project, folder)
    aliases, shown, damaged = registry.aliases(), table("version", "alias", "digest", "when", "who", "data", "why"), 0
    for number in registry.numbers():
        try:
            version = registry.version(number)
        except ModelUnavailable as error:
            damaged += 1
            warn(str(error))
            continue
        if as_json:
            write_json(_described(version, aliases))
        made = version.origin
        cells = (version.digest[:12], when(made.at), made.who, made.data, made.why)
        shown.add_row(str(number), ", ".join(aliases.names(number)), *map(escape, cells))
    if as_json:
        return int(damaged > 0)
    if shown.rows:
        console().print(shown)
    elif not damaged:
        say(translate("no versions; `prelabel models push {project} FOLDER` stores one").format(project=project))
    return int(damaged > 0)


@click.command(short_help="Show a version, its comparisons, or the history.")
@project_argument
@click.argument("version", required=False)
@registry_option
@json_option
def show(project: int, version: str | None, folder: Path | None, as_json: bool) -> None:
    """Show VERSION (a number, champion, challenger or previous) with its files, figures and comparisons.

    Without VERSION, show every change of the champion: who, when and why.
    """
    registry = open_registry(project, folder)
    if version is None:
        _show_history(registry, as_json=as_json)
        return
    aliases = registry.aliases()
    found = registry.version(version_number(version, aliases))
    made = _described(found, aliases) | {"gates": registry.gates(found.number)}
    if as_json:
        write_json(made)
        return
    shown = table("", "")
    for name, value in made.items():
        if name not in {"files", "gates"}:
            text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
            shown.add_row(name, escape(when(value) if name == "at" else text))
    for file in found.files:
        shown.add_row(file.path, f"{file.bytes} bytes, {file.sha256[:12]}")
    for gate in made["gates"]:
        shown.add_row(f"gate {when(gate['at'])}", escape(f"{gate['champion']['name']}: {gate['reason']}"))
    console().print(shown)


@click.command(short_help="Store a version of a project's models.")
@project_argument
@click.argument(
    "folders",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="FOLDER...",
)
@click.option("--data", default="", metavar="TEXT", help="The pages that it was trained on, as you name them.")
@click.option("--data-digest", default="", metavar="TEXT", help="The digest of these pages.")
@click.option(
    "--metrics",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A JSON file with an object of figures, such as that of `prelabel evaluate kie --json`.",
)
@click.option("--parent", type=click.IntRange(1), help="The version that training began with; default: the champion.")
@why_option
@registry_option
@json_option
def push(
    project: int,
    folders: tuple[Path, ...],
    data: str,
    data_digest: str,
    metrics: Path | None,
    parent: int | None,
    why: str,
    folder: Path | None,
    as_json: bool,
) -> None:
    """Store the models in FOLDER as a version of PROJECT, the challenger. Nothing is served by it yet.

    FOLDER is what `prelabel train ser` wrote (runs/mine/best), what `prelabel train relations` wrote, or both. What is
    missing, tagger or linker, comes from the champion, or else from the settings.
    """
    from prelabel.registry.versions.folders import version_files
    from prelabel.registry.versions.record import Origin
    from prelabel.registry.versions.store import user_name

    registry = open_registry(project, folder)
    champion = registry.aliases().champion
    files = _with_missing_part(version_files(folders), registry, project)
    origin = Origin(
        user_name(),
        time.time(),
        installed("prelabel"),
        why=why,
        data=data,
        data_digest=data_digest,
        parent=parent or champion,
        metrics=_metrics(metrics) if metrics else {},
    )
    version = registry.push(files, origin)
    if as_json:
        write_json(_described(version, registry.aliases()))
        return
    said = translate("version {number} of project {project} is stored").format(number=version.number, project=project)
    say(said, f"prelabel models promote {project} {version.number} --data SOURCE")


@click.command(short_help="Copy a version to a folder.")
@project_argument
@click.argument("version")
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="A new folder.")
@click.option("--mlflow", is_flag=True, help="Write MLmodel beside the files, so that MLflow reads the folder.")
@registry_option
@json_option
def pull(project: int, version: str, out: Path, mlflow: bool, folder: Path | None, as_json: bool) -> None:
    """Copy VERSION (a number, champion, challenger or previous) of PROJECT to a new folder, every file checked."""
    from prelabel.registry.versions.cache import copy_version
    from prelabel.registry.versions.mlflow_folder import write_mlmodel

    registry = open_registry(project, folder)
    found = registry.version(version_number(version, registry.aliases()))
    if out.exists() and any(out.iterdir()):
        raise SettingError(f"{out} is taken; name a new folder")
    copy_version(registry, found, out, finish=(lambda made: write_mlmodel(made, found)) if mlflow else None)
    if as_json:
        write_json({"number": found.number, "digest": found.digest, "folder": str(out), "mlflow": mlflow})
        return
    say(translate("version {number} lies in {folder}").format(number=found.number, folder=out))


def _described(version: Version, aliases: Aliases) -> dict[str, Any]:
    return version.to_json() | {"aliases": aliases.names(version.number)}


def _show_history(registry: Registry, *, as_json: bool) -> None:
    shown = table("when", "who", "change", "version", "champion", "gate", "why")
    for change in registry.history():
        if as_json:
            write_json(change.to_json())
        numbers = ("" if n is None else str(n) for n in (change.version, change.aliases.champion))
        shown.add_row(when(change.at), escape(change.who), change.what, *numbers, change.gate, escape(change.why))
    if not as_json:
        console().print(shown)
        hint(translate("a version with its files and figures: prelabel models show PROJECT VERSION"))


def _with_missing_part(files: dict[str, Path], registry: Registry, project: int) -> dict[str, Path]:
    """Add the part that the folders lack. Raises SettingError for a linker that is a rule without files."""
    from prelabel.project.models import folders_of
    from prelabel.registry.versions.cache import Cache
    from prelabel.registry.versions.folders import version_files
    from prelabel.registry.versions.record import PARTS
    from prelabel.settings import get_settings

    missing = [part for part in PARTS if not any(path.startswith(f"{part}/") for path in files)]
    if not missing:
        return files
    settings, champion = get_settings(), registry.aliases().champion
    if champion is None:
        others = folders_of(settings, settings.for_project(project))
    else:
        kept = Cache.from_settings(settings).folder(registry, registry.version(champion))
        others = {part: kept / part for part in PARTS if (kept / part).is_dir()}
    return files | version_files([others[part] for part in missing if part in others])


def _metrics(file: Path) -> dict[str, Any]:
    try:
        made = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SettingError(f"{file} cannot be read as JSON ({error})") from None
    if not isinstance(made, dict):
        raise SettingError(f"{file} is no JSON object of figures")
    return made
