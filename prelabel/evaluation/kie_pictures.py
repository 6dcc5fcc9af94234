"""Pictures of a page with the errors of its key-values: wrong labels, and links that are right, missed or invented."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PIL import Image, ImageDraw

from prelabel.evaluation.kie import PageScores
from prelabel.evaluation.ocr_pictures import FADED, MISSED, RIGHT, WRONGLY_FOUND, enlarged
from prelabel.geometry import apply, compose, corners, edge_point, grow, scaling, union
from prelabel.images.drawing import Rgb, draw_arrow, font_for, label_colours, with_legend
from prelabel.kie.tag.tagger import OTHER
from prelabel.page import Box, Page

_WRONG_LABEL: Rgb = (90, 90, 90)


def draw_key_value_errors(image: Image.Image | None, result: PageScores) -> Image.Image:
    """Draw the words in the colours of their predicted labels, frames around entities, and a legend below; RGB.

    A word with a wrong label has a thick frame in the colour of the true label. Links are judged as in T6_relaxed:
    right ones are thin and green, missed ones red, invented ones violet. `image`: the page as it is shown; without an
    image, the words are written on white. Raises EngineUnavailable if that needs a font that is not installed.
    """
    page = result.page
    size, factor = enlarged(page.shown_width_px, page.shown_height_px)
    paper = Image.new("RGB", size, "white")
    if image is not None:
        paper = Image.blend(paper, image.convert("RGB").resize(size), FADED)
    drawing = _Drawing(paper, factor, page)
    if image is None:
        drawing.texts()
    items = drawing.words(result.labels)
    pairs = result.pairs
    right, found = {t for t, _ in pairs.matched}, {f for _, f in pairs.matched}
    missed = [pair for t, pair in enumerate(pairs.truth) if t not in right]
    invented = [pair for f, pair in enumerate(pairs.found) if f not in found]
    drawing.links((pairs.found[f] for f in found), RIGHT, lines=0.8)
    drawing.links(invented, WRONGLY_FOUND)
    drawing.links(missed, MISSED)
    items += [
        (f"link right {len(right)}", RIGHT),
        (f"missed {len(missed)}", MISSED),
        (f"invented {len(invented)}", WRONGLY_FOUND),
    ]
    return with_legend(drawing.finished(), items, drawing.unit)


class _Drawing:
    """Marks on a picture that is `factor` times as large as the page."""

    def __init__(self, paper: Image.Image, factor: float, page: Page) -> None:
        self.unit = max(1.0, min(paper.size) / 1000)
        self._paper, self._page = paper, page
        self._layer = Image.new("RGBA", paper.size)
        self._pen = ImageDraw.Draw(self._layer)
        self._enlarge = scaling(factor)
        self._to_paper = compose(self._enlarge, page.to_shown)

    def texts(self) -> None:
        """Write every word in its box, as high as the box and no wider."""
        pen = ImageDraw.Draw(self._paper)
        for word in self._page.words:
            if word.text.strip():
                (x0, y0), *_, (_, y1) = corners(self._to_paper, word.box)
                width = self._to_paper.a * word.box.width
                size = max(6, round(0.8 * (y1 - y0)))
                size = min(size, max(6, int(size * width / max(font_for(word.text, size).getlength(word.text), 1))))
                middle = (x0, (y0 + y1) / 2)
                pen.text(middle, word.text, fill=(90, 90, 90), font=font_for(word.text, size), anchor="lm")

    def words(self, truth: Sequence[str] | None) -> list[tuple[str, Rgb]]:
        """Tint the words, frame the entities and the wrongly labelled words, and return the legend."""
        page = self._page
        labels = [label.label for label in page.labels or ()]
        colours = label_colours([*labels, *(truth or ())])
        for word, label in zip(page.words, labels, strict=True):
            if label != OTHER:
                self._pen.polygon(corners(self._to_paper, word.box), fill=(*colours[label], 60))
        for entity in page.entities or ():
            around = corners(self._to_paper, grow(union(page.words[i].box for i in entity.words), 1.5))
            self._pen.polygon(around, outline=(*colours[entity.label], 255), width=round(self.unit))
        if truth is None:
            return list(colours.items())
        wrong = [i for i, (label, true) in enumerate(zip(labels, truth, strict=True)) if label != true]
        for i in wrong:
            frame = corners(self._to_paper, page.words[i].box)
            self._pen.polygon(frame, outline=(*colours[truth[i]], 255), width=round(2.2 * self.unit))
        return [*colours.items(), (f"framed: true label, {len(wrong)} wrong", _WRONG_LABEL)]

    def links(self, pairs: Iterable[tuple[Box, Box]], colour: Rgb, lines: float = 1.6) -> None:
        """Draw an arrow from each key to its value."""
        for key, value in pairs:
            ends = edge_point(key, *value.center), edge_point(value, *key.center)
            source, target = (apply(self._enlarge, *end) for end in ends)
            draw_arrow(self._pen, source, target, self.unit, colour, opacity=200, lines=lines)

    def finished(self) -> Image.Image:
        """Return the picture with all marks."""
        self._paper.paste(self._layer, mask=self._layer)
        return self._paper
