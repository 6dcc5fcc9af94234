"""A text and the one box around it -> its words, each with its part of the box, in proportion to their letters."""

from __future__ import annotations

import math

from prelabel.page import Box

#: A letter's usual width, in heights of its line.
_LETTER = 0.5


def line_shared_out(text: str, box: Box) -> list[tuple[str, Box]]:
    """The words of one line.

    >>> line_shared_out("a bc", Box(0, 0, 4, 1))
    [('a', Box(x0=0.0, y0=0, x1=1.0, y1=1)), ('bc', Box(x0=2.0, y0=0, x1=4.0, y1=1))]
    """
    words = text.split()
    letter = box.width / max(len(" ".join(words)), 1)
    found, done = [], 0
    for word in words:
        found.append((word, Box(box.x0 + letter * done, box.y0, box.x0 + letter * (done + len(word)), box.y1)))
        done += len(word) + 1
    return found


def shared_out(text: str, box: Box) -> list[tuple[str, Box]]:
    """The words of one line or of several: as many as letters of usual width need to fill the box."""
    words = text.split()
    length = len(" ".join(words))
    count = max(round(math.sqrt(_LETTER * length * box.height / max(box.width, 1.0))), 1)
    lines: list[list[str]] = [[] for _ in range(count)]
    done = 0.0
    for word in words:
        lines[min(int((done + len(word) / 2) / length * count), count - 1)].append(word)
        done += len(word) + 1
    longest = max(len(" ".join(line)) for line in lines)
    height, found = box.height / count, []
    for number, line in enumerate(" ".join(line) for line in lines):
        top, right = box.y0 + number * height, box.x0 + box.width * len(line) / max(longest, 1)
        found += line_shared_out(line, Box(box.x0, top, right, top + height))
    return found
