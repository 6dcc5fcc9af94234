"""Versions of the installed engines, found without loading their models."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from prelabel.errors import EngineUnavailable, SettingError
from prelabel.ocr import versions
from prelabel.ocr.engines import choice_for
from prelabel.ocr.versions import engine_names, engine_versions
from prelabel.settings import Settings


def settings(**values: Any) -> Settings:
    return Settings(_env_file=None, **values)


def found(**values: Any) -> dict[str, str]:
    own = settings(**values)
    return engine_versions(own, own.for_project(0))


@pytest.fixture(autouse=True)
def fresh() -> None:
    versions._version.cache_clear()


def test_tesseract_has_the_version_of_what_reads() -> None:
    for name in ("tesseract", "pytesseract"):
        own = settings(ocr=name)
        assert found(ocr=name) == {name: choice_for(own, own.for_project(0)).first.version}


def test_each_engine_of_the_plan_counts_and_tesseract_as_easyocrs_eyes() -> None:
    assert engine_names(settings(ocr="tesseract then rapidocr below 60").for_project(0)) == ("rapidocr", "tesseract")
    assert engine_names(settings(ocr="easyocr").for_project(0)) == ("easyocr", "tesseract")
    assert found(ocr="rapidocr") == {"rapidocr": metadata.version("rapidocr")}
    assert found(ocr="easyocr")["easyocr"] == metadata.version("easyocr")
    with pytest.raises(SettingError, match="OCR=abbyy"):
        found(ocr="abbyy")


def test_networks_of_ones_own_are_part_of_the_version(tmp_path: Path) -> None:
    network = {"ocr": "easyocr", "easyocr_models": str(tmp_path), "easyocr_network": "mine"}
    with pytest.raises(EngineUnavailable, match=r"mine\.py cannot be read \(No such file or directory\)"):
        found(**network)
    for end in ("py", "yaml", "pth"):
        (tmp_path / f"mine.{end}").write_text(end)
    first = found(**network)["easyocr"]
    (tmp_path / "mine.pth").write_text("trained anew")

    assert found(**network)["easyocr"] == first, "a running process has loaded the old one"
    versions._version.cache_clear()
    assert found(**network)["easyocr"] != first
    assert first.startswith(f"{metadata.version('easyocr')}+")

    (tmp_path / "korean.onnx").write_bytes(b"network")
    assert "+" in found(ocr="rapidocr", rapidocr_recogniser=str(tmp_path / "korean.onnx"))["rapidocr"]


def test_engines_that_are_not_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def missing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)
    monkeypatch.setattr("prelabel.ocr.versions.find_spec", lambda _: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineUnavailable, match=r"rapidocr is not installed here: pip install 'prelabel\[rapidocr\]'"):
        found(ocr="rapidocr")
    with pytest.raises(EngineUnavailable, match="the program tesseract is not installed here"):
        found(ocr="tesseract")


def test_nothing_heavy_is_loaded() -> None:
    code = """
import json, sys
from prelabel.ocr.versions import engine_versions
from prelabel.settings import Settings
for ocr in ("tesseract", "pytesseract", "easyocr", "rapidocr"):
    own = Settings(_env_file=None, ocr=ocr)
    engine_versions(own, own.for_project(0))
print(json.dumps([name for name in ("torch", "easyocr", "onnxruntime", "rapidocr", "cv2") if name in sys.modules]))
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(run.stdout) == []
