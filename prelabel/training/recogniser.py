"""Training of the small word reader on printed crops: `python -m prelabel.training.recogniser --out FOLDER --seed 0`.

The result is a custom network of EasyOCR: NAME.py, NAME.yaml and NAME.pth. Crops are resized by EasyOCR's own
functions, so that the inputs are the same in training and in use. Every crop is new.
"""

from __future__ import annotations

import copy
import logging
import math
import os
import shutil
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

import click
import numpy as np
import torch
import yaml
from easyocr.recognition import AlignCollate
from easyocr.utils import get_image_list
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from torch import Tensor
from torch.nn import functional

from prelabel.models.recogniser import prelabel_reader
from prelabel.models.recogniser.prelabel_reader import Model
from synthetic.printing import charset, word_crops

log = logging.getLogger(__name__)

Gray = NDArray[np.uint8]

NAME = "prelabel_reader"
#: Height of a crop in pixels, which the layers of the network require.
HEIGHT_PX = 32
LANGUAGES = ["en", "ko"]
#: Longest crop, in its heights; longer ones are left out, as no word has such a length.
_LONGEST = 24
#: Least heights of a coarse copy: Latin words are legible from about ten pixels, Hangul syllables from eighteen.
_COARSEST_PX, _COARSEST_KOREAN_PX = 11, 18
#: First seed that is kept out of every training.
HELD_OUT = 9_000


@dataclass(frozen=True, slots=True)
class RecogniserTraining:
    """Options of a training of the word reader; they are written into NAME.yaml."""

    seed: int = 0
    crops: int = 240_000
    #: Pixels of one batch: about 30 words.
    batch_px: int = 96 * 1024
    #: Crops that are sorted into batches of one length together.
    pool: int = 1024
    rate: float = 2e-3
    warm_up: float = 0.02
    decay: float = 0.01
    #: Weight of the past in the averaged weights, which are saved.
    average: float = 0.999
    clip: float = 5.0
    #: Share of the training in which the probabilities below grow from 0.
    ease: float = 0.3
    #: Probabilities that a crop is a coarse copy, is cut too narrowly, shows a part of the neighbouring text.
    copied: float = 0.25
    cut: float = 0.2
    beside: float = 0.35


def train(training: RecogniserTraining, out: Path, every_s: float = 60.0) -> None:
    """Train on `training.crops` new crops, and write the averaged network to `out`, at the end and every `every_s`."""
    torch.manual_seed(training.seed)
    network = Model(len(charset()) + 1).to(memory_format=torch.channels_last)
    average = copy.deepcopy(network)
    optimizer = torch.optim.AdamW(network.parameters(), training.rate, weight_decay=training.decay, fused=True)
    # Half precision is four times faster on processors with AMX.
    half = torch.cpu._is_amx_tile_supported()
    began = saved = time.monotonic()
    seen = 0
    network.train()
    for step, batch in enumerate(_batches(training)):
        for group in optimizer.param_groups:
            group["lr"] = training.rate * _rate(seen / training.crops, training.warm_up)
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            scores = network(inputs([crop for crop, _ in batch]))
        loss = _loss(scores, [text for _, text in batch])
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), training.clip)
        optimizer.step()
        _follow(average, network, min(training.average, step / (step + 10)))
        seen += len(batch)
        if time.monotonic() - saved > every_s:
            saved = time.monotonic()
            save(average, out, training)
            right = _right(scores.detach(), [text for _, text in batch])
            log.info("crops %d, loss %.3f, right %.2f, %.0f s", seen, loss.item(), right, saved - began)
    save(average, out, training)
    log.info("done: %d crops in %.0f s, %s", seen, time.monotonic() - began, out)


def save(network: Model, out: Path, training: RecogniserTraining) -> None:
    """Write the three files of an EasyOCR network into a folder; EasyOCR converts the half-precision weights."""
    out.mkdir(parents=True, exist_ok=True)
    settings = {
        "network_params": {},
        "imgH": HEIGHT_PX,
        "lang_list": LANGUAGES,
        "character_list": charset(),
        "made_by": {"command": "python -m prelabel.training.recogniser", **asdict(training)},
    }
    (out / f"{NAME}.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True), "utf-8")
    code = Path(prelabel_reader.__file__)
    if code.parent.resolve() != out.resolve():
        shutil.copy(code, out / f"{NAME}.py")
    weights = {
        f"module.{name}": value.half() if value.is_floating_point() else value
        for name, value in network.state_dict().items()
    }
    torch.save(weights, out / f"{NAME}.pth")


def inputs(crops: Sequence[Gray]) -> Tensor:
    """Convert crops of one length to inputs as EasyOCR does: float (crops, 1, 32, width) in -1..1."""
    sized, width = [], 0
    for crop in crops:
        height_px, width_px = crop.shape
        ((_, resized),), width = get_image_list([[0, width_px, 0, height_px]], [], crop, model_height=HEIGHT_PX)
        sized.append(Image.fromarray(resized))
    tensor: Tensor = AlignCollate(imgH=HEIGHT_PX, imgW=width, keep_ratio_with_pad=True)(sized)
    return tensor


def length(crop: Gray) -> int:
    """Return the longer side of a crop in shorter sides, rounded up; EasyOCR pads the crop to this length."""
    sides: tuple[int, ...] = crop.shape
    return math.ceil(max(sides) / min(sides))


def _batches(training: RecogniserTraining) -> Iterator[list[tuple[Gray, str]]]:
    """Yield batches of crops of one length, so that no crop is padded more than it would be alone."""
    rng = Random(training.seed)
    source = crops_as_found(training, rng)
    waiting: dict[int, list[tuple[Gray, str]]] = defaultdict(list)
    for _ in range(0, training.crops, training.pool):
        ready = []
        for _, (crop, text) in zip(range(training.pool), source, strict=False):
            heights = length(crop)
            same = waiting[heights]
            same.append((crop, text))
            if len(same) * heights * HEIGHT_PX**2 >= training.batch_px:
                ready.append(waiting.pop(heights))
        rng.shuffle(ready)
        yield from ready


def crops_as_found(training: RecogniserTraining, rng: Random) -> Iterator[tuple[Gray, str]]:
    """Yield printed crops with their texts, degraded as in the cut-outs of an engine's layout analysis."""
    beside: Gray | None = None
    for number, (image, text) in enumerate(word_crops(training.seed)):
        crop = printed = np.asarray(image)
        hard = min(1.0, number / (training.ease * training.crops))
        if rng.random() < hard * training.copied:
            crop = _copied(crop, rng, _COARSEST_PX if text.isascii() else _COARSEST_KOREAN_PX)
        if rng.random() < hard * training.cut:
            crop = _cut(crop, rng)
        if beside is not None and rng.random() < hard * training.beside:
            crop = _join(crop, beside, rng)
        beside = printed
        if min(crop.shape) > 2 and length(crop) <= _LONGEST:
            yield np.ascontiguousarray(crop), text


def _copied(crop: Gray, rng: Random, coarsest_px: int) -> Gray:
    """Imitate a coarse copy: few pixels, black and white by a level that thickens or breaks strokes, then blurred."""
    height_px = min(crop.shape[0], round(coarsest_px * rng.uniform(1, 2)))
    size = max(1, round(crop.shape[1] * height_px / crop.shape[0])), height_px
    coarse = Image.fromarray(crop).resize(size, Image.Resampling.BICUBIC)
    soft = np.asarray(coarse.filter(ImageFilter.GaussianBlur(rng.uniform(0.2, 0.8))), np.float32)
    dark, light = np.percentile(soft, (3, 97))
    grain = np.random.default_rng(rng.getrandbits(32)).normal(0, rng.uniform(0, 0.12), soft.shape)
    black = soft < dark + (light - dark) * (rng.uniform(0.35, 0.75) + grain)
    copy = Image.fromarray(np.where(black, np.uint8(rng.randrange(60)), np.uint8(255)))
    return np.asarray(copy.filter(ImageFilter.GaussianBlur(rng.uniform(0, 0.6))))


def _cut(crop: Gray, rng: Random) -> Gray:
    """Cut off up to a fourteenth of the height on each side."""
    height, width = crop.shape
    top, bottom, left, right = (int(rng.uniform(0, 0.07) * height) for _ in range(4))
    return crop[top : height - bottom, left : width - right]


def _join(crop: Gray, other: Gray, rng: Random) -> Gray:
    """Add a strip of another crop, or of empty paper, of the same gray, at one side."""
    height, width = crop.shape
    shift = int(np.median(crop)) - int(np.median(other))
    level = (other.astype(np.int16) + shift).clip(0, 255).astype(np.uint8)
    if rng.random() < 0.3:
        level = np.full_like(level, np.median(crop))
    level = np.asarray(Image.fromarray(level).resize((max(1, round(other.shape[1] * height / other.shape[0])), height)))
    side = rng.randrange(4)
    strip = max(1, int(height * rng.uniform(0.05, 0.7) * rng.random()))
    if side < 2:
        level = np.pad(level, ((0, 0), (0, max(0, width - level.shape[1]))), mode="edge")[:, :width]
        return np.concatenate((level[-strip:], crop) if side == 0 else (crop, level[:strip]))
    return np.concatenate((level[:, -strip:], crop) if side == 2 else (crop, level[:, :strip]), axis=1)


def _loss(scores: Tensor, texts: Sequence[str]) -> Tensor:
    number = {char: index for index, char in enumerate(charset(), 1)}
    logs = scores.transpose(0, 1).contiguous().float().log_softmax(2)
    return functional.ctc_loss(
        logs,
        torch.tensor([number[char] for text in texts for char in text]),
        torch.full((len(texts),), len(logs)),
        torch.tensor([len(text) for text in texts]),
        zero_infinity=True,  # a text may have more letters than its crop has columns
    )


def _right(scores: Tensor, texts: Sequence[str]) -> float:
    """Return the share of the texts that are read without an error."""
    read = []
    for columns in scores.argmax(2).tolist():
        changes = [new for old, new in zip([0, *columns], columns, strict=False) if new != old]
        read.append("".join(charset()[index - 1] for index in changes if index))
    return sum(mine == text for mine, text in zip(read, texts, strict=True)) / len(texts)


def _rate(done: float, warm_up: float) -> float:
    """Return the factor of the rate: a linear warm-up, then half a cosine to 1 %."""
    if done < warm_up:
        return (done + 1e-3) / (warm_up + 1e-3)
    return 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min((done - warm_up) / (1 - warm_up), 1.0)))


def _follow(average: Model, network: Model, keep: float) -> None:
    with torch.no_grad():
        for slow, fast in zip(average.state_dict().values(), network.state_dict().values(), strict=True):
            if slow.is_floating_point():
                slow.lerp_(fast, 1 - keep)


def held_out_accuracy(network: Model, language: str, crops: int = 500) -> float:
    """Return the share of crops that are read without an error, on a seed that no training uses."""
    network.eval()
    right = 0.0
    for _, (image, text) in zip(range(crops), word_crops(HELD_OUT, language=language), strict=False):
        with torch.no_grad():
            right += _right(network(inputs([np.asarray(image)])), [text])
    return right / crops


@click.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder to write.")
@click.option("--seed", default=0, show_default=True)
@click.option(
    "--crops", default=RecogniserTraining().crops, show_default=True, help="Printed crops; each is used once."
)
@click.option("--threads", default=1, show_default=True, help="CPU threads.")
def main(out: Path, seed: int, crops: int, threads: int) -> None:
    """Train the word reader from random weights on printed crops."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    os.nice(10)
    torch.set_num_threads(threads)
    train(RecogniserTraining(seed=seed, crops=crops), out)
    network = Model(len(charset()) + 1)
    weights = torch.load(out / f"{NAME}.pth", weights_only=True)
    network.load_state_dict({name.removeprefix("module."): value for name, value in weights.items()})
    for language in ("en", "ko"):
        log.info("%s: held-out crops read right: %.3f", language, held_out_accuracy(network, language))


if __name__ == "__main__":
    main()
