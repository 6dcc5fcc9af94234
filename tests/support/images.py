"""Container images without a container engine: a Dockerfile's steps on a bare Debian, one after the other."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.install.bare import Bare

ROOT = Path(__file__).parents[2]


@dataclass
class Image:
    """An image that was built in `system`: how its processes run."""

    system: Bare
    user: str = "root"
    folder: str = "/"
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, command: str) -> str:
        """Run a shell command as the image's processes run; return its output. Raises AssertionError if it fails."""
        process = self.system.start(command, cwd=self.folder, user=self.user, **self.environment)
        output, _ = process.communicate()
        assert process.returncode == 0, f"{command[:200]}\n{output[-4000:]}"
        return output


def build(dockerfile: str, system: Bare, arguments: Mapping[str, str]) -> Image:
    """Carry out the steps after FROM. `system` stands for the base image."""
    image = Image(system)
    text = re.sub(r"^#.*\n", "", (ROOT / dockerfile).read_text("utf-8"), flags=re.MULTILINE)
    steps = re.sub(r"\\\n", " ", text.split("\nFROM ", 1)[1]).splitlines()[1:]
    values = dict(arguments)
    for step in filter(None, steps):
        word, _, rest = step.partition(" ")
        _STEPS[word](image, rest.strip(), values)
    return image


def _arg(image: Image, rest: str, values: dict[str, str]) -> None:
    name, _, default = rest.partition("=")
    values.setdefault(name, default)


def _env(image: Image, rest: str, values: dict[str, str]) -> None:
    path = image.environment.get("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
    for pair in rest.split():
        name, _, value = pair.partition("=")
        image.environment[name] = value.replace("$PATH", path)


def _workdir(image: Image, rest: str, values: dict[str, str]) -> None:
    image.folder = rest
    image.system.run(f"mkdir -p {rest}")


def _copy(image: Image, rest: str, values: dict[str, str]) -> None:
    *sources, _target = rest.split()
    into = image.system.folder / image.folder.lstrip("/")
    left_out = set((ROOT / ".dockerignore").read_text("utf-8").split())
    listed = subprocess.run(["git", "ls-files", *sources], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in listed.stdout.splitlines():
        if name.split("/")[0] in left_out or not (ROOT / name).exists():
            continue
        (into / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, into / name)


def _run(image: Image, rest: str, values: dict[str, str]) -> None:
    process = image.system.start(rest, cwd=image.folder, **image.environment, **values)
    output, _ = process.communicate()
    assert process.returncode == 0, f"RUN {rest}\n{output[-4000:]}"


def _user(image: Image, rest: str, values: dict[str, str]) -> None:
    image.user = rest


def _command(image: Image, rest: str, values: dict[str, str]) -> None:
    assert rest.startswith("[")


_STEPS = {"ARG": _arg, "ENV": _env, "WORKDIR": _workdir, "COPY": _copy, "RUN": _run, "USER": _user, "CMD": _command}
