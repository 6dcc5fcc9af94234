"""Loading of the tagger that the settings name; its description needs no torch."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from prelabel.errors import ModelUnavailable
from prelabel.kie.tag.loading import describe, kind, label_set, tagger_for, with_tagger
from prelabel.registry.tagger_files import SHIPPED_COMPACT
from prelabel.settings import Settings


def settings(**changes: str) -> Settings:
    return Settings.model_validate(
        {"layoutlm_model": "", "compact_model": "", "ser": "auto", "device": "cpu"} | changes
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "compact"),
        ({"layoutlm_model": "/some/folder"}, "layoutlm"),
        ({"layoutlm_model": "/some/folder", "ser": "compact"}, "compact"),
        ({"layoutlm_model": "/some/folder", "ser": "layoutlm"}, "layoutlm"),
    ],
)
def test_auto_is_layoutlm_where_one_is_set(changes: dict[str, str], expected: str) -> None:
    assert kind(settings(**changes)) == expected


def test_layoutlm_without_a_model_is_one_line() -> None:
    with pytest.raises(ModelUnavailable, match="PRELABEL_SER=layoutlm needs PRELABEL_LAYOUTLM_MODEL"):
        tagger_for(settings(ser="layoutlm"))


def test_a_tagger_is_loaded_once_a_process() -> None:
    assert tagger_for(settings()) is tagger_for(settings())


def test_the_description_fits_the_tagger() -> None:
    tagger = tagger_for(settings())

    assert describe(settings()) == (tagger.name, tagger.digest, label_set(tagger))
    assert set(label_set(tagger)) == {"OTHER", "HEADER", "QUESTION", "ANSWER"}


def test_describing_imports_no_torch() -> None:
    code = (
        "import sys; from prelabel.settings import Settings; from prelabel.kie.tag.loading import describe; "
        "describe(Settings(_env_file=None)); assert 'torch' not in sys.modules, 'torch'; "
        "assert 'transformers' not in sys.modules, 'transformers'"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_compact_tagger_of_ones_own_is_served(tmp_path: Path) -> None:
    copy = tmp_path / "own"
    shutil.copytree(SHIPPED_COMPACT, copy)
    config = json.loads((copy / "config.json").read_text("utf-8"))
    (copy / "config.json").write_text(json.dumps(config | {"note": "mine"}), "utf-8")

    own = settings(compact_model=str(copy))

    assert describe(own)[1] == tagger_for(own).digest != describe(settings())[1]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (None, ("auto", "", "/checkpoint")),
        ("compact", ("compact", "", "/checkpoint")),
        (str(SHIPPED_COMPACT), ("compact", str(SHIPPED_COMPACT), "/checkpoint")),
        ("someone/model", ("layoutlm", "", "someone/model")),
    ],
)
def test_an_option_names_another_tagger(name: str | None, expected: tuple[str, str, str]) -> None:
    found = with_tagger(settings(layoutlm_model="/checkpoint"), name)
    assert (found.ser, found.compact_model, found.layoutlm_model) == expected


def test_a_compact_model_that_is_not_there_is_one_line() -> None:
    with pytest.raises(ModelUnavailable, match="no model folder /no/such; set PRELABEL_COMPACT_MODEL"):
        describe(settings(compact_model="/no/such"))
