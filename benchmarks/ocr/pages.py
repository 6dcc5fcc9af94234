"""Pages for OCR with their true words: generated pages in sets, and a folder of FUNSD's layout."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from random import Random

from prelabel.datasets.funsd import read_annotations
from prelabel.page import Word
from synthetic.printing import KINDS, OcrPage, boxed_forms, ocr_page, receipts

#: No seed from here on was used to choose a setting or to train anything.
FIRST_SEED = 100_000

DPI, OTHER_DPI = 200, {"100dpi": 100, "150dpi": 150, "300dpi": 300}
#: The sets of one language each, with the generator's names for them.
ENGLISH, FUNSD, PDF = "english", "funsd", "pdf"
LANGUAGES = {ENGLISH: "en", "korean": "ko", "mixed": "mixed"}
#: Print that no recogniser of this project has learned from: pages of held-out fonts, receipts of held-out printers,
#: numbers in boxes. Their seeds are their own.
UNSEEN_ENGLISH = "unseen-english"
UNSEEN = {UNSEEN_ENGLISH: "en", "unseen-korean": "ko", "unseen-mixed": "mixed"}
RECEIPTS, BOXED = "receipts", "boxed"
FIRST_UNSEEN = FIRST_SEED + 1000
USUAL_SETS = (*LANGUAGES, *OTHER_DPI, FUNSD, PDF)
SETS = (*USUAL_SETS, *UNSEEN, RECEIPTS, BOXED)


@dataclass(frozen=True, slots=True)
class Sheet:
    """An image and its words, boxes in the image's pixels. `pdf`: the PDF that it was rendered from, if any.

    `sources`: the font family or printer of each word, empty where it is not known. `boxed`: indices of the words whose
    characters stand in boxes.
    """

    name: str
    image: Path
    pixels: int
    truth: tuple[Word, ...]
    pdf: Path | None = None
    sources: tuple[str, ...] = ()
    boxed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PageSet:
    """A set of pages. `few`: the slow ways read only so many of the first pages."""

    name: str
    title: str
    sheets: tuple[Sheet, ...]
    few: int


def generated(folder: Path, name: str, pages: int, few: int) -> PageSet:
    """Draw `pages` of one language, the kinds of wear in turn. Raises EngineUnavailable where fonts are missing."""
    sheets = tuple(_draw(folder, number, LANGUAGES[name], DPI) for number in range(pages))
    return PageSet(name, f"{name.capitalize()} pages, {DPI} dpi", sheets, few)


def unseen(folder: Path, name: str, pages: int, few: int) -> PageSet:
    """Draw `pages` of one language in held-out fonts, the kinds of wear in turn."""
    language, drawn = UNSEEN[name], []
    for number in range(pages):
        kind = KINDS[number % len(KINDS)]
        page = ocr_page(FIRST_UNSEEN + number, language=language, kind=kind, dpi=DPI, held_out=True)
        drawn.append(_saved(folder, f"unseen-{language}-{number}-{kind}", page, DPI))
    return PageSet(name, f"{name.removeprefix('unseen-').capitalize()} pages of unseen fonts", tuple(drawn), few)


def of_receipts(folder: Path, pages: int, few: int) -> PageSet:
    """Draw `pages` of receipts, Korean and English in turn; eight have each kind in both languages."""
    drawn = []
    for number in range(pages):
        language, kind = _in_turn(number, receipts.LANGUAGES, receipts.KINDS)
        page = receipts.receipt_page(FIRST_UNSEEN + number, language=language, kind=kind, dpi=DPI)
        drawn.append(_saved(folder, f"receipt-{language}-{number}-{kind}", page, DPI))
    return PageSet(RECEIPTS, "Receipts of unseen printers", tuple(drawn), few)


def of_boxed_forms(folder: Path, pages: int, few: int) -> PageSet:
    """Draw `pages` of forms with numbers in boxes, Korean and English in turn; twelve have each kind in both."""
    drawn = []
    for number in range(pages):
        language, kind = _in_turn(number, boxed_forms.LANGUAGES, KINDS)
        page = boxed_forms.boxed_page(FIRST_UNSEEN + number, language=language, kind=kind, dpi=DPI)
        drawn.append(_saved(folder, f"boxed-{language}-{number}-{kind}", page, DPI))
    return PageSet(BOXED, "Numbers in boxes, a digit in each", tuple(drawn), few)


def _in_turn(number: int, languages: tuple[str, ...], kinds: tuple[str, ...]) -> tuple[str, str]:
    return languages[number % len(languages)], kinds[number // len(languages) % len(kinds)]


def of_other_dpi(folder: Path, name: str) -> PageSet:
    """Draw one page of each language in another resolution; slow ways do not read them."""
    dpi = OTHER_DPI[name]
    sheets = tuple(_draw(folder, place, language, dpi) for place, language in enumerate(LANGUAGES.values()))
    return PageSet(name, f"English, Korean and mixed pages, {dpi} dpi", sheets, few=0)


def funsd(folder: Path, pages: int, few: int) -> PageSet:
    """Choose `pages` of the folder at random, always the same; all where it has no more.

    Raises SettingError where the folder does not have FUNSD's layout.
    """
    sheets = [
        Sheet(page.name, page.image, page.page.width_px * page.page.height_px, page.page.words)
        for page in read_annotations(folder)
        if page.image is not None
    ]
    Random(FIRST_SEED).shuffle(sheets)
    return PageSet(FUNSD, "FUNSD: real scans, about 100 dpi", tuple(sheets[:pages]), few)


def _draw(folder: Path, number: int, language: str, dpi: int) -> Sheet:
    """Draw one page with the generator as a PNG that names its resolution, as scanners' files do."""
    kind = KINDS[number % len(KINDS)]
    page = ocr_page(FIRST_SEED + number, language=language, kind=kind, dpi=dpi)
    return _saved(folder, f"{language}-{dpi}-{number}-{kind}", page, dpi)


def _saved(folder: Path, name: str, page: OcrPage, dpi: int) -> Sheet:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.png"
    page.image.save(path, dpi=(dpi, dpi), compress_level=1)
    pixels = page.image.width * page.image.height
    return Sheet(name, path, pixels, page.words, sources=page.sources, boxed=page.boxed)
