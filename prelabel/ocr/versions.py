"""The releases of the OCR engines that are installed on this machine, found without loading a model."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from prelabel.errors import EngineUnavailable
from prelabel.ocr.easyocr.loading import weights_folder
from prelabel.ocr.reader.network import MODEL, SHIPPED
from prelabel.settings import ProjectSettings, Settings


def engine_names(project: ProjectSettings) -> tuple[str, ...]:
    """Return the names (as in settings) of the engines that read a project's pages, sorted."""
    names = project.ocr.engines
    # EasyOCR runs without a detector here: Tesseract finds the words.
    return tuple(sorted({*names, "tesseract"} if "easyocr" in names else names))


def engine_versions(settings: Settings, project: ProjectSettings) -> dict[str, str]:
    """Return the versions, by name, of the engines that would read a project's pages on this machine.

    Raises EngineUnavailable when one is not installed or a file of it is missing.
    """
    return {name: engine_version(name, settings) for name in engine_names(project)}


def engine_version(name: str, settings: Settings) -> str:
    """Return the version of an engine (as named in settings) on this machine. Raises EngineUnavailable."""
    own_files = settings.reader_model, settings.easyocr_models, settings.easyocr_network, settings.rapidocr_recogniser
    return _version(name, *own_files)


@lru_cache(maxsize=16)
def _version(name: str, reader: str, models: str, network: str, recogniser: str) -> str:
    """Join an engine's release and a digest of the user's own network. Tesseract's languages are not part of it."""
    try:
        if name == "reader":
            return metadata.version("onnxruntime") + _digest(
                [(Path(reader).expanduser() if reader else SHIPPED) / MODEL]
            )
        if name == "easyocr":
            folder = weights_folder(models)
            own = [folder / f"{network}{end}" for end in (".py", ".yaml", ".pth")] if network else []
            return metadata.version("easyocr") + _digest(own)
        if name == "rapidocr":
            return metadata.version("rapidocr") + _digest([Path(recogniser).expanduser()] if recogniser else [])
        return _tesseract(name)
    except metadata.PackageNotFoundError:
        extra = "ocr" if name == "reader" else name
        raise EngineUnavailable(f"{name} is not installed here: pip install 'prelabel[{extra}]'") from None


def _tesseract(name: str) -> str:
    if name == "tesseract" and find_spec("tesserocr"):
        import tesserocr

        return str(tesserocr.tesseract_version().split()[1])
    import pytesseract

    try:
        return str(pytesseract.get_tesseract_version())
    except (pytesseract.TesseractNotFoundError, SystemExit):
        raise EngineUnavailable("the program tesseract is not installed here: apt-get install tesseract-ocr") from None


def _digest(files: Iterable[Path]) -> str:
    """Return "+" and eight hex digits of the files' digest; "" without files."""
    contents = hashlib.sha256()
    names = list(files)
    for file in names:
        try:
            contents.update(file.read_bytes())
        except OSError as error:
            raise EngineUnavailable(f"{file} cannot be read ({error.strerror}): correct the settings") from None
    return f"+{contents.hexdigest()[:8]}" if names else ""
