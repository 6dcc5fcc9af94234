"""Loading of the linker that the setting PRELABEL_LINKER names, and its description without loading it."""

from __future__ import annotations

import logging
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from prelabel.errors import ModelUnavailable
from prelabel.kie.link.alignment import AlignmentRule
from prelabel.kie.link.linker import Linker
from prelabel.registry.linker_files import SHIPPED_LINKER, read_linker
from prelabel.registry.model_files import DIGITS, check_pin
from prelabel.settings import Settings

log = logging.getLogger(__name__)

SHIPPED, ALIGNMENT = "shipped", "alignment"
_INSTALL = "pip install 'prelabel[kie]'"


def linker_for(settings: Settings) -> Linker:
    """Load the linker that the settings name, once a process while its files stay the same.

    Raises ModelUnavailable with a message of one line. If the shipped linker cannot be used, the alignment rule
    replaces it, and a warning is logged once.
    """
    folder, _ = _chosen(settings.linker)
    return _linker(settings.linker, _pinned(folder, settings) if folder else "")


def describe(settings: Settings) -> tuple[str, str]:
    """Return (name, digest) of the linker that `linker_for` would load. Does not import lightgbm."""
    folder, _ = _chosen(settings.linker)
    if folder is None:
        return AlignmentRule.name, AlignmentRule.digest
    return "learned", _pinned(folder, settings)[:DIGITS]


def folder_of(settings: Settings) -> Path | None:
    """Return the folder of that linker; None for the alignment rule."""
    return _chosen(settings.linker)[0]


def sha256(settings: Settings) -> str:
    """Return the SHA-256 over the files of that linker; empty for the alignment rule, which has no files."""
    folder, _ = _chosen(settings.linker)
    return read_linker(folder)[1] if folder else ""


def stand_in(settings: Settings) -> str:
    """Return the reason why the alignment rule replaces the shipped linker; empty if it does not."""
    return _chosen(settings.linker)[1]


@lru_cache(maxsize=4)
def _linker(setting: str, _digest: str) -> Linker:
    folder, missing = _chosen(setting)
    missing = missing or (_broken() if folder else "")
    if missing and setting != SHIPPED:
        raise ModelUnavailable(f"PRELABEL_LINKER={setting}: {missing}, or set PRELABEL_LINKER=alignment")
    if missing:
        log.warning("entities and links come from rules, not from the learned linker: %s", missing)
    if missing or folder is None:
        return AlignmentRule()
    from prelabel.kie.link.learned import LearnedLinker

    return LearnedLinker.load(folder)


def _pinned(folder: Path, settings: Settings) -> str:
    """Return the digest of a linker. Raises ModelUnavailable if PRELABEL_MODEL_DIGESTS does not allow it."""
    found = read_linker(folder)[1]
    check_pin(f"in {folder}", found, settings.model_digests)
    return found


def _broken() -> str:
    """Return the reason why the installed lightgbm cannot be loaded (mostly a missing OpenMP); empty if it can."""
    from prelabel.kie.trees import library

    try:
        library()
    except OSError as error:
        return f"lightgbm cannot be loaded ({error}): scripts/install-system.sh kie"
    return ""


def _chosen(setting: str) -> tuple[Path | None, str]:
    """Return the folder to load (None: the rule), and the reason if the shipped linker is set but cannot be used."""
    if setting == ALIGNMENT:
        return None, ""
    missing = "" if find_spec("lightgbm") else f"lightgbm is not installed: {_INSTALL}"
    if setting != SHIPPED:
        if missing:
            raise ModelUnavailable(f"PRELABEL_LINKER={setting}: {missing}, or set PRELABEL_LINKER=alignment")
        return Path(setting).expanduser(), ""
    if not missing and not SHIPPED_LINKER.is_dir():
        missing = f"{SHIPPED_LINKER} is missing: install prelabel again"
    return (None if missing else SHIPPED_LINKER), missing
