"""The images of cpu.Dockerfile, each step carried out on a bare Debian: what is in them, and that it works.

The base image is not Docker's own but Debian's Python of the same version. Needs root and debootstrap.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.install.bare import Bare
from tests.support.images import Image, build
from tests.support.ocr_pages import FONT

ROOT = Path(__file__).parents[2]
SERVICES = ("workers.cpu", "workers.gpu", "workers.io", "services.uploader.__main__", "beat_schedule", "flower")
SETTINGS = "REDIS_URL=redis://localhost LABEL_STUDIO_URL=http://localhost LABEL_STUDIO_API_KEY=x"
#: Trains a small network, and reads a page with it as a worker with PRELABEL_OCR=easyocr does.
READ = """
import sys
sys.path.insert(0, "/check")
from pathlib import Path
from tests.integration.ocr.small_networks import lay_out
from tests.support.ocr_pages import encoded, printed
from prelabel.ocr.choose import Choice
from prelabel.ocr.easyocr.engine import EasyOcrEngine
from prelabel.ocr.reading import read_page
from prelabel.ocr.tesseract.program import TesseractEngine
models = lay_out(Path("/tmp/networks"), "digit_reader")
layout = TesseractEngine(("eng",))
engine = EasyOcrEngine(("eng",), layout=layout, models=str(models), network="digit_reader", device="cpu")
truth = printed(("20417 50318 96240", "77125 30986 14250"), dpi=180)
page = read_page(encoded(truth.image), Choice(engine), max_pixels=10_000_000)
print("read", sum(text in {word.text for word in page.words} for text, _ in truth.words), "of", len(truth.words))
"""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


@pytest.fixture
def system(tmp_path: Path) -> Iterator[Bare]:
    assert os.geteuid() == 0, "only root can make a Debian in a folder"
    subprocess.run([ROOT / "scripts" / "install-system.sh", "bare"], check=True)
    bare = Bare(tmp_path / "system")
    try:
        bare.make("bookworm", "python3 python3-venv")
        yield bare
    finally:
        bare.remove()


def has(image: Image, module: str) -> bool:
    found = image.run(f"python -c 'import importlib.util as u; print(u.find_spec(\"{module}\") is not None)'")
    return found.strip() == "True"


def test_the_light_image_runs_every_service_without_torch(system: Bare) -> None:
    image = build("cpu.Dockerfile", system, {"WITH_EASYOCR": "0"})
    assert not has(image, "torch")
    assert not has(image, "easyocr")
    for module in SERVICES:
        image.run(f"{SETTINGS} python -c 'import {module}'")
    # Extract on a CPU: the whole of a page's reading, with the models that ship
    shutil.copy(ROOT / "examples" / "pages" / "en-invoice.png", system.folder / "tmp" / "page.png")
    document = json.loads(image.run("prelabel read /tmp/page.png --json --quiet"))
    assert len(json.dumps(document)) > 2000
    assert system.size("/opt/venv") < 600e6
    assert not (system.folder / "opt" / "tools").exists()


def test_the_image_with_easyocr_reads_with_a_network(system: Bare) -> None:
    image = build("cpu.Dockerfile", system, {})
    assert has(image, "torch")
    font = system.folder / str(FONT).lstrip("/")
    font.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(FONT, font)
    for name in ("integration/ocr", "support"):
        shutil.copytree(ROOT / "tests" / name, system.folder / "check" / "tests" / name)
    (system.folder / "tmp" / "read.py").write_text(READ, "utf-8")
    image.run("touch /models/easyocr/writable data/writable")
    words = image.run("python /tmp/read.py").split()
    read, of = int(words[-3]), int(words[-1])
    assert read >= 0.7 * of, words
