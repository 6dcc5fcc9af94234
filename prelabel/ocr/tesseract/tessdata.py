"""Tesseract's language files: their folder, their languages, and the package to install when one is missing."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from prelabel.environment.option_names import shown_name, shown_value
from prelabel.errors import EngineUnavailable
from prelabel.ocr.tesseract.language_codes import is_tesseract_code, tesseract_code

_SUFFIX = ".traineddata"

#: Folders of Debian and Ubuntu, Fedora, Homebrew and others, used when the program `tesseract` names none.
_USUAL_FOLDERS = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tesseract/tessdata",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
    f"{sys.prefix}/share/tessdata",
)


def tessdata_folder(setting: str) -> Path:
    """Return the folder of *.traineddata: the one set, else Tesseract's own. Raises EngineUnavailable without one."""
    if setting:
        if not languages_in(Path(setting)):
            raise EngineUnavailable(
                f"PRELABEL_TESSDATA={setting} holds no *{_SUFFIX} file: correct it, or leave it empty"
            )
        return Path(setting)
    for folder in (_program_folder(), *_USUAL_FOLDERS):
        if folder and languages_in(Path(folder)):
            return Path(folder)
    raise EngineUnavailable(
        "no language files of Tesseract found: apt-get install tesseract-ocr tesseract-ocr-eng tesseract-ocr-kor, "
        "or set PRELABEL_TESSDATA to the folder that holds them"
    )


def languages_in(folder: Path) -> tuple[str, ...]:
    """Return the language codes in a folder, sorted; orientation and equation data are not languages."""
    try:
        found = {path.name.removesuffix(_SUFFIX) for path in folder.glob(f"*{_SUFFIX}")}
    except OSError:
        return ()
    return tuple(sorted(found - {"osd", "equ"}))


def require_languages(wanted: Sequence[str], folder: Path) -> tuple[str, ...]:
    """Return the languages if all are installed. Raises EngineUnavailable that says what to write or to install."""
    name = shown_name("languages")
    if not wanted:
        raise EngineUnavailable(f"{name} is empty: name at least one of Tesseract's language codes, such as eng")
    installed = languages_in(folder)
    if missing := [language for language in wanted if language not in installed]:
        place = f"in {folder} (found: {', '.join(installed)})"
        raise EngineUnavailable(f"Tesseract has no language {', '.join(missing)} {place}: {_cure(wanted, installed)}")
    return tuple(wanted)


def _cure(wanted: Sequence[str], installed: Sequence[str]) -> str:
    """Say what to write and what to install."""
    meant = [_meant(language, installed) for language in wanted]
    codes = list(dict.fromkeys(code for code in meant if code))
    absent = [code for code in codes if code not in installed]
    packages = " ".join(["apt-get install", *(f"tesseract-ocr-{each.replace('_', '-').lower()}" for each in absent)])
    if not all(meant):
        return f"correct {shown_name('languages')}"
    if not all(language in installed or is_tesseract_code(language) for language in codes):
        return f"correct {shown_name('languages')}, or, if the code is right, {packages}"
    written = "" if codes == list(wanted) else f"write {shown_value('languages', '+'.join(codes))}"
    if not absent:
        return written
    return f"{packages}, and {written}" if written else f"{packages}, or correct {shown_name('languages')}"


def _meant(language: str, installed: Sequence[str]) -> str:
    """Return the code that was meant: one that is known, or that could be one of Tesseract's; empty for no code."""
    if language in installed or is_tesseract_code(language):
        return language
    return tesseract_code(language) or (language if re.fullmatch(r"[a-z]{3}(_\w+)?", language) else "")


@lru_cache(maxsize=1)
def _program_folder() -> str:
    """Return the folder that the program `tesseract` uses; empty when it is not installed."""
    try:
        listed = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.SubprocessError):
        return ""
    # Its first line: List of available languages in "/usr/share/tesseract-ocr/5/tessdata/" (3):
    first = (listed.stdout or listed.stderr).partition("\n")[0]
    return first.split('"')[1] if first.count('"') == 2 else ""
