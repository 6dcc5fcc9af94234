"""README.pypi.md, the page of the package in a registry, made from README.md; --check only compares.

A registry shows the page apart from the repository, so links and pictures have absolute addresses there. They begin
with the address `Repository` of pyproject.toml's [project.urls]. While that is not set, a link is its text alone, and
pictures are left out.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
README, PAGE = ROOT / "README.md", ROOT / "README.pypi.md"
_MARK = "<!-- made by scripts/package_page.py from README.md -->\n\n"
_LINK = re.compile(r"(?P<picture>!?)\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)\)")
_CODE = re.compile(r"(^```.*?^```$)", re.DOTALL | re.MULTILINE)


def address_and_version() -> tuple[str, str]:
    """Return the repository's address, empty while it has none, and the version."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return project.get("urls", {}).get("Repository", "").rstrip("/"), project["version"]


def page(readme: str, repository: str, version: str) -> str:
    """Return the package's page: the README with absolute addresses, outside of code.

    >>> page("[a](LICENSE) and ![b](b.png)", "https://git.example.org/x", "1.0").splitlines()[-1]
    '[a](https://git.example.org/x/blob/v1.0/LICENSE) and ![b](https://git.example.org/x/raw/v1.0/b.png)'
    """

    def absolute(match: re.Match[str]) -> str:
        picture, text, target = match["picture"], match["text"], match["target"]
        if re.match(r"https?:|mailto:", target):
            return match[0]
        if not repository:
            return "" if picture else text
        kind = "raw" if picture else "blob"
        at = f"{repository}{target}" if target.startswith("#") else f"{repository}/{kind}/v{version}/{target}"
        return f"{picture}[{text}]({at})"

    parts = _CODE.split(readme)
    parts[::2] = [_LINK.sub(absolute, part) for part in parts[::2]]
    return _MARK + re.sub(r"\n{3,}", "\n\n", "".join(parts))


def main() -> int:
    """Write the page; with --check only report whether it is current."""
    wanted = page(README.read_text("utf-8"), *address_and_version())
    if "--check" not in sys.argv:
        PAGE.write_text(wanted, "utf-8")
    elif not PAGE.exists() or PAGE.read_text("utf-8") != wanted:
        print(f"{PAGE.name} is not current: run python -m scripts.package_page", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
