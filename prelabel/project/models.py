"""The models of a project, its tagger and its linker: described for the announcement of a worker, and loaded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from prelabel.bucket.keys import Keys
from prelabel.bucket.opening import open_bucket
from prelabel.errors import ModelUnavailable
from prelabel.kie.link import loading as linkers
from prelabel.kie.tag import loading as taggers
from prelabel.ledger.workers import Announcement
from prelabel.registry.versions.cache import Cache
from prelabel.registry.versions.record import LINKER, TAGGER
from prelabel.registry.versions.store import Registry
from prelabel.settings import REGISTRY, TAGGER_KINDS, ProjectSettings, Settings

if TYPE_CHECKING:
    from prelabel.kie.link.linker import Linker
    from prelabel.kie.tag.tagger import Tagger


@dataclass(frozen=True, slots=True)
class Models:
    """A loaded tagger and a loaded linker. `announcement`: what a worker that has them announces."""

    tagger: Tagger
    linker: Linker

    @property
    def announcement(self) -> Announcement:
        linker = f"{self.linker.name} {self.linker.digest}"
        return Announcement(self.tagger.name, self.tagger.digest, taggers.label_set(self.tagger), linker)


def with_models(settings: Settings, own: ProjectSettings) -> Settings:
    """Return the settings with the tagger and the linker of a project. Raises ModelUnavailable for a missing folder."""
    chosen = settings.model_copy(update={"linker": own.linker})
    if own.ser in TAGGER_KINDS:
        return chosen.model_copy(update={"ser": own.ser})
    folder = Path(own.ser).expanduser()
    if not folder.is_dir() and (folder.is_absolute() or own.ser.startswith(".") or own.ser.count("/") != 1):
        raise ModelUnavailable(f"no model folder {own.ser}; correct `ser` in PRELABEL_PROJECTS_FILE, or copy it there")
    return taggers.with_tagger(chosen, own.ser)


def from_registry(settings: Settings, project_id: int) -> ProjectSettings:
    """Return a project's settings with the folder of its champion in place of REGISTRY.

    Where the registry is away or damaged, the champion that this machine had last serves on. Raises ModelUnavailable
    where there is no champion, SettingError, ServiceUnavailable, BucketRefused.
    """
    own = settings.for_project(project_id)
    if REGISTRY not in (own.ser, own.linker):
        return own
    prefix = Keys.from_settings(settings).models_folder(settings.server_id, project_id)
    _, folder = Cache.from_settings(settings).champion(Registry(open_bucket(settings), prefix))
    champion = at_folder(own, folder)
    parts = {name: getattr(champion, name) for name in ("ser", "linker") if getattr(own, name) == REGISTRY}
    if REGISTRY in parts.values():
        raise ModelUnavailable(f"the champion of project {project_id} has no linker: push one, or set another linker")
    return own.model_copy(update=parts)


def without_registry(settings: Settings, own: ProjectSettings) -> ProjectSettings:
    """Return a project's settings with the general models in place of REGISTRY."""
    general = {"ser": settings.ser, "linker": settings.linker}
    return own.model_copy(update={name: value for name, value in general.items() if getattr(own, name) == REGISTRY})


def at_folder(own: ProjectSettings, folder: Path) -> ProjectSettings:
    """Return a project's settings with the models of a version's folder; a part that it lacks stays as it is."""
    parts = {"ser": folder / TAGGER, "linker": folder / LINKER}
    return own.model_copy(update={name: str(part) for name, part in parts.items() if part.is_dir()})


def folders_of(settings: Settings, own: ProjectSettings) -> dict[str, Path]:
    """Return the folders of a project's tagger and linker, by part; a linker that is a rule has none.

    Raises ModelUnavailable, also for a tagger that is on a hub.
    """
    chosen = with_models(settings, without_registry(settings, own))
    if not is_local(chosen):
        raise ModelUnavailable(f"{own.ser} is on a hub: fetch it into a folder, and push that folder")
    compact = taggers.kind(chosen) == "compact"
    tagger = taggers.compact_folder(chosen) if compact else Path(chosen.layoutlm_model).expanduser()
    linker = linkers.folder_of(chosen)
    return {TAGGER: tagger} | ({LINKER: linker} if linker else {})


def is_local(settings: Settings) -> bool:
    """Return whether the tagger's files are on this machine, so that no hub is asked for them."""
    return taggers.kind(settings) != "layoutlm" or Path(settings.layoutlm_model).expanduser().is_dir()


def described(settings: Settings) -> Announcement:
    """Return the announcement of the models that `load` would load; only the linker is loaded for it.

    Raises ModelUnavailable or SettingError.
    """
    taggers.check_packages(settings)
    name, digest, labels = taggers.describe(settings)
    linker = linkers.linker_for(settings)
    return Announcement(name, digest, labels, f"{linker.name} {linker.digest}")


def load(settings: Settings) -> Models:
    """Load the models that the settings name, once a process. Raises ModelUnavailable or SettingError."""
    return Models(taggers.tagger_for(settings), linkers.linker_for(settings))
