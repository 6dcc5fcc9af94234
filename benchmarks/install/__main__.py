"""`make demo` on a bare Debian: seconds and disk, cold and warm, and what takes them.

python -m benchmarks.install bookworm trixie

Makes the system by debootstrap (root, a minute), installs what the README asks for first, clones this checkout's last
commit into it, and runs `make demo EXIT=1` twice. Everything that is new on the disk counts, Label Studio, Debian's
packages and caches included, but not the clone itself.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.install.bare import Bare, missing_programs

ROOT = Path(__file__).parents[2]
ASKED_FOR = "git make python3"  # README.md: what has to be there
CLONE = "/root/prelabel"
#: Parts of the disk, in the order of the table.
PARTS = {
    "Debian's packages": ("/usr", "/var/lib/dpkg", "/etc"),
    "Debian's lists and caches": ("/var/lib/apt", "/var/cache", "/var/log"),
    ".venv": (f"{CLONE}/.venv",),
    "Label Studio": (f"{CLONE}/.local/label-studio",),
    "uv": (f"{CLONE}/.local/tools",),
    "pip's and uv's caches": ("/root/.cache", f"{CLONE}/.local/uv-cache"),
}


@dataclass
class Run:
    """One `make demo`: its seconds, and when it printed which line."""

    seconds: float
    cpu_s: float
    code: int
    lines: list[tuple[float, str]] = field(default_factory=list)


def demo(bare: Bare) -> Run:
    began, cpu = time.monotonic(), _children_cpu_s()
    process = bare.start("make demo EXIT=1", cwd=CLONE)
    assert process.stdout is not None
    lines = [(time.monotonic() - began, line.rstrip()) for line in process.stdout]
    code = process.wait()
    return Run(time.monotonic() - began, _children_cpu_s() - cpu, code, lines)


def _children_cpu_s() -> float:
    times = os.times()
    return times.children_user + times.children_system


def sizes(bare: Bare) -> dict[str, int]:
    return {part: bare.size(*paths) for part, paths in PARTS.items()} | {"all": bare.size()}


def measure(release: str, folder: Path) -> dict[str, object]:
    bare = Bare(folder / release)
    try:
        print(f"\n{release}: making a bare system", flush=True)
        bare.make(release, ASKED_FOR)
        target = bare.folder / CLONE.lstrip("/")
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(target)], check=True)
        before = sizes(bare)
        runs = {}
        for name in ("cold", "warm"):
            runs[name] = demo(bare)
            print(
                f"\n{release}, {name}: {runs[name].seconds:.1f} s, {runs[name].cpu_s:.0f} CPU s, code {runs[name].code}"
            )
            for at, line in shown(runs[name]):
                print(f"  {at:6.1f} s  {line}")
            if runs[name].code:
                raise SystemExit(f"install: make demo ended with {runs[name].code}")
        new = {part: size - before[part] for part, size in sizes(bare).items()}
        print(f"\n{release}, new on the disk:")
        for part, size in new.items():
            print(f"  {size / 1e6:7.0f} MB  {part}")
        return {
            "release": release,
            **{f"{name}_s": round(run.seconds, 1) for name, run in runs.items()},
            **{f"{name}_cpu_s": round(run.cpu_s, 1) for name, run in runs.items()},
            "disk_mb": {part: round(size / 1e6) for part, size in new.items()},
        }
    finally:
        bare.remove()


def shown(run: Run) -> Iterator[tuple[float, str]]:
    """Yield the lines that say what is done, or everything if it failed."""
    for at, line in run.lines:
        if run.code or line.startswith(("setup:", "Label Studio", "project", "stopping")) or "exactly one" in line:
            yield at, line[:110]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("releases", nargs="*", default=["bookworm", "trixie"], help="names of Debian's releases")
    parser.add_argument("--folder", type=Path, help="where the systems are made; default: a temporary folder")
    parser.add_argument("--json", action="store_true", help="one JSON object on the last line")
    options = parser.parse_args()
    if os.geteuid() or missing_programs():
        sys.exit(
            f"install: needs root and {', '.join(missing_programs()) or 'nothing more'} (apt-get install debootstrap)"
        )
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        results = [measure(release, Path(folder)) for release in options.releases]
    if options.json:
        print(json.dumps({"install": results}))


if __name__ == "__main__":
    main()
