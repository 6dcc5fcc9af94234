"""Box around a brush stroke, out of Label Studio's run-length code of its mask.

The code is a stream of bits: the number of values (32 bits), the size of a value less 1 (5), four sizes of lengths less
1 (4 each), then pieces. A piece is: whether it repeats one value (1), which of the four sizes its length has (2), its
length less 1, and the value or the values. The values are the red, green, blue and alpha of each pixel, row by row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from prelabel.page import Box

_CHANNELS, _ALPHA = 4, 3


def stroke_box(code: Sequence[int], shown_px: tuple[int, int]) -> Box | None:
    """Return the box around all pixels of a mask that are not transparent; None where all are.

    Raises ValueError for a code of another form or of another size of image.
    """
    width, height = shown_px
    bits = _Bits(bytes(code))
    if (count := bits.read(32)) != width * height * _CHANNELS:
        raise ValueError(f"a mask of {count} values on an image of {width} x {height}")
    box: Box | None = None
    for first, last in _opaque(bits, count):
        (y0, x0), (y1, x1) = divmod(first, width), divmod(last, width)
        left, right = (x0, x1) if y0 == y1 else (0, width - 1)
        found = Box(left, y0, right + 1, y1 + 1)
        box = _union(box, found) if box else found
    return box


class _Bits:
    """Bits of a code, read one number after another. Raises ValueError at its end."""

    def __init__(self, code: bytes) -> None:
        self._code, self._at = code, 0

    def read(self, size: int) -> int:
        begin, end = self._at, self._at + size
        if end > 8 * len(self._code):
            raise ValueError("the code of a mask ends too early")
        self._at = end
        piece = int.from_bytes(self._code[begin // 8 : (end + 7) // 8])
        return piece >> (-end % 8) & ((1 << size) - 1)


def _opaque(bits: _Bits, count: int) -> Iterator[tuple[int, int]]:
    """Yield first and last pixel of runs that are not transparent."""
    value_bits = bits.read(5) + 1
    lengths = [bits.read(4) + 1 for _ in range(4)]
    at = 0
    while at < count:
        repeats = bits.read(1)
        end = at + 1 + bits.read(lengths[bits.read(2)])
        for begin, stop in [(at, end)] if repeats else ((i, i + 1) for i in range(at, end)):
            opaque = bits.read(value_bits)
            first, last = -(-(begin - _ALPHA) // _CHANNELS), (stop - 1 - _ALPHA) // _CHANNELS
            if opaque and first <= last:
                yield first, last
        at = end


def _union(a: Box, b: Box) -> Box:
    return Box(min(a.x0, b.x0), min(a.y0, b.y0), max(a.x1, b.x1), max(a.y1, b.y1))
