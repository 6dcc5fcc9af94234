"""Pre-annotation of Label Studio projects, and key-values from documents.

The first five minutes, on one machine without a server:

    import prelabel

    document = prelabel.read("invoice.pdf")
    for field in document["fields"]:
        print(field["key"], field["value"])

With running workers (docs/start/first-project.md) and the settings LABEL_STUDIO_URL, LABEL_STUDIO_API_KEY and REDIS_URL
in the environment or in `.env`:

    project = prelabel.create_project("Invoices").project_id   # or the id of one that exists
    run = prelabel.enqueue_project(project)             # every page without a prediction
    run.wait(timeout_s=600)
    for page in prelabel.failed_pages(project):
        print(page.task_id, page.reason, page.cure)

    prelabel.add_document("invoice.pdf", project)       # the pages of a PDF become pages of the project
    for document in prelabel.read_results(project):     # corrections where people made them, else predictions
        print(document["name"], document["fields"])

Every error is a PrelabelError: its message says what is wrong, its `cure` what to do. Names are imported at their first
use, so `import prelabel` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prelabel.api.documents import add_document, retry_document
    from prelabel.api.projects import create_project, unwatch_project, watch_project
    from prelabel.api.reading import read
    from prelabel.api.runs import (
        Run,
        cancel_project,
        enqueue_project,
        failed_pages,
        pause_project,
        resume_project,
        retry_failed,
    )
    from prelabel.corrections.calls import data_set_versions, export_corrections, read_data_set
    from prelabel.corrections.splits import Evaluation
    from prelabel.errors import PrelabelError
    from prelabel.ledger.failed_list import FailedPage
    from prelabel.ledger.runs import Progress
    from prelabel.page import Box, Entity, KeyValue, Link, Page, PageRef, Word
    from prelabel.results.read import read_results
    from prelabel.settings import Settings

__all__ = [
    "Box",
    "Entity",
    "Evaluation",
    "FailedPage",
    "KeyValue",
    "Link",
    "Page",
    "PageRef",
    "PrelabelError",
    "Progress",
    "Run",
    "Settings",
    "Word",
    "add_document",
    "cancel_project",
    "create_project",
    "data_set_versions",
    "enqueue_project",
    "export_corrections",
    "failed_pages",
    "pause_project",
    "read",
    "read_data_set",
    "read_results",
    "resume_project",
    "retry_document",
    "retry_failed",
    "unwatch_project",
    "watch_project",
]

#: The module of each public name.
_HOMES = {
    "prelabel.api.documents": ("add_document", "retry_document"),
    "prelabel.api.projects": ("create_project", "unwatch_project", "watch_project"),
    "prelabel.api.reading": ("read",),
    "prelabel.api.runs": (
        *("Run", "cancel_project", "enqueue_project", "failed_pages", "pause_project", "resume_project"),
        "retry_failed",
    ),
    "prelabel.corrections.calls": ("data_set_versions", "export_corrections", "read_data_set"),
    "prelabel.corrections.splits": ("Evaluation",),
    "prelabel.errors": ("PrelabelError",),
    "prelabel.ledger.failed_list": ("FailedPage",),
    "prelabel.ledger.runs": ("Progress",),
    "prelabel.page": ("Box", "Entity", "KeyValue", "Link", "Page", "PageRef", "Word"),
    "prelabel.results.read": ("read_results",),
    "prelabel.settings": ("Settings",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
