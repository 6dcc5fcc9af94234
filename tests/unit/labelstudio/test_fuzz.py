"""Fuzz tests: any data of a project gives an answer or a PrelabelError in one short line, never another exception."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import httpx
from hypothesis import example, given, settings
from hypothesis import strategies as st

from prelabel.errors import LabellingConfigError, PageError, PrelabelError
from prelabel.labelstudio.controls.report import endangered, missing, takes
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.images import image_address, is_server_address
from prelabel.labelstudio.labelling_config import LABELS, LabellingConfig
from prelabel.labelstudio.predictions import build_prediction, prediction_problems
from prelabel.labelstudio.regions.reading import read_prediction
from prelabel.page import Affine, Box, Entity, Link, Page, PageRef, Word, WordLabel
from tests.support.labelling_configs import ANY_XML

CONFIGS = tuple(map(LabellingConfig.parse, ANY_XML))
CLIENT = LabelStudio("https://ls.test/studio", "0123456789abcdef", aliases=("http://labelstudio:8080",))

T = TypeVar("T")

#: All characters, lone surrogates included: JSON can hold them.
TEXT = st.text(st.characters(), max_size=40)
NUMBERS = st.floats() | st.integers(-(10**20), 10**20).map(float)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=8,
)


def outcome(kind: type[PrelabelError], call: Callable[[], T]) -> T | None:
    """Return the result of the call; None for an error of this kind, which must be one short line."""
    try:
        return call()
    except kind as error:
        said = str(error)
    assert 0 < len(said) < 1000
    assert "\n" not in said
    return None


# -- labelling configurations -----------------------------------------------------------------------------------------

TAGS = st.sampled_from(
    ["View", "Image", "Labels", "Label", "Rectangle", "RectangleLabels", "PolygonLabels", "TextArea", "Choices"]
)
NAMES = st.sampled_from(["name", "toName", "value", "valueList", "alias", "perRegion", "whenLabelValue", "visibleWhen"])
VALUES = st.sampled_from(["image", "$image", "$", "", "label", "QUESTION", "true", "image,label", "한국어"]) | st.text(
    "abc$&<>\"'{}% \t\n", max_size=9
)


@st.composite
def xml(draw: st.DrawFn, depth: int = 0) -> str:
    """Draw a tree of Label Studio's tags with any attributes, mostly well-formed."""
    from xml.sax.saxutils import quoteattr

    tag = draw(TAGS)
    named = draw(st.dictionaries(NAMES, VALUES, max_size=4))
    inner = "".join(draw(st.lists(xml(depth + 1), max_size=3))) if depth < 3 else ""
    attributes = " ".join(f"{name}={quoteattr(value)}" for name, value in named.items())
    return f"<{tag} {attributes}>{inner}</{tag}>"


@given(xml() | TEXT | st.binary(max_size=60).map(lambda data: data.decode("latin-1")))
@settings(max_examples=80, deadline=None)
def test_labelling_configurations(text: str) -> None:
    config = outcome(LabellingConfigError, lambda: LabellingConfig.parse(text))
    if config:
        assert config.image
        assert config.image_key
        assert config.region.shape in {"rectangle", "polygon"}
        lines = [takes(config, LABELS), *missing(config, LABELS), *endangered(config, LABELS)]
        assert all("\n" not in line for line in lines)


def test_entities_of_a_configuration_are_not_followed() -> None:
    laugh = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    for inner in (f"<!ENTITY l0 'ha'>{laugh}", "<!ENTITY l11 SYSTEM 'file:///etc/passwd'>"):
        text = f"<!DOCTYPE View [{inner}]><View>&l11;</View>"
        assert outcome(LabellingConfigError, partial(LabellingConfig.parse, text)) is None


# -- references to images ---------------------------------------------------------------------------------------------

SCHEMES = st.sampled_from(
    ["", "/", "//", "http://", "https://", "s3://", "gs://", "file://", "HTTP://", "data:", "\\\\"]
)
HOSTS = st.sampled_from(
    [
        "ls.test",
        "ls.test@evil.test",
        "labelstudio:8080",
        "evil.test",
        "[::1]",
        "[",
        "127.1",
        "한국.kr",
        ":80",
        "a:99999",
    ]
)
PATHS = st.sampled_from(
    ["", "/studio/data/a.png", "/studio/../x", "/%2e%2e/%00", "?d=../../etc", "#x", "/a b\r\nHost: x"]
)


@given(st.builds("".join, st.tuples(SCHEMES, HOSTS | TEXT, PATHS | TEXT)) | TEXT)
@settings(max_examples=300, deadline=None)
def test_references(text: str) -> None:
    url = outcome(PageError, lambda: image_address(CLIENT, PageRef(1, 42, text)))
    if url is None:
        return
    assert url.scheme in {"http", "https"}
    assert url.host
    request = httpx.Request("GET", url)
    assert not set(b" \r\n\0") & set(request.url.raw_path)
    if is_server_address(CLIENT, url):
        assert (url.scheme, url.host, url.port) == ("https", "ls.test", None)
        assert url.path.startswith("/studio")


# -- predictions ------------------------------------------------------------------------------------------------------

BOXES = st.builds(Box, NUMBERS, NUMBERS, NUMBERS, NUMBERS) | st.builds(
    lambda x, y, w, h: Box(x, y, x + w, y + h), *[st.floats(-50, 2000)] * 2, *[st.floats(0, 500)] * 2
)
WORDS = st.lists(st.builds(Word, TEXT, BOXES, NUMBERS, st.just("fuzz")), max_size=6)


@st.composite
def pages(draw: st.DrawFn) -> Page:
    """Draw a page that a broken engine, tagger or linker could produce."""
    words = tuple(draw(WORDS))
    width, height = draw(st.integers(1, 3000)), draw(st.integers(1, 3000))
    page = Page(width, height, width, height, Affine(), words)
    if not words or draw(st.booleans()):
        return page
    labels = st.sampled_from(["QUESTION", "ANSWER", "HEADER", "OTHER", "unknown"])
    members = st.lists(st.integers(0, len(words) - 1), max_size=4, unique=True).map(tuple)
    entities = tuple(draw(st.lists(st.builds(Entity, labels, members, NUMBERS), max_size=4)))
    page = page.with_labels(tuple(WordLabel("OTHER", draw(NUMBERS)) for _ in words), entities)
    if not entities:
        return page
    ends = st.integers(0, len(entities) - 1)
    return page.with_links(tuple(draw(st.lists(st.builds(Link, ends, ends, NUMBERS), max_size=4))), ())


@given(pages(), st.sampled_from(CONFIGS), st.booleans())
@example(
    Page(1, 1, 1, 1, words=(Word("", Box(0, 0, 0, 0), 0, "fuzz"), Word("", Box(0, 2, 0, math.inf), 0, "fuzz"))),
    CONFIGS[0],
    False,
)
@settings(max_examples=40, deadline=None)
def test_predictions(page: Page, config: LabellingConfig, draw_other: bool) -> None:
    made = build_prediction(page, config, version="v", name="v", draw_other=draw_other)
    json.dumps(made, allow_nan=False).encode()
    assert prediction_problems(made, config) == []
    assert 0 <= made["score"] <= 1


@given(st.dictionaries(st.sampled_from(["result", "score"]), JSON), st.sampled_from(CONFIGS))
@settings(max_examples=40, deadline=None)
def test_predictions_of_others(prediction: dict[str, Any], config: LabellingConfig) -> None:
    page = outcome(PageError, lambda: read_prediction(prediction, config))
    assert page is None or all(math.isfinite(word.box.x0 + word.box.y1) for word in page.words)
