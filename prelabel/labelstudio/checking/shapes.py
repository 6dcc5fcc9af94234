"""Shapes of the values of results, by type: their keys, and the kind and range of each.

Further keys are allowed everywhere. Percentages have no lower limit, as in Label Studio: its editor writes small
negative numbers for a region that crosses the edge of the image.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field, create_model

#: Key -> (type, default); `...` for a key that must be there.
_Keys = dict[str, tuple[Any, Any]]

_Percent = Annotated[float, Field(le=100)]
_Radius = Annotated[float, Field(le=50)]
_Degrees = Annotated[float, Field(le=360)]
_Offset = Annotated[int, Field(ge=0)]
_Byte = Annotated[int, Field(ge=0, le=255)]
_Number = float | int
_Place = float | int | str


def _needed(kind: Any, *names: str) -> _Keys:
    return dict.fromkeys(names, (kind, ...))


def _optional(kind: Any, *names: str) -> _Keys:
    return dict.fromkeys(names, (kind | None, None))


def _part(name: str, keys: _Keys) -> type[BaseModel]:
    """Return the shape of a value, or of a dictionary within one."""
    made: type[BaseModel] = create_model(name, **keys)  # type: ignore[call-overload]
    return made


_VERTEX = _part("vertex", _needed(float, "x", "y") | _optional(str, "id", "prevPointId") | _optional(bool, "isBezier"))
_BOX_AT = _part(
    "box at a time",
    _needed(_Percent, "x", "y", "width", "height")
    | {"time": (float, ...), "frame": (int, ...)}
    | _optional(float, "rotation"),
)
_PATH_AT = _part(
    "path at a time",
    {"frame": (int, ...), "vertices": (list[_VERTEX], ...)}  # type: ignore[valid-type]
    | _optional(float, "time")
    | _optional(bool, "closed", "enabled"),
)
_RANGE = _part("range", _needed(_Number, "start", "end") | _optional(bool, "enabled"))
_MESSAGE = _part("message", _needed(str, "role", "content") | _optional(int, "createdAt"))

_POINT = _needed(_Percent, "x", "y")
_BRUSH: _Keys = {"format": (str, "rle"), "rle": (Annotated[list[_Byte], Field(min_length=1)], ...)}
_SPAN = _needed(_Place, "start", "end")
_OFFSETS = _SPAN | _optional(_Offset, "startOffset", "endOffset")
_PATHS = {"sequence": (list[_PATH_AT], ...)} | _optional(int, "framesCount") | _optional(float, "duration")  # type: ignore[valid-type]

#: Tools that draw regions. Each has a control with labels of its own, too: Rectangle and RectangleLabels.
_REGIONS: dict[str, _Keys] = {
    "rectangle": _POINT | _needed(_Percent, "width", "height") | _optional(_Degrees, "rotation"),
    "ellipse": _POINT | _needed(_Radius, "radiusX", "radiusY") | _optional(_Degrees, "rotation"),
    "polygon": {"points": (list[tuple[_Percent, _Percent]], ...)},
    "keypoint": _POINT,
    "brush": _BRUSH,
    "bitmask": _needed(str, "imageDataURL") | _optional(str, "format"),
    "vector": {"vertices": (list[_VERTEX], ...)} | _optional(bool, "closed"),  # type: ignore[valid-type]
}
_LABELLED_ONLY: dict[str, _Keys] = {
    "labels": _SPAN,
    "hypertextlabels": _OFFSETS,
    "paragraphlabels": _OFFSETS,
    "timeserieslabels": _SPAN | _needed(bool, "instant"),
    "timelinelabels": {"ranges": (Annotated[list[_RANGE], Field(min_length=1)], ...)},  # type: ignore[valid-type]
    "ocrlabels": _needed(float, "x", "y", "width", "height")
    | _optional(float, "rotation")
    | _optional(str, "ocrtext")
    | _optional(int, "pageIndex"),
}
_OTHERS: dict[str, _Keys] = {
    "magicwand": _BRUSH,
    "videorectangle": {"framesCount": (int, ...), "duration": (float, ...), "sequence": (list[_BOX_AT], ...)}  # type: ignore[valid-type]
    | _optional(list[str], "labels"),
    "videovector": _PATHS,
    "videovectorlabels": _PATHS | _optional(list[str], "labels"),
    "choices": _needed(list[str], "choices"),
    "taxonomy": _needed(list[list[str]], "taxonomy"),
    "textarea": _needed(list[str], "text"),
    "number": _needed(float, "number"),
    "rating": _needed(_Offset, "rating"),
    "datetime": _needed(str, "datetime"),
    "pairwise": _needed(str, "selected"),
    "chatmessage": _needed(_MESSAGE, "chatmessage"),
    "reactcode": _needed(dict[str, Any], "reactcode"),
}


def _labelled(kind: str, keys: _Keys) -> _Keys:
    return keys | _needed(list[str], kind)


#: The tools whose region may carry its label in a second result of type "labels", under the same id.
DRAWN = frozenset(_REGIONS)

#: Type of a result -> shape of its value. Types that are not here are not judged.
SHAPES: dict[str, type[BaseModel]] = {
    kind: _part(kind, keys)
    for kind, keys in {
        **_REGIONS,
        **{f"{kind}labels": _labelled(f"{kind}labels", keys) for kind, keys in _REGIONS.items()},
        **{kind: _labelled(kind, keys) for kind, keys in _LABELLED_ONLY.items()},
        **_OTHERS,
    }.items()
}
