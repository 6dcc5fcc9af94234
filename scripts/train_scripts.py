"""Training of the network for scripts: `python -m scripts.train_scripts --out FOLDER --fonts FOLDER`.

Words of all scripts are drawn in free fonts (of Debian's fonts-noto-core and fonts-noto-cjk, and those of printed
pages), worn, and reduced to the size of print before OCR. The training takes minutes on one core.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from random import Random

import click
import numpy as np
import numpy.typing as npt
import torch
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from torch import Tensor
from torch.nn import functional

from prelabel.images.ink import dark_pixels
from prelabel.ocr.scripts.network import SCRIPTS
from prelabel.ocr.tesseract.joining import is_hangul
from prelabel.ocr.tesseract.writing_system import ROWS, Strip, padded, strips, windows_in
from prelabel.page import Box
from prelabel.training.writing_system import StripNetwork, save
from synthetic.printing import word_crops

log = logging.getLogger(__name__)

CONFIG = "config.json"
#: Least and largest height in pixels of a word on a page that is scaled for the engine.
_HEIGHT_PX = (12, 36)
#: Strips of ink, and the number of the script that each shows.
Examples = list[tuple[Strip, int]]

#: Of each script: first and last letter of its ranges, and marks that follow a letter now and then.
_LETTERS: dict[str, tuple[str, str]] = {
    "cyrillic": ("абвгдежзийклмнопрстуфхцчшщъыьэюяіїє", ""),
    "greek": ("αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώ", ""),
    "arabic": ("ابتثجحخدذرزسشصضطظعغفقكلمنهويةىئ", ""),
    "hebrew": ("אבגדהוזחטיכלמנסעפצקרשתםןךףץ", ""),
    "thai": ("กขคฆงจฉชซญฎฐณดตถทธนบปผฝพฟภมยรลวศษสหอฮะาเแโใไ", "ิีึืุู่้์็"),
    "devanagari": ("अआइईउएकखगघचछजटठडढतथदधनपफबभमयरलवशषसह", "ािीुूेैोौं्"),
}
#: First and last letter, and marks, of further scripts, which are one result.
_OTHERS = (
    *(("অ", "হ", "ািীুেো"), ("அ", "ஹ", "ாிீுெே"), ("అ", "హ", "ాిీుెే"), ("ა", "ჰ", ""), ("ա", "և", "")),
    *(("ក", "អ", "ាិីុូ"), ("ກ", "ຮ", ""), ("က", "အ", "ာိီု"), ("අ", "හ", "ාිීුූ"), ("ሀ", "ፐ", "")),
)
_VOWELS = {"cyrillic": "аеиоуыюя", "greek": "αειουωάέήίόύώ"}
_ACCENTED = "äöüßéèêëàâçñóíúåøæšžčćřłżąęőűğşıãõâệạắơưđ"
_DIGITS = "0123456789"


@dataclass(frozen=True, slots=True)
class ScriptTraining:
    """Options of a training of the network; they are written into the config.json of the model."""

    seed: int = 0
    known: int = 26_000
    foreign: int = 34_000
    epochs: int = 10
    batch: int = 256
    rate: float = 3e-3
    decay: float = 0.01
    #: Widths of the three hidden layers: of a window, of a window, of a word.
    look: int = 64
    see: int = 64
    weigh: int = 64


class Network(StripNetwork):
    """Network with one result for each script; `prelabel.ocr.scripts.network` computes the same without torch."""

    #: Share of each script in the examples.
    shares: Tensor

    def __init__(self, look: int, see: int, weigh: int) -> None:
        super().__init__(look, see, weigh, len(SCRIPTS))
        self.register_buffer("shares", torch.full((len(SCRIPTS),), 1 / len(SCRIPTS)))


def gather(training: ScriptTraining, fonts: Path, seed: str = "train") -> Examples:
    """Make the examples of a training from the fonts below a folder and those of printed pages."""
    rng = Random(f"{seed} {training.seed}")
    faces = _Faces(fonts)
    found: Examples = []
    crops = word_crops(training.seed if seed == "train" else training.seed + 1_000_000)
    for image, text in islice(crops, training.known):
        _add(found, _worn(image, rng), 1 if any(map(is_hangul, text)) else 0, rng)
    for number in range(training.foreign):
        script = SCRIPTS[number % len(SCRIPTS)]
        if script == "hangul":
            script = "han"  # the hardest to tell from Hangul, and the most frequent
        text = _word(script, rng)
        drawn = faces.draw(text, rng)
        if drawn is not None:
            _add(found, _worn(drawn, rng), SCRIPTS.index(script), rng)
    return found


def _word(script: str, rng: Random) -> str:
    """Make up a word of a script."""
    if script == "han":
        return _east_asian(rng)
    if script == "latin":
        return _latin(rng)
    if script == "other":
        first, last, marks = rng.choice(_OTHERS)
        letters = "".join(map(chr, range(ord(first), ord(last) + 1)))
    else:
        letters, marks = _LETTERS[script]
    vowels = _VOWELS.get(script, "")
    found = ""
    for place in range(rng.choice((2, 3, 4, 5, 5, 6, 7, 8, 9, 11))):
        found += rng.choice(vowels if vowels and place % 2 else letters)
        if marks and rng.random() < 0.4:
            found += rng.choice(marks)
    if vowels:
        found = rng.choice((found, found, found.title(), found.upper()))
    return found + rng.choice(("", "", "", ":", ",", ".", " " + rng.choice(_DIGITS)))


@lru_cache(maxsize=1)
def _characters() -> tuple[str, str, str]:
    """Return usual Chinese characters (GB 2312, first level), kanji (JIS X 0208, first level) and kana."""
    chinese = "".join(
        bytes((high, low)).decode("gb2312", "ignore") for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF)
    )
    kanji = "".join(
        bytes((high, low)).decode("euc_jp", "ignore") for high in range(0xB0, 0xD0) for low in range(0xA1, 0xFF)
    )
    kana = "".join(map(chr, [*range(0x3041, 0x3094), *range(0x30A1, 0x30F7)]))
    return chinese, kanji, kana


def _decoded(code: str, high: int) -> str:
    return "".join(bytes((high, low)).decode(code, "ignore") for low in range(0xA1, 0xFF))


def _east_asian(rng: Random) -> str:
    chinese, kanji, kana = _characters()
    length = rng.choice((1, 2, 2, 3, 4, 4, 5, 6, 8, 10))
    kind = rng.random()
    if kind < 0.4:
        return "".join(rng.choice(chinese) for _ in range(length))
    if kind < 0.6:
        start = rng.randrange(len(kana) - 90)
        return "".join(kana[start + rng.randrange(90)] if rng.random() < 0.9 else "ー" for _ in range(max(2, length)))
    text = "".join(rng.choice(kanji if rng.random() < 0.6 else kana) for _ in range(length))
    return text + rng.choice(("", "", "：", "、", "年", rng.choice(_DIGITS)))


def _latin(rng: Random) -> str:
    """Make up a word with accents, which the printed pages lack, or of digits and marks."""
    if rng.random() < 0.3:
        return "".join(rng.choice(_DIGITS + ".,-/()%#+:") for _ in range(rng.randrange(2, 10)))
    text = "".join(
        rng.choice("aeiou" if place % 2 else "bcdfghklmnprstvwz") if rng.random() < 0.8 else rng.choice(_ACCENTED)
        for place in range(rng.randrange(2, 12))
    )
    return rng.choice((text, text.title(), text.upper()))


class _Faces:
    """Fonts below a folder and in the system's folder, by the characters that they can draw."""

    def __init__(self, folder: Path) -> None:
        from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

        files = [
            path
            for place in (folder, Path("/usr/share/fonts"))
            for path in sorted(place.rglob("*"))
            if path.suffix in {".ttf", ".ttc", ".otf"} and not any(part in path.stem for part in _ODD_FONTS)
        ]
        self._faces = [(path, frozenset(TTFont(path, fontNumber=0, lazy=True).getBestCmap())) for path in files]

    def draw(self, text: str, rng: Random) -> Image.Image | None:
        """Draw the text large in one of the fonts that have it; None if none has."""
        able = [path for path, has in self._faces if all(ord(char) in has for char in text if char != " ")]
        if not able:
            return None
        font = _font(rng.choice(able))
        left, top, right, bottom = (round(edge) for edge in font.getbbox(text))
        if right - left < 4 or bottom - top < 4:
            return None
        image = Image.new("L", (right - left + 16, bottom - top + 16), 255)
        ImageDraw.Draw(image).text((8 - left, 8 - top), text, font=font, fill=rng.randrange(0, 90))
        return image


@lru_cache(maxsize=1000)
def _font(path: Path) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), 64)


#: Parts of the names of fonts that draw other things than their characters.
_ODD_FONTS = ("Symbols", "Music", "Math", "SignWriting", "Emoji", "DejaVuMath", "hline", "Nastaliq")


def _worn(image: Image.Image, rng: Random) -> Image.Image:
    """Reduce a word to the size of print before OCR, with the wear of a scan."""
    if rng.random() < 0.4:
        image = image.rotate(rng.uniform(-2, 2), Image.Resampling.BILINEAR, expand=True, fillcolor=255)
    factor = rng.uniform(*_HEIGHT_PX) / image.height
    size = max(4, round(image.width * factor)), max(4, round(image.height * factor))
    image = image.resize(size, Image.Resampling.BOX)
    if rng.random() < 0.3:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.2, 0.7)))
    if rng.random() < 0.4:
        grain = np.random.default_rng(rng.getrandbits(32)).normal(0, rng.uniform(3, 25), (size[1], size[0]))
        image = Image.fromarray((np.asarray(image, np.float32) + grain).clip(0, 255).astype(np.uint8))
    return image


def _add(found: Examples, image: Image.Image, script: int, rng: Random) -> None:
    """Add the strip of a word, or of a part of it, in an inexact box."""
    width, height = image.size
    x0, x1 = 0.0, float(width)
    if rng.random() < 0.2 and width > 2 * height:
        length = rng.uniform(1.2 * height, width)
        x0 = rng.uniform(0, width - length)
        x1 = x0 + length
    up, down = (rng.uniform(0, 0.12) * height for _ in range(2))
    strip = strips(dark_pixels(image), [Box(x0, up if rng.random() < 0.3 else 0, x1, height - down)])[0]
    if strip is not None:
        found.append((strip, script))


def train(training: ScriptTraining, examples: Examples) -> Network:
    """Train on the examples for `training.epochs` epochs."""
    torch.manual_seed(training.seed)
    network = Network(training.look, training.see, training.weigh)
    frequent = np.bincount([script for _, script in examples], minlength=len(SCRIPTS))
    network.shares.copy_(torch.from_numpy(frequent / frequent.sum()))
    optimizer = torch.optim.AdamW(network.parameters(), training.rate, weight_decay=training.decay)
    steps = training.epochs * math.ceil(len(examples) / training.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, training.rate, total_steps=steps, pct_start=0.1)
    rng = Random(training.seed)
    for epoch in range(training.epochs):
        losses = []
        for ink, counts, wanted in _batches(examples, training.batch, rng):
            loss = functional.cross_entropy(network(ink, counts), wanted, label_smoothing=0.02)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        log.info("epoch %d, loss %.4f", epoch + 1, np.mean(losses))
    return network


def _batches(examples: Examples, size: int, rng: Random) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """Yield batches of similar length in random order: (padded strips, their numbers of windows, scripts)."""
    order = sorted(range(len(examples)), key=lambda i: (len(examples[i][0]) // 4, rng.random()))
    batches = [order[i : i + size] for i in range(0, len(order), size)]
    rng.shuffle(batches)
    for batch in batches:
        words = [padded(examples[i][0]) for i in batch]
        ink = np.zeros((len(words), max(map(len, words)), ROWS), np.float32)
        for row, word in zip(ink, words, strict=True):
            row[: len(word)] = word
        counts = [windows_in(len(examples[i][0])) for i in batch]
        yield torch.from_numpy(ink / 255), torch.tensor(counts), torch.tensor([examples[i][1] for i in batch])


def confusion(examples: Examples, network: Network) -> npt.NDArray[np.int64]:
    """Return how many examples of each script (rows) were judged as each script (columns)."""
    table = np.zeros((len(SCRIPTS), len(SCRIPTS)), np.int64)
    with torch.no_grad():
        for ink, counts, wanted in _batches(examples, 256, Random(0)):
            for right, judged in zip(wanted.tolist(), network(ink, counts).argmax(1).tolist(), strict=True):
                table[right, judged] += 1
    return table


@click.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder to write.")
@click.option(
    "--fonts", type=click.Path(path_type=Path, file_okay=False, exists=True), required=True, help="Folder of fonts."
)
@click.option("--seed", default=0, show_default=True)
@click.option("--known", default=ScriptTraining().known, show_default=True, help="Printed crops to train on.")
@click.option("--foreign", default=ScriptTraining().foreign, show_default=True, help="Words of other scripts.")
@click.option("--epochs", default=ScriptTraining().epochs, show_default=True, help="Passes over all examples.")
def main(out: Path, fonts: Path, seed: int, known: int, foreign: int, epochs: int) -> None:
    """Train the network that tells scripts apart, from random weights."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(1)
    training = ScriptTraining(seed=seed, known=known, foreign=foreign, epochs=epochs)
    network = train(training, gather(training, fonts))
    save(network, out, {"command": "python -m scripts.train_scripts", "scripts": SCRIPTS, **asdict(training)})
    small = ScriptTraining(seed=seed, known=known // 20, foreign=foreign // 20)
    table = confusion(gather(small, fonts, "held out"), network)
    for script, row in zip(SCRIPTS, table.tolist(), strict=True):
        log.info("%-11s %5.1f %% right: %s", script, 100 * row[SCRIPTS.index(script)] / max(1, sum(row)), row)


if __name__ == "__main__":
    main()
