"""The command line without a server: versions, help, wrong settings and arguments, and forbidden imports."""

from __future__ import annotations

import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from prelabel.cli import cli as commands
from prelabel.cli.everywhere import general_options
from prelabel.cli.groups import GROUPS, OTHERS, Commands
from prelabel.cli.output import hint, say, say_error, warn
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
        (["models"], {"SER": "bert"}, "SER must be 'auto', 'layoutlm' or 'compact'"),
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


def test_help_shows_every_command_once_under_a_heading(cli: Cli) -> None:
    """Given all commands of the library, the help names each under a heading of its own, and none is left over."""
    shown = cli("--help").out
    headings = [line.rstrip(":") for line in shown.splitlines() if line.endswith(":") and not line.startswith(" ")]
    assert headings == ["Options", *(heading for heading in GROUPS if heading in headings)]
    assert all(len(re.findall(rf"^  {name} ", shown, re.MULTILINE)) == 1 for name in commands.commands)
    assert OTHERS not in shown


def test_a_command_of_another_package_stands_under_its_heading_or_under_the_others() -> None:
    group = Commands("prelabel")
    for name in ("worker", "read", "strange"):
        group.add_command(click.Command(name, help=f"Does {name}."))
    with click.Context(group) as context:
        shown = group.get_help(context)
    assert shown.index("Start here:") < shown.index("read") < shown.index("Workers:") < shown.index("worker")
    assert shown.index(f"{OTHERS}:") < shown.index("strange")


def test_help_says_the_exit_codes(cli: Cli) -> None:
    shown = " ".join(cli("--help").out.split())
    assert "0 all good" in shown
    assert "130 interrupted" in shown


@pytest.mark.parametrize("args", [["--env-file", "my.env", "status", "6"], ["status", "6", "--env-file", "my.env"]])
def test_env_file_names_the_settings_before_and_after_the_command(
    cli: Cli, tmp_path: Path, args: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRELABEL_ENV_FILE", "other.env")  # so that the command's own ends with the test
    (tmp_path / ".env").write_text("LABEL_STUDIO_URL=http://one.example\nREDIS_URL=nonsense\n")
    (tmp_path / "my.env").write_text(f"LABEL_STUDIO_URL=http://two.example\nREDIS_URL=redis://{NOWHERE}/0\n")
    assert "Redis does not answer" in cli(*args).error_line()


def test_a_missing_env_file_is_one_line(cli: Cli) -> None:
    outcome = cli("models", "--env-file", "none.env")
    assert outcome.code == 2
    assert "none.env" in outcome.error_line()
    assert "--env-file" in outcome.error_line()


def test_quiet_leaves_out_hints_and_warnings(cli: Cli) -> None:
    group = Commands("prelabel", params=general_options())

    @group.command()
    def work() -> None:
        say("done", "go on with: more")
        hint("more is possible")
        warn("something is odd")
        say_error("something is wrong")

    runner = CliRunner()
    loud, quiet = runner.invoke(group, ["work"]), runner.invoke(group, ["work", "-q"])
    assert loud.stdout == "done; go on with: more\nmore is possible\n"
    assert loud.stderr == "prelabel: warning: something is odd\nprelabel: something is wrong\n"
    assert (quiet.stdout, quiet.stderr) == ("done\n", "prelabel: something is wrong\n")
    assert runner.invoke(group, ["-q", "work"]).stdout == "done\n"


def test_verbose_writes_the_log_to_stderr_without_secrets() -> None:
    group = Commands("prelabel", params=general_options())

    @group.command()
    def work() -> None:
        log = logging.getLogger("prelabel.somewhere")
        log.info("fetched %s", "https://s3.example/a.png?X-Amz-Signature=abcdef")
        log.debug("in detail")

    runner = CliRunner()
    assert runner.invoke(group, ["work"]).stderr == ""
    once, twice = runner.invoke(group, ["work", "-v"]).stderr, runner.invoke(group, ["-vv", "work"]).stderr
    assert once == "INFO prelabel.somewhere: fetched https://s3.example/a.png?***\n"
    assert twice == once + "DEBUG prelabel.somewhere: in detail\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_the_script_of_each_shell(cli: Cli, shell: str) -> None:
    assert "_PRELABEL_COMPLETE" in cli("completion", shell).out


def test_the_script_of_bash_completes_commands_and_options(tmp_path: Path) -> None:
    """Given the script in a shell, when Tab is pressed after "fai" and after an option's beginning, both are found."""
    program = tmp_path / "prelabel"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -c "from prelabel.cli import main; main()" "$@"\n')
    program.chmod(0o755)
    ask = (
        'eval "$(prelabel completion bash)"; '
        'COMP_WORDS=(prelabel fai); COMP_CWORD=1; _prelabel_completion prelabel; echo "${COMPREPLY[@]}"; '
        "COMP_WORDS=(prelabel read --wo); COMP_CWORD=2; COMPREPLY=(); _prelabel_completion prelabel; "
        'echo "${COMPREPLY[@]}"'
    )
    path = f"{tmp_path}:{os.environ['PATH']}"
    run = subprocess.run(
        ["bash", "-c", ask], env=os.environ | {"PATH": path}, capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == ["failed", "--words"]
