"""Photographed pages in Label Studio: regions lie along their own lines, and come back with words and links."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PIL import Image

from prelabel.geometry import chain, corners, iou, laid_flat, project, projection, transform, union
from prelabel.labelstudio.predictions import build_prediction, prediction_problems
from prelabel.labelstudio.regions.reading import read_labelled
from prelabel.ocr.photo.flattening import Flattened
from prelabel.ocr.photo.homographies import homography
from prelabel.page import Affine, Page
from tests.support.annotations import links, read, submitted
from tests.unit.labelstudio.test_predictions import drawn_corners, of_kind
from tests.unit.labelstudio.test_turned_pages import CONFIGS, FORM

#: Corners of the page of 800 x 700 pixels in pictures of 1300 x 1000.
PLACES: dict[str, list[tuple[float, float]]] = {
    "from below": [(350, 120), (950, 130), (1180, 900), (120, 880)],
    "from the left": [(150, 80), (1100, 260), (1080, 760), (160, 940)],
    "obliquely": [(500, 60), (1200, 420), (760, 940), (90, 500)],
    "on its side": [(1180, 130), (1100, 880), (150, 800), (120, 200)],
    "upside down": [(1150, 900), (180, 940), (280, 140), (1000, 100)],
}


def photographed(places: list[tuple[float, float]]) -> Page:
    """Return the form as it is read in a photograph of its page."""
    middle = Affine(c=-180, f=-150)
    words = tuple(replace(word, box=transform(middle, word.box)) for word in FORM.words)
    to_shown = homography([(0, 0), (800, 0), (800, 700), (0, 700)], places)
    flat = Flattened(Image.new("L", (800, 700)), Image.new("L", (1300, 1000)), to_shown)
    return replace(flat.page(Page(800, 700, 800, 700, words=words)), entities=FORM.entities, links=FORM.links)


@pytest.mark.parametrize("places", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("config", CONFIGS, ids=["rectangles", "polygons", "labelled"])
def test_regions_lie_along_their_lines_and_come_back(config: Any, places: list[tuple[float, float]]) -> None:
    page = photographed(places)

    made = build_prediction(page, config, version="prelabel-x", name="prelabel", draw_other=False)

    assert prediction_problems(made, config) == []
    assert page.flat is not None
    to_shown = chain(projection(page.to_shown), page.flat.to_page)
    words = laid_flat(page).words
    for item, entity in zip(of_kind(made, config.region.kind), page.entities or (), strict=True):
        box = union(words[i].box for i in entity.words)
        true = [project(to_shown, x, y) for x, y in corners(Affine(), box)]
        assert _area(drawn_corners(item)) < 1.4 * _area(true)
        assert all(_inside(drawn_corners(item), x, y) for x, y in true)
    back = read_labelled(submitted(made)).page
    assert (read(back), links(back)) == (read(page), links(page))
    for mine, before in zip(back.words, page.words, strict=True):
        assert iou(mine.box, before.box) > 0.6


def _area(polygon: list[tuple[float, float]]) -> float:
    pairs = zip(polygon, [*polygon[1:], polygon[0]], strict=True)
    return abs(sum(ax * by - ay * bx for (ax, ay), (bx, by) in pairs)) / 2


def _inside(polygon: list[tuple[float, float]], x: float, y: float) -> bool:
    """Return whether a point lies in a convex polygon, or at most two pixels beside it."""
    for (ax, ay), (bx, by) in zip(polygon, [*polygon[1:], polygon[0]], strict=True):
        if (bx - ax) * (y - ay) - (by - ay) * (x - ax) < -2 * ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5:
            return False
    return True
