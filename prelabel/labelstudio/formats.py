"""The table of all formats: those of `prelabel.datasets.formats`, and Label Studio's own JSON."""

from __future__ import annotations

from collections.abc import Mapping

from prelabel.datasets.formats import FORMATS as OTHERS
from prelabel.datasets.formats import Format
from prelabel.errors import SettingError
from prelabel.labelstudio.tasks_file import read_tasks, write_tasks

_LABEL_STUDIO = Format(
    "label-studio",
    "words, boxes, entities, links, splits, names, quarter turns",
    "entities OTHER, which become one region a word, and links to them; pages without a region",
    write_tasks,
    read_tasks,
)
#: By name.
FORMATS: Mapping[str, Format] = {**OTHERS, _LABEL_STUDIO.name: _LABEL_STUDIO}


def format_of(name: str) -> Format:
    """Return the format of this name. Raises SettingError, which lists the names."""
    if name not in FORMATS:
        raise SettingError(f"{name} is no format; write one of {', '.join(FORMATS)}")
    return FORMATS[name]
