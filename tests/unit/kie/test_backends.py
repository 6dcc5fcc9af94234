"""The compact tagger in numpy and in torch: the same labels, and probabilities that differ by rounding only."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file
from scipy.special import ndtr

from prelabel.errors import ExtractFailed, ModelUnavailable, SettingError
from prelabel.kie.extract import tag_input
from prelabel.kie.tag import backend
from prelabel.kie.tag.backend import computes_in_torch, gpu_driver, need_torch
from prelabel.kie.tag.compact import CompactTagger
from prelabel.kie.tag.gelu import gelu
from prelabel.kie.tag.network_files import read_network, write_network
from prelabel.kie.tag.numpy_scorer import Arrays, NumpyScorer
from prelabel.kie.tag.packing import Unpadded
from prelabel.kie.tag.shape import Shape
from prelabel.kie.tag.tagger import TagInput
from prelabel.kie.tag.torch_network import Network
from prelabel.kie.tag.torch_scorer import TorchScorer, load_network
from prelabel.page import Box
from prelabel.registry.tagger_files import SHIPPED_COMPACT, read_compact
from synthetic import generate

ROOT = Path(__file__).parents[3]
#: Float32 itself: torch differs as much from the same network in float64 (1.6e-6).
NEAR = 4e-6

CHECKPOINT = read_compact(SHIPPED_COMPACT)
IN_NUMPY = CompactTagger(NumpyScorer.load(CHECKPOINT), CHECKPOINT.tags)
IN_TORCH = CompactTagger(TorchScorer.load(CHECKPOINT, "cpu"), CHECKPOINT.tags)


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def assert_alike(pages: list[TagInput]) -> None:
    """Tag the pages together in numpy and in torch, and compare tags and probabilities."""
    encoded = [IN_NUMPY.encode(page) for page in pages]
    ours, theirs = IN_NUMPY.forward(encoded), IN_TORCH.forward(encoded)
    for page, mine, other in zip(pages, ours, theirs, strict=True):
        assert mine.shape == other.shape == (len(page.words), len(CHECKPOINT.tags))
        assert mine.dtype == np.float32
        assert np.abs(mine - other).max(initial=0) < NEAR
        best = np.sort(other, axis=1)
        clear = best[:, -1] - best[:, -2] > 2 * NEAR  # of two tags that are equally probable, either may win
        assert (mine.argmax(1) == other.argmax(1))[clear].all()


def rows(count: int, words: tuple[str, ...] = ("Invoice", "no.", "금액:", "₩1,200", "2024-05-01")) -> TagInput:
    boxes = tuple(Box(90 * (i % 9), 20 * (i // 9), 90 * (i % 9) + 70 + i % 7, 20 * (i // 9) + 14) for i in range(count))
    return TagInput(tuple(words[i % len(words)] for i in range(count)), boxes, 900, 1200)


def test_generated_pages_get_the_same_tags() -> None:
    assert_alike([tag_input(generate(seed, language).page) for seed in range(12) for language in ("en", "ko")])


@pytest.mark.parametrize("count", [0, 1, 2, 17, 511, 512, 513, 1300])
def test_pages_of_any_length_get_the_same_tags(count: int) -> None:
    assert_alike([rows(count)])


_edges = st.floats(-3000, 5000, allow_nan=False, width=32)
_words = st.lists(st.tuples(st.text(max_size=30), st.tuples(_edges, _edges, _edges, _edges)), max_size=40)


@settings(max_examples=40, deadline=None)
@given(st.lists(_words, min_size=1, max_size=6), st.integers(-5, 4000), st.integers(-5, 4000))
def test_odd_pages_in_any_batch_get_the_same_tags(
    pages: list[list[tuple[str, tuple[float, float, float, float]]]], width: int, height: int
) -> None:
    assert_alike(
        [
            TagInput(tuple(text for text, _ in page), tuple(Box(*corners) for _, corners in page), width, height)
            for page in pages
        ]
    )


def test_other_pages_of_a_batch_change_no_more_than_rounding() -> None:
    # Given pages of many lengths, one of three windows among them
    pages = [IN_NUMPY.encode(rows(count)) for count in (150, 3, 0, 77, 512, 1200, 1, 150)]

    # When they are computed together, and each alone
    together, alone = IN_NUMPY.forward(pages), [IN_NUMPY.forward([page])[0] for page in pages]

    # Then the results are the same
    assert max(np.abs(a - b).max(initial=0) for a, b in zip(together, alone, strict=True)) < 1e-6


@settings(deadline=None)
@given(st.lists(st.integers(1, 600), max_size=60), st.integers(1, 2000))
def test_passes_without_padding_keep_the_order_and_the_budget(lengths: list[int], budget: int) -> None:
    parts = Unpadded(budget).parts(lengths)

    assert [i for part in parts for i in part] == list(range(len(lengths)))
    assert all(part for part in parts)
    assert all(len(part) == 1 or sum(lengths[i] for i in part) <= budget for part in parts)


def test_memory_that_runs_out_is_a_failure_that_a_retry_may_cure() -> None:
    def work(_: list[int]) -> None:
        raise MemoryError

    with pytest.raises(ExtractFailed) as caught:
        Unpadded(10).run([3, 4], work)
    assert caught.value.retryable


def test_gelu_is_right_for_all_numbers() -> None:
    x = np.concatenate([np.linspace(-9, 9, 200_001), np.linspace(-1e5, 1e5, 20_001)]).astype(np.float32)
    exact = x.astype(np.float64) * ndtr(x.astype(np.float64))

    found = gelu(x.copy(), Arrays())

    assert np.abs(found - exact)[:200_001].max() < 1e-6
    assert np.allclose(found, exact, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("shape", [Shape(3, width=8, layers=3, heads=2, biases=3), Shape(5, width=16, layers=2)])
def test_networks_of_other_sizes_are_written_read_and_computed_alike(shape: Shape, tmp_path: Path) -> None:
    # Given a fresh network of its own sizes
    torch.manual_seed(1)
    network = Network(shape)
    weights = {name: value.numpy() for name, value in network.state_dict().items()}
    assert {name: value.shape for name, value in weights.items()} == shape.weights()

    # When it is written and read
    write_network(shape, weights, ["O"] * shape.tags, tmp_path, {"seed": 1})
    checkpoint = read_compact(tmp_path)
    windows = [window.features for window in IN_NUMPY.encode(rows(30)).payload]

    # Then both backends compute the same
    assert read_network(checkpoint)[0] == shape
    ours, theirs = NumpyScorer.load(checkpoint)(windows)(), TorchScorer(load_network(checkpoint), torch.device("cpu"))
    assert np.abs(ours[0] - theirs(windows)()[0]).max() < NEAR


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda w: w.pop("tags.bias"), "tags.bias is missing"),
        (lambda w: w.update({"extra": np.zeros(2, np.float16)}), "extra is unknown"),
        (lambda w: w.update({"tags.bias": np.zeros(9, np.float16)}), "tags.bias is 9, not 7"),
    ],
)
def test_weights_that_do_not_fit_are_one_line(change: object, says: str, tmp_path: Path) -> None:
    weights = load_file(SHIPPED_COMPACT / "model.safetensors")
    assert callable(change)
    change(weights)
    save_file(weights, tmp_path / "model.safetensors")
    (tmp_path / "config.json").write_text((SHIPPED_COMPACT / "config.json").read_text("utf-8"), "utf-8")

    with pytest.raises(ModelUnavailable, match=says) as caught:
        CompactTagger.load(tmp_path, "cpu")
    assert "\n" not in str(caught.value)


def test_the_driver_of_a_gpu_is_seen_by_its_files(tmp_path: Path) -> None:
    (tmp_path / "null").touch()
    (tmp_path / "nvidia-modeset").touch()
    assert not gpu_driver(tmp_path)
    (tmp_path / "nvidia0").touch()
    assert gpu_driver(tmp_path)


def test_numpy_computes_unless_a_gpu_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "gpu_driver", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert computes_in_torch("auto")
    assert not computes_in_torch("cpu")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)  # a driver, and torch without CUDA
    assert not computes_in_torch("auto")
    monkeypatch.setattr(backend, "gpu_driver", lambda: False)
    assert not computes_in_torch("auto")
    assert computes_in_torch("cuda")  # torch itself says that there is none


def test_a_setting_that_needs_torch_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "find_spec", lambda _: None)
    with pytest.raises(SettingError, match=r"PRELABEL_DEVICE=cuda:1 needs torch.*pip install 'prelabel\[layoutlm\]'"):
        computes_in_torch("cuda:1")
    with pytest.raises(SettingError, match="PRELABEL_DEVICE=gpu is no device"):
        computes_in_torch("gpu")
    with pytest.raises(
        SettingError,
        match=r"PRELABEL_LAYOUTLM_MODEL=x needs torch and transformers, which are.*layoutlm\]",
    ):
        need_torch("PRELABEL_LAYOUTLM_MODEL=x")
    assert not computes_in_torch("auto")


_NO_TORCH = """
import sys
for name in ("torch", "transformers", "tokenizers", "huggingface_hub", "torchvision"):
    sys.modules[name] = None  # an import raises ImportError
"""
_TAG = """
import json, sys
from pathlib import Path
from prelabel.api.reading import Reader, page_sources
from prelabel.settings import Settings
result = Reader(Settings(_env_file=None)).read(page_sources(Path(sys.argv[1]))[0])
assert len(result.page.key_values) > 5, result
print(json.dumps([name for name in ("torch", "transformers", "tokenizers") if sys.modules.get(name)]))
"""


def run_python(code: str, *args: object) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, args)],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("before", ["", _NO_TORCH], ids=["torch installed", "torch not importable"])
def test_a_page_is_read_without_torch(before: str) -> None:
    assert run_python(before + _TAG, ROOT / "examples" / "pages" / "en-purchase-order.png").strip() == "[]"


_WORKER = """
from workers import gpu
from prelabel.kie.extract import tag_input
from prelabel.kie.tag.threads import limit_threads
from prelabel.page import Box
from prelabel.project.models import load
from workers.own_models import OwnModels
from prelabel.kie.tag.tagger import TagInput
from prelabel.settings import get_settings
import sys, threadpoolctl
settings = get_settings()
models = load(settings)
worker = gpu.BatchedTaggers(models, OwnModels(settings), settings)
limit_threads(settings.torch_threads)
page = TagInput(("Total:", "12.00"), (Box(0, 0, 50, 10), Box(60, 0, 90, 10)), 100, 100)
assert worker.submit(models.tagger, page, alone=False).result(60).shape == (2, 7)
assert not sys.modules.get("torch"), "torch"
assert {each["num_threads"] for each in threadpoolctl.threadpool_info() if each["user_api"] == "blas"} == {1}
print("tagged")
"""


@pytest.mark.parametrize("before", ["", _NO_TORCH], ids=["torch installed", "torch not importable"])
def test_a_gpu_worker_tags_without_torch(before: str) -> None:
    assert run_python(before + _WORKER).strip() == "tagged"
