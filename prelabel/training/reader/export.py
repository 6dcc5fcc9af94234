"""Export of a trained reader to ONNX: normalisations folded into the convolutions, numbers in 8 bits."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from itertools import count, islice
from pathlib import Path
from typing import Any, cast

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static
from torch import Tensor, nn

from prelabel.ocr.reader.alphabet import SIZE, SYMBOLS
from prelabel.ocr.reader.network import CONFIG, MODEL
from prelabel.ocr.reader.strips import HEIGHT_PX, padded
from prelabel.training.reader import checkpoint
from prelabel.training.reader.examples import Example, example
from prelabel.training.reader.network import Block, Network, Shape
from synthetic.printing.lines import printed_line

#: Version of the operators, which all supported releases of ONNX Runtime know.
_OPSET = 17
#: Lines whose activations set the scales, and those of one batch.
_CALIBRATION, _TOGETHER = 320, 16

Floats = NDArray[np.float32]


def export(file: Path, out: Path, *, exact: bool = False) -> None:
    """Write the network of a checkpoint as MODEL and CONFIG into a folder. `exact`: in 32 bits.

    Raises SettingError if the file is no checkpoint.
    """
    found = checkpoint.read(file)
    training = found.numbers["training"]
    network = Network(Shape(**training["shape"]))
    network.load_state_dict(found.weights)
    out.mkdir(parents=True, exist_ok=True)
    model = graph(network.eval())
    if exact:
        onnx.save(model, out / MODEL)
    else:
        _quantise(model, _calibration(training["seed"] * 1_000_000_000), out / MODEL)
    made_by = {"command": "prelabel train reader", **training}
    digest = hashlib.sha256((out / MODEL).read_bytes()).hexdigest()
    config = {"symbols": SYMBOLS, "sha256": digest, "lines": found.numbers["seen"], "made_by": made_by}
    (out / CONFIG).write_text(json.dumps(config, indent=2, ensure_ascii=False) + "\n", "utf-8")


def graph(network: Network) -> onnx.ModelProto:
    """Return a network in evaluation as a graph: "strips" (n, 1, 32, w) to "logits" (n, w / 4, SIZE)."""
    made = _Graph()
    first, second, third, fourth, fifth = (cast("nn.Sequential", layer) for layer in network.shrink)
    x = made.layer(second, made.layer(first, "strips"))
    x = made.layer(fifth, made.layer(fourth, made.add(x, made.layer(third, x))))
    for block in (cast("Block", block) for block in network.blocks):
        wide = made.relu(made.convolution(block.wide, made.convolution(block.along, x, block.normal)))
        x = made.add(x, made.convolution(block.narrow, wide))
    x = made.convolution(network.head, x, before=network.normal)
    made.finish(x)
    sizes: dict[str, list[str | int | None]] = {"strips": ["n", 1, HEIGHT_PX, "w"], "logits": ["n", "t", SIZE]}
    inputs, outputs = (
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, sizes[name])] for name in ("strips", "logits")
    )
    body = helper.make_graph(made.nodes, "reader", inputs, outputs, made.tensors)
    model = helper.make_model(body, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=8)
    onnx.checker.check_model(model)
    return onnx.shape_inference.infer_shapes(model)


class _Graph:
    """Nodes and tensors of a graph that is being built; each method returns the name of a result."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.tensors: list[onnx.TensorProto] = []

    def layer(self, layer: nn.Sequential, x: str) -> str:
        convolution, normal = cast("nn.Conv2d", layer[0]), cast("nn.BatchNorm2d", layer[1])
        return self.relu(self.convolution(convolution, x, normal))

    def convolution(
        self, layer: nn.Conv2d, x: str, after: nn.BatchNorm2d | None = None, before: nn.BatchNorm2d | None = None
    ) -> str:
        """Add a convolution with the normalisation `after` it, or `before` it, folded in."""
        weight = _array(layer.weight)
        bias = _array(layer.bias) if layer.bias is not None else np.zeros(len(weight), np.float32)
        if after is not None:
            scale, shift = _normalisation(after)
            weight, bias = weight * scale[:, None, None, None], bias * scale + shift
        if before is not None:
            scale, shift = _normalisation(before)
            bias = bias + (weight[:, :, 0, 0] * shift).sum(1)
            weight = weight * scale[None, :, None, None]
        names = [x, self._tensor(weight), self._tensor(bias)]
        down, across = layer.padding if isinstance(layer.padding, tuple) else (0, 0)
        return self._node(
            "Conv",
            names,
            kernel_shape=list(layer.kernel_size),
            strides=list(layer.stride),
            pads=[down, across, down, across],
            group=layer.groups,
        )

    def relu(self, x: str) -> str:
        return self._node("Relu", [x])

    def add(self, x: str, y: str) -> str:
        return self._node("Add", [x, y])

    def finish(self, x: str) -> None:
        """Turn (n, classes, 1, frames) into the output (n, frames, classes)."""
        row = self._node("Squeeze", [x, self._tensor(np.array([2], np.int64))])
        self.nodes.append(helper.make_node("Transpose", [row], ["logits"], "logits", perm=[0, 2, 1]))

    def _node(self, kind: str, names: list[str], **options: Any) -> str:
        name = f"{kind.lower()}{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, names, [name], name, **options))
        return name

    def _tensor(self, values: NDArray[Any]) -> str:
        name = f"tensor{len(self.tensors)}"
        self.tensors.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name


def _array(tensor: Tensor) -> Floats:
    found: Floats = tensor.detach().float().numpy()
    return found


def _normalisation(layer: nn.BatchNorm2d) -> tuple[Floats, Floats]:
    """Return the factors and the terms, by channel, of a normalisation."""
    state = {name: _array(value) for name, value in layer.state_dict().items()}
    scale = state["weight"] / np.sqrt(state["running_var"] + layer.eps)
    return scale, state["bias"] - state["running_mean"] * scale


def _calibration(first: int) -> list[Example]:
    """Return the first lines of a training that fit it."""
    fit = (found for seed in count(first) if (found := example(printed_line(seed))) is not None)
    return sorted(islice(fit, _CALIBRATION), key=lambda line: line.strip.shape[1])


class _Lines(CalibrationDataReader):  # type: ignore[misc]
    """Batches of lines for the calibration."""

    def __init__(self, lines: list[Example]) -> None:
        self._batches: Iterator[Mapping[str, Floats]] = (
            {"strips": padded([line.strip for line in lines[start : start + _TOGETHER]])}
            for start in range(0, len(lines), _TOGETHER)
        )

    def get_next(self) -> Mapping[str, Floats] | None:
        return next(self._batches, None)


def _quantise(model: onnx.ModelProto, lines: list[Example], file: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        unfinished = Path(folder) / MODEL
        quantize_static(
            model,
            unfinished,
            _Lines(lines),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            calibrate_method=CalibrationMethod.MinMax,
        )
        file.write_bytes(unfinished.read_bytes())
