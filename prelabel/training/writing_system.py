"""Training of the network for writing systems: `python -m prelabel.training.writing_system --out FOLDER --seed 0`.

The network decides by the ink of a box whether it shows Hangul. It is trained on printed pages, prepared as before OCR,
in boxes of Tesseract's layout analysis, in shifted boxes of the truth and in random boxes, and on printed crops. The
training takes minutes on one core.
"""

from __future__ import annotations

import json
import logging
import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import click
import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional

from prelabel.geometry import compose, levelling, scaling, transform
from prelabel.images.ink import Dark, dark_pixels, sketch
from prelabel.ocr.page.cleaning import cleaned
from prelabel.ocr.page.scaling import letter_height_px, scale_factor
from prelabel.ocr.page.skew import level_sketch, levelled, skew_degrees
from prelabel.ocr.tesseract.joining import is_hangul
from prelabel.ocr.tesseract.tessdata import tessdata_folder
from prelabel.ocr.tesseract.writing_system import ROWS, STEP, WEIGHTS, WINDOW, Strip, hangul, padded, strips, windows_in
from prelabel.page import Box, Word
from synthetic.printing import KINDS, LANGUAGES, OcrPage, ocr_page, word_crops

log = logging.getLogger(__name__)

CONFIG = "config.json"
#: Pages of these seeds are kept out of every training.
HELD_OUT = range(9_000, 10_000)
#: Resolutions of the pages; coarse ones, which are the hardest, are twice as frequent.
_DPIS = (100, 100, 150, 200, 300)
#: Shifted boxes a word.
_SHIFTED = 2
#: Least share of a Hangul letter, in width and height, of a box with Hangul; largest share of a box without.
_HELD, _NOT_HELD = 0.6, 0.15

#: Strips of ink, and whether each shows Hangul.
Examples = list[tuple[Strip, bool]]


@dataclass(frozen=True, slots=True)
class WritingSystemTraining:
    """Options of a training of the network; they are written into the config.json of the model."""

    seed: int = 0
    pages: int = 360
    crops: int = 30_000
    epochs: int = 10
    batch: int = 256
    #: Strips that are sorted by length together before they are divided into batches.
    pool: int = 8192
    rate: float = 3e-3
    decay: float = 0.01
    #: Widths of the three hidden layers: of a window, of a window, of a word.
    look: int = 64
    see: int = 48
    weigh: int = 32


class StripNetwork(nn.Module):
    """Network over the windows of a strip: maximum and mean of their features give `results` numbers for each word.

    `prelabel.ocr.tesseract.writing_system.results` computes the same without torch.
    """

    def __init__(self, look: int, see: int, weigh: int, results: int) -> None:
        super().__init__()
        self.look = nn.Linear(WINDOW * ROWS, look)
        self.see = nn.Linear(look, see)
        self.weigh = nn.Linear(2 * see, weigh)
        self.decide = nn.Linear(weigh, results)

    def forward(self, ink: Tensor, counts: Tensor) -> Tensor:
        """Return (words, results) of padded strips, (words, columns, ROWS) in 0..1, with `counts` windows each."""
        windows = ink.unfold(1, WINDOW, STEP).transpose(2, 3).flatten(2)
        seen = functional.relu(self.see(functional.relu(self.look(windows))))
        seen = seen * (torch.arange(seen.shape[1]) < counts[:, None])[:, :, None]
        word = torch.cat((seen.amax(1), seen.sum(1) / counts[:, None]), 1)
        logits: Tensor = self.decide(functional.relu(self.weigh(word)))
        return logits


class Network(StripNetwork):
    """Network whose one result tells Hangul from other writing."""

    #: Share of the examples with Hangul.
    share: Tensor

    def __init__(self, look: int, see: int, weigh: int) -> None:
        super().__init__(look, see, weigh, 1)
        self.register_buffer("share", torch.tensor(0.5))

    def forward(self, ink: Tensor, counts: Tensor) -> Tensor:
        """Return logits (words,); see StripNetwork."""
        return super().forward(ink, counts)[:, 0]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A page as prepared before OCR, with its words in its pixels."""

    image: Image.Image
    dark: Dark
    words: tuple[Word, ...]


def prepared(page: OcrPage) -> Prepared:
    """Level, scale and clean a page as `prelabel.ocr.reading.read_page` does."""
    tilted = sketch(page.image)
    skew = skew_degrees(tilted)
    factor = scale_factor(letter_height_px(level_sketch(tilted, skew)), *page.image.size)
    image = cleaned(levelled(page.image, skew, factor))
    to_level, _, _ = levelling(skew, *page.image.size)
    place = compose(scaling(factor), to_level)
    words = tuple(Word(word.text, transform(place, word.box)) for word in page.words)
    return Prepared(image, dark_pixels(image), words)


def layout_boxes(image: Image.Image) -> list[Box]:
    """Return the words that Tesseract's layout analysis finds in blocks of text."""
    tesserocr, api = _tesseract()
    api.SetImageBytes(image.tobytes(), image.width, image.height, 1, image.width)
    level = tesserocr.RIL.WORD
    places = api.AnalyseLayout()
    items = tesserocr.iterate_level(places, level) if places else ()
    # The numbers of text blocks are lower than those of pictures and lines.
    return [Box(*item.BoundingBox(level)) for item in items if item.BlockType() <= tesserocr.PT.CAPTION_TEXT]


@lru_cache(maxsize=1)
def _tesseract() -> tuple[Any, Any]:
    import tesserocr

    folder = str(tessdata_folder(""))
    return tesserocr, tesserocr.PyTessBaseAPI(path=folder, lang="eng", psm=tesserocr.PSM.SINGLE_COLUMN)


def labels(boxes: Sequence[Box], words: Sequence[Word]) -> list[bool | None]:
    """Return whether each box shows a letter of Hangul; None if it shows only a part of a letter."""
    letters = [box for word in words for char, box in _letters(word) if is_hangul(char)]
    if not letters or not boxes:
        return [False] * len(boxes)
    b = np.array([(box.x0, box.y0, box.x1, box.y1) for box in boxes])[:, None]
    c = np.array([(box.x0, box.y0, box.x1, box.y1) for box in letters])[None]
    across = np.minimum(b[..., 2], c[..., 2]) - np.maximum(b[..., 0], c[..., 0])
    down = np.minimum(b[..., 3], c[..., 3]) - np.maximum(b[..., 1], c[..., 1])
    shares = np.minimum(across / (c[..., 2] - c[..., 0]), down / (c[..., 3] - c[..., 1])).max(axis=1)
    return [True if share >= _HELD else False if share <= _NOT_HELD else None for share in shares.tolist()]


def _letters(word: Word) -> Iterator[tuple[str, Box]]:
    """Estimate the boxes of the letters of a word from the usual widths of their kinds."""
    widths = np.array([1.0 if is_hangul(char) else 0.3 if char in ".,:;'|()[]ilI-" else 0.58 for char in word.text])
    edges = word.box.x0 + np.concatenate(([0.0], widths.cumsum() / widths.sum())) * word.box.width
    for char, x0, x1 in zip(word.text, edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        yield char, Box(x0, word.box.y0, x1, word.box.y1)


def gather(training: WritingSystemTraining) -> Examples:
    """Make the examples of a training."""
    rng = Random(training.seed)
    found: Examples = []
    for number in range(training.pages):
        kind, dpi = KINDS[number // len(LANGUAGES) % len(KINDS)], rng.choice(_DPIS)
        seed = (training.seed * training.pages + number) % HELD_OUT.start
        page = prepared(ocr_page(seed, language=LANGUAGES[number % len(LANGUAGES)], kind=kind, dpi=dpi))
        shifted = [box for _ in range(_SHIFTED) for box in _shifted(page, rng)]
        found += _on_page(page, [*layout_boxes(page.image), *shifted, *_anywhere(page, rng)])
    for image, text in islice(word_crops(training.seed), training.crops):
        factor = rng.uniform(16, 34) / image.height
        small = image.resize((max(1, round(image.width * factor)), max(1, round(image.height * factor))))
        strip = strips(dark_pixels(small), [Box(0, 0, *small.size)])[0]
        if strip is not None:
            found.append((strip, any(map(is_hangul, text))))
    return found


def _on_page(page: Prepared, boxes: Sequence[Box]) -> Examples:
    pairs = zip(strips(page.dark, boxes), labels(boxes, page.words), strict=True)
    return [(strip, label) for strip, label in pairs if strip is not None and label is not None]


def _shifted(page: Prepared, rng: Random) -> Iterator[Box]:
    """Yield inexact boxes of the words; some contain only a part of the word, some also the neighbouring text."""
    for word in page.words:
        box, height = word.box, word.box.height
        x0, x1 = box.x0, box.x1
        if rng.random() < 0.25:
            length = min(box.width, rng.uniform(0.7, 4) * height)
            x0 += rng.uniform(0, box.width - length)
            x1 = x0 + length
        elif rng.random() < 0.1:
            x1 += rng.uniform(0, 3) * height
        left, right = (rng.gauss(0, 0.08) * height for _ in range(2))
        top, bottom = (rng.uniform(-0.2, 0.2) * height for _ in range(2))
        yield Box(x0 - left, box.y0 - top, max(x0 - left, x1 + right), box.y1 + bottom)


def _anywhere(page: Prepared, rng: Random, boxes: int = 40) -> Iterator[Box]:
    """Yield random boxes: rules, check boxes, logos, parts of letters."""
    for _ in range(boxes):
        x, y, height = rng.uniform(0, page.image.width), rng.uniform(0, page.image.height), rng.uniform(6, 60)
        yield Box(x, y, x + height * rng.uniform(0.5, 6), y + height)


def train(training: WritingSystemTraining, examples: Examples, out: Path) -> None:
    """Train on the examples for `training.epochs` epochs, and write the network to `out`."""
    torch.manual_seed(training.seed)
    network = Network(training.look, training.see, training.weigh)
    network.share.fill_(sum(label for _, label in examples) / len(examples))
    optimizer = torch.optim.AdamW(network.parameters(), training.rate, weight_decay=training.decay)
    steps = training.epochs * math.ceil(len(examples) / training.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, training.rate, total_steps=steps, pct_start=0.1)
    rng, began = Random(training.seed), time.monotonic()
    for epoch in range(training.epochs):
        losses = []
        for ink, counts, wanted in _batches(examples, training, rng):
            loss = functional.binary_cross_entropy_with_logits(network(ink, counts), wanted)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        log.info("epoch %d, loss %.4f, %.0f s", epoch + 1, np.mean(losses), time.monotonic() - began)
    save(network, out, {"command": "python -m prelabel.training.writing_system", **asdict(training)})


def words_right(folder: Path, pages: int = 54) -> float:
    """Return the share, 0..1, of correctly judged words in Tesseract's boxes, on pages that no training uses."""
    right = total = 0
    for number in range(pages):
        kind, dpi = KINDS[number // 3 % 6], (100, 200, 300)[number // 18 % 3]
        page = prepared(ocr_page(HELD_OUT[number], language=LANGUAGES[number % 3], kind=kind, dpi=dpi))
        boxes = layout_boxes(page.image)
        pairs = zip(hangul(page.dark, boxes, folder), labels(boxes, page.words), strict=True)
        hits = [(found > 0.5) == label for found, label in pairs if label is not None]
        right, total = right + sum(hits), total + len(hits)
    return right / max(total, 1)


def save(network: nn.Module, out: Path, notes: Mapping[str, object]) -> None:
    """Write `notes` to config.json, and the network to model.safetensors (half precision)."""
    out.mkdir(parents=True, exist_ok=True)
    (out / CONFIG).write_text(json.dumps(notes, indent=2) + "\n", "utf-8")
    save_file({name: tensor.half().contiguous() for name, tensor in network.state_dict().items()}, out / WEIGHTS)
    # safetensors makes files that only their owner may read; the data of a package must be readable by all.
    (out / WEIGHTS).chmod(0o644)


def _batches(
    examples: Examples, training: WritingSystemTraining, rng: Random
) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """Yield batches of similar length in random order: (padded strips, their numbers of windows, 0 or 1)."""
    order = list(range(len(examples)))
    rng.shuffle(order)
    for start in range(0, len(order), training.pool):
        pool = sorted(order[start : start + training.pool], key=lambda i: len(examples[i][0]))
        batches = [pool[i : i + training.batch] for i in range(0, len(pool), training.batch)]
        rng.shuffle(batches)
        for batch in batches:
            words = [padded(examples[i][0]) for i in batch]
            ink = np.zeros((len(words), max(map(len, words)), ROWS), np.float32)
            for row, word in zip(ink, words, strict=True):
                row[: len(word)] = word
            counts = [windows_in(len(examples[i][0])) for i in batch]
            wanted = [float(examples[i][1]) for i in batch]
            yield torch.from_numpy(ink / 255), torch.tensor(counts), torch.tensor(wanted)


@click.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder to write.")
@click.option("--seed", default=0, show_default=True)
@click.option("--pages", default=WritingSystemTraining().pages, show_default=True, help="Printed pages to train on.")
@click.option("--crops", default=WritingSystemTraining().crops, show_default=True, help="Printed crops to train on.")
@click.option("--epochs", default=WritingSystemTraining().epochs, show_default=True, help="Passes over all examples.")
def main(out: Path, seed: int, pages: int, crops: int, epochs: int) -> None:
    """Train the network that distinguishes Hangul from other ink, from random weights, on printed pages."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(1)
    training = WritingSystemTraining(seed=seed, pages=pages, crops=crops, epochs=epochs)
    examples = gather(training)
    log.info("%d strips, %d of them with Hangul", len(examples), sum(label for _, label in examples))
    train(training, examples, out)
    log.info("words judged correctly on held-out pages: %.4f", words_right(out))


if __name__ == "__main__":
    main()
