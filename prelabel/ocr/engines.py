"""The OCR engines of a project's settings, made once in each process. Their libraries are imported at the first use."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from prelabel.errors import EngineUnavailable, PrelabelError
from prelabel.ocr.choose import Choice
from prelabel.ocr.engine import OcrEngine
from prelabel.ocr.tesseract.korean import KOREAN
from prelabel.ocr.tesseract.tessdata import languages_in, tessdata_folder
from prelabel.ocr_plan import OcrPlan
from prelabel.settings import ProjectSettings, Settings

if TYPE_CHECKING:
    from prelabel.ocr.reader.engine import ReaderEngine

#: Tesseract's language for lines of a page in Korean alone that have no Hangul.
ENGLISH = "eng"


def choice_for(settings: Settings, project: ProjectSettings) -> Choice:
    """Load the engines of a project's settings; the same settings give the same objects within one process.

    Raises EngineUnavailable when a program, a wheel, a language or weights are missing, SettingError for a plan that
    cannot be understood.
    """
    plan = project.ocr
    if plan.by_line:
        tesseract = (settings.tessdata, settings.ocr_time_limit)
        return Choice(_by_line(os.getpid(), plan, project.languages, tesseract, settings.reader_model))
    first, *second = (_engine(name, settings, project) for name in plan.engines)
    return Choice(first, second[0] if second else None, plan.below)


def installed_languages(settings: Settings) -> tuple[str, ...]:
    """Return the codes of Tesseract's installed languages, sorted; empty where Tesseract is not installed."""
    try:
        return languages_in(tessdata_folder(settings.tessdata))
    except EngineUnavailable:
        return ()


def engine_problems(settings: Settings) -> list[str]:
    """Return the problems that keep the engines of the general settings from reading, one line each."""
    project = ProjectSettings(**{name: getattr(settings, name) for name in ProjectSettings.model_fields})
    try:
        choice_for(settings, project)
    except PrelabelError as error:
        return [str(error)]
    return []


def _engine(name: str, settings: Settings, project: ProjectSettings) -> OcrEngine:
    if name == "reader":
        return _reader(os.getpid(), project.languages, settings.reader_model)
    tesseract = (project.languages, settings.tessdata, settings.ocr_time_limit)
    if name == "easyocr":
        weights = (settings.easyocr_models, settings.easyocr_network, settings.device)
        return _easyocr(os.getpid(), tesseract, weights)
    if name == "rapidocr":
        return _rapidocr(os.getpid(), project.languages, settings.rapidocr_recogniser)
    return _tesseract(os.getpid(), name, *tesseract)


# The process id is part of every key, so that a forked process makes its own engine and does not share its parent's.


@lru_cache(maxsize=8)
def _tesseract(pid: int, kind: str, languages: tuple[str, ...], tessdata: str, timeout_s: float) -> OcrEngine:
    del pid
    if kind == "tesseract":
        from prelabel.ocr.tesseract.in_process import TesserocrEngine, has_tesserocr

        if has_tesserocr():
            return TesserocrEngine(languages, tessdata=tessdata, timeout_s=timeout_s)
    from prelabel.ocr.tesseract.program import TesseractEngine

    return TesseractEngine(languages, tessdata=tessdata, timeout_s=timeout_s)


@lru_cache(maxsize=2)
def _easyocr(pid: int, tesseract: tuple[tuple[str, ...], str, float], weights: tuple[str, str, str]) -> OcrEngine:
    from prelabel.ocr.easyocr.engine import EasyOcrEngine

    models, network, device = weights
    return EasyOcrEngine(
        tesseract[0],
        layout=_tesseract(pid, "tesseract", *tesseract),
        models=models and str(Path(models).expanduser()),
        network=network,
        device=device,
    )


@lru_cache(maxsize=2)
def _reader(pid: int, languages: tuple[str, ...], model: str) -> ReaderEngine:
    del pid
    from prelabel.ocr.reader.engine import ReaderEngine
    from prelabel.ocr.reader.network import SHIPPED, LineNetwork

    return ReaderEngine(languages, LineNetwork(Path(model).expanduser() if model else SHIPPED))


@lru_cache(maxsize=8)
def _by_line(
    pid: int, plan: OcrPlan, languages: tuple[str, ...], tesseract: tuple[str, float], reader: str
) -> OcrEngine:
    pages = _tesseract(pid, plan.second, languages, *tesseract)
    if KOREAN not in languages:
        return pages
    from prelabel.ocr.reader.by_line import ByLineEngine

    # One model for lines without Hangul is half the work of two.
    latin = tuple(code for code in languages if code != KOREAN) or (ENGLISH,)
    lines = _tesseract(pid, plan.second, latin, *tesseract)
    return ByLineEngine(_reader(pid, languages, reader), lines, pages, plan.below / 100)


@lru_cache(maxsize=2)
def _rapidocr(pid: int, languages: tuple[str, ...], recogniser: str) -> OcrEngine:
    del pid
    from prelabel.ocr.rapidocr import RapidOcrEngine

    return RapidOcrEngine(languages, recogniser=recogniser)
