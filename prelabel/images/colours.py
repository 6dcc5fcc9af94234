"""Colours of a picture, looked for at a quarter of its size: a gray page that was saved in colour has none."""

from __future__ import annotations

import numpy as np
from PIL import Image

#: Pixels of the picture, each way, in one pixel of the small picture in which colours are looked for.
LOOK = 4
#: A picture has colours where the channels of more than this share of its small pixels differ by more than `_COLORFUL`:
#: yellowed paper and scanner noise stay within 30, a red word is 50 of 240,000 pixels.
_COLORFUL_SHARE, _COLORFUL = 0.0001, 48


def is_colorful(small: Image.Image) -> bool:
    """Return whether a picture (mode RGB or RGBX) that was reduced by `LOOK` has colours."""
    red, green, blue = np.moveaxis(np.asarray(small)[..., :3], -1, 0)
    apart = np.maximum(np.maximum(red, green), blue) - np.minimum(np.minimum(red, green), blue)
    return bool(np.count_nonzero(apart > _COLORFUL) > _COLORFUL_SHARE * apart.size)
