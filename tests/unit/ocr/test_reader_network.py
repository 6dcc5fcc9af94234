"""Strips, decoding and the network of the reader: places, odd crops, and files that are missing or damaged."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from prelabel.errors import EngineUnavailable
from prelabel.ocr.reader import network
from prelabel.ocr.reader.alphabet import SIZE, SYMBOLS, classes
from prelabel.ocr.reader.network import CONFIG, MODEL, LineNetwork
from prelabel.ocr.reader.path import Character, characters, text
from prelabel.ocr.reader.strips import HEIGHT_PX, Gray, padded, strip


def logits(path: list[tuple[int, float]]) -> np.ndarray:
    """Logits of frames with one class each, of this probability."""
    found = np.zeros((len(path), SIZE), np.float32)
    for frame, (number, probability) in zip(found, path, strict=True):
        frame[number] = np.log(probability * (SIZE - 1) / (1 - probability))
    return found


def test_characters_have_places_and_probabilities() -> None:
    initial, medial, final = classes("각") or []
    (one,) = classes("1") or []
    sure = 0.9
    frames = [
        (0, sure),
        (one, 0.6),
        (one, 0.8),
        (0, sure),
        (one, 0.5),
        (initial, 0.9),
        (medial, 0.8),
        (0, sure),
        (final, 0.5),
    ]
    read = characters(logits(frames), 2.0, 10.0)
    assert [(char.text, char.start_px, char.stop_px) for char in read] == [
        ("1", 13.0, 15.0),
        ("1", 19.0, 19.0),
        ("각", 21.0, 27.0),
    ]
    assert [char.probability for char in read] == pytest.approx([0.8, 0.5, 0.9 * 0.8 * 0.5], abs=1e-5)
    assert text([*read, Character(" ", 0, 0, 1), Character(" ", 0, 0, 1)]) == "11각"
    assert characters(logits([]), 1.0) == []


@pytest.mark.parametrize("dark", [20, 235])
def test_strips_have_dark_ink_on_light_paper(dark: int) -> None:
    crop = np.full((48, 100), 255 - dark, np.uint8)
    crop[10:38, 20:30] = dark
    found = strip(crop)
    assert found.shape == (HEIGHT_PX, round(100 * 32 / 48 * 1.25))
    assert found[16, 20] < 60
    assert found[16, 60] > 200
    inputs = padded([found, found[:, :20]])
    assert inputs.shape == (2, 1, 32, 96)
    assert inputs.dtype == np.float32
    assert -1 <= inputs.min() < inputs.max() <= 1


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny network whose logits depend on the ink alone, as a model folder."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    folder = tmp_path_factory.mktemp("reader")
    weight = np.zeros((SIZE, 1, 32, 4), np.float32)
    bias = np.zeros(SIZE, np.float32)
    weight[5], bias[5] = -1, 32.0  # ink is class 5, paper is blank
    nodes = [
        helper.make_node("Conv", ["strips", "weight", "bias"], ["map"], kernel_shape=[32, 4], strides=[32, 4]),
        helper.make_node("Squeeze", ["map", "axes"], ["row"]),
        helper.make_node("Transpose", ["row"], ["logits"], perm=[0, 2, 1]),
    ]
    tensors: dict[str, np.ndarray] = {"weight": weight, "bias": bias, "axes": np.array([2], np.int64)}
    body = helper.make_graph(
        nodes,
        "reader",
        [helper.make_tensor_value_info("strips", TensorProto.FLOAT, ["n", 1, 32, "w"])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", "t", SIZE])],
        [numpy_helper.from_array(value, name) for name, value in tensors.items()],
    )
    onnx.save(helper.make_model(body, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), folder / MODEL)
    digest = hashlib.sha256((folder / MODEL).read_bytes()).hexdigest()
    (folder / CONFIG).write_text(json.dumps({"symbols": SYMBOLS, "sha256": digest}), "utf-8")
    return folder


def bars(height: int, width: int, *places: int) -> Gray:
    """Paper with a bar of ink, as wide as half of the height, at each place."""
    crop = np.full((height, width), 240, np.uint8)
    for place in places:
        crop[:, place : place + height // 2] = 10
    return crop


def test_lines_of_any_size_are_read_in_their_order(model: Path) -> None:
    crops = [
        bars(40, 400, 100, 200),
        np.zeros((1, 1), np.uint8),
        bars(30, 30_000, *range(100, 29_900, 100)),
        np.full((40, 300), 255, np.uint8),
        np.zeros((40, 300), np.uint8),
        np.full((2_000, 1), 7, np.uint8),
        np.full((1, 30_000), 7, np.uint8),
        bars(2_000, 3, 0),
    ]
    read = LineNetwork(model).read(crops)
    assert [len(line) for line in read] == [2, 0, 298, 0, 0, 0, 0, 0]
    assert [(char.start_px + char.stop_px) / 2 for char in read[0]] == pytest.approx([110, 210], abs=4)
    places = [(char.start_px + char.stop_px) / 2 for char in read[2]]
    assert places == pytest.approx([place + 7.5 for place in range(100, 29_900, 100)], abs=4)
    assert LineNetwork(model).read([]) == []


def test_missing_and_damaged_models_name_the_cure(model: Path, tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match=r"config\.json is missing or damaged: install prelabel again"):
        LineNetwork(tmp_path)
    (tmp_path / CONFIG).write_text((model / CONFIG).read_text("utf-8"), "utf-8")
    with pytest.raises(EngineUnavailable, match=r"model\.onnx is missing or damaged: install prelabel again"):
        LineNetwork(tmp_path)
    whole = (model / MODEL).read_bytes()
    for damaged in (b"", whole[: len(whole) // 2], whole[:500] + b"x" + whole[501:], whole + b"\n"):
        (tmp_path / MODEL).write_bytes(damaged)
        with pytest.raises(EngineUnavailable, match=r"^[^\n]+model\.onnx is missing or damaged: [^\n]+$"):
            LineNetwork(tmp_path)
    (tmp_path / MODEL).write_bytes(b"no model")
    digest = hashlib.sha256(b"no model").hexdigest()
    (tmp_path / CONFIG).write_text(json.dumps({"symbols": SYMBOLS, "sha256": digest}), "utf-8")
    with pytest.raises(EngineUnavailable, match=r"^[^\n]+model\.onnx is missing or damaged: [^\n]+$"):
        LineNetwork(tmp_path)
    (tmp_path / CONFIG).write_text(json.dumps({"symbols": "abc", "sha256": ""}), "utf-8")
    with pytest.raises(EngineUnavailable, match="another alphabet"):
        LineNetwork(tmp_path)


def test_a_missing_runtime_is_named(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(EngineUnavailable, match=r"pip install 'prelabel\[ocr\]'"):
        LineNetwork(model)


def test_the_version_is_a_digest(model: Path, tmp_path: Path) -> None:
    assert len(network.version(model)) == 8
    assert network.version(tmp_path) == ""
