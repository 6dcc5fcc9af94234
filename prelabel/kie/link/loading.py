"""Which linker a process uses: from the setting LINKER to a loaded one, or to its description without loading it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from prelabel.errors import ModelUnavailable
from prelabel.kie.link.alignment import AlignmentRule
from prelabel.kie.link.layout import Floats
from prelabel.kie.tag.tagger import Probabilities
from prelabel.page import Entity, Link, Word, WordLabel
from prelabel.registry.linker_files import SHIPPED_LINKER, read_linker
from prelabel.registry.tagger_files import DIGITS, check_pin
from prelabel.settings import Settings

log = logging.getLogger(__name__)

SHIPPED, ALIGNMENT = "shipped", "alignment"
_INSTALL = "pip install 'prelabel[kie]'"


class LinkModel(Protocol):
    """How words become entities, and entities are linked.

    `name` is readable, `digest` identifies what was learned; both enter the pipeline version.
    """

    @property
    def name(self) -> str: ...
    @property
    def digest(self) -> str: ...

    def group(
        self, words: Sequence[Word], probabilities: Probabilities, tags: Sequence[str]
    ) -> tuple[tuple[WordLabel, ...], tuple[Entity, ...]]:
        """One label a word, and the entities that the words form; OTHER words are in none.

        `probabilities`: (words, tags). Entities stand in the order of their first words, top to bottom; the words of
        an entity in reading order.
        """
        ...

    def link(self, words: Sequence[Word], entities: Sequence[Entity], shares: Floats) -> tuple[Link, ...]:
        """Links with confidences 0..1, by source and target. `shares`: (entities, 4) chances of `layout.ROLES`."""
        ...


def linker_for(settings: Settings) -> LinkModel:
    """The linker that the settings name, loaded once a process. Raises ModelUnavailable with one line.

    Where the shipped one cannot be used, the alignment rule stands in, and the log says so once.
    """
    folder, _ = _chosen(settings.linker)
    if folder:
        _pinned(folder, settings)
    return _linker(settings.linker)


def describe(settings: Settings) -> tuple[str, str]:
    """(name, digest) of the linker that `linker_for` would load. Imports no lightgbm."""
    folder, _ = _chosen(settings.linker)
    if folder is None:
        return AlignmentRule.name, AlignmentRule.digest
    return "learned", _pinned(folder, settings)[:DIGITS]


def sha256(settings: Settings) -> str:
    """Over the files of that linker; empty for the rule, which has none."""
    folder, _ = _chosen(settings.linker)
    return read_linker(folder)[1] if folder else ""


def stand_in(settings: Settings) -> str:
    """Why the alignment rule stands in for the shipped linker; empty where it does not."""
    return _chosen(settings.linker)[1]


@lru_cache(maxsize=4)
def _linker(setting: str) -> LinkModel:
    folder, missing = _chosen(setting)
    missing = missing or (_broken() if folder else "")
    if missing and setting != SHIPPED:
        raise ModelUnavailable(f"LINKER={setting}: {missing}, or set LINKER=alignment")
    if missing:
        log.warning("entities and links come from rules, not from the learned linker: %s", missing)
    if missing or folder is None:
        return AlignmentRule()
    from prelabel.kie.link.linker import Linker

    return Linker.load(folder)


def _pinned(folder: Path, settings: Settings) -> str:
    """The digest of a linker that MODEL_DIGESTS allows. Raises ModelUnavailable."""
    found = read_linker(folder)[1]
    check_pin(f"in {folder}", found, settings.model_digests)
    return found


def _broken() -> str:
    """Why lightgbm, which is installed, does not run: most often, OpenMP is missing."""
    try:
        import lightgbm  # noqa: F401
    except OSError as error:
        return f"lightgbm cannot be loaded ({error}): scripts/install-system.sh kie"
    return ""


def _chosen(setting: str) -> tuple[Path | None, str]:
    """The folder to load, None for the rule; and why the shipped one is not it, where it should be."""
    if setting == ALIGNMENT:
        return None, ""
    missing = "" if find_spec("lightgbm") else f"lightgbm is not installed: {_INSTALL}"
    if setting != SHIPPED:
        if missing:
            raise ModelUnavailable(f"LINKER={setting}: {missing}, or set LINKER=alignment")
        return Path(setting).expanduser(), ""
    if not missing and not SHIPPED_LINKER.is_dir():
        missing = f"{SHIPPED_LINKER} is missing: install prelabel anew"
    return (None if missing else SHIPPED_LINKER), missing
