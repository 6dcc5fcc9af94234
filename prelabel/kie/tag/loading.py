"""Loading of the tagger that the settings name, and its description without loading it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from prelabel.errors import ModelUnavailable
from prelabel.kie.tag.backend import computes_in_torch, need_torch
from prelabel.kie.tag.tagger import Tagger, plain_label
from prelabel.registry.model_files import check_pin
from prelabel.registry.tagger_files import (
    SHIPPED_COMPACT,
    Checkpoint,
    is_compact,
    read_compact,
    read_layoutlm,
)
from prelabel.settings import Settings


def tagger_for(settings: Settings) -> Tagger:
    """Load the tagger that the settings name, once a process while its files stay the same.

    Raises ModelUnavailable, in one line, for a model that cannot be loaded, SettingError for a setting that needs torch
    where it is not installed.
    """
    check_packages(settings)
    digest = _checkpoint(settings).sha256
    if kind(settings) == "layoutlm":
        return _layoutlm(settings.layoutlm_model, settings.layoutlm_vocab, settings.device, settings.precision, digest)
    return _compact(compact_folder(settings), settings.device, digest)


def with_tagger(settings: Settings, name: str | None) -> Settings:
    """Return the settings with another tagger.

    `name`: "compact", the folder of a compact tagger, or a LayoutLM v1 folder or hub name; empty: no change.
    """
    if not name:
        return settings
    if name == "compact":
        return settings.model_copy(update={"ser": "compact"})
    if is_compact(Path(name).expanduser()):
        return settings.model_copy(update={"ser": "compact", "compact_model": name})
    return settings.model_copy(update={"ser": "layoutlm", "layoutlm_model": name})


def kind(settings: Settings) -> str:
    """Return the kind of tagger, "layoutlm" or "compact", also if the setting SER is "auto"."""
    if settings.ser == "auto":
        return "layoutlm" if settings.layoutlm_model else "compact"
    if settings.ser == "layoutlm" and not settings.layoutlm_model:
        raise ModelUnavailable(
            "PRELABEL_SER=layoutlm needs PRELABEL_LAYOUTLM_MODEL: a LayoutLM v1 checkpoint folder or a hub name"
        )
    return settings.ser


def compact_folder(settings: Settings) -> Path:
    """Return the folder of PRELABEL_COMPACT_MODEL, else of the shipped compact tagger."""
    return Path(settings.compact_model).expanduser() if settings.compact_model else SHIPPED_COMPACT


def check_packages(settings: Settings) -> None:
    """Raise SettingError if the settings name a LayoutLM or a GPU, and torch is missing. Imports nothing heavy."""
    if kind(settings) == "layoutlm":
        need_torch(f"PRELABEL_LAYOUTLM_MODEL={settings.layoutlm_model}")
    elif settings.device not in {"auto", "cpu"}:
        computes_in_torch(settings.device)


def describe(settings: Settings) -> tuple[str, str, tuple[str, ...]]:
    """Return (name, digest, plain labels) of the tagger that `tagger_for` would load. Does not import torch."""
    checkpoint = _checkpoint(settings)
    return checkpoint.name, checkpoint.digest, plain_labels(checkpoint.tags)


def sha256(settings: Settings) -> str:
    """Return the SHA-256 over all files of that tagger, which PRELABEL_MODEL_DIGESTS names."""
    return _checkpoint(settings).sha256


def label_set(tagger: Tagger) -> tuple[str, ...]:
    """Return the plain labels of a tagger, each once, OTHER included, in the order of its tags."""
    return plain_labels(tagger.tags)


def plain_labels(tags: tuple[str, ...]) -> tuple[str, ...]:
    """Return the tags without their BIO(ES) prefixes, each once, in order of first appearance.

    >>> plain_labels(("O", "B-QUESTION", "I-QUESTION"))
    ('OTHER', 'QUESTION')
    """
    return tuple(dict.fromkeys(plain_label(tag) for tag in tags))


def _checkpoint(settings: Settings) -> Checkpoint:
    """Return the files of the tagger. Raises ModelUnavailable if PRELABEL_MODEL_DIGESTS does not allow them."""
    if kind(settings) == "layoutlm":
        found = read_layoutlm(settings.layoutlm_model, settings.layoutlm_vocab)
    else:
        found = read_compact(compact_folder(settings))
    check_pin(found.name, found.sha256, settings.model_digests)
    return found


@lru_cache(maxsize=4)
def _layoutlm(model: str, vocab: str, device: str, precision: str, _digest: str) -> Tagger:
    try:
        from prelabel.kie.tag.layoutlm import LayoutLMTagger
    except ModuleNotFoundError as error:
        raise ModelUnavailable(f"LayoutLM needs {error.name}: pip install 'prelabel[layoutlm]'") from None

    return LayoutLMTagger.load(model, vocab, device, precision)


@lru_cache(maxsize=4)
def _compact(folder: Path, device: str, _digest: str) -> Tagger:
    from prelabel.kie.tag.compact import CompactTagger

    return CompactTagger.load(folder, device)
