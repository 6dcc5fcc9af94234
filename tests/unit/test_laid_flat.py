"""Pages of photographs: words, whose boxes lie in the photograph, laid flat again for everything that needs lines."""

from __future__ import annotations

import json
import math

import pytest
from PIL import Image

from prelabel.geometry import apply, chain, compose, invert, invert_projection, laid_flat, project, projection, turn
from prelabel.geometry import corners as box_corners
from prelabel.kie.extract import tag_input
from prelabel.lines import lines
from prelabel.ocr.photo.flattening import Flattened
from prelabel.ocr.photo.homographies import homography
from prelabel.page import Affine, Box, Homography, Page, Word

#: Corners of a page of 1000 x 1400 pixels in photographs: from below, from the left, obliquely, on its side.
PHOTOGRAPHS: dict[str, list[tuple[float, float]]] = {
    "below": [(220, 90), (800, 80), (1010, 1300), (40, 1330)],
    "left": [(90, 60), (900, 260), (890, 1180), (80, 1370)],
    "oblique": [(350, 40), (1100, 330), (780, 1390), (60, 900)],
    "on its side": [(1240, 130), (1230, 860), (90, 1010), (60, 90)],
}
FLAT = Page(
    1000,
    1400,
    1000,
    1400,
    words=tuple(Word(f"w{x}-{y}", Box(x, y, x + 120, y + 26)) for y in range(60, 1350, 60) for x in (50, 400, 800)),
)


def sides(box: Box) -> list[float]:
    return [box.x0, box.y0, box.x1, box.y1]


def photographed(corners: list[tuple[float, float]]) -> tuple[Page, Homography]:
    """Return the page as it is read off a photograph, and the map from the flat page to the photograph."""
    to_shown = homography([(0, 0), (1000, 0), (1000, 1400), (0, 1400)], corners)
    picture = Image.new("L", (1300, 1400))
    return Flattened(Image.new("L", (1000, 1400)), picture, to_shown).page(FLAT), to_shown


@pytest.mark.parametrize("corners", PHOTOGRAPHS.values(), ids=PHOTOGRAPHS)
def test_boxes_enclose_the_words_in_the_photograph(corners: list[tuple[float, float]]) -> None:
    page, to_shown = photographed(corners)
    assert (page.shown_width_px, page.shown_height_px) == (1300, 1400)
    from_shown = invert(page.to_shown)
    for word, flat in zip(page.words, FLAT.words, strict=True):
        corner_points = [project(to_shown, x, y) for x, y in box_corners(Affine(), flat.box)]
        xs, ys = zip(*(apply(from_shown, x, y) for x, y in corner_points), strict=True)
        around = [min(xs), min(ys), max(xs), max(ys)]
        assert sides(word.box) == pytest.approx(around, abs=0.01)


@pytest.mark.parametrize("corners", PHOTOGRAPHS.values(), ids=PHOTOGRAPHS)
def test_words_lie_flat_again_also_after_a_stage_has_stored_them(corners: list[tuple[float, float]]) -> None:
    page = Page.from_json(json.loads(json.dumps(photographed(corners)[0].to_json())))
    back = laid_flat(page)
    assert (back.width_px, back.height_px) == (1000, 1400)
    assert len(lines([word.box for word in back.words])) == 22
    for word, flat in zip(back.words, FLAT.words, strict=True):
        assert sides(word.box) == pytest.approx(sides(flat.box), abs=4)
    assert laid_flat(back) is back
    assert tag_input(page).boxes == tuple(word.box for word in back.words)


def test_the_frame_of_a_photograph_is_turned_as_its_middle_line() -> None:
    page, to_shown = photographed(PHOTOGRAPHS["oblique"])
    (x0, y0), (x1, y1) = project(to_shown, 499, 700), project(to_shown, 501, 700)
    angle = math.degrees(math.atan2(y1 - y0, x1 - x0))
    assert math.degrees(math.atan2(page.to_shown.d, page.to_shown.a)) == pytest.approx(angle, abs=0.1)


def test_other_pages_are_left_alone_and_stored_as_ever() -> None:
    assert laid_flat(FLAT) is FLAT
    assert "flat" not in FLAT.to_json()
    assert Flattened(Image.new("L", (9, 9)), Image.new("L", (9, 9))).page(FLAT) is FLAT


def test_an_earlier_worker_reads_the_page_as_one_that_lies_askew() -> None:
    """Given what this release stores, when a worker that knows no photographs reads it, then only lines are uneven."""
    page, _ = photographed(PHOTOGRAPHS["left"])
    stored = page.to_json()
    del stored["flat"]
    earlier = Page.from_json(stored)
    assert stored["format"] == 3
    assert earlier.to_shown == page.to_shown
    assert laid_flat(earlier) is earlier
    assert len(lines([word.box for word in earlier.words])) > 22


def test_maps_chain_and_turn_back() -> None:
    m = homography([(0, 0), (1, 0), (1, 1), (0, 1)], [(10, 20), (300, 5), (250, 400), (30, 330)])
    lie = compose(turn(30, 100, 50), Affine(c=4, f=-3))
    both = chain(m, projection(lie))
    assert project(both, 0.3, 0.7) == pytest.approx(project(m, *apply(lie, 0.3, 0.7)))
    assert project(invert_projection(m), *project(m, 0.3, 0.7)) == pytest.approx((0.3, 0.7))
    assert project(projection(lie), 5, 6) == pytest.approx(apply(lie, 5, 6))
