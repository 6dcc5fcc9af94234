"""EasyOCR engine: the library's stock weights or a custom recognition network from a folder, on CPU or GPU.

Reading a page lives here; loading the library, with its many errors, in `loading.py`.
"""

from __future__ import annotations

import unicodedata
import warnings
from collections import defaultdict
from collections.abc import Iterator, Sequence
from math import ceil
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from prelabel.errors import OcrFailed
from prelabel.lines import in_reading_order
from prelabel.ocr.easyocr.loading import Loaded, load_reader
from prelabel.ocr.engine import OcrEngine
from prelabel.page import Box, Reading, Word

#: Crops of one forward pass.
_BATCH = 32

#: Paper added around a word, as share of its height: recognisers are trained on crops looser than the ink.
_MARGIN = 0.05

#: EasyOCR joins boxes that are closer than this share of their height; its default (0.5) joins whole phrases.
_JOIN_WIDTHS = 0.1

Pixels = npt.NDArray[np.uint8]
#: In EasyOCR's order: x0, x1, y0, y1, whole pixels inside the page.
Crop = tuple[int, int, int, int]


class EasyOcrEngine:
    """Engine that reads with EasyOCR.

    `languages`: Tesseract's codes; `models`: folder of weights, empty for EasyOCR's own; `network`: name of a custom
    network. `layout` finds the word boxes where there are no weights for EasyOCR's own detector. `device`: auto, cpu,
    cuda, cuda:N. Raises EngineUnavailable when the library, a language, or weights are missing, damaged or unsafe.
    """

    name = "easyocr"

    def __init__(
        self, languages: Sequence[str], *, layout: OcrEngine, models: str = "", network: str = "", device: str = "auto"
    ) -> None:
        self._loaded: Loaded = load_reader(languages, models=models, network=network, device=device)
        self._layout = layout
        self.version = self._loaded.version

    def read(self, image: Image.Image) -> list[Word]:
        """Read the words of one upright page (mode L or RGB). Raises OcrFailed when the library fails on this page."""
        boxes = None if self._loaded.detects else [word.box for word in self._layout.read(image)]
        return self._reading(image, boxes)

    def read_line(self, image: Image.Image) -> list[Word]:
        """Read the image of one line as a page. Raises OcrFailed when the library fails on it."""
        return self.read(image)

    def read_boxes(self, image: Image.Image, boxes: Sequence[Box]) -> list[Reading | None]:
        """Read one word in each box. Raises OcrFailed when the library fails on this page."""
        read: dict[Box, Reading] = {}
        for box, text, confidence in self._found(image, boxes):
            if word := "".join(unicodedata.normalize("NFC", text).split()):
                read[box] = Reading(word, _share(confidence), self.name)
        return [read.get(box) for box in boxes]

    def _reading(self, image: Image.Image, boxes: Sequence[Box] | None) -> list[Word]:
        found = self._found(image, boxes)
        return [word for box, text, confidence in found for word in split_words(box, text, confidence)]

    def _found(self, image: Image.Image, boxes: Sequence[Box] | None) -> list[tuple[Box, str, float]]:
        pixels = np.asarray(image.convert("L"))
        self._loaded.restore_globals()
        try:
            with warnings.catch_warnings():
                # torch warns at every crop that memory is not pinned where there is no GPU.
                warnings.filterwarnings("ignore", message=".*pin_memory.*")
                return self._detect(pixels) if boxes is None else self._recognise(pixels, boxes)
        except (RuntimeError, ValueError, IndexError, MemoryError) as error:
            reason = (str(error).splitlines() or [type(error).__name__])[0][:200]
            raise OcrFailed(f"EasyOCR failed on this page: {reason}") from None

    def _detect(self, pixels: Pixels) -> list[tuple[Box, str, float]]:
        (level,), (tilted,) = self._loaded.reader.detect(pixels, width_ths=_JOIN_WIDTHS)
        height, width = pixels.shape
        crops = [(max(0, x0), min(width, x1), max(0, y0), min(height, y1)) for x0, x1, y0, y1 in level]
        results = self._read_crops(pixels, crops) + (self._call(pixels, [], tilted) if tilted else [])
        found = [(_around(corners), str(text), float(sure)) for corners, text, sure in results]
        return in_reading_order(found, lambda reading: reading[0])

    def _recognise(self, pixels: Pixels, boxes: Sequence[Box]) -> list[tuple[Box, str, float]]:
        """Read the boxes; results are matched to them by their corners, as EasyOCR sorts crops and drops some."""
        height, width = pixels.shape
        by_corners = {_crop(box, width, height): box for box in boxes}
        read: dict[Crop, tuple[str, float]] = {}
        for corners, text, sure in self._read_crops(pixels, list(by_corners)):
            (x0, y0), (x1, y1) = corners[0], corners[2]
            read[int(x0), int(x1), int(y0), int(y1)] = str(text), float(sure)
        return [(box, *read[corners]) for corners, box in by_corners.items() if corners in read]

    def _read_crops(self, pixels: Pixels, crops: Sequence[Crop]) -> list[Any]:
        """Read crops of one length in one call, as EasyOCR pads the crops of a call to the longest."""
        by_length: dict[int, list[list[int]]] = defaultdict(list)
        for x0, x1, y0, y1 in crops:
            if x1 > x0 and y1 > y0:
                length = max((x1 - x0) / (y1 - y0), (y1 - y0) / (x1 - x0))
                by_length[ceil(length)].append([x0, x1, y0, y1])
        return [result for same in by_length.values() for result in self._call(pixels, same, [])]

    def _call(self, pixels: Pixels, crops: list[list[int]], tilted: list[Any]) -> list[Any]:
        return list(self._loaded.reader.recognize(pixels, crops, tilted, batch_size=_BATCH, reformat=False))


def split_words(box: Box, text: str, confidence: float) -> Iterator[Word]:
    """Split a phrase, as EasyOCR reads it, into words; each gets its share of the box by its letters."""
    text = unicodedata.normalize("NFC", text)
    step = box.width / max(1, len(text))
    position = 0
    for part in text.split():
        start = text.index(part, position)
        position = start + len(part)
        place = Box(box.x0 + start * step, box.y0, box.x0 + position * step, box.y1)
        yield Word(part, place, _share(confidence), EasyOcrEngine.name)


def _share(confidence: float) -> float:
    return min(max(confidence, 0.0), 1.0)


def _around(corners: Any) -> Box:
    xs, ys = [float(x) for x, _ in corners], [float(y) for _, y in corners]
    return Box(min(xs), min(ys), max(xs), max(ys))


def _crop(box: Box, width: int, height: int) -> Crop:
    margin = ceil(_MARGIN * box.height)
    return (
        max(0, int(box.x0) - margin),
        min(width, ceil(box.x1) + margin),
        max(0, int(box.y0) - margin),
        min(height, ceil(box.y1) + margin),
    )
