"""LayoutLM v1 as a tagger: windows, batches, label sets, training, and errors of bad checkpoints."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import torch
from safetensors.torch import load_file, save_file

from prelabel.errors import ModelUnavailable
from prelabel.kie.extract import extract, tag_input
from prelabel.kie.link.alignment import AlignmentRule
from prelabel.kie.tag import layoutlm, tokens
from prelabel.kie.tag.layoutlm import LayoutLMTagger
from prelabel.kie.tag.loading import describe, label_set, tagger_for
from prelabel.kie.tag.tagger import TagInput, plain_label
from prelabel.page import Box
from prelabel.registry.tagger_files import SHIPPED_VOCAB
from prelabel.settings import Settings
from prelabel.training.sources import HELD_OUT
from synthetic import generate
from tests.support.small_layoutlm import untrained


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return untrained(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def tagger(folder: Path) -> LayoutLMTagger:
    return LayoutLMTagger.load(str(folder), "", "cpu")


def page_of(words: list[str]) -> TagInput:
    boxes = tuple(Box(10 * (i % 50), 12 * (i // 50), 10 * (i % 50) + 8, 12 * (i // 50) + 9) for i in range(len(words)))
    return TagInput(tuple(words), boxes, 600, 4000)


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["Total"],
        ["number"] * 510,
        ["number"] * 511,
        ["internationalisation"] * 700,
        ["가나다라마바사", "\u200b", "", "�", "12,500원", "\x00"],
        ["x" * 3000, "a-" * 900, "end"],
        ["word"] * 5000,
    ],
    ids=["none", "one", "window", "window+1", "long", "odd", "words longer than a window", "5000"],
)
def test_every_word_gets_its_probabilities_once(tagger: LayoutLMTagger, words: list[str]) -> None:
    rows = tagger.forward([tagger.encode(page_of(words))])[0]

    assert rows.shape == (len(words), len(tagger.tags))
    assert np.allclose(rows.sum(1), 1.0, atol=1e-4)


def test_boxes_are_thousandths_of_the_page_and_words_share_those_of_their_pieces(tagger: LayoutLMTagger) -> None:
    page = TagInput(("internationalisation", "x"), (Box(60, 200, 119.9, 400), Box(-5, 900, 700, 950)), 600, 800)

    window = tagger.encode(page).payload[0]

    pieces = window.places[1] - 1
    assert window.boxes.tolist() == [
        [0, 0, 0, 0], *[[100, 250, 199, 500]] * pieces, [0, 1000, 1000, 1000], [1000] * 4
    ]  # fmt: skip
    assert pieces > 1


def test_remembered_words_give_the_same_tokens_and_are_not_kept_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "KEPT_WORDS", 3)
    pieces = tokens.WordPieces(SHIPPED_VOCAB, lowercase=True)
    first = pieces.encode(["total", "amount", "total"])

    assert pieces.encode(["a", "b", "c", "d", "amount"]).firsts == [0, 1, 2, 3, 4]
    assert pieces.encode(["total", "amount", "total"]) == first


def test_windows_overlap_and_the_one_with_most_context_counts(tmp_path: Path) -> None:
    tagger = LayoutLMTagger.load(str(untrained(tmp_path, positions=64)), "", "cpu")
    encoded = tagger.encode(page_of(["one"] * 150))
    windows = encoded.payload

    assert all(len(window.ids) <= 64 for window in windows)
    shared = set(windows[0].words) & set(windows[1].words)
    assert shared
    best = {word: max(w.margins[list(w.words).index(word)] for w in windows if word in w.words) for word in shared}
    assert min(best.values()) >= len(shared) // 2 - 1


def test_batch_mates_change_nothing(tagger: LayoutLMTagger) -> None:
    encoded = [tagger.encode(tag_input(generate(seed).page)) for seed in (1, 2, 3)]
    encoded += [tagger.encode(page_of(["Date:"])), tagger.encode(page_of([])), tagger.encode(page_of(["a"] * 900))]

    together = tagger.forward(encoded)

    for page, rows in zip(encoded, together, strict=True):
        alone = tagger.forward([page])[0]
        assert rows.shape == alone.shape
        assert np.abs(alone - rows).max(initial=0) < 1e-4


def test_a_small_checkpoint_learns_from_synthetic_pages(small_layoutlm: Path) -> None:
    # Given a LayoutLM trained for some seconds
    tagger = tagger_for(Settings(layoutlm_model=str(small_layoutlm), device="cpu", _env_file=None))

    # When it labels pages that it was not trained on
    pages = [generate(HELD_OUT + i, "en") for i in range(20)]
    rows = tagger.forward([tagger.encode(tag_input(page.page)) for page in pages])

    # Then far more labels are correct than with the most frequent label
    truth = [word.label for page in pages for word in page.page.labels or ()]
    found = [plain_label(tagger.tags[row.argmax()]) for page in rows for row in page]
    right = sum(a == b for a, b in zip(truth, found, strict=True)) / len(truth)
    assert right > max(Counter(truth).values()) / len(truth) + 0.15
    # And pages have key-values
    grown = extract(pages[0].page, rows[0], tagger.tags, linker=AlignmentRule(), link_threshold=0.0)
    assert grown.key_values


def test_half_precision_labels_all_but_one_word_in_a_thousand_alike(small_layoutlm: Path) -> None:
    pages = [tag_input(generate(HELD_OUT + i, "en").page) for i in range(60)]
    full, half = (LayoutLMTagger.load(str(small_layoutlm), "", "cpu", precision) for precision in ("fp32", "bf16"))

    one, other = (np.concatenate(tagger.forward([tagger.encode(page) for page in pages])) for tagger in (full, half))

    assert np.abs(one - other).max() > 0
    assert (one.argmax(1) != other.argmax(1)).mean() <= 0.001


def test_on_a_gpu_rows_are_whole_eights_and_the_budget_fits_what_is_free(
    folder: Path, tagger: LayoutLMTagger, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a fake GPU that computes like this CPU, and the labels of the CPU
    encoded = [tagger.encode(page_of(["Date:"] * count)) for count in (3, 20, 700)]
    expected = np.concatenate(tagger.forward(encoded))
    shapes: list[tuple[int, ...]] = []
    gpu = torch.device("cuda", 0)
    monkeypatch.setattr(layoutlm, "free_bytes", lambda _: 100_000_000)
    packer = layoutlm._packer(tagger._model.config, gpu)
    on_gpu = LayoutLMTagger.load(str(folder), "", "cpu")
    monkeypatch.setattr(on_gpu, "_device", gpu)

    def send(array: npt.NDArray[np.int32], device: torch.device) -> torch.Tensor:
        assert device == gpu
        shapes.append(array.shape)
        return torch.from_numpy(array)

    monkeypatch.setattr(layoutlm, "send", send)

    # When pages are tagged on the GPU
    rows = on_gpu.forward(encoded)

    # Then their labels are those of the CPU
    assert shapes
    assert all(shape[1] % 8 == 0 for shape in shapes)
    assert np.abs(np.concatenate(rows) - expected).max() < 1e-4
    assert 1000 < packer.budget < 10_000


@pytest.mark.parametrize(
    ("tags", "plain"),
    [
        (("O", "B-Q", "I-Q", "E-Q", "S-Q"), ("OTHER", "Q")),
        (("other", "question", "answer"), ("OTHER", "question", "answer")),
        (("O", "B-INVOICE_NUMBER", "I-INVOICE_NUMBER", "B-CUSTOMER"), ("OTHER", "INVOICE_NUMBER", "CUSTOMER")),
    ],
    ids=["BIOES", "plain", "own labels"],
)
def test_label_sets_come_from_the_checkpoint(tmp_path: Path, tags: tuple[str, ...], plain: tuple[str, ...]) -> None:
    tagger = LayoutLMTagger.load(str(untrained(tmp_path, tags=tags)), "", "cpu")

    assert tagger.tags == tags
    assert label_set(tagger) == plain


def test_labels_txt_names_what_the_config_does_not(folder: Path, tmp_path: Path) -> None:
    bare = _nameless(folder, tmp_path / "bare")
    (bare / "labels.txt").write_text("O\nB-A\nI-A\nB-B\nI-B\nB-C\nI-C\n", "utf-8")

    tagger = LayoutLMTagger.load(str(bare), "", "cpu")

    assert tagger.tags == ("O", "B-A", "I-A", "B-B", "I-B", "B-C", "I-C")


def test_a_vocabulary_of_its_own_goes_before_the_shipped_one(folder: Path, tmp_path: Path) -> None:
    own = Path(shutil.copytree(folder, tmp_path / "own"))
    (own / "vocab.txt").write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "total"]) + "\n", "utf-8")

    tagger = LayoutLMTagger.load(str(own), "", "cpu")

    assert tagger.encode(page_of(["Total"])).payload[0].ids.tolist() == [2, 5, 3]
    assert tagger.digest != LayoutLMTagger.load(str(folder), "", "cpu").digest


def test_describe_tells_the_same_without_loading(folder: Path, tagger: LayoutLMTagger) -> None:
    settings = Settings(layoutlm_model=str(folder), _env_file=None)

    assert describe(settings) == (tagger.name, tagger.digest, label_set(tagger))


def test_the_digest_follows_the_weights(folder: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(folder, tmp_path / "other"))
    weights = load_file(other / "model.safetensors")
    weights["classifier.bias"] += 1
    save_file(weights, other / "model.safetensors", {"format": "pt"})

    assert LayoutLMTagger.load(str(other), "", "cpu").digest != LayoutLMTagger.load(str(folder), "", "cpu").digest


def test_half_precision_weights_are_computed_in_full(folder: Path, tmp_path: Path) -> None:
    half = Path(shutil.copytree(folder, tmp_path / "half"))
    weights = load_file(half / "model.safetensors")
    save_file({name: tensor.half() for name, tensor in weights.items()}, half / "model.safetensors", {"format": "pt"})
    config = json.loads((half / "config.json").read_text("utf-8")) | {"dtype": "float16"}
    (half / "config.json").write_text(json.dumps(config), "utf-8")
    page = page_of(["Total", "12.50"])

    full, rounded = (LayoutLMTagger.load(str(f), "", "cpu") for f in (folder, half))

    difference = full.forward([full.encode(page)])[0] - rounded.forward([rounded.encode(page)])[0]
    assert np.abs(difference).max() < 1e-2


def _nameless(folder: Path, to: Path) -> Path:
    """Copy a checkpoint, with labels LABEL_0, LABEL_1, ... in its config."""
    shutil.copytree(folder, to)
    config = json.loads((to / "config.json").read_text("utf-8"))
    config["id2label"] = {str(i): f"LABEL_{i}" for i in range(len(config["id2label"]))}
    config["label2id"] = {name: int(i) for i, name in config["id2label"].items()}
    (to / "config.json").write_text(json.dumps(config), "utf-8")
    return to


def _change_config(folder: Path, **changes: object) -> None:
    config = json.loads((folder / "config.json").read_text("utf-8"))
    (folder / "config.json").write_text(json.dumps(config | changes), "utf-8")


def _pickle_only(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


def _headless(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    kept = {name: tensor for name, tensor in weights.items() if not name.startswith("classifier")}
    save_file(kept, folder / "model.safetensors", {"format": "pt"})


def _holed(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    kept = {name: tensor for name, tensor in weights.items() if "layer.1" not in name}
    save_file(kept, folder / "model.safetensors", {"format": "pt"})


BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "no config": (lambda f: (f / "config.json").unlink(), "no config.json"),
    "broken config": (lambda f: (f / "config.json").write_text("{"), "cannot be read"),
    "another model": (lambda f: _change_config(f, model_type="bert"), "not LayoutLM v1"),
    "v3": (lambda f: _change_config(f, model_type="layoutlmv3"), "not LayoutLM v1"),
    "no weights": (lambda f: (f / "model.safetensors").unlink(), "no model.safetensors"),
    "pickle only": (_pickle_only, "convert it once"),
    "cut weights": (lambda f: (f / "model.safetensors").write_bytes(b"\x00" * 40), "no readable safetensors"),
    "no head": (_headless, "fine-tune it first"),
    "missing weights": (_holed, "lacks"),
    "labels by number": (
        lambda f: _change_config(f, id2label={str(i): f"LABEL_{i}" for i in range(7)}, label2id=None),
        "put labels.txt",
    ),
    "too few labels": (lambda f: _change_config(f, id2label={"0": "O", "1": "B-A"}, label2id=None), "names 2 labels"),
    "small vocabulary": (lambda f: _change_config(f, vocab_size=100), "cannot be loaded|has 30522 tokens"),
    "no vocabulary": (lambda f: (f / "vocab.txt").write_text("a\nb\n"), "no WordPiece vocabulary"),
}


@pytest.mark.parametrize("case", BAD)
def test_each_bad_folder_is_one_line(folder: Path, tmp_path: Path, case: str) -> None:
    spoil, message = BAD[case]
    bad = Path(shutil.copytree(folder, tmp_path / "bad"))
    spoil(bad)

    with pytest.raises(ModelUnavailable, match=message) as caught:
        LayoutLMTagger.load(str(bad), "", "cpu")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("model", ["/no/such/folder", "./none", "not/a/hub/name"])
def test_a_missing_folder_is_one_line(model: str) -> None:
    with pytest.raises(ModelUnavailable, match="no model folder"):
        LayoutLMTagger.load(model, "", "cpu")


def test_a_hub_name_that_cannot_be_had_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))

    with pytest.raises(ModelUnavailable, match="neither a folder nor a model") as caught:
        LayoutLMTagger.load("nobody/nothing", "", "cpu")
    assert "\n" not in str(caught.value)


def test_a_missing_vocabulary_is_one_line(folder: Path) -> None:
    with pytest.raises(ModelUnavailable, match="LAYOUTLM_VOCAB"):
        LayoutLMTagger.load(str(folder), "/no/vocab.txt", "cpu")
