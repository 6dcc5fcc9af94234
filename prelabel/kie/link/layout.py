"""Layout of a page for the linker: its entities as arrays of boxes, roles and texts, in an order of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from prelabel.kie.link.roles import OTHER, role_of
from prelabel.kie.text_features import NAMES, text_features
from prelabel.lines import line_height
from prelabel.page import Entity, Word

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

#: Two words are on one line if they share this part of the height of the lower one.
_ONE_LINE = 0.4


@dataclass(frozen=True, slots=True)
class Layout:
    """Headers, questions and answers, ordered from the top left, whatever their order on the page.

    `entities`: their indices on the page. `boxes`, `firsts`, `lasts`: (n, 4) boxes of the whole entities, of their
    first lines and of their last lines, in line heights from the top left of the page's words. `others`: boxes of
    all other words. `size`: width and height of the area that the words cover.
    """

    entities: Indices
    roles: Indices
    boxes: Floats
    firsts: Floats
    lasts: Floats
    role_probabilities: Floats
    texts: Floats
    others: Floats
    size: tuple[float, float]

    def of(self, role: int) -> Indices:
        """Return the positions of the entities of a role."""
        return np.flatnonzero(self.roles == role)


def layout(words: Sequence[Word], entities: Sequence[Entity], role_probabilities: Floats) -> Layout:
    """Return the layout of a page; entities without words are left out.

    `role_probabilities`: (entities, 4), see `prelabel.kie.link.roles`.
    """
    boxes = _boxes(words)
    roles = np.array([role_of(entity.label) if entity.words else OTHER for entity in entities], dtype=np.int64)
    kept = np.flatnonzero(roles != OTHER)
    owned = np.zeros(len(words), dtype=bool)
    owned[[i for place in kept.tolist() for i in entities[place].words]] = True
    whole, firsts, lasts = _lines(boxes, [entities[place].words for place in kept.tolist()])
    order = np.lexsort((roles[kept], whole[:, 3], whole[:, 2], whole[:, 0], whole[:, 1]))
    kept = kept[order]
    texts = [text_features(" ".join(words[i].text for i in entities[place].words)) for place in kept.tolist()]
    others = boxes[~owned]
    return Layout(
        kept,
        roles[kept],
        whole[order],
        firsts[order],
        lasts[order],
        role_probabilities[kept].astype(np.float32),
        np.array(texts, dtype=np.float32).reshape(-1, len(NAMES)),
        others[np.lexsort(others.T)],
        (float(boxes[:, 2].max(initial=1)), float(boxes[:, 3].max(initial=1))),
    )


def _boxes(words: Sequence[Word]) -> Floats:
    """Return the word boxes in line heights from the top left of the words; swap reversed corners."""
    raw = np.array([(w.box.x0, w.box.y0, w.box.x1, w.box.y1) for w in words], dtype=np.float64).reshape(-1, 4)
    corners = np.sort(raw.reshape(-1, 2, 2), axis=1)
    corners -= corners.min(axis=(0, 1)) if len(words) else 0.0
    em = corners.reshape(-1, 4) / line_height([word.box for word in words])
    # An enlarged page must give the same numbers to the last digit; otherwise ties are broken differently.
    return np.round(em, 3).astype(np.float32)


def _lines(boxes: Floats, owned: Sequence[Sequence[int]]) -> tuple[Floats, Floats, Floats]:
    """Return the boxes around each set of words, around its first line and around its last line."""
    if not owned:
        return (np.zeros((0, 4), np.float32),) * 3
    of = boxes[[i for words in owned for i in words]]
    counts = np.array([len(words) for words in owned])
    starts = np.cumsum(counts) - counts
    owner = np.repeat(np.arange(len(owned)), counts)
    middle = of[:, 1] + of[:, 3]
    order = np.lexsort((middle, owner))
    tops, bottoms = of[order[starts]][owner], of[order[starts + counts - 1]][owner]
    everything = np.ones(len(of), dtype=bool)
    whole, first, last = (
        np.concatenate(
            [
                np.minimum.reduceat(np.where(kept[:, None], of[:, :2], np.inf), starts),
                np.maximum.reduceat(np.where(kept[:, None], of[:, 2:], -np.inf), starts),
            ],
            axis=1,
        ).astype(np.float32)
        for kept in (everything, _one_line(of, tops), _one_line(of, bottoms))
    )
    return whole, first, last


def _one_line(a: Floats, b: Floats) -> Mask:
    shared = np.minimum(a[:, 3], b[:, 3]) - np.maximum(a[:, 1], b[:, 1])
    lower = np.minimum(a[:, 3] - a[:, 1], b[:, 3] - b[:, 1])
    one: Mask = (shared > _ONE_LINE * lower) | ((a == b).all(1))
    return one
