"""The repository's habits: locked versions, no registry addresses, scripts that parse, docs that point somewhere."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: Tables are wider than this, and so may be a line with the address of a link.
DOC_COLUMNS = 100
#: What stands for a name of the reader's own, a pattern, or a part of a command.
PLACEHOLDER = re.compile(r"[*<>{}…]|NAME|FILE|FOLDER")
SOURCES = ("prelabel", "tasks", "workers", "services", "synthetic", "benchmarks", "devstack", "tests", "scripts")


def _tracked() -> list[Path]:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


PAGES = [path for path in _tracked() if path.suffix == ".md"]


#: The changelog speaks of the past, too.
CURRENT_PAGES = [page for page in PAGES if page.name != "CHANGELOG.md"]
#: Pages with tables of modules, which leave out the first folders of their names.
MODULE_PAGES = [ROOT / "SECURITY.md", ROOT / "docs" / "explain" / "reading.md"]
MAY_BE_OMITTED = ("", "prelabel", "prelabel/kie")


def _page_id(page: Path) -> str:
    return str(page.relative_to(ROOT))


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


def _links(page: Path) -> list[tuple[str, str]]:
    """Return the links of a page to files here, as (path or empty, anchor or empty)."""
    text = _without_code(page.read_text("utf-8"))
    return re.findall(r"\]\((?!https?:|mailto:)([^)#\s]*)#?([^)\s]*)\)", text)


def _without_code(text: str) -> str:
    return re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)


def _anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", _without_code(page.read_text("utf-8")), re.MULTILINE)
    plain = [re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower() for heading in headings]
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", PAGES, ids=_page_id)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    wrong = []
    for target, anchor in _links(page):
        file = page.parent / target if target else page
        if not file.exists() or (anchor and file.suffix == ".md" and anchor not in _anchors(file)):
            wrong.append(f"{target}#{anchor}")
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=_page_id)
def test_lines_of_pages_are_short(page: Path) -> None:
    lines = [re.sub(r"\]\([^)]*\)", "]", line) for line in page.read_text("utf-8").splitlines()]
    assert [line for line in lines if len(line) > DOC_COLUMNS and not line.startswith("|")] == []


def test_the_index_of_the_docs_names_every_page() -> None:
    index = ROOT / "docs" / "README.md"
    named = {(index.parent / target).resolve() for target, _ in _links(index) if target}
    pages = {page for page in PAGES if page.is_relative_to(ROOT / "docs")} - {index}
    assert pages - named == set()


def _exists(path: str) -> bool:
    """Return whether a page's name of a file or module leads somewhere, from the root or a package that it may omit."""
    names = [Path(folder, path + ending) for folder in MAY_BE_OMITTED for ending in ("", ".py")]
    return any((ROOT / name).exists() for name in names)


@pytest.mark.parametrize("page", CURRENT_PAGES, ids=_page_id)
def test_pages_name_files_that_exist(page: Path) -> None:
    text = _without_code(page.read_text("utf-8"))
    named = re.findall(rf"`((?:{'|'.join(SOURCES)})/[^`\s]*)`", text)
    if page in MODULE_PAGES:
        named += re.findall(r"`([a-z_]+(?:/[a-z_]+)+)`", text)
    assert [path for path in named if not PLACEHOLDER.search(path) and not _exists(path)] == []


@pytest.mark.parametrize("page", CURRENT_PAGES, ids=_page_id)
def test_pages_start_modules_that_exist(page: Path) -> None:
    named = [name.replace(".", "/") for name in re.findall(r"\bpython -m ([\w.]+)", page.read_text("utf-8"))]
    ours = [name for name in named if name.split("/")[0] in SOURCES]
    assert [name for name in ours if not _exists(name) and not _exists(f"{name}/__main__")] == []


def test_code_names_pages_that_exist() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in _tracked()
        if path.suffix in {".py", ".lua", ".sh", ".yml", ".example", ".toml"}
        for name in re.findall(r"\bdocs/[\w/-]+\.(?:md|json|png)\b", path.read_text("utf-8"))
        if not (ROOT / name).exists()
    ]
    assert wrong == []


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
