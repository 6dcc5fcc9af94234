"""Tesseract's language files: their folder, their languages, and the package to install when one is missing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from prelabel.errors import EngineUnavailable

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
            raise EngineUnavailable(f"TESSDATA={setting} holds no *{_SUFFIX} file: correct it, or leave it empty")
        return Path(setting)
    for folder in (_program_folder(), *_USUAL_FOLDERS):
        if folder and languages_in(Path(folder)):
            return Path(folder)
    raise EngineUnavailable(
        "no language files of Tesseract found: apt-get install tesseract-ocr tesseract-ocr-eng tesseract-ocr-kor, "
        "or set TESSDATA to the folder that holds them"
    )


def languages_in(folder: Path) -> tuple[str, ...]:
    """Return the language codes in a folder, sorted; orientation and equation data are not languages."""
    try:
        found = {path.name.removesuffix(_SUFFIX) for path in folder.glob(f"*{_SUFFIX}")}
    except OSError:
        return ()
    return tuple(sorted(found - {"osd", "equ"}))


def require_languages(wanted: Sequence[str], folder: Path) -> tuple[str, ...]:
    """Return the languages if all are installed. Raises EngineUnavailable that names the packages to install."""
    if not wanted:
        raise EngineUnavailable("LANGUAGES is empty: name at least one of Tesseract's language codes, such as eng")
    installed = languages_in(folder)
    missing = [language for language in wanted if language not in installed]
    if missing:
        packages = " ".join(f"tesseract-ocr-{language.replace('_', '-').lower()}" for language in missing)
        raise EngineUnavailable(
            f"Tesseract has no language {', '.join(missing)} in {folder} (found: {', '.join(installed)}): "
            f"apt-get install {packages}, or correct LANGUAGES"
        )
    return tuple(wanted)


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
