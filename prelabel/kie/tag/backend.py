"""Choice between numpy and torch. torch is imported only where it is needed: it takes seconds and 600 MB of memory."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

from prelabel.errors import SettingError

#: Files that the drivers of GPUs make: NVIDIA (desktop and server, Jetson), Windows' subsystem for Linux, AMD.
_GPU_FILES = ("nvidia[0-9]*", "nvidiactl", "nvhost-gpu", "nvhost-ctrl-gpu", "dxg", "kfd")
_INSTALL = "pip install 'prelabel[layoutlm]'"


def computes_in_torch(device: str) -> bool:
    """Return whether the compact tagger runs in torch: on a GPU that is named, or that "auto" finds.

    Raises SettingError if a device is named that needs torch, and torch is not installed.
    """
    if device == "cpu":
        return False
    if device == "auto":
        return gpu_driver() and torch_installed() and _auto_is_gpu()
    if not torch_installed():
        if not re.fullmatch(r"cuda(:\d+)?", device):
            raise SettingError(f"PRELABEL_DEVICE={device} is no device; write auto, cpu, cuda or cuda:N")
        raise SettingError(
            f"PRELABEL_DEVICE={device} needs torch, which is not installed: {_INSTALL}, or write auto or cpu"
        )
    return True


def need_torch(setting: str) -> None:
    """Raise SettingError with the packages to install if torch or transformers is missing. `setting`: what needs it."""
    missing = [name for name in ("torch", "transformers") if find_spec(name) is None]
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        raise SettingError(f"{setting} needs {' and '.join(missing)}, which {verb} not installed: {_INSTALL}")


def torch_installed() -> bool:
    """Return whether torch is installed, without importing it."""
    return find_spec("torch") is not None


def gpu_driver(devices: Path = Path("/dev")) -> bool:
    """Return whether this machine has the driver of a GPU that torch could use."""
    return any(next(devices.glob(pattern), None) is not None for pattern in _GPU_FILES)


def _auto_is_gpu() -> bool:
    from prelabel.kie.tag.device import device_of

    return device_of("auto").type != "cpu"
