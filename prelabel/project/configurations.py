"""From which configurations (exact pipeline versions) the predictions of a project come."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from prelabel.errors import PrelabelError
from prelabel.labelstudio.projects import Project
from prelabel.labelstudio.selection import count_eligible, with_versions
from prelabel.ledger.ledger import Ledger
from prelabel.project.redo import pages_of_other_versions
from prelabel.project.select import current_version
from prelabel.project.version import OUR_NAMES
from prelabel.queues.routes import ocr_queue
from prelabel.settings import Settings
from prelabel.workplace import Workplace

#: Pages of a project up to which they are listed for an exact count: 20 s of Label Studio.
_LISTED = 5000


@dataclass(frozen=True, slots=True)
class Configurations:
    """Pages by the version of their prediction, the most frequent first.

    `current`: the version of pages that are selected now; "" until workers have announced what it is made of.
    `hidden_by`: another tool's name, where the label stream shows its predictions instead of ours.
    """

    pages: Mapping[str, int]
    current: str = ""
    hidden_by: str = ""

    @property
    def older(self) -> int:
        """The pages of other versions than the current one; those that nobody has begun with are predicted again."""
        return sum(count for version, count in self.pages.items() if version != self.current) if self.current else 0

    def to_json(self) -> dict[str, Any]:
        """Return everything, JSON-ready."""
        return {
            "pages": dict(self.pages),
            "current": self.current or None,
            "older": self.older,
            "hidden_by": self.hidden_by or None,
        }


def configurations(ledger: Ledger, settings: Settings, project_id: int) -> Configurations:
    """Read the ledger's index; pages that no selection has looked at yet are missing. Raises ServiceUnavailable."""
    versions = ledger.versions
    current = present_version(ledger, settings, project_id)
    return Configurations(versions.count(project_id), current, versions.hidden_by(project_id))


def present_version(ledger: Ledger, settings: Settings, project_id: int) -> str:
    """Return the version of pages that are selected now, "" where that is not known."""
    with suppress(PrelabelError):
        own = settings.for_project(project_id)
        return current_version(ledger.workers, own, ocr_queue(settings, project_id))[0]
    return ""


def count_again(workplace: Workplace, project: Project, name: str, version: str) -> int | None:
    """Count the pages that a run which predicts again would take; None in a project too large to list them.

    Completes the ledger's index of versions. Raises ServiceUnavailable.
    """
    if count_eligible(workplace.client, project.id, with_versions(OUR_NAMES)) > _LISTED:
        return None
    return sum(1 for _ in pages_of_other_versions(workplace, project, name, version, image_key=""))
