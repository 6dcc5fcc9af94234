"""Probabilities of read words over all alignments, against a sum over every path; lost characters lower them."""

from __future__ import annotations

from itertools import groupby, product

import numpy as np
import pytest

from prelabel.ocr.reader.alphabet import BLANK, SIZE, SPACE, classes
from prelabel.ocr.reader.path import read_line, text, weighed
from prelabel.ocr.reader.sureness import Passage, probabilities

A, B = classes("ab") or []


def logits(frames: list[dict[int, float]]) -> np.ndarray:
    """Return logits of frames with these probabilities of classes; the others share the rest."""
    found = np.empty((len(frames), SIZE), np.float32)
    for frame, chances in zip(found, frames, strict=True):
        frame[:] = np.log((1 - sum(chances.values())) / (SIZE - len(chances)) + 1e-12)
        for number, chance in chances.items():
            frame[number] = np.log(chance)
    return found


def summed(found: np.ndarray, wanted: tuple[int, ...]) -> float:
    """Add the probabilities of every path of few classes that reads as wanted."""
    shares = np.exp(found) / np.exp(found).sum(1, keepdims=True)
    total = 0.0
    for path in product((BLANK, A, B), repeat=len(found)):
        if tuple(number for number, _ in groupby(path) if number != BLANK) == wanted:
            total += float(np.prod([share[number] for share, number in zip(shares, path, strict=True)]))
    return total


@pytest.mark.parametrize("wanted", [(A,), (A, B), (A, A), (B, A, A), ()])
def test_all_alignments_count(wanted: tuple[int, ...]) -> None:
    rng = np.random.default_rng(3)
    found = logits([{n: float(p) for n, p in zip((BLANK, A, B), row, strict=True)} for row in rng.random((5, 3)) / 3])
    found[:, SPACE] = -99

    short = Passage(found[:3], (A, B))
    first, other, again = probabilities([Passage(found, wanted), short, Passage(found, wanted)])

    assert first == pytest.approx(summed(found, wanted), rel=1e-4)
    assert other == pytest.approx(summed(found[:3], (A, B)), rel=1e-4)
    assert again == first


def test_more_characters_than_frames_are_impossible() -> None:
    found = logits([{A: 0.9}, {B: 0.9}])
    assert probabilities([Passage(found, (A, B, A))]) == [0.0]
    assert probabilities([]) == []


def test_a_character_that_was_perhaps_lost_lowers_its_word_alone() -> None:
    # Given two words, the first with a frame that may hold another character
    sure = {A: 0.99}
    frames = [sure, {BLANK: 0.55, B: 0.44}, sure, {BLANK: 0.98}, {SPACE: 0.98}, {BLANK: 0.98}, sure]
    line = read_line(logits(frames), 1.0)
    # When the words are weighed
    (read,) = weighed([line])
    # Then the characters of the first are unsure together, those of the second are not
    assert text(read) == text(line.characters) == "aa a"
    assert [each.start_px for each in read] == [each.start_px for each in line.characters]
    first = float(np.prod([each.probability for each in read[:2]]))
    assert first == pytest.approx(0.99 * 0.55 * 0.99 * 0.98, abs=0.01)
    assert read[3].probability > 0.95
    assert line.characters[0].probability == pytest.approx(0.99, abs=0.001)


def test_lines_without_words_stay_as_they_are() -> None:
    empty = read_line(logits([{BLANK: 0.9}, {SPACE: 0.9}]), 1.0)
    assert [text(read) for read in weighed([empty, read_line(logits([{A: 0.9}]), 1.0)])] == ["", "a"]
    assert empty.words == []
