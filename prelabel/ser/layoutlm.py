"""LayoutLM v1 (arXiv 1912.13318) as a tagger: words -> overlapping windows of tokens -> tag probabilities by word."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from transformers import LayoutLMForTokenClassification
from transformers.utils import logging as transformers_logging

from prelabel.errors import ModelUnavailable
from prelabel.geometry import to_thousand
from prelabel.ser.checkpoint import Checkpoint, read_layoutlm
from prelabel.ser.device import device_of
from prelabel.ser.tagger import Encoded, Probabilities, TagInput
from prelabel.ser.tokens import WordPieces
from prelabel.ser.windows import margins, spans

#: Tokens that two windows share.
OVERLAP = 128
#: Tokens, padding included, that one pass through the model may hold.
_TOKENS = 32_768
#: Boxes of [CLS], [SEP] and padding, as in pre-training.
_CLS_BOX, _SEP_BOX, _PAD_BOX = (0, 0, 0, 0), (1000, 1000, 1000, 1000), (0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class _Window:
    """`ids`, `boxes`: with [CLS] and [SEP]. `words`: those whose first token is inside, at `places`; `margins`: tokens
    between that token and the nearer cut.
    """

    ids: list[int]
    boxes: list[tuple[int, int, int, int]]
    words: npt.NDArray[np.int64]
    places: npt.NDArray[np.int64]
    margins: npt.NDArray[np.int64]


class LayoutLMTagger:
    """A `Tagger` around a LayoutLM v1 checkpoint: a folder or a hub name."""

    def __init__(self, model: Any, pieces: WordPieces, checkpoint: Checkpoint, device: torch.device) -> None:
        self.name = checkpoint.name
        self.tags = checkpoint.tags
        self.digest = checkpoint.digest
        self._pieces = pieces
        self._device = device
        self._window = int(model.config.max_position_embeddings)
        self._model = model.to(device).eval()

    @classmethod
    def load(cls, model: str, vocab: str, device: str) -> LayoutLMTagger:
        """`vocab`: over the checkpoint's own vocabulary; empty: that, else the shipped one. Raises ModelUnavailable."""
        checkpoint = read_layoutlm(model, vocab)
        assert checkpoint.vocab is not None  # noqa: S101  (read_layoutlm found one or raised)
        pieces = WordPieces(checkpoint.vocab, lowercase=checkpoint.lowercase)
        network = _network(checkpoint)
        if pieces.size > network.config.vocab_size:
            raise ModelUnavailable(
                f"{checkpoint.vocab} has {pieces.size} tokens, the model in {checkpoint.folder} only "
                f"{network.config.vocab_size}; set LAYOUTLM_VOCAB to the vocabulary it was trained with"
            )
        return cls(network, pieces, checkpoint, device_of(device))

    def encode(self, page: TagInput) -> Encoded:
        """Tokens and windows of one page; the cost is the tokens of all its windows."""
        if not page.words:
            return Encoded(0, 0, [])
        tokens = self._pieces.encode(page.words)
        size = (max(page.width_px, 1), max(page.height_px, 1))
        boxes = [to_thousand(box, *size) for box in page.boxes]
        lengths = np.diff([*tokens.firsts, len(tokens.ids)])
        owners = np.repeat(np.arange(len(page.words)), lengths)
        firsts = np.array(tokens.firsts, np.int64)
        windows = []
        for start, stop in spans(len(tokens.ids), self._window - 2, min(OVERLAP, (self._window - 2) // 4)):
            words = np.flatnonzero((firsts >= start) & (firsts < stop))
            windows.append(
                _Window(
                    [self._pieces.cls, *tokens.ids[start:stop], self._pieces.sep],
                    [_CLS_BOX, *(boxes[i] for i in owners[start:stop]), _SEP_BOX],
                    words,
                    firsts[words] - start + 1,
                    margins(start, stop, len(tokens.ids))[firsts[words] - start],
                )
            )
        return Encoded(sum(len(w.ids) for w in windows), len(page.words), windows)

    def forward(self, batch: Sequence[Encoded]) -> list[Probabilities]:
        """Windows of all pages together, padded to the longest; of two windows the one with more context counts."""
        results: list[Probabilities] = [np.zeros((page.words, len(self.tags)), np.float32) for page in batch]
        best = [np.full(page.words, -1, np.int64) for page in batch]
        windows = [(number, window) for number, page in enumerate(batch) for window in page.payload]
        for part in _parts(windows):
            rows = self._probabilities([window for _, window in part])
            for (number, window), row in zip(part, rows, strict=True):
                wins = window.margins > best[number][window.words]
                results[number][window.words[wins]] = row[window.places[wins]]
                best[number][window.words[wins]] = window.margins[wins]
        return results

    def _probabilities(self, windows: Sequence[_Window]) -> npt.NDArray[np.float32]:
        """(windows, tokens, tags)."""
        longest = max(len(window.ids) for window in windows)
        ids = np.full((len(windows), longest), self._pieces.pad, np.int64)
        boxes = np.full((len(windows), longest, 4), _PAD_BOX, np.int64)
        mask = np.zeros((len(windows), longest), np.int64)
        for row, window in enumerate(windows):
            count = len(window.ids)
            ids[row, :count], boxes[row, :count], mask[row, :count] = window.ids, window.boxes, 1
        with torch.inference_mode(), self._precision():
            scores = self._model(
                input_ids=self._tensor(ids), bbox=self._tensor(boxes), attention_mask=self._tensor(mask)
            ).logits
        probabilities: npt.NDArray[np.float32] = scores.float().softmax(-1).cpu().numpy()
        return probabilities

    def _tensor(self, array: npt.NDArray[np.int64]) -> Tensor:
        return torch.from_numpy(array).to(self._device, non_blocking=True)

    def _precision(self) -> AbstractContextManager[Any]:
        """Half precision where a GPU has it: bfloat16, else float16."""
        if self._device.type != "cuda":
            return nullcontext()
        return torch.autocast("cuda", torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16)


def _network(checkpoint: Checkpoint) -> Any:
    """Load the weights, from safetensors only; every one of them must be there and fit."""
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
        )
    except Exception as error:  # noqa: BLE001  (transformers raises many kinds; each means: not loadable)
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ModelUnavailable(f"{checkpoint.folder} cannot be loaded as LayoutLM v1: {reason}") from None
    finally:
        transformers_logging.set_verbosity(before)
        transformers_logging.enable_progress_bar()
    missing = sorted(str(name) for name in report["missing_keys"] if "position_ids" not in str(name))
    if missing:
        raise ModelUnavailable(
            f"{checkpoint.folder} lacks {len(missing)} weights, such as {missing[0]}; save the whole model again"
        )
    return network


def _parts(windows: list[tuple[int, _Window]]) -> list[list[tuple[int, _Window]]]:
    """Windows sorted by length, in parts that stay within the memory bound."""
    parts: list[list[tuple[int, _Window]]] = []
    for item in sorted(windows, key=lambda pair: len(pair[1].ids)):
        if not parts or (len(parts[-1]) + 1) * len(item[1].ids) > _TOKENS:
            parts.append([])
        parts[-1].append(item)
    return parts
