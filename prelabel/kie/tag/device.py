"""From settings to a torch device and the precision of its matrix products; copies to and from it; its memory."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy.typing as npt
import torch
from torch import Tensor

from prelabel.errors import SettingError

#: What torch says, in any letters, where an allocation fails without its own kind of error.
_NO_MEMORY = ("out of memory", "can't allocate memory", "cublas_status_alloc_failed")
_DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}


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


def precision_of(name: str, device: torch.device) -> torch.dtype:
    """ "auto", "fp32", "bf16" or "fp16": the type in which matrices are multiplied.

    auto: bfloat16 on GPUs from Ampere on and on CPUs with AMX, where LayoutLM base takes a quarter to a third of the
    CPU time (4 windows of 512: 0.84 s, float32 3.13 s); float16 on GPUs with tensor cores before that; else float32.
    """
    if name != "auto":
        if name == "fp16" and device.type != "cuda":
            raise SettingError("PRECISION=fp16 needs a GPU; write auto, fp32 or bf16")
        return _DTYPES[name]
    if device.type == "cuda":
        generation = torch.cuda.get_device_capability(device)
        return torch.bfloat16 if generation >= (8, 0) else torch.float16 if generation >= (7, 0) else torch.float32
    # AVX512 has bfloat16 products as well, but nobody has measured here that they beat float32
    return torch.bfloat16 if _has_amx() else torch.float32


def multiplying_in(dtype: torch.dtype, device: torch.device) -> AbstractContextManager[Any]:
    """Matrix products in this type; sums, norms and softmax stay in float32."""
    return nullcontext() if dtype is torch.float32 else torch.autocast(device.type, dtype)


def send(array: npt.NDArray[Any], device: torch.device) -> Tensor:
    """The array on the device; to a GPU from pinned memory, while the caller goes on."""
    tensor = torch.from_numpy(array)
    return tensor.pin_memory().to(device, non_blocking=True) if device.type == "cuda" else tensor.to(device)


def fetch(tensor: Tensor) -> Callable[[], npt.NDArray[Any]]:
    """Begin to copy from the device; the function waits for the copy, in any thread, without keeping a core busy."""
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


def is_out_of_memory(error: BaseException) -> bool:
    """Did an allocation fail, on a GPU or on the host?"""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(words in str(error).lower() for words in _NO_MEMORY)


def release_memory() -> None:
    """Give back what torch keeps for later, so that smaller pieces fit."""
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def free_bytes(device: torch.device) -> int:
    """What a GPU has left, torch's own reserve included."""
    free, _ = torch.cuda.mem_get_info(device)
    return free + torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)


def _has_amx() -> bool:
    ask = getattr(torch.cpu, "get_capabilities", None)  # older versions of torch cannot tell
    return ask is not None and bool(ask().get("amx_bf16"))
