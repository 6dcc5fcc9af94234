"""The locks: every version that set-up and the images install, with hashes, for all platforms.

`python -m scripts.lock` keeps the present versions where they still fit; `--upgrade` takes the newest. One file for
each set that is installed together, and constraints.txt for people who install extras with pip. The files hold names,
versions, markers and hashes, and never an address. uv resolves, because it writes one lock for all systems and Python
versions; uv.lock itself is of no use here, as it holds addresses.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from packaging.version import Version

from scripts.dependencies import requirements

ROOT = Path(__file__).parent.parent
LOCKS = ROOT / "locks"
CONSTRAINTS = ROOT / "constraints.txt"
UV = ROOT / ".local" / "tools" / "bin" / "uv"
HEADER = "# Written by scripts/lock.py\n"
LABEL_STUDIO = "1.23.2"

_LIGHT = "read,services,signing,s3,socks"
#: Name of each lock: extras of pyproject.toml, or requirements of its own. Each lock prefers the versions of the
#: earlier ones, so the sets agree wherever their requirements allow it, and nothing holds the first ones back.
SETS: dict[str, str | list[str]] = {
    "demo": "read,services",
    "light": _LIGHT,
    "cpu": f"{_LIGHT},easyocr",
    "gpu": "kie,layoutlm,signing,s3,socks",
    "dev": "dev",
    # tzdata: small systems have no time zones, and Django asks for UTC by name.
    "label-studio": [f"label-studio=={LABEL_STUDIO}", "tzdata"],
    "tools": ["uv", "setuptools>=77", "wheel"],  # the installer, and what builds packages that come as source
}
#: label-studio-sdk holds OpenCV and thereby numpy at old versions. It never calls OpenCV here, so the tests run with
#: the versions that users get.
OVERRIDES = {"dev": ["opencv-python-headless>=4.12"]}
#: EasyOCR and RapidOCR name no upper bound, and were made for OpenCV 4. From 1.28 on, ONNX Runtime
#: takes 10 to 25 MB more.
HELD = ["opencv-python-headless<5", "onnxruntime<1.28"]
_OPTIONS = [
    "--universal",
    "--python-version",
    "3.11",
    "--fork-strategy",
    "fewest",
    "--no-header",
    "--no-annotate",
    "--quiet",
]


def resolve(wanted: list[str], preferred: str, overrides: list[str] | None = None) -> str:
    """Return the lock of these requirements; versions of the lock `preferred` are kept where they fit."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "wanted.in").write_text("\n".join(wanted), "utf-8")
        (folder / "overrides.in").write_text("\n".join(overrides or []), "utf-8")
        (folder / "held.in").write_text("\n".join(HELD), "utf-8")
        (folder / "lock.txt").write_text(preferred, "utf-8")
        files = ["wanted.in", "--output-file", "lock.txt", "--overrides", "overrides.in", "--constraints", "held.in"]
        command = [str(_uv()), "pip", "compile", *files, *_OPTIONS, "--generate-hashes"]
        done = subprocess.run(command, cwd=folder, stderr=subprocess.PIPE, text=True)
        if done.returncode:
            raise SystemExit(f"lock: {done.stderr.strip()}")
        return (folder / "lock.txt").read_text("utf-8")


def _uv() -> Path | str:
    return UV if UV.exists() else shutil.which("uv") or sys.exit("lock: uv is missing: run `make setup`")


def entries(lock: str) -> list[str]:
    """Return a lock's entries: a requirement and, on further lines, its hashes."""
    return re.findall(r"^[a-z0-9].*(?:\n {4}.+)*", lock, re.MULTILINE)


def pins(lock: str) -> dict[str, list[tuple[str, str]]]:
    """Return (version, marker or "") by the name of each package; several if they differ by marker."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name, version, marker in re.findall(r"^([a-z0-9][\w.-]*)==([^\s;]+)(?: ; ([^\\\n]+))?", lock, re.MULTILINE):
        found.setdefault(name, []).append((version, marker.strip()))
    return found


def joined(first: str, second: str) -> str:
    """Return `first` with the entries of those packages of `second` that it lacks."""
    known = pins(first)
    more = [entry for entry in entries(second) if not known.keys() & pins(entry).keys()]
    return "\n".join([*entries(first), *more]) + "\n"


def constraints(tested: str, unforced: str) -> str:
    """Return the tested versions without hashes, for pip.

    Where the resolution without overrides has another version, both are allowed, so that pip finds a way with every
    extra.
    """
    lines = []
    for name, versions in sorted(pins(tested).items()):
        all_versions = {version for version, _ in [*versions, *pins(unforced).get(name, [])]}
        if len(all_versions) > 1:
            low, *_, high = sorted(all_versions, key=Version)
            lines.append(f"{name}>={low},<={high}")
        else:
            lines += [f"{name}=={version}{f' ; {marker}' if marker else ''}" for version, marker in versions]
    return HEADER + "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions that fit")
    upgrade = parser.parse_args().upgrade
    LOCKS.mkdir(exist_ok=True)
    known = ""
    for name, wanted in SETS.items():
        file = LOCKS / f"{name}.txt"
        lines = requirements(wanted.split(",")) if isinstance(wanted, str) else wanted
        preferred = joined(known, file.read_text("utf-8")) if file.exists() and not upgrade else known
        lock = resolve(lines, preferred, OVERRIDES.get(name))
        file.write_text(HEADER + lock, "utf-8")
        known = joined(known, lock)
        print(f"lock: {file.relative_to(ROOT)} {len(pins(lock))} packages")
    tested = (LOCKS / "dev.txt").read_text("utf-8")
    CONSTRAINTS.write_text(constraints(tested, resolve(requirements(["dev"]), tested)), "utf-8")


if __name__ == "__main__":
    main()
