"""Check of the OCR engines and languages on this machine."""

from __future__ import annotations

from collections.abc import Iterator

from prelabel.cli.doctor.check import Check
from prelabel.settings import Settings


def check_ocr_engines(settings: Settings) -> Iterator[Check]:
    """Check that the engines that OCR names are installed with all PRELABEL_LANGUAGES."""
    from prelabel.ocr.engines import engine_problems

    problems = engine_problems(settings)
    for problem in problems:
        yield Check("ocr", "wrong", problem)
    if not problems:
        yield Check("ocr", "ok", f"{settings.ocr} reads {'+'.join(settings.languages)}")
