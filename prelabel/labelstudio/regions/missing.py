"""Interface to the text of regions that have none: the page itself says what is written there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from prelabel.page import Affine, Word

#: Corners of a region, in pixels of the image as Label Studio shows it.
Outline = Sequence[tuple[float, float]]


class MissingText(Protocol):
    """The page on which an annotation was drawn. Both methods are called only where their answer is needed."""

    def words(self, outlines: Sequence[Outline], from_shown: Affine) -> Sequence[Sequence[Word]]:
        """Return the words in each outline, in reading order; none where the page has no text or is not known.

        `from_shown`: the map from the shown image to the upright page; the words' boxes are pixels of the latter.
        """

    def turn(self) -> float | None:
        """Return the degrees, clockwise, by which the upright page lies turned in the shown image; None if unknown."""


#: Finds the page of a task (its row in Label Studio's JSON) for the annotation or prediction that is read.
FindMissing = Callable[[Mapping[str, Any], Mapping[str, Any]], MissingText | None]
