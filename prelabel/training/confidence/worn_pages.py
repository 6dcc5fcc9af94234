"""Synthetic pages in pictures as people bring them, good ones and bad ones: scans, copies, photographs, pen, tilts."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from random import Random

import numpy as np
from PIL import Image, ImageFilter

from synthetic import SyntheticPage, generate
from synthetic.printing import KINDS
from synthetic.rendering import picture

#: Shares of pages without further wear, made small, photographed, tilted.
_FURTHER = {"": 0.4, "small": 0.3, "photographed": 0.2, "tilted": 0.1}
#: Share of pages whose answers are written by hand.
_WRITTEN = 0.25
#: Heights of small pages, pixels.
_SMALL_PX = (760, 1300)


@dataclass(frozen=True, slots=True)
class WornPage:
    """A page as printed, and a picture of it in mode L. `wear`: words for its wear, for reports."""

    made: SyntheticPage
    image: Image.Image
    wear: str


def worn_page(seed: int, *, held_out: bool = False) -> WornPage:
    """Return the page of this seed; even seeds are English, unless `held_out`: those families are Korean."""
    rng = Random(f"worn {seed}")
    made = generate(seed, "ko" if held_out or seed % 2 else "en", held_out=held_out, printed=True)
    kind, written = rng.choice(KINDS), rng.random() < _WRITTEN
    further = rng.choices(list(_FURTHER), list(_FURTHER.values()))[0]
    image = picture(made, kind=kind, written=written)
    if further == "small":
        image = _small(image, rng)
    elif further == "photographed":
        image = _photographed(image, rng)
    elif further == "tilted":
        image = _turned(image, rng.uniform(0.5, 9) * rng.choice((-1, 1)))
    return WornPage(made, image, " ".join(filter(None, (kind, further, "pen" if written else ""))))


def _small(image: Image.Image, rng: Random) -> Image.Image:
    """Return the page in few pixels, as from a preview or a screenshot; some were enlarged again."""
    height = rng.randint(*_SMALL_PX)
    if height >= image.height:
        return image
    small = image.resize((round(image.width * height / image.height), height), Image.Resampling.LANCZOS)
    small = _compressed(small, rng.randint(40, 90)) if rng.random() < 0.5 else small
    larger = rng.choice((1.0, 1.0, 1.5, 2.0))
    return small.resize((round(small.width * larger), round(small.height * larger)), Image.Resampling.BICUBIC)


def _photographed(image: Image.Image, rng: Random) -> Image.Image:
    """Return the page from a camera held by hand: perspective, uneven light, blur, JPEG."""
    wide, high = image.size
    ground, edge = rng.randint(40, 200), round(0.04 * wide)
    framed = Image.new("L", (wide + 2 * edge, high + 2 * edge), ground)
    framed.paste(image, (edge, edge))
    wide, high = framed.size
    most = rng.choice((0.01, 0.03, 0.05))
    corners = ((0, 0), (0, high), (wide, high), (wide, 0))
    moved = [(x + rng.uniform(-most, most) * wide, y + rng.uniform(-most, most) * high) for x, y in corners]
    quad = tuple(v for point in moved for v in point)
    framed = framed.transform((wide, high), Image.Transform.QUAD, quad, Image.Resampling.BICUBIC)
    gray = np.asarray(framed, np.float32)
    x, y = np.linspace(-1, 1, wide, dtype=np.float32)[None], np.linspace(-1, 1, high, dtype=np.float32)[:, None]
    light = (
        1
        - rng.uniform(0, 0.3) * (x - rng.uniform(-1, 1)) ** 2 / 4
        - rng.uniform(0, 0.3) * (y + rng.uniform(-1, 1)) ** 2 / 4
    )
    framed = Image.fromarray((gray * light * rng.uniform(0.6, 1.0)).clip(0, 255).astype(np.uint8))
    framed = framed.filter(ImageFilter.GaussianBlur(rng.uniform(0, 1.2)))
    return _compressed(framed, rng.randint(45, 90))


def _turned(image: Image.Image, degrees: float) -> Image.Image:
    return image.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=int(np.median(np.asarray(image))))


def _compressed(image: Image.Image, quality: int) -> Image.Image:
    file = BytesIO()
    image.save(file, "JPEG", quality=quality)
    with Image.open(file) as opened:
        return opened.convert("L")
