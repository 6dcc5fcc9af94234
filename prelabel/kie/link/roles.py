"""Roles of entities in links (HEADER, QUESTION, ANSWER, OTHER), and the probabilities of roles by entity."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from prelabel.kie.tag.tagger import Probabilities, plain_label
from prelabel.page import Entity

#: Columns of role probabilities. Every other label counts as OTHER.
ROLES = ("HEADER", "QUESTION", "ANSWER", "OTHER")
HEADER, QUESTION, ANSWER, OTHER = range(4)


def role_of(label: str) -> int:
    """Return the column of a label in `ROLES`."""
    return ROLES.index(label.upper()) if label.upper() in ROLES else OTHER


def certain_roles(entities: Sequence[Entity]) -> Probabilities:
    """Return probabilities of 1.0 for the roles of entities whose labels are certain: (entities, 4)."""
    return np.eye(len(ROLES), dtype=np.float32)[[role_of(entity.label) for entity in entities]].reshape(-1, len(ROLES))


def role_probabilities(entities: Sequence[Entity], probabilities: Probabilities, tags: Sequence[str]) -> Probabilities:
    """Return the probability of each role by entity, (entities, 4): the mean over the words of the entity.

    `probabilities`: (words, tags); the probabilities of the tags of one role are added.
    """
    roles = [role_of(plain_label(tag)) for tag in tags]
    by_word: Probabilities = probabilities @ np.eye(len(ROLES), dtype=np.float32)[roles]
    by_entity = [by_word[list(entity.words)].mean(0) for entity in entities]
    return np.array(by_entity, dtype=np.float32).reshape(-1, len(ROLES))
