"""RapidOCR engine: PP-OCR's networks on onnxruntime find and read lines, in one thread of a CPU.

The wheel brings networks for Latin letters, Chinese and Japanese. Nothing is downloaded.
"""

from __future__ import annotations

import contextlib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from itertools import pairwise
from math import ceil
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from prelabel.environment.option_names import shown_name
from prelabel.errors import EngineUnavailable, OcrFailed
from prelabel.geometry import clip, grow
from prelabel.images.ink import Dark, dark_pixels
from prelabel.lines import in_reading_order
from prelabel.page import Box, Reading, Word

#: Tesseract's language codes -> a letter that each recogniser of the language can read.
LETTERS = {
    "eng": "e",
    "kor": "가",
    "jpn": "あ",
    "chi_sim": "们",
    "chi_tra": "們",
    "deu": "ß",
    "fra": "ç",
    "spa": "ñ",
    "ita": "è",
    "por": "ã",
    "nld": "ë",
    "pol": "ł",
    "vie": "ạ",
    "tur": "ş",
    "rus": "ж",
    "ukr": "ї",
    "tha": "ก",
    "ara": "ب",
    "hin": "क",
}

#: Factor by which the detector widens a line, and the longer side of the image that it gets. Measured: FUNSD's lines
#: are separated better than at RapidOCR's own 1.6; 2000 px cost a sixth more CPU and find no more, 1000 px lose small
#: print.
_UNCLIP, _FIND_PX = 1.2, 1600
#: Shares of a line's height: the margin at its top and bottom, where ink of neighbouring and ruled lines may reach in;
#: the distance between the centres of two letters from which they belong to two words, also where no space was read.
_PAPER, _FAR = 0.1, 1.0

#: Paper to add around a given box, as share of its height.
_MARGIN = 0.1
#: Crops of one pass, and their least size. RapidOCR's own width (320) costs words 2.4 times the CPU, for 0.8 points.
_BATCH, _HEIGHT_PX, _WIDTH_PX = 16, 48, 96
#: Crops with a shorter side hold no text.
_LEAST_PX = 4

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of a line. `x`: its centre, as share of the crop's width; `begins`: a space came before it."""

    char: str
    confidence: float
    x: float
    begins: bool = False


class RapidOcrEngine:
    """Engine that reads with RapidOCR.

    `languages`: Tesseract's codes; `recogniser`: an .onnx file that holds its characters, empty for the wheel's. Raises
    EngineUnavailable when the library or a network is missing, or the recogniser lacks a language.
    """

    name = "rapidocr"

    def __init__(self, languages: Sequence[str], *, recogniser: str = "") -> None:
        _need_libraries()
        from rapidocr import RapidOCR

        reader = network(recogniser)
        _require_languages(languages, reader)
        threads = {f"EngineConfig.onnxruntime.{kind}_op_num_threads": 1 for kind in ("intra", "inter")}
        params = {
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "Global.max_side_len": _FIND_PX,
            "Det.model_path": str(_bundled("det")),
            "Det.unclip_ratio": _UNCLIP,
            "Rec.model_path": str(reader),
            "Rec.rec_batch_num": _BATCH,
            "Rec.rec_img_shape": [3, _HEIGHT_PX, _WIDTH_PX],
        }
        self._library: Any = RapidOCR(params=threads | params)
        # The library loads its recogniser with the first single crop. Batches go to the recogniser directly.
        self._library(np.full((_HEIGHT_PX, _WIDTH_PX, 3), 255, np.uint8), use_det=False, use_rec=True)
        self.version = f"{metadata.version('rapidocr')} {reader.stem}"

    def read(self, image: Image.Image) -> list[Word]:
        """Read the words of one upright page (mode L or RGB). Raises OcrFailed when the library fails on this page."""
        gray = image.convert("L")
        pixels, dark = _pixels(gray), dark_pixels(gray)
        lines = in_reading_order(self._find(pixels), lambda box: box)
        return [
            Word(text, tightened(box, dark), confidence, self.name)
            for line, letters in zip(lines, self._read(pixels, lines), strict=True)
            for text, box, confidence in words_of(line, letters)
        ]

    def read_line(self, image: Image.Image) -> list[Word]:
        """Read the image of one line as a page. Raises OcrFailed when the library fails on it."""
        return self.read(image)

    def read_boxes(self, image: Image.Image, boxes: Sequence[Box]) -> list[Reading | None]:
        """Read one word in each box. Raises OcrFailed when the library fails on this page."""
        loose = [clip(grow(box, _MARGIN * box.height), image.width, image.height) for box in boxes]
        read = self._read(_pixels(image.convert("L")), loose)
        return [Reading(*_joined(letters), self.name) if letters else None for letters in read]

    def _find(self, pixels: Pixels) -> list[Box]:
        """Return upright boxes of lines or parts of lines."""
        with _explained():
            found = self._library(pixels, use_det=True, use_rec=False).boxes
        return [] if found is None else [_around(np.asarray(corners)) for corners in found]

    def _read(self, pixels: Pixels, boxes: Sequence[Box]) -> list[list[Letter]]:
        """Read the letters in each box, as a batch; none in a box where nothing is legible."""
        from rapidocr.ch_ppocr_rec import TextRecInput

        cuts = ((number, _cut(pixels, box)) for number, box in enumerate(boxes))
        crops = {number: cut for number, cut in cuts if min(cut.shape[:2]) >= _LEAST_PX}
        read: list[list[Letter]] = [[] for _ in boxes]
        if crops:
            with _explained():
                found = self._library.text_rec(TextRecInput(img=list(crops.values()), return_word_box=True))
            for number, text, info in zip(crops, found.txts, found.word_results, strict=True):
                read[number] = list(_letters(text, info))
        return read


def network(recogniser: str) -> Path:
    """Return the recogniser's file: the named one, else the wheel's. Raises EngineUnavailable when it is missing."""
    path = Path(recogniser).expanduser() if recogniser else _bundled("rec")
    if not path.is_file():
        raise EngineUnavailable(
            f"PRELABEL_RAPIDOCR_RECOGNISER={recogniser} is not a file: correct it, or leave it empty"
        )
    return path


def words_of(line: Box, letters: Sequence[Letter]) -> Iterator[tuple[str, Box, float]]:
    """Yield (text, box, confidence) of each word: lines are cut at spaces and wide gaps, halfway between letters."""
    far = _FAR * line.height / max(1.0, line.width)
    words: list[list[Letter]] = []
    for letter in letters:
        if words and not letter.begins and letter.x - words[-1][-1].x <= far:
            words[-1].append(letter)
        else:
            words.append([letter])
    if not words:
        return
    edges = [0.0, *((left[-1].x + right[0].x) / 2 for left, right in pairwise(words)), 1.0]
    for word, (start, end) in zip(words, pairwise(edges), strict=True):
        text, confidence = _joined(word)
        yield text, Box(line.x0 + start * line.width, line.y0, line.x0 + end * line.width, line.y1), confidence


def tightened(box: Box, dark: Dark) -> Box:
    """Return the box around the ink in a part of a line; the box itself where there is no ink."""
    paper = _PAPER * box.height
    x0, y0, x1, y1 = int(box.x0), int(box.y0 + paper), ceil(box.x1), ceil(box.y1 - paper)
    ink = dark[y0:y1, x0:x1]
    columns, rows = np.flatnonzero(ink.any(axis=0)), np.flatnonzero(ink.any(axis=1))
    if not columns.size:
        return box
    return Box(x0 + int(columns[0]), y0 + int(rows[0]), x0 + int(columns[-1]) + 1, y0 + int(rows[-1]) + 1)


def _joined(letters: Sequence[Letter]) -> tuple[str, float]:
    """Return (text in NFC, mean confidence)."""
    text = unicodedata.normalize("NFC", "".join(letter.char for letter in letters))
    return text, fmean(letter.confidence for letter in letters)


def _letters(text: str, info: Any) -> Iterator[Letter]:
    """Yield the letters of a crop: RapidOCR gives confidences of all characters, but no places of spaces."""
    places = iter([column for word in info.word_cols for column in word])
    begins = False
    for char, confidence in zip(text, info.confs, strict=False):
        if char.isspace():
            begins = True
            continue
        yield Letter(char, float(confidence), (next(places) + 0.5) / info.line_txt_len, begins)
        begins = False


def _pixels(gray: Image.Image) -> Pixels:
    return np.asarray(gray.convert("RGB"))


def _cut(pixels: Pixels, box: Box) -> Pixels:
    return np.ascontiguousarray(pixels[int(box.y0) : ceil(box.y1), int(box.x0) : ceil(box.x1)])


def _around(corners: npt.NDArray[Any]) -> Box:
    (x0, y0), (x1, y1) = corners.min(axis=0), corners.max(axis=0)
    return Box(float(x0), float(y0), float(x1), float(y1))


def _need_libraries() -> None:
    missing = [name for name in ("rapidocr", "onnxruntime") if find_spec(name) is None]
    if missing:
        raise EngineUnavailable(
            f"{' and '.join(missing)} cannot be found: pip install 'prelabel[rapidocr]', or name another engine in OCR"
        )


def _bundled(task: str) -> Path:
    """Return the wheel's network for "det" or "rec". Raises EngineUnavailable when it is missing."""
    spec = find_spec("rapidocr")
    folder = Path(spec.origin).parent / "models" if spec and spec.origin else Path()
    found = sorted(folder.glob(f"PP-OCR*_{task}_*.onnx"))
    if not found:
        raise EngineUnavailable(
            f"RapidOCR has no network PP-OCR*_{task}_*.onnx in {folder}: pip install 'rapidocr>=3.10'"
        )
    return found[-1]


def _require_languages(languages: Sequence[str], reader: Path) -> None:
    unknown = [language for language in languages if language not in LETTERS]
    if unknown:
        raise EngineUnavailable(
            f"RapidOCR has no language for {', '.join(unknown)}: it knows {', '.join(LETTERS)}; "
            f"correct {shown_name('languages')}"
        )
    characters = _characters(reader)
    missing = [language for language in languages if LETTERS[language] not in characters]
    if missing:
        raise EngineUnavailable(
            f"RapidOCR's recogniser {reader.stem} does not know {', '.join(missing)}: name one that does in "
            f"PRELABEL_RAPIDOCR_RECOGNISER, correct {shown_name('languages')}, or name another engine in "
            f"{shown_name('ocr')}"
        )


def _characters(reader: Path) -> frozenset[str]:
    """Return the characters that a recogniser lists. RapidOCR would download a list where it has none."""
    import onnxruntime

    try:
        session = onnxruntime.InferenceSession(str(reader), providers=["CPUExecutionProvider"])
        return frozenset(session.get_modelmeta().custom_metadata_map["character"].splitlines())
    except Exception as error:  # noqa: BLE001 - protobuf's and onnxruntime's errors of every kind
        raise EngineUnavailable(
            f"{reader} is damaged, or no recogniser that holds its characters ({_first(error)}): copy it again"
        ) from None


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except Exception as error:  # noqa: BLE001 - OpenCV's, onnxruntime's and RapidOCR's own errors share no base
        raise OcrFailed(f"RapidOCR failed on this page: {_first(error)}") from None


def _first(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[-1][:200]
