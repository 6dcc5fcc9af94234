"""A watcher of a project in Label Studio: it opens the label stream and the Data Manager again and again.

A page opens empty where it holds predictions, but none of the project's `model_version`: Label Studio's frontend shows
only those. What older releases have left empty does not count, until the page was shown once.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from prelabel.labelstudio.http.client import LabelStudio


@dataclass
class WatchedStream:
    """A context manager around the watching thread. Label Studio gives one user the same page until it is submitted.

    `shown`: pages that were shown once. `empty`: what opened empty afterwards, as (second, page, where). `doubled`:
    pages that showed two predictions. `opened`: pages that the label stream gave. `names`: the project's names,
    one after the other. `looks`: the number of looks.
    """

    client: LabelStudio
    project_id: int
    every_s: float = 1.0
    shown: set[int] = field(default_factory=set)
    empty: list[tuple[float, int, str]] = field(default_factory=list)
    doubled: set[int] = field(default_factory=set)
    opened: set[int] = field(default_factory=set)
    names: list[str] = field(default_factory=list)
    looks: int = 0
    error: Exception | None = None

    def __enter__(self) -> Self:
        self._began, self._over = time.monotonic(), threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        try:
            while not self._over.wait(self.every_s):
                self.look()
        except Exception as error:  # noqa: BLE001  # told to the test
            self.error = error

    def look(self) -> None:
        """Open the next page of the label stream, then the list of the Data Manager."""
        self._open_next()
        before, rows = self._shown_name(), self._rows()
        if before == self._shown_name():  # else pages were read under two names
            self._compare(before, rows)
        self.looks += 1

    def _shown_name(self) -> str:
        name = str(self.client.get(f"/api/projects/{self.project_id}/").json()["model_version"] or "")
        if self.names[-1:] != [name]:
            self.names.append(name)
        return name

    def _rows(self) -> list[Mapping[str, Any]]:
        params: dict[str, Any] = {
            "project": self.project_id,
            "fields": "all",
            "page_size": 1000,
            "resolve_uri": "false",
        }
        rows: list[Mapping[str, Any]] = self.client.get("/api/tasks/", params=params).json()["tasks"]
        return rows

    def _compare(self, name: str, rows: list[Mapping[str, Any]]) -> None:
        for row in rows:
            page = int(row["id"])
            if number := [each["model_version"] for each in row["predictions"]].count(name):
                self.shown.add(page)
                if number > 1:
                    self.doubled.add(page)
            elif page in self.shown:
                self._note(page, "Data Manager")

    def _open_next(self) -> None:
        answer = self.client.get(f"/api/projects/{self.project_id}/next", accept=(404,))
        if answer.status_code == 404:
            return
        page = int(answer.json()["id"])
        self.opened.add(page)
        if not answer.json()["predictions"] and page in self.shown:
            self._note(page, "label stream")

    def _note(self, page: int, where: str) -> None:
        self.empty.append((round(time.monotonic() - self._began, 1), page, where))
