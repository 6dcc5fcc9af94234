"""The check of Celery's command line for files that hide our modules: which commands it ends, and which it leaves."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from prelabel.startup.celery_guard import check_command_line

OWN_APP = "from celery import Celery\napp = Celery('mine')\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ended(*arguments: str, program: str = "/usr/bin/celery") -> bool:
    try:
        check_command_line(program, arguments)
    except SystemExit as end:
        return end.code == 2
    return False


@pytest.mark.parametrize(
    "arguments",
    [
        ["-A", "workers.io", "worker"],
        ["-Aworkers.io", "worker", "-l", "INFO"],
        ["--app=workers.io", "worker"],
        ["-b", "redis://localhost", "--app", "workers.io:app", "-q", "worker"],
    ],
)
def test_every_way_to_name_our_app_is_understood(folder: Path, arguments: Sequence[str]) -> None:
    (folder / "workers.py").write_text("number = 4\n", "utf-8")
    assert ended(*arguments)


def test_the_folder_that_celery_is_told_to_work_in_counts(folder: Path) -> None:
    (folder / "elsewhere").mkdir()
    (folder / "elsewhere" / "workers.py").write_text("", "utf-8")
    assert not ended("-A", "workers.io", "worker")
    assert ended("--workdir", "elsewhere", "-A", "workers.io", "worker")


@pytest.mark.parametrize(
    ("files", "app"),
    [
        ({"tasks.py": OWN_APP}, "tasks"),
        ({"tasks.py": OWN_APP}, "tasks.app"),
        ({"workers/__init__.py": "", "workers/io.py": OWN_APP}, "workers.io"),
        ({"workers.py": "from shop import io\n"}, "workers.io"),
        ({"beat_schedule.py": OWN_APP}, "beat_schedule"),
        ({"services.py": OWN_APP}, "services"),
        ({"services/__init__.py": "", "services/uploader.py": OWN_APP}, "services.uploader"),
        ({"shop.py": OWN_APP}, "shop"),
    ],
)
def test_commands_of_other_applications_are_left_alone(folder: Path, files: dict[str, str], app: str) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    assert not ended("-A", app, "worker")


def test_other_programs_are_left_alone(folder: Path) -> None:
    (folder / "workers.py").write_text("", "utf-8")
    assert not ended("-A", "workers.io", "worker", program="/usr/bin/somebody")
