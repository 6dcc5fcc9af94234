"""Checks of the models on this machine: the word tagger and the linker. No model is loaded."""

from __future__ import annotations

import importlib.util

from prelabel.cli.doctor.check import Check
from prelabel.errors import PrelabelError
from prelabel.kie.tag.loading import describe
from prelabel.settings import Settings


def check_tagger(settings: Settings) -> Check:
    """Check the tagger's files, and that torch is installed."""
    try:
        name, digest, labels = describe(settings)
    except PrelabelError as error:
        return Check("tagger", "wrong", str(error))
    if importlib.util.find_spec("torch") is None:
        missing = "torch is not installed: no gpu worker and no `prelabel read` here; pip install 'prelabel[layoutlm]'"
        return Check("tagger", "warning", f"{name} {digest}; {missing}")
    return Check("tagger", "ok", f"{name} {digest}: {', '.join(labels)}")


def check_linker(settings: Settings) -> Check:
    """Check the linker's files; warn if the alignment rule stands in for the shipped linker."""
    from prelabel.kie.link.loading import describe as describe_linker
    from prelabel.kie.link.loading import stand_in

    try:
        name, digest = describe_linker(settings)
    except PrelabelError as error:
        return Check("linker", "wrong", str(error))
    reason = stand_in(settings)
    return Check("linker", "warning" if reason else "ok", f"{name} {digest}" + (f"; {reason}" if reason else ""))
