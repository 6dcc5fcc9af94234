"""Word boxes fitted to the ink of their words: cut letters taken in, ruled lines and empty margins left out.

Tesseract's recogniser places the letters of a line only roughly: boxes of Korean syllables end in the middle of a
letter, boxes beside a ruled line include the line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

import numpy as np

from prelabel.images.ink import Dark
from prelabel.images.ink_runs import close_gaps, ink_runs
from prelabel.page import Box, Word

#: As shares of the line's height: ink runs closer than the first belong to one letter; ruled lines are looked for in
#: windows wider than the second.
_SAME_LETTER, _RULE = 0.16, 1.5
#: Rows between the parts of one letter (the dot of an i), as share of the line's height.
_SAME_COLUMN = 0.4
#: A row or column that is dark to this share belongs to a ruled line; a column must be as dark above and below the
#: letters, by this share of the line's height, because l, I, 1 and ㅣ fill a column too.
_RULED, _BEYOND = 0.92, 0.25


def fit_line(line: Sequence[Word], dark: Dark) -> list[Word]:
    """Fit the boxes of one line's words to `dark`, the page's ink; a word without ink keeps its box."""
    if not line:
        return []
    height = max(1.0, median(word.box.height for word in line))
    fitted: list[Word] = []
    for number, word in enumerate(line):
        before = fitted[-1].box.x1 if fitted else -np.inf
        after = line[number + 1].box.x0 if number + 1 < len(line) else np.inf
        fitted.append(replace(word, box=_fit(_cut_at_next(word.box, after), dark, height, before, after)))
    return fitted


def _cut_at_next(box: Box, after: float) -> Box:
    """End the box where the next word begins: Tesseract gives some first words the length of the whole line."""
    return replace(box, x1=min(box.x1, after)) if after > box.x0 else box


def _fit(box: Box, dark: Dark, height: float, before: float, after: float) -> Box:
    reach = height / 2
    left = max(0, int(min(box.x0, max(box.x0 - reach, before))))
    right = min(dark.shape[1], int(np.ceil(max(box.x1, min(box.x1 + reach, after)))))
    top, bottom = max(0, int(box.y0)), min(dark.shape[0], int(np.ceil(box.y1)))
    window = dark[top:bottom, left:right]
    if not window.size:
        return box
    if window.shape[1] > _RULE * height:
        window = window & (window.mean(axis=1, keepdims=True) < _RULED)
    rows = _rows(window, height)
    if rows is None:
        return box
    window = window[rows]
    beyond = round(_BEYOND * height)
    tall = dark[max(0, top + rows.start - beyond) : top + rows.stop + beyond, left:right]
    ruled = tall.sum(axis=0) >= max(3.0, _RULED * len(tall))
    columns = _columns(np.asarray(window.any(axis=0) & ~ruled), box.x0 - left, box.x1 - left, _SAME_LETTER * height)
    if columns is None:
        return box
    inked = np.flatnonzero(window[:, columns].any(axis=1))
    y0, y1 = top + rows.start + int(inked[0]), top + rows.start + int(inked[-1]) + 1
    return Box(left + columns.start, y0, left + columns.stop, y1)


def _rows(window: Dark, height: float) -> slice | None:
    """Return the rows of the text in a word's window; smaller parts above or below are left out."""
    parts = close_gaps(ink_runs(np.asarray(window.any(axis=1))), _SAME_COLUMN * height)
    if not parts:
        return None
    ink = [int(window[start:stop].sum()) for start, stop in parts]
    start, stop = parts[int(np.argmax(ink))]
    return slice(start, stop)


def _columns(inked: Dark, x0: float, x1: float, gap: float) -> slice | None:
    """Return the columns of the letters that the box (x0..x1) touches."""
    touched = [run for run in close_gaps(ink_runs(inked), gap) if run[1] > x0 and run[0] < x1]
    return slice(touched[0][0], touched[-1][1]) if touched else None
