"""Tesseract in this process, through tesserocr: the model is loaded once, pages go in and come out as memory."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

from PIL import Image

from prelabel.environment.option_names import shown_value
from prelabel.errors import EngineUnavailable, OcrFailed
from prelabel.ocr.page.scaling import TARGET_DPI
from prelabel.ocr.tesseract.languages import reading_languages
from prelabel.ocr.tesseract.modes import PAGE
from prelabel.ocr.tesseract.page import read_boxes, read_carefully, read_line
from prelabel.ocr.tesseract.tessdata import require_languages, tessdata_folder
from prelabel.ocr.tesseract.threads import one_thread
from prelabel.ocr.tesseract.tsv import lines_from_tsv
from prelabel.page import Box, Reading, Word


def has_tesserocr() -> bool:
    """Return whether the wheel is installed; one that cannot be loaded is an error, no reason to use the program."""
    return find_spec("tesserocr") is not None


class TesserocrEngine:
    """Engine that reads with Tesseract's library.

    `languages`: Tesseract's codes; `tessdata`: their folder, empty for Tesseract's own; `timeout_s`: time limit of a
    page. Raises EngineUnavailable when the wheel or a language is missing.
    """

    name = "tesseract"

    def __init__(self, languages: Sequence[str], *, tessdata: str = "", timeout_s: float = 180.0) -> None:
        one_thread()
        try:
            import tesserocr
        except ImportError as error:
            raise EngineUnavailable(
                f"tesserocr cannot be loaded ({error}): pip install 'prelabel[ocr]', "
                f"or set {shown_value('ocr', 'pytesseract')}"
            ) from None
        # Leptonica writes notes about odd pages to stderr; important ones are raised as errors.
        tesserocr.set_leptonica_log_level(tesserocr.LeptLogLevel.NONE)
        self._tesserocr = tesserocr
        self._folder = tessdata_folder(tessdata)
        self._languages = require_languages(languages, self._folder)
        self._apis: dict[tuple[str, ...], Any] = {}
        #: Image and languages of the layout that is in the engine's memory.
        self._laid_out: tuple[Image.Image, tuple[str, ...]] | None = None
        # What a page is read with, so that a damaged file is found now; all of them together are rarely needed.
        for group in reading_languages(self._languages):
            self._api(group)
        self._timeout_ms = max(1, int(timeout_s * 1000))
        self.version = tesserocr.tesseract_version().split()[1]

    def read(self, image: Image.Image) -> list[Word]:
        """Read the words of one upright page (mode L or RGB). Raises OcrFailed when it takes longer than the limit."""
        return read_carefully(self, image.convert("L"), self._languages)

    def read_boxes(self, image: Image.Image, boxes: Sequence[Box]) -> list[Reading | None]:
        """Read one word in each box. Raises OcrFailed when one takes longer than the limit of a page."""
        return read_boxes(self.recognise, image, boxes, self._languages)

    def read_line(self, image: Image.Image) -> list[Word]:
        """Read the image of one line. Raises OcrFailed when it takes longer than the limit of a page."""
        return read_line(self.recognise, image.convert("L"), self._languages)

    def recognise(self, image: Image.Image, languages: tuple[str, ...], mode: int) -> list[list[Word]]:
        """Read the raw words of a mode L image by line. Raises OcrFailed when it takes longer than the limit."""
        api = self._api(languages)
        laid_out, self._laid_out = self._laid_out, None
        try:
            if mode != PAGE or laid_out is None or laid_out[0] is not image or laid_out[1] != languages:
                self._show(api, image, mode)
            if not api.Recognize(self._timeout_ms):
                raise OcrFailed(f"tesserocr gave up on this page, perhaps after its {self._timeout_ms / 1000:g} s")
            return lines_from_tsv(api.GetTSVText(0), self.name)
        except RuntimeError as error:
            raise OcrFailed(f"tesserocr failed on this page: {error}") from None
        finally:
            api.Clear()

    def layout(self, image: Image.Image, languages: tuple[str, ...]) -> list[list[Box]]:
        """Find the boxes of words by line in a mode L image, see `modes.Tesseract`. Raises OcrFailed."""
        api, self._laid_out = self._api(languages), None
        try:
            self._show(api, image, PAGE)
            lines = self._boxes(api.AnalyseLayout())
        except RuntimeError as error:
            raise OcrFailed(f"tesserocr failed on this page: {error}") from None
        self._laid_out = image, languages
        return lines

    def _show(self, api: Any, image: Image.Image, mode: int) -> None:
        api.SetPageSegMode(mode)
        api.SetImageBytes(image.tobytes(), image.width, image.height, 1, image.width)
        api.SetSourceResolution(TARGET_DPI)

    def _boxes(self, layout: Any) -> list[list[Box]]:
        """Return the boxes of words by line, pictures and ruled lines left out; `layout` is None on an empty page."""
        level, kinds = self._tesserocr.RIL, self._tesserocr.PT
        lines: list[list[Box]] = []
        for place in self._tesserocr.iterate_level(layout, level.WORD) if layout else ():
            box = place.BoundingBox(level.WORD)
            if box and kinds.UNKNOWN < place.BlockType() < kinds.FLOWING_IMAGE:
                if not lines or place.IsAtBeginningOf(level.TEXTLINE):
                    lines.append([])
                lines[-1].append(Box(*box))
        return lines

    def _api(self, languages: tuple[str, ...]) -> Any:
        """Return the API with these languages, loaded once for each choice of languages."""
        if languages not in self._apis:
            codes = "+".join(languages)
            try:
                self._apis[languages] = self._tesserocr.PyTessBaseAPI(path=str(self._folder), lang=codes)
            except RuntimeError:
                raise EngineUnavailable(
                    f"tesserocr cannot load {codes} from {self._folder}: a file there is damaged or made for another "
                    "version; install it again"
                ) from None
        return self._apis[languages]
