"""The command line without a server: versions, help, wrong settings and arguments, and forbidden imports."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.support.cli_runs import NOWHERE, Cli, program


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Cli:
    monkeypatch.chdir(tmp_path)  # no .env of the developer
    return Cli(monkeypatch, capsys)


def test_version(cli: Cli) -> None:
    assert cli("--version").out == f"prelabel {version('prelabel')}\n"


def test_help_names_every_command(cli: Cli) -> None:
    shown = cli("--help").out
    for command in ("enqueue", "status", "failed", "doctor", "read", "evaluate", "models"):
        assert command in shown


def test_without_arguments_shows_help_and_fails(cli: Cli) -> None:
    outcome = cli()
    assert outcome.code == 2
    assert "Usage: prelabel" in outcome.out + outcome.err


@pytest.mark.parametrize(
    ("args", "settings", "says"),
    [
        (["status", "six"], {}, "'six' is not a valid integer"),
        (["status", "0"], {}, "0 is not in the range"),
        (["statsu", "6"], {}, "No such command"),
        (["status", "6"], {"LABEL_STUDIO_URL": ""}, "LABEL_STUDIO_URL is not set"),
        (["status", "6"], {"LABEL_STUDIO_URL": "localhost:8080"}, "must begin with http"),
        (["status", "6"], {"HTTP_TIMEOUT": "soon"}, "HTTP_TIMEOUT"),
        (["status", "6"], {"REDIS_URL": "nonsense"}, "REDIS_URL is not a Redis address"),
        (["status", "6"], {"REDIS_URL": f"redis://:hunter2@{NOWHERE}/0"}, "Redis does not answer"),
        (["failed", "list", "6"], {"REDIS_URL": f"redis://{NOWHERE}/0"}, "Redis does not answer"),
        (["failed", "retry", "6"], {"REDIS_URL": f"redis://{NOWHERE}/0"}, "say which pages"),
        (["enqueue", "6"], {"LABEL_STUDIO_API_KEY": ""}, "LABEL_STUDIO_API_KEY is not set"),
        (["enqueue", "6"], {"LABEL_STUDIO_URL": f"http://{NOWHERE}"}, "does not answer"),
        (["models"], {"LAYOUTLM_MODEL": "/no/such/folder"}, "no model folder /no/such/folder"),
        (["models"], {"SER": "layoutlm"}, "LAYOUTLM_MODEL"),
        (["models"], {"SER": "bert"}, "SER: Input should be"),
    ],
)
def test_what_is_wrong_is_one_line_with_exit_code_2(
    cli: Cli, args: list[str], settings: dict[str, str], says: str
) -> None:
    given = {"LABEL_STUDIO_URL": "http://label-studio.example", "LABEL_STUDIO_API_KEY": "0" * 40} | settings
    outcome = cli(*args, **given)
    assert outcome.code == 2
    assert says in outcome.error_line()
    assert "hunter2" not in outcome.err
    assert not outcome.out


def test_models_names_the_tagger_in_use(cli: Cli) -> None:
    [row] = cli("models", "--json").json()
    assert row["kind"] == "compact"
    assert set(row["labels"]) >= {"QUESTION", "ANSWER", "HEADER", "OTHER"}
    assert row["digest"] in cli("models").out


def test_light_commands_start_without_torch_and_ocr(tmp_path: Path) -> None:
    heavy = ["torch", "transformers", "easyocr", "tesserocr", "label_studio_sdk"]
    code = f"""
import sys
from prelabel.cli import cli
from prelabel.cli.doctor import all_checks, ledger
for args in (["models"], ["status", "1", "--once"], ["failed", "list", "1"], ["enqueue", "1"]):
    try:
        cli.main(args, standalone_mode=False)
    except Exception as error:
        print(type(error).__name__, file=sys.stderr)
import json; print(json.dumps([name for name in {heavy!r} if name in sys.modules]))
"""
    settings = {"LABEL_STUDIO_URL": f"http://{NOWHERE}", "REDIS_URL": f"redis://{NOWHERE}/0"}
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(run.stdout.splitlines()[-1]) == []


def test_a_closed_pipe_gives_no_traceback(tmp_path: Path) -> None:
    shell = f"{sys.executable} -c 'from prelabel.cli import main; main()' --help | true"
    run = subprocess.run(["bash", "-c", shell], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Traceback" not in run.stderr


def test_korean_under_an_ascii_locale_is_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "빈폴더").mkdir()
    outcome = program("read", "빈폴더", cwd=tmp_path, PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C")
    assert outcome.code == 2
    assert "holds no image" in outcome.error_line()


def test_ctrl_c_ends_cleanly_with_130(tmp_path: Path) -> None:
    """Given a Redis that never answers, when the user presses Ctrl-C, then the program ends without a traceback."""
    code = "import sys; from prelabel.cli import main; print('up', flush=True); main(['status', '1'])"
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        child = subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env=os.environ | {"LABEL_STUDIO_URL": f"http://{NOWHERE}", "REDIS_URL": address},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        with child:
            assert child.stdout is not None
            child.stdout.readline()
            silent.settimeout(10)
            connection, _ = silent.accept()  # the child waits for an answer until this is closed
            with connection:
                child.send_signal(signal.SIGINT)
                _, err = child.communicate(timeout=20)
    assert child.returncode == 130
    assert "Traceback" not in err
