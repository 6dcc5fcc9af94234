"""LayoutLM v1 in training: a pretrained model or a checkpoint, with a head for the labels and a vocabulary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn
from transformers.utils import logging as transformers_logging

from prelabel.kie.extract import tag_input
from prelabel.kie.tag.layoutlm import LayoutLMTagger, load_network
from prelabel.kie.tag.tokens import WordPieces
from prelabel.page import Page
from prelabel.registry.tagger_files import WEIGHTS, Checkpoint, read_layoutlm
from prelabel.training.learners import IGNORED, Defaults, Example, cross_entropy, numbered, tags_for, targets_of


class LayoutLMLearner:
    """A `Learner` of LayoutLM v1. The first token of a word counts; windows are those of `LayoutLMTagger`."""

    defaults = Defaults(rate=5e-5, batch_tokens=4096, decay=0.01)

    def __init__(self, network: Any, pieces: WordPieces, checkpoint: Checkpoint, device: torch.device) -> None:
        self.tags = checkpoint.tags
        self._network = network
        self._pieces = pieces
        self._checkpoint = checkpoint
        self._device = device
        self._encoder = self.tagger(network)
        self._numbers = numbered(self.tags)

    @classmethod
    def load(
        cls, model: str, vocab: str, labels: Sequence[str], data: Sequence[str], device: torch.device
    ) -> LayoutLMLearner:
        """Load a model. `vocab`: a vocabulary that replaces the model's own; `labels`, `data`: see `tags_for`."""
        own = read_layoutlm(model, pretrained=True)
        tags = tags_for(own.tags, labels, data)
        fresh = tags != own.tags
        network = load_network(replace(own, tags=tags), fresh_head=fresh)
        if fresh:
            nn.init.normal_(network.classifier.weight, std=network.config.initializer_range)
            nn.init.zeros_(network.classifier.bias)
        checkpoint = replace(read_layoutlm(model, vocab, pretrained=True), tags=tags)
        pieces = _pieces(checkpoint)
        if vocab:
            _translate(network, _pieces(own), pieces)
        return cls(network, pieces, checkpoint, device)

    @property
    def network(self) -> nn.Module:
        """The network to train."""
        return cast(nn.Module, self._network)

    def examples(self, page: Page) -> list[Example]:
        """Return the windows of the page."""
        tags = np.array(targets_of(page, self._numbers), np.int64)
        made = []
        for window in self._encoder.encode(tag_input(page)).payload:
            targets = np.full(len(window.ids), IGNORED, np.int64)
            targets[window.places] = tags[window.words]
            made.append(Example(len(window.ids), window, targets))
        return made

    def loss(self, batch: Sequence[Example], smoothing: float) -> Tensor:
        """Return the mean loss over the first tokens of all words."""
        inputs = self._encoder.inputs([example.window for example in batch])
        return cross_entropy(self._network(**inputs).logits, [example.targets for example in batch], smoothing)

    def tagger(self, network: nn.Module) -> LayoutLMTagger:
        """Return a tagger with these weights, in float32."""
        return LayoutLMTagger(network, self._pieces, self._checkpoint, self._device, torch.float32)

    def save(self, network: nn.Module, folder: Path, notes: Mapping[str, Any]) -> None:
        """Write the folder of `save_pretrained` and tokenizer.json; `notes` are stored in config.json."""
        saved = cast(Any, network)
        saved.config.training = dict(notes)
        transformers_logging.disable_progress_bar()
        try:
            saved.save_pretrained(folder)
        finally:
            transformers_logging.enable_progress_bar()
        self._pieces.save(folder / "tokenizer.json")
        (folder / WEIGHTS).chmod(0o644)


def _pieces(checkpoint: Checkpoint) -> WordPieces:
    assert checkpoint.vocab is not None  # noqa: S101  (read_layoutlm found one or raised)
    return WordPieces(checkpoint.vocab, lowercase=checkpoint.lowercase)


def _translate(network: Any, old: WordPieces, new: WordPieces) -> None:
    """Replace the embeddings by those of a new vocabulary.

    A known token keeps its embedding, another gets the mean of the old tokens that spell it. Tokens that the old
    vocabulary cannot spell get random embeddings of the size in a new model.
    """
    before = network.get_input_embeddings().weight.detach().clone()
    known = old.vocabulary
    after = torch.randn(new.size, before.shape[1]) * network.config.initializer_range
    for token, number in new.vocabulary.items():
        spelled = [known[token]] if token in known else old.encode([token.removeprefix("##")]).ids
        if old.unk not in spelled or token in known:
            after[number] = before[spelled].mean(0)
    network.resize_token_embeddings(new.size)
    with torch.no_grad():
        network.get_input_embeddings().weight.copy_(after)
    network.config.pad_token_id = new.pad
