"""The docs as a site: no broken link, nothing loaded from elsewhere, words of two languages found."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from mkdocs.exceptions import Abort

from scripts import docs_site

#: What a browser loads by itself; links to other sites are followed by people.
LOADED = re.compile(r"<(?:script|img|iframe|link)\b[^>]*?(?:src|href)=\"?(https?:[^\" >]+)")
SEARCHED = {"en": "completion", "ko": "한국어"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs")
    docs_site.build_site(folder)
    return folder / "site"


def test_every_page_is_on_the_site(site: Path) -> None:
    assert (site / "index.html").exists()
    for page in docs_site.pages():
        name = page.relative_to(docs_site.ROOT).with_suffix(".html")
        wanted = name.with_name("index.html") if name.name == "README.html" else name
        assert (site / wanted).exists(), wanted


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    loaded = {found for page in site.rglob("*.html") for found in LOADED.findall(page.read_text("utf-8"))}
    styles = "".join(path.read_text("utf-8") for path in site.rglob("*.css"))
    assert loaded == set()
    assert re.findall(r"(?:url\(|@import)\s*[\"']?https?:", styles) == []


def test_words_of_both_languages_are_found(site: Path) -> None:
    index = json.loads((site / "search" / "search_index.json").read_text("utf-8"))
    texts = " ".join(entry["title"] + entry["text"] for entry in index["docs"])
    assert {"en", "ko"} <= set(index["config"]["lang"])
    assert all(word in texts for word in SEARCHED.values())


def test_the_navigation_is_that_of_the_docs_index() -> None:
    sections = {title for part in docs_site.navigation() for title in part}
    assert {"Start", "How to", "Explain", "Reference", "More"} <= sections
    entries = [
        path
        for part in docs_site.navigation()
        for value in part.values()
        if isinstance(value, list)
        for entry in value
        for path in entry.values()
    ]
    assert len(entries) == len(set(entries)) > 20


@pytest.mark.parametrize("link", ["no-such-page.md", "README.md#no-such-heading", "images/none.png"])
def test_a_broken_link_is_an_error(link: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a page with a link that leads nowhere, when the site is built, then it is refused."""
    copy = docs_site.copy_pages

    def with_broken_link(folder: Path) -> None:
        copy(folder)
        page = folder / "README.md"
        page.write_text(page.read_text("utf-8") + f"\n[broken]({link})\n", "utf-8")

    monkeypatch.setattr(docs_site, "copy_pages", with_broken_link)
    with pytest.raises(Abort):
        docs_site.build_site(tmp_path)


def test_a_link_to_a_folder_leads_to_a_page_of_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a page that links to a folder of files, and to one with a README
    root, copy = tmp_path / "repository", tmp_path / "copy"
    for name, text in {
        "README.md": "[units](deploy/units) and [samples](examples)",
        "deploy/units/a.service": "[Unit]",
        "examples/README.md": "# Samples",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    (root / "docs").mkdir()
    monkeypatch.setattr(docs_site, "ROOT", root)
    # When the pages are copied
    docs_site.copy_pages(copy)
    # Then the links lead to pages
    assert (copy / "README.md").read_text() == "[units](deploy/units/index.md) and [samples](examples/README.md)"
    assert "[a.service](a.service)" in (copy / "deploy" / "units" / "index.md").read_text()
    assert (copy / "deploy" / "units" / "a.service").exists()
