"""Grouping by rule, without a model: words with tag probabilities -> labelled words and entities.

BIO spans need words in the order of the entities; OCR gives another order. So a B tag is only one hint to split, beside
the room between two words, and a word run (words of one entity on one line) joins another below it by position.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from prelabel.geometry import union
from prelabel.kie.group.label_probabilities import LabelProbabilities, label_probabilities
from prelabel.kie.group.smoothing import Choice, Smoother
from prelabel.kie.tag.tagger import OTHER, Probabilities
from prelabel.lines import line_height, lines
from prelabel.page import Box, Entity, Word, WordLabel

#: Letters as which OCR reads rules and borders.
_BARS = "ㅣㅡ"

#: Two word runs below each other join if the room between them, in line heights, is less than this: for a lower run
#: that surely continues an entity, and for one that surely begins an entity; linear in between.
_DROP_SURE_INSIDE, _DROP_SURE_BEGIN = 1.3, -0.6

#: Word runs that end farther above, in line heights, are no candidates.
_NEAR = 4.0


@dataclass(slots=True)
class _WordRun:
    """Adjacent words of one label on one line. `begin`: probability that the first word begins an entity."""

    label: str
    words: list[int]
    line: int
    box: Box
    begin: float


def group(
    words: Sequence[Word], probabilities: Probabilities, tags: Sequence[str]
) -> tuple[tuple[WordLabel, ...], tuple[Entity, ...]]:
    """Return one label a word, and the entities that the words form; words labelled OTHER are in no entity.

    `probabilities`: (words, tags). Entities are ordered by their first words, top to bottom; the words of an entity are
    in reading order.
    """
    if not words:
        return (), ()
    known = label_probabilities(probabilities, tags)
    names, begins = known.names, known.begins_by_label
    height = line_height([word.box for word in words])
    choices = _choices(words, known, height)
    labels = tuple(
        WordLabel(names[choice.label], round(float(row[choice.label]), 4))
        for choice, row in zip(choices, known.by_label, strict=True)
    )
    firsts = [float(begins[i, choice.label]) for i, choice in enumerate(choices)]
    runs = _runs(words, labels, choices, firsts)
    entities = [_entity(run, labels) for run in _joined_lines(runs, height)]
    return labels, tuple(entities)


def _choices(words: Sequence[Word], known: LabelProbabilities, height: float) -> list[Choice]:
    """Choose a label for every word, smoothed along its line. Stray marks labelled OTHER are left out."""
    other, probabilities = known.other, known.by_label
    smoother = Smoother(len(known.names), other, height)
    choices = [Choice(other, True)] * len(words)
    for line in lines([word.box for word in words]):
        kept = [i for i in line if not (is_mark(words[i].text) and probabilities[i].argmax() == other)]
        if kept:
            for index, choice in zip(
                kept, smoother.best(kept, words, probabilities, known.begins_by_label), strict=True
            ):
                choices[index] = choice
    return choices


def _runs(
    words: Sequence[Word], labels: Sequence[WordLabel], choices: Sequence[Choice], firsts: Sequence[float]
) -> list[_WordRun]:
    """Return the word runs, line by line."""
    runs: list[_WordRun] = []
    for number, line in enumerate(lines([word.box for word in words])):
        last: _WordRun | None = None
        for index in line:
            label, box = labels[index].label, words[index].box
            if label == OTHER:
                last = last if is_mark(words[index].text) else None
            elif last and not choices[index].begins:
                last.words.append(index)
                last.box = union((last.box, box))
            else:
                last = _WordRun(label, [index], number, box, firsts[index])
                runs.append(last)
    return runs


def _joined_lines(runs: list[_WordRun], height: float) -> list[_WordRun]:
    """Join each word run to the one above that it continues. In raster order, the upper ones are complete."""
    done: list[_WordRun] = []
    near: list[_WordRun] = []
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


def _continued(run: _WordRun, done: list[_WordRun], height: float) -> _WordRun | None:
    """Return the nearest word run above that this one may continue: of the same label, in the same column."""
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


def _between(upper: _WordRun, lower: _WordRun, done: list[_WordRun]) -> bool:
    """Return whether another word run is in the column between these two."""
    return any(
        run is not upper
        and upper.box.y1 - 0.5 * upper.box.height < run.box.center[1] < lower.box.y0
        and min(run.box.x1, lower.box.x1, upper.box.x1) > max(run.box.x0, lower.box.x0, upper.box.x0)
        for run in done
    )


def _entity(run: _WordRun, labels: Sequence[WordLabel]) -> Entity:
    sure = sum(labels[index].confidence for index in run.words) / len(run.words)
    return Entity(run.label, tuple(run.words), round(sure, 4))


def is_mark(text: str) -> bool:
    """Return whether a text has no letter or digit. OCR reads rules and borders as marks, or as a Korean vowel."""
    return not any(char.isalnum() and char not in _BARS for char in text)
