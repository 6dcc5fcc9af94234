"""Checks of key-values, or of a single normalised value, against the published schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema

_SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "reference" / "key-values.schema.json").read_text("utf-8"))
_DOCUMENT = jsonschema.Draft202012Validator(_SCHEMA)
_NORMAL = jsonschema.Draft202012Validator({"$defs": _SCHEMA["$defs"], "$ref": "#/$defs/normal"})


def check_document(made: Any) -> None:
    """Check a document, after it is written and read back, against docs/reference/key-values.schema.json."""
    _DOCUMENT.validate(json.loads(json.dumps(made)))


def check_normal(normal: Any) -> None:
    """Check a normalised value, or None, against the same schema."""
    _NORMAL.validate(normal)
