"""pip's settings as uv's: prints `export UV_...` lines for the shell, for those that uv has none of its own for.

uv does not read pip's configuration, and the machines of a company often have their package index there. Run by the
Python whose pip is asked; uses the standard library only.
"""

from __future__ import annotations

import ast
import os
import shlex
import subprocess
import sys
from pathlib import Path

#: pip's name, and the variables by which uv knows the same.
VARIABLES = {
    "index-url": ("UV_DEFAULT_INDEX", "UV_INDEX_URL"),
    "extra-index-url": ("UV_INDEX", "UV_EXTRA_INDEX_URL"),
    "find-links": ("UV_FIND_LINKS",),
    "no-index": ("UV_NO_INDEX",),
    "trusted-host": ("UV_INSECURE_HOST",),
    "timeout": ("UV_HTTP_TIMEOUT",),
    "default-timeout": ("UV_HTTP_TIMEOUT",),
    "cert": ("SSL_CERT_FILE",),
    "proxy": ("ALL_PROXY", "HTTPS_PROXY"),
}
#: Separated by commas in uv's variables, and by spaces in pip's.
COMMAS = {"find-links"}


def settings(listed: str, environment: dict[str, str]) -> dict[str, str]:
    """Return uv's variables for the output of `pip config list`; pip's own variables come last there, and win."""
    found: dict[str, str] = {}
    for line in listed.splitlines():
        key, _, value = line.partition("=")
        name = key.rpartition(".")[2]
        known = VARIABLES.get(name)
        if known and not any(variable in environment for variable in known):
            words = [word for word in str(ast.literal_eval(value)).split() if _there(word)]
            found |= {known[0]: ("," if name in COMMAS else " ").join(words)} if words else {}
    if "UV_INDEX" in found and "UV_INDEX_STRATEGY" not in environment:
        # As pip does: the best version of all indexes. The hashes of the locks say which files are the right ones.
        found["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return found


def _there(word: str) -> bool:
    """Return False for a folder that does not exist: pip warns of it, uv would end."""
    path = word.removeprefix("file://")
    return not path.startswith("/") or Path(path).exists()


def main() -> None:
    listed = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True)
    # Environment variables of pip stand first in the list, as `:env:`.
    lines = sorted(listed.stdout.splitlines(), key=lambda line: line.startswith(":env:"))
    for name, value in settings("\n".join(lines), dict(os.environ)).items():
        print(f"export {name}={shlex.quote(value)}")


if __name__ == "__main__":
    main()
