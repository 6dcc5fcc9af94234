"""A stand-in for Label Studio: it answers prelabel's calls as the real server was measured to, or with planted faults.

It counts calls and stored predictions. As in Label Studio, imports are not idempotent, one unknown page refuses a whole
import, items are dropped silently, and an import that has arrived is stored although the client has disconnected.
"""

from __future__ import annotations

import base64
import json
import random
import re
import secrets
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support.labelling_configs import RECTANGLES_XML

PROJECT = 6
_LIFE_S = 300.0

Answer = tuple[int, Any]


class Cut(Exception):
    """The connection ends without an answer."""


def _token(**claims: float) -> str:
    """Make a token in the form of a JWT, without a valid signature."""
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"{secrets.token_hex(8)}.{body}.{secrets.token_hex(16)}"


@dataclass(slots=True)
class Misbehaviour:
    """A planted behaviour until `until` (monotonic s), for a `share` of the calls whose path matches `paths`."""

    act: Callable[[], Answer | None]
    until: float
    share: float
    paths: re.Pattern[str]


@dataclass
class State:
    """The contents of the stand-in.

    `projects`: the project of pages outside of PROJECT. `predictions`: (page, version) by id.
    """

    images: dict[int, bytes] = field(default_factory=dict)
    pages: set[int] = field(default_factory=set)
    projects: dict[int, int] = field(default_factory=dict)
    predictions: dict[int, tuple[int, str]] = field(default_factory=dict)
    stored: Counter[tuple[int, str]] = field(default_factory=Counter)
    model_version: str = ""
    #: Predictions from which annotations were made, by page.
    used: dict[int, set[int]] = field(default_factory=dict)
    #: Number of predictions to drop silently, by page.
    dropped: Counter[int] = field(default_factory=Counter)
    #: Pages that make an import fail.
    refused: set[int] = field(default_factory=set)
    #: For each import that is to be cut: seconds after which it is stored.
    cuts: list[float] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    #: The times (monotonic s) of all calls, by method and path as in `asked`.
    asked_at: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    #: The header of answers 429 and 503.
    retry_after: str = "1"


class LabelStudioStandIn:
    """A context manager around the server, in threads of this process. Workers get its `url` and `token`."""

    def __init__(self, images: Mapping[int, bytes], rng: random.Random) -> None:
        self.state = State(images=dict(images), pages=set(images))
        self.token = _token(token=1.0)
        self.access_tokens: list[str] = []
        self._valid: set[str] = set()
        self._rng = rng
        self._lock = threading.Lock()
        self._wrong: list[Misbehaviour] = []
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> LabelStudioStandIn:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    # -- on command -----------------------------------------------------------------------------------------------

    def answer(self, status: int, for_s: float, *, share: float = 1.0, paths: str = "") -> None:
        """Refuse calls with this status."""
        self._misbehave(lambda: (status, {"detail": f"planted {status}"}), for_s, share, paths)

    def hang(self, for_s: float, each_s: float, *, acts: bool, share: float = 1.0, paths: str = "") -> None:
        """Delay calls by `each_s`; then perform and answer them (`acts`), or disconnect without an effect."""

        def wait() -> None:
            time.sleep(each_s)
            if not acts:
                raise Cut

        self._misbehave(wait, for_s, share, paths)

    def cut(self, imports: int, store_after_s: float) -> None:
        """Cut the connections of the next imports, and store their items after `store_after_s`."""
        with self._lock:
            self.state.cuts += [store_after_s] * imports

    def drop_once(self, pages: list[int]) -> None:
        """Silently drop the next prediction of these pages."""
        with self._lock:
            self.state.dropped.update(pages)

    def revoke(self) -> None:
        """Refuse all present access tokens; new ones can be fetched."""
        with self._lock:
            self._valid.clear()

    def delete(self, pages: list[int]) -> None:
        """Delete pages and their predictions; their files stay, as in Label Studio."""
        with self._lock:
            self.state.pages -= set(pages)
            gone = [i for i, (page, _) in self.state.predictions.items() if page in pages]
            for prediction in gone:
                del self.state.predictions[prediction]

    def _misbehave(self, act: Callable[[], Answer | None], for_s: float, share: float, paths: str) -> None:
        with self._lock:
            self._wrong.append(Misbehaviour(act, time.monotonic() + for_s, share, re.compile(paths)))

    # -- for the judge ----------------------------------------------------------------------------------------------

    def counts(self) -> Counter[tuple[int, str]]:
        """Count the predictions by page and version, of pages that still exist."""
        with self._lock:
            return Counter(self.state.predictions.values())

    # -- the API ----------------------------------------------------------------------------------------------------

    def handle(self, method: str, target: str, bearer: str, body: Any) -> Answer:
        """Answer a call. Raises Cut."""
        path, query = urlsplit(target).path, parse_qs(urlsplit(target).query)
        call = f"{method} {re.sub(r'[0-9]+', 'N', path)}"
        self.state.asked[call] += 1
        self.state.asked_at[call].append(time.monotonic())
        for wrong in list(self._wrong):
            due = time.monotonic() < wrong.until and wrong.paths.search(path) and self._rng.random() < wrong.share
            if due and (answer := wrong.act()) is not None:
                return answer
        if path == "/api/token/refresh/":
            return self._refresh(body)
        if path == "/api/version":
            return 200, {"release": "1.23.2"}
        if bearer not in self._valid:
            return 401, {"detail": "Authentication credentials were not provided."}
        for verb, pattern, call in self._routes():
            if verb == method and (found := re.fullmatch(pattern, path)):
                return call(found[1] if found.groups() else "", query, body)
        return 404, {"detail": f"the stand-in has no {method} {path}"}

    def _routes(self) -> Iterator[tuple[str, str, Callable[[str, dict[str, list[str]], Any], Answer]]]:
        yield "GET", r"/data/upload/(\d+)", self._image
        yield "GET", r"/api/projects/", lambda *_: (200, {"count": 1, "results": []})
        yield "GET", r"/api/projects/(\d+)/", self._project
        yield "PATCH", r"/api/projects/(\d+)/", self._patch
        yield "GET", r"/api/tasks/", self._tasks
        yield "POST", r"/api/projects/(\d+)/import/predictions", self._import
        yield "GET", r"/api/predictions/", self._predictions
        yield "DELETE", r"/api/predictions/(\d+)/", self._delete
        yield "GET", r"/api/tasks/(\d+)/annotations/", self._annotations

    def _refresh(self, body: Any) -> Answer:
        if body != {"refresh": self.token}:
            return 401, {"detail": "Token is invalid"}
        now = time.time()
        access = _token(iat=now, exp=now + _LIFE_S)
        with self._lock:
            self._valid.add(access)
            self.access_tokens.append(access)
        return 200, {"access": access}

    def _image(self, page: str, *_: object) -> Answer:
        data = self.state.images.get(int(page))
        return (200, data) if data else (404, {"detail": "Not found."})

    def _project(self, project: str, *_: object) -> Answer:
        return 200, {
            "id": int(project),
            "title": "chaos",
            "label_config": RECTANGLES_XML,
            "model_version": self.state.model_version,
            "task_number": len(self.state.pages),
        }

    def _patch(self, project: str, _: object, body: Any) -> Answer:
        version = body["model_version"]
        with self._lock:
            if all(held != version for _, held in self.state.predictions.values()):
                return 400, {"detail": "Model version doesn't exist in project"}
            self.state.model_version = version
        return self._project(project)

    def _tasks(self, _: str, query: dict[str, list[str]], __: object) -> Answer:
        filters, project = json.loads(query["query"][0])["filters"]["items"], int(query["project"][0])
        with self._lock:
            listed = {page for page in self.state.pages if self.state.projects.get(page, PROJECT) == project}
            versions: dict[int, list[str]] = {page: [] for page in listed}
            for page, version in self.state.predictions.values():
                if page in listed:
                    versions[page].append(version)
        rows = [
            {
                "id": page,
                "data": {"image": f"/data/upload/{page}"},
                "total_predictions": len(versions[page]),
                "predictions_model_versions": ",".join(sorted(set(versions[page]))),
            }
            for page in sorted(versions)
            if all(_fits(page, versions[page], wanted) for wanted in filters)
        ]
        return 200, {"tasks": rows[: int(query["page_size"][0])], "total": len(rows)}

    def _import(self, _: str, __: object, body: Any) -> Answer:
        with self._lock:
            cut = self.state.cuts.pop(0) if self.state.cuts else None
        if cut is None:
            return self._store(body)
        threading.Timer(cut, self._store, [body]).start()
        raise Cut

    def _store(self, items: list[dict[str, Any]]) -> Answer:
        with self._lock:
            wanted = {item["task"] for item in items}
            if unknown := wanted - self.state.pages:
                return 400, {"detail": f"task ids {sorted(unknown)} are not in the project", "you_sent": items}
            if wanted & self.state.refused:
                return 400, {"detail": "planted: this prediction is refused"}
            kept = [item for item in items if not self._drops(item["task"])]
            for item in kept:
                key = item["task"], item["model_version"]
                self.state.predictions[sum(self.state.stored.values()) + 1] = key
                self.state.stored[key] += 1
        return 201, {"created": len(kept)}

    def _drops(self, page: int) -> bool:
        dropped = self.state.dropped[page] > 0
        self.state.dropped[page] -= dropped
        return dropped

    def _predictions(self, _: str, query: dict[str, list[str]], __: object) -> Answer:
        page = int(query["task"][0])
        with self._lock:
            if page not in self.state.pages:
                return 400, {"detail": "Select a valid choice."}
            held = {i: version for i, (of, version) in self.state.predictions.items() if of == page}
        return 200, [{"id": i, "task": page, "model_version": version} for i, version in held.items()]

    def _annotations(self, page: str, *_: object) -> Answer:
        return 200, [{"id": i, "parent_prediction": i} for i in self.state.used.get(int(page), ())]

    def _delete(self, prediction: str, *_: object) -> Answer:
        with self._lock:
            gone = self.state.predictions.pop(int(prediction), None)
        return (204, None) if gone else (404, {"detail": "Not found."})


def _fits(page: int, versions: list[str], wanted: Mapping[str, Any]) -> bool:
    """Return whether a page with predictions of these versions matches one row of a Data Manager filter."""
    column, operator, value = wanted["filter"].rpartition(":")[2], wanted["operator"], wanted["value"]
    match column, operator:
        case "id", "greater":
            return page > int(value)
        case "id", "in_list":
            return page in value
        case "total_predictions", "equal":
            return len(versions) == int(value)
        case "predictions_model_versions", "contains":
            return any(part in version for part in value for version in versions)
    raise NotImplementedError(f"filter {column} {operator}")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore errors of connections to killed clients."""


def _handler(server: LabelStudioStandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _call(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            bearer = self.headers.get("Authorization", "").removeprefix("Bearer ")
            try:
                status, said = server.handle(self.command, self.path, bearer, body)
            except Cut:
                self.close_connection = True
                return
            data = said if isinstance(said, bytes) else json.dumps(said).encode() if said is not None else b""
            self.send_response(status)
            if status in {429, 503}:
                self.send_header("Retry-After", server.state.retry_after)
            self.send_header("Content-Type", "image/png" if isinstance(said, bytes) else "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = do_DELETE = _call  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    return Handler
