"""A small word reader, in the form that EasyOCR imports: it reads digits, Latin, symbols and Hangul.

EasyOCR imports this file by its bare name, from whatever folder it lies in: nothing of ours may be imported here.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

#: The 2,350 Hangul syllables of KS X 1001, in the order of the alphabet: the last classes of every network.
SYLLABLES = "".join(bytes((row, cell)).decode("euc_kr") for row in range(0xB0, 0xC9) for cell in range(0xA1, 0xFF))

#: Unicode's composition of a syllable (chapter 3.12): first consonant, vowel, last consonant or none.
_FIRSTS, _VOWELS, _LASTS = 19, 21, 28

_CHANNELS = (32, 64, 96, 160)
_WIDTH = 224
#: Pairs of convolutions along the line, each of them five columns wide.
_CONTEXT = 3


def jamo_table() -> Tensor:
    """(letters, syllables): 1 where the syllable has the letter at that place."""
    table = torch.zeros(_FIRSTS + _VOWELS + _LASTS, len(SYLLABLES))
    for column, syllable in enumerate(SYLLABLES):
        rest, last = divmod(ord(syllable) - ord("가"), _LASTS)
        first, vowel = divmod(rest, _VOWELS)
        table[[first, _FIRSTS + vowel, _FIRSTS + _VOWELS + last], column] = 1
    return table


class Model(nn.Module):
    """Crops, float (batch, 1, 32, width) in -1..1 -> scores (batch, width / 4, classes); class 0 is CTC's blank.

    A syllable's score is the sum of its letters' scores: rare syllables are read by the letters that they share.
    """

    def __init__(self, num_class: int) -> None:
        super().__init__()
        first, second, third, fourth = _CHANNELS
        self.shapes = nn.Sequential(
            _convolution(1, first, (5, 5), (2, 2)),
            _convolution(first, second, (3, 3)),
            _convolution(second, third, (3, 3), (2, 2)),
            _Residual(third, (3, 3)),
            _Residual(third, (3, 3)),
            _convolution(third, fourth, (3, 3), (2, 1)),
            _Residual(fourth, (3, 3)),
            _convolution(fourth, _WIDTH, (4, 1), padded=False),
        )
        self.context = nn.Sequential(*(_Residual(_WIDTH, (1, 5)) for _ in range(_CONTEXT)))
        self.plain = nn.Conv2d(_WIDTH, num_class - len(SYLLABLES), 1)
        self.jamo = nn.Conv2d(_WIDTH, _FIRSTS + _VOWELS + _LASTS, 1)
        self.usual = nn.Parameter(torch.zeros(len(SYLLABLES)))
        self.register_buffer("table", jamo_table(), persistent=False)

    def forward(self, crops: Tensor, text: object = None) -> Tensor:
        """`text` belongs to EasyOCR's call and means nothing here."""
        del text
        seen = self.context(self.shapes(crops.contiguous(memory_format=torch.channels_last)))
        plain, jamo = (scores.squeeze(2).transpose(1, 2) for scores in (self.plain(seen), self.jamo(seen)))
        return torch.cat((plain, jamo @ self.table + self.usual), 2)


def _convolution(
    channels: int, made: int, size: tuple[int, int], stride: tuple[int, int] = (1, 1), *, padded: bool = True
) -> nn.Sequential:
    padding = (size[0] // 2, size[1] // 2) if padded else (0, 0)
    return nn.Sequential(
        nn.Conv2d(channels, made, size, stride, padding, bias=False), nn.BatchNorm2d(made), nn.ReLU(inplace=True)
    )


class _Residual(nn.Module):
    def __init__(self, channels: int, size: tuple[int, int]) -> None:
        super().__init__()
        self.change = nn.Sequential(
            _convolution(channels, channels, size),
            nn.Conv2d(channels, channels, size, padding=(size[0] // 2, size[1] // 2), bias=False),
            nn.BatchNorm2d(channels),
        )

    def forward(self, seen: Tensor) -> Tensor:
        return torch.relu(seen + self.change(seen))
