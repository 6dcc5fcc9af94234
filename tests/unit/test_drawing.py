"""Drawing of a page: boxes have their place in the shown image and their label's colour."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PIL import Image

from prelabel.errors import EngineUnavailable
from prelabel.geometry import apply, levelling, quarter_turn
from prelabel.images import drawing
from prelabel.images.drawing import COLOURS, draw
from prelabel.page import Box, Entity, Link, Page, Word

SIZE = (1000, 1400)
PAGE = Page(
    width_px=SIZE[0],
    height_px=SIZE[1],
    shown_width_px=SIZE[0],
    shown_height_px=SIZE[1],
    words=(
        Word("상호", Box(100, 200, 180, 230)),
        Word("나래", Box(400, 200, 460, 230)),
        Word("공간", Box(465, 200, 520, 230)),
        Word("끝", Box(100, 800, 130, 830)),
    ),
    entities=(Entity("QUESTION", (0,)), Entity("ANSWER", (1, 2))),
    links=(Link(0, 1),),
)


def close(pixel: object, colour: tuple[int, int, int]) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(a - b) < 60 for a, b in zip(pixel, colour, strict=True))


def test_frames_links_and_legend() -> None:
    image = Image.new("L", SIZE, 255)
    picture = draw(image, PAGE)
    assert picture.mode == "RGB"
    assert picture.width == SIZE[0]
    assert picture.height > SIZE[1]  # the legend has its own strip
    assert close(picture.getpixel((98, 215)), COLOURS["QUESTION"])
    assert close(picture.getpixel((521, 215)), COLOURS["ANSWER"])
    assert close(picture.getpixel((300, 215)), (255, 170, 94))  # orange, the page shines through
    assert image.getextrema() == (255, 255)  # the caller's image is left alone


def test_boxes_are_transformed_to_the_shown_image() -> None:
    """Given a page that lies on its side, when it is drawn, then the boxes are turned, too."""
    turned = replace(PAGE, shown_width_px=SIZE[1], shown_height_px=SIZE[0], to_shown=quarter_turn(1, *SIZE))
    picture = draw(Image.new("RGB", (SIZE[1], SIZE[0]), "white"), turned)
    assert close(picture.getpixel((SIZE[1] - 215, 98)), COLOURS["QUESTION"])


@pytest.mark.parametrize("degrees", [-8.0, 5.0])
def test_boxes_and_links_of_a_skewed_page_are_tilted(degrees: float) -> None:
    lie, width, height = levelling(-degrees, *SIZE)
    picture = draw(
        Image.new("L", (width, height), 255), replace(PAGE, shown_width_px=width, shown_height_px=height, to_shown=lie)
    )
    for place, colour in (
        ((98, 215), COLOURS["QUESTION"]),
        ((521, 215), COLOURS["ANSWER"]),
        ((460, 232), COLOURS["ANSWER"]),
        ((300, 215), (255, 170, 94)),
    ):
        x, y = apply(lie, *place)
        around = [picture.getpixel((round(x) + dx, round(y) + dy)) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
        assert any(close(pixel, colour) for pixel in around)


def test_words_alone_and_blank_pages_are_drawn() -> None:
    words = replace(PAGE, entities=None, links=None)
    assert draw(Image.new("L", SIZE, 255), words).getcolors(2**16)
    blank = replace(words, words=())
    assert draw(Image.new("L", SIZE, 255), blank).crop((0, 0, *SIZE)).getextrema() == ((255, 255),) * 3


def test_an_image_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="image of"):
        draw(Image.new("L", (10, 10)), PAGE)


def test_korean_labels_need_a_korean_font(monkeypatch: pytest.MonkeyPatch) -> None:
    korean = replace(PAGE, entities=(Entity("질문", (0,)),), links=())
    assert draw(Image.new("L", SIZE, 255), korean)
    drawing._load_font.cache_clear()
    monkeypatch.setattr(drawing, "_FONTS", ("NoSuchFont.ttf",))
    try:
        assert draw(Image.new("L", SIZE, 255), PAGE)
        with pytest.raises(EngineUnavailable, match="fonts-nanum"):
            draw(Image.new("L", SIZE, 255), korean)
    finally:
        drawing._load_font.cache_clear()
