"""The score of a tagger on pages whose labels people spelled in their own way."""

from __future__ import annotations

import numpy as np

from prelabel.kie.tag.tagger import Probabilities
from prelabel.training.validation import validate
from tests.support.forms import linked
from tests.support.planted_models import AnswerTagger


class TotalTagger(AnswerTagger):
    """A tagger that knows the second word to be a total."""

    tags: tuple[str, ...] = ("O", "B-TOTAL", "I-TOTAL")

    def forward(self, batch: object) -> list[Probabilities]:
        return [np.array([[0.9, 0.1, 0.0], [0.1, 0.9, 0.0]], np.float32)]


def test_letter_case_of_labels_does_not_count() -> None:
    page = linked([("OTHER", "Sum", 0, 0), ("Total", "12.00", 100, 0)])

    assert validate(TotalTagger(), [page]) == {"words": 1.0, "spans": 1.0, "entities": 1.0, "score": 1.0}
