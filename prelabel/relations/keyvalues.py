"""Links to text pairs: the words of a question and of its answer as people would write them down."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from prelabel.geometry import union
from prelabel.page import Entity, KeyValue, Link, Word

_KEY_ENDS = " :;：.·"
#: What OCR makes of a table's rules where they stand alone.
_BORDERS = "|｜¦ㅣㅡ"


def key_values(words: Sequence[Word], entities: Sequence[Entity], links: Sequence[Link]) -> tuple[KeyValue, ...]:
    """One pair a question -> answer link, in reading order of the questions, then of the answers."""
    pairs = [
        _pair(words, entities[link.source], entities[link.target], link.confidence)
        for link in sorted(links, key=lambda link: (min(entities[link.source].words), min(entities[link.target].words)))
        if entities[link.source].label.upper() == "QUESTION" and entities[link.target].label.upper() == "ANSWER"
    ]
    return tuple(pairs)


def entity_text(words: Sequence[Word], entity: Entity) -> str:
    """The entity's words with single spaces between, NFC, without border marks at its ends."""
    parts = [unicodedata.normalize("NFC", words[i].text) for i in entity.words]
    kept = [i for i, part in enumerate(parts) if part.strip(_BORDERS)] or [0, len(parts) - 1]
    return " ".join(parts[kept[0] : kept[-1] + 1]).strip()


def _pair(words: Sequence[Word], question: Entity, answer: Entity, confidence: float) -> KeyValue:
    key = entity_text(words, question)
    return KeyValue(
        key.rstrip(_KEY_ENDS) or key,
        entity_text(words, answer),
        union(words[i].box for i in question.words),
        union(words[i].box for i in answer.words),
        round(confidence, 4),
    )
