"""Wear of printing, copying and scanning: from arrays of ink (0..255) to gray pictures."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Gray = NDArray[np.uint8]
Field = NDArray[np.float32]

#: clean: black on white; noisy: grain, blur, shadow, dust; skewed: turned by 1 to 10 degrees; jpeg: quality 30 to 75;
#: faint: pale ink; copied: black and white from a copier or fax, then scanned, as forms of the 1990s.
KINDS = ("clean", "noisy", "skewed", "jpeg", "faint", "copied")


@dataclass(frozen=True, slots=True)
class Wear:
    """Wear of one page. `paper`, `ink`: gray levels 0..255.

    `blur_pt`: of the lens. `grain`: standard deviation in gray levels. `shadow`: gray levels lost at the darkest edge.
    `dust`: specks on 1000 square points. `quality`: of JPEG, 0 for none. `rough`: raggedness of a copy's edges, 0 for
    no copy. `level`: share of ink that a copier takes as black. `skew_deg`: turn of the page on the glass.
    """

    paper: float = 255.0
    ink: float = 0.0
    blur_pt: float = 0.0
    grain: float = 0.0
    shadow: float = 0.0
    dust: float = 0.0
    quality: int = 0
    rough: float = 0.0
    level: float = 0.5
    skew_deg: float = 0.0

    @classmethod
    def draw(cls, kind: str, rng: np.random.Generator) -> Wear:
        """Return the wear of one page. KeyError where there is no such kind."""
        return _WEAR[kind](rng)


def _clean(rng: np.random.Generator) -> Wear:
    return Wear(ink=rng.uniform(0, 40))


def _noisy(rng: np.random.Generator) -> Wear:
    return Wear(
        paper=rng.uniform(205, 245),
        ink=rng.uniform(15, 80),
        blur_pt=rng.uniform(0.1, 0.35),
        grain=rng.uniform(6, 22),
        shadow=rng.choice((0.0, 20.0, 50.0)) * rng.uniform(0.5, 1),
        dust=rng.uniform(0, 1.5),
        skew_deg=rng.normal(0, 0.3),
    )


def _skewed(rng: np.random.Generator) -> Wear:
    return Wear(
        paper=rng.uniform(235, 255),
        ink=rng.uniform(0, 50),
        grain=rng.uniform(0, 4),
        skew_deg=rng.uniform(1, 10) * rng.choice((-1, 1)),
    )


def _jpeg(rng: np.random.Generator) -> Wear:
    return Wear(
        paper=rng.uniform(225, 255),
        ink=rng.uniform(0, 60),
        blur_pt=rng.uniform(0, 0.2),
        grain=rng.uniform(0, 5),
        quality=int(rng.integers(30, 76)),
        skew_deg=rng.normal(0, 0.2),
    )


def _faint(rng: np.random.Generator) -> Wear:
    paper = rng.uniform(220, 250)
    return Wear(
        paper=paper,
        ink=paper - rng.uniform(60, 120),
        blur_pt=rng.uniform(0, 0.2),
        grain=rng.uniform(1, 6),
        shadow=rng.choice((0.0, 15.0)),
        skew_deg=rng.normal(0, 0.2),
    )


def _copied(rng: np.random.Generator) -> Wear:
    return Wear(
        blur_pt=rng.uniform(0.15, 0.3),
        dust=rng.choice((0.1, 0.4, 1.2)) * rng.uniform(0.5, 1.5),
        rough=rng.uniform(0.04, 0.16),
        level=rng.uniform(0.28, 0.62),
        skew_deg=rng.normal(0, 0.5),
    )


_WEAR = {"clean": _clean, "noisy": _noisy, "skewed": _skewed, "jpeg": _jpeg, "faint": _faint, "copied": _copied}


def scan(ink: Gray, wear: Wear, dpi: float, rng: np.random.Generator, *, fine: int = 1) -> Image.Image:
    """Return the picture of some ink at `dpi`, mode L. `ink` is `fine` times larger, and turned as on the glass."""
    unit = fine * dpi / 72  # pixels of the ink in a point
    if wear.dust:
        ink = _dusty(ink, wear.dust, unit, rng)
    if wear.blur_pt:
        ink = np.asarray(Image.fromarray(ink).filter(ImageFilter.GaussianBlur(wear.blur_pt * unit)))
    if wear.rough:
        ink = _copy(ink, wear, unit, rng)
    image = Image.fromarray(ink)
    if fine > 1:
        image = image.reduce(fine)
    gray = _exposed(np.asarray(image), wear, rng)
    return _compressed(Image.fromarray(gray), wear.quality) if wear.quality else Image.fromarray(gray)


def _copy(ink: Gray, wear: Wear, unit: float, rng: np.random.Generator) -> Gray:
    """Return a copy: black where there is enough ink; the threshold varies over the page, and thin strokes break."""
    height, width = ink.shape
    coarse = max(round(unit / 2), 1)
    small = rng.standard_normal((-(-height // coarse), -(-width // coarse)), dtype=np.float32)
    edge = np.asarray(Image.fromarray(small).resize((width, height), Image.Resampling.BILINEAR))
    return np.where(ink > 255 * (wear.level + wear.rough * edge).clip(0.08, 0.95), np.uint8(255), np.uint8(0))


def _dusty(ink: Gray, dust: float, unit: float, rng: np.random.Generator) -> Gray:
    """Return the ink with specks of up to a point: dark specks, and holes in the ink."""
    height, width = ink.shape
    dusty = ink.copy()
    for _ in range(rng.poisson(dust * height * width / unit**2 / 1000)):
        side = max(round(unit * rng.uniform(0.1, 0.9) ** 2), 1)
        y, x = rng.integers(height), rng.integers(width)
        dusty[y : y + side, x : x + max(round(side * rng.uniform(0.5, 2)), 1)] = rng.choice((255, 180, 0))
    return dusty


def _exposed(ink: Gray, wear: Wear, rng: np.random.Generator) -> Gray:
    """Return gray levels of paper and ink, with shadow and grain."""
    if not wear.grain and not wear.shadow:
        levels = (wear.paper + (wear.ink - wear.paper) * np.arange(256) / 255).round().astype(np.uint8)
        return levels[ink]
    gray = ink * np.float32((wear.ink - wear.paper) / 255) + np.float32(wear.paper)
    if wear.shadow:
        gray -= np.float32(wear.shadow) * _shade(ink.shape, rng)
    if wear.grain:
        gray += np.float32(wear.grain) * rng.standard_normal(ink.shape, dtype=np.float32)
    return gray.clip(0, 255).round().astype(np.uint8)


def _shade(shape: tuple[int, ...], rng: np.random.Generator) -> Field:
    """Return shadow of 0..1: less light towards one side, and a dark band along one edge, as at the spine of a book."""
    height, width = shape
    x, y = np.linspace(0, 1, width, dtype=np.float32), np.linspace(0, 1, height, dtype=np.float32)
    if rng.random() < 0.5:
        x = x[::-1]
    if rng.random() < 0.5:
        y = y[::-1]
    slope = np.float32(rng.uniform(0, 0.5)) * y[:, None] + np.float32(rng.uniform(0, 0.3)) * x[None, :]
    band: Field = np.exp(-x / np.float32(rng.uniform(0.02, 0.15)))[None, :]
    return (slope + band).clip(0, 1).astype(np.float32)


def _compressed(image: Image.Image, quality: int) -> Image.Image:
    file = BytesIO()
    image.save(file, "JPEG", quality=quality)
    with Image.open(file) as opened:
        return opened.convert("L")
