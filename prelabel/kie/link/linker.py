"""The interface of every linker: words become labelled words and entities, and entities are linked.

Implemented by the learned linker (`learned`) and by the alignment rule (`alignment`); `loading` chooses one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from prelabel.kie.tag.tagger import Probabilities
from prelabel.page import Entity, Link, Word, WordLabel


class Linker(Protocol):
    """A grouper and a linker that belong together.

    `name` is readable, `digest` identifies the files of the model; both enter the pipeline version.
    """

    @property
    def name(self) -> str: ...
    @property
    def digest(self) -> str: ...

    def group(
        self, words: Sequence[Word], probabilities: Probabilities, tags: Sequence[str]
    ) -> tuple[tuple[WordLabel, ...], tuple[Entity, ...]]:
        """Return one label a word, and the entities that the words form; words labelled OTHER are in no entity.

        `probabilities`: (words, tags). Entities are ordered by their first words, top to bottom; the words of an
        entity are in reading order.
        """
        ...

    def link(
        self, words: Sequence[Word], entities: Sequence[Entity], role_probabilities: Probabilities
    ) -> tuple[Link, ...]:
        """Return links with confidences 0..1, ordered by source, then target.

        `role_probabilities`: (entities, 4), see `prelabel.kie.link.roles`.
        """
        ...
