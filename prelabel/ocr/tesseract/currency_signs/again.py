"""A second reading of an amount's part, shown alone on paper."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

import numpy as np
from PIL import Image

from prelabel.page import Box, Word

#: The image of one line -> raw words by line.
ReadLine = Callable[[Image.Image], list[list[Word]]]
#: Paper around what is read again, as share of its height.
_MARGIN = 0.35
#: Least width of what is read, as share of its height: half of a narrow 1.
_LEAST = 0.1


def reading(read_line: ReadLine, page: Image.Image, box: Box) -> tuple[str, float]:
    """Return text and least confidence of what stands in a box of a mode L page, shown on paper; ("", 0.0): nothing."""
    margin = round(_MARGIN * box.height)
    if box.width < _LEAST * box.height:  # behind a sign that is all of its word
        return "", 0.0
    cut = page.crop((int(box.x0), int(box.y0) - 1, ceil(box.x1), ceil(box.y1) + 1))
    ground = Image.new("L", (cut.width + 2 * margin, cut.height + 2 * margin), int(np.percentile(np.asarray(cut), 90)))
    ground.paste(cut, (margin, margin))
    words = [word for line in read_line(ground) for word in line]
    return "".join(word.text for word in words), min((word.confidence for word in words), default=0.0)
