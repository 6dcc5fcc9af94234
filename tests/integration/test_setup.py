"""scripts/setup.sh on machines that lack something: run on a copy, with stand-ins for Python, apt-get and sudo.

The stand-ins are programs on a PATH of their own, so that a test can choose the failure. The real script runs before
every `make test`.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = (
    "bash env sh cat cut tail head grep tr awk mkdir rm touch uname flock sha256sum mktemp sleep df id dirname cp chmod"
)

#: Stand-in for Python: makes an environment that holds a copy of itself, records every installation, and brings the
#: stand-in for uv where pip is asked for it.
PYTHON = """#!/bin/bash
case "$1 $2" in
  "-m venv") mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; cp "$0" "$3/bin/pip" ;;
  "-m pip")
    case "$*" in
      *tools.txt*) [ "${NO_UV:-}" ] && exit 1; cp "$(dirname "$CALLS")/uv" "$(dirname "$0")/uv"; exit 0 ;;
      *--no-deps\\ --no-build-isolation\\ --require-hashes*) ;;
      *) exit 0 ;;
    esac
    echo "pip $0 $*" >>"$CALLS"; sleep "${PIP_SECONDS:-0}"; echo "${PIP_SAYS:-}"; exit "${PIP_CODE:-0}" ;;
esac
"""
#: Stand-in for uv. Only `pip sync`, one for each environment, is recorded.
UV = """#!/bin/bash
for last; do :; done
case "$1 $2" in
  venv*) mkdir -p "$last/bin"; cp "$(dirname "$0")/python" "$last/bin/python"
         echo "VIRTUAL_ENV=$PWD/$last" >"$last/bin/activate" ;;
  "pip sync") echo "uv $4 $last" >>"$CALLS"; sleep "${PIP_SECONDS:-0}"; echo "${PIP_SAYS:-}"; exit "${PIP_CODE:-0}" ;;
esac
"""
LANGUAGES = "#!/bin/bash\nprintf 'List:\\neng\\nkor\\nosd\\n'\n"


@dataclass
class Machine:
    """A copy of the files that the set-up reads, and a PATH that holds only the programs of the test."""

    root: Path
    bin: Path
    calls: Path
    env: dict[str, str] = field(default_factory=dict)

    def put(self, name: str, text: str) -> None:
        (self.bin / name).write_text(text, "utf-8")
        (self.bin / name).chmod(0o755)

    def start(self, *command: str, **env: str) -> subprocess.Popen[str]:
        full = {"PATH": str(self.bin), "HOME": str(self.root), "CALLS": str(self.calls), "CI": "true", **env}
        return subprocess.Popen(
            command or ("scripts/setup.sh",),
            cwd=self.root,
            env=full,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *command: str, **env: str) -> tuple[int, str]:
        process = self.start(*command, **env)
        output, _ = process.communicate(timeout=60)
        return process.returncode, output

    def installations(self) -> list[str]:
        return self.calls.read_text("utf-8").splitlines() if self.calls.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Return a machine that has everything except the environments."""
    made = Machine(tmp_path / "project", tmp_path / "bin", tmp_path / "calls")
    made.bin.mkdir()
    for tool in TOOLS.split():
        (made.bin / tool).symlink_to(shutil.which(tool) or pytest.fail(f"no {tool} here"))
    shutil.copytree(ROOT / "scripts", made.root / "scripts")
    shutil.copytree(ROOT / "locks", made.root / "locks")
    (made.root / "synthetic").mkdir()
    for name in ("pyproject.toml", "synthetic/pyproject.toml"):
        shutil.copy(ROOT / name, made.root / name)
    (tmp_path / "uv").write_text(UV, "utf-8")
    (tmp_path / "uv").chmod(0o755)
    ldconfig = "#!/bin/bash\necho libgomp.so.1\n"
    programs = {"python3": PYTHON, "tesseract": LANGUAGES, "redis-server": "#!/bin/bash\n", "ldconfig": ldconfig}
    for name, text in programs.items():
        made.put(name, text)
    return made


def test_the_first_call_installs_and_the_second_does_nothing(machine: Machine) -> None:
    code, output = machine.run()
    assert code == 0, output
    assert len(machine.installations()) == 2, "our environment and Label Studio's"
    for name in ("venv", "label-studio", "packages"):
        assert f"setup: {name}: " in output, "each part is named when it begins"
    began = time.monotonic()
    code, output = machine.run()
    assert code == 0
    assert re.fullmatch(r"setup: ready after \d s\n", output), "nothing was made, so there is no other output"
    assert len(machine.installations()) == 2
    assert time.monotonic() - began < 5


def test_another_lock_is_installed(machine: Machine) -> None:
    machine.run()
    with (machine.root / "locks" / "demo.txt").open("a") as lock:
        lock.write("another==1.0\n")
    machine.run()
    assert [line.split("/")[-1] for line in machine.installations()[2:]] == ["demo.txt"]


def test_tests_install_the_rest_and_the_demo_is_content_with_it(machine: Machine) -> None:
    # Given a machine that has run the demo
    machine.run()
    machine.put("chromium", "#!/bin/bash\n")
    machine.put("pdftoppm", "#!/bin/bash\n")
    # When the tests are set up
    code, output = machine.run("scripts/setup.sh", "--tests")
    assert code == 0, output
    # Then their lock takes the place of the demo's, and stays when the demo is set up again
    assert [line.split("/")[-1] for line in machine.installations()[2:]] == ["dev.txt"]
    assert machine.run()[0] == 0
    assert len(machine.installations()) == 3
    with (machine.root / "locks" / "dev.txt").open("a") as lock:
        lock.write("another==1.0\n")
    machine.run()
    assert [line.split("/")[-1] for line in machine.installations()[3:]] == ["dev.txt"]


def test_an_environment_of_an_older_set_up_is_brought_to_the_lock(machine: Machine) -> None:
    """Older set-ups wrote a digest alone, and pip's scripts into the environment."""
    machine.run()
    (machine.root / ".venv" / ".stamp").write_text("0123456789abcdef\n")
    (machine.root / ".venv" / "kept").touch()
    code, output = machine.run()
    assert code == 0, output
    assert [line.split("/")[-1] for line in machine.installations()[2:]] == ["demo.txt"]
    assert (machine.root / ".venv" / "kept").exists(), "what fits the lock is not downloaded again"


def test_where_uv_cannot_be_had_pip_installs(machine: Machine) -> None:
    code, output = machine.run(NO_UV="1")
    assert code == 0, output
    assert [line.split("/")[-1] for line in sorted(machine.installations())] == ["label-studio.txt", "demo.txt"]
    assert all("--require-hashes" in line for line in machine.installations())


def test_a_terminal_sees_what_runs(machine: Machine) -> None:
    """The line that moves is for terminals only: in a pipe there is no carriage return."""
    command = "script -qec scripts/setup.sh /dev/null"
    machine.put("script", f'#!/bin/bash\nexec {shutil.which("script")} "$@"\n')
    code, output = machine.run(*command.split(), PIP_SECONDS="3", PIP_SAYS="Downloading")
    assert code == 0, output
    assert re.search(r"\x1b\[Ksetup: \d s: (venv|label-studio)", output)
    assert re.search(r"setup: venv: ready after \d s", output)
    assert "\x1b" not in machine.run(PIP_SECONDS="0")[1]


def test_a_moved_folder_is_installed_anew(machine: Machine) -> None:
    machine.run()
    (machine.root / ".venv" / "left-over").touch()
    machine.root = machine.root.rename(machine.root.with_name("moved"))
    code, output = machine.run()
    assert code == 0, output
    assert not (machine.root / ".venv" / "left-over").exists()


@pytest.mark.parametrize(
    ("says", "told"),
    [
        ("ERROR: Could not install: [Errno 28] No space left on device", "the disk is full"),
        ("NewConnectionError: Temporary failure in name resolution", "no network"),
        ("error: Failed to fetch: `https://...` Caused by: error sending request: dns error", "no network"),
        ("connection broken by SSLError([SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed)", "is not trusted"),
        ("error: Hash mismatch for `celery==5.7.0`", "not the one that the lock names"),
        ("ERROR: something new", "failed"),
    ],
)
def test_a_failed_installation_is_reported_and_tried_again(machine: Machine, says: str, told: str) -> None:
    # Given an installation that fails
    code, output = machine.run(PIP_CODE="1", PIP_SAYS=says)
    # Then one line says why and where to look
    assert code == 2
    assert told in output
    assert ".local/logs/setup-" in output
    assert not (machine.root / ".venv" / ".stamp").exists()
    # And the next call starts it again
    code, output = machine.run()
    assert code == 0, output


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_the_next_setup_completes_an_interrupted_one(machine: Machine, end: signal.Signals) -> None:
    # Given a set-up that is killed during an installation
    process = machine.start(PIP_SECONDS="2")
    deadline = time.monotonic() + 10
    while len(machine.installations()) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    os.kill(process.pid, end)
    process.wait()
    assert process.stdout is not None
    process.stdout.close()
    # When the next set-up runs at once
    code, output = machine.run()
    # Then everything is there
    assert code == 0, output
    assert (machine.root / ".venv" / ".stamp").exists()
    assert not (machine.root / ".venv" / ".unfinished").exists()


def test_two_at_once_install_once(machine: Machine) -> None:
    both = [machine.start(PIP_SECONDS="1") for _ in range(2)]
    outputs = [process.communicate(timeout=60)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], outputs
    assert sum("another set-up runs in this folder" in output for output in outputs) == 1
    assert len(machine.installations()) == 2


def test_a_full_disk_is_seen_before_the_download(machine: Machine) -> None:
    (machine.bin / "df").unlink()
    machine.put("df", "#!/bin/bash\nprintf 'Filesystem 1K Used Available\\n/dev/x 9 9 3145728 1%% /\\n'\n")
    code, output = machine.run("scripts/setup.sh", "--tests")
    assert code == 2
    assert "the disk has 3 GB left, and about 9 GB are needed" in output
    assert machine.run()[0] == 0, "the demo needs less"


def test_no_python_is_one_line(machine: Machine) -> None:
    machine.put("python3", "#!/bin/bash\nexit 1\n")
    code, output = machine.run()
    assert code == 2
    assert output.startswith("setup: Python 3.11 or newer is needed")


def test_a_folder_that_cannot_be_written_is_one_line(machine: Machine) -> None:
    (machine.root / ".local").touch()
    code, output = machine.run()
    assert code == 2
    assert output.startswith("setup: cannot write into ")


def _without_redis(machine: Machine, apt: str) -> None:
    (machine.bin / "redis-server").unlink()
    (machine.bin / "id").unlink()
    machine.put("id", "#!/bin/bash\necho 0\n")
    machine.put("apt-get", apt)


@pytest.mark.parametrize(
    ("apt", "told"),
    [
        ("exit 0", "installed, but not found on PATH="),
        ("echo 'Temporary failure: Could not resolve host'; exit 100", "no network"),
        ("echo 'E: No space left on device'; exit 100", "the disk is full"),
        ("echo 'E: held broken packages'; exit 100", "apt-get could not install redis-server"),
    ],
)
def test_a_failed_package_is_reported(machine: Machine, apt: str, told: str) -> None:
    _without_redis(machine, f"#!/bin/bash\n{apt}\n")
    code, output = machine.run()
    assert code == 2
    assert told in output


@pytest.mark.parametrize(("sudo", "told"), [(None, "no root and no sudo"), ("exit 1", "sudo wants a password")])
def test_users_without_rights_get_the_command_to_ask_for(machine: Machine, sudo: str | None, told: str) -> None:
    _without_redis(machine, "#!/bin/bash\n")
    machine.put("id", "#!/bin/bash\necho 1000\n")
    if sudo:
        machine.put("sudo", f"#!/bin/bash\n{sudo}\n")
    code, output = machine.run()
    assert code == 2
    assert told in output
    assert "apt-get install redis-server" in output


def test_without_rights_nothing_is_asked_when_nothing_is_missing(machine: Machine) -> None:
    (machine.bin / "id").unlink()
    machine.put("id", "#!/bin/bash\necho 1000\n")
    assert machine.run()[0] == 0


def test_other_systems_are_referred_to_docker(machine: Machine) -> None:
    (machine.bin / "uname").unlink()
    machine.put("uname", "#!/bin/bash\necho Darwin\n")
    code, output = machine.run()
    assert code == 2
    assert "docker compose" in output
