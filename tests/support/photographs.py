"""Photographs of pages, made by code: a camera at an angle, ground around the page, light, blur and grain."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from prelabel.geometry import chain, corners, invert_projection, project, projection
from prelabel.ocr.photo.homographies import homography
from prelabel.page import Affine, Box, Homography, Page
from tests.support.ocr_pages import FONT, Printed

Gray = npt.NDArray[np.float64]
Point = tuple[float, float]

#: Lines of receipts; "|" comes before what stands at the right edge.
ENGLISH_RECEIPT = (
    *("Brackenfield Corner Store", "14 Harbour Street", "Millbrook, WA 98052", "Date: 06/10/2024|13:59", ""),
    *("Coffee beans|12.20", "Egg sandwich|4.95", "Orange juice large|3.75", "Phone adapter|29.99", ""),
    *("Subtotal|50.89", "Tax|5.09", "Total|55.98", "", "Cash|60.00", "Change|4.02", "", "Thank you for visiting"),
)
KOREAN_RECEIPT = (
    *(
        "나래식당",
        "사업자번호: 123-45-67890",
        "대표자: 홍길동",
        "주소: 서울특별시 강남구 테헤란로 12",
        "전화: 02-123-4567",
    ),
    *("일시: 2024-03-05|12:34", "", "김치찌개|9,000", "제육볶음|11,000", "공기밥|1,000", "콜라|2,500", ""),
    *("공급가액|21,364", "부가세|2,136", "합계금액|23,500", "", "승인번호: 30012345", "감사합니다"),
)


def receipt(lines: Sequence[str] = ENGLISH_RECEIPT, *, width: int = 832, letters: int = 42) -> Printed:
    """Draw a receipt; `letters`: their size in pixels."""
    font, edge = ImageFont.truetype(FONT, letters), letters
    image = Image.new("L", (width, round(2 * edge + 1.5 * letters * len(lines))), 250)
    draw, words = ImageDraw.Draw(image), []
    for row, line in enumerate(lines):
        left, _, right = line.partition("|")
        for text, x in ((left, float(edge)), (right, width - edge - draw.textlength(right, font=font))):
            for word in text.split():
                at = x, edge + 1.5 * letters * row
                draw.text(at, word, font=font, fill=25)
                words.append((word, Box(*draw.textbbox(at, word, font=font))))
                x += draw.textlength(word + " ", font=font)
    return Printed(image, tuple(words))


@dataclass(frozen=True, slots=True)
class Photograph:
    """A photograph in mode L, the map from the printed page to it, and the page's words that it shows."""

    image: Image.Image
    to_shown: Homography
    words: tuple[tuple[str, Box], ...]

    def outline(self, word: Box) -> list[Point]:
        """Return the corners of a printed word in the photograph."""
        return [project(self.to_shown, x, y) for x, y in corners(Affine(), word)]

    def found(self, page: Page) -> float:
        """Return the share of the words that were read, letter by letter, in their places (centre within the box)."""
        rest, hits = list(page.words), 0
        for text, box in self.words:
            x, y = np.mean(self.outline(box), axis=0)
            for word in rest:
                place = corners(page.to_shown, word.box)
                if word.text == text and _holds(place, float(x), float(y)):
                    rest.remove(word)
                    hits += 1
                    break
        return hits / len(self.words)


def photograph(
    page: Printed,
    *,
    pitch: float = 0.0,
    yaw: float = 0.0,
    roll: float = 0.0,
    away: float = 2.2,
    ground: str = "dark",
    margin: float = 0.1,
    cut: Sequence[float] = (0.0, 0.0, 0.0, 0.0),
    falloff: float = 0.0,
    shadow: float = 0.0,
    mean: float | None = None,
    blur: float = 0.0,
    grain: float = 0.0,
    seed: int = 3,
) -> Photograph:
    """Photograph a page. Degrees: the page leans back by `pitch`, sideways by `yaw`, and lies turned by `roll`.

    `away`: of the camera, in longer sides of the page. `margin`: ground around the page. `cut`: shares of the picture
    cut off at the left, top, right and bottom. `falloff`, `shadow`: share of light lost in the far corner, and behind
    an edge across the picture. `mean`: of the gray levels of a dim picture.
    """
    noise = np.random.default_rng(seed)
    placed = np.array(_seen(page.image.size, pitch, yaw, roll, away))
    low, size = placed.min(axis=0), np.ptp(placed, axis=0)
    edge = margin * size.max()
    left, top = low - edge + (size + 2 * edge) * (cut[0], cut[1])
    right, bottom = low + size + edge - (size + 2 * edge) * (cut[2], cut[3])
    width, height = round(right - left), round(bottom - top)
    w, h = page.image.size
    to_shown = homography([(0, 0), (w, 0), (w, h), (0, h)], [(x - left, y - top) for x, y in placed])
    paper, mask = _printed(page.image, to_shown, (width, height))
    light = paper * mask + _ground(ground, width, height, noise) * (1 - mask)
    light *= _light(width, height, falloff, shadow)
    if mean is not None:
        light *= mean / light.mean()
    image = Image.fromarray((light + noise.normal(0, grain, light.shape)).clip(0, 255).astype(np.uint8))
    image = image.filter(ImageFilter.GaussianBlur(blur)) if blur else image
    whole = Photograph(image, to_shown, page.words)
    shown = [
        (text, box)
        for text, box in page.words
        if all(0 <= x <= width and 0 <= y <= height for x, y in whole.outline(box))
    ]
    return Photograph(image, to_shown, tuple(shown))


def _seen(size: tuple[int, int], pitch: float, yaw: float, roll: float, away: float) -> list[Point]:
    """Return where a camera that looks at the page's middle sees its corners."""
    (w, h), far = size, away * max(size)
    sin_p, cos_p = math.sin(math.radians(pitch)), math.cos(math.radians(pitch))
    sin_y, cos_y = math.sin(math.radians(yaw)), math.cos(math.radians(yaw))
    sin_r, cos_r = math.sin(math.radians(roll)), math.cos(math.radians(roll))
    places = []
    for x, y in ((-w / 2, -h / 2), (w / 2, -h / 2), (w / 2, h / 2), (-w / 2, h / 2)):
        u, depth = x * cos_y, -x * sin_y
        v, depth = y * cos_p - depth * sin_p, y * sin_p + depth * cos_p
        u, v = u * far / (far + depth), v * far / (far + depth)
        places.append((u * cos_r - v * sin_r, u * sin_r + v * cos_r))
    return places


def _printed(page: Image.Image, to_shown: Homography, size: tuple[int, int]) -> tuple[Gray, Gray]:
    """Return the page as the camera sees it, and how much of each pixel it fills; drawn twice as large, then halved."""
    back = chain(invert_projection(to_shown), projection(Affine(a=0.5, e=0.5)))
    m = (back.a, back.b, back.c, back.d, back.e, back.f, back.g, back.h)
    twice = 2 * size[0], 2 * size[1]
    seen = page.transform(twice, Image.Transform.PERSPECTIVE, m, Image.Resampling.BICUBIC, fillcolor=255)
    full = Image.new("L", page.size, 255)
    mask = full.transform(twice, Image.Transform.PERSPECTIVE, m, Image.Resampling.BILINEAR, fillcolor=0)
    return np.asarray(seen.reduce(2), dtype=np.float64), np.asarray(mask.reduce(2), dtype=np.float64) / 255


def _ground(kind: str, width: int, height: int, noise: np.random.Generator) -> Any:
    y, x = np.mgrid[0:height, 0:width]
    grain = noise.normal(0, 4, (height, width))
    if kind == "wood":
        return 95 + 25 * np.sin(y / 9 + 3 * np.sin(x / 170)) + grain
    if kind == "carpet":
        coarse = Image.fromarray(noise.normal(0, 35, (height // 6 + 2, width // 6 + 2)).astype(np.float32))
        return 110 + np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC))
    if kind == "tiles":
        seams = ((y + x // 3) % 160 < 6) | ((x - y // 3) % 160 < 6)
        return np.where(seams, 60, 120) + grain
    return {"dark": 40, "gray": 110, "light": 170, "white": 250}[kind] + grain


def _light(width: int, height: int, falloff: float, shadow: float) -> Gray:
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    lamp = 1 - falloff * np.clip(np.hypot(x - 0.2 * width, y - 0.15 * height) / math.hypot(width, height), 0, 1)
    behind = 0.8 * x + 0.6 * y - 0.55 * (0.8 * width + 0.6 * height)
    return np.asarray(lamp * (1 - shadow / (1 + np.exp(-behind / 12))))


def _holds(polygon: Sequence[Point], x: float, y: float) -> bool:
    sides = [
        (bx - ax) * (y - ay) - (by - ay) * (x - ax)
        for (ax, ay), (bx, by) in zip(polygon, [*polygon[1:], polygon[0]], strict=True)
    ]
    return min(sides) >= 0 or max(sides) <= 0
