"""Pictures of a page with its OCR errors: words that are right, missed, misread, or wrongly found."""

from __future__ import annotations

from PIL import Image, ImageDraw

from prelabel.evaluation.ocr import Matches
from prelabel.evaluation.text import plain
from prelabel.geometry import transform
from prelabel.images.drawing import Rgb, font_for, with_legend
from prelabel.page import Affine, Box

MISSED: Rgb = (214, 39, 40)
MISREAD: Rgb = (230, 120, 0)
WRONGLY_FOUND: Rgb = (148, 60, 200)
RIGHT: Rgb = (44, 160, 44)

#: Short side to which smaller pages are enlarged, so that a text above a word is legible; largest enlargement.
_SHORT_SIDE_PX, _LARGEST_FACTOR = 1600, 4.0
#: Share of the contrast of the page that is kept, so that the marks are visible.
FADED = 0.6


def draw_errors(image: Image.Image, matches: Matches) -> Image.Image:
    """Draw a frame around every word, in the colour of its result, and a legend below; RGB.

    `image`: the page as it is shown. Above a misread word is the text that was read. Raises EngineUnavailable if that
    needs a font that is not installed.
    """
    size, factor = enlarged(*image.size)
    page = Image.blend(Image.new("RGB", size, "white"), image.convert("RGB").resize(size), FADED)
    drawing = _Drawing(page, factor)
    right = [(t, f) for t, f in matches.pairs if plain(matches.truth[t].text) == plain(matches.found[f].text)]
    misread = sorted(set(matches.pairs) - set(right))
    missed = sorted(set(range(len(matches.truth))) - {t for t, _ in matches.pairs})
    wrong = sorted(set(range(len(matches.found))) - {f for _, f in matches.pairs})
    for t, _ in right:
        drawing.frame(matches.truth[t].box, RIGHT, lines=0.6)
    for f in wrong:
        drawing.frame(matches.found[f].box, WRONGLY_FOUND)
    for t in missed:
        drawing.frame(matches.truth[t].box, MISSED)
    for t, f in misread:
        drawing.frame(matches.truth[t].box, MISREAD)
        drawing.text(matches.truth[t].box, " ".join(matches.found[f].text.split()))
    items = [
        (f"right {len(right)}", RIGHT),
        (f"misread {len(misread)}", MISREAD),
        (f"missed {len(missed)}", MISSED),
        (f"wrongly found {len(wrong)}", WRONGLY_FOUND),
    ]
    return with_legend(page, items, drawing.unit)


def enlarged(width_px: int, height_px: int) -> tuple[tuple[int, int], float]:
    """Return the size of the picture of a page of this size, and the factor of its enlargement."""
    factor = min(max(1.0, _SHORT_SIDE_PX / max(min(width_px, height_px), 1)), _LARGEST_FACTOR)
    return (max(round(width_px * factor), 1), max(round(height_px * factor), 1)), factor


class _Drawing:
    """Marks on a page that is enlarged by `factor`; boxes are in pixels of the original page."""

    def __init__(self, page: Image.Image, factor: float) -> None:
        self.unit = max(1.0, min(page.size) / 1000)
        self._pen = ImageDraw.Draw(page)
        self._enlarge = Affine(a=factor, e=factor)

    def frame(self, box: Box, colour: Rgb, lines: float = 1.3) -> None:
        """Draw a frame."""
        b = transform(self._enlarge, box)
        self._pen.rectangle((b.x0, b.y0, b.x1, b.y1), outline=colour, width=max(1, round(lines * self.unit)))

    def text(self, box: Box, text: str) -> None:
        """Write a small text with a white rim on the upper edge of the box."""
        b = transform(self._enlarge, box)
        font, rim = font_for(text, round(8 * self.unit)), round(self.unit)
        _, top, _, _ = self._pen.textbbox((b.x0, b.y0), text, font=font, anchor="lb")
        place = b.x0, b.y0 + max(0.0, -top)
        self._pen.text(place, text, fill=MISREAD, font=font, anchor="lb", stroke_width=rim, stroke_fill="white")
