"""Controls of a configuration: which one takes a label and its text, by Label Studio's own rules. Table driven.

The rules are those of its frontend 1.23.2: `mixins/PerRegion.js`, `mixins/Visibility.js`, `regions/Result.js`.
"""

from __future__ import annotations

import pytest

from prelabel.labelstudio.controls.report import endangered, missing, takes
from prelabel.labelstudio.labelling_config import LABELS, LabellingConfig

IMAGE = '<Image name="image" value="$image"/>'
FOUR = "".join(f'<Label value="{label}"/>' for label in LABELS)
#: Boxes with labels of their own, and boxes beside labels.
OWN = f'<RectangleLabels name="l" toName="image">{FOUR}</RectangleLabels>'
BESIDE = f'<Labels name="l" toName="image">{FOUR}</Labels><Rectangle name="r" toName="image"/>'
QUALITY = '<Choices name="quality" toName="image"><Choice value="Good"/><Choice value="Bad"/></Choices>'
#: The text of no label has a TextArea.
META = dict.fromkeys(LABELS)


def parse(*controls: str) -> LabellingConfig:
    return LabellingConfig.parse(f"<View>{IMAGE}{''.join(controls)}</View>")


def area(name: str, more: str = "") -> str:
    return f'<TextArea name="{name}" toName="image" perRegion="true" {more}/>'


def only(*labels: str, name: str = "t") -> dict[str, str | None]:
    """Return the texts of these labels in one TextArea, the others in none."""
    return {label: name if label in labels else None for label in LABELS}


GOOD = only(*LABELS, name="transcription")


def within(conditions: str, *controls: str) -> str:
    return f"<View {conditions}>{''.join(controls)}</View>"


@pytest.mark.parametrize(
    ("controls", "expected"),
    [
        # a person's remarks stand beside
        ([area("note", 'placeholder="Remark"'), BESIDE, area("transcription", 'displayMode="region-list"')], GOOD),
        ([area("transcription"), area("remarks"), OWN], GOOD),
        ([area("regionComment"), area("transcription"), OWN], GOOD),
        ([area("a", 'placeholder="비고"'), area("transcription"), OWN], GOOD),
        ([area("t2", 'placeholder="Why so?"'), area("transcription", 'placeholder="Recognized Text"'), OWN], GOOD),
        ([area("memo", 'displayMode="region-list"'), area("transcription"), OWN], GOOD),
        ([area("a"), area("transcription", 'displayMode="region-list"'), OWN], GOOD),
        ([area("transcription"), area("zzz"), OWN], GOOD),
        ([area("note"), OWN], only(*LABELS, name="note")),
        # whenLabelValue is compared exactly, and may name several
        ([OWN, area("t", 'whenTagName="l" whenLabelValue="QUESTION"')], only("QUESTION")),
        ([OWN, area("t", 'whenLabelValue="QUESTION,ANSWER"')], only("QUESTION", "ANSWER")),
        ([OWN, area("t", 'whenLabelValue="QUESTION, ANSWER"')], only("QUESTION")),
        ([OWN, area("t", 'whenLabelValue="question"')], META),
        ([OWN, area("t", 'displayMode="region-list" whenLabelValue="ANSWER"')], only("ANSWER")),
        (
            [OWN, area("q", 'whenLabelValue="QUESTION"'), area("a", 'whenLabelValue="ANSWER"'), area("t")],
            {"QUESTION": "q", "ANSWER": "a", "HEADER": "t", "OTHER": "t"},
        ),
        ([BESIDE, area("t", 'whenlabelvalue="HEADER"')], only("HEADER")),
        # whenTagName: meant for regions of another control
        (
            [OWN, '<Labels name="other" toName="image"><Label value="x"/></Labels>', area("t", 'whenTagName="other"')],
            META,
        ),
        ([OWN, area("t", 'visibleWhen="region-selected" whenTagName="l"')], only(*LABELS)),
        ([OWN, area("t", 'visibleWhen="region-selected" whenLabelValue="ANSWER"')], only("ANSWER")),
        # the Views around hide it
        ([OWN, within('visibleWhen="region-selected" whenLabelValue="ANSWER"', area("t"))], only("ANSWER")),
        ([OWN, within('visibleWhen="region-selected" whenTagName="l"', area("t"))], only(*LABELS)),
        ([OWN, within('visibleWhen="region-selected" whenTagName="image"', area("t"))], META),
        ([OWN, within('visibleWhen="no-region-selected"', area("t"))], META),
        ([OWN, within('style="display: none"', within("", area("t")))], META),
        ([OWN, within('style="display:none"', area("t", 'displayMode="region-list"'))], only(*LABELS)),
        ([OWN, within('className="side"', area("t"))], only(*LABELS)),
        # conditions on choices that nobody has made yet
        ([OWN, QUALITY, within('visibleWhen="choice-selected" whenTagName="quality"', area("t"))], META),
        (
            [OWN, QUALITY, area("t", 'visibleWhen="choice-selected" whenTagName="quality" displayMode="region-list"')],
            META,
        ),
        ([OWN, QUALITY, within('visibleWhen="choice-unselected" whenTagName="quality"', area("t"))], only(*LABELS)),
        # not for each region of this image
        ([OWN, '<TextArea name="t" toName="image"/>'], META),
        ([OWN, '<TextArea name="t" toName="image" perRegion="false"/>'], META),
        ([OWN, '<Text name="x" value="$x"/><TextArea name="t" toName="x" perRegion="true"/>'], META),
    ],
)
def test_a_text_goes_where_it_is_seen_and_kept(controls: list[str], expected: dict[str, str | None]) -> None:
    config = parse(*controls)
    assert {label: config.text_control(label) for label in LABELS} == expected


@pytest.mark.parametrize(
    ("controls", "expected"),
    [
        # labels spread over several controls
        (
            '<RectangleLabels name="a" toName="image"><Label value="QUESTION"/><Label value="ANSWER"/>'
            '</RectangleLabels><RectangleLabels name="b" toName="image"><Label value="HEADER"/></RectangleLabels>',
            {"QUESTION": ("a", "a"), "ANSWER": ("a", "a"), "HEADER": ("b", "b"), "OTHER": None},
        ),
        (
            '<RectangleLabels name="a" toName="image"><Label value="HEADER"/></RectangleLabels>'
            '<PolygonLabels name="b" toName="image"><Label value="Question"/><Label value="Answer"/></PolygonLabels>',
            {"QUESTION": ("b", "b"), "ANSWER": ("b", "b"), "HEADER": ("a", "a"), "OTHER": None},
        ),
        (
            '<Labels name="a" toName="image"><Label value="QUESTION"/></Labels><Rectangle name="r" toName="image"/>'
            '<Labels name="b" toName="image"><Label value="ANSWER"/><Label value="HEADER"/></Labels>',
            {"QUESTION": ("a", "r"), "ANSWER": ("b", "r"), "HEADER": ("b", "r"), "OTHER": None},
        ),
        (
            '<Labels name="a" toName="image"><Label value="QUESTION"/><Label value="ANSWER"/></Labels>'
            '<Polygon name="p" toName="image"/><Rectangle name="r" toName="image"/>'
            '<RectangleLabels name="b" toName="image"><Label value="HEADER"/></RectangleLabels>',
            {"QUESTION": ("a", "r"), "ANSWER": ("a", "r"), "HEADER": ("b", "b"), "OTHER": None},
        ),
        # other labels beside
        (
            f'<Labels name="style" toName="image"><Label value="Printed"/></Labels>{BESIDE}',
            dict.fromkeys(LABELS, ("l", "r")),
        ),
        (
            '<Labels name="l" toName="image"><Label value="QUESTION"/></Labels><Rectangle name="r" toName="image"/>'
            '<Labels name="legible" toName="image"><Label value="Yes"/><Label value="Other"/></Labels>',
            {"QUESTION": ("l", "r"), "ANSWER": None, "HEADER": None, "OTHER": None},
        ),
        # labels in nested Views, with alias, hint and html
        (
            '<RectangleLabels name="a" toName="image"><View><View><Label value="Frage" alias="question" hint="?"/>'
            '</View><Label value="ANSWER" html="&lt;b&gt;A&lt;/b&gt;"/></View></RectangleLabels>',
            {"QUESTION": ("a", "a"), "ANSWER": ("a", "a"), "HEADER": None, "OTHER": None},
        ),
        # choices for labels
        (
            '<Rectangle name="r" toName="image"/><Choices name="c" toName="image" perRegion="true">'
            '<Choice value="QUESTION"/><Choice value="ANSWER"/></Choices>',
            {"QUESTION": ("c", "r"), "ANSWER": ("c", "r"), "HEADER": None, "OTHER": None},
        ),
        (
            '<Labels name="k" toName="image"><Label value="Stamp"/><Label value="Field"/></Labels>'
            '<Polygon name="r" toName="image"/><Choices name="c" toName="image" perRegion="true" '
            'whenTagName="k" whenLabelValue="Field"><Choice value="q" alias="question"/>'
            '<Choice value="ANSWER"/></Choices>',
            {"QUESTION": ("c", "r"), "ANSWER": ("c", "r"), "HEADER": None, "OTHER": None},
        ),
        (
            '<RectangleLabels name="box" toName="image"><Label value="Text"/></RectangleLabels>'
            '<Choices name="c" toName="image" perRegion="true"><Choice value="HEADER"/></Choices>',
            {"QUESTION": None, "ANSWER": None, "HEADER": ("c", "box"), "OTHER": None},
        ),
        (
            '<RectangleLabels name="box" toName="image"><Label value="Printed"/><Label value="Stamp"/>'
            '<Label value="Logo"/></RectangleLabels>'
            '<Choices name="c" toName="image" perRegion="true"><Choice value="HEADER"/></Choices>',
            {"QUESTION": None, "ANSWER": None, "HEADER": ("c", "box"), "OTHER": None},
        ),
        # spaces, and letters of Korean in parts
        (
            '<RectangleLabels name="a" toName="image"><Label value=" Question "/></RectangleLabels>',
            {"QUESTION": ("a", "a"), "ANSWER": None, "HEADER": None, "OTHER": None},
        ),
        # choices that a prediction cannot set, or that Submit drops
        (
            f'{BESIDE.replace("OTHER", "Rest")}<Choices name="c" toName="image" perRegion="true" allowNested="true">'
            '<Choice value="OTHER"/></Choices>',
            {**dict.fromkeys(LABELS, ("l", "r")), "OTHER": None},
        ),
        (
            f'{BESIDE.replace("OTHER", "Rest")}<Choices name="c" toName="image" perRegion="true" '
            'visibleWhen="region-selected" whenTagName="nothing"><Choice value="OTHER"/></Choices>',
            {**dict.fromkeys(LABELS, ("l", "r")), "OTHER": None},
        ),
        (
            f'{BESIDE.replace("OTHER", "Rest")}<Choices name="c" toName="image"><Choice value="OTHER"/></Choices>',
            {**dict.fromkeys(LABELS, ("l", "r")), "OTHER": None},
        ),
    ],
)
def test_each_label_is_drawn_by_the_control_that_has_it(
    controls: str, expected: dict[str, tuple[str, str] | None]
) -> None:
    config = parse(controls)
    places = {label: config.place(label) for label in LABELS}
    found = {label: place and (place.marks[-1].control, place.region.name) for label, place in places.items()}
    assert found == expected


def test_a_choice_stands_under_the_label_that_its_condition_names() -> None:
    config = parse(
        '<Labels name="k" toName="image"><Label value="Stamp"/><Label value="Field"/></Labels>',
        '<Rectangle name="r" toName="image"/>',
        '<Choices name="c" toName="image" perRegion="true" whenLabelValue="Field"><Choice value="ANSWER"/></Choices>',
        area("t", 'visibleWhen="choice-selected" whenTagName="c" whenChoiceValue="ANSWER"'),
    )
    place = config.place("answer")
    assert place is not None
    assert [(mark.control, mark.kind, mark.value) for mark in place.marks] == [
        ("k", "labels", "Field"),
        ("c", "choices", "ANSWER"),
    ]
    assert config.text_control("ANSWER") == "t", "Submit keeps it: the region has this choice"


def test_labels_are_read_from_our_controls_first_and_never_from_those_beside() -> None:
    config = parse(
        '<Labels name="style" toName="image"><Label value="Printed"/></Labels>',
        '<RectangleLabels name="fields" toName="image"><Label value="TOTAL"/></RectangleLabels>',
        BESIDE,
        '<Choices name="legible" toName="image" perRegion="true"><Choice value="yes"/></Choices>',
        area("note"),
        area("transcription"),
    )
    assert config.label_controls == ("l", "fields")
    assert config.text_controls == ("transcription",)


def test_without_known_labels_those_of_drawing_controls_are_read_and_not_how_a_text_looks() -> None:
    style = '<Labels name="style" toName="image"><Label value="Printed"/><Label value="Handwritten"/></Labels>'
    fields = '<Labels name="fields" toName="image"><Label value="TOTAL"/><Label value="DATE"/></Labels>'
    plain = '<Rectangle name="r" toName="image"/>'
    assert parse(style, fields, plain).label_controls == ("fields",)
    drawing = fields.replace("<Labels", "<RectangleLabels").replace("/Labels", "/RectangleLabels")
    assert parse(style, plain, drawing).label_controls == ("fields", "style")
    assert parse(style, plain).label_controls == ("style",)
    assert parse(style, plain).ocr_only
    assert not parse(style, fields, plain).ocr_only, "a project of fields, whose texts are printed or not"


@pytest.mark.parametrize(
    ("labels", "plain"),
    [
        (["Text", "Handwriting"], "Text"),
        (["Handwriting", "Printed", "Stamp"], "Printed"),
        (["O"], "O"),
        (["손글씨", "텍스트"], "텍스트"),
        (["word"], "word"),
        (["NAME", "DATE", "TEXT"], None),
        (["QUESTION", "Text"], None),
    ],
)
def test_labels_that_only_say_that_there_is_text(labels: list[str], plain: str | None) -> None:
    inner = "".join(f'<Label value="{label}"/>' for label in labels)
    for controls in (
        f'<Labels name="l" toName="image">{inner}</Labels><Rectangle name="r" toName="image"/>',
        f'<RectangleLabels name="l" toName="image">{inner}</RectangleLabels>',
    ):
        config = LabellingConfig.parse(f"<View>{IMAGE}{controls}</View>", None)
        assert config.ocr_only == bool(plain)
        if plain:
            assert config.plain_label == plain
            config.require(LABELS)


def test_doctor_says_what_goes_where_and_what_is_lost() -> None:
    config = parse(OWN, area("q", 'whenLabelValue="QUESTION" editable="true"'), area("a", 'whenLabelValue="ANSWER"'))
    assert takes(config, LABELS) == (
        'QUESTION, ANSWER, HEADER and OTHER in "l"; texts of QUESTION in "q"; texts of ANSWER in "a"; '
        "texts of HEADER and OTHER in each region's meta information"
    )
    (line,) = missing(config, LABELS)
    assert "no TextArea is shown for HEADER and OTHER" in line
    assert 'Submit would lose them in "q" and "a"' in line
    (line,) = endangered(config, LABELS)
    assert line.startswith('"a" has no editable="true"')


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (area("remark", 'editable="true"'), "seems to be for remarks"),
        (area("t", 'editable="true" required="true"'), "Submit is refused while any region has no text"),
        (
            area("t", 'editable="true" visibleWhen="choice-unselected" whenTagName="quality" whenChoiceValue="Bad"'),
            "once somebody chooses Bad",
        ),
    ],
)
def test_doctor_warns_of_texts_that_a_person_may_lose(text: str, said: str) -> None:
    (line,) = endangered(parse(OWN, QUALITY, text), LABELS)
    assert said in line
