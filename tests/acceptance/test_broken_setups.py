"""Broken set-ups x commands: each real process ends with one line and an exit code, and no message is lost.

Every row starts the real process beside full queues of its own, and counts their messages afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis

from devstack.label_studio import LabelStudioServer
from devstack.ports import LOOPBACK, free_port
from devstack.redis import RedisServer
from tests.support.certificates import Authority
from tests.support.sites import Answer, site
from tests.support.started import FullQueues, SetUp, faults, set_ups, start

PASSWORD = "p4ssw0rd-of-redis"
NO_APP = "because -A names no kind of worker; start `prelabel worker cpu`"
URL_MISSING = r"LABEL_STUDIO_URL is not set"
OWN_TASKS = "from celery import Celery\napp = Celery('mine', broker='memory://')\n"

#: One of each kind of fault and of each kind of process: in `make test`.
QUICK = (
    *set_ups(
        "no address of Label Studio",
        ("cpu", "gpu", "beat", "uploader", "flower", "celery -A tasks.app inspect ping"),
        URL_MISSING,
        {"LABEL_STUDIO_URL": None},
    ),
    SetUp("no token", "io", r"LABEL_STUDIO_API_KEY is not set", {"LABEL_STUDIO_API_KEY": None}),
    SetUp("another server", "io", r"does not answer as Label Studio's API does", {"LABEL_STUDIO_URL": "{web}"}),
    SetUp("a refused token", "cpu", r"Label Studio refused", {"LABEL_STUDIO_API_KEY": "0" * 40}),
    SetUp("Redis away", "flower", r"Redis does not answer", {"REDIS_URL": "redis://127.0.0.1:1/0"}, code=1),
    SetUp("Redis's password missing", "io", r"asks for a password", {"REDIS_URL": "{guarded}"}),
    SetUp("Redis without a scheme", "cpu", r"REDIS_URL", {"REDIS_URL": "localhost:6379"}),
    SetUp("Redis without TLS", "gpu", r"speaks no TLS", {"REDIS_URL": "{rediss}"}),
    SetUp("a number that is none", "cpu", r"PRELABEL_CPU_PROCESSES", {"PRELABEL_CPU_PROCESSES": "many"}),
    SetUp("a mistyped name", "beat", r"PRELABEL_LANGUAGES", {"PRELABEL_LANGAUGES": "eng"}),
    SetUp("a language that is none", "cpu", r"xyz", {"PRELABEL_LANGUAGES": "xyz"}),
    SetUp("a model that is gone", "gpu", r"/nowhere", {"PRELABEL_COMPACT_MODEL": "/nowhere"}),
    SetUp("a port that is taken", "uploader", r"cannot listen on", {"PRELABEL_UPLOADER_PORT": "{taken}"}),
    SetUp(".env that is no text", "io", r"\.env", files={".env": b"\x89PNG\r\n\x1a\n\x00\x00\x00\xff\xfe"}),
    *set_ups("no kind of worker", ("celery -A tasks.app worker", "celery -A tasks worker"), NO_APP),
    SetUp("no schedule", "celery -A tasks.app beat", r"no schedule.*start `prelabel beat`"),
    SetUp("another queue", "celery -A workers.cpu worker -Q gpu", r"-Q gpu: .*`prelabel worker gpu`"),
    SetUp("somebody's tasks.py", "io", r"tasks\.py hides .*`prelabel worker io`", files={"tasks.py": OWN_TASKS}),
    SetUp("somebody's workers.py", "io", r"workers\.py hides .*`prelabel worker io`", files={"workers.py": "x = 1\n"}),
    SetUp("all at once", "prelabel up", URL_MISSING, {"LABEL_STUDIO_URL": None}),
    SetUp("a command", "prelabel status 6", URL_MISSING, {"LABEL_STUDIO_URL": None}),
)

#: The rest, in `make test-slow`.
MORE = (
    # Label Studio
    *set_ups(
        "no address of Label Studio",
        (
            "io",
            "ocr_gpu",
            "prelabel worker cpu",
            "prelabel worker all",
            "prelabel beat",
            "prelabel uploader",
            "prelabel enqueue 6",
        ),
        URL_MISSING,
        {"LABEL_STUDIO_URL": None},
    ),
    SetUp("an empty address", "cpu", URL_MISSING, {"LABEL_STUDIO_URL": ""}),
    *set_ups(
        "an address without http", ("io", "uploader"), r"must begin with http", {"LABEL_STUDIO_URL": "localhost:8080"}
    ),
    SetUp("a user in the address", "io", r"bare address", {"LABEL_STUDIO_URL": "http://me:s3cretpw@localhost:1"}),
    *set_ups("no token", ("cpu", "uploader"), r"LABEL_STUDIO_API_KEY is not set", {"LABEL_STUDIO_API_KEY": None}),
    SetUp("a token with a space", "io", r"LABEL_STUDIO_API_KEY", {"LABEL_STUDIO_API_KEY": "s3cret token"}),
    *set_ups(
        "a refused token",
        ("io", "uploader", "prelabel enqueue 6"),
        r"Label Studio refused",
        {"LABEL_STUDIO_API_KEY": "0" * 40},
    ),
    SetUp("another server", "cpu", r"does not answer as Label Studio's API does", {"LABEL_STUDIO_URL": "{web}"}),
    SetUp("an unknown authority", "io", r"certificate|authority", {"LABEL_STUDIO_URL": "{https}"}),
    SetUp("no such authority", "io", r"LABEL_STUDIO_CA", {"LABEL_STUDIO_CA": "/nowhere/ca.pem"}),
    SetUp("an authority that is none", "cpu", r"LABEL_STUDIO_CA", {"LABEL_STUDIO_CA": "{text_file}"}),
    SetUp("a proxy that is none", "io", r"PROXY|proxy", {"ALL_PROXY": "gopher://127.0.0.1:1"}),
    # Redis
    *set_ups(
        "Redis away",
        ("io", "beat", "uploader", "prelabel worker gpu", "prelabel up", "prelabel flower"),
        r"Redis does not answer",
        {"REDIS_URL": "redis://127.0.0.1:1/0"},
        code=1,
    ),
    SetUp("Redis away", "prelabel status 6", r"Redis does not answer", {"REDIS_URL": "redis://127.0.0.1:1/0"}),
    SetUp("an unknown host of Redis", "cpu", r"host name", {"REDIS_URL": "redis://nowhere.invalid:6379/0"}, code=1),
    SetUp("a wrong password", "cpu", r"refuses the password", {"REDIS_URL": "{wrong_password}"}),
    *set_ups("a missing password", ("flower", "prelabel status 6"), r"asks for a password", {"REDIS_URL": "{guarded}"}),
    SetUp("another scheme", "io", r"REDIS_URL", {"REDIS_URL": "amqp://guest:s3cretpw@localhost//"}),
    SetUp("a database that is no number", "cpu", r"REDIS_URL", {"REDIS_URL": "redis://127.0.0.1:6379/abc"}),
    SetUp("a database out of range", "io", r"database", {"REDIS_URL": "{out_of_range}"}),
    SetUp("an unknown option", "gpu", r"REDIS_URL", {"REDIS_URL": "redis://127.0.0.1:6379/0?colour=red"}),
    SetUp("a socket that is gone", "cpu", r"socket", {"REDIS_URL": "unix:///nowhere/redis.sock"}, code=1),
    *set_ups("no TLS there", ("beat", "uploader"), r"speaks no TLS", {"REDIS_URL": "{rediss}"}),
    SetUp("no such authority of Redis", "io", r"REDIS_CA", {"REDIS_URL": "{rediss}", "REDIS_CA": "/nowhere/ca.pem"}),
    SetUp("a user with few rights", "io", r"rights", {"REDIS_URL": "{few_rights}"}),
    SetUp("no Redis but a web server", "cpu", r"REDIS_URL", {"REDIS_URL": "{web_as_redis}"}, code=1),
    SetUp("Sentinels without a master", "io", r"REDIS_URL", {"REDIS_URL": "sentinel://127.0.0.1:1/0"}),
    SetUp("a broker past REDIS_URL", "io", r"CELERY_BROKER_URL", {"CELERY_BROKER_URL": "redis://localhost:1/0"}),
    # Other settings
    SetUp("a number that is none", "beat", r"PRELABEL_SELECT_INTERVAL", {"PRELABEL_SELECT_INTERVAL": "soon"}),
    SetUp("a number that is none", "flower", r"PRELABEL_HEARTBEAT", {"PRELABEL_HEARTBEAT": "often"}),
    SetUp("a number out of range", "io", r"PRELABEL_HTTP_TIMEOUT", {"PRELABEL_HTTP_TIMEOUT": "0"}),
    SetUp("a project that is no number", "beat", r"PROJECTS", {"PRELABEL_PROJECTS": "six"}),
    *set_ups("a mistyped name", ("cpu", "prelabel status 6"), r"PRELABEL_LANGUAGES", {"PRELABEL_LANGAUGES": "eng"}),
    SetUp("an engine that is none", "cpu", r"OCR", {"PRELABEL_OCR": "tesserakt"}),
    SetUp("a language of another list", "cpu", r"eng", {"PRELABEL_LANGUAGES": "en"}),
    SetUp("a folder without languages", "cpu", r"nowhere|eng", {"PRELABEL_TESSDATA": "/nowhere"}),
    SetUp("a linker that is gone", "gpu", r"/nowhere", {"PRELABEL_LINKER": "/nowhere"}),
    SetUp("another model's digest", "gpu", r"MODEL_DIGESTS", {"PRELABEL_MODEL_DIGESTS": "0" * 12}),
    SetUp("a bucket's folder in its name", "cpu", r"BUCKET", {"PRELABEL_BUCKET": "s3://pages/2025"}),
    SetUp("a file in place of the bucket", "uploader", r"BUCKET", {"PRELABEL_BUCKET": "{text_file}"}),
    SetUp("a spool that cannot be", "cpu", r"SPOOL", {"PRELABEL_SPOOL": "{text_file}"}),
    SetUp("a short key", "uploader", r"UPLOADER_API_KEY", {"PRELABEL_UPLOADER_API_KEY": "s3cret"}),
    SetUp("an address of another machine", "uploader", r"cannot listen", {"PRELABEL_UPLOADER_HOST": "192.0.2.1"}),
    *set_ups(
        "no such signing key", ("io", "flower", "beat"), r"SIGNING_KEY", {"PRELABEL_SIGNING_KEY": "/nowhere/key.pem"}
    ),
    SetUp("no table of projects", "io", r"PROJECTS_FILE", {"PRELABEL_PROJECTS_FILE": "/nowhere/projects.toml"}),
    SetUp("a broken table of projects", "gpu", r"PROJECTS_FILE", {"PRELABEL_PROJECTS_FILE": "{text_file}"}),
    # Files
    *set_ups(
        ".env that is no text",
        ("beat", "prelabel status 6"),
        r"\.env",
        files={".env": b"\x89PNG\r\n\x1a\n\x00\x00\x00\xff\xfe"},
    ),
    SetUp(".env that is a folder", "cpu", r"\.env", files={".env": None}),
    SetUp("a mistyped name in .env", "io", r"PRELABEL_LANGUAGES", files={".env": "PRELABEL_LANGAUGES=eng\r\n"}),
    SetUp(
        "the same in UTF-16", "cpu", r"PRELABEL_LANGUAGES", files={".env": "PRELABEL_LANGAUGES=eng".encode("utf-16")}
    ),
    SetUp(
        "a comment in CP949",
        "gpu",
        r"\.env line 1 is not UTF-8",
        files={".env": "# 설정\nPRELABEL_LANGAUGES=eng".encode("cp949")},
    ),
    SetUp(
        "the same with a mark",
        "beat",
        r"PRELABEL_LANGUAGES",
        files={".env": b"\xef\xbb\xbfexport PRELABEL_LANGAUGES=eng"},
    ),
    SetUp("a named .env that is gone", "prelabel worker io --env-file gone.env", r"gone\.env"),
    # Commands
    *set_ups("no kind of worker", ("celery -A workers worker", "celery -A beat_schedule worker"), NO_APP),
    SetUp("no app", "celery -A prelabel worker", r"prelabel is no Celery app; start `prelabel up`"),
    SetUp("no schedule", "celery -A workers.io beat", r"no schedule.*start `prelabel beat`"),
    SetUp("no queue left", "celery -A workers.gpu worker -X gpu", r"leaves no queue"),
    SetUp("an unknown queue", "celery -A workers.io worker -Q celery", r"-Q celery"),
    SetUp("another pool", "celery -A workers.io worker -P solo", r"-P: an? io worker needs the pool threads"),
    SetUp("another pool", "celery -A workers.cpu worker -P threads", r"-P: a cpu worker needs the pool prefork"),
    SetUp("beat inside", "celery -A workers.io worker -B", r"-B would start a second beat"),
    SetUp("a pool that grows", "celery -A workers.gpu worker --autoscale 4,1", r"--autoscale"),
    SetUp("a pool that does not fork", "celery -A workers.cpu worker --pool-start-method spawn", r"spawn"),
    SetUp("an unknown kind", "prelabel worker gpus", r"gpus"),
    # Names
    SetUp("somebody's tasks.py", "cpu", r"tasks\.py hides .*`prelabel worker cpu`", files={"tasks.py": OWN_TASKS}),
    SetUp("somebody's tasks.py", "beat", r"tasks\.py hides .*`prelabel beat`", files={"tasks.py": OWN_TASKS}),
    SetUp("somebody's tasks.py", "flower", r"tasks\.py hides .*`prelabel flower`", files={"tasks.py": "x = 1\n"}),
    SetUp(
        "somebody's package workers", "gpu", r"workers hides .*`prelabel worker gpu`", files={"workers/__init__.py": ""}
    ),
    SetUp("somebody's folder tasks", "io", r"tasks hides .*`prelabel worker io`", files={"tasks/__init__.py": ""}),
    SetUp(
        "somebody's beat_schedule.py", "beat", r"hides .*`prelabel beat`", files={"beat_schedule.py": "every = 30\n"}
    ),
)


@dataclass(frozen=True)
class World:
    """The servers of the test: working settings, and the words that rows use for other servers."""

    queues: FullQueues
    working: Mapping[str, str]
    words: Mapping[str, str]
    secrets: Sequence[str]

    def faults(self, setup: SetUp, folder: Path) -> list[str]:
        """Start the process of a row beside full queues; return what is wrong with its end."""
        folder.mkdir()
        address = self.queues.fill()
        before = self.queues.waiting(address)
        env: dict[str, str] = {**self.working, "REDIS_URL": address}
        for name, value in setup.env.items():
            env.pop(name, None)
            if value is not None:
                env[name] = value.format(**self.words, redis=address)
        for name, content in setup.files.items():
            _write(folder / name, content)
        found = faults(setup, start(setup.command, env, folder), self.secrets)
        if (after := self.queues.waiting(address)) != before:
            found.append(f"messages before {before}, afterwards {after}")
        return found


def _write(path: Path, content: str | bytes | None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


@pytest.fixture(scope="module")
def world(label_studio: LabelStudioServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("servers")
    tls = Authority(folder).server("localhost", LOOPBACK)
    few = "few on >s3cretpw ~* &* +ping +info +select +client"
    guarded = RedisServer(folder / "guarded", password=PASSWORD)
    limited = RedisServer(folder / "limited")
    (folder / "text").write_text("no TOML, no PEM: [", "utf-8")
    with (
        FullQueues(folder / "queues", label_studio.url) as queues,
        guarded,
        limited,
        site() as web,
        site(tls) as https,
        site() as taken,
    ):
        with redis.Redis(port=limited.port) as client:
            client.execute_command("ACL", "SETUSER", *few.split())
        web.answers["/api/version"] = Answer(404, b"<html>nginx</html>", {"Content-Type": "text/html"})
        working = {
            "LABEL_STUDIO_URL": label_studio.url,
            "LABEL_STUDIO_API_KEY": label_studio.token,
            "PRELABEL_BUCKET": str(folder / "bucket"),
            "PRELABEL_CPU_PROCESSES": "1",
            "PRELABEL_UPLOADER_PORT": str(free_port()),
            "LC_ALL": "C.UTF-8",
        }
        here = f"{LOOPBACK}:{queues.port}"
        words = {
            "web": web.url,
            "https": https.url,
            "taken": str(taken.port),
            "text_file": str(folder / "text"),
            "guarded": f"redis://{LOOPBACK}:{guarded.port}/0",
            "wrong_password": f"redis://:s3cretpw@{LOOPBACK}:{guarded.port}/0",
            "few_rights": f"redis://few:s3cretpw@{LOOPBACK}:{limited.port}/0",
            "out_of_range": f"redis://{here}/9999",
            "rediss": f"rediss://{here}/1",
            "web_as_redis": f"redis://{LOOPBACK}:{web.port}/0",
        }
        yield World(queues, working, words, (label_studio.token, PASSWORD, "s3cret"))


def _all_faults(world: World, setups: Sequence[SetUp], folder: Path) -> dict[str, list[str]]:
    with ThreadPoolExecutor(3) as threads:
        found = threads.map(lambda row: world.faults(row[1], folder / str(row[0])), enumerate(setups))
    return {f"{setup.name}: {setup.command}": lines for setup, lines in zip(setups, found, strict=True) if lines}


def test_a_broken_setup_ends_with_one_line_and_loses_nothing(world: World, tmp_path: Path) -> None:
    assert _all_faults(world, QUICK, tmp_path) == {}


@pytest.mark.slow
def test_every_broken_setup_ends_with_one_line_and_loses_nothing(world: World, tmp_path: Path) -> None:
    assert len(QUICK) + len(MORE) > 100
    assert _all_faults(world, MORE, tmp_path) == {}
