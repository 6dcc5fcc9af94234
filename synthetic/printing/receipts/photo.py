"""Photographs of paper, as phones take them: perspective, bent paper, a table below, shadow, blur, noise, JPEG."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Gray = NDArray[np.uint8]
Floats = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class View:
    """The way from points of the paper to points of the picture. `matrix`: 3 x 3, after the paper is bent.

    `bend`: pixels by which lines curve up at the middle of the paper; `size` of the paper, and of the picture `frame`
    (width, height).
    """

    matrix: Floats
    bend: float
    size: tuple[int, int]
    frame: tuple[int, int]

    @classmethod
    def draw(cls, size: tuple[int, int], rng: np.random.Generator) -> View:
        """Return a view of paper of this size (width, height): a little from the side, turned by a few degrees."""
        width, height = size
        margin = rng.uniform(0.05, 0.25, 4) * width
        frame = round(width + margin[0] + margin[2]), round(height + margin[1] + margin[3])
        angle = np.radians(rng.normal(0, 1.5))
        turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
        lean = np.array([[1, 0, 0], [0, 1, 0], [*(rng.normal(0, (0.03, 0.025)) / (width, height)), 1]])
        middle = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1]])
        back = np.array([[1, 0, width / 2 + margin[0]], [0, 1, height / 2 + margin[1]], [0, 0, 1]])
        return cls(back @ lean @ turn @ middle, rng.normal(0, 0.008) * width, size, frame)

    def forward(self, points: Floats) -> Floats:
        """Return the places of N x 2 points of the paper in the picture."""
        bent = np.column_stack((points[:, 0], points[:, 1] - self._arc(points[:, 0]), np.ones(len(points))))
        seen = bent @ self.matrix.T
        places: Floats = seen[:, :2] / seen[:, 2:]
        return places

    def shown(self, paper: Gray, table: Gray) -> Gray:
        """Return the picture of the paper on a table (an array of the shape of the frame)."""
        width, height = self.frame
        rows, columns = np.mgrid[0:height, 0:width].astype(np.float32) + np.float32(0.5)
        back = np.linalg.inv(self.matrix).astype(np.float32)
        depth = back[2, 0] * columns + back[2, 1] * rows + back[2, 2]
        x = (back[0, 0] * columns + back[0, 1] * rows + back[0, 2]) / depth
        y = (back[1, 0] * columns + back[1, 1] * rows + back[1, 2]) / depth
        y += self._arc(x).astype(np.float32)
        on = (x >= 1) & (y >= 1) & (x < self.size[0] - 2) & (y < self.size[1] - 2)
        x, y = np.where(on, x - np.float32(0.5), 0), np.where(on, y - np.float32(0.5), 0)
        left, top = x.astype(np.intp), y.astype(np.intp)
        right_share, low_share = x - left, y - top
        flat, wide = paper.astype(np.float32).ravel(), paper.shape[1]
        first = top * wide + left
        upper = flat[first] * (1 - right_share) + flat[first + 1] * right_share
        lower = flat[first + wide] * (1 - right_share) + flat[first + wide + 1] * right_share
        picture: Gray = np.where(on, upper * (1 - low_share) + lower * low_share, table).round().astype(np.uint8)
        return picture

    def _arc(self, x: Floats) -> Floats:
        """Return the height of the bent paper over its columns: 0 at both edges."""
        share = x / self.size[0]
        height: Floats = 4 * self.bend * share * (1 - share)
        return height


def photograph(ink: Gray, rng: np.random.Generator) -> tuple[Image.Image, View]:
    """Return a phone's picture of a printed paper (ink 0..255), mode L, and its view."""
    light, dark = rng.uniform(190, 245), rng.uniform(25, 80)
    paper = (light + (dark - light) * (ink / np.float32(255))).astype(np.float32)
    view = View.draw((ink.shape[1], ink.shape[0]), rng)
    picture = view.shown(paper.round().astype(np.uint8), _table(view.frame, rng)).astype(np.float32)
    picture *= _light(picture.shape, rng)
    blurred = Image.fromarray(picture.clip(0, 255).astype(np.uint8)).filter(
        ImageFilter.GaussianBlur(rng.uniform(0.5, 1.1))
    )
    grain = rng.uniform(2, 7) * rng.standard_normal(picture.shape, dtype=np.float32)
    seen = Image.fromarray((np.asarray(blurred) + grain).clip(0, 255).astype(np.uint8))
    file = BytesIO()
    seen.save(file, "JPEG", quality=int(rng.integers(55, 90)))
    with Image.open(file) as opened:
        return opened.convert("L"), view


def _table(frame: tuple[int, int], rng: np.random.Generator) -> Gray:
    """Return a table: dark or middle gray, with grain along one direction."""
    width, height = frame
    small = rng.standard_normal((max(height // 4, 1), max(width // 160, 2)), dtype=np.float32)
    grain = np.asarray(Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC))
    table: Gray = (rng.uniform(40, 130) + rng.uniform(3, 12) * grain).clip(0, 255).astype(np.uint8)
    return table


def _light(shape: tuple[int, ...], rng: np.random.Generator) -> NDArray[np.float32]:
    """Return the share of light at each pixel: falling towards one side, with the soft shadow of a hand or phone."""
    height, width = shape
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    slope = 1 - np.float32(rng.uniform(0, 0.15)) * (1 + x * rng.choice((-1, 1))) - np.float32(0.08) * (1 + y)
    edge = x * np.float32(rng.normal(0, 1)) + y * np.float32(rng.normal(0, 1)) + np.float32(rng.uniform(-1.2, 1.2))
    shadow = 1 - np.float32(rng.choice((0.0, 0.15, 0.3))) / (1 + np.exp(-edge * np.float32(rng.uniform(6, 25))))
    light: NDArray[np.float32] = (slope * shadow).astype(np.float32)
    return light
