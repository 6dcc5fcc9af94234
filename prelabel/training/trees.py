"""Training of boosted trees with LightGBM, for the grouper and the linker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import lightgbm
import numpy as np
import numpy.typing as npt

from prelabel.kie.trees import Floats, Trees


@dataclass(frozen=True, slots=True)
class TreeOptions:
    """Options of the trees. The same options and rows give the same trees."""

    rounds: int
    rate: float
    leaves: int
    least: int
    seed: int
    threads: int


def train_trees(features: Sequence[Floats], truths: Sequence[Floats], options: TreeOptions) -> Trees:
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
    return Trees(lightgbm.train(settings, data, options.rounds).model_to_string())


def gains(trees: Trees) -> npt.NDArray[np.float64]:
    """Return the total gain of the splits on each column."""
    found: npt.NDArray[np.float64] = lightgbm.Booster(model_str=trees.text).feature_importance("gain")
    return found
