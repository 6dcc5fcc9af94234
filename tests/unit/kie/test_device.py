"""Precision by device, and copies to and from a GPU; the GPU is a fake that records the calls in their order."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from prelabel.errors import SettingError
from prelabel.kie.tag.device import fetch, precision_of, send

CPU, CUDA = torch.device("cpu"), torch.device("cuda", 0)


@pytest.mark.parametrize(
    ("generation", "dtype"),
    [((9, 0), torch.bfloat16), ((8, 0), torch.bfloat16), ((7, 5), torch.float16), ((6, 1), torch.float32)],
)
def test_a_gpu_multiplies_in_what_its_generation_is_fast_in(
    monkeypatch: pytest.MonkeyPatch, generation: tuple[int, int], dtype: torch.dtype
) -> None:
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _: generation)

    assert precision_of("auto", CUDA) is dtype
    assert precision_of("fp32", CUDA) is torch.float32


@pytest.mark.parametrize(("amx", "dtype"), [(True, torch.bfloat16), (False, torch.float32)])
def test_a_cpu_multiplies_in_bfloat16_only_with_amx(
    monkeypatch: pytest.MonkeyPatch, amx: bool, dtype: torch.dtype
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"amx_bf16": amx}, raising=False)

    assert precision_of("auto", CPU) is dtype
    assert precision_of("bf16", CPU) is torch.bfloat16


def test_half_precision_of_gpus_is_refused_on_a_cpu() -> None:
    with pytest.raises(SettingError, match="PRELABEL_PRECISION=fp16 needs a GPU"):
        precision_of("fp16", CPU)


class _OnGpu:
    """A tensor that pretends to be on a GPU, and records the calls."""

    device = CUDA

    def __init__(self, values: torch.Tensor, asked: list[str]) -> None:
        self._values = values
        self._asked = asked

    def to(self, where: object, *, non_blocking: bool) -> torch.Tensor:
        self._asked.append(f"copy to {where}" + (" while going on" if non_blocking else ""))
        return self._values

    def pin_memory(self) -> _OnGpu:
        self._asked.append("pin")
        return self


def test_results_are_copied_meanwhile_and_waited_for_once_they_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    event = SimpleNamespace(record=lambda _: asked.append("mark"), synchronize=lambda: asked.append("wait"))
    monkeypatch.setattr(torch.cuda, "Event", lambda **_: event)
    monkeypatch.setattr(torch.cuda, "current_stream", lambda _: None)

    wait = fetch(_OnGpu(torch.ones(2), asked))  # type: ignore[arg-type]
    begun = list(asked)

    assert wait().tolist() == [1, 1]
    assert begun == ["copy to cpu while going on", "mark"]
    assert asked == [*begun, "wait"]


def test_inputs_go_to_a_gpu_from_pinned_memory_and_to_a_cpu_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    array = np.arange(6, dtype=np.int32)

    def shared(values: Any) -> Any:
        return _OnGpu(torch.tensor(values), asked)

    assert send(array, CPU).data_ptr() == array.ctypes.data
    monkeypatch.setattr(torch, "from_numpy", shared)
    send(array, CUDA)
    assert asked == ["pin", "copy to cuda:0 while going on"]
