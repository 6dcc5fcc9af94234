"""The repository's habits: locked versions, no registry addresses, scripts that parse, docs that point somewhere."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.dependencies import requirements

ROOT = Path(__file__).parents[2]
LOCKS = ["constraints.txt", "constraints-label-studio.txt"]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def _tracked() -> list[Path]:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


def _locked(name: str) -> dict[str, str]:
    lines = [line for line in (ROOT / name).read_text("utf-8").splitlines() if not line.startswith("#")]
    return {canonicalize_name(line.split("==")[0]): line.split("==")[1] for line in lines}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_names_and_versions_only(name: str) -> None:
    lines = (ROOT / name).read_text("utf-8").splitlines()
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.]+|#.*", line)] == []


def test_every_dependency_is_locked_at_a_version_that_fits() -> None:
    locked = _locked("constraints.txt")
    for line in requirements(["dev"]):
        wanted = Requirement(line)
        assert wanted.specifier.contains(locked[canonicalize_name(wanted.name)]), line


def test_the_environment_is_the_locked_one() -> None:
    from importlib.metadata import version

    locked = _locked("constraints.txt")
    named = [canonicalize_name(Requirement(line).name) for line in requirements(["dev"])]
    assert {name: version(name).split("+")[0] for name in named} == {name: locked[name] for name in named}


def test_no_registry_address_is_in_the_tree() -> None:
    hosts = [
        ".".join(parts)
        for parts in (("pypi", "org"), ("pythonhosted", "org"), ("pytorch", "org", ""), ("npmjs", "com"))
    ]
    found = [
        (str(path.relative_to(ROOT)), host)
        for path in _tracked()
        if path.suffix
        in {"", ".md", ".py", ".sh", ".toml", ".txt", ".yml", ".yaml", ".cfg", ".Dockerfile", ".example", ".json"}
        for host in hosts
        if host in path.read_text("utf-8", "ignore")
    ]
    assert found == []


@pytest.mark.parametrize("script", sorted(p.name for p in (ROOT / "scripts").glob("*.sh")))
def test_shell_scripts_parse_and_may_be_run(script: str) -> None:
    path = ROOT / "scripts" / script
    assert os.access(path, os.X_OK)
    assert subprocess.run(["bash", "-n", path], capture_output=True).returncode == 0


def test_continuous_integration_runs_what_everybody_runs() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "exec make test" in script.read_text("utf-8")


def test_make_has_the_targets_that_the_docs_name() -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {name for page in PAGES for name in re.findall(r"\bmake ([a-z][\w-]*)`?", _code(page.read_text("utf-8")))}
    assert named <= targets


def _code(text: str) -> str:
    return "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text("utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_map_names_every_folder() -> None:
    contributing = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    folders = {path.relative_to(ROOT).parts[0] for path in _tracked() if len(path.relative_to(ROOT).parts) > 1}
    assert [folder for folder in sorted(folders) if f"{folder}/" not in contributing] == []


def test_the_version_has_a_changelog_entry() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert f"## [{version}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_licence_is_the_one_that_is_named() -> None:
    assert "Apache License" in (ROOT / "LICENSE").read_text("utf-8")
    assert (ROOT / "NOTICE").exists()
