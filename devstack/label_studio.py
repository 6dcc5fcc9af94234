"""A private, real Label Studio with SQLite in its own folder, started on a migrated, empty database.

The database comes from the dump of devstack/label_studio_template.py. A version of Label Studio that has no dump there
migrates at its first start, which takes half a minute.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import httpx

from devstack import label_studio_template
from devstack.ports import LOOPBACK, choose_port, free_port
from devstack.processes import Process, Server, StartFailed, wait_until

ROOT = Path(__file__).parent.parent
HOME = ROOT / ".local" / "label-studio"
PROGRAM = HOME / "venv" / "bin" / "label-studio"
DATABASE = "label_studio.sqlite3"

#: A server that migrates first takes half a minute longer.
_START_S = 300.0

#: No requests to the internet; calls to private addresses are allowed, e.g. to a storage or an ML backend on this
#: machine; the flag (Label Studio 1.23) selects a bulk import that is four times faster.
_ENVIRONMENT = {
    "COLLECT_ANALYTICS": "False",
    "LATEST_VERSION_CHECK": "False",
    "SENTRY_DSN": "",
    "FRONTEND_SENTRY_DSN": "",
    "SSRF_PROTECTION_ENABLED": "false",
    "ML_BLOCK_LOCAL_IP": "false",
    "fflag_fix_back_4620_memory_efficient_predictions_import_08012025_short": "true",
    "LABEL_STUDIO_LOCAL_FILES_SERVING_ENABLED": "true",
    "PYTHONUNBUFFERED": "1",
}


class LabelStudioServer(Server):
    """A Label Studio server as a context manager.

    Inside the context: `url`, `port`, `user`, `password`, `token` (a Personal Access Token), and `api`, a client that
    sends the token. If `port` is taken, a free port replaces it and `notice` says so. Data, log and files stay in
    `folder`; a second start in the same folder continues with the same data. `environment` is added to the server's
    own variables. Local storages may serve the files below `local_files` (`folder`/files).
    """

    user = "demo@prelabel.test"

    def __init__(
        self,
        folder: Path,
        port: int | None = None,
        *,
        password: str = "prelabel-demo",
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder.absolute()
        self.local_files = self.folder / "files"
        self.password = password
        self.token = ""
        self.notice = ""
        self.port = self._choose(port)
        self._environment = dict(environment or {})
        self._api: httpx.Client | None = None

    def _choose(self, wanted: int | None) -> int:
        if wanted is None:
            return free_port()
        port = choose_port(wanted)
        if port.replaces is not None:
            self.notice = f"Label Studio listens on port {port}"
        return port.number

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "label-studio.log"

    @property
    def api(self) -> httpx.Client:
        """A client for set-up calls, independent of the client under test: relative paths, JSON, sends the token."""
        if self._api is None:
            raise RuntimeError("Label Studio was not started")
        return self._api

    def start(self) -> Self:
        """Start the server and wait until it is healthy (4 s with a template). Raises StartFailed with the log end."""
        self.local_files.mkdir(parents=True, exist_ok=True)
        if not (self.folder / DATABASE).exists():
            self._write_secret_key()
            self._restore()
        with ExitStack() as undo:
            undo.callback(self.stop)
            self._process = _start(
                self.folder,
                self.port,
                self.log,
                {
                    "LABEL_STUDIO_USERNAME": self.user,
                    "LABEL_STUDIO_PASSWORD": self.password,
                    "LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT": str(self.local_files),
                    **self._environment,
                },
            )
            wait_until(self.healthy, self._process, _START_S)
            self._log_in()
            undo.pop_all()
        return self

    def _restore(self) -> None:
        """Make the database from the dump of the installed version. Without one, the server migrates when it starts."""
        version = installed_version()
        if label_studio_template.path(version).exists():
            label_studio_template.restore(version, self.folder / DATABASE)

    def _write_secret_key(self) -> None:
        """Write a secret key without special characters.

        Label Studio can generate a key with `$` or `#`, which it then reads back wrongly: its second start refuses all
        tokens of the first.
        """
        path = self.folder / ".env"
        path.touch(mode=0o600)
        path.write_text(f"SECRET_KEY={secrets.token_hex(32)}\n", "utf-8")

    def healthy(self) -> bool:
        """Return whether the port answers and our process runs; another server may have taken the port."""
        try:
            return httpx.get(f"{self.url}/health", timeout=5).status_code == 200 and self.process.running()
        except httpx.HTTPError:
            return False

    def _log_in(self) -> None:
        """Log in through the form, read or create the Personal Access Token, and open the `api` client."""
        with httpx.Client(base_url=self.url, timeout=30, follow_redirects=True) as http:
            log_in(http, self.user, self.password)
            kept = self.folder / "token"
            if kept.exists():
                self.token = kept.read_text("utf-8")
            else:
                answer = http.post("/api/token/", headers={"X-CSRFToken": http.cookies["csrftoken"]})
                self.token = answer.raise_for_status().json()["token"]
                kept.touch(mode=0o600)
                kept.write_text(self.token, "utf-8")
        self._api = httpx.Client(base_url=self.url, timeout=120, auth=_TokenForSetUp(self.url, self.token))

    def create_project(self, title: str, xml: str, **fields: Any) -> int:
        """Create a project with this labelling configuration; return its id.

        Raises StartFailed with the end of the log if the server has ended.
        """
        if not self.process.running():
            raise self.process.failure(f"has ended with code {self.process.returncode()}")
        body = {"title": title, "label_config": xml, **fields}
        return int(_checked(self.api.post("/api/projects/", json=body)).json()["id"])

    def upload_images(self, project_id: int, paths: Sequence[Path]) -> None:
        """Upload image files as the web interface does: one page for each file."""
        with ExitStack() as stack:
            # Label Studio keeps one file for each field name, so every file gets a different name.
            files = [(f"file{n}", (path.name, stack.enter_context(path.open("rb")))) for n, path in enumerate(paths)]
            _checked(self.api.post(f"/api/projects/{project_id}/import", files=files))

    def import_pages(self, project_id: int, rows: Sequence[Mapping[str, Any]]) -> list[int]:
        """Import `rows`, e.g. `{"image": "/data/upload/…"}` or a page in full; return the page ids in this order."""
        params = {"return_task_ids": "true", "commit_to_project": "true"}
        answer = _checked(self.api.post(f"/api/projects/{project_id}/import", params=params, json=list(rows)))
        return [int(task_id) for task_id in answer.json()["task_ids"]]

    def pages(self, project_id: int) -> list[dict[str, Any]]:
        """Return all pages of a project with their predictions and annotations, lowest id first."""
        params: dict[str, Any] = {"project": project_id, "fields": "all", "resolve_uri": "false", "page_size": 1000}
        tasks: list[dict[str, Any]] = _checked(self.api.get("/api/tasks/", params=params)).json()["tasks"]
        return sorted(tasks, key=lambda task: int(task["id"]))

    def stop(self) -> None:
        """End the server and its child processes; safe to call twice."""
        if self._api is not None:
            self._api.close()
        super().stop()


class _TokenForSetUp(httpx.Auth):
    """Authentication with a new access token for each call: simple, and independent of the code under test."""

    requires_response_body = True

    def __init__(self, url: str, token: str) -> None:
        self._url, self._token = f"{url}/api/token/refresh/", token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        answer = yield httpx.Request("POST", self._url, json={"refresh": self._token})
        request.headers["Authorization"] = f"Bearer {answer.json()['access']}"
        yield request


def log_in(http: httpx.Client, user: str, password: str) -> None:
    """Log in through the form, as a browser does; the client's cookies then hold the session. Raises StartFailed."""
    http.get("/user/login/").raise_for_status()
    form = {"email": user, "password": password, "csrfmiddlewaretoken": http.cookies["csrftoken"]}
    answer = http.post("/user/login/", data=form, headers={"Referer": f"{http.base_url}user/login/"})
    if "sessionid" not in http.cookies:
        raise StartFailed(f"Label Studio refused the login of {user} ({answer.status_code})")


def migrate(folder: Path) -> None:
    """Start a server on an empty folder, wait until its tables exist, and end it; no user is created."""
    port = free_port()
    process = _start(folder, port, folder / "label-studio.log", {})
    try:
        wait_until(lambda: _answers(port), process, _START_S, every_s=0.5)
    finally:
        process.stop()


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://{LOOPBACK}:{port}/health", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def _start(folder: Path, port: int, log: Path, environment: Mapping[str, str]) -> Process:
    """Start the server on `port`, data in `folder`; of our environment it gets only PATH, locale, TMPDIR and TZ."""
    if not PROGRAM.exists():
        raise StartFailed(f"Label Studio is not installed in {PROGRAM.parent.parent}: run `make setup`")
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TMPDIR", "TZ") if name in os.environ}
    env = {**kept, "HOME": str(folder), "LABEL_STUDIO_BASE_DATA_DIR": str(folder), **_ENVIRONMENT, **environment}
    env.setdefault("LABEL_STUDIO_USER_TOKEN", secrets.token_hex(20))
    command = [str(PROGRAM), "start", "--no-browser", "--port", str(port), "--internal-host", LOOPBACK]
    return Process("Label Studio", command, log=log, env=env, cwd=folder).start()


def installed_version() -> str:
    """Return the version in Label Studio's virtual environment. Raises StartFailed if it is not installed."""
    site = HOME.glob("venv/lib/python3*/site-packages/label_studio-*.dist-info")
    found = [match[1] for path in site if (match := re.fullmatch(r"label_studio-(.+)\.dist-info", path.name))]
    if not found:
        raise StartFailed(f"Label Studio is not installed in {HOME / 'venv'}: run `make setup`")
    return max(found)


def _checked(answer: httpx.Response) -> httpx.Response:
    if not answer.is_success:
        raise RuntimeError(
            f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text[:500]}"
        )
    return answer
