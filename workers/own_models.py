"""The models that projects choose for themselves in PRELABEL_PROJECTS_FILE, on a gpu worker.

They are described now and then, so that a new model needs no restart, and loaded at the first page that needs them.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from prelabel.errors import ModelUnavailable, PrelabelError
from prelabel.ledger.workers import Announcement
from prelabel.project.models import Models, described, from_registry, is_local, load, with_models
from prelabel.settings import Settings

#: Most models that are loaded at a time, apart from those of the settings.
_LOADED = 8
#: Seconds after which missing models are looked for again.
_AGAIN_S = 30.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Problem:
    """The reason why models are missing; they are looked for again at `until` (monotonic s)."""

    text: str
    until: float


class OwnModels:
    """Announcements by `Settings.models_name`, and the models that were used last."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._announced: Mapping[str, Announcement] = {}
        self._problems: dict[str, _Problem] = {}
        self._loading = threading.Lock()
        self._loaded: OrderedDict[Announcement, Models] = OrderedDict()
        self._ready: tuple[Announcement, ...] = ()

    @property
    def announced(self) -> Mapping[str, Announcement]:
        """The models that this worker can serve, by name, as they were when it looked last."""
        return self._announced

    @property
    def loaded(self) -> Sequence[Announcement]:
        """The models that can be used at once: pages in flight keep theirs when their project takes others."""
        return self._ready

    def refresh(self) -> None:
        """Look at the projects file and at the files of its models; log what has changed."""
        try:
            wanted = {
                name: project_id
                for project_id in self._settings.project_ids()
                if (name := self._settings.models_name(project_id))
            }
        except PrelabelError as error:
            self._tell("", error)
            return
        found = {name: self._described(name, project_id) for name, project_id in wanted.items()}
        self._problems = {name: problem for name, problem in self._problems.items() if found.get(name, "") is None}
        self._announced = {name: announcement for name, announcement in found.items() if announcement}

    def refresh_forever(self, every_s: float) -> None:
        """Refresh now and every so many seconds, in a thread that ends with the process: a hub may be slow."""

        def repeat() -> None:
            while True:
                try:
                    self.refresh()
                except Exception:  # the boundary of the thread: without it new models would never be found
                    log.exception("models of projects: a bug of prelabel")
                time.sleep(every_s)

        threading.Thread(target=repeat, name="own-models", daemon=True).start()

    def load(self, project_id: int, announcement: Announcement) -> Models:
        """Return the announced models of a project.

        Raises ModelUnavailable or SettingError where they cannot be loaded, or have changed since.
        """
        with self._loading:
            if announcement not in self._loaded:
                models = load(with_models(self._settings, from_registry(self._settings, project_id)))
                if models.announcement != announcement:
                    raise ModelUnavailable(f"the files of project {project_id}'s models have just changed")
                self._loaded[announcement] = models
            self._loaded.move_to_end(announcement)
            while len(self._loaded) > _LOADED:
                self._loaded.popitem(last=False)
            self._ready = tuple(self._loaded)
            return self._loaded[announcement]

    def _described(self, name: str, project_id: int) -> Announcement | None:
        """Describe the models again, but ask a hub once where it has them, and once in `_AGAIN_S` where it has not."""
        known = self._announced.get(name)
        if not known and name in self._problems and time.monotonic() < self._problems[name].until:
            return None
        try:
            settings = with_models(self._settings, from_registry(self._settings, project_id))
            if known and not is_local(settings):
                return known
            found = described(settings)
        except PrelabelError as error:
            self._tell(name, error)
            return None
        if found != known:
            log.info("models of projects: %s is %s %s: %s", name, found.name, found.digest, ", ".join(found.labels))
        return found

    def _tell(self, name: str, error: PrelabelError) -> None:
        """Log a problem once, not at each look."""
        known = self._problems.get(name)
        if known is None or known.text != str(error):
            log.warning("models of projects: this worker has no %s: %s", name or "table of projects", error)
        self._problems[name] = _Problem(str(error), time.monotonic() + _AGAIN_S)
