"""What commands that need only Redis ask it for: the ledger, and which workers are missing."""

from __future__ import annotations

from prelabel.errors import SettingError
from prelabel.ledger import Ledger
from prelabel.settings import Settings

#: Kinds of workers, in the order in which a page meets them.
KINDS = ("io", "cpu", "gpu")


def open_ledger(settings: Settings) -> Ledger:
    """The ledger of LABEL_STUDIO_URL's pages. Raises SettingError when an address is not set or no address."""
    if not settings.label_studio_url:
        raise SettingError("LABEL_STUDIO_URL is not set: the ledger keeps the pages of each server apart")
    try:
        return Ledger.from_settings(settings)
    except ValueError:  # redis-py's message may hold the address, and so a password
        raise SettingError("REDIS_URL is no Redis address: write it like redis://localhost:6379/0") from None


def missing_workers(ledger: Ledger) -> list[str]:
    """One line, with the cure, for each kind of worker of which none is alive."""
    alive = {worker.kind for worker in ledger.roster.workers()}
    return [
        f"no {kind} worker is alive; start one: celery -A workers.{kind} worker" for kind in KINDS if kind not in alive
    ]
