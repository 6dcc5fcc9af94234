"""Projects and exports by a script, with Label Studio's own SDK: pip install 'prelabel[label-studio]'.

    python examples/sdk_projects.py create Invoices Receipts    # one project for each name; prints the ids
    python examples/sdk_projects.py export 6 corrections.json   # for prelabel train and evaluate

Address and token come from LABEL_STUDIO_URL and LABEL_STUDIO_API_KEY, as for prelabel.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from label_studio_sdk import LabelStudio
from label_studio_sdk.core import RequestOptions

LABELLING = Path(__file__).parent / "labelling.xml"
#: Label Studio makes another project for each try, so a call that creates one is never repeated.
ONCE = RequestOptions(max_retries=0)


def create(client: LabelStudio, titles: list[str]) -> list[int]:
    """Create a project for each title, with the labelling configuration of the samples; return their ids."""
    xml = LABELLING.read_text("utf-8")
    made = [client.projects.create(title=title, label_config=xml, request_options=ONCE) for title in titles]
    return [int(project.id) for project in made]


def export(client: LabelStudio, project_id: int, file: Path) -> int:
    """Write all pages of a project with annotations and predictions as JSON; return the number of pages."""
    pages = client.projects.exports.as_json(project_id)
    file.write_text(json.dumps(pages, ensure_ascii=False), "utf-8")
    return len(pages)


def main(arguments: list[str]) -> None:
    """Run a command of the command line."""
    client = LabelStudio(base_url=os.environ["LABEL_STUDIO_URL"], api_key=os.environ["LABEL_STUDIO_API_KEY"])
    match arguments:
        case ["create", *titles] if titles:
            for title, project_id in zip(titles, create(client, titles), strict=True):
                print(f"{project_id}\t{title}")
        case ["export", project_id, file]:
            print(f"{export(client, int(project_id), Path(file))} pages in {file}")
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
