"""Which OCR engine a project's settings mean, built once a process; libraries are imported when an engine is wanted."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from prelabel.errors import EngineUnavailable, PrelabelError, SettingError
from prelabel.ocr.engine import OcrEngine
from prelabel.ocr.tessdata import languages_in, tessdata_folder
from prelabel.settings import ProjectSettings, Settings

#: `auto`: tesserocr where its wheel and the language files are there, else the program tesseract.
ENGINES = ("auto", "tesseract", "tesserocr", "easyocr")


def engine_for(settings: Settings, project: ProjectSettings) -> OcrEngine:
    """The engine of a project's settings; the same object for the same settings within one process.

    Raises EngineUnavailable when a program, a wheel, a language or weights are missing, SettingError for a name that
    no engine has.
    """
    if project.ocr_engine not in ENGINES:
        raise SettingError(f"OCR_ENGINE={project.ocr_engine}: use one of {', '.join(ENGINES)}")
    kind = "auto" if project.ocr_engine == "easyocr" else project.ocr_engine
    layout = (kind, project.languages, settings.tessdata, settings.ocr_time_limit)
    if project.ocr_engine != "easyocr":
        return _tesseract(os.getpid(), *layout)
    weights = (settings.easyocr_models, settings.easyocr_network, settings.device)
    return _easyocr(os.getpid(), layout, weights)


def installed_languages(settings: Settings) -> tuple[str, ...]:
    """Tesseract's language codes that are installed, sorted; empty where there is no Tesseract."""
    try:
        return languages_in(tessdata_folder(settings.tessdata))
    except EngineUnavailable:
        return ()


def engine_problems(settings: Settings) -> list[str]:
    """One line for each thing that keeps the engine of the general settings from reading; empty when all is well."""
    project = ProjectSettings(**{name: getattr(settings, name) for name in ProjectSettings.model_fields})
    try:
        engine_for(settings, project)
    except PrelabelError as error:
        return [str(error)]
    return []


# The process id is part of every key: a forked worker builds its own engine instead of sharing its parent's.


@lru_cache(maxsize=8)
def _tesseract(pid: int, kind: str, languages: tuple[str, ...], tessdata: str, timeout_s: float) -> OcrEngine:
    del pid
    if kind != "tesseract":
        from prelabel.ocr.tesserocr import TesserocrEngine

        try:
            return TesserocrEngine(languages, tessdata=tessdata, timeout_s=timeout_s)
        except EngineUnavailable:
            if kind == "tesserocr":
                raise
    from prelabel.ocr.tesseract import TesseractEngine

    return TesseractEngine(languages, tessdata=tessdata, timeout_s=timeout_s)


@lru_cache(maxsize=2)
def _easyocr(pid: int, layout: tuple[str, tuple[str, ...], str, float], weights: tuple[str, str, str]) -> OcrEngine:
    from prelabel.ocr.easyocr import EasyOcrEngine

    models, network, device = weights
    return EasyOcrEngine(
        layout[1],
        layout=_tesseract(pid, *layout),
        models=models and str(Path(models).expanduser()),
        network=network,
        device=device,
    )
