"""Masks in numbers and names, `900101-1******`, found by their ink: Tesseract takes rows of asterisks for letters.

The marks of a mask are counted, and what stands beside them is read by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

import numpy as np
from PIL import Image

from prelabel.geometry import intersection_area, union
from prelabel.images.ink import Dark
from prelabel.lines import lines
from prelabel.ocr.tesseract.masks.marks import Mark, Part, is_hyphen, marks_in, masks_of, may_hold_mask
from prelabel.page import Box, Word

#: Words from this confidence on are right where they stand, unless they hold a sign of a mask; what is read beside a
#: mask must be as sure as the second.
_SURE, _READ = 0.75, 0.5
_SIGNS = frozenset("*●•")
#: In heights of the row's words: the widest gap within a masked word; how far above and below the row's middle marks
#: are looked for; paper around what is read beside a mask.
_SAME_WORD, _REACH, _MARGIN = 0.5, 0.65, 0.4
#: Words lower than this share of the row's tallest one may be marks.
_LETTERS = 0.6
#: Single letters that are read for each other where they stand alone, and how sure their word is at most.
_NARROW, _NARROW_CONFIDENCE = frozenset("ijlI1|!"), 0.6
#: Confidence of the marks of a mask. Measured: 158 of 186 made rows of 5 fonts at 110 to 300 dpi are read right (81
#: without this module), and no mask is found on 50 scans and samples without one.
_CONFIDENCE = 0.9
#: Pages without a mask must cost little: so many stretches of ink that no sure word covers are looked at, and none with
#: more unsure words, which is handwriting.
_MOST_STRETCHES, _MOST_UNSURE = 80, 6

#: The image of one line -> raw words by line.
ReadLine = Callable[[Image.Image], list[list[Word]]]


def with_masks(words: Sequence[Word], read_line: ReadLine, page: Image.Image, dark: Dark) -> list[Word]:
    """Return the words of a page (mode L) with its masked ones read again; `dark` is the page's ink."""
    found = [word for parts in _masked_words(words, dark) if (word := _read(parts, read_line, page, words))]
    if not found:
        return list(words)
    every = [*(word for word in words if not any(covers(mask.box, word.box) for mask in found)), *found]
    return [every[index] for row in lines([word.box for word in every]) for index in row]


def _masked_words(words: Sequence[Word], dark: Dark) -> Iterator[list[Part]]:
    """Yield the parts of each word that holds a mask."""
    looked_at = 0
    for indices in lines([word.box for word in words]):
        row = _Row.of([words[index] for index in indices])
        if row is None:
            continue
        for stretch in row.unsure_stretches(dark):
            looked_at += 1
            if looked_at > _MOST_STRETCHES:
                return
            yield from _masks_in(stretch, row, dark)


@dataclass(frozen=True, slots=True)
class _Row:
    """The words of a row; height of its sure words, and where their letters stand, in pixels of the page."""

    words: tuple[Word, ...]
    height: float
    middle: float
    baseline: float

    @classmethod
    def of(cls, words: Sequence[Word]) -> _Row | None:
        """Measure a row; None without a sure word: what is masked has a key or unmasked parts beside it."""
        boxes = [word.box for word in words if _is_sure(word) and any(char.isalnum() for char in word.text)]
        if not boxes:
            return None
        middle = len(boxes) // 2
        height = sorted([box.y1 - box.y0 for box in boxes])[middle]
        tallest = max(box.height for box in boxes)
        # Asterisks that were read as letters end above the line; commas and the tails of letters reach below it.
        baselines = sorted([box.y1 for box in boxes if box.height >= _LETTERS * tallest])
        baseline = baselines[len(baselines) // 4]
        return cls(tuple(words), height, sorted([box.y0 + box.y1 for box in boxes])[middle] / 2, baseline)

    def is_one_word(self, left: Box, right: Box) -> bool:
        """Return whether two neighbouring boxes are close, or Tesseract found one word over both: 1 1 are far apart."""
        if right.x0 - left.x1 <= _SAME_WORD * self.height:
            return True
        return any(word.box.x0 < left.center[0] and right.center[0] < word.box.x1 for word in self.words)

    def unsure_stretches(self, dark: Dark) -> Iterator[Box]:
        """Yield the parts that no sure word covers and that hold ink, each with the words that touch it."""
        sure = sorted((word.box for word in self.words if _is_sure(word)), key=lambda box: box.x0)
        unsure = [word.box.center[0] for word in self.words if not _is_sure(word)]
        y0, y1 = max(0.0, self.middle - _REACH * self.height), self.middle + _REACH * self.height
        first, last = min(word.box.x0 for word in self.words), float(dark.shape[1])
        for before, after in pairwise([Box(first, y0, first, y1), *sure, Box(last, y0, last, y1)]):
            x0, x1 = before.x1, after.x0
            few = sum(x0 < x < x1 for x in unsure) <= _MOST_UNSURE
            if few and x1 - x0 > self.height and dark[int(y0) : ceil(y1) : 2, int(x0) : ceil(x1) : 2].any():
                yield Box(before.x0, y0, after.x1, y1)

    def whole_words(self, x0: float, x1: float) -> tuple[float, float]:
        """Return the ends of a part of the row, farther out where they lie in a word or next to one."""
        near = _SAME_WORD * self.height
        for box in sorted((word.box for word in self.words), key=lambda box: box.x0):
            x1 = max(x1, box.x1) if box.x0 - near <= x1 else x1
        for box in sorted((word.box for word in self.words), key=lambda box: -box.x1):
            x0 = min(x0, box.x0) if box.x1 + near >= x0 else x0
        return x0, x1


def _is_sure(word: Word) -> bool:
    return word.confidence >= _SURE and _SIGNS.isdisjoint(word.text)


def _masks_in(stretch: Box, row: _Row, dark: Dark) -> Iterator[list[Part]]:
    """Yield the parts of each masked word in a part of a row."""
    height, baseline = row.height, row.baseline
    top, bottom = int(stretch.y0), ceil(stretch.y1)
    if not may_hold_mask(dark[top:bottom, int(stretch.x0) : ceil(stretch.x1)], height, baseline - top):
        return
    x0, x1 = row.whole_words(stretch.x0, stretch.x1)
    window, left = dark[top:bottom, int(x0) : ceil(x1)], int(x0)
    marks = marks_in(window, left, top, height)
    masks = masks_of(marks, height, baseline)
    if not masks:
        return
    words: list[list[Part]] = []
    for part in sorted([*masks, *_others(marks, masks, row)], key=lambda part: part.box.x0):
        if words and row.is_one_word(words[-1][-1].box, part.box):
            words[-1].append(part)
        else:
            words.append([part])
    yield from (parts for parts in words if any(part.text not in ("", "-") for part in parts))


def _others(marks: Sequence[Mark], masks: Sequence[Part], row: _Row) -> Iterator[Part]:
    """Yield what stands beside the masks, neighbouring marks as one part, and the hyphens at its ends by themselves."""
    together: list[Box] = []
    for mark in marks:
        masked = any(covers(mask.box, mark.box) for mask in masks)
        if together and (masked or not row.is_one_word(together[-1], mark.box)):
            yield from _parts(together, row.height)
            together = []
        if not masked:
            together.append(mark.box)
    if together:
        yield from _parts(together, row.height)


def _parts(boxes: Sequence[Box], height: float) -> Iterator[Part]:
    hyphens = [is_hyphen(box, height) for box in boxes]
    first, last = hyphens[0], len(boxes) > 1 and hyphens[-1]
    if first:
        yield Part(boxes[0], "-")
    if core := boxes[first : len(boxes) - last]:
        yield Part(union(core))
    if last:
        yield Part(boxes[-1], "-")


def _read(parts: Sequence[Part], read_line: ReadLine, page: Image.Image, words: Sequence[Word]) -> Word | None:
    """Read the parts of a masked word and join them; None where a part cannot be read, or letters look like dots."""
    sure = [word for word in words if _is_sure(word)]
    texts, confidences = [], [_CONFIDENCE]
    for part in parts:
        read = [] if part.text else [word for word in sure if _is_same(word.box, part.box)][:1]
        read = read or ([] if part.text else [word for line in read_line(_alone(page, part.box)) for word in line])
        text = part.text or "".join(word.text for word in read).strip("-—_")
        if not text or min((word.confidence for word in read), default=1.0) < _READ:
            return None
        texts.append(text)
        confidences += [word.confidence for word in read]
        if not part.text and text in _NARROW:
            confidences.append(_NARROW_CONFIDENCE)
    text = "".join(texts)
    signs = _SIGNS.intersection(text)
    if len(signs) > 1 or ("*" not in signs and any(char.isalpha() for char in text)):
        return None
    return Word(text, union(part.box for part in parts), min(confidences), words[0].engine)


def _is_same(word: Box, part: Box) -> bool:
    """Return whether a word is of what stands in a part; it may hold a hyphen more."""
    near = 0.35 * part.height
    ends = abs(word.x0 - part.x0) < near and -near < word.x1 - part.x1 < 2 * near
    return ends and intersection_area(word, part) > 0


def _alone(page: Image.Image, box: Box) -> Image.Image:
    """Return the box on paper: its neighbours are asterisks."""
    cut = page.crop((int(box.x0), int(box.y0), ceil(box.x1), ceil(box.y1)))
    margin = round(_MARGIN * box.height)
    ground = Image.new("L", (cut.width + 2 * margin, cut.height + 2 * margin), int(np.asarray(page)[::4, ::4].max()))
    ground.paste(cut, (margin, margin))
    return ground


def covers(mask: Box, box: Box) -> bool:
    """Return whether most of a box lies in the one of a mask."""
    return intersection_area(mask, box) > 0.5 * box.width * box.height
