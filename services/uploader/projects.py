"""Projects of Label Studio: the list that people choose from, cached for a short time."""

from __future__ import annotations

import threading
import time
from contextlib import suppress

from prelabel.errors import ServiceUnavailable
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.projects import get_project, list_projects
from prelabel.settings import Settings
from services.uploader.schemas import Project

_FRESH_S = 15.0


class KnownProjects:
    """A cache of Label Studio's projects. Thread-safe; blocks."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client: LabelStudio | None = None
        self._projects: list[Project] = []
        self._known: set[int] = set()
        self._at = float("-inf")
        self._lock = threading.Lock()

    def all(self) -> list[Project]:
        """Return all projects by id. Raises ServiceUnavailable, AuthError, SettingError."""
        with self._lock:
            if time.monotonic() - self._at > _FRESH_S:
                found = list_projects(self._connection())
                self._projects, self._at = [Project(id=each.id, title=each.title) for each in found], time.monotonic()
            return self._projects

    def require(self, project_id: int) -> None:
        """Raise ProjectNotFound for an unknown project.

        While Label Studio does not answer, every project counts as known: files are taken in and wait.
        """
        if project_id not in self._known:
            with suppress(ServiceUnavailable):
                get_project(self._connection(), project_id)
                self._known.add(project_id)

    def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            self._client.close()

    def _connection(self) -> LabelStudio:
        self._client = self._client or LabelStudio.from_settings(self._settings)
        return self._client
