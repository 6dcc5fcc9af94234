"""Small printed pages with their words and boxes as ground truth, for the tests of the OCR stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from prelabel.geometry import compose, transform, turn
from prelabel.page import Affine, Box

FONT = "/usr/share/fonts/truetype/nanum/NanumGothic.ttf"

ENGLISH = (
    "Invoice Number 20417 Date 14 March 2025",
    "Customer Brackenfield Trading Company",
    "Delivery Address 12 Harbour Street Millbrook",
    "Description Quantity Price Amount",
    "Steel bolts in boxes of fifty 4 12.50 50.00",
    "Please pay the total amount within thirty days",
    "of receiving this invoice by bank transfer",
)
KOREAN = (
    "견적번호 20417 견적일자 2025년 3월 14일",
    "상호 나래공간가구 대표이사 홍길동",
    "주소 서울특별시 강남구 테헤란로 12길",
    "품목 규격 수량 단가 공급가액",
    "아래와 같이 견적서를 제출합니다",
    "납품장소 및 결제조건은 계약서를 따릅니다",
    "담당자 전화번호 확인 서명 귀하",
)


@dataclass(frozen=True, slots=True)
class Printed:
    """A page in mode L and its words: (text, box in pixels)."""

    image: Image.Image
    words: tuple[tuple[str, Box], ...]

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(text for text, _ in self.words)

    def tilted(self, degrees: float) -> Printed:
        """Rotate the page clockwise; each box becomes the upright bounding box of the rotated word."""
        where = tilting(self.image, degrees)
        return Printed(tilted(self.image, degrees), tuple((text, transform(where, box)) for text, box in self.words))


def printed(lines: Sequence[str] = ENGLISH, *, dpi: int = 200, noise: float = 0.0, seed: int = 7) -> Printed:
    """Draw an upright A5 page with the lines in 11 points; `noise`: standard deviation of the noise in gray levels."""
    image = Image.new("L", (round(5.83 * dpi), round(8.27 * dpi)), 255)
    draw, words = ImageDraw.Draw(image), []
    font = ImageFont.truetype(FONT, round(11 * dpi / 72))
    for row, line in enumerate(lines):
        x, y = 0.4 * dpi, (0.5 + 0.4 * row) * dpi
        for word in line.split():
            draw.text((x, y), word, font=font, fill=0)
            words.append((word, Box(*draw.textbbox((x, y), word, font=font))))
            x += draw.textlength(word + " ", font=font)
    if noise:
        grain = np.random.default_rng(seed).normal(0, noise, (image.height, image.width))
        image = Image.fromarray((np.asarray(image) * 0.8 + 25 + grain).clip(0, 255).astype(np.uint8))
    return Printed(image, tuple(words))


def tilted(image: Image.Image, degrees: float) -> Image.Image:
    """Rotate the image clockwise on a white background that is large enough for it."""
    return image.rotate(-degrees, Image.Resampling.BICUBIC, expand=True, fillcolor="white")


def tilting(image: Image.Image, degrees: float) -> Affine:
    """Return the transform from the image to the result of `tilted`."""
    width, height = tilted(image, degrees).size
    middle = Affine(c=(width - image.width) / 2, f=(height - image.height) / 2)
    return compose(turn(degrees, width / 2, height / 2), middle)


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """Encode the image as a file of this kind."""
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def with_orientation(shown: Image.Image, orientation: int, kind: str = "JPEG") -> bytes:
    """Encode a file with an EXIF orientation, so that a browser shows it as `shown`."""
    stored = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(shown.transpose(stored[orientation]) if orientation in stored else shown, kind, exif=exif)
