"""Drawing of a page on its image: word and entity boxes by label colour, label names, links as arrows, a legend."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from prelabel.errors import EngineUnavailable
from prelabel.geometry import apply, corners, edge_point, grow, union
from prelabel.page import Affine, Box, Entity, Page

Rgb = tuple[int, int, int]
Point = tuple[float, float]
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

#: Colours of the labels in the demo's labelling configuration.
COLOURS: dict[str, Rgb] = {
    "QUESTION": (31, 119, 180),
    "ANSWER": (44, 160, 44),
    "HEADER": (214, 39, 40),
    "OTHER": (127, 127, 127),
}
#: Colours of the labels of other taggers, in alphabetical order.
_MORE_COLOURS: tuple[Rgb, ...] = ((148, 103, 189), (140, 86, 75), (227, 119, 194), (23, 190, 207), (188, 189, 34))
_LINK_COLOUR: Rgb = (255, 127, 14)
#: File names that Pillow looks up in the system's font folders; the first that exists is taken.
_FONTS = ("NanumGothic.ttf", "NotoSansCJK-Regular.ttc", "NotoSansKR-Regular.otf", "malgun.ttf", "AppleGothic.ttf")
_OTHER = "OTHER"


def draw(image: Image.Image, page: Page) -> Image.Image:
    """Draw all that is known of `page` on a copy of `image`, and a legend in a strip below; RGB.

    `image` is the page as Label Studio shows it (`prelabel.images.decode`); `page.to_shown` leads boxes from the
    upright frame to this image. Raises ValueError when the sizes do not fit, EngineUnavailable when a label's name
    needs a font that is not installed.
    """
    shown = image.convert("RGB")
    if shown.size != (page.shown_width_px, page.shown_height_px):
        raise ValueError(f"image of {shown.size} for a page of {page.shown_width_px, page.shown_height_px} pixels")
    entities = _entities(page)
    colours = label_colours(entity.label for entity in entities)
    unit = max(1.0, min(shown.size) / 1000)  # width of a line: it grows with the image
    layer = Image.new("RGBA", shown.size)
    pen = ImageDraw.Draw(layer)
    # Frames stand a little off the words: OCR boxes are tight, and a line on the letters would hide them.
    boxes = [grow(union(page.words[i].box for i in e.words), 1.5 * unit) for e in entities]
    for entity, box in zip(entities, boxes, strict=True):
        _draw_entity(pen, page, entity, box, colours[entity.label], unit)
    for link in page.links or ():
        # A header is linked to every question below it: its links are faint, or they would hide the pairs.
        faint = entities[link.source].label.upper() == "HEADER"
        ends = _ends(page.to_shown, boxes[link.source], boxes[link.target])
        draw_arrow(pen, *ends, unit, _LINK_COLOUR, opacity=70 if faint else 180)
    shown.paste(layer, mask=layer)
    return with_legend(shown, _legend(entities, colours, len(page.links or ())), unit)


def with_legend(image: Image.Image, items: Sequence[tuple[str, Rgb]], unit: float) -> Image.Image:
    """Add a strip below the image: a coloured square and a text for each item. `unit`: width of a line in pixels."""
    size = round(11 * unit)
    whole = Image.new("RGB", (image.width, image.height + 2 * size), "white")
    whole.paste(image)
    pen, x, y = ImageDraw.Draw(whole), float(size), image.height + size // 2
    pen.line((0, image.height, whole.width, image.height), fill=(200, 200, 200))
    for text, colour in items:
        font = font_for(text, size)
        pen.rectangle((x, y, x + size, y + size), fill=colour)
        pen.text((x + 1.5 * size, y + size / 2), text, fill="black", font=font, anchor="lm")
        x += 3 * size + pen.textlength(text, font=font)
    return whole


def font_for(text: str, size_px: int) -> Font:
    """Return a font that has the characters of `text`. Raises EngineUnavailable where none is installed."""
    font, korean = _load_font(size_px)
    if not korean and not text.isascii():
        raise EngineUnavailable(f"no font on this machine can draw {text!r}: apt-get install fonts-nanum")
    return font


def _entities(page: Page) -> list[Entity]:
    """Return the page's entities, then one entity for each word outside of them."""
    entities = list(page.entities or ())
    inside = {i for entity in entities for i in entity.words}
    labels = [x.label for x in page.labels] if page.labels else [_OTHER] * len(page.words)
    rest = (i for i in range(len(page.words)) if i not in inside)
    return entities + [Entity(labels[i], (i,)) for i in rest]


def label_colours(labels: Iterable[str]) -> dict[str, Rgb]:
    """Map each label to its colour; those in `COLOURS` keep theirs, in any letter case."""
    colours: dict[str, Rgb] = {}
    for label in sorted(set(labels)):
        spare = _MORE_COLOURS[len(colours) % len(_MORE_COLOURS)]
        colours[label] = COLOURS.get(label.upper(), spare)
    return colours


def _draw_entity(pen: ImageDraw.ImageDraw, page: Page, entity: Entity, box: Box, colour: Rgb, unit: float) -> None:
    """Tint the words, frame and name the entity; OTHER gets only a thin frame."""
    frame = corners(page.to_shown, box)
    if entity.label.upper() == _OTHER:
        pen.polygon(frame, outline=(*colour, 90), width=round(unit))
        return
    for i in entity.words:
        pen.polygon(corners(page.to_shown, page.words[i].box), fill=(*colour, 40))
    pen.polygon(frame, outline=(*colour, 255), width=round(1.6 * unit))
    _draw_name(pen, min(frame, key=sum), entity.label, colour, unit)


def _draw_name(pen: ImageDraw.ImageDraw, corner: Point, label: str, colour: Rgb, unit: float) -> None:
    """Draw a small tag above the upper left corner of a frame, inside the image."""
    font = font_for(label, round(6.5 * unit))
    left, top, right, bottom = pen.textbbox((0, 0), label, font=font)
    width, height = right - left + 2 * unit, bottom - top + 2 * unit
    x, y = corner[0], max(0.0, corner[1] - height)
    pen.rectangle((x, y, x + width, y + height), fill=(*colour, 225))
    pen.text((x + unit - left, y + unit - top), label, fill="white", font=font)


def _ends(to_shown: Affine, source: Box, target: Box) -> tuple[Point, Point]:
    """Return the points of the shown image where the line between two boxes leaves the first and meets the second."""
    return apply(to_shown, *edge_point(source, *target.center)), apply(to_shown, *edge_point(target, *source.center))


def draw_arrow(
    pen: ImageDraw.ImageDraw, source: Point, target: Point, unit: float, colour: Rgb, opacity: int, lines: float = 1.4
) -> None:
    """Draw an arrow from point to point, with a head; the shaft is `lines` lines thick."""
    (x0, y0), (x1, y1) = source, target
    angle = math.atan2(y1 - y0, x1 - x0)
    length = min(7 * unit, max(math.hypot(x1 - x0, y1 - y0), 2 * unit))
    wings = [(x1 - length * math.cos(angle + s), y1 - length * math.sin(angle + s)) for s in (-0.45, 0.45)]
    pen.line((x0, y0, x1, y1), fill=(*colour, opacity), width=max(1, round(lines * unit)))
    pen.polygon([(x1, y1), *wings], fill=(*colour, min(255, opacity + 75)))


def _legend(entities: list[Entity], colours: dict[str, Rgb], links: int) -> list[tuple[str, Rgb]]:
    """Return (text, colour) for each label with its number of entities, and for the links."""
    counts = Counter(entity.label for entity in entities)
    return [(f"{label} {counts[label]}", colour) for label, colour in colours.items()] + [
        (f"link {links}", _LINK_COLOUR)
    ]


@lru_cache
def _load_font(size_px: int) -> tuple[Font, bool]:
    """Return (font, whether it has Korean): the first one installed, else the Latin font that Pillow brings."""
    for name in _FONTS:
        try:
            return ImageFont.truetype(name, size_px), True
        except OSError:
            continue
    return ImageFont.load_default(size_px), False
