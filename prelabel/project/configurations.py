"""From which configurations (exact pipeline versions) the predictions of a project come."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from prelabel.errors import PrelabelError
from prelabel.labelstudio.projects import Project
from prelabel.labelstudio.selection import count_eligible, with_versions
from prelabel.ledger.ledger import Ledger
from prelabel.ledger.workers import READ_ONLY
from prelabel.project.redo import pages_of_other_versions
from prelabel.project.select import current_version
from prelabel.project.version import OUR_NAMES
from prelabel.queues.routes import ocr_queue
from prelabel.settings import NO_TAGGER, Settings
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
    pages = ledger.versions.count(project_id)
    current = present_version(ledger, settings, project_id, pages)
    return Configurations(pages, current, ledger.versions.hidden_by(project_id))


def present_version(ledger: Ledger, settings: Settings, project_id: int, made: Collection[str]) -> str:
    """Return the version of pages that are selected now, "" where that is not known.

    `made`: the versions of the project's pages: only its configuration knows whether its pages are just read, so the
    version without a tagger counts where pages have it.
    """
    own, tagger = settings.for_project(project_id), None
    with suppress(PrelabelError):
        if own.ser != NO_TAGGER:
            tagger = ledger.workers.newest_tagger(settings.models_name(project_id))
        reader = ocr_queue(settings, project_id)
        read_only = current_version(ledger.workers, own, reader, READ_ONLY)
        if own.ser == NO_TAGGER or read_only in made:
            return read_only
        return current_version(ledger.workers, own, reader, tagger) if tagger else ""
    return ""


def count_again(workplace: Workplace, project: Project, name: str, version: str) -> int | None:
    """Count the pages that a run which predicts again would take; None in a project too large to list them.

    Completes the ledger's index of versions. Raises ServiceUnavailable.
    """
    if count_eligible(workplace.client, project.id, with_versions(OUR_NAMES)) > _LISTED:
        return None
    return sum(1 for _ in pages_of_other_versions(workplace, project, name, version, image_key=""))
