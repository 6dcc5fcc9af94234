"""The contents of the stand-in for Label Studio: pages, predictions, and imports of both, as the server was measured.

Imports are not idempotent, one unknown page refuses a whole import of predictions, items are dropped silently, and an
import that has arrived is stored although the client has disconnected.
"""

from __future__ import annotations

import json
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.support.labelling_configs import RECTANGLES_XML

PROJECT = 6
#: A project whose pages no run has.
OUTSIDE = 7

Answer = tuple[int, Any]
Query = Mapping[str, list[str]]


@dataclass
class Contents:
    """What the server holds. `pages`: those that exist. `projects`: the project of pages outside of PROJECT.

    `data`: the data of pages that were imported, or whose image lies elsewhere; the others have an uploaded file in
    `images`. `predictions`: (page, version) by id; `made`: the exact version that made each. `stored`: how often a
    prediction was stored, also those removed. `changed`: ids of predictions that were changed in place.
    """

    images: dict[int, bytes] = field(default_factory=dict)
    pages: set[int] = field(default_factory=set)
    projects: dict[int, int] = field(default_factory=dict)
    data: dict[int, dict[str, Any]] = field(default_factory=dict)
    predictions: dict[int, tuple[int, str]] = field(default_factory=dict)
    made: dict[int, str] = field(default_factory=dict)
    stored: Counter[tuple[int, str]] = field(default_factory=Counter)
    changed: list[int] = field(default_factory=list)
    model_version: str = ""
    #: Predictions from which annotations were made, by page.
    used: dict[int, set[int]] = field(default_factory=dict)
    #: Pages with a draft.
    drafted: set[int] = field(default_factory=set)
    #: Number of predictions to drop silently, by page.
    dropped: Counter[int] = field(default_factory=Counter)
    #: Pages that make an import fail.
    refused: set[int] = field(default_factory=set)
    #: Pages whose import the server answers with 500, and does not store.
    fails: set[int] = field(default_factory=set)
    #: Pages that an import of documents has made, also those removed.
    imported: list[int] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    #: The times (monotonic s) of all calls, by method and path as in `asked`.
    asked_at: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    #: The header of answers 429 and 503.
    retry_after: str = "1"
    lock: threading.RLock = field(default_factory=threading.RLock)

    def of_project(self, project: int) -> set[int]:
        """Return the pages of a project."""
        with self.lock:
            return {page for page in self.pages if self.projects.get(page, PROJECT) == project}

    def page_data(self, page: int) -> dict[str, Any]:
        """Return a page's data."""
        return self.data.get(page) or {"image": f"/data/upload/{page}"}

    def delete(self, pages: Iterable[int]) -> None:
        """Delete pages and their predictions; their files stay, as in Label Studio."""
        with self.lock:
            gone = set(pages)
            self.pages -= gone
            self.predictions = {i: held for i, held in self.predictions.items() if held[0] not in gone}

    # -- calls --------------------------------------------------------------------------------------------------------

    def calls(self) -> Iterable[tuple[str, str, Callable[[str, Query, Any], Answer]]]:
        """Return the calls: method, path, function of the number in the path, the query and the body."""
        return (
            ("GET", r"/data/upload/(\d+)", self._image),
            ("GET", r"/api/current-user/whoami", lambda *_: (200, {"id": 1})),
            ("GET", r"/api/projects/", lambda *_: (200, {"count": 1, "results": []})),
            ("GET", r"/api/projects/(\d+)/", self._project),
            ("PATCH", r"/api/projects/(\d+)/", self._patch),
            ("GET", r"/api/projects/(\d+)/model-versions/", self._model_versions),
            ("GET", r"/api/tasks/", self._list),
            ("GET", r"/api/tasks/(\d+)/", self._page),
            ("DELETE", r"/api/tasks/(\d+)/", self._delete_page),
            ("GET", r"/api/predictions/", self._predictions),
            ("PATCH", r"/api/predictions/(\d+)/", self.change_prediction),
            ("DELETE", r"/api/predictions/(\d+)/", self._delete_prediction),
            ("POST", r"/api/projects/(\d+)/import/predictions", self.import_predictions),
            ("POST", r"/api/projects/(\d+)/import", self.import_pages),
        )

    def _image(self, page: str, *_: object) -> Answer:
        data = self.images.get(int(page))
        return (200, data) if data else (404, {"detail": "Not found."})

    def _project(self, project: str, *_: object) -> Answer:
        return 200, {
            "id": int(project),
            "title": "chaos",
            "label_config": RECTANGLES_XML,
            "model_version": self.model_version,
            "task_number": len(self.of_project(int(project))),
        }

    def _patch(self, project: str, _: object, body: Any) -> Answer:
        version = body["model_version"]
        with self.lock:
            if all(held != version for _, held in self.predictions.values()):
                return 400, {"detail": "Model version doesn't exist in project"}
            self.model_version = version
        return self._project(project)

    def _model_versions(self, project: str, *_: object) -> Answer:
        with self.lock:
            pages = self.of_project(int(project))
            counts = Counter(version for page, version in self.predictions.values() if page in pages)
        return 200, {**({self.model_version: 0} if self.model_version else {}), **counts}

    def _list(self, _: str, query: Query, __: object) -> Answer:
        asked = json.loads(query["query"][0])
        filters, order = asked.get("filters", {"items": []})["items"], asked.get("ordering", [])
        with self.lock:
            versions: dict[int, list[str]] = {page: [] for page in self.of_project(int(query["project"][0]))}
            for page, version in self.predictions.values():
                if page in versions:
                    versions[page].append(version)
            rows = [self._row(page, versions[page]) for page in sorted(versions, reverse="-tasks:id" in order)]
        fitting = [row for row in rows if all(_fits(row, wanted) for wanted in filters)]
        listed = fitting[: int(query["page_size"][0])]
        if "predictions" in query["include"][0].split(","):
            with self.lock:
                bodies = [self._body(number) for number in sorted(self.predictions)]
            listed = [row | {"predictions": [b for b in bodies if b["task"] == row["id"]]} for row in listed]
        return 200, {"tasks": listed, "total": len(fitting)}

    def _row(self, page: int, versions: list[str]) -> dict[str, Any]:
        return {
            "id": page,
            "data": self.page_data(page),
            "total_predictions": len(versions),
            "total_annotations": len(self.used.get(page, ())),
            "cancelled_annotations": 0,
            "draft_exists": page in self.drafted,
            "predictions_model_versions": ",".join(sorted(set(versions))),
            "annotations": [{"parent_prediction": i} for i in self.used.get(page, ())],
        }

    def _body(self, number: int) -> dict[str, Any]:
        page, version = self.predictions[number]
        made = self.made.get(number)
        result = [{"id": "r", "type": "rectangle", "meta": {"prelabel": made}}] if made else []
        return {"id": number, "task": page, "model_version": version, "result": result}

    def _delete_page(self, page: str, *_: object) -> Answer:
        with self.lock:
            known = int(page) in self.pages
            self.delete([int(page)])
        return (204, None) if known else (404, {"detail": "Not found."})

    def _predictions(self, _: str, query: Query, __: object) -> Answer:
        page = int(query["task"][0])
        with self.lock:
            if page not in self.pages:
                return 400, {"detail": "Select a valid choice."}
            return 200, [self._body(i) for i, (of, _) in self.predictions.items() if of == page]

    def _page(self, page: str, *_: object) -> Answer:
        with self.lock:
            if int(page) not in self.pages:
                return 404, {"detail": "Not found."}
            held = {i: version for i, (of, version) in self.predictions.items() if of == int(page)}
        row = self._row(int(page), [*held.values()])
        return 200, row | {"predictions": [{"id": i, "model_version": version} for i, version in held.items()]}

    def _delete_prediction(self, prediction: str, *_: object) -> Answer:
        with self.lock:
            gone = self.predictions.pop(int(prediction), None)
        return (204, None) if gone else (404, {"detail": "Not found."})

    def import_predictions(self, _: str, __: object, items: list[dict[str, Any]]) -> Answer:
        """Store predictions, all or none of those that are not dropped."""
        with self.lock:
            wanted = {item["task"] for item in items}
            if unknown := wanted - self.pages:
                return 400, {"detail": f"task ids {sorted(unknown)} are not in the project", "you_sent": items}
            if wanted & self.fails:
                return 500, {"detail": "planted: this prediction makes the server fail"}
            if wanted & self.refused:
                return 400, {"detail": "planted: this prediction is refused"}
            kept = [item for item in items if not self._drops(item["task"])]
            for item in kept:
                key, number = (item["task"], item["model_version"]), sum(self.stored.values()) + 1
                self.predictions[number] = key
                self.stored[key] += 1
                self._note(number, item["result"])
        return 201, {"created": len(kept)}

    def change_prediction(self, prediction: str, _: object, fields: dict[str, Any]) -> Answer:
        """Change a prediction in place."""
        with self.lock:
            number = int(prediction)
            if number not in self.predictions:
                return 404, {"detail": "Not found."}
            page, version = self.predictions[number]
            if page in self.fails:
                return 500, {"detail": "planted: this prediction makes the server fail"}
            if page in self.refused:
                return 400, {"detail": "planted: this prediction is refused"}
            self.predictions[number] = page, fields.get("model_version", version)
            self.changed.append(number)
            if "result" in fields:
                self._note(number, fields["result"])
            return 200, self._body(number)

    def _note(self, number: int, result: list[dict[str, Any]]) -> None:
        """Note the exact version that a prediction's regions name."""
        named = (item["meta"].get("prelabel") for item in result if isinstance(item.get("meta"), dict))
        self.made[number] = next(filter(None, named), "")

    def _drops(self, page: int) -> bool:
        dropped = self.dropped[page] > 0
        self.dropped[page] -= dropped
        return dropped

    def import_pages(self, project: str, _: object, rows: list[dict[str, Any]]) -> Answer:
        """Make a page of each row, whatever is there already."""
        with self.lock:
            first = max((*self.pages, *self.imported, *self.images), default=0) + 1
            pages = list(range(first, first + len(rows)))
            self.data |= {page: row["data"] for page, row in zip(pages, rows, strict=True)}
            self.projects |= dict.fromkeys(pages, int(project))
            self.imported += pages
            self.pages |= set(pages)
        return 201, {"task_ids": pages, "task_count": len(pages)}


def _fits(row: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Return whether a page matches one row of a Data Manager filter."""
    column, operator, value = wanted["filter"].rpartition(":")[2], wanted["operator"], wanted["value"]
    if column.startswith("data."):
        held: Any = str(row["data"].get(column.removeprefix("data."), ""))
    elif column == "predictions_model_versions":
        held = row[column].split(",")
    else:
        held = row[column]
    match operator:
        case "greater":
            return bool(held > int(value))
        case "equal":
            return bool(held == value)
        case "in_list":
            return held in value
        case "contains" if isinstance(value, str):
            return value in held
        case "contains":
            return any(part in version for part in value for version in held)
        case "not_contains":
            return not any(part in version for part in value for version in held)
    raise NotImplementedError(f"filter {column} {operator}")
