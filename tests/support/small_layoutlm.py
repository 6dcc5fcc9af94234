"""A small LayoutLM v1 checkpoint, trained from random weights on synthetic pages in under a minute."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import torch
from transformers import LayoutLMConfig, LayoutLMForTokenClassification
from transformers.utils import logging as transformers_logging

from prelabel.evaluation.kie import bio_tags
from prelabel.kie.extract import tag_input
from prelabel.kie.tag.layoutlm import LayoutLMTagger
from prelabel.training.learners import bio
from synthetic import LABELS, generate

TAGS = bio(LABELS)


def untrained(folder: Path, *, tags: tuple[str, ...] = TAGS, positions: int = 512, width: int = 32) -> Path:
    """Write a checkpoint with random weights: config.json and model.safetensors."""
    torch.manual_seed(0)
    config = LayoutLMConfig(
        hidden_size=width,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=2 * width,
        max_position_embeddings=positions,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        id2label=dict(enumerate(tags)),
        label2id={tag: i for i, tag in enumerate(tags)},
    )
    transformers_logging.disable_progress_bar()
    LayoutLMForTokenClassification(config).save_pretrained(folder)
    return folder


def train(folder: Path, *, pages: int = 320, width: int = 64, rate: float = 3e-3) -> Path:
    """Train on the generated English pages 0..pages-1 and save; takes under a minute on one CPU thread."""
    tagger = LayoutLMTagger.load(str(untrained(folder, width=width)), "", "cpu")
    model = tagger._model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=pages // 4 + 1)
    windows = []
    for seed in range(pages):
        page = generate(seed, "en").page
        tags = [TAGS.index(tag) for tag in bio_tags(page)]
        for window in tagger.encode(tag_input(page)).payload:
            target = np.full(len(window.ids), -100)
            target[window.places] = [tags[i] for i in window.words]
            windows.append((window, target))
    random.Random(0).shuffle(windows)
    for start in range(0, 4 * (pages // 4), 4):
        batch = windows[start : start + 4]
        longest = max(len(window.ids) for window, _ in batch)

        def padded(rows: list[list[int]], fill: int, longest: int = longest) -> torch.Tensor:
            return torch.tensor([[*row, *[fill] * (longest - len(row))] for row in rows])

        loss = model(
            input_ids=padded([w.ids for w, _ in batch], 0),
            bbox=torch.stack([padded([[b[k] for b in w.boxes] for w, _ in batch], 0) for k in range(4)], -1),
            attention_mask=padded([[1] * len(w.ids) for w, _ in batch], 0),
            labels=padded([list(map(int, target)) for _, target in batch], -100),
        ).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    model.save_pretrained(folder)
    return folder
