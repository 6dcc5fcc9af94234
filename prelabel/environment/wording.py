"""Faults of values in plain words, made from pydantic's errors, without the value, which may be a secret."""

from __future__ import annotations

from pydantic import ValidationError

#: By pydantic's type of the error; {name} is filled from its context.
_WORDS = {
    "int_parsing": "must be a whole number in digits, without unit or comma",
    "int_from_float": "must be a whole number",
    "int_parsing_size": "must be a smaller number",
    "float_parsing": "must be a number in digits, without unit or comma",
    "finite_number": "must be a finite number",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "literal_error": "must be {expected}",
    "greater_than": "must be more than {gt:g}",
    "greater_than_equal": "must be {ge:g} or more",
    "less_than": "must be less than {lt:g}",
    "less_than_equal": "must be {le:g} or less",
    "ip_any_network": "must be networks such as 10.20.0.0/16",
    "extra_forbidden": "is not a setting that a project may have of its own",
}


def fault(error: ValidationError) -> str:
    """Describe the first fault as the end of a sentence that begins with the setting's name."""
    first = error.errors(include_input=False, include_url=False)[0]
    words = _WORDS.get(first["type"], "")
    place = f"(value {first['loc'][1] + 1}) " if len(first["loc"]) > 1 and isinstance(first["loc"][1], int) else ""
    if words:
        return place + words.format(**first.get("ctx", {}))
    return place + first["msg"].removeprefix("Value error, ")
