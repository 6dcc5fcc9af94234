"""Devices of torch: choice of device and precision by the settings, copies to and from a device, free memory."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy.typing as npt
import torch
from torch import Tensor

from prelabel.errors import SettingError

_DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}


def device_of(name: str) -> torch.device:
    """Return the device of a name: "auto" (a GPU if there is one), "cpu", "cuda" or "cuda:N".

    Raises SettingError for any other name, and if the machine lacks the device.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError:
        raise SettingError(f"PRELABEL_DEVICE={name} is no device; write auto, cpu, cuda or cuda:N") from None
    if device.type == "cuda" and not (torch.cuda.is_available() and (device.index or 0) < torch.cuda.device_count()):
        raise SettingError(
            f"PRELABEL_DEVICE={name}: torch finds no such GPU; write auto or cpu, or install torch with CUDA"
        )
    return device


def precision_of(name: str, device: torch.device) -> torch.dtype:
    """Return the type of matrix products for "auto", "fp32", "bf16" or "fp16".

    auto: bfloat16 on GPUs from Ampere on and on CPUs with AMX, where LayoutLM base takes a quarter to a third of the
    CPU time (4 windows of 512: 0.84 s, float32 3.13 s); float16 on older GPUs with tensor cores; otherwise float32.
    """
    if name != "auto":
        if name == "fp16" and device.type != "cuda":
            raise SettingError("PRELABEL_PRECISION=fp16 needs a GPU; write auto, fp32 or bf16")
        return _DTYPES[name]
    if device.type == "cuda":
        generation = torch.cuda.get_device_capability(device)
        return torch.bfloat16 if generation >= (8, 0) else torch.float16 if generation >= (7, 0) else torch.float32
    # AVX512 has bfloat16 products as well, but no measurement here shows that they are faster than float32.
    return torch.bfloat16 if _has_amx() else torch.float32


def multiplying_in(dtype: torch.dtype, device: torch.device) -> AbstractContextManager[Any]:
    """Return a context that computes matrix products in this type; sums, norms and softmax stay in float32."""
    return nullcontext() if dtype is torch.float32 else torch.autocast(device.type, dtype)


def send(array: npt.NDArray[Any], device: torch.device) -> Tensor:
    """Copy an array to the device. A copy to a GPU is made from pinned memory, without waiting for its end."""
    tensor = torch.from_numpy(array)
    return tensor.pin_memory().to(device, non_blocking=True) if device.type == "cuda" else tensor.to(device)


def fetch(tensor: Tensor) -> Callable[[], npt.NDArray[Any]]:
    """Begin to copy from the device, and return a function that waits for the copy, in any thread, without spinning."""
    if tensor.device.type != "cuda":
        return tensor.cpu().numpy
    copy = tensor.to("cpu", non_blocking=True)  # torch pins its memory
    copied = torch.cuda.Event(blocking=True)  # type: ignore[no-untyped-call]
    copied.record(torch.cuda.current_stream(tensor.device))

    def wait() -> npt.NDArray[Any]:
        copied.synchronize()
        array: npt.NDArray[Any] = copy.numpy()
        return array

    return wait


def release_memory() -> None:
    """Release the memory that torch keeps for later, so that smaller parts fit."""
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def free_bytes(device: torch.device) -> int:
    """Return the free memory of a GPU, including the reserve of torch."""
    free, _ = torch.cuda.mem_get_info(device)
    return free + torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)


def _has_amx() -> bool:
    ask = getattr(torch.cpu, "get_capabilities", None)  # older versions of torch lack it
    return ask is not None and bool(ask().get("amx_bf16"))
