"""A sheet of paper for page parts: words, rules, frames and grounds, given in points and kept as ink in pixels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from prelabel.page import Box
from synthetic.printing.fonts import Face, family_name
from synthetic.printing.lettering import EVEN, Gray, Hand, letters, width

#: Pixels below this share of a word's darkest pixel are invisible and do not count for its box.
_SEEN = 0.35
A4_PT = (595.0, 842.0)

Points = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Type:
    """Type of a text. `size`: points; `strength`: share of full ink, less for gray and coloured print."""

    face: Face
    size: float
    hand: Hand = EVEN
    strength: float = 1.0

    def width(self, text: str) -> float:
        """Return the points from the start of a text to its end."""
        return self.size * width(text, self.face, self.hand)

    @property
    def space(self) -> float:
        """The points between words."""
        return self.size * (width(" ", self.face) + self.hand.tracking)


@dataclass(frozen=True, slots=True)
class PrintedWord:
    """A word on the sheet. `outline`: pixels (x, y) around its ink; its box is exact after any turn of the sheet.

    `source`: the font family of most of its characters, or the printer. `boxed`: each character stands in a box.
    """

    text: str
    outline: Points
    source: str
    boxed: bool = False


@dataclass(slots=True)
class Sheet:
    """A sheet of paper that its methods print on, all in points from the top left. `ink`: 0..255 at `dpi`."""

    dpi: float
    width: float = A4_PT[0]
    height: float = A4_PT[1]
    words: list[PrintedWord] = field(default_factory=list)
    ink: Gray = field(init=False)

    def __post_init__(self) -> None:
        self.ink = np.zeros((self._px(self.height), self._px(self.width)), np.uint8)

    def full(self, y: float) -> bool:
        """Return whether only a footer fits below y."""
        return y > self.height - 60

    def word(self, text: str, x: float, y: float, how: Type, *, light: bool = False) -> float:
        """Print one word with its base line at y; `light`: in the colour of paper on ink. Return the x of its end.

        A word that does not fit on the sheet is not printed.
        """
        end = x + how.width(text)
        outline = self._print(text, x, y, how, light=light)
        if outline is not None:
            self.words.append(PrintedWord(text, outline, _family(text, how.face)))
        return end

    def characters(self, text: str, middles: Sequence[float], y: float, how: Type) -> None:
        """Print one word whose characters stand in the middle of these places, as in the boxes of a form.

        A character that does not fit on the sheet ends the word before it.
        """
        outlines = []
        for char, middle in zip(text, middles, strict=True):
            outline = self._print(char, middle - how.width(char) / 2, y, how, light=False)
            if outline is None:
                break
            outlines.append(outline)
        if outlines:
            printed, family = text[: len(outlines)], _family(text, how.face)
            self.words.append(PrintedWord(printed, np.concatenate(outlines), family, boxed=True))

    def _print(self, text: str, x: float, y: float, how: Type, *, light: bool) -> Points | None:
        """Print a text; return its outline, or None where it does not fit and nothing is printed."""
        scale = self.dpi / 72
        drawn = letters(text, how.face, how.size * scale, x * scale, y * scale, how.hand, seed=len(self.words))
        rows, columns = drawn.mask.shape
        top, left = drawn.top, drawn.left
        if top < 0 or left < 0 or top + rows > self.ink.shape[0] or left + columns > self.ink.shape[1]:
            return None
        ground = self.ink[top : top + rows, left : left + columns].astype(np.float32)
        goal = 0 if light else 255
        ground += (goal - ground) * (drawn.mask * np.float32(how.strength / 255))
        self.ink[top : top + rows, left : left + columns] = ground.round()
        return _outline(drawn.mask) + np.array((left, top), np.float32)

    def line(self, text: str, x: float, y: float, how: Type, *, light: bool = False) -> float:
        """Print words on one base line. Return the x of the end of the last word."""
        end = x
        for word in text.split():
            end = self.word(word, x, y, how, light=light)
            x = end + how.space
        return end

    def rule(self, x0: float, y0: float, x1: float, y1: float, thick: float = 0.6) -> None:
        """Print a straight line, vertical or horizontal."""
        self.ground(x0, y0, x1 + (thick if x1 == x0 else 0), y1 + (thick if y1 == y0 else 0))

    def frame(self, x0: float, y0: float, x1: float, y1: float, thick: float = 0.6) -> None:
        for ends in ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)):
            self.rule(*ends, thick)

    def ground(self, x0: float, y0: float, x1: float, y1: float, strength: float = 1.0) -> None:
        """Print a filled rectangle, at least one pixel thick."""
        left, top = self._px(x0), self._px(y0)
        right, bottom = max(self._px(x1), left + 1), max(self._px(y1), top + 1)
        area = self.ink[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)]
        np.maximum(area, np.uint8(255 * strength), out=area)

    def scribble(self, points: list[tuple[float, float]], thick: float = 0.8) -> None:
        """Draw a line through points, as with a pen. It is no word."""
        scale = self.dpi / 72
        image = Image.fromarray(self.ink)
        ends = [(x * scale, y * scale) for x, y in points]
        ImageDraw.Draw(image).line(ends, fill=235, width=max(round(thick * scale), 1), joint="curve")
        self.ink = np.array(image)

    def ellipse(self, x0: float, y0: float, x1: float, y1: float, thick: float = 0.8, strength: float = 1.0) -> None:
        """Draw a ring, as of a seal; `thick` 0 fills it."""
        scale = self.dpi / 72
        image = Image.fromarray(self.ink)
        level, box = int(255 * strength), tuple(v * scale for v in (x0, y0, x1, y1))
        pen = ImageDraw.Draw(image)
        if thick:
            pen.ellipse(box, outline=level, width=max(round(thick * scale), 1))
        else:
            pen.ellipse(box, fill=level)
        self.ink = np.array(image)

    def turned(self, degrees: float) -> tuple[Gray, list[Box]]:
        """Return the ink turned clockwise, on a sheet that is large enough, and the box of each word in its pixels."""
        if not degrees:
            return self.ink, [_box(word.outline) for word in self.words]
        height, width = self.ink.shape
        cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        wide, high = (math.ceil(a * abs(cos) + b * abs(sin)) for a, b in ((width, height), (height, width)))
        turn = np.array([[cos, -sin], [sin, cos]])
        shift = np.array([wide, high]) / 2 - turn @ (np.array([width, height]) / 2)
        # Pillow needs the inverse transform: the source of each pixel.
        back = np.column_stack([turn.T, -turn.T @ shift])
        image = Image.fromarray(self.ink).transform(
            (wide, high), Image.Transform.AFFINE, tuple(back.ravel()), Image.Resampling.BICUBIC
        )
        return np.asarray(image), [_box(word.outline @ turn.T + shift) for word in self.words]

    def _px(self, points: float) -> int:
        return round(points * self.dpi / 72)


def _box(points: NDArray[np.floating]) -> Box:
    (x0, y0), (x1, y1) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return Box(x0, y0, x1, y1)


def _family(text: str, face: Face) -> str:
    """Return the font family that draws most characters of a text."""
    _, file = max(face.runs(text), key=lambda run: len(run[0]))
    return family_name(file)


def _outline(mask: Gray) -> Points:
    """Return the corners (x, y) of the first and last visible pixel of each row."""
    seen = mask > _SEEN * mask.max()
    rows = np.flatnonzero(seen.any(axis=1))
    first = seen[rows].argmax(axis=1)
    last = mask.shape[1] - seen[rows][:, ::-1].argmax(axis=1)
    corners = [(first, rows), (first, rows + 1), (last, rows), (last, rows + 1)]
    outline: Points = np.concatenate([np.stack(corner, axis=1) for corner in corners]).astype(np.float32)
    return outline
