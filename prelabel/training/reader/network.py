"""The reader's network: convolutions down to one row of frames, then depthwise blocks along the line."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn
from torch.nn import functional

from prelabel.ocr.reader import alphabet

_Size = int | tuple[int, int]


@dataclass(frozen=True, slots=True)
class Shape:
    """Widths of the layers in channels, the number of blocks, and the frames that a block sees at once."""

    first: int = 32
    second: int = 64
    third: int = 128
    frames: int = 256
    inner: int = 512
    blocks: int = 4
    kernel: int = 9


class Network(nn.Module):
    """Network over strips: (strips, 1, 32, width) in -1..1 to logits (strips, frames, classes), width / 4 frames.

    All convolutions are two-dimensional, also those along the line: channels stay last in memory throughout. Each
    normalisation follows a convolution or can be folded into the next one.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shrink = nn.ModuleList(
            (
                _convolution(1, shape.first, 3, 2, 1),
                _convolution(shape.first, shape.second, 3, 2, 1),
                _convolution(shape.second, shape.second, 3, 1, 1),
                _convolution(shape.second, shape.third, 3, (2, 1), 1),
                _convolution(shape.third, shape.frames, (4, 3), 1, (0, 1)),
            )
        )
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.blocks))
        self.normal = nn.BatchNorm2d(shape.frames)
        self.head = nn.Conv2d(shape.frames, alphabet.SIZE, 1)

    def forward(self, strips: Tensor) -> Tensor:
        """Return the logits; see the class."""
        first, second, third, fourth, fifth = self.shrink
        x = second(first(strips))
        x = fifth(fourth(x + third(x)))
        for block in self.blocks:
            x = block(x)
        logits: Tensor = self.head(self.normal(x))
        return logits.squeeze(2).transpose(1, 2)


class Block(nn.Module):
    """Residual block: each channel along the line, then all channels of each frame."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        size = shape.kernel
        self.along = nn.Conv2d(
            shape.frames, shape.frames, (1, size), padding=(0, size // 2), groups=shape.frames, bias=False
        )
        self.normal = nn.BatchNorm2d(shape.frames)
        self.wide = nn.Conv2d(shape.frames, shape.inner, 1)
        self.narrow = nn.Conv2d(shape.inner, shape.frames, 1)

    def forward(self, x: Tensor) -> Tensor:
        changed: Tensor = self.narrow(functional.relu(self.wide(self.normal(self.along(x)))))
        return x + changed


def _convolution(inputs: int, outputs: int, size: _Size, stride: _Size, padding: _Size) -> nn.Sequential:
    convolution = nn.Conv2d(inputs, outputs, size, stride, padding, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))
