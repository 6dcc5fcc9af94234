"""Projects: make or check one in Label Studio, and let beat select pages from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from prelabel.labelstudio.projects import get_project
from prelabel.ledger.ledger import Ledger
from prelabel.settings import Settings, get_settings
from prelabel.workplace import Workplace

if TYPE_CHECKING:
    from prelabel.project.wish import SetUp


def create_project(
    project: str | int,
    *,
    labels: Sequence[str] = (),
    bucket: str = "",
    prefix: str | None = None,
    webhook: str | None = None,
    replace: bool = False,
    watch: bool = True,
    settings: Settings | None = None,
) -> SetUp:
    """Make a project with this title in Label Studio; complete and check an existing one with this title or id.

    `labels`: others than the shipped ones. `bucket`: s3://NAME, or a folder as Label Studio sees it, whose images under
    `prefix` become pages. `webhook`: address of the uploader as Label Studio reaches it; None: PRELABEL_UPLOADER_URL if
    PRELABEL_WEBHOOK_SECRET is set; "": no webhooks. `replace`: replace the labelling configuration of an existing
    project, unless it has annotations or drafts. `watch`: see `watch_project`.

    The same call again changes nothing. Errors of single steps do not end the others: see `SetUp.steps`. Raises, before
    anything is made, SettingError, LabellingConfigError, ProjectNotFound, AuthError and ServiceUnavailable.
    """
    from prelabel.project.set_up import set_up_project
    from prelabel.project.wish import Wish

    wish = Wish(tuple(labels), bucket, prefix, webhook, replace, watch)
    with Workplace(settings) as workplace:
        return set_up_project(workplace, project, wish)


def watch_project(project_id: int, *, settings: Settings | None = None) -> bool:
    """Let beat select pages from a project, without a restart; return False where it did so before.

    Raises ProjectNotFound, AuthError, ServiceUnavailable.
    """
    with Workplace(settings) as workplace:
        get_project(workplace.client, project_id)
        return workplace.ledger.watched.add(project_id)


def unwatch_project(project_id: int, *, settings: Settings | None = None) -> bool:
    """End `watch_project`; return False where the project was not watched. Pages in flight are finished.

    A project that the setting PRELABEL_PROJECTS names is selected all the same. Raises ServiceUnavailable.
    """
    return Ledger.from_settings(settings or get_settings()).watched.remove(project_id)
