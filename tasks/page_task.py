"""The base of the tasks that are stages of a page, and the return of a page to the next selection."""

from __future__ import annotations

from typing import Any, NoReturn

from prelabel.errors import ChainOver, PagesGone, WordsGone
from prelabel.ledger.pages import Claim
from prelabel.page import FORMAT, NewerFormat, Page
from prelabel.settings import Settings
from tasks.process import WorkerProcess
from tasks.runner import LeasedTask, log


class PageTask(LeasedTask[Claim]):
    """Base of `ocr`, `extract` and `upload`."""

    abstract = True

    def leased(self, *args: Any) -> Claim:
        """Unpack a message: project id, task id, token, version. A newer release may send more."""
        return Claim(*args[:4])

    def budget(self, settings: Settings) -> int:
        """Return this stage's setting, such as PRELABEL_OCR_RETRIES."""
        return int(getattr(settings, f"{self.stage}_retries"))

    def gone(self, here: WorkerProcess, leased: Claim, error: PagesGone) -> None:
        """Count the deleted page as skipped."""
        here.ledger.pages.skip(leased, error.code)


def hand_back(here: WorkerProcess, claim: Claim, stage: str, own: str) -> NoReturn:
    """Free a page that wants other engines, taggers, settings or a newer release than this worker's; raise ChainOver.

    The next selection claims the page again. `own`: this worker's engines or tagger, for the log.
    """
    log.warning(
        "stage=%s %s: handed back: the page wants version %s, but this worker has %s, or other settings",
        *(stage, claim.log_fields, claim.version, own),
    )
    here.ledger.leases.hand_back(claim)
    raise ChainOver("handed back", claim.work)


def stored_page(here: WorkerProcess, claim: Claim, stage: str) -> Page:
    """Return the output of the previous stage. Raises WordsGone when its time to live is over.

    A page in the form of a newer release stays for a worker of that release. One that cannot be read, such as that of
    an old release, is read anew. Neither counts as a try; both raise ChainOver.
    """
    try:
        page = here.ledger.pages.load(claim)
    except NewerFormat:
        hand_back(here, claim, stage, f"page format {FORMAT}")
    except ValueError as error:
        log.warning("stage=%s %s: goes back to stage ocr: %s", stage, claim.log_fields, error)
        here.ledger.pages.read_again(claim)
        raise ChainOver("handed back", claim.work) from None
    if page is None:
        raise WordsGone("the page's words are no longer in Redis (PRELABEL_PAGE_TTL)")
    return page
