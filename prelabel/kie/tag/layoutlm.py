"""LayoutLM v1 (arXiv 1912.13318) as a tagger: words -> overlapping windows of tokens -> tag probabilities by word."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from transformers import LayoutLMForTokenClassification
from transformers.utils import logging as transformers_logging

from prelabel.errors import ModelUnavailable
from prelabel.kie.tag.device import device_of, fetch, free_bytes, multiplying_in, precision_of, release_memory, send
from prelabel.kie.tag.packing import Packer, launch
from prelabel.kie.tag.tagger import Encoded, Probabilities, TagInput
from prelabel.kie.tag.tokens import WordPieces
from prelabel.kie.tag.windows import margins, spans
from prelabel.registry.tagger_files import Checkpoint, read_layoutlm

#: Tokens that two adjacent windows share.
OVERLAP = 128
#: Most tokens of one pass, padding included. On a CPU more are no faster (4 windows of 200 tokens: 0.36 ms a token,
#: 8 of 512: 0.45); on a GPU these are enough to keep it busy.
_CPU_TOKENS, _GPU_TOKENS = 4096, 65_536
#: Fixed cost of a pass, in tokens. On a CPU: 0.03 s. On a GPU: the work that it could do while Python launches some 300
#: kernels; an estimate, which is too high for a small GPU and too low for a large one.
_CPU_FIXED, _GPU_FIXED = 64, 8192
#: Boxes of [CLS], [SEP] and padding, as in pre-training.
_CLS_BOX, _SEP_BOX, _PAD_BOX = (0, 0, 0, 0), (1000, 1000, 1000, 1000), (0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class _Window:
    """A part of the tokens of a page.

    `ids`, `boxes` (tokens, 4): with [CLS] and [SEP]. `words`: the words whose first token is inside, at `places`.
    `margins`: tokens between that first token and the nearer cut.
    """

    ids: npt.NDArray[np.int32]
    boxes: npt.NDArray[np.int32]
    words: npt.NDArray[np.int64]
    places: npt.NDArray[np.int64]
    margins: npt.NDArray[np.int64]


class LayoutLMTagger:
    """A `Tagger` around a LayoutLM v1 checkpoint: a folder or a hub name."""

    def __init__(
        self, model: Any, pieces: WordPieces, checkpoint: Checkpoint, device: torch.device, precision: torch.dtype
    ) -> None:
        self.name = checkpoint.name
        self.tags = checkpoint.tags
        self.digest = checkpoint.digest
        self._pieces = pieces
        self._device = device
        self._precision = precision
        self._window = int(model.config.max_position_embeddings)
        self._model = model.to(device).eval()
        if precision is not torch.float32:
            _halve(self._model.layoutlm, precision)
        self.packer = _packer(model.config, device)

    @classmethod
    def load(cls, model: str, vocab: str, device: str, precision: str = "fp32") -> LayoutLMTagger:
        """Load a checkpoint. Raises ModelUnavailable.

        `vocab`: a vocabulary that replaces the checkpoint's own; empty: the checkpoint's own, else the shipped one.
        `precision`: see `precision_of`; a model to be trained stays "fp32".
        """
        checkpoint = read_layoutlm(model, vocab)
        assert checkpoint.vocab is not None  # noqa: S101  (read_layoutlm found one or raised)
        pieces = WordPieces(checkpoint.vocab, lowercase=checkpoint.lowercase)
        network = load_network(checkpoint)
        if pieces.size > network.config.vocab_size:
            raise ModelUnavailable(
                f"{checkpoint.vocab} has {pieces.size} tokens, the model in {checkpoint.folder} only "
                f"{network.config.vocab_size}; set PRELABEL_LAYOUTLM_VOCAB to the vocabulary it was trained with"
            )
        where = device_of(device)
        return cls(network, pieces, checkpoint, where, precision_of(precision, where))

    def encode(self, page: TagInput) -> Encoded:
        """Cut the tokens of one page into windows; the cost is the number of tokens of all windows."""
        if not page.words:
            return Encoded(0, 0, [])
        page = page.cleaned()
        tokens = self._pieces.encode(page.words)
        places = _thousands(page)
        lengths = np.diff([*tokens.firsts, len(tokens.ids)])
        ids, boxes = np.array(tokens.ids, np.int32), np.repeat(places, lengths, axis=0)
        firsts = np.array(tokens.firsts, np.int64)
        windows = []
        for start, stop in spans(len(ids), self._window - 2, min(OVERLAP, (self._window - 2) // 4)):
            words = np.flatnonzero((firsts >= start) & (firsts < stop))
            windows.append(
                _Window(
                    np.concatenate([[self._pieces.cls], ids[start:stop], [self._pieces.sep]], dtype=np.int32),
                    np.concatenate([[_CLS_BOX], boxes[start:stop], [_SEP_BOX]], dtype=np.int32),
                    words,
                    firsts[words] - start + 1,
                    margins(start, stop, len(ids))[firsts[words] - start],
                )
            )
        return Encoded(sum(len(w.ids) for w in windows), len(page.words), windows)

    def forward(self, batch: Sequence[Encoded]) -> list[Probabilities]:
        """Return the tag probabilities of every page; for a word in two windows, the one with more context counts."""
        return self.launch(batch)()

    def launch(self, batch: Sequence[Encoded]) -> Callable[[], list[Probabilities]]:
        """Begin `forward` on the device, and return a function that waits for the result."""
        return launch(batch, len(self.tags), self.packer, _length, self._score)

    def _score(self, windows: list[_Window]) -> Callable[[], list[Probabilities]]:
        """Begin one pass, and return a function that waits for the probabilities of each window's words."""
        with torch.inference_mode():
            inputs = self.inputs(windows)
            with multiplying_in(self._precision, self._device):
                body = self._model.layoutlm(**inputs).last_hidden_state
            # The head is in float32, which changed no label of 8,000 words; rounded, it changed 1.6 in 1,000.
            rows = fetch(self._model.classifier(body.float()).softmax(-1))
        return lambda: [row[window.places] for row, window in zip(rows(), windows, strict=True)]

    def inputs(self, windows: Sequence[_Window]) -> dict[str, Tensor]:
        """Return the inputs of the model on the device: windows padded to the longest one."""
        longest = max(map(_length, windows))
        if self._device.type == "cuda":
            longest = -(-longest // 8) * 8  # tensor cores need rows whose length is a multiple of eight
        # Ids, boxes and mask are in one array, so that one copy brings them to the device.
        inputs = np.zeros((len(windows), longest, 6), np.int32)
        inputs[..., 0], inputs[..., 1:5] = self._pieces.pad, _PAD_BOX
        for row, window in enumerate(windows):
            count = len(window.ids)
            inputs[row, :count, 0], inputs[row, :count, 1:5], inputs[row, :count, 5] = window.ids, window.boxes, 1
        there = send(inputs, self._device)
        return {"input_ids": there[..., 0], "bbox": there[..., 1:5], "attention_mask": there[..., 5]}


def _thousands(page: TagInput) -> npt.NDArray[np.int32]:
    """Return the boxes in the units of LayoutLM v1: (words, 4) whole numbers 0..1000, cut at the edges of the page."""
    size = np.array([page.width_px, page.height_px] * 2, np.float64)
    corners = np.array([(box.x0, box.y0, box.x1, box.y1) for box in page.boxes], np.float64)
    places: npt.NDArray[np.int32] = (1000 * np.clip(corners, 0, size) / size).astype(np.int32)
    return places


def _length(window: _Window) -> int:
    return len(window.ids)


def _halve(model: nn.Module, dtype: torch.dtype) -> None:
    """Convert the weights of matrix products once, because autocast would convert them in every pass."""
    for module in model.modules():
        if isinstance(module, nn.Linear):
            module.to(dtype)


def _packer(config: Any, device: torch.device) -> Packer:
    """Return the packer of a device. On a GPU, half of the free memory is for a layer's activations, 4 bytes each."""
    if device.type != "cuda":
        return Packer(_CPU_TOKENS, fixed=_CPU_FIXED, release=release_memory)
    numbers = 2 * config.intermediate_size + 8 * config.hidden_size
    numbers += config.num_attention_heads * config.max_position_embeddings
    most = min(_GPU_TOKENS, free_bytes(device) // (2 * 4 * numbers))
    return Packer(most, fixed=_GPU_FIXED, release=release_memory)


def load_network(checkpoint: Checkpoint, *, fresh_head: bool = False) -> Any:
    """Load the weights from safetensors; all must exist and fit, except those of a fresh head."""
    before = transformers_logging.get_verbosity()
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    try:
        network, report = LayoutLMForTokenClassification.from_pretrained(
            checkpoint.folder,
            num_labels=len(checkpoint.tags),
            id2label=dict(enumerate(checkpoint.tags)),
            label2id={tag: i for i, tag in enumerate(checkpoint.tags)},
            use_safetensors=True,
            dtype=torch.float32,
            local_files_only=True,
            output_loading_info=True,
            ignore_mismatched_sizes=fresh_head,
        )
    except Exception as error:  # noqa: BLE001  (transformers raises many kinds; each means: not loadable)
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ModelUnavailable(f"{checkpoint.folder} cannot be loaded as LayoutLM v1: {reason}") from None
    finally:
        transformers_logging.set_verbosity(before)
        transformers_logging.enable_progress_bar()
    missing = sorted(str(name) for name in report["missing_keys"] if "position_ids" not in str(name))
    missing = [name for name in missing if not (fresh_head and name.startswith("classifier."))]
    if missing:
        raise ModelUnavailable(
            f"{checkpoint.folder} lacks {len(missing)} weights, such as {missing[0]}; save the whole model again"
        )
    return network
