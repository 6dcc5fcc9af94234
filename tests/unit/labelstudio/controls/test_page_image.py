"""The image of a configuration: its field, also within others; the right one of several; lists and labels of data."""

from __future__ import annotations

from typing import Any

import pytest

from prelabel.errors import LabellingConfigError
from prelabel.labelstudio.labelling_config import LABELS, LabellingConfig
from prelabel.labelstudio.page_data import field, filter_column, texts, with_field

TWO = '<Image name="front" value="$front"/><Image name="back" value="$back"/>'
LABELLED = "<Label value='QUESTION'/><Label value='ANSWER'/>"


def boxes(target: str, name: str = "l", labels: str = LABELLED) -> str:
    return f'<RectangleLabels name="{name}" toName="{target}">{labels}</RectangleLabels>'


def refused(xml: str) -> str:
    with pytest.raises(LabellingConfigError) as caught:
        LabellingConfig.parse(xml)
    return str(caught.value)


@pytest.mark.parametrize(
    ("value", "data"),
    [
        ("$page.url", {"page": {"url": "/data/a.png"}}),
        ("$page.url", {"page.url": "/data/a.png"}),
        ("$pages[0].url", {"pages": [{"url": "/data/a.png"}, {"url": "/data/b.png"}]}),
        ("$pages[0]", {"pages": ["/data/a.png"]}),
        ("$a.b.c[2].d", {"a": {"b": {"c": [0, 1, {"d": "/data/a.png"}]}}}),
        ("$ocr", {"ocr": "/data/a.png", "pages": 3}),
        ("$스캔.주소", {"스캔": {"주소": "/data/a.png"}}),
    ],
)
def test_the_field_may_lie_within_others(value: str, data: dict[str, Any]) -> None:
    config = LabellingConfig.parse(f'<View><Image name="image" value="{value}"/>{boxes("image")}</View>')
    assert field(data, config.image_key) == "/data/a.png"
    made = with_field(config.image_key, "/data/b.png")
    assert field(made, config.image_key) == "/data/b.png"
    assert "/data/b.png" in list(texts(made))
    assert filter_column(config.image_key) == f"data.{next(iter(made))}"


@pytest.mark.parametrize("data", [{}, {"page": None}, {"page": "text"}, {"page": {"address": "x"}}, {"page": []}])
def test_an_absent_field_is_none(data: dict[str, Any]) -> None:
    assert field(data, "page.url") is None
    assert field(data, "page[7]") is None
    assert field(data, "") is None


@pytest.mark.parametrize(
    ("controls", "image"),
    [
        (boxes("back"), "back"),
        (boxes("front"), "front"),
        (boxes("front", "a", "<Label value='Logo'/>") + boxes("back", "b"), "back"),
        ('<Rectangle name="r" toName="front"/>' + boxes("back"), "back"),
        (boxes("front", "a", "<Label value='ANSWER'/>") + boxes("back", "b"), "back"),
        ('<Choices name="c" toName="front"><Choice value="ok"/></Choices>' + boxes("back"), "back"),
    ],
)
def test_of_several_images_the_one_of_our_controls(controls: str, image: str) -> None:
    config = LabellingConfig.parse(f"<View>{TWO}{controls}</View>")
    assert (config.image, config.image_key) == (image, image)


@pytest.mark.parametrize("controls", [boxes("front", "a") + boxes("back", "b"), "", boxes("front,back")])
def test_images_between_which_nothing_decides_are_refused(controls: str) -> None:
    assert "2 Image controls, and it is not clear" in refused(f"<View>{TWO}{controls}</View>")


@pytest.mark.parametrize(
    ("on", "inner"),
    [
        ("$pages", '<Image name="p_{{idx}}" value="$pages[{{idx}}].page"/>'),
        ("$images", '<View><Header value="x"/><Image name="p_{{i}}" value="$images[{{i}}]"/></View>'),
        ("$a.b", '<Image name="p_{{idx}}" value="$a.b[{{idx}}].url"/><Rectangle name="r_{{idx}}" toName="p_{{idx}}"/>'),
        (
            "$p",
            '<Image name="p" value="$p[0].page"/><RectangleLabels name="l" toName="p">'
            + LABELLED
            + "</RectangleLabels>",
        ),
        ("$pages", '<Repeater on="$x"><Image name="p" value="$x"/></Repeater>'),
    ],
)
def test_repeated_images_are_refused_by_their_name(on: str, inner: str) -> None:
    said = refused(f'<View><Repeater on="{on}" indexFlag="{{{{idx}}}}" mode="pagination">{inner}</Repeater></View>')
    assert f'Repeater on="{on}"' in said
    assert "one task for each image" in said


def test_an_image_beside_a_repeater_is_read() -> None:
    beside = '<Repeater on="$x"><Image name="y" value="$x[{{idx}}]"/></Repeater><Image name="i" value="$i"/>'
    assert LabellingConfig.parse(f"<View>{beside}{boxes('i')}</View>").image == "i"


@pytest.mark.parametrize(
    ("image", "said"),
    [
        ('name="image" valueList="$images"', 'valueList="$images"'),
        ('name="image" value="$first" valueList="$images"', 'valueList="$images"'),
        ('name="image" value="https://example.com/$file"', 'value="https://example.com/$file"'),
        ('name="image" value="$pages[{{idx}}].url"', 'value="$pages[{{idx}}].url"'),
        ('name="image" value="$"', 'value="$"'),
        ('name="image"', 'value=""'),
        ('value="$image"', "no name"),
    ],
)
def test_an_image_that_is_no_field_is_refused(image: str, said: str) -> None:
    assert said in refused(f"<View><Image {image}/>{boxes('image')}</View>")


@pytest.mark.parametrize(
    ("controls", "control"),
    [
        ('<RectangleLabels name="l" toName="image" value="$labels"/>', 'RectangleLabels "l"'),
        ('<PolygonLabels name="p" toName="image" value="$a.b"/>', 'PolygonLabels "p"'),
        ('<Labels name="l" toName="image" value="$labels"/><Rectangle name="r" toName="image"/>', 'Labels "l"'),
        (
            '<RectangleLabels name="l" toName="image" value="$x"><Label value="Cat"/></RectangleLabels>',
            'RectangleLabels "l"',
        ),
        ('<RectangleLabels name="l" toName="image"><Label value="$first"/></RectangleLabels>', 'RectangleLabels "l"'),
        ('<BrushLabels name="b" toName="image" value="$labels"/>', 'BrushLabels "b"'),
    ],
)
def test_labels_of_each_page_s_data_are_refused(controls: str, control: str) -> None:
    xml = f'<View><Image name="image" value="$image"/>{controls}</View>'
    said = refused(xml)
    assert said.startswith(f"{control} takes its labels from the data of each page")
    reading = LabellingConfig.parse(xml, None)
    assert reading.image_key == "image", "the image can be found without them"
    with pytest.raises(LabellingConfigError, match="takes its labels from the data"):
        reading.require(LABELS)


def test_labels_of_the_data_beside_ours_are_no_fault() -> None:
    controls = f'<RectangleLabels name="l" toName="image" value="$more">{LABELLED}</RectangleLabels>'
    LabellingConfig.parse(f'<View><Image name="image" value="$image"/>{controls}</View>').require(LABELS)


@pytest.mark.parametrize(
    ("controls", "said"),
    [
        ('<BrushLabels name="b" toName="image"><Label value="QUESTION"/></BrushLabels>', 'BrushLabels "b" draws none'),
        ('<EllipseLabels name="e" toName="image"><Label value="QUESTION"/></EllipseLabels>', 'EllipseLabels "e"'),
        ('<KeyPointLabels name="k" toName="image"><Label value="QUESTION"/></KeyPointLabels>', 'KeyPointLabels "k"'),
        ('<Labels name="l" toName="image"><Label value="QUESTION"/></Labels>', 'add Rectangle beside Labels "l"'),
        ('<RectangleLabels name="l" toName="image"/>', 'RectangleLabels "l" has no labels'),
    ],
)
def test_controls_that_draw_no_boxes_are_named(controls: str, said: str) -> None:
    assert said in refused(f'<View><Image name="image" value="$image"/>{controls}</View>')
