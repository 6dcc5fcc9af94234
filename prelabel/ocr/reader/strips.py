"""Strips: lines at the height that the reader's network takes, with their contrast levelled; the same in training and
in use.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Gray = NDArray[np.uint8]

HEIGHT_PX = 32
#: Strips are stretched along the line, so that narrow letters get frames of their own.
STRETCH = 1.25
#: Pixels of a strip's width to one frame of the network's output.
FRAME_PX = 4
#: Paper after the end of each strip.
PAD_PX = 8
#: Lower and narrower crops hold no letter.
LEAST_PX = 3
#: Ink and paper of a strip after levelling; what is darker or lighter keeps some room.
_INK, _PAPER = 32, 224
#: Least difference of gray levels that is stretched to the full contrast: less is paper alone.
_CONTRAST = 24


def strip(crop: Gray) -> Gray:
    """Return the crop of a line, (height, width), as a strip, (32, width), with dark ink on light paper.

    The letters of the crop may be dark or light. Crops under LEAST_PX are the caller's to leave out.
    """
    height, width = crop.shape
    size = max(1, round(width * HEIGHT_PX / height * STRETCH)), HEIGHT_PX
    sized = np.asarray(Image.fromarray(np.ascontiguousarray(crop)).resize(size, Image.Resampling.BILINEAR))
    levelled: Gray = _levels(sized)[sized]
    return levelled


def _levels(sized: Gray) -> Gray:
    """Return the new level of each gray level: the ground to _PAPER, the letters to _INK."""
    counts = np.bincount(sized.ravel(), minlength=256).cumsum()
    low, middle, high = np.searchsorted(counts, counts[-1] * np.array((0.01, 0.5, 0.99))).tolist()
    levels = np.arange(256, dtype=np.float32)
    if high - middle > middle - low:
        levels, low, high = 255 - levels, 255 - high, 255 - low
    scale = (_PAPER - _INK) / max(high - low, _CONTRAST)
    changed: Gray = (_PAPER + (levels - high) * scale).clip(0, 255).astype(np.uint8)
    return changed


def padded(strips: Sequence[Gray], multiple: int = 16) -> NDArray[np.float32]:
    """Return strips as input of the network: (strips, 1, 32, width) in -1..1; each ends with at least PAD_PX of paper.

    `multiple`: the width is one of its multiples; it is one of FRAME_PX itself.
    """
    width = -(-(max(strip.shape[1] for strip in strips) + PAD_PX) // multiple) * multiple
    batch = np.full((len(strips), 1, HEIGHT_PX, width), _PAPER, np.uint8)
    for row, one in zip(batch, strips, strict=True):
        row[0, :, : one.shape[1]] = one
    return scaled(batch)


def scaled(gray: Gray) -> NDArray[np.float32]:
    """Return gray levels as the network's numbers, -1..1."""
    return gray.astype(np.float32) / np.float32(128) - np.float32(1)


def frames(strip: Gray) -> int:
    """Return the number of frames that belong to a strip; those behind are padding."""
    return int(strip.shape[1] + PAD_PX) // FRAME_PX
