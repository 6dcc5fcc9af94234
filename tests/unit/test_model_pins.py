"""PRELABEL_MODEL_DIGESTS: a tagger or linker with other digests is neither loaded nor described."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from prelabel.errors import ModelUnavailable
from prelabel.kie.link import loading as linkers
from prelabel.kie.tag import loading as taggers
from prelabel.registry.tagger_files import SHIPPED_COMPACT, WEIGHTS
from prelabel.settings import Settings

SHIPPED = Settings(_env_file=None, device="cpu")
PINS = (taggers.sha256(SHIPPED), linkers.sha256(SHIPPED))


def pinned(*pins: str, compact_model: str = "") -> Settings:
    return Settings(_env_file=None, device="cpu", model_digests=pins, compact_model=compact_model)


def test_named_models_are_loaded() -> None:
    for pins in (PINS, tuple(pin[:12].upper() for pin in PINS)):
        assert taggers.tagger_for(pinned(*pins)).digest == PINS[0][:12]
        assert linkers.linker_for(pinned(*pins)).digest == PINS[1][:12]


@pytest.mark.parametrize("pins", [("0" * 64,), (PINS[1][:11],), ("0" * 12, PINS[0][:11])])
def test_models_that_are_not_named_are_neither_loaded_nor_described(pins: tuple[str, ...]) -> None:
    for refuse in (taggers.tagger_for, taggers.describe, linkers.linker_for, linkers.describe):
        with pytest.raises(ModelUnavailable, match="MODEL_DIGESTS"):
            refuse(pinned(*pins))


def test_a_changed_byte_is_noticed(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SHIPPED_COMPACT, tmp_path / "compact"))
    assert taggers.sha256(pinned(*PINS, compact_model=str(folder))) == PINS[0]
    with (folder / WEIGHTS).open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"\x7f")
    with pytest.raises(ModelUnavailable, match="MODEL_DIGESTS"):
        taggers.tagger_for(pinned(*PINS, compact_model=str(folder)))
