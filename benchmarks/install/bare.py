"""A bare Debian in a folder, made by debootstrap, in which commands run as root.

A command has mounts and processes of its own, which the kernel ends with it: nothing is left mounted, and the folder
can be removed at any time. Package servers are reached as this machine reaches them: Debian's mirror, pip's index,
certificates and proxies are read here at run time.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

#: Variables by which this machine's programs find package servers.
_PASSED = re.compile(
    r"(SSL_CERT_FILE|REQUESTS_CA_|CURL_CA_|PIP_CERT|PIP_INDEX|PIP_DEFAULT_TIMEOUT|UV_DEFAULT_INDEX)|_proxy$", re.I
)
#: pip's settings that make sense on another machine; folders of this one do not.
_PIP = {"index-url": "PIP_INDEX_URL", "cert": "PIP_CERT", "proxy": "PIP_PROXY", "trusted-host": "PIP_TRUSTED_HOST"}
_MOUNTS = 'mount --rbind /dev "$0/dev" && mount -t tmpfs tmpfs "$0/dev/shm" && exec chroot "$0" "$@"'


class Bare:
    """A Debian of a named release in `folder`, with what `packages` names."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self._environment = dict(_passed_environment())
        self._files = {value: f"/opt/host/{name}" for name, value in self._environment.items() if Path(value).is_file()}
        self._environment = {name: self._files.get(value, value) for name, value in self._environment.items()}

    def make(self, release: str, packages: str) -> None:
        """Bootstrap the release and install packages. Raises CalledProcessError with the programs' output on stderr."""
        mirror = _mirror()
        command = ["debootstrap", "--variant=minbase", *_keyring(), release, str(self.folder), mirror]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        (self.folder / "etc/apt/sources.list").write_text(_sources(release, mirror), "utf-8")
        self._copy_network()
        self.run("apt-get -qq update && apt-get -qq install -y --no-install-recommends " + packages)
        self.run("apt-get clean && rm -rf /var/lib/apt/lists/*")

    def run(self, command: str, **env: str) -> None:
        """Run a shell command. Raises RuntimeError with the end of its output if it fails."""
        process = self.start(command, **env)
        output, _ = process.communicate()
        if process.returncode:
            raise RuntimeError(f"{command[:100]}: exit code {process.returncode}\n{output[-3000:]}")

    def start(self, command: str, cwd: str = "/root", user: str = "root", **env: str) -> subprocess.Popen[str]:
        """Start a shell command; its output can be read from `stdout`."""
        home = "/root" if user == "root" else f"/home/{user}"
        known = {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": home,
            "LC_ALL": "C.UTF-8",
        }
        line = (
            command
            if user == "root"
            else f"exec setpriv --reuid {user} --regid {user} --init-groups bash -c {_quoted(command)}"
        )
        own = ["unshare", "--mount", "--pid", "--fork", "--kill-child", f"--mount-proc={self.folder / 'proc'}"]
        return subprocess.Popen(
            [*own, "bash", "-c", _MOUNTS, str(self.folder), "bash", "-c", f"cd {_quoted(cwd)} && {line}"],
            env={**known, **self._environment, **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def _copy_network(self) -> None:
        """Copy names of servers, and certificates to a place that Debian's ca-certificates does not write to."""
        for source, name in {"/etc/resolv.conf": "/etc/resolv.conf", "/etc/hosts": "/etc/hosts", **self._files}.items():
            target = self.folder / name.lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)

    def size(self, *paths: str) -> int:
        """Return the bytes on disk of some paths, or of everything; files with several names count once."""
        names = [str(self.folder / path.lstrip("/")) for path in paths or ("",)]
        there = [name for name in names if Path(name).exists()]
        listed = subprocess.run(["du", "-sxc", "--block-size=1", *there], capture_output=True, text=True, check=True)
        return int(listed.stdout.splitlines()[-1].split()[0]) if there else 0

    def remove(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _mirror() -> str:
    """Return the address from which this machine takes Debian's packages."""
    listed = subprocess.run(["apt-cache", "policy"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"\d+ (\S+) \w+/main ", listed)
    if found is None:
        raise SystemExit("install: apt-cache policy names no mirror: run apt-get update first")
    return found[1]


def _sources(release: str, mirror: str) -> str:
    listed = subprocess.run(["apt-cache", "policy"], capture_output=True, text=True, check=True).stdout
    security = re.search(r"\d+ (\S+) \w+-security/main ", listed)
    lines = [f"deb {mirror} {release} main", f"deb {mirror} {release}-updates main"]
    return "\n".join(lines + ([f"deb {security[1]} {release}-security main"] if security else [])) + "\n"


def _keyring() -> Iterator[str]:
    ring = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
    if ring.exists():
        yield f"--keyring={ring}"


def _passed_environment() -> Iterator[tuple[str, str]]:
    """Yield what a package client needs to know of this machine's network."""
    yield from ((name, value) for name, value in os.environ.items() if _PASSED.search(name))
    listed = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True).stdout
    for key, value in re.findall(r"^(\S+)='(.*)'$", listed, re.MULTILINE):
        if variable := _PIP.get(key.rpartition(".")[2]):
            yield variable, value


def missing_programs() -> list[str]:
    """Return the programs that are needed and not installed."""
    return [name for name in ("debootstrap", "unshare", "apt-cache") if shutil.which(name) is None]
