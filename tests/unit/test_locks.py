"""The locks: complete, with hashes, without addresses, and in agreement with each other."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts import lock
from scripts.dependencies import requirements

ROOT = Path(__file__).parents[2]
#: Systems, processors and Pythons for which every lock must name a version of what is needed there.
PLATFORMS = [
    {"sys_platform": system, "platform_system": name, "platform_machine": machine, "python_full_version": python}
    for system, name, machine in [
        ("linux", "Linux", "x86_64"),
        ("linux", "Linux", "aarch64"),
        ("darwin", "Darwin", "arm64"),
    ]
    for python in ("3.11.2", "3.12.3", "3.13.5", "3.14.0")
]


def _text(name: str) -> str:
    return (lock.LOCKS / f"{name}.txt").read_text("utf-8")


def _wanted(name: str) -> list[Requirement]:
    lines = lock.SETS[name]
    return [Requirement(line) for line in (requirements(lines.split(",")) if isinstance(lines, str) else lines)]


def _here(marker: str, platform: dict[str, str]) -> bool:
    python = ".".join(platform["python_full_version"].split(".")[:2])
    return not marker or Marker(marker).evaluate({**platform, "python_version": python})


@pytest.mark.parametrize("name", lock.SETS)
def test_a_lock_holds_names_versions_markers_and_hashes_only(name: str) -> None:
    lines = [line for line in _text(name).splitlines() if not line.startswith("#")]
    entry, digest = r"[a-z0-9-]+==[\w.]+( ; [^\\/]+)? \\", r"    --hash=sha256:[0-9a-f]{64}( \\)?"
    assert [line for line in lines if not re.fullmatch(f"{entry}|{digest}", line)] == []
    assert "".join(f"{entry}\n" for entry in lock.entries(_text(name))).count("--hash=") > len(lines) / 3
    assert all("--hash=sha256:" in entry for entry in lock.entries(_text(name)))


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda p: "-".join(list(p.values())[1:]))
@pytest.mark.parametrize("name", lock.SETS)
def test_every_requirement_has_one_version_on_every_platform(name: str, platform: dict[str, str]) -> None:
    pins = lock.pins(_text(name))
    for wanted in _wanted(name):
        found = [number for number, marker in pins[canonicalize_name(wanted.name)] if _here(marker, platform)]
        assert len(found) == 1, wanted
        assert wanted.specifier.contains(found[0]), wanted


def test_the_sets_agree_and_nothing_holds_back_what_the_demo_runs() -> None:
    """The tests run what users get: label-studio-sdk, which wants an older numpy, is overruled in their lock."""
    tested = lock.pins(_text("dev"))
    for name in ("demo", "light", "cpu", "gpu"):
        for package, versions in lock.pins(_text(name)).items():  # a marker may be wider where more packages want it
            assert {number for number, _ in versions} == {number for number, _ in tested[package]}, package


def test_only_the_locks_for_it_have_torch_and_the_sdk() -> None:
    holding = {
        package: [name for name in lock.SETS if package in lock.pins(_text(name))]
        for package in ("torch", "label-studio-sdk", "boto3")
    }
    assert holding == {
        "torch": ["cpu", "gpu", "dev"],
        "label-studio-sdk": ["dev", "label-studio"],
        "boto3": ["light", "cpu", "gpu", "dev", "label-studio"],
    }


def test_the_environment_is_the_locked_one() -> None:
    locked = lock.pins(_text("dev"))
    named = [canonicalize_name(wanted.name) for wanted in _wanted("dev")]
    found = {name: version(name).split("+")[0] for name in named}
    assert found == {name: next(number for number, marker in locked[name] if not marker) for name in named}


def test_constraints_name_what_the_tests_run_and_allow_what_every_extra_needs() -> None:
    lines = [line for line in lock.CONSTRAINTS.read_text("utf-8").splitlines() if not line.startswith("#")]
    allowed = {Requirement(line).name: Requirement(line).specifier for line in lines}
    for name, pins in lock.pins(_text("dev")).items():
        assert all(allowed[name].contains(number) for number, _ in pins), name
    assert allowed["numpy"].contains("2.2.6")


def test_constraints_are_ranges_where_two_resolutions_differ() -> None:
    tested = "numpy==2.4.6 \\\n    --hash=sha256:0\nrich==15.0.0\npandas==3.1 ; python_full_version < '3.14'\n"
    unforced = "numpy==2.2.6\nrich==15.0.0\npandas==3.1 ; python_full_version < '3.14'\n"
    assert lock.constraints(tested, unforced).splitlines()[1:] == [
        "numpy>=2.2.6,<=2.4.6",
        "pandas==3.1 ; python_full_version < '3.14'",
        "rich==15.0.0",
    ]


def test_the_first_lock_that_names_a_package_decides() -> None:
    joined = lock.joined(
        "numpy==2.4.6 \\\n    --hash=sha256:0\n", "numpy==2.2.6\nrich==15.0.0 \\\n    --hash=sha256:1\n"
    )
    assert lock.pins(joined) == {"numpy": [("2.4.6", "")], "rich": [("15.0.0", "")]}
    assert "--hash=sha256:1" in joined
