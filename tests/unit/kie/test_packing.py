"""Packing of windows: little padding, bounded cost, no lost window after an out-of-memory error, merged windows."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from prelabel.errors import ExtractFailed
from prelabel.kie.tag.packing import SMALLER_S, Packer, launch
from prelabel.kie.tag.tagger import Encoded, Probabilities


@given(
    st.lists(st.integers(1, 512), max_size=80),
    st.integers(1, 5000),
    st.sampled_from([1, 2]),
    st.sampled_from([0, 64, 100_000]),
)
def test_each_window_is_in_one_part_and_no_part_passes_the_budget(
    lengths: list[int], budget: int, power: int, fixed: int
) -> None:
    parts = Packer(budget, power=power, fixed=fixed).parts(lengths)

    assert sorted(i for part in parts for i in part) == list(range(len(lengths)))
    assert all(len(p) == 1 or len(p) * max(lengths[i] for i in p) ** power <= budget for p in parts)


def test_sorted_parts_waste_less_than_pages_as_they_come() -> None:
    rng = random.Random(0)
    lengths = [rng.randint(20, 512) for _ in range(64)]
    as_they_come = sum(8 * max(lengths[i : i + 8]) for i in range(0, 64, 8))
    packer = Packer(4096, fixed=64)

    packer.run(lengths, len)

    assert packer.filled == sum(lengths)
    assert packer.waste < 0.06
    assert 1 - sum(lengths) / as_they_come > 0.3


def test_a_dear_pass_takes_all_windows_and_a_cheap_one_only_those_alike() -> None:
    lengths = [10, 11, 40, 41]

    assert len(Packer(1000, fixed=0).parts(lengths)) == 4
    assert len(Packer(1000, fixed=20).parts(lengths)) == 2
    assert len(Packer(1000, fixed=500).parts(lengths)) == 1


@dataclass
class SmallDevice:
    """A device with a limited number of tokens, which raises an error of torch beyond the limit."""

    holds: int
    lengths: list[int]
    error: Callable[[], BaseException]
    passes: list[int] = field(default_factory=list)

    def __call__(self, part: list[int]) -> list[int]:
        tokens = len(part) * max(self.lengths[i] for i in part)
        self.passes.append(tokens)
        if tokens > self.holds:
            raise self.error()
        return part


ERRORS: dict[str, Callable[[], BaseException]] = {
    "torch's own": lambda: torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.\nMore"),
    "a plain one of CUDA": lambda: RuntimeError("CUDA error: out of memory\nCompile with ..."),
    "cublas": lambda: RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
    "the host's": lambda: RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes"),
    "numpy's": lambda: MemoryError(),
}


@pytest.mark.parametrize("error", ERRORS.values(), ids=ERRORS.keys())
def test_memory_that_runs_out_halves_the_parts_and_no_window_is_lost(error: Callable[[], BaseException]) -> None:
    lengths = [100] * 50
    device = SmallDevice(1300, lengths, error)

    done = Packer(4096).run(lengths, device)

    assert sorted(i for part, found in done for i in found if part == found) == list(range(50))
    assert device.passes[:3] == [4000, 2000, 1000]
    assert max(device.passes[2:]) == 1000


def test_the_smaller_budget_is_kept_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("prelabel.kie.tag.packing.time.monotonic", lambda: now)
    lengths = [100] * 40
    packer = Packer(4000)
    packer.run(lengths, SmallDevice(2000, lengths, ERRORS["torch's own"]))
    again, later = (SmallDevice(10**9, lengths, ERRORS["torch's own"]) for _ in range(2))

    packer.run(lengths, again)
    now += SMALLER_S + 1
    packer.run(lengths, later)

    assert again.passes == [2000, 2000]
    assert later.passes == [4000]


def test_a_window_that_does_not_fit_alone_is_one_clear_line() -> None:
    lengths = [512, 10]

    with pytest.raises(ExtractFailed, match=r"window of 512 .* PRELABEL_DEVICE=cpu") as caught:
        Packer(4096).run(lengths, SmallDevice(100, lengths, ERRORS["torch's own"]))

    assert "\n" not in str(caught.value)
    assert caught.value.retryable


def test_other_errors_are_not_taken_for_a_lack_of_memory() -> None:
    def broken(part: list[int]) -> None:
        raise RuntimeError("device-side assert triggered")

    with pytest.raises(RuntimeError, match="device-side"):
        Packer(100).run([3, 4], broken)


@dataclass
class _Window:
    words: npt.NDArray[np.int64]
    margins: npt.NDArray[np.int64]


def test_of_two_windows_the_word_with_more_context_counts_and_all_begins_before_it_is_waited_for() -> None:
    # Given a page of three words in two windows, an empty page, and a page of one word
    first = _Window(np.array([0, 1]), np.array([5, 0]))
    second = _Window(np.array([1, 2]), np.array([1, 5]))
    single = _Window(np.array([0]), np.array([9]))
    batch = [Encoded(4, 3, [first, second]), Encoded(0, 0, []), Encoded(1, 1, [single])]
    scores = {id(first): 1.0, id(second): 2.0, id(single): 3.0}
    order = []

    def score(windows: list[_Window]) -> Callable[[], list[Probabilities]]:
        order.append("begun")

        def wait() -> list[Probabilities]:
            order.append("waited")
            return [np.full((len(w.words), 2), scores[id(w)], np.float32) for w in windows]

        return wait

    # When they are processed by a device that takes one window at a time
    found = launch(batch, 2, Packer(1), lambda w: len(w.words), score)()

    assert [page.tolist() for page in found] == [[[1, 1], [2, 2], [2, 2]], [], [[3, 3]]]
    assert found[1].shape == (0, 2)
    assert order == ["begun"] * 3 + ["waited"] * 3
