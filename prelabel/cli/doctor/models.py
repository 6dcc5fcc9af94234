"""Checks of the models on this machine: the word tagger and the linker. No model is loaded."""

from __future__ import annotations

from prelabel.cli.doctor.check import Check
from prelabel.errors import PrelabelError
from prelabel.kie.tag.loading import check_packages, describe
from prelabel.settings import Settings


def check_tagger(settings: Settings) -> Check:
    """Check the tagger's files, and the packages that it needs with these settings."""
    try:
        name, digest, labels = describe(settings)
        check_packages(settings)
    except PrelabelError as error:
        return Check("tagger", "wrong", str(error))
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
