"""The registry of a project for the commands, and the models of its versions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from prelabel.settings import get_settings

if TYPE_CHECKING:
    from prelabel.evaluation.gate.measure import Contender
    from prelabel.registry.versions.aliases import Aliases
    from prelabel.registry.versions.store import Registry

registry_option = click.option(
    "--registry",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="A folder with versions, instead of PRELABEL_BUCKET.",
)
why_option = click.option(
    "--why", default="", metavar="TEXT", help="The reason; it is kept with your name and the time."
)


def open_registry(project: int, folder: Path | None) -> Registry:
    """Return the registry of a project, in the bucket or in a folder. Raises SettingError."""
    from prelabel.bucket.folder import FolderBucket
    from prelabel.registry.versions.store import Registry
    from prelabel.workplace import Workplace

    workplace = Workplace()
    prefix = workplace.keys.models_folder(workplace.settings.server_id, project)
    return Registry(FolderBucket(folder, "") if folder else workplace.bucket, prefix)


def version_number(text: str, aliases: Aliases) -> int:
    """Return the number of a version, given as a number or an alias. Raises BadParameter."""
    if text.isascii() and text.isdecimal() and int(text) > 0:
        return int(text)
    if text not in {"champion", "challenger", "previous"}:
        raise click.BadParameter(f"{text} is neither a number nor champion, challenger or previous")
    number: int | None = getattr(aliases, text)
    if number is None:
        raise click.BadParameter(f"no version is {text}: name a number")
    return number


def contender(registry: Registry, project: int, number: int | None) -> Contender:
    """Load the models of a version; None: those of the settings. Raises ModelUnavailable and the bucket's errors."""
    from prelabel.evaluation.gate.measure import Contender
    from prelabel.project.models import at_folder, load, with_models, without_registry
    from prelabel.registry.versions.cache import Cache

    settings = get_settings()
    own = settings.for_project(project)
    if number is None:
        return Contender("the models of the settings", load(with_models(settings, without_registry(settings, own))))
    folder = Cache.from_settings(settings).folder(registry, registry.version(number))
    return Contender(f"version {number}", load(with_models(settings, at_folder(own, folder))))
