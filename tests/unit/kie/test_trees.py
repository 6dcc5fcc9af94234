"""Boosted trees through LightGBM's library: the same numbers as through its package, and errors of one line."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import lightgbm
import numpy as np
import pytest

from prelabel.kie.trees import Trees
from prelabel.registry.linker_files import SHIPPED_LINKER

MODELS = sorted(SHIPPED_LINKER.glob("*.txt"))


@pytest.mark.parametrize("file", MODELS, ids=[file.name for file in MODELS])
def test_the_package_gives_the_same_numbers(file: object) -> None:
    text = next(each for each in MODELS if each == file).read_text("utf-8")
    package, trees = lightgbm.Booster(model_str=text), Trees(text)
    rows = np.random.default_rng(0).normal(0, 20, (500, trees.features)).astype(np.float32)
    rows[::7, ::3] = np.nan

    assert trees.features == package.num_feature()
    assert (trees.predict(rows) == package.predict(rows, num_threads=1).astype(np.float32)).all()
    assert (trees.predict(rows[:, ::-1][:, ::-1]) == trees.predict(rows)).all()  # any order in memory
    assert trees.predict(rows[:0]).shape == (0,)


def test_many_threads_share_a_model() -> None:
    trees = Trees(MODELS[0].read_text("utf-8"))
    rows = np.random.default_rng(1).normal(0, 9, (300, trees.features)).astype(np.float32)
    alone = trees.predict(rows)

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: trees.predict(rows), range(40)))

    assert all((each == alone).all() for each in found)


def test_rows_of_another_width_are_refused() -> None:
    trees = Trees(MODELS[0].read_text("utf-8"))
    with pytest.raises(ValueError, match=f"3 columns, but the trees were trained on {trees.features}"):
        trees.predict(np.zeros((2, 3), np.float32))


@pytest.mark.parametrize("text", ["", "no model", "tree\nversion=v4\n"])
def test_a_text_that_is_no_model_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        Trees(text)


def test_prediction_imports_neither_the_package_nor_pandas() -> None:
    code = (
        "import sys, numpy as np; from pathlib import Path; from prelabel.kie.trees import Trees; "
        f"trees = Trees(Path({str(MODELS[0])!r}).read_text('utf-8')); "
        "trees.predict(np.zeros((1, trees.features), np.float32)); "
        "print(sorted({'lightgbm', 'pandas', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
