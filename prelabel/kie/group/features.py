"""Features of the grouper: of two neighbouring words on a line (across), and of two word runs below each other (down).

A word run: the words of one entity on one line. Distances are in line heights. No feature depends on the order of the
words or on the name of a label; only the similarity of the labels of two words counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from prelabel.geometry import straight
from prelabel.kie.group.label_probabilities import LabelProbabilities
from prelabel.kie.text_features import NAMES, text_features
from prelabel.lines import line_height, lines
from prelabel.page import Word

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]
Columns = dict[str, Floats]

#: Columns of the text features that are meaningful for a single word.
_TEXT = tuple(
    NAMES.index(name)
    for name in (
        *("length", "digits", "capitals", "letters", "hangul", "marks", "colon_ends", "colon_inside", "stop_ends"),
        *("bracketed", "number", "tick", "capital", "shouted", "is_date", "is_money"),
    )
)
#: Largest distance and largest overlap of a word run and the one above that it may continue.
_DROP, _OVERLAP = 2.5, 0.7
#: Number of candidates above a word run.
_ABOVE = 4
#: Free room at the end of a line.
_FREE = 30.0
_FAR = 9.0


@dataclass(frozen=True, slots=True)
class WordLayout:
    """The words of a page as arrays.

    `boxes`: (words, 4) in line heights. `texts`: (words, features). `rows`: words by line, each from left to right.
    `next`: the next word to the right on the line, -1 if there is none.
    """

    boxes: Floats
    labels: LabelProbabilities
    texts: Floats
    rows: tuple[tuple[int, ...], ...]
    next: Indices


@dataclass(frozen=True, slots=True)
class WordRuns:
    """Word runs. `words`: by run, left to right; `boxes`: (runs, 4); `labels`: (runs, labels) probabilities."""

    words: tuple[tuple[int, ...], ...]
    boxes: Floats
    labels: Floats

    @property
    def firsts(self) -> Indices:
        """The first word of each run."""
        return np.array([words[0] for words in self.words], np.int64)

    @property
    def lasts(self) -> Indices:
        """The last word of each run."""
        return np.array([words[-1] for words in self.words], np.int64)


def word_layout(words: Sequence[Word], labels: LabelProbabilities) -> WordLayout:
    """Return the layout of at least one word."""
    straightened = [straight(word.box) for word in words]
    raw = np.array([(box.x0, box.y0, box.x1, box.y1) for box in straightened], np.float64)
    boxes = raw / line_height(straightened)
    rows = tuple(tuple(row) for row in lines(straightened))
    follows = np.full(len(words), -1, np.int64)
    for row in rows:
        follows[list(row[:-1])] = row[1:]
    texts = np.array([text_features(word.text) for word in words], np.float32)[:, _TEXT]
    # An enlarged page must give the same numbers to the last digit.
    return WordLayout(np.round(boxes, 3).astype(np.float32), labels, texts, rows, follows)


def pairs_across(layout: WordLayout) -> tuple[Indices, Columns]:
    """Return the neighbours on a line, (pairs, 2) words, left and right; and name -> one number a pair."""
    left = np.flatnonzero(layout.next >= 0)
    right = layout.next[left]
    boxes, begins = layout.boxes, layout.labels.begins
    gap = boxes[right, 0] - boxes[left, 2]
    before, behind = np.full(len(boxes), _FAR, np.float32), np.full(len(boxes), _FAR, np.float32)
    before[right], behind[left] = gap, gap
    usual = np.median(gap[np.abs(gap) < 1.2]) if (np.abs(gap) < 1.2).any() else 0.4
    height = np.maximum(boxes[:, 3] - boxes[:, 1], 0.01)
    found = {
        "gap": gap,
        "gap_of_usual": gap / max(float(usual), 0.1),
        "usual": np.full(len(gap), usual),
        "before": before[left],
        "behind": behind[right],
        "least_around": np.minimum(before[left], behind[right]),
        "begins_left": begins[left],
        "begins_right": begins[right],
        "taller": np.log(height[right] / height[left]),
        "bottom": boxes[right, 3] - boxes[left, 3],
        "top": boxes[right, 1] - boxes[left, 1],
        "width_left": boxes[left, 2] - boxes[left, 0],
        "width_right": boxes[right, 2] - boxes[right, 0],
    }
    found |= _labels(layout.labels.by_label[left], layout.labels.by_label[right], layout.labels.other)
    for side, places in (("left", left), ("right", right)):
        found |= {f"{side}_{NAMES[name]}": layout.texts[places, i] for i, name in enumerate(_TEXT)}
    return np.stack([left, right], 1), found


def word_runs(layout: WordLayout, joined: Indices) -> WordRuns:
    """Cut the lines everywhere but at the `joined` pairs, (pairs, 2) words, and return the word runs."""
    goes_on = np.zeros(len(layout.boxes), bool)
    goes_on[joined[:, 1]] = True
    found: list[list[int]] = []
    for row in layout.rows:
        for word in row:
            if goes_on[word]:
                found[-1].append(word)
            else:
                found.append([word])
    order = np.concatenate(found) if found else np.zeros(0, np.int64)
    starts = np.cumsum([0, *(len(run) for run in found[:-1])])
    low = np.minimum.reduceat(layout.boxes[order, :2], starts)
    high = np.maximum.reduceat(layout.boxes[order, 2:], starts)
    counts = np.diff([*starts, len(order)])[:, None]
    labels = np.exp(np.add.reduceat(np.log(layout.labels.by_label[order] + 1e-3), starts) / counts)
    normed = (labels / labels.sum(1, keepdims=True)).astype(np.float32)
    return WordRuns(tuple(tuple(run) for run in found), np.concatenate([low, high], 1), normed)


def pairs_down(layout: WordLayout, runs: WordRuns) -> tuple[Indices, Columns]:
    """Return word runs that may belong together, (pairs, 2), upper and lower; and name -> one number a pair."""
    upper, lower, place = _above(runs, layout.labels.other)
    boxes, begins, texts = runs.boxes, layout.labels.begins, layout.texts
    a, b = boxes[upper], boxes[lower]
    drop = b[:, 1] - a[:, 3]
    shared = np.minimum(a[:, 2], b[:, 2]) - np.maximum(a[:, 0], b[:, 0])
    widths = boxes[:, 2] - boxes[:, 0]
    room_left, room_right = _room(runs, layout)
    first_word = layout.boxes[runs.firsts[lower]]
    counts = np.array([len(words) for words in runs.words])
    least_up, least_down = np.full(len(boxes), _FAR, np.float32), np.full(len(boxes), _FAR, np.float32)
    np.minimum.at(least_up, lower, drop)
    np.minimum.at(least_down, upper, drop)
    height = np.maximum(boxes[:, 3] - boxes[:, 1], 0.01)
    found = {
        "place": place,
        "drop": drop,
        "shared": shared,
        "shared_part": shared / np.maximum(np.minimum(widths[upper], widths[lower]), 0.1),
        "lefts": b[:, 0] - a[:, 0],
        "rights": b[:, 2] - a[:, 2],
        "centres": (b[:, 0] + b[:, 2] - a[:, 0] - a[:, 2]) / 2,
        "width_upper": widths[upper],
        "width_lower": widths[lower],
        "room_right_upper": room_right[upper],
        "room_right_lower": room_right[lower],
        "room_left_upper": room_left[upper],
        "room_left_lower": room_left[lower],
        "to_right_edge": boxes[:, 2].max(initial=0) - a[:, 2],
        "room_for_first": room_right[upper] - (first_word[:, 2] - first_word[:, 0]),
        "begins_upper": begins[runs.firsts[upper]],
        "begins_lower": begins[runs.firsts[lower]],
        "words_upper": counts[upper],
        "words_lower": counts[lower],
        "rivals": np.bincount(lower, minlength=len(boxes))[lower],
        "drop_above": least_up[upper],
        "drop_below": least_down[lower],
        "drop_to_above": drop - least_up[upper],
        "drop_to_below": drop - least_down[lower],
        "taller": np.log(height[lower] / height[upper]),
        "depth": b[:, 1] / max(float(boxes[:, 3].max(initial=1)), 1.0),
    }
    found |= _labels(runs.labels[upper], runs.labels[lower], layout.labels.other)
    for end, places in (
        ("upper_last", runs.lasts[upper]),
        ("upper_first", runs.firsts[upper]),
        ("lower_first", runs.firsts[lower]),
    ):
        found |= {f"{end}_{NAMES[name]}": texts[places, i] for i, name in enumerate(_TEXT)}
    return np.stack([upper, lower], 1), found


def _labels(a: Floats, b: Floats, other: int) -> Columns:
    """Compare two arrays of label probabilities row by row. `other`: the column of OTHER, -1 if there is none."""
    kept = np.arange(a.shape[1]) != other
    none = np.zeros(len(a), np.float32)
    return {
        "other_a": none if other < 0 else a[:, other],
        "other_b": none if other < 0 else b[:, other],
        "sure_a": a.max(1, initial=0),
        "sure_b": b.max(1, initial=0),
        "same": (a[:, kept] * b[:, kept]).sum(1),
        "agree": (a.argmax(1) == b.argmax(1)).astype(np.float32),
        "best_a": a[:, kept].max(1, initial=0),
        "best_b": b[:, kept].max(1, initial=0),
    }


def _above(runs: WordRuns, other: int) -> tuple[Indices, Indices, Floats]:
    """Return upper run, lower run, and the rank of the upper among the candidates of the lower, nearest first."""
    boxes = runs.boxes
    middle = (boxes[:, 1] + boxes[:, 3]) / 2
    likely = runs.labels[:, other] < 0.95 if other >= 0 else np.ones(len(boxes), bool)
    known = np.flatnonzero(likely)
    known = known[np.argsort(boxes[known, 3], kind="stable")]
    ends = boxes[known, 3]
    uppers, lowers, places = [], [], []
    for lower in range(len(boxes)):
        top = boxes[lower, 1]
        near = known[np.searchsorted(ends, top - _DROP, "right") : np.searchsorted(ends, top + _OVERLAP, "left")]
        shared = np.minimum(boxes[near, 2], boxes[lower, 2]) - np.maximum(boxes[near, 0], boxes[lower, 0])
        shift = np.abs(boxes[near, 0] - boxes[lower, 0])
        near = near[(middle[near] < middle[lower] - 0.4) & ((shared > 0) | (shift < 1.5))]
        cost = top - boxes[near, 3] + 0.05 * np.abs(boxes[near, 0] - boxes[lower, 0])
        chosen = near[np.lexsort((boxes[near, 0], cost))][:_ABOVE]
        uppers.append(chosen)
        lowers.append(np.full(len(chosen), lower))
        places.append(np.arange(len(chosen)))
    if not uppers:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.float32)
    return np.concatenate(uppers), np.concatenate(lowers), np.concatenate(places).astype(np.float32)


def _room(runs: WordRuns, layout: WordLayout) -> tuple[Floats, Floats]:
    """Return the free room to the left and to the right of every run, up to the next run on its line."""
    left, right = np.full(len(runs.words), _FREE, np.float32), np.full(len(runs.words), _FREE, np.float32)
    for a, b in pairwise(range(len(runs.words))):
        if layout.next[runs.words[a][-1]] == runs.words[b][0]:
            left[b] = right[a] = max(float(runs.boxes[b, 0] - runs.boxes[a, 2]), -1.0)
    return left, right
