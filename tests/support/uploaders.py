"""A running uploader for tests over HTTP, without Label Studio and workers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from devstack.ports import LOOPBACK, free_port
from devstack.processes import Process, wait_until
from devstack.redis import RedisServer
from devstack.workers import command, environment

KEY = "a-key-of-the-tests"
MAX_BYTES = 400_000
PROJECT = 6
PNG = (Path(__file__).parents[2] / "examples" / "pages" / "en-invoice.png").read_bytes()


@dataclass
class Uploader:
    """A running uploader, its folders, and a program's connection to it."""

    url: str
    folder: Path
    redis: RedisServer
    process: Process
    http: httpx.Client

    def give(self, data: bytes, name: str = "a.pdf", **fields: Any) -> httpx.Response:
        return self.http.post("/documents", data={"project": PROJECT} | fields, files={"file": (name, data)})

    def files(self) -> set[Path]:
        """Return all files of the bucket and of the spool, complete or not."""
        folders = (self.folder / "data", self.folder / "spool")
        return {path for folder in folders for path in folder.rglob("*") if path.is_file()}

    def documents(self, project_id: int = PROJECT) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.http.get("/documents", params={"project": project_id, "limit": 1000}).json()[
            "documents"
        ]
        return found


class started:  # noqa: N801 - a context manager, called like one
    """An uploader that runs for the length of a `with` block; `env` holds settings."""

    def __init__(self, folder: Path, redis: RedisServer, **env: str) -> None:
        self._folder, self._redis, port = folder, redis, free_port()
        values = {
            "REDIS_URL": redis.url,
            "LABEL_STUDIO_URL": "http://127.0.0.1:9",
            "LABEL_STUDIO_API_KEY": "none",
            "UPLOADER_PORT": str(port),
            "UPLOADER_API_KEY": KEY,
            "UPLOADER_PARALLEL": "4",
            "BUCKET": str(folder / "data"),
            "SPOOL": str(folder / "spool"),
            "MAX_DOCUMENT_BYTES": str(MAX_BYTES),
            "DISK_RESERVE_MB": "0",
        }
        self._url = f"http://{LOOPBACK}:{port}"
        log = folder / f"uploader-{port}.log"
        self._process = Process("uploader", command("uploader"), log=log, env=environment(values | env), cwd=folder)

    def __enter__(self) -> Uploader:
        (self._folder / "spool").mkdir(exist_ok=True)
        self._process.start()
        self._http = httpx.Client(base_url=self._url, headers={"X-API-Key": KEY}, timeout=30)
        wait_until(self._answers, self._process, 60)
        return Uploader(self._url, self._folder, self._redis, self._process, self._http)

    def __exit__(self, *_: object) -> None:
        self._http.close()
        self._process.stop()

    def _answers(self) -> bool:
        try:
            return self._http.get("/health", headers={"Connection": "close"}).is_success
        except httpx.TransportError:
            return False


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Return status and code of a refusal, after a check of its form."""
    body = answer.json()
    assert set(body) == {"code", "message", "cure"}
    assert all(body.values())
    return answer.status_code, body["code"]
