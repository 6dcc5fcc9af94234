"""Photographs of pages: the outline of the page, and the picture laid flat; scans stay as they are."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from prelabel.geometry import invert_projection, project
from prelabel.ocr.page.cleaning import cleaned
from prelabel.ocr.page.frames import TiltedPage
from prelabel.ocr.photo.flattening import flattened
from prelabel.page import Homography
from tests.support.ocr_pages import KOREAN, Printed, printed, tilted
from tests.support.photographs import KOREAN_RECEIPT, Photograph, photograph, receipt

#: Ways in which a page is photographed.
WAYS: dict[str, dict[str, Any]] = {
    "from below on a dark table": {"pitch": 25, "ground": "dark"},
    "from above on wood": {"pitch": -20, "yaw": 18, "ground": "wood"},
    "from the side on a carpet": {"yaw": 28, "roll": 8, "ground": "carpet"},
    "obliquely on tiles": {"pitch": 22, "yaw": -15, "roll": -12, "ground": "tiles"},
    "on a light desk": {"pitch": 30, "roll": 5, "ground": "light"},
    "steeply": {"pitch": 45, "yaw": 10, "ground": "wood"},
    "straight from above, turned": {"roll": 33, "away": 50, "ground": "gray"},
    "under a lamp": {"pitch": 15, "yaw": 10, "falloff": 0.7},
    "in shadow": {"pitch": 12, "roll": 4, "ground": "wood", "shadow": 0.55},
    "dim": {"pitch": 18, "yaw": -12, "roll": 10, "mean": 60, "grain": 3},
    "very dim": {"pitch": 20, "roll": -18, "ground": "wood", "mean": 35, "grain": 3, "falloff": 0.4},
    "blurred": {"pitch": 20, "yaw": 8, "ground": "carpet", "blur": 1.5, "grain": 2},
    "on its side": {"pitch": 22, "roll": 98, "ground": "wood", "falloff": 0.4},
}


def off(photo: Photograph, page: Image.Image) -> float:
    """Return the largest distance from a corner of the printed page to one of the flat picture, in the photograph."""
    flat = flattened(photo.image)
    assert flat.to_shown is not None
    width, height = flat.image.size
    mine = [project(flat.to_shown, x, y) for x, y in ((0, 0), (width, 0), (width, height), (0, height))]
    true = [project(photo.to_shown, x, y) for x in (0, page.width) for y in (0, page.height)]
    return max(min(float(np.hypot(u - x, v - y)) for u, v in mine) for x, y in true)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("page", [receipt(KOREAN_RECEIPT), printed(KOREAN, dpi=150)], ids=["receipt", "letter"])
def test_the_outline_of_a_page(way: dict[str, Any], page: Printed) -> None:
    photo = photograph(page, **way)

    assert off(photo, page.image) < 0.015 * max(photo.image.size)


#: Edges that the picture cuts off, and pages in their middle that show none.
CUT: dict[str, dict[str, Any]] = {
    "below": {"pitch": 25, "yaw": 8, "ground": "wood", "cut": (0, 0, 0, 0.2)},
    "above and below": {"pitch": 22, "yaw": -10, "roll": 6, "cut": (0, 0.15, 0, 0.15)},
    "right": {"pitch": 12, "yaw": 25, "ground": "carpet", "cut": (0, 0, 0.18, 0)},
    "right and corners": {"pitch": -22, "yaw": -20, "roll": 6, "falloff": 0.5, "cut": (0.12, 0.1, 0.16, 0.1)},
}
FILLED: dict[str, dict[str, Any]] = {
    "from the side": {"yaw": 40, "cut": (0.16, 0.17, 0.17, 0.17)},
    "on a white desk": {"pitch": 20, "yaw": 28, "ground": "white"},
    "askew on a white desk": {"pitch": -15, "yaw": -30, "roll": 20, "ground": "white", "falloff": 0.5},
    "dim": {"yaw": 35, "mean": 55, "grain": 2, "cut": (0.16, 0.17, 0.17, 0.17)},
    "on its side": {"yaw": 35, "roll": 90, "cut": (0.16, 0.17, 0.17, 0.17)},
}


def spread(photo: Photograph, m: Homography | None) -> float:
    """Return by how many degrees the bottoms of the words differ in direction after the map to the photograph `m`."""
    back = invert_projection(m) if m else Homography()
    angles = []
    for _, box in photo.words:
        _, _, (x1, y1), (x0, y0) = (project(back, x, y) for x, y in photo.outline(box))
        angles.append(math.degrees(math.atan2(y1 - y0, x1 - x0)))
    away = [(angle - angles[0] + 180) % 360 - 180 for angle in angles]
    return max(away) - min(away)


@pytest.mark.parametrize("way", CUT.values(), ids=CUT)
@pytest.mark.parametrize("page", [receipt(), printed(KOREAN, dpi=150)], ids=["receipt", "letter"])
def test_pages_that_the_picture_cuts_off(way: dict[str, Any], page: Printed) -> None:
    photo = photograph(page, **way)

    flat = flattened(photo.image)
    flat = flat.lined_up(TiltedPage.of(cleaned(flat.image))) or flat

    assert flat.to_shown is not None
    assert spread(photo, flat.to_shown) < 4.5
    width, height = flat.image.size
    back = invert_projection(flat.to_shown)
    for _, box in photo.words:
        for x, y in (project(back, x, y) for x, y in photo.outline(box)):
            assert -3 <= x <= width + 3
            assert -3 <= y <= height + 3


@pytest.mark.parametrize("ground", ["wood", "dark", "carpet"])
def test_other_print_beside_the_page_is_kept(ground: str) -> None:
    """Given a card beside a letter, when the letter is laid flat, then the card is still there, and no ground is."""
    photo = photograph(printed(dpi=150), pitch=15, yaw=10, ground=ground)
    card = receipt(("Kim Minsu", "Tel 02-123-4567", "Seoul Korea"), width=330, letters=26).image
    picture = photo.image.copy()
    picture.paste(card, (5, picture.height - card.height - 5))

    flat, without = flattened(picture), flattened(photo.image)

    assert flat.to_shown is not None
    (left, top), (right, bottom) = (
        project(invert_projection(flat.to_shown), x, y)
        for x, y in ((15, picture.height - card.height), (330, picture.height - 10))
    )
    shown = np.asarray(flat.image.crop((round(left), round(top), round(right), round(bottom))))
    assert 0.02 < (shown < 100).mean() < 0.2
    assert (np.asarray(flat.image) < 100).mean() < 0.06
    assert flat.image.height > without.image.height


@pytest.mark.parametrize("way", FILLED.values(), ids=FILLED)
@pytest.mark.parametrize("page", [receipt(KOREAN_RECEIPT), printed(dpi=150)], ids=["receipt", "letter"])
def test_pages_without_edges_by_their_lines(way: dict[str, Any], page: Printed) -> None:
    photo = photograph(page, **way)
    flat = flattened(photo.image)

    lined_up = flat.lined_up(TiltedPage.of(cleaned(flat.image)))

    assert flat.to_shown is None
    assert lined_up is not None
    assert spread(photo, lined_up.to_shown) < 0.7 * spread(photo, None)


@pytest.mark.parametrize("dpi", [75, 200])
def test_scans_stay_as_they_are(dpi: int) -> None:
    page = printed(dpi=dpi).image
    shaded = Image.fromarray((np.asarray(page) * np.linspace(0.6, 1, page.width)).astype(np.uint8))
    framed = page.copy()
    ImageDraw.Draw(framed).rectangle((20, 20, page.width - 20, page.height - 20), outline=0, width=4)
    black = Image.new("L", (page.width + 200, page.height + 100), 0)
    black.paste(page, (90, 40))
    for image in (page, tilted(page, 20), shaded, framed, black):
        flat = flattened(image)
        assert flat.to_shown is None
        assert flat.image is image
        assert flat.lined_up(TiltedPage.of(cleaned(image))) is None


def test_no_page_in_the_picture() -> None:
    noise = np.random.default_rng(1).normal(120, 40, (900, 700)).clip(0, 255).astype(np.uint8)
    for image in (Image.fromarray(noise), Image.new("L", (700, 900), 30), Image.new("L", (9, 12), 30)):
        assert flattened(image).to_shown is None
