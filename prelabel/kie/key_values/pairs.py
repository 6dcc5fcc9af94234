"""Text pairs: questions and answers, made from links, and fields, which are pairs by themselves."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from prelabel.geometry import union
from prelabel.kie.key_values.nesting import field_entities, header_paths, pair_links
from prelabel.kie.values.hints import Hints, page_hints
from prelabel.kie.values.normalise import normalise
from prelabel.page import Box, Entity, KeyValue, Link, Word

_KEY_ENDS = " :;：.·"
#: Letters as which OCR reads the rules of a table.
_BORDERS = "|｜¦ㅣㅡ"
#: Places in a label where another word begins: INVOICE_NUMBER, invoiceNumber.
_WORD_ENDS = re.compile(r"[_\-.]+|(?<=[a-z])(?=[A-Z])")


def key_values(
    words: Sequence[Word], entities: Sequence[Entity], links: Sequence[Link], hints: Hints | None = None
) -> tuple[KeyValue, ...]:
    """Return one pair a question -> answer link, then one a field; see `linked_pairs` and `field_pairs`.

    `hints`: how values are written in the document; by default taken from these words.
    """
    hints = hints or page_hints(word.text for word in words)
    linked, fields = linked_pairs(words, entities, links, hints), field_pairs(words, entities, links, hints)
    return (*(pair for _, pair in linked), *(pair for _, pair in fields))


def linked_pairs(
    words: Sequence[Word], entities: Sequence[Entity], links: Sequence[Link], hints: Hints
) -> list[tuple[Link, KeyValue]]:
    """Return question -> answer links with their pairs, in reading order of the questions, then of the answers."""
    paths = header_paths(entities, links)
    return [
        (link, _pair(words, entities, link, paths.get(link.source, ()), hints)) for link in pair_links(entities, links)
    ]


def field_pairs(
    words: Sequence[Word], entities: Sequence[Entity], links: Sequence[Link], hints: Hints
) -> list[tuple[int, KeyValue]]:
    """Return the entities that are fields with their pairs, in reading order: the label is the key."""
    paths = header_paths(entities, links)
    return [(i, _field(words, entities, i, paths.get(i, ()), hints)) for i in field_entities(entities)]


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


def _field(
    words: Sequence[Word], entities: Sequence[Entity], index: int, headers: tuple[int, ...], hints: Hints
) -> KeyValue:
    field = entities[index]
    value, box = entity_text(words, field), entity_box(words, field)
    above = tuple(title(words, entities[i]) for i in headers)
    normal = normalise(value, _WORD_ENDS.sub(" ", field.label), hints)
    return KeyValue(field.label, value, box, box, round(field.confidence, 4), above, normal)
