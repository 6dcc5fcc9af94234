"""EasyOCR, the real library, with a small network of our own, and one clear line for each of its errors."""

from __future__ import annotations

import hashlib
import os
import pickle
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from prelabel.errors import EngineUnavailable
from prelabel.geometry import iou
from prelabel.ocr.choose import Choice
from prelabel.ocr.easyocr.engine import EasyOcrEngine
from prelabel.ocr.reading import read_page
from prelabel.ocr.tesseract.program import TesseractEngine
from tests.integration.ocr.small_networks import lay_out
from tests.support.ocr_pages import encoded, printed

NUMBERS = ("20417 50318 96240", "77125 30986 14250", "86420 13579 40962")

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:torch.*")


@pytest.fixture(scope="module")
def layout() -> TesseractEngine:
    return TesseractEngine(("eng",))


@pytest.fixture(scope="module")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay_out(tmp_path_factory.mktemp("easyocr"), "digit_reader")


@pytest.fixture
def copy(digits: Path, tmp_path: Path) -> Path:
    """Copy the trained network under another name, to be damaged."""
    for path in digits.glob("digit_reader.*"):
        shutil.copy(path, tmp_path / f"copied{path.suffix}")
    return tmp_path


def refusal(
    folder: Path, layout: TesseractEngine, network: str = "copied", languages: tuple[str, ...] = ("eng",)
) -> str:
    """Return the one line of the engine's error."""
    with pytest.raises(EngineUnavailable) as caught:
        EasyOcrEngine(languages, layout=layout, models=str(folder), network=network, device="cpu")
    assert "\n" not in str(caught.value)
    return str(caught.value)


def read_share(engine: EasyOcrEngine) -> float:
    """Return the share of the printed numbers that the engine reads right, where they stand."""
    truth = printed(NUMBERS, dpi=180)  # letters of a height at which pages are not scaled
    page = read_page(encoded(truth.image), Choice(engine), max_pixels=10_000_000)
    right = [any(word.text == text and iou(word.box, box) > 0.4 for word in page.words) for text, box in truth.words]
    return sum(right) / len(right)


def test_a_custom_network_reads_what_tesseract_finds(digits: Path, layout: TesseractEngine) -> None:
    engine = EasyOcrEngine(("eng", "kor"), layout=layout, models=str(digits), network="digit_reader", device="cpu")

    assert read_share(engine) >= 0.7
    assert engine.version.startswith("1.")


def test_given_boxes_keep_their_order_and_their_place(digits: Path, layout: TesseractEngine) -> None:
    engine = EasyOcrEngine(("eng",), layout=layout, models=str(digits), network="digit_reader", device="cpu")
    truth = printed(NUMBERS, dpi=180)  # letters of a height at which pages are not scaled
    backwards = [box for _, box in reversed(truth.words)]

    read = engine.read_boxes(truth.image, backwards)

    assert len(read) == len(backwards)
    assert all(r is None or (r.engine == "easyocr" and 0 < r.confidence <= 1) for r in read)
    right = [r is not None and r.text == text for r, text in zip(read, reversed(truth.texts), strict=True)]
    assert sum(right) >= 0.7 * len(right)
    assert engine.read_boxes(truth.image, []) == []


def test_a_second_network_of_another_height_leaves_the_first_one_right(
    digits: Path, tmp_path: Path, layout: TesseractEngine
) -> None:
    first = EasyOcrEngine(("eng",), layout=layout, models=str(digits), network="digit_reader", device="cpu")
    lay_out(tmp_path, "taller", height=64, steps=0)
    EasyOcrEngine(("eng",), layout=layout, models=str(tmp_path), network="taller", device="cpu")

    assert read_share(first) >= 0.7


def test_missing_files_are_named(copy: Path, layout: TesseractEngine) -> None:
    (copy / "copied.yaml").unlink()
    (copy / "copied.pth").unlink()

    assert "needs copied.yaml, copied.pth in" in refusal(copy, layout)


def test_damaged_weights(copy: Path, layout: TesseractEngine) -> None:
    (copy / "copied.pth").write_bytes((copy / "copied.pth").read_bytes()[:5000])

    assert "copied.pth is damaged" in refusal(copy, layout)


class Intruder:
    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.trace),)


def test_weights_that_carry_code_are_refused_before_it_runs(copy: Path, layout: TesseractEngine) -> None:
    (copy / "copied.pth").write_bytes(pickle.dumps({"module.x": Intruder(copy / "trace")}))

    assert "holds more than weights" in refusal(copy, layout)
    assert not (copy / "trace").exists()


def test_keys_without_their_prefix(copy: Path, layout: TesseractEngine) -> None:
    torch.save({"scores.bias": torch.zeros(11)}, copy / "copied.pth")

    assert 'keys that begin with "module."' in refusal(copy, layout)


def test_a_language_that_the_network_does_not_have(copy: Path, layout: TesseractEngine) -> None:
    assert "cannot load network copied" in refusal(copy, layout, languages=("jpn",))


def test_a_language_that_easyocr_does_not_have(copy: Path, layout: TesseractEngine) -> None:
    assert "EasyOCR has no language for lat" in refusal(copy, layout, languages=("eng", "lat"))


def test_characters_that_do_not_fit_the_weights(copy: Path, layout: TesseractEngine) -> None:
    settings = copy / "copied.yaml"
    settings.write_text(settings.read_text("utf-8").replace("0123456789", "01234"), "utf-8")

    assert "sizes do not fit" in refusal(copy, layout)


def test_two_networks_of_the_same_name(digits: Path, tmp_path: Path, layout: TesseractEngine) -> None:
    first = EasyOcrEngine(("eng",), layout=layout, models=str(digits), network="digit_reader", device="cpu")
    lay_out(tmp_path, "digit_reader", steps=0)
    (tmp_path / "digit_reader.py").write_text("raise ValueError('the other one')")

    assert "ValueError: the other one" in refusal(tmp_path, layout, "digit_reader")
    assert read_share(first) >= 0.7


def test_a_network_named_like_a_module(copy: Path, layout: TesseractEngine) -> None:
    for path in copy.glob("copied.*"):
        path.rename(path.with_stem("json"))

    assert "json is the name of an installed Python module" in refusal(copy, layout, "json")


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let all downloads meet a closed port."""
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")


@pytest.mark.usefixtures("offline")
def test_stock_weights_that_cannot_be_downloaded(tmp_path: Path, layout: TesseractEngine) -> None:
    message = refusal(tmp_path, layout, network="", languages=("eng", "kor"))

    assert f"are not in {tmp_path} and could not be downloaded" in message
    assert "train a small network (python -m prelabel.training.recogniser)" in message


def test_a_download_that_falls_silent_is_given_up(
    tmp_path: Path, layout: TesseractEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("prelabel.ocr.easyocr.loading._SILENT_S", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{silent.getsockname()[1]}")

        message = refusal(tmp_path, layout, network="", languages=("eng", "kor"))

    assert f"are not in {tmp_path} and could not be downloaded" in message
    assert socket.getdefaulttimeout() is None


@pytest.mark.usefixtures("offline")
def test_damaged_stock_weights(tmp_path: Path, layout: TesseractEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    import easyocr.config

    craft = easyocr.config.detection_models["craft"]
    (tmp_path / craft["filename"]).write_bytes(b"detector")
    monkeypatch.setitem(craft, "md5sum", hashlib.md5(b"detector", usedforsecurity=False).hexdigest())
    (tmp_path / "korean_g2.pth").write_bytes(b"damaged")

    message = refusal(tmp_path, layout, network="", languages=("kor",))

    assert f"EasyOCR's weights in {tmp_path} are damaged: delete" in message


def test_a_gpu_that_is_not_there(copy: Path, layout: TesseractEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)  # on a machine with a GPU, too
    with pytest.raises(EngineUnavailable, match="PRELABEL_DEVICE=cuda:3, but torch sees no GPU"):
        EasyOcrEngine(("eng",), layout=layout, models=str(copy), network="copied", device="cuda:3")


def test_easyocr_that_is_not_installed(
    tmp_path: Path, layout: TesseractEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "easyocr", None)

    assert "pip install 'prelabel[easyocr]'" in refusal(tmp_path, layout)


def test_a_torchvision_of_another_build(tmp_path: Path) -> None:
    (tmp_path / "torchvision").mkdir()
    (tmp_path / "torchvision" / "__init__.py").write_text(
        "raise RuntimeError('operator torchvision::nms does not exist')"
    )
    program = (
        "from prelabel.errors import EngineUnavailable\n"
        "from prelabel.ocr.easyocr.loading import load_reader\n"
        "try: load_reader(('eng',), models='', network='', device='cpu')\n"
        "except EngineUnavailable as error: print(error)"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": f"{tmp_path}:."}, capture_output=True,
        text=True, timeout=120, check=True,
    )  # fmt: skip

    assert "torchvision::nms does not exist): install both from the same index" in done.stdout
    assert done.stdout.count("\n") == 1
