"""Photographs of pages laid flat before they are read, and the words led back to the photograph.

A photograph shows ground around the page, or lines that are not parallel. A scan is neither, and stays as it is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageOps

from prelabel.geometry import (
    chain,
    clip,
    invert,
    invert_projection,
    levelling,
    off_axis,
    project,
    project_box,
    projection,
    stretch,
    turned,
    union,
)
from prelabel.ocr.page.frames import TiltedPage, page_of
from prelabel.ocr.photo.camera import completed, proportion
from prelabel.ocr.photo.convergence import convergence
from prelabel.ocr.photo.homographies import drawn, homography
from prelabel.ocr.photo.outline import Outline, Point, outline
from prelabel.ocr.photo.surroundings import Mask, printed_paper
from prelabel.page import Affine, Box, Flat, Homography, Page

#: Longer side of the small picture in which the page is looked for, and of the samples that tell whether to look.
_SMALL_PX, _SAMPLES_PX = 320, 160
#: Ground is darker than this share of the lightest tenth of the picture, along so much of the picture's border.
_GROUND, _GROUND_SHARE = 0.8, 0.15
#: Pixels of the small picture by which the page is cut: its edge is found within one.
_EDGE_PX = 1.0
#: The most pixels of a flat page, in those of the picture.
_MOST_LARGER = 1.5
#: The farthest that other paper is kept, in sizes of the page beside it.
_MOST_AROUND = 3.0
#: A page whose corners are within this share of the longer side of an upright rectangle's lies as a scan does.
_STRAIGHT = 0.015


@dataclass(frozen=True, slots=True)
class Flattened:
    """A picture to be read: the page laid flat, or the picture as it is where `to_shown` is None."""

    image: Image.Image
    shown: Image.Image
    to_shown: Homography | None = None

    def lined_up(self, page: TiltedPage) -> Flattened | None:
        """Return the picture in which the lines of `page`, made from this one, are parallel; None if they are."""
        meeting = convergence(page.sketch)
        if meeting is None:
            return None
        size = page.image.size
        to_level, _, _ = levelling(page.skew, *size)
        # The sides of an outline are upright already; without one, letters are best square to their lines.
        to_image = chain(projection(invert(to_level)), meeting.from_parallel(upright=self.to_shown is not None))
        frame = project_box(invert_projection(to_image), Box(0, 0, *size))
        to_image = chain(to_image, projection(Affine(c=frame.x0, f=frame.y0)))
        to_shown = chain(self.to_shown, to_image) if self.to_shown else to_image
        return Flattened(drawn(self.image, to_image, round(frame.width), round(frame.height)), self.shown, to_shown)

    def page(self, read: Page) -> Page:
        """Return the page that was read in `image` as a page of the picture that is shown.

        Its frame is the shown picture turned so that the page's middle is upright and level; boxes enclose the words.
        """
        if self.to_shown is None:
            return read
        to_shown = chain(self.to_shown, projection(read.to_shown))
        angle = turned(stretch(to_shown, read.width_px / 2, read.height_px / 2))
        skew = off_axis(angle)
        page = page_of(self.shown, -round((angle - skew) / 90) % 4, (), skew)
        to_page = chain(projection(invert(page.to_shown)), to_shown)
        size = page.width_px, page.height_px
        words = tuple(replace(word, box=clip(project_box(to_page, word.box), *size)) for word in read.words)
        return replace(page, words=words, flat=Flat(read.width_px, read.height_px, to_page))


def flattened(shown: Image.Image) -> Flattened:
    """Lay the page of a mode L photograph flat; a scan, and a photograph without a clear page, stays as it is."""
    if not _has_ground(shown):
        return Flattened(shown, shown)
    factor = max(1, round(max(shown.size) / _SMALL_PX))
    small = np.asarray(shown.reduce(factor), dtype=np.float64)
    found = outline(small)
    if found is None:
        return Flattened(shown, shown)
    sides = [((x + 0.5) * factor, (y + 0.5) * factor) for x, y in found.corners]
    corners = _upright(completed(Outline(tuple(sides), found.seen)))
    if _lies_straight(corners, max(shown.size)):
        return Flattened(shown, shown)
    width, height = _size(corners, shown)
    inset = _EDGE_PX * factor
    frame = [(-inset, -inset), (width + inset, -inset), (width + inset, height + inset), (-inset, height + inset)]
    to_shown = homography(frame, corners)
    more = printed_paper(small, found.corners)
    if more is None:
        return Flattened(drawn(shown, to_shown, width, height), shown, to_shown)
    return _with_more_paper(shown, to_shown, (width, height), more)


def _with_more_paper(shown: Image.Image, to_shown: Homography, size: tuple[int, int], papers: Mask) -> Flattened:
    """Lay the page flat with all `papers` of the picture around it, and paint the ground between them as paper."""
    width, height = size
    mask = Image.fromarray(papers.astype(np.uint8) * 255).resize(shown.size, Image.Resampling.BILINEAR)
    back, around = invert_projection(to_shown), mask.getbbox() or (0, 0, 1, 1)
    dots = [project(back, x, y) for x in around[::2] for y in around[1::2]]
    most = Box(-_MOST_AROUND * width, -_MOST_AROUND * height, (1 + _MOST_AROUND) * width, (1 + _MOST_AROUND) * height)
    frame = union([Box(0, 0, width, height), *(_within(x, y, most) for x, y in dots)])
    to_shown = chain(to_shown, projection(Affine(c=frame.x0, f=frame.y0)))
    size = round(frame.width), round(frame.height)
    flat, kept = drawn(shown, to_shown, *size), drawn(mask, to_shown, *size)
    flat.paste(int(np.median(np.asarray(flat)[np.asarray(kept) > 127])), mask=ImageOps.invert(kept))
    return Flattened(flat, shown, to_shown)


def _size(corners: Sequence[Point], shown: Image.Image) -> tuple[int, int]:
    """Return width and height of the page laid flat: no side is shorter than in the picture, within the limit."""
    top, right, bottom, left = (math.dist(corners[i], corners[(i + 1) % 4]) for i in range(4))
    wide = proportion(corners, *shown.size)
    height = max(left, right, max(top, bottom) / wide)
    height *= min(1.0, math.sqrt(_MOST_LARGER * shown.width * shown.height / (wide * height * height)))
    return max(1, round(wide * height)), max(1, round(height))


def _within(x: float, y: float, most: Box) -> Box:
    """Return a point, moved into a box."""
    x, y = min(max(x, most.x0), most.x1), min(max(y, most.y0), most.y1)
    return Box(x, y, x, y)


def _has_ground(shown: Image.Image) -> bool:
    """Return whether much of the picture's border is darker than paper; a few thousand pixels tell."""
    step = max(1.0, max(shown.size) / _SAMPLES_PX)
    size = max(8, round(shown.width / step)), max(8, round(shown.height / step))
    samples = np.asarray(shown.resize(size, Image.Resampling.NEAREST))
    border = np.concatenate(
        (samples[:2].ravel(), samples[-2:].ravel(), samples[:, :2].ravel(), samples[:, -2:].ravel())
    )
    return bool((border < _GROUND * np.percentile(samples, 90)).mean() >= _GROUND_SHARE)


def _lies_straight(corners: Sequence[Point], longer_side: float) -> bool:
    xs, ys = np.sort([x for x, _ in corners]), np.sort([y for _, y in corners])
    return bool(max(xs[1] - xs[0], xs[3] - xs[2], ys[1] - ys[0], ys[3] - ys[2]) <= _STRAIGHT * longer_side)


def _upright(corners: Sequence[Point]) -> list[Point]:
    """Return the corners beginning with the one from which the next lies most to the right."""
    rights = []
    for i, (x, y) in enumerate(corners):
        right, down = np.subtract(corners[(i + 1) % 4], (x, y))
        rights.append(float(right / np.hypot(right, down)))
    first = int(np.argmax(rights))
    return [*corners[first:], *corners[:first]]
