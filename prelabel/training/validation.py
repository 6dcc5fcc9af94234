"""Validation of a tagger during its training: scores of words, spans and entities. Benchmarks use `evaluation`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from prelabel.evaluation.kie import bio_tags
from prelabel.evaluation.scores import Scores, set_scores
from prelabel.evaluation.spans import spans
from prelabel.kie.extract import tag
from prelabel.kie.group.rule import group
from prelabel.kie.tag.tagger import OTHER, Tagger, plain_label
from prelabel.page import Entity, Page


def validate(tagger: Tagger, pages: Sequence[Page]) -> dict[str, float]:
    """Return numbers 0..1: share of `words` with the correct label, F1 of `spans` (T1) and of grouped `entities`.

    `score` is the mean of both F1.
    """
    right, words = 0, 0
    by_span = by_entity = Scores(0, 0, 0)
    for page in pages:
        rows = tag(page, tagger)
        tags, wanted = [tagger.tags[i].upper() for i in rows.argmax(1)], [tag.upper() for tag in bio_tags(page)]
        labels, entities = group(page.words, rows, tagger.tags)
        words += len(wanted)
        right += sum(a.label.upper() == plain_label(tag) for a, tag in zip(labels, wanted, strict=True))
        by_span += set_scores(spans(tags), spans(wanted))
        by_entity += set_scores(_entities(entities), _entities(page.entities or ()))
    score = (by_span.f1 + by_entity.f1) / 2
    return {"words": right / max(words, 1), "spans": by_span.f1, "entities": by_entity.f1, "score": score}


def _entities(entities: Iterable[Entity]) -> set[tuple[str, frozenset[int]]]:
    return {(e.label.upper(), frozenset(e.words)) for e in entities if e.label != OTHER}
