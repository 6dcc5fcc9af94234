"""Boosted trees over named columns (LightGBM), which the grouper and the linker share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import lightgbm
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TreeOptions:
    """Options of the trees. The same options and rows give the same trees."""

    rounds: int
    rate: float
    leaves: int
    least: int
    seed: int
    threads: int


def stack_columns(columns: Mapping[str, Floats]) -> Floats:
    """Join the columns: (rows, features), float32."""
    return np.stack(list(columns.values()), axis=1).astype(np.float32)


def predict(booster: lightgbm.Booster, features: Floats) -> Floats:
    """Return one probability a row. One thread, because a page is small and many pages are processed at once."""
    if not len(features):
        return np.zeros(0, np.float32)
    found: Floats = booster.predict(features, num_threads=1).astype(np.float32)
    return found


def train_trees(features: Sequence[Floats], truths: Sequence[Floats], options: TreeOptions) -> lightgbm.Booster:
    """Train trees for the probability that a row is true. Each page has its own array of rows."""
    settings = {
        "objective": "binary",
        "learning_rate": options.rate,
        "num_leaves": options.leaves,
        "min_data_in_leaf": options.least,
        "feature_fraction": 0.4,
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "lambda_l2": 5.0,
        "max_bin": 127,
        "bin_construct_sample_cnt": 20_000,
        "num_threads": options.threads,
        "seed": options.seed,
        "deterministic": True,
        "force_row_wise": True,
        "verbose": -1,
    }
    data = lightgbm.Dataset(np.concatenate(features), np.concatenate(truths))
    return lightgbm.train(settings, data, options.rounds)
