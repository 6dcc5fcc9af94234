"""Tesseract in this process, through tesserocr: the model is loaded once, pages go in and come out as memory."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec

from PIL import Image

from prelabel.errors import EngineUnavailable, OcrFailed
from prelabel.ocr.joining import Ink
from prelabel.ocr.openmp import one_thread
from prelabel.ocr.scaling import TARGET_DPI
from prelabel.ocr.tessdata import require_languages, tessdata_folder
from prelabel.ocr.tsv import PAGE_SEGMENTATION, SINGLE_WORD, crop, one_reading, words_from_tsv
from prelabel.page import Box, Reading, Word

_CHANNELS = {"L": 1, "RGB": 3}


def has_tesserocr() -> bool:
    """Is the wheel installed? If it is and cannot be loaded, that is an error and no reason to be slow."""
    return find_spec("tesserocr") is not None


class TesserocrEngine:
    """`languages`: Tesseract's codes; `tessdata`: their folder, empty for Tesseract's own; `timeout_s`: a page's limit.

    Raises EngineUnavailable when the wheel or a language is missing.
    """

    name = "tesseract"

    def __init__(self, languages: Sequence[str], *, tessdata: str = "", timeout_s: float = 180.0) -> None:
        one_thread()
        try:
            import tesserocr
        except ImportError as error:
            raise EngineUnavailable(
                f"tesserocr cannot be loaded ({error}): pip install 'prelabel[ocr]', or set OCR=pytesseract"
            ) from None
        # Leptonica writes notes about odd pages to stderr; what matters comes back as an error.
        tesserocr.set_leptonica_log_level(tesserocr.LeptLogLevel.NONE)
        folder = tessdata_folder(tessdata)
        codes = require_languages(languages, folder)
        try:
            self._api = tesserocr.PyTessBaseAPI(path=str(folder), lang=codes, psm=PAGE_SEGMENTATION)
        except RuntimeError:
            raise EngineUnavailable(
                f"tesserocr cannot load {codes} from {folder}: a file there is damaged or made for another version; "
                "install it again"
            ) from None
        self._timeout_ms = max(1, int(timeout_s * 1000))
        self.version = tesserocr.tesseract_version().split()[1]

    def read(self, image: Image.Image) -> list[Word]:
        """Words of one upright page (mode L or RGB). Raises OcrFailed when it takes longer than the limit."""
        return self._read(image, PAGE_SEGMENTATION)

    def read_boxes(self, image: Image.Image, boxes: Sequence[Box]) -> list[Reading | None]:
        """One word a box. Raises OcrFailed when one takes longer than the limit of a page."""
        cuts = [crop(image, box) for box in boxes]
        return [None if cut is None else one_reading(self._read(cut, SINGLE_WORD)) for cut in cuts]

    def _read(self, image: Image.Image, segmentation: int) -> list[Word]:
        channels = _CHANNELS[image.mode]
        pixels = image.tobytes()
        try:
            self._api.SetPageSegMode(segmentation)
            self._api.SetImageBytes(pixels, image.width, image.height, channels, image.width * channels)
            self._api.SetSourceResolution(TARGET_DPI)
            if not self._api.Recognize(self._timeout_ms):
                raise OcrFailed(f"tesserocr gave up on this page, perhaps after its {self._timeout_ms / 1000:g} s")
            return words_from_tsv(self._api.GetTSVText(0), self.name, Ink(image.convert("L")))
        except RuntimeError as error:
            raise OcrFailed(f"tesserocr failed on this page: {error}") from None
        finally:
            self._api.Clear()
