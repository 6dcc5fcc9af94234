"""Each optional package, hidden: the command or setting that needs it ends with one line that names its extra."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAMPLE = str(ROOT / "examples" / "pages" / "en-invoice.png")
_HIDE = "import sys; sys.modules.update(dict.fromkeys({names!r})); "
_COMMAND = "from prelabel.cli import main; main({arguments!r})"
_MODULE = "import runpy; runpy.run_module({module!r}, run_name='__main__')"


_CRYPTOGRAPHY = ("cryptography.hazmat", "cryptography.x509")
_EVERY = (
    *("torch", "transformers", "tokenizers", "lightgbm", "boto3", "botocore", "rapidfuzz", "fastapi", "uvicorn"),
    *("pyarrow", "huggingface_hub", "label_studio_sdk", "tesserocr", "pypdfium2", "easyocr", "rapidocr", "matplotlib"),
)


def started(folder: Path, code: str, names: tuple[str, ...], settings: dict[str, str]) -> tuple[int, str, str]:
    """Run code in a process that cannot import these packages; return exit code, stderr and stdout."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("LAYOUTLM", "OCR", "BUCKET"))}
    env |= {"PYTHONPATH": str(ROOT), "LABEL_STUDIO_URL": "http://localhost:1", "LABEL_STUDIO_API_KEY": "x"} | settings
    command = [sys.executable, "-c", _HIDE.format(names=names) + code]
    done = subprocess.run(command, capture_output=True, text=True, env=env, cwd=folder)
    return done.returncode, done.stderr, done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a folder with a PDF, a page in FUNSD's layout, a certificate that is none, and a LayoutLM checkpoint."""
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4\n%%EOF\n")
    for name in ("annotations", "images"):
        (tmp_path / "funsd" / name).mkdir(parents=True)
    (tmp_path / "funsd" / "annotations" / "a.json").write_text('{"form": []}', "utf-8")
    (tmp_path / "linker").mkdir()
    (tmp_path / "key.pem").write_text("none", "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("hidden", "arguments", "settings", "extra"),
    [
        (("pypdfium2",), ("read", "a.pdf"), {}, "pdf"),
        (("lightgbm",), ("read", SAMPLE), {"LINKER": "linker"}, "kie"),
        (("torch",), ("read", SAMPLE), {"LAYOUTLM_MODEL": "{layoutlm}"}, "layoutlm"),
        (("transformers",), ("read", SAMPLE), {"LAYOUTLM_MODEL": "{layoutlm}"}, "layoutlm"),
        (("huggingface_hub",), ("read", SAMPLE), {"LAYOUTLM_MODEL": "some/model"}, "layoutlm"),
        (("easyocr",), ("read", SAMPLE), {"OCR": "easyocr"}, "easyocr"),
        (("rapidocr",), ("read", SAMPLE), {"OCR": "rapidocr"}, "rapidocr"),
        (("rapidfuzz",), ("evaluate", "ocr", "--truth", "funsd"), {}, "evaluate"),
        (("rapidfuzz",), ("evaluate", "kie", "--data", "funsd"), {}, "evaluate"),
        (("pyarrow",), ("results", "6", "-o", "x.parquet"), {"REDIS_URL": "redis://localhost:1"}, "parquet"),
        (("torch",), ("train", "relations", "--data", "funsd:funsd", "--out", "runs"), {}, "train"),
        (("rapidfuzz",), ("train", "relations", "--data", "funsd:funsd", "--out", "runs"), {}, "train"),
        (("transformers",), ("train", "ser", "--data", "funsd:funsd", "--out", "runs"), {}, "train"),
    ],
)
def test_a_command_names_the_extra(
    folder: Path,
    small_layoutlm: Path,
    hidden: tuple[str, ...],
    arguments: tuple[str, ...],
    settings: dict[str, str],
    extra: str,
) -> None:
    values = {name: value.format(layoutlm=small_layoutlm) for name, value in settings.items()}
    code, said, _ = started(folder, _COMMAND.format(arguments=list(arguments)), hidden, values)
    assert (code, said.count("\n")) == (2, 1), said
    assert f"pip install 'prelabel[{extra}]'" in said
    assert hidden[0] in said


@pytest.mark.parametrize("name", ["fastapi", "uvicorn", "starlette", "python_multipart"])
def test_the_uploader_names_its_extra(folder: Path, name: str) -> None:
    code, said, _ = started(folder, _MODULE.format(module="services.uploader"), (name,), {})
    assert (code, said.count("\n")) == (2, 1), said
    assert said == f"prelabel: the uploader needs {name}: pip install 'prelabel[services]'\n"


def test_signing_names_its_extra(folder: Path) -> None:
    keys = dict.fromkeys(("SIGNING_KEY", "SIGNING_CERTIFICATE"), "key.pem")
    code = "from celery import Celery; from prelabel.queues.broker import sign; from prelabel.settings import *; "
    ended, said, _ = started(folder, f"{code}sign(Celery(), get_settings())", ("cryptography", *_CRYPTOGRAPHY), keys)
    assert ended == 1
    assert "pip install 'prelabel[signing]'" in said.splitlines()[-1]


def test_a_bucket_in_s3_names_its_extra(folder: Path) -> None:
    code, _, told = started(folder, _COMMAND.format(arguments=["doctor"]), ("boto3",), {"BUCKET": "s3://scans"})
    assert code == 2
    assert "bucket: PRELABEL_BUCKET=s3://scans needs boto3: pip install 'prelabel[s3]'" in told


def test_without_tesserocr_the_program_reads(folder: Path) -> None:
    code, said, told = started(folder, _COMMAND.format(arguments=["read", SAMPLE, "--words"]), ("tesserocr",), {})
    assert (code, said) == (0, "")
    assert "Invoice" in told


@pytest.mark.parametrize("arguments", [["evaluate", "ocr", "--help"], ["models"]])
def test_help_needs_no_extra(folder: Path, arguments: list[str]) -> None:
    code, said, _ = started(folder, _COMMAND.format(arguments=arguments), _EVERY, {})
    assert code == 0, said


@pytest.mark.parametrize("modules", ["prelabel, prelabel.cli, tasks, workers.io, beat_schedule", "workers.cpu"])
def test_processes_start_without_any_extra(folder: Path, modules: str) -> None:
    code, said, _ = started(folder, f"import {modules}", _EVERY, {})
    assert (code, said) == (0, "")
