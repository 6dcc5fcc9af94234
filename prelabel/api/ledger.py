"""Connection to the ledger; Redis's client is imported only where one is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prelabel.settings import Settings, get_settings

if TYPE_CHECKING:
    from prelabel.ledger.ledger import Ledger


def open_ledger(settings: Settings | None = None) -> Ledger:
    """Return the ledger of these settings, or of the process."""
    from prelabel.ledger.ledger import Ledger

    return Ledger.from_settings(settings or get_settings())
