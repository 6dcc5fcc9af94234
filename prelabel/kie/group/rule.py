"""Grouping: words with tag probabilities -> labelled words and entities, whatever the order of the words.

BIO runs need an order that follows the entities; OCR's does not. So a B tag counts here as one hint to split, beside
the room between two words; and runs of one line join those below by their place, not by their number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from prelabel.geometry import union
from prelabel.kie.group.label_probabilities import OTHER, Shares, shares_of
from prelabel.kie.group.smoothing import Choice, Smoother
from prelabel.kie.tag.tagger import Probabilities
from prelabel.lines import line_height, lines
from prelabel.page import Box, Entity, Word, WordLabel

#: Letters that a page's rules and borders are read as.
_BARS = "ㅣㅡ"

#: Lines below each other join if the room between them, in line heights, stays below this, sloping from sure
#: continuation to sure begin.
_DROP_SURE_INSIDE, _DROP_SURE_BEGIN = 1.3, -0.6

#: Runs that end farther above, in line heights, are of no more use.
_NEAR = 4.0


@dataclass(slots=True)
class _Run:
    """Words of one label beside each other; `begin` is the chance that its first word begins an entity."""

    label: str
    words: list[int]
    line: int
    box: Box
    begin: float


def group(
    words: Sequence[Word], probabilities: Probabilities, tags: Sequence[str]
) -> tuple[tuple[WordLabel, ...], tuple[Entity, ...]]:
    """One label a word, and the entities that the words form. OTHER words are in no entity.

    `probabilities`: (words, tags). Entities stand in the order of their first words, top to bottom; the words of an
    entity in reading order.
    """
    if not words:
        return (), ()
    known = shares_of(probabilities, tags)
    names, shares, begins = known.names, known.labels, known.starts
    height = line_height([word.box for word in words])
    choices = _choices(words, known, height)
    labels = tuple(
        WordLabel(names[choice.label], round(float(row[choice.label]), 4))
        for choice, row in zip(choices, shares, strict=True)
    )
    firsts = [float(begins[i, choice.label]) for i, choice in enumerate(choices)]
    runs = _runs(words, labels, choices, firsts)
    entities = [_entity(run, labels) for run in _joined_lines(runs, height)]
    return labels, tuple(entities)


def _choices(words: Sequence[Word], known: Shares, height: float) -> list[Choice]:
    """A label for every word, smooth along its line. Stray marks labelled OTHER stand out of the way."""
    other, shares = known.other, known.labels
    smoother = Smoother(len(known.names), other, height)
    choices = [Choice(other, True)] * len(words)
    for line in lines([word.box for word in words]):
        kept = [i for i in line if not (is_mark(words[i].text) and shares[i].argmax() == other)]
        if kept:
            for index, choice in zip(kept, smoother.best(kept, words, shares, known.starts), strict=True):
                choices[index] = choice
    return choices


def _runs(
    words: Sequence[Word], labels: Sequence[WordLabel], choices: Sequence[Choice], firsts: Sequence[float]
) -> list[_Run]:
    """The pieces of entities, line by line."""
    runs: list[_Run] = []
    for number, line in enumerate(lines([word.box for word in words])):
        last: _Run | None = None
        for index in line:
            label, box = labels[index].label, words[index].box
            if label == OTHER:
                last = last if is_mark(words[index].text) else None
            elif last and not choices[index].begins:
                last.words.append(index)
                last.box = union((last.box, box))
            else:
                last = _Run(label, [index], number, box, firsts[index])
                runs.append(last)
    return runs


def _joined_lines(runs: list[_Run], height: float) -> list[_Run]:
    """Join each run that continues one above it; runs come in raster order, so those above are complete."""
    done: list[_Run] = []
    near: list[_Run] = []
    for run in runs:
        near = [other for other in near if other.box.y1 > run.box.y0 - _NEAR * height]
        above = _continued(run, near, height)
        if above is None:
            done.append(run)
            near.append(run)
            continue
        above.words += run.words
        above.box, above.line = union((above.box, run.box)), run.line
    return done


def _continued(run: _Run, done: list[_Run], height: float) -> _Run | None:
    """The nearest run above that this one may continue, of the same label, in the same column."""
    limit = _DROP_SURE_INSIDE + (_DROP_SURE_BEGIN - _DROP_SURE_INSIDE) * run.begin
    best, least = None, limit * height
    for other in done:
        if other.line == run.line or other.label != run.label:
            continue
        drop = run.box.y0 - other.box.y1
        shared = min(run.box.x1, other.box.x1) - max(run.box.x0, other.box.x0)
        if shared < 0 and abs(run.box.x0 - other.box.x0) > height:
            continue
        shift = min(abs(run.box.x0 - other.box.x0), abs(run.box.center[0] - other.box.center[0])) / height
        cost = drop + 0.1 * min(shift, 5.0) * height
        if -0.7 * height < drop and cost < least and not _between(other, run, done):
            best, least = other, cost
    return best


def _between(upper: _Run, lower: _Run, done: list[_Run]) -> bool:
    """Does another run stand in the column between these two?"""
    return any(
        run is not upper
        and upper.box.y1 - 0.5 * upper.box.height < run.box.center[1] < lower.box.y0
        and min(run.box.x1, lower.box.x1, upper.box.x1) > max(run.box.x0, lower.box.x0, upper.box.x0)
        for run in done
    )


def _entity(run: _Run, labels: Sequence[WordLabel]) -> Entity:
    sure = sum(labels[index].confidence for index in run.words) / len(run.words)
    return Entity(run.label, tuple(run.words), round(sure, 4))


def is_mark(text: str) -> bool:
    """No letter and no digit: a rule or a border that OCR read, in Korean pages often as a lone vowel."""
    return not any(char.isalnum() and char not in _BARS for char in text)
