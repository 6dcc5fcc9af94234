"""Docs as a site with search: `python -m scripts.docs_site [FOLDER]` builds it with mkdocs; a broken link is an error.

The pages are copied with the folders of the repository, and with the files that they link to, so that one link is
right both in the repository and on the site. The navigation is that of docs/README.md: its headings, and their pages.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from mkdocs.commands.build import build
from mkdocs.config import load_config

ROOT = Path(__file__).parent.parent
CONFIG = ROOT / "mkdocs.yml"
#: Pages outside of docs/ that are part of the site.
OTHERS = ("README.md", "README.ko.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")
PARTS = ("examples/README.md", "benchmarks/README.md", "prelabel/models/README.md")
_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


def pages() -> list[Path]:
    """Return all pages of the site."""
    found = [*(ROOT / "docs").rglob("*.md"), *(ROOT / name for name in (*OTHERS, *PARTS))]
    return sorted(path for path in found if path.is_file())


def copy_pages(folder: Path) -> None:
    """Copy the pages and the files that they link to. A folder that is linked to becomes a page with its files."""
    shutil.rmtree(folder, ignore_errors=True)
    known = set(pages())
    for page in known:
        target = _place(page, folder)
        target.write_text(_LINK.sub(partial(_to_page, page), page.read_text("utf-8")), "utf-8")
        for link in _LINK.findall(page.read_text("utf-8")):
            linked = _file(page, link)
            if linked.is_dir() and not (linked / "README.md").exists():
                _copy_folder(linked, folder)
            elif linked.is_file() and linked not in known:
                shutil.copyfile(linked, _place(linked, folder))


def _to_page(page: Path, link: re.Match[str]) -> str:
    """Return a link; one to a folder leads to the folder's page."""
    linked = _file(page, link[1])
    if not linked.is_dir():
        return link[0]
    return f"]({link[1].rstrip('/')}/{'README' if (linked / 'README.md').exists() else 'index'}.md"


def _copy_folder(linked: Path, folder: Path) -> None:
    files = sorted(path for path in linked.iterdir() if path.is_file())
    for path in files:
        shutil.copyfile(path, _place(path, folder))
    rows = "".join(f"- [{path.name}]({path.name})\n" for path in files)
    _place(linked / "index.md", folder).write_text(f"# {linked.relative_to(ROOT)}\n\n{rows}", "utf-8")


def _file(page: Path, link: str) -> Path:
    """Return the file or folder that a link of a page leads to."""
    return Path(os.path.normpath(page.parent / link))


def _place(path: Path, folder: Path) -> Path:
    """Return the place of a file in the copy; its folder is made."""
    target = folder / path.relative_to(ROOT)
    target.parent.mkdir(parents=True, exist_ok=True)
    return target


def navigation() -> list[dict[str, Any]]:
    """Return the navigation: README in both languages, the sections of docs/README.md, and what stands beside them."""
    index = ROOT / "docs" / "README.md"
    _, *sections = re.split(r"^## ", index.read_text("utf-8"), flags=re.MULTILINE)
    sections[-1], _, beside = sections[-1].partition("Beside the docs:")
    parts = [(section.partition("\n")[0], section) for section in sections] + [("More", beside)]
    top: list[dict[str, Any]] = [{"prelabel": "README.md"}, {"한국어": "README.ko.md"}, {"Docs": "docs/README.md"}]
    return top + [{title: list(_entries(text, index.parent))} for title, text in parts]


def _entries(text: str, folder: Path) -> Iterator[dict[str, str]]:
    for title, link in re.findall(r"\[([^]]+)\]\(([^)#]+\.md)\)", text):
        name = " ".join(title.split())
        yield {name[0].upper() + name[1:]: (folder / link).resolve().relative_to(ROOT.resolve()).as_posix()}


def build_site(folder: Path) -> None:
    """Build the site in `folder`/site. Raises mkdocs.exceptions.Abort if a link or an anchor leads nowhere."""
    source = folder / "docs"
    copy_pages(source)
    config = load_config(
        str(CONFIG), docs_dir=str(source), site_dir=str(folder / "site"), strict=True, nav=navigation()
    )
    config.plugins.on_startup(command="build", dirty=False)
    try:
        build(config)
    finally:
        config.plugins.on_shutdown()


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    to = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build"
    build_site(to.resolve())
    print(f"{to / 'site' / 'index.html'}")
