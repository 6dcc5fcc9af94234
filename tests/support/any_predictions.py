"""Predictions good and bad, made by seed: real ones and one result of every control, with a few things changed."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from random import Random
from typing import Any

Prediction = dict[str, Any]

#: Every control that Label Studio's SDK judges, and three that it does not; some share an object.
EVERY_CONTROL_XML = """
<View>
  <!-- a comment <Label value="IN A COMMENT"/> -->
  <Image name="image" value="$image"/> <Text name="text" value="$text"/> <Video name="video" value="$video"/>
  <Chat name="chat" value="$chat"/> <ReactCode name="code" toName="code"/>
  <Labels name="labels" toName="image,text,video">
    <View><Label value="QUESTION" alias="question"/><Label value="ANSWER"/><Label background="red"/></View>
  </Labels>
  <Labels name="dynamic" toName="image" value="$labels"/>
  <Rectangle name="rectangle" toName="image"/> <Ellipse name="ellipse" toName="image"/>
  <Polygon name="polygon" toName="image"/> <KeyPoint name="keypoint" toName="image"/>
  <Brush name="brush" toName="image"/> <Bitmask name="bitmask" toName="image"/>
  <MagicWand name="magicwand" toName="image"/> <Vector name="vector" toName="image"/>
  <RectangleLabels name="rectanglelabels" toName="image"><Label value="A"/><Label value="B"/></RectangleLabels>
  <EllipseLabels name="ellipselabels" toName="image"><Label value="A"/><Label value="B"/></EllipseLabels>
  <PolygonLabels name="polygonlabels" toName="image"><Label value="A"/><Label value="B"/></PolygonLabels>
  <KeyPointLabels name="keypointlabels" toName="image"><Label value="A"/><Label value="B"/></KeyPointLabels>
  <BrushLabels name="brushlabels" toName="image"><Label value="A"/><Label value="B"/></BrushLabels>
  <BitmaskLabels name="bitmasklabels" toName="image"><Label value="A"/><Label value="B"/></BitmaskLabels>
  <VectorLabels name="vectorlabels" toName="image"><Label value="A"/><Label value="B"/></VectorLabels>
  <OcrLabels name="ocrlabels" toName="image"><Label value="A"/><Label value="B"/></OcrLabels>
  <HyperTextLabels name="hypertextlabels" toName="text"><Label value="A"/></HyperTextLabels>
  <ParagraphLabels name="paragraphlabels" toName="text"><Label value="A"/></ParagraphLabels>
  <TimeSeriesLabels name="timeserieslabels" toName="text"><Label value="A"/></TimeSeriesLabels>
  <TimelineLabels name="timelinelabels" toName="video"><Label value="A"/></TimelineLabels>
  <VideoRectangle name="videorectangle" toName="video"/> <VideoVector name="videovector" toName="video"/>
  <VideoVectorLabels name="videovectorlabels" toName="video"><Label value="A"/></VideoVectorLabels>
  <Choices name="choices" toName="image" choice="multiple"><Choice value="yes"/><Choice value="no"/></Choices>
  <Taxonomy name="taxonomy" toName="image"><Choice value="a"><Choice value="b"/></Choice></Taxonomy>
  <TextArea name="textarea" toName="image" perRegion="true"/> <Number name="number" toName="image"/>
  <Rating name="rating" toName="image" maxRating="7"/> <DateTime name="datetime" toName="image"/>
  <Pairwise name="pairwise" toName="image,text"/> <Ranker name="ranker" toName="text"/>
  <ChatMessage name="message" toName="chat"/> <Filter name="filter" toName="labels"/>
  <MagicBox name="magicbox" toName="image"/>
  <Relations name="relations" toName="image"><Relation value="answer"/></Relations>
</View>
"""

#: Configurations as people have them: dynamic labels, aliases, names with spaces, repeated tags, no labels at all.
ODD_XMLS = (
    '<View><Image name="image" value="$image"/><RectangleLabels name="l" toName="image" value="$labels"/></View>',
    '<View><Image name="image" value="$page.url"/><RectangleLabels name="l" toName="image">'
    '<Label value="Q" alias="A"/><Label value="B"/></RectangleLabels></View>',
    '<View><Repeater on="$pages" indexFlag="{{idx}}"><Image name="p_{{idx}}" value="$pages[{{idx}}].page"/>'
    '<Labels name="l_{{idx}}" toName="p_{{idx}}"><Label value="A"/></Labels>'
    '<Rectangle name="r_{{idx}}" toName="p_{{idx}}"/></Repeater></View>',
    '<View><Image name="image" value="$image"/><Text name="t" value="$t"/>'
    '<RectangleLabels name="l" toName="image, t"><Label value="A"/></RectangleLabels>'
    '<TextArea name="q" toName="image" perRegion="true" whenTagName="l" whenLabelValue="A"/></View>',
    '<View><Image name="image" value="$image"/><Labels name="l" toName="image"/><Rectangle name="r" toName="image"/>'
    '<Rating name="rate" toName="image" maxRating="many"/></View>',
    '<View><Image name="image" valueList="$pages"/><rectanglelabels name="l" toName="image"><label value="A"/>'
    "</rectanglelabels></View>",
)

_BOX = {"x": 10, "y": 20.5, "width": 30, "height": 5}
_PATH = {"vertices": [{"x": 1, "y": 2, "id": "a", "isBezier": False}, {"x": 3.5, "y": 4}]}
_SPAN = {"start": 1, "end": 4}
_SEEN = {"framesCount": 9, "duration": 0.4}
#: One value that fits each type of result, apart from the labels.
_VALUES: dict[str, Prediction] = {
    "rectangle": {**_BOX, "rotation": 0},
    "ellipse": {"x": 10, "y": 20, "radiusX": 3, "radiusY": 4},
    "polygon": {"points": [[1, 2], [3, 4.5], [5, 6]], "closed": True},
    "keypoint": {"x": 1, "y": 2, "width": 0.5},
    "brush": {"format": "rle", "rle": [0, 255, 7]},
    "bitmask": {"imageDataURL": "data:image/png;base64,AAAA"},
    "magicwand": {"format": "rle", "rle": [1]},
    "vector": _PATH,
    "ocr": _BOX,
    "hypertext": {**_SPAN, "startOffset": 0, "endOffset": 3},
    "paragraph": {"start": "0", "end": "0", "startOffset": 0, "endOffset": 3},
    "timeseries": {**_SPAN, "instant": False},
    "timeline": {"ranges": [{"start": 1, "end": 5}]},
    "videorectangle": {**_SEEN, "sequence": [{**_BOX, "frame": 1, "time": 0.1}]},
    "videovector": {**_SEEN, "sequence": [{**_PATH, "frame": 1, "enabled": True}]},
    "choices": {"choices": ["yes"]},
    "taxonomy": {"taxonomy": [["a"], ["a", "b"]]},
    "textarea": {"text": ["Invoice", "청구서"]},
    "number": {"number": 5},
    "rating": {"rating": 6},
    "datetime": {"datetime": "2026-01-01"},
    "pairwise": {"selected": "left"},
    "ranker": {"ranker": {"ranker": ["a", "b"]}},
    "chatmessage": {"chatmessage": {"role": "user", "content": "hello"}},
    "magicbox": {"anything": 1},
}


def one_of_every_control() -> Prediction:
    """Return a prediction for `EVERY_CONTROL_XML` without a fault: one result of each control and a relation."""
    result = []
    for kind, value in _VALUES.items():
        if kind not in {"ocr", "hypertext", "paragraph", "timeseries", "timeline"}:
            # A control with the name of its value's key would take the value for a nested one.
            result.append(_item("message" if kind == "chatmessage" else kind, kind, value))
        if kind in {"videovector"}:
            result.append(_item(f"{kind}labels", f"{kind}labels", {**value, "labels": ["A"]}))
        elif kind in _LABELLED:
            result.append(_item(f"{kind}labels", f"{kind}labels", {**value, f"{kind}labels": ["A"]}))
    result.append(_item("labels", "labels", {**_BOX, "labels": ["question"]}) | {"id": "rectangle"})
    result.append(_item("dynamic", "labels", {**_VALUES["polygon"], "labels": ["ANY"]}) | {"id": "polygon"})
    result.append(_item("labels", "labels", {**_SPAN, "labels": ["ANSWER"]}) | {"to_name": "text"})
    result.append(_item("labels", "videovectorlabels", {**_VALUES["videovector"], "videovectorlabels": ["ANSWER"]}))
    result.append(_item("chat", "chatmessage", _VALUES["chatmessage"]) | {"to_name": "chat"})
    result.append(_item("code", "reactcode", {"reactcode": {"a": 1}}) | {"to_name": "code"})
    relation = {"type": "relation", "from_id": "rectangle", "to_id": "polygon", "direction": "right"}
    return {"result": [*result, relation], "score": 0.5, "model_version": "v"}


_LABELLED = frozenset(
    {"rectangle", "ellipse", "polygon", "keypoint", "brush", "bitmask", "vector"}
    | {"ocr", "hypertext", "paragraph", "timeseries", "timeline"}
)
_TARGETS = {"ranker": "text", "message": "chat"} | dict.fromkeys(
    ("hypertextlabels", "paragraphlabels", "timeserieslabels"), "text"
)


def _item(control: str, kind: str, value: Prediction) -> Prediction:
    target = "video" if kind.startswith(("video", "timeline")) else _TARGETS.get(control, "image")
    return {"id": control, "from_name": control, "to_name": target, "type": kind, "value": copy.deepcopy(value)}


def for_odd_config(xml: str) -> Prediction:
    """Return a prediction with a result for each control of one of `ODD_XMLS`."""
    box = {"from_name": "l", "to_name": "image", "type": "rectanglelabels", "value": {**_BOX, "rectanglelabels": ["A"]}}
    plain = {"from_name": "r", "to_name": "image", "type": "rectangle", "value": dict(_BOX)}
    label = {"from_name": "l", "to_name": "image", "type": "labels", "value": {**_BOX, "labels": ["A"]}}
    text = {"from_name": "q", "to_name": "image", "type": "textarea", "value": {"text": ["x"]}}
    rate = {"from_name": "rate", "to_name": "image", "type": "rating", "value": {"rating": 2}}
    items = [box | {"id": "a"}, plain | {"id": "b"}, label | {"id": "b"}, text | {"id": "a"}, rate | {"id": "c"}]
    tags = xml.replace("_{{idx}}", "").lower()
    wanted = [item for item in items if f'<{item["type"]} name="{item["from_name"]}"' in tags]
    return {"result": wanted, "model_version": "v"}


# -- changes ----------------------------------------------------------------------------------------------------------

#: What stands where something else should; JSON can hold all of it.
JUNK: tuple[Any, ...] = (
    *(None, "", "x", "12.5", "A", "ANSWER", 0, 5, 5.0, -3, 50.5, 100, 100.5, 360, 361, 10**400, True, False, math.nan),
    *(math.inf, [], {}, ["A"], ["CAT"], ["A", "CAT"], [["A"]], [None], [1], {"A": 1}, {"labels": ["A"]}, [[1, 2, 3]]),
)
_REGION_KEYS = ("id", "from_name", "to_name", "type", "value", "direction", "from_id", "to_id")


def _junk_in_item(random: Random, prediction: Prediction, item: Prediction) -> None:
    item[random.choice(_REGION_KEYS)] = copy.deepcopy(random.choice(JUNK))


def _key_lost(random: Random, prediction: Prediction, item: Prediction) -> None:
    part = _inside(random, item)
    if part:
        del part[random.choice(sorted(part))]


def _junk_in_value(random: Random, prediction: Prediction, item: Prediction) -> None:
    part = _inside(random, item.get("value"))
    if part:
        part[random.choice(sorted(part))] = copy.deepcopy(random.choice(JUNK))


def _number_moved(random: Random, prediction: Prediction, item: Prediction) -> None:
    part = _inside(random, item.get("value"))
    numbers = [key for key, value in part.items() if isinstance(value, int | float)]
    if numbers:
        part[random.choice(numbers)] += random.choice((-101, -6, 0.25, 1, 45, 80, 400))


def _name_of_another(random: Random, prediction: Prediction, item: Prediction) -> None:
    other = _any_item(random, prediction)
    key = random.choice(_REGION_KEYS)
    if key in other:
        item[key] = copy.deepcopy(other[key])


def _spelled_otherwise(random: Random, prediction: Prediction, item: Prediction) -> None:
    key = random.choice(("from_name", "to_name", "type", "id"))
    if isinstance(item.get(key), str):
        item[key] = random.choice((str.upper, str.title, lambda text: f"{text}labels", lambda text: f" {text}"))(
            item[key]
        )


def _nested(random: Random, prediction: Prediction, item: Prediction) -> None:
    item["value"] = {str(item.get("from_name")): item.get("value")}


def _other_kind_of_part(random: Random, prediction: Prediction, item: Prediction) -> None:
    prediction["result"][random.randrange(len(prediction["result"]))] = copy.deepcopy(random.choice(JUNK))


def _item_lost(random: Random, prediction: Prediction, item: Prediction) -> None:
    prediction["result"].remove(item)


def _item_doubled(random: Random, prediction: Prediction, item: Prediction) -> None:
    prediction["result"].append(copy.deepcopy(item))


def _other_score(random: Random, prediction: Prediction, item: Prediction) -> None:
    prediction["score"] = copy.deepcopy(random.choice((*JUNK, 1, "0.5", 1.01, -0.01)))


def _relation_added(random: Random, prediction: Prediction, item: Prediction) -> None:
    ends = [_any_item(random, prediction).get("id") for _ in range(2)]
    direction = random.choice(("left", "right", "bi", "up", None))
    prediction["result"].append({"type": "relation", "direction": direction, "from_id": ends[0], "to_id": ends[1]})


def _without_result(random: Random, prediction: Prediction, item: Prediction) -> None:
    if random.random() < 0.5:
        del prediction["result"]
    else:
        prediction["result"] = copy.deepcopy(random.choice(JUNK))


def _label_added(random: Random, prediction: Prediction, item: Prediction) -> None:
    value = item.get("value")
    for part in value.values() if isinstance(value, dict) else ():
        if isinstance(part, list) and part and isinstance(part[0], str):
            part.append(random.choice(("A", "B", "question", "QUESTION", "ANSWER", "CAT", "", "yes", "no", 5, None)))


_CHANGES: tuple[Callable[[Random, Prediction, Prediction], None], ...] = (
    *(_junk_in_item, _key_lost, _junk_in_value, _junk_in_value, _number_moved, _number_moved, _name_of_another),
    *(_spelled_otherwise, _nested, _other_kind_of_part, _item_lost, _item_doubled, _other_score, _relation_added),
    *(_without_result, _label_added, _label_added),
)


def changed(random: Random, prediction: Prediction) -> Prediction:
    """Return a copy of a prediction with up to three things changed, some of which do no harm."""
    made = copy.deepcopy(prediction)
    for _ in range(random.choice((0, 1, 1, 1, 2, 3))):
        if not isinstance(made.get("result"), list) or not any(isinstance(item, dict) for item in made["result"]):
            break
        random.choice(_CHANGES)(random, made, _any_item(random, made))
    return made


def _any_item(random: Random, prediction: Prediction) -> Prediction:
    item: Prediction = random.choice([item for item in prediction["result"] if isinstance(item, dict)])
    return item


def _inside(random: Random, part: Any) -> Prediction:
    """Return a dictionary within a part, or the part itself; empty if there is none."""
    found = list(_dictionaries(part))
    return random.choice(found) if found else {}


def _dictionaries(part: Any) -> list[Prediction]:
    if isinstance(part, dict):
        return [part] * bool(part) + [found for value in part.values() for found in _dictionaries(value)]
    return [found for value in part for found in _dictionaries(value)] if isinstance(part, list) else []
