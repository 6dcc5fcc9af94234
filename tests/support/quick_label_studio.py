"""A stand-in for Label Studio in a process of its own: `python -m tests.support.quick_label_studio PROJECTS PAGES`.

It writes its settings as one line of JSON, and ends with its input.
"""

from __future__ import annotations

import json
import random
import sys

from tests.chaos.label_studio import LabelStudioStandIn

FIRST_PROJECT = 101
_WORDS = " ".join(f"word{number}" for number in range(20))


def main() -> None:
    projects, pages = map(int, sys.argv[1:])
    images = {page: f"Invoice {page} {_WORDS}".encode() for page in range(1, projects * pages + 1)}
    with LabelStudioStandIn(images, random.Random(0)) as server:
        server.state.projects |= {page: FIRST_PROJECT + (page - 1) // pages for page in images}
        print(json.dumps({"LABEL_STUDIO_URL": server.url, "LABEL_STUDIO_API_KEY": server.token}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
