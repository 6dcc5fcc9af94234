"""Generated forms with check boxes: the same page for a seed, and a truth that fits the picture."""

from __future__ import annotations

import numpy as np
import pytest

from synthetic.check_boxes.layouts import GROUPS, KINDS
from synthetic.check_boxes.pages import DPIS, WEARS, check_box_page


def test_a_seed_gives_the_same_page() -> None:
    first, second = check_box_page(3), check_box_page(3)

    assert first.image.tobytes() == second.image.tobytes()
    assert (first.boxes, first.pairs, first.fields) == (second.boxes, second.pairs, second.fields)


@pytest.mark.parametrize("wear", WEARS)
@pytest.mark.parametrize("dpi", DPIS)
def test_boxes_lie_on_ink_at_every_resolution_and_turn(dpi: int, wear: str) -> None:
    page = check_box_page(5, dpi=dpi, wear=wear, kind="square")
    pixels = np.asarray(page.image)
    paper = np.median(pixels)

    assert page.boxes
    for drawn in page.boxes:
        box = drawn.box
        assert 0 <= box.x0 < box.x1 <= page.image.width
        assert 0 <= box.y0 < box.y1 <= page.image.height
        inside = pixels[int(box.y0) : int(box.y1) + 1, int(box.x0) : int(box.x1) + 1]
        assert (inside < paper - 40).mean() > 0.05


@pytest.mark.parametrize("layout", GROUPS)
@pytest.mark.parametrize("kind", KINDS)
def test_each_layout_has_pairs_of_its_ticked_boxes(layout: str, kind: str) -> None:
    page = check_box_page(1, layout=layout, kind=kind, language="en", dpi=100, wear="clean")

    assert len(page.pairs) == sum(box.ticked for box in page.boxes) > 0
    assert len(page.fields) == 2
