"""Tests that no secret appears in logs, the failed list, Celery's events, Flower or the text of an exception.

Real workers and a real Redis with a password work against a stand-in for Label Studio. Its pages fail in every way in
which an error could contain a secret.
"""

from __future__ import annotations

import json
import random
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pydantic import SecretStr

from devstack.ports import free_port
from devstack.redis import RedisServer
from devstack.workers import Workers
from prelabel.api.runs import enqueue_project
from prelabel.errors import AuthError, PrelabelError, ServiceUnavailable
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.projects import get_project
from prelabel.ledger.ledger import Ledger
from prelabel.settings import Settings
from tests.chaos.label_studio import PROJECT, LabelStudioStandIn
from tests.support.cli_runs import program
from tests.support.queues import sender

KINDS = ("cpu", "gpu", "io")
SECRETS = {
    "signature": "5ec2e75ignature0f4ll",
    "credential": "AKIA5ec2e7Cred",
    "hop": "5ec2e70fTheNextHop",
    "user": "5ec2e70fTheUser",
    "foreign body": "5ec2e7W0rdsOfAnotherServer",
    "exif": "5ec2e7InTheImage",
}
SIGNED = f"X-Amz-Credential={SECRETS['credential']}&X-Amz-Signature={SECRETS['signature']}"
CLOSED = "http://127.0.0.1:9"


class Bucket:
    """A server of presigned addresses; the path of an address names the answer."""

    def __init__(self) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                what = self.path.partition("?")[0].removeprefix("/") or "404"
                if what == "garbage":
                    self.wfile.write(SECRETS["foreign body"].encode() + b"\r\n\r\n")
                    return
                self.send_response(302 if what in {"hop", "odd-hop"} else int(what))
                if what == "hop":
                    self.send_header("Location", f"{CLOSED}/?token={SECRETS['hop']}")
                if what == "odd-hop":
                    self.send_header("Location", f"http://{SECRETS['hop']}@127.0.0.1:{SECRETS['hop']}/")
                self.end_headers()
                self.wfile.write(f"<Error>{SECRETS['foreign body']}</Error>".encode())

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def addresses(self) -> list[str]:
        """Return addresses of images that all fail, each in another way."""
        ways = ("403", "404", "500", "429", "hop", "odd-hop", "garbage")
        return [
            *(f"http://{self.host}/{way}?{SIGNED}" for way in ways),
            f"http://someone:{SECRETS['user']}@{self.host}/404",
            f"http://someone:{SECRETS['user']}@{self.host}:port/404?{SIGNED}",
            f"{CLOSED}/closed?{SIGNED}",
            f"ftp://someone:{SECRETS['user']}@{self.host}/?{SIGNED}",
            f"//{self.host}/without-scheme?{SIGNED}",
        ]


class StandIn(LabelStudioStandIn):
    """A stand-in for Label Studio whose pages have the given references."""

    def __init__(self, references: Mapping[int, str], images: Mapping[int, bytes]) -> None:
        super().__init__(dict.fromkeys(references, b"") | dict(images), random.Random(1))
        self.state.data |= {page: {"image": reference} for page, reference in references.items()}


def broken_jpeg() -> bytes:
    """Make a truncated JPEG with a secret in its EXIF block and in its comment."""
    exif = Image.Exif()
    exif[0x010E] = SECRETS["exif"]
    out = BytesIO()
    Image.new("L", (64, 64)).save(out, "JPEG", exif=exif, comment=SECRETS["exif"].encode())
    return out.getvalue()[:-120]


@pytest.fixture(scope="module")
def bucket() -> Iterator[Bucket]:
    server = Bucket()
    yield server
    server.close()


def listen(settings: Settings, heard: list[str], over: threading.Event) -> None:
    """Collect Celery's events, as Flower does."""
    with sender(settings) as app, app.connection() as connection:
        receiver = app.events.Receiver(connection)

        def hear(event: dict[str, Any]) -> None:
            heard.append(json.dumps(event))
            receiver.should_stop = over.is_set()

        receiver.handlers["*"] = hear
        receiver.capture(limit=None, timeout=None, wakeup=False)


def flower_shows(port: int) -> str:
    """Fetch the texts of Flower's API and pages about tasks and workers."""
    shown = []
    for path in ("api/workers?refresh=1", "api/tasks?limit=1000", "workers", "tasks", "broker"):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=30) as answer:
            shown.append(answer.read().decode())
    return "\n".join(shown)


def test_no_secret_leaves(bucket: Bucket, tmp_path: Path) -> None:
    # Given pages that pass, pages that fail near a secret, and a bug whose traceback holds secrets
    images = {1: b"good", 2: b"good", 3: b"leak", 4: broken_jpeg(), 5: b"good"}
    references = dict(enumerate(bucket.addresses(), 10))
    heard: list[str] = []
    over = threading.Event()
    with RedisServer(tmp_path / "redis", password="5ec2e7R3disP4ss") as redis, StandIn(references, images) as studio:
        studio.answer(401, 600, paths="/data/upload/5")
        env: dict[str, Any] = {
            "REDIS_URL": redis.url,
            "LABEL_STUDIO_URL": studio.url,
            "LABEL_STUDIO_API_KEY": studio.token,
            "IMAGE_NETWORKS": "127.0.0.0/8",
            "HEARTBEAT": "1",
            "SELECT_INTERVAL": "1",
            "PROBE_INTERVAL": "0.5",
            "RETRY_BACKOFF": "0.01",
            "HTTP_TIMEOUT": "5",
            "OCR_RETRIES": "1",
            "LINKER": "alignment",
            "CPU_PROCESSES": "1",
        }
        settings = Settings(_env_file=None, **{name.lower(): value for name, value in env.items()})
        listener = threading.Thread(target=listen, args=(settings, heard, over), daemon=True)
        workers, port = Workers(tmp_path), free_port()
        planted = env | {"PLANTED_SECRET": f"http://x/?{SIGNED}"}
        try:
            for kind in ("cpu", "gpu"):
                workers.start(kind, planted | {"PLANTED_IN": kind}, module="tests.integration.planted_worker")
            workers.start("io", env)
            workers.start("beat", env)
            workers.start("flower", env | {"FLOWER_UNAUTHENTICATED_API": "true"}, flower_port=port)
            listener.start()
            # When they are worked on
            run = enqueue_project(PROJECT, settings=settings)
            end = run.wait(timeout_s=240)
            assert (end.done, end.failed) == (2, len(references) + 3), list(
                Ledger.from_settings(settings).failed_list.pages(PROJECT)
            )
            seen = {"flower": flower_shows(port), "run": f"{run!r} {end!r} {settings!r}"}
            for how in ("--json", "--csv"):
                seen[how] = program("failed", "list", PROJECT, how, cwd=tmp_path, **env).out
            # and Redis refuses its password, and goes
            wrong = env | {"REDIS_URL": redis.url.replace("5ec2e7R3", "5ec2e7R3wrong")}
            seen["wrong"] = (refused := program("status", PROJECT, cwd=tmp_path, **wrong)).err
            assert "refuses the password" in refused.err
            over.set()
            listener.join(10)  # a worker sends a heartbeat event every 2 s
            redis.stop()
            time.sleep(2)
        finally:
            over.set()
            workers.stop()
        secrets = SECRETS | {"redis": "5ec2e7R3", "token": studio.token} | dict.fromkeys(studio.access_tokens, "")
    # Then no visible text contains a secret
    seen |= {log.name: log.read_text("utf-8", "replace") for log in (tmp_path / "logs").iterdir()}
    seen["events"] = "\n".join(heard)
    words = [word or name for name, word in secrets.items()]
    lines = [(place, line) for place, text in seen.items() for line in text.splitlines()]
    assert [(place, word, line[:300]) for place, line in lines for word in words if word in line] == []
    assert "a bug of prelabel" in seen["cpu.log"], "the planted bug is in the log"
    assert "task-failed" in seen["events"], "events were received"
    assert "/404" in seen["--csv"], "the failed list was written"


@pytest.mark.parametrize("key", ["5ec2e7" * 6, "aaaa.eyJ0b2tlbiI6MX0.5ec2e7"])
def test_no_object_shows_the_key_that_it_holds(key: str) -> None:
    settings = Settings(
        _env_file=None,
        label_studio_api_key=SecretStr(key),
        redis_url="redis://:5ec2e7@127.0.0.1:9/0",
        label_studio_url=CLOSED,
    )
    ledger = Ledger.from_settings(settings)
    with LabelStudio.from_settings(settings) as client:
        shown = [
            settings,
            settings.model_dump(mode="json", exclude={"redis_url"}),
            client,
            client.auth,
            ledger,
            ledger._state.redis,
        ]
        with pytest.raises(ServiceUnavailable) as away:
            get_project(client, PROJECT)
        errors: list[PrelabelError] = [away.value, client.auth.refused("said the server")]
        assert isinstance(errors[1], AuthError)
    with pytest.raises(ServiceUnavailable) as no_redis:
        ledger.now()
    for thing in [*shown, *errors, no_redis.value]:
        assert "5ec2e7" not in f"{thing} {thing!r}"
