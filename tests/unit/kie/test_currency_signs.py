"""Currency signs alone: labelled like the amount beside them, so that they are part of the value and no key."""

from __future__ import annotations

import numpy as np
import pytest

from prelabel.kie.group.currency import is_currency_sign, with_signs_like_amounts
from prelabel.kie.tag.tagger import Probabilities
from prelabel.page import Box, Word

TAGS = ("O", "B-QUESTION", "I-QUESTION", "B-ANSWER", "I-ANSWER")
QUESTION, ANSWER = [0.1, 0.9, 0, 0, 0], [0, 0, 0.1, 0.8, 0.1]


def rows(*given: list[float]) -> Probabilities:
    return np.array(given, dtype=np.float32)


def words(*texts: str) -> list[Word]:
    return [Word(text, Box(100 * x, 0, 100 * x + 85, 20)) for x, text in enumerate(texts)]


@pytest.mark.parametrize("sign", ["₩", "₹", "€", "£", "¥", "$", "￦"])
def test_a_sign_before_an_amount_begins_the_value(sign: str) -> None:
    found = with_signs_like_amounts(words("Total", sign, "35,000"), rows(QUESTION, QUESTION, ANSWER), TAGS)

    np.testing.assert_allclose(found, [QUESTION, ANSWER, [0, 0, 0.1, 0, 0.9]], atol=1e-6)


def test_a_sign_behind_an_amount_continues_the_value() -> None:
    found = with_signs_like_amounts(words("99,90", "€"), rows(ANSWER, QUESTION), TAGS)

    np.testing.assert_allclose(found, [ANSWER, [0, 0, 0.1, 0, 0.9]], atol=1e-6)


def test_other_words_and_signs_without_an_amount_stay() -> None:
    given = rows(QUESTION, QUESTION, ANSWER)

    assert with_signs_like_amounts(words("Total", "Sum", "35,000"), given, TAGS) is given
    assert (with_signs_like_amounts(words("Total", "€", "Euro"), given, TAGS) == given).all()
    assert not any(map(is_currency_sign, ("", "US$", "$5", "원", "-")))
