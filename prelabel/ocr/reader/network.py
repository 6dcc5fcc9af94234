"""The reader's network on ONNX Runtime: crops of lines in, characters with their places out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from prelabel.errors import EngineUnavailable
from prelabel.ocr.reader import alphabet
from prelabel.ocr.reader.path import Character, Floats, read_line, weighed
from prelabel.ocr.reader.strips import FRAME_PX, LEAST_PX, Gray, frames, padded, strip

MODEL, CONFIG = "model.onnx", "config.json"
#: The model that ships.
SHIPPED = Path(__file__).resolve().parents[2] / "models" / "reader"
#: Strips that are read together.
_TOGETHER = 16
#: Wider crops, in their heights, are read in pieces; a piece ends at the lightest place of its last third.
_LONGEST = 24.0

_CURE = "install prelabel again, or name the folder of an exported reader"


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a crop: its crop's number, its place along the crop, its width in the crop, its strip."""

    crop: int
    offset_px: int
    width_px: int
    strip: Gray


class LineNetwork:
    """The network of a folder with MODEL and CONFIG; one thread.

    Raises EngineUnavailable if ONNX Runtime is not installed, or the folder does not hold a model of this release.
    """

    def __init__(self, folder: Path = SHIPPED) -> None:
        self.folder = folder
        self.config: Mapping[str, Any] = _config(folder)
        self._session = _session(folder / MODEL, self.config["sha256"])

    def read(self, crops: Sequence[Gray]) -> list[list[Character]]:
        """Read lines, each (height, width), with dark or light letters. No character where nothing is legible.

        Places are pixels along the crop as given. Crops of any size are accepted.
        """
        pieces = sorted(
            (piece for number, crop in enumerate(crops) for piece in _pieces(number, crop)),
            key=lambda piece: piece.strip.shape[1],
        )
        found: dict[tuple[int, int], list[Character]] = {}
        for start in range(0, len(pieces), _TOGETHER):
            batch = pieces[start : start + _TOGETHER]
            read = [
                read_line(logits, FRAME_PX * piece.width_px / piece.strip.shape[1], piece.offset_px)
                for piece, logits in zip(batch, self.logits([piece.strip for piece in batch]), strict=True)
            ]
            for piece, line in zip(batch, weighed(read), strict=True):
                found[piece.crop, piece.offset_px] = line
        lines: list[list[Character]] = [[] for _ in crops]
        for (number, _), line in sorted(found.items()):
            lines[number] += line
        return lines

    def logits(self, strips: Sequence[Gray]) -> Iterator[Floats]:
        """Yield the logits of each strip, (its frames, classes)."""
        (output,) = self._session.run(None, {"strips": padded(strips)})
        for line, one in zip(output, strips, strict=True):
            yield line[: frames(one)]


def _pieces(number: int, crop: Gray) -> Iterator[_Piece]:
    """Yield the parts of a crop that the network reads one by one."""
    height, width = crop.shape
    if height < LEAST_PX or width < LEAST_PX:
        return
    longest = max(round(_LONGEST * height), 1)
    start = 0
    while start < width:
        stop = width if width - start <= longest else start + _gap(crop[:, start : start + longest])
        if stop - start >= LEAST_PX:
            yield _Piece(number, start, stop - start, strip(crop[:, start:stop]))
        start = stop


def _gap(crop: Gray) -> int:
    """Return the middle of the widest run of even columns in the last third of a crop."""
    first = int(crop.shape[1]) * 2 // 3
    part = crop[:, first:]
    uneven = np.ptp(part, axis=0)
    even = uneven <= uneven.min() + 8
    edges = np.flatnonzero(np.diff(np.concatenate(([False], even, [False])).astype(np.int8)))
    starts, stops = edges[::2], edges[1::2]
    widest = int(np.argmax(stops - starts))
    return first + max(int(starts[widest] + stops[widest]) // 2, 1)


def version(folder: Path = SHIPPED) -> str:
    """Return the digest of the model's file; "" without one."""
    try:
        return hashlib.sha256((folder / MODEL).read_bytes()).hexdigest()[:8]
    except OSError:
        return ""


def _config(folder: Path) -> dict[str, Any]:
    try:
        config: dict[str, Any] = json.loads((folder / CONFIG).read_text("utf-8"))
        symbols, _ = config["symbols"], config["sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EngineUnavailable(f"{_damaged(folder / CONFIG)} ({type(error).__name__})") from None
    if symbols != alphabet.SYMBOLS:
        raise EngineUnavailable(f"{folder} holds a reader of another release, with another alphabet: {_CURE}")
    return config


def _session(file: Path, sha256: str) -> Any:
    """Load a model with this digest; the runtime notices few damages by itself."""
    try:
        import onnxruntime  # only this engine needs it
    except ImportError:
        raise EngineUnavailable("the reader needs ONNX Runtime: pip install 'prelabel[ocr]'") from None
    try:
        data = file.read_bytes()
    except OSError as error:
        raise EngineUnavailable(f"{_damaged(file)} ({type(error).__name__})") from None
    if hashlib.sha256(data).hexdigest() != sha256:
        raise EngineUnavailable(_damaged(file))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        (result,) = session.get_outputs()
        fits = [value.name for value in session.get_inputs()] == ["strips"] and result.shape[-1] == alphabet.SIZE
    except Exception as error:  # noqa: BLE001 - the runtime's errors have no common class
        raise EngineUnavailable(f"{_damaged(file)} ({type(error).__name__})") from None
    if not fits:
        raise EngineUnavailable(f"{file} is no model of the reader: {_CURE}")
    return session


def _damaged(file: Path) -> str:
    return f"the reader's model {file} is missing or damaged: {_CURE}"
