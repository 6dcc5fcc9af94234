"""Words of a text with one box: each word gets a part of the box in proportion to its letters."""

from __future__ import annotations

import math

from prelabel.page import Box

#: Usual width of a letter, in heights of its line.
_LETTER = 0.5


def split_line(text: str, box: Box) -> list[tuple[str, Box]]:
    """Return the words of one line, each with its box.

    >>> split_line("a bc", Box(0, 0, 4, 1))
    [('a', Box(x0=0.0, y0=0, x1=1.0, y1=1)), ('bc', Box(x0=2.0, y0=0, x1=4.0, y1=1))]
    """
    words = text.split()
    letter = box.width / max(len(" ".join(words)), 1)
    found, done = [], 0
    for word in words:
        found.append((word, Box(box.x0 + letter * done, box.y0, box.x0 + letter * (done + len(word)), box.y1)))
        done += len(word) + 1
    return found


def split_lines(text: str, box: Box) -> list[tuple[str, Box]]:
    """Return the words of one or several lines, each with its box.

    The number of lines is the one with which letters of usual width fill the box, and at most that of the words.
    """
    words = text.split()
    length = len(" ".join(words))
    count = max(min(round(math.sqrt(_LETTER * length * box.height / max(box.width, 1.0))), len(words)), 1)
    lines: list[list[str]] = [[] for _ in range(count)]
    done = 0.0
    for word in words:
        lines[min(int((done + len(word) / 2) / length * count), count - 1)].append(word)
        done += len(word) + 1
    longest = max(len(" ".join(line)) for line in lines)
    height, found = box.height / count, []
    for number, line in enumerate(" ".join(line) for line in lines):
        top, right = box.y0 + number * height, box.x0 + box.width * len(line) / max(longest, 1)
        found += split_line(line, Box(box.x0, top, right, top + height))
    return found
