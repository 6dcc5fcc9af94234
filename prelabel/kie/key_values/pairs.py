"""Text pairs of questions and answers, made from links."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from prelabel.geometry import union
from prelabel.kie.key_values.nesting import header_paths, pair_links
from prelabel.kie.values.hints import Hints, page_hints
from prelabel.kie.values.normalise import normalise
from prelabel.page import Box, Entity, KeyValue, Link, Word

_KEY_ENDS = " :;：.·"
#: Letters as which OCR reads the rules of a table.
_BORDERS = "|｜¦ㅣㅡ"


def key_values(
    words: Sequence[Word], entities: Sequence[Entity], links: Sequence[Link], hints: Hints | None = None
) -> tuple[KeyValue, ...]:
    """Return one pair a question -> answer link, in reading order of the questions, then of the answers.

    `hints`: how values are written in the document; by default taken from these words.
    """
    hints = hints or page_hints(word.text for word in words)
    paths = header_paths(entities, links)
    return tuple(
        _pair(words, entities, link, paths.get(link.source, ()), hints) for link in pair_links(entities, links)
    )


def entity_text(words: Sequence[Word], entity: Entity) -> str:
    """Join the words of the entity with single spaces, in NFC, without border marks at the ends."""
    parts = [unicodedata.normalize("NFC", words[i].text) for i in entity.words]
    kept = [i for i, part in enumerate(parts) if part.strip(_BORDERS)] or [0, len(parts) - 1]
    return " ".join(parts[kept[0] : kept[-1] + 1]).strip()


def title(words: Sequence[Word], entity: Entity) -> str:
    """Return the text of a question or a header without the colon at its end."""
    text = entity_text(words, entity)
    return text.rstrip(_KEY_ENDS) or text


def entity_box(words: Sequence[Word], entity: Entity) -> Box:
    """Return the box around the words of an entity. Raises ValueError if it has no words."""
    return union(words[i].box for i in entity.words)


def _pair(
    words: Sequence[Word], entities: Sequence[Entity], link: Link, headers: tuple[int, ...], hints: Hints
) -> KeyValue:
    question, answer = entities[link.source], entities[link.target]
    key, value = title(words, question), entity_text(words, answer)
    return KeyValue(
        key,
        value,
        entity_box(words, question),
        entity_box(words, answer),
        round(link.confidence, 4),
        tuple(title(words, entities[i]) for i in headers),
        normalise(value, key, hints),
    )
