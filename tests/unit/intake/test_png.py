"""PNG files by prelabel: any decoder reads exactly the same pixels."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from prelabel.images.png import png


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBX"])
@pytest.mark.parametrize("size", [(1, 1), (5, 64), (301, 200), (4000, 65)])
def test_every_pixel_is_the_same(mode: str, size: tuple[int, int]) -> None:
    image = Image.effect_noise(size, 60)
    if mode != "L":
        image = Image.merge("RGB", (image, image.transpose(Image.Transpose.ROTATE_180), image)).convert(mode)

    with Image.open(BytesIO(png(image))) as read:
        read.load()  # checks the checksums, too

    assert (read.format, read.size) == ("PNG", size)
    assert read.mode == ("L" if mode == "L" else "RGB")
    assert read.tobytes() == image.convert(read.mode).tobytes()
