"""The base of the tasks that are stages of a page, and the return of a page to the next selection."""

from __future__ import annotations

from typing import Any, NoReturn

from prelabel.errors import ChainOver, PagesGone
from prelabel.ledger.pages import Claim
from prelabel.settings import Settings
from tasks.process import WorkerProcess
from tasks.runner import LeasedTask, log


class PageTask(LeasedTask[Claim]):
    """Base of `ocr`, `extract` and `upload`."""

    abstract = True

    def leased(self, *args: Any) -> Claim:
        """Unpack a message: project id, task id, token, version."""
        return Claim(*args)

    def budget(self, settings: Settings) -> int:
        """Return this stage's setting, such as PRELABEL_OCR_RETRIES."""
        return int(getattr(settings, f"{self.stage}_retries"))

    def gone(self, here: WorkerProcess, leased: Claim, error: PagesGone) -> None:
        """Count the deleted page as skipped."""
        here.ledger.pages.skip(leased, error.code)


def hand_back(here: WorkerProcess, claim: Claim, stage: str, own: str) -> NoReturn:
    """Free a page whose version wants other engines, taggers or settings than those of this worker; raise ChainOver.

    The next selection claims the page again. `own`: this worker's engines or tagger, for the log.
    """
    log.warning(
        "stage=%s %s: handed back: the page wants version %s, but this worker has %s, or other settings",
        *(stage, claim.log_fields, claim.version, own),
    )
    here.ledger.leases.hand_back(claim)
    raise ChainOver("handed back", claim.work)
