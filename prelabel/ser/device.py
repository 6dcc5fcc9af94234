"""From the setting `device` to a torch device."""

from __future__ import annotations

import torch

from prelabel.errors import SettingError


def device_of(name: str) -> torch.device:
    """ "auto" (a GPU where there is one), "cpu", "cuda" or "cuda:N". Raises SettingError where it is not there."""
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError:
        raise SettingError(f"DEVICE={name} is no device; write auto, cpu, cuda or cuda:N") from None
    if device.type == "cuda" and not (torch.cuda.is_available() and (device.index or 0) < torch.cuda.device_count()):
        raise SettingError(f"DEVICE={name}: torch sees no such GPU here; write auto or cpu, or install CUDA's torch")
    return device
