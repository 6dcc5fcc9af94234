"""The page of the package in a registry, and its metadata: absolute addresses, the README's text, one version list."""

from __future__ import annotations

import doctest
import re
import tomllib
from pathlib import Path

from scripts import package_page

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
ADDRESS = "https://git.example.org/team/prelabel"
README = package_page.README.read_text("utf-8")


def targets(text: str) -> list[str]:
    return re.findall(r"\]\(([^)\s]+)\)", re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE))


def test_the_page_is_current() -> None:
    wanted = package_page.page(README, *package_page.address_and_version())
    assert package_page.PAGE.read_text("utf-8") == wanted, "run: python -m scripts.package_page"
    assert doctest.testmod(package_page).failed == 0


def test_every_address_on_the_page_is_absolute() -> None:
    assert [target for target in targets(package_page.PAGE.read_text("utf-8")) if not target.startswith("http")] == []


def test_with_an_address_links_and_pictures_lead_into_the_repository_at_this_version() -> None:
    # Given the address of a repository
    page = package_page.page(README, ADDRESS, PROJECT["version"])
    # When the page is made
    found = targets(page)
    # Then it has every link and picture of the README, and each names a file of this version
    assert len(found) == len(targets(README))
    inside = [target.removeprefix(f"{ADDRESS}/") for target in found if target.startswith(ADDRESS)]
    assert inside
    for target in inside:
        kind, version, path = target.split("#")[0].split("/", 2)
        assert kind == ("raw" if path.endswith((".png", ".gif")) else "blob")
        assert version == f"v{PROJECT['version']}"
        assert (ROOT / path).exists()


def test_addresses_of_the_project_are_below_that_of_its_repository() -> None:
    urls = PROJECT["urls"]
    assert set(urls) in (set(), {"Repository", "Documentation", "Changelog", "Issues"})
    assert all(url.startswith(urls["Repository"]) for url in urls.values())


def test_the_metadata_names_the_page_and_the_versions_of_python() -> None:
    assert PROJECT["readme"] == package_page.PAGE.name
    versions = [line.rsplit(" ", 1)[1] for line in PROJECT["classifiers"] if re.search(r"Python :: 3\.\d+$", line)]
    assert PROJECT["requires-python"] == f">={versions[0]}"
    assert {"Natural Language :: English", "Natural Language :: Korean"} <= set(PROJECT["classifiers"])
