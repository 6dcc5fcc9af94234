"""Curves of a reader's confidence, measured on generated pages that no training saw, and written beside its model.

    python -m prelabel.training.reader.calibration FOLDER [--pages N]

Wrong numbers count double, and few of those that are given as sure may be wrong: a wrong amount is worse than a wrong
word. `prelabel.ocr.reader.confidence` reads the curves.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from prelabel.geometry import intersection_area
from prelabel.ocr.reader.confidence import CONFIDENCE, NUMBERS, WORDS
from prelabel.ocr.reader.engine import ReaderEngine
from prelabel.ocr.reader.network import CONFIG, LineNetwork
from prelabel.page import Word

#: The first seed of the pages; those of other measures are below 10,000 or from 100,000 on.
FIRST_SEED = 50_000
#: Share of the smaller box that two readings of one word have in common.
_SAME = 0.5
#: Points of a curve at most, and the weight of a wrong number.
_POINTS, _WRONG_NUMBER = 16, 2.0
#: Confidence from which a number is used without a look, and the most of such numbers that may be wrong.
_SURE, _WRONG_OF_SURE = 0.95, 0.01
#: Words that a block of equal confidence counts beside its own, half of them wrong: few right words prove little.
_PRIOR = 1.0
#: Two points of a curve are so far apart, where chances would else jump.
_STEP = 1e-6

Points = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Judged:
    """A read word: its raw figure, whether it is right, and whether it has digits."""

    raw: float
    right: bool
    number: bool


def judged(found: Sequence[Word], truth: Sequence[Word]) -> Iterator[Judged]:
    """Judge read words by the true words of their page; a word on no true one is wrong."""
    for word in found:
        area = word.box.width * word.box.height
        own = max(truth, key=lambda true: intersection_area(true.box, word.box), default=None)
        shared = 0.0 if own is None else intersection_area(own.box, word.box)
        right = own is not None and shared >= _SAME * area and own.text == word.text
        yield Judged(word.confidence, right, any(char.isdigit() for char in word.text))


def curve(words: Sequence[Judged]) -> list[list[float]]:
    """Return [raw figures, chances of being right], both growing, from 0 to 1: isotonic regression by merging."""
    if not words:
        return [[0.0, 1.0], [0.0, 1.0]]
    ordered = sorted(words, key=lambda word: word.raw)
    weights = [_WRONG_NUMBER if word.number and not word.right else 1.0 for word in ordered]
    blocks: list[list[float]] = []  # sum of raw figures, weight of right words, weight, words
    for number, (word, weight) in enumerate(zip(ordered, weights, strict=True)):
        full = not blocks or blocks[-1][3] >= max(1, len(ordered) // (2 * _POINTS))
        if full or number == 0:
            blocks.append([0.0, 0.0, 0.0, 0.0])
        block = blocks[-1]
        block[0], block[1] = block[0] + word.raw, block[1] + weight * word.right
        block[2], block[3] = block[2] + weight, block[3] + 1
    merged: list[list[float]] = []
    for block in blocks:
        merged.append(block)
        while len(merged) > 1 and _chance(merged[-2]) >= _chance(merged[-1]):
            last = merged.pop()
            merged[-1] = [a + b for a, b in zip(merged[-1], last, strict=True)]
    return _points([(block[0] / block[3], _chance(block)) for block in merged])


def held_down(points: list[list[float]], words: Sequence[Judged]) -> list[list[float]]:
    """Lower a curve under `_SURE` where the words that are at least as sure are wrong more often than allowed."""
    ordered = sorted(words, key=lambda word: -word.raw)
    wrong, least = 0, 1.0 + _STEP
    for number, word in enumerate(ordered, start=1):
        wrong += not word.right
        if wrong <= _WRONG_OF_SURE * number:
            least = word.raw
    raw, right = points
    below = _SURE - 0.001
    lowered = [(x, y if x >= least else min(y, below)) for x, y in zip(raw, right, strict=True)]
    if 0.0 < least < 1.0:
        lowered += [(least - _STEP, min(float(np.interp(least, raw, right)), below))]
        lowered += [(least, float(np.interp(least, raw, right)))]
    elif least > 1.0:
        lowered = [(x, min(y, below)) for x, y in lowered]
    lowered = [pair for pair in sorted(dict(sorted(lowered)).items()) if 0.0 <= pair[0] <= 1.0]
    return [[x for x, _ in lowered], np.maximum.accumulate([y for _, y in lowered]).tolist()]


def _chance(block: Sequence[float]) -> float:
    return (block[1] + _PRIOR / 2) / (block[2] + _PRIOR)


def _points(middles: Points) -> list[list[float]]:
    """Return the points of a curve over 0..1 that goes through the middles of the blocks."""
    raw, right = [0.0], [0.0]
    for x, y in middles:
        if x > raw[-1] + _STEP:
            raw.append(round(min(x, 1.0), 6))
            right.append(round(y, 4))
    if raw[-1] < 1.0:
        raw.append(1.0)
        right.append(right[-1])
    return [raw, right]


def calibrate(folder: Path, pages: int) -> dict[str, Any]:
    """Read generated pages, write the curves into the model's configuration, and return what they do."""
    from synthetic.printing import KINDS, LANGUAGES, ocr_page

    file = folder / CONFIG
    config = json.loads(file.read_text("utf-8"))
    config.pop(CONFIDENCE, None)
    file.write_text(json.dumps(config, ensure_ascii=False, indent=1), "utf-8")
    engine = ReaderEngine(("eng", "kor"), LineNetwork(folder))
    words: list[Judged] = []
    for number in range(pages):
        language, kind = LANGUAGES[number % len(LANGUAGES)], KINDS[number // len(LANGUAGES) % len(KINDS)]
        page = ocr_page(FIRST_SEED + number, language=language, kind="clean" if kind == "skewed" else kind)
        words += judged(engine.read(page.image), page.words)
    numbers, others = ([word for word in words if word.number == kind] for kind in (True, False))
    config[CONFIDENCE] = {WORDS: curve(others), NUMBERS: held_down(curve(numbers), numbers)}
    file.write_text(json.dumps(config, ensure_ascii=False, indent=1), "utf-8")
    return {"words": len(words), WORDS: _kept(others, config, WORDS), NUMBERS: _kept(numbers, config, NUMBERS)}


def _kept(words: Sequence[Judged], config: Any, name: str) -> dict[str, float]:
    """Return the share of the words with a confidence of 0.95 and more, and the share of these that is wrong."""
    raw, right = config[CONFIDENCE][name]
    sure = [word for word in words if np.interp(word.raw, raw, right) >= _SURE]
    wrong = sum(not word.right for word in sure)
    return {"sure": round(len(sure) / max(1, len(words)), 4), "wrong of sure": round(wrong / max(1, len(sure)), 4)}


def main() -> None:
    """Measure and write the curves."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="folder of the model")
    parser.add_argument("--pages", type=int, default=108, help="generated pages")
    options = parser.parse_args()
    sys.stdout.write(json.dumps(calibrate(options.folder, options.pages)) + "\n")


if __name__ == "__main__":
    main()
