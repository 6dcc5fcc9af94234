"""The wheel outside of the checkout, in a folder with somebody's own tasks, workers and services: the whole path."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest

from devstack.label_studio import LabelStudioServer
from devstack.ports import free_port
from devstack.redis import RedisServer

ROOT = Path(__file__).parents[2]
SHIPPED = ("prelabel", "tasks", "workers", "services", "beat_schedule.py")
SAMPLES = [ROOT / "examples" / "pages" / name for name in ("en-invoice.png", "blank.jpg")]
LABELLING = (ROOT / "examples" / "labelling.xml").read_text("utf-8")
THEIRS = "from celery import Celery\napp = Celery('mine', broker='memory://')\n"
#: Starts a run as a program of the user does, beside their own `tasks`.
PROGRAM = """
import sys, tasks, services
from prelabel import enqueue_project

assert tasks.app.main == "mine"
progress = enqueue_project(int(sys.argv[1])).wait(timeout_s=180)
print(progress.done, progress.failed)
"""


class Folder:
    """Somebody's folder, with an installation of the wheel apart from it."""

    def __init__(self, path: Path, programs: Path) -> None:
        self.path, self._programs = path, programs

    def run(self, program: str, *arguments: str, timeout_s: float = 300) -> subprocess.CompletedProcess[str]:
        """Run a program of the installation in the folder; nothing leads it to the checkout."""
        kept = {name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ}
        env = kept | {"PATH": f"{self._programs}{os.pathsep}{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
        command = [str(self._programs / program), *arguments]
        return subprocess.run(command, cwd=self.path, env=env, capture_output=True, text=True, timeout=timeout_s)


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel and install it into an environment that has our libraries; return its folder of programs."""
    folder = tmp_path_factory.mktemp("wheel")
    source, target = folder / "source", folder / "installed"
    source.mkdir()
    for name in (*SHIPPED, "pyproject.toml", "README.md", "LICENSE", "NOTICE"):
        path = ROOT / name
        if path.is_dir():
            shutil.copytree(path, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(path, source / name)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    offline = ["--no-deps", "--no-index"]
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}  # it may lead to the checkout
    build = [*pip, "wheel", *offline, "--no-build-isolation", "-w", str(folder), str(source)]
    subprocess.run(build, check=True, env=env)
    venv.create(target, with_pip=False)
    (wheel,) = folder.glob("prelabel-*.whl")
    install = [*pip, "--python", str(target / "bin" / "python"), "install", *offline, str(wheel)]
    subprocess.run(install, check=True, env=env)
    installed = Path(sysconfig.get_path("purelib", vars={"base": str(target)}))
    (installed / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    return target / "bin"


@pytest.fixture
def folder(programs: Path, label_studio: LabelStudioServer, tmp_path: Path) -> Iterator[Folder]:
    """Make somebody's folder with names of ours and a `.env`; end what runs there afterwards."""
    (tmp_path / "tasks.py").write_text(THEIRS, "utf-8")
    (tmp_path / "workers.py").write_text("number = 4\n", "utf-8")
    (tmp_path / "beat_schedule.py").write_text("every = 30\n", "utf-8")
    (tmp_path / "services").mkdir()
    (tmp_path / "services" / "__init__.py").write_text("", "utf-8")
    with RedisServer(tmp_path / "redis") as redis:
        lines = {
            "LABEL_STUDIO_URL": label_studio.url,
            "LABEL_STUDIO_API_KEY": label_studio.token,
            "REDIS_URL": redis.url,
            "PRELABEL_CPU_PROCESSES": "1",
            "PRELABEL_UPLOADER_PORT": str(free_port()),
            "PRELABEL_DISK_RESERVE_MB": "0",
        }
        (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in lines.items()), "utf-8")
        yield (made := Folder(tmp_path, programs))
        made.run("prelabel", "down")


def test_a_run_beside_tasks_of_somebody_else(folder: Folder, label_studio: LabelStudioServer) -> None:
    # Given the whole system, started from the wheel in a folder that has names of ours
    project = label_studio.create_project("beside tasks of somebody else", LABELLING)
    label_studio.upload_images(project, SAMPLES)
    started = folder.run("prelabel", "up", "--detach", "io", "cpu", "gpu", "beat", "uploader")
    assert started.returncode == 0, started.stderr + folder.run("prelabel", "logs").stdout
    # When a program of the folder starts a run
    run = folder.run("python", "-c", PROGRAM, str(project))
    # Then every page has its prediction
    assert run.stdout.split() == ["2", "0"], run.stderr + folder.run("prelabel", "logs").stdout
    pages = label_studio.pages(project)
    assert [len(page["predictions"]) for page in pages] == [1, 1]
    assert any(page["predictions"][0]["result"] for page in pages)
    # And a second start says that it runs, and all of it ends when asked
    again = folder.run("prelabel", "up")
    assert again.returncode == 0
    assert "already running" in again.stderr
    assert "gpu: ready" in again.stdout
    assert folder.run("prelabel", "down").stdout == "all processes have ended\n"


def test_plain_celery_commands_say_what_hides_our_modules(folder: Folder) -> None:
    # Given files that hide our modules one after the other
    for name, app, command in (
        ("workers.py", "workers.io", "prelabel worker io"),
        ("tasks.py", "workers.io", "prelabel worker io"),
        ("beat_schedule.py", "beat_schedule", "prelabel beat"),
    ):
        # When Celery is told to start ours
        ended = folder.run("python", "-m", "celery", "-A", app, "beat" if app == "beat_schedule" else "worker")
        # Then it ends with one line that names the file and the cure
        lines = ended.stderr.splitlines()
        assert (ended.returncode, len(lines)) == (2, 1), ended.stderr
        assert str(folder.path / name) in lines[0]
        assert command in lines[0]
        (folder.path / name).unlink()


def test_an_application_of_somebody_else_works_as_before(folder: Folder) -> None:
    ended = folder.run("python", "-m", "celery", "-A", "tasks", "report")
    assert ended.returncode == 0, ended.stderr
    assert "memory" in ended.stdout
