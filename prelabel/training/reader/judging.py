"""Reading of fixed printed lines that no training sees: the points of a training's curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count, islice

import torch
from rapidfuzz.distance import LCSseq, Levenshtein

from prelabel.ocr.reader import path
from prelabel.ocr.reader.alphabet import canonical
from prelabel.ocr.reader.strips import Gray, frames, padded
from prelabel.training.reader.examples import example
from synthetic.printing.lines import printed_line

#: First seed of the lines that no training uses.
HELD_OUT = 2_000_000_000_000
#: Lines of each set, and those that are read together.
_LINES, _TOGETHER = 200, 16
#: Sets by name: whether their fonts are held out, too, and their kind.
SETS: dict[str, tuple[bool, str | None]] = {"seen": (False, None), "unseen": (True, None), "receipt": (True, "receipt")}


@dataclass(frozen=True, slots=True)
class Judged:
    """A strip and its true text."""

    strip: Gray
    text: str


@cache
def judged_lines(name: str, lines: int = _LINES) -> tuple[Judged, ...]:
    """Return the lines of a set."""
    held_out, kind = SETS[name]
    start = HELD_OUT + list(SETS).index(name) * 1_000_000
    printed = (printed_line(seed, held_out=held_out, kind=kind) for seed in count(start))
    fit = ((line, found) for line in printed if (found := example(line)) is not None and line is not None)
    return tuple(Judged(found.strip, canonical(line.text)) for line, found in islice(fit, lines))


def read(network: torch.nn.Module, strips: Sequence[Gray]) -> list[str]:
    """Read strips by the network as it is in evaluation; its mode and device are left as they are found."""
    device = next(network.parameters()).device
    training = network.training
    network.eval()
    texts = [""] * len(strips)
    order = sorted(range(len(strips)), key=lambda index: strips[index].shape[1])
    with torch.inference_mode():
        for start in range(0, len(order), _TOGETHER):
            indexes = order[start : start + _TOGETHER]
            inputs = torch.from_numpy(padded([strips[index] for index in indexes]))
            logits = network(inputs.to(device).contiguous(memory_format=torch.channels_last)).float().cpu().numpy()
            for index, line in zip(indexes, logits, strict=True):
                texts[index] = path.text(path.characters(line[: frames(strips[index])], 1.0))
    network.train(training)
    return texts


def scores(truth: Sequence[str], texts: Sequence[str]) -> tuple[float, float]:
    """Return the share of the true words that are read, in order, and the edits per true character; both in percent."""
    words = sum(len(line.split()) for line in truth)
    right = sum(LCSseq.similarity(line.split(), found.split()) for line, found in zip(truth, texts, strict=True))
    edits = sum(Levenshtein.distance(line, found) for line, found in zip(truth, texts, strict=True))
    return round(100 * right / max(words, 1), 2), round(100 * edits / max(sum(map(len, truth)), 1), 2)


def judge(network: torch.nn.Module) -> dict[str, float]:
    """Return words and character errors, in percent, on each set."""
    found: dict[str, float] = {}
    for name in SETS:
        lines = judged_lines(name)
        words, errors = scores([line.text for line in lines], read(network, [line.strip for line in lines]))
        found |= {f"{name} words": words, f"{name} cer": errors}
    return found
