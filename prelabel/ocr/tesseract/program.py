"""Tesseract as a program, through pytesseract: one child process a page, so that no crash reaches the worker."""

from __future__ import annotations

import shlex
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytesseract
from PIL import Image

from prelabel.errors import EngineUnavailable, OcrFailed
from prelabel.ocr.page.scaling import TARGET_DPI
from prelabel.ocr.tesseract.page import read_boxes, read_line, read_plainly
from prelabel.ocr.tesseract.tessdata import require_languages, tessdata_folder
from prelabel.ocr.tesseract.threads import one_thread
from prelabel.ocr.tesseract.tsv import lines_from_tsv
from prelabel.page import Box, Reading, Word


class TesseractEngine:
    """Engine that reads with the program `tesseract`.

    `languages`: Tesseract's codes; `tessdata`: their folder, empty for Tesseract's own; `timeout_s`: time limit of a
    page. Raises EngineUnavailable when the program or a language is missing.
    """

    name = "tesseract"

    def __init__(self, languages: Sequence[str], *, tessdata: str = "", timeout_s: float = 180.0) -> None:
        one_thread()
        try:
            self.version = str(pytesseract.get_tesseract_version())
        except pytesseract.TesseractNotFoundError:
            raise EngineUnavailable(
                "the program tesseract is not installed or not in PATH: "
                "apt-get install tesseract-ocr tesseract-ocr-eng tesseract-ocr-kor"
            ) from None
        folder = tessdata_folder(tessdata)
        self._languages = require_languages(languages, folder)
        self._timeout_s = timeout_s
        self._options = shlex.join(["--tessdata-dir", str(folder), "--dpi", str(TARGET_DPI)])

    def read(self, image: Image.Image) -> list[Word]:
        """Read the words of one upright page (mode L or RGB). Raises OcrFailed when Tesseract crashes or is slow."""
        return read_plainly(self._recognise, image.convert("L"), self._languages)

    def read_boxes(self, image: Image.Image, boxes: Sequence[Box]) -> list[Reading | None]:
        """Read one word in each box, with one process a box. Raises OcrFailed when Tesseract crashes or is slow."""
        return read_boxes(self._recognise, image, boxes, self._languages)

    def read_line(self, image: Image.Image) -> list[Word]:
        """Read the image of one line. Raises OcrFailed when Tesseract crashes or is slow."""
        return read_line(self._recognise, image.convert("L"), self._languages)

    def _recognise(self, image: Image.Image, languages: tuple[str, ...], mode: int) -> list[list[Word]]:
        """Read the raw words of a mode L image by line."""
        with tempfile.TemporaryDirectory(prefix="prelabel-") as folder:
            # An uncompressed file: pytesseract itself would write a PNG, which costs more than half of the layout.
            file = Path(folder) / "page.pgm"
            image.save(file, "PPM")
            return lines_from_tsv(self._tsv(file, "+".join(languages), mode), self.name)

    def _tsv(self, file: Path, codes: str, mode: int) -> str:
        options = f"{self._options} --psm {mode}"
        try:
            return str(pytesseract.image_to_data(str(file), lang=codes, config=options, timeout=self._timeout_s))
        except pytesseract.TesseractError as error:
            last = error.message.strip().splitlines()[-1:] or [""]
            raise OcrFailed(f"tesseract failed on this page (exit status {error.status}): {last[0][:200]}") from None
        except pytesseract.TesseractNotFoundError:
            raise EngineUnavailable("the program tesseract is gone: apt-get install tesseract-ocr") from None
        except RuntimeError:
            raise OcrFailed(f"tesseract took longer than {self._timeout_s:g} s for this page and was killed") from None
