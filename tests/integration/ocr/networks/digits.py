"""Custom recognition network in the form that EasyOCR imports: it reads digits, from crops of any width."""

from __future__ import annotations

import torch
from torch import nn


class Model(nn.Module):
    """Network from crops, float (batch, 1, height, width) in -1..1, to scores (batch, width / 4, classes)."""

    def __init__(self, num_class: int, height: int, channels: int) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, channels, 3, 2, 1), nn.ReLU(),
            nn.Conv2d(channels, 2 * channels, 3, 2, 1), nn.ReLU(),
            nn.Conv2d(2 * channels, 2 * channels, 3, (2, 1), 1), nn.ReLU(),
        )  # fmt: skip
        self.scores = nn.Conv1d(2 * channels * (height // 8), num_class, 3, 1, 1)

    def forward(self, crops: torch.Tensor, text: object = None) -> torch.Tensor:
        """Score the columns of crops; EasyOCR also passes `text`, which is ignored."""
        del text
        return torch.as_tensor(self.scores(self.features(crops).flatten(1, 2))).transpose(1, 2)
