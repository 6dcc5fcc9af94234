"""scripts/install-python.sh with the real uv, from package indexes of the test's own."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


class Quiet(SimpleHTTPRequestHandler):
    """A file server without a log."""

    def log_message(self, *arguments: object) -> None:
        pass


@contextmanager
def index(folder: Path, *packages: tuple[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Serve wheels of packages (name, version); yield the index's address and each wheel's digest."""
    digests = {}
    for name, version in packages:
        wheel = folder / name.replace("_", "-") / f"{name}-{version}-py3-none-any.whl"
        wheel.parent.mkdir(parents=True)
        about = f"{name}-{version}.dist-info"
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr(f"{name}.py", f"version = '{version}'\n")
            archive.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
            archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            archive.writestr(f"{about}/RECORD", "")
        digests[name] = hashlib.sha256(wheel.read_bytes()).hexdigest()
        link = f'<a href="{wheel.name.replace("+", "%2B")}#sha256={digests[name]}">{wheel.name}</a>'
        (wheel.parent / "index.html").write_text(link, "utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", digests
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a folder with the scripts and the lock of the tools, which are this checkout's."""
    folder = tmp_path / "project"
    shutil.copytree(ROOT / "scripts", folder / "scripts")
    (folder / "locks").mkdir()
    shutil.copy(ROOT / "locks" / "tools.txt", folder / "locks")
    return folder


def install(project: Path, **env: str) -> tuple[int, str]:
    known = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))}
    known |= {"TOOLS": str(ROOT / ".local" / "tools"), "PIP_CONFIG_FILE": os.devnull, "UV_NO_CACHE": "1"}
    command = [str(project / "scripts" / "install-python.sh"), str(project / "venv"), "tiny", "dependencies"]
    done = subprocess.run(command, env=known | env, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr


def installed(project: Path, name: str) -> str:
    code = f"from importlib.metadata import version; print(version('{name}'))"
    done = subprocess.run([project / "venv" / "bin" / "python", "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def lock(project: Path, digests: dict[str, str]) -> None:
    lines = [f"{name.replace('_', '-')}=={version} \\\n    --hash=sha256:{digests[name]}" for name, version in PACKAGES]
    (project / "locks" / "tiny.txt").write_text("\n".join(lines) + "\n", "utf-8")


PACKAGES = (("nvidia_cuda", "13.0"), ("small", "1.0"), ("torch", "2.15.0"))


def test_torch_comes_from_an_index_of_its_own_and_all_else_by_the_lock(project: Path, tmp_path: Path) -> None:
    cpu = ("torch", "2.15.0+cpu")
    with index(tmp_path / "usual", *PACKAGES) as (usual, digests), index(tmp_path / "torch", cpu) as (other, _):
        lock(project, digests)
        # Given an environment as the lock names it
        code, output = install(project, UV_DEFAULT_INDEX=usual)
        assert code == 0, output
        assert (installed(project, "torch"), installed(project, "small")) == ("2.15.0", "1.0")
        # When torch has an index of its own
        shutil.rmtree(project / "venv")
        code, output = install(project, UV_DEFAULT_INDEX=usual, TORCH_INDEX=other)
        # Then its build is installed at the lock's version, without CUDA, and the rest as before
        assert code == 0, output
        assert (installed(project, "torch"), installed(project, "small")) == ("2.15.0+cpu", "1.0")
        assert not (next((project / "venv" / "lib").glob("python3*")) / "site-packages" / "nvidia_cuda.py").exists()


def test_a_file_that_is_not_the_locked_one_is_refused(project: Path, tmp_path: Path) -> None:
    with index(tmp_path / "usual", *PACKAGES) as (usual, digests):
        lock(project, digests | {"small": "0" * 64})
        code, output = install(project, UV_DEFAULT_INDEX=usual)
        assert code != 0
        assert "hash mismatch" in output.lower()


def test_pips_settings_lead_uv_to_the_index(project: Path, tmp_path: Path) -> None:
    with index(tmp_path / "usual", *PACKAGES) as (usual, digests):
        lock(project, digests)
        (tmp_path / "pip.conf").write_text(f"[global]\nindex-url = {usual}\nfind-links = /nowhere/wheels\n", "utf-8")
        code, output = install(project, PIP_CONFIG_FILE=str(tmp_path / "pip.conf"))
        assert code == 0, output
        assert installed(project, "small") == "1.0"
