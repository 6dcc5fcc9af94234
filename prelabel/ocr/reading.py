"""OCR stage of one page, in its order: decode, gray, flat, blank?, clean, level, upright, scale, read, back again.

Each step is a module: `images/decode`, `images/ink`, and those of `ocr/photo/` and `ocr/page/`. `choose` names the
engines that read.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PIL import Image

from prelabel.images.decode import decode_page
from prelabel.images.ink import is_blank, sketch
from prelabel.ocr.check_boxes.reading import add_boxes, read_with_boxes
from prelabel.ocr.choose import Choice
from prelabel.ocr.page.another_way import has_print, read_another_way
from prelabel.ocr.page.cleaning import cleaned
from prelabel.ocr.page.dialogs import in_front
from prelabel.ocr.page.frames import TiltedPage, page_of, read_scaled, with_margins
from prelabel.ocr.page.ghosts import without_ghosts
from prelabel.ocr.page.gray import gray_page
from prelabel.ocr.page.orientation import read_upright, turned, voted_turn
from prelabel.ocr.page.scaling import factor_for_words, fuller_reading, letter_height_px, scale_factor
from prelabel.ocr.page.skew import levelled
from prelabel.ocr.photo.flattening import flattened
from prelabel.ocr.remarks import INK_WITHOUT_WORDS
from prelabel.ocr.scripts.foreign import without_foreign
from prelabel.ocr.unread_places import with_unread
from prelabel.page import Page, Remark, Word

if TYPE_CHECKING:
    from prelabel.pdf.text_layer import TextLayer


def read_page(data: bytes, choice: Choice, *, max_pixels: int) -> Page:
    """Read one image file. A blank page gives a Page without words; one with ink but no word carries a remark.

    Raises ImageUnreadable and ImageTooLarge for files that cannot be decoded, OcrFailed when the engine fails on this
    page.
    """
    shown = gray_page(decode_page(data, max_pixels=max_pixels))  # so that the colours do not stay in memory
    return read_image(shown, choice)


def read_image(shown: Image.Image, choice: Choice, layer: TextLayer | None = None) -> Page:
    """Read an image: take the words of its PDF page where they can be trusted, else read it with the engines.

    `shown`: mode L, RGB or RGBX; the colours serve to make the gray page (`ocr/page/gray`), all later steps are gray.
    The engines also read the places that a trusted layer says nothing about.
    Raises OcrFailed when an engine fails on this page.
    """
    if layer is not None and layer.trusted:
        gray = shown.convert("L")
        known = with_unread(gray, layer, choice)
        return page_of(shown, layer.quarters, add_boxes(known, turned(gray, layer.quarters)))
    shown = gray_page(shown)
    flat = flattened(in_front(shown))
    if is_blank(flat.image):
        return page_of(shown, 0, ())
    page = TiltedPage.of(cleaned(flat.image))
    if lined_up := flat.lined_up(page):
        flat, page = lined_up, TiltedPage.of(cleaned(lined_up.image))
    first = read_upright(page.sketch, partial(_read, page, choice), partial(_vote, page, choice))
    page, (quarters, words) = read_another_way(flat.image, page, first, partial(_read, choice=choice, quarters=0))
    made = flat.page(page_of(flat.image, quarters, words, page.skew))
    made = without_foreign(without_ghosts(made, shown))
    silent = not made.words and not made.remarks and has_print(page.image)
    return replace(made, remarks=(Remark(INK_WITHOUT_WORDS),)) if silent else made


def _read(page: TiltedPage, choice: Choice, quarters: int) -> list[Word]:
    """Turn the page clockwise by `quarters` x 90 degrees, scale it and read it; read it larger if its words are small.

    Boxes are pixels of the turned and levelled page.
    """
    page = page.turned(quarters)
    factor = scale_factor(letter_height_px(page.sketch), *page.level_size)
    read = partial(read_with_boxes, choice.read)
    words = read_scaled(page.image, factor, read, page.skew)
    larger = factor_for_words(words, factor, *page.level_size)
    if larger != factor:
        words = fuller_reading(words, read_scaled(page.image, larger, read, page.skew))
    return with_margins(words, *page.level_size)


def _vote(page: TiltedPage, choice: Choice, candidates: tuple[int, ...]) -> int:
    """Return the quarter turns after which the first engine is surest of the levelled page."""

    def read(part: Image.Image) -> list[Word]:
        return read_scaled(part, scale_factor(letter_height_px(sketch(part)), *part.size), choice.first.read)

    return voted_turn(levelled(page.image, page.skew), page.sketch, candidates, read)
