"""Small digit reader (`networks/digits.py`), trained in seconds and laid out as EasyOCR needs it."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import torch
import yaml
from PIL import Image, ImageDraw, ImageFont, ImageOps
from torch import nn

from tests.integration.ocr.networks.digits import Model
from tests.support.ocr_pages import FONT

DIGITS = "0123456789"
_STEP_PX = 4
CHANNELS = 8
_LETTERS = 3
#: Most columns are blank.
_WEIGHTS = torch.tensor([0.2] + [1.0] * len(DIGITS))


def lay_out(folder: Path, name: str, *, height: int = 32, steps: int = 250, characters: str = DIGITS) -> Path:
    """Write name.py, name.yaml and name.pth into the folder; `steps`: steps of training, 0 for random weights."""
    folder.mkdir(parents=True, exist_ok=True)
    size = {"height": height, "channels": CHANNELS}
    settings = {"network_params": size, "imgH": height, "lang_list": ["en", "ko"], "character_list": characters}
    (folder / f"{name}.yaml").write_text(yaml.safe_dump(settings), "utf-8")
    (folder / f"{name}.py").write_text((Path(__file__).parent / "networks" / "digits.py").read_text("utf-8"), "utf-8")
    network = _trained(height, steps)
    torch.save({f"module.{key}": value for key, value in network.state_dict().items()}, folder / f"{name}.pth")
    return folder


def _trained(height: int, steps: int) -> Model:
    torch.set_num_threads(1)  # ten times faster than two where the cores are busy
    torch.manual_seed(1)
    choice = random.Random(1)
    network = Model(len(DIGITS) + 1, height, CHANNELS)
    optimizer = torch.optim.Adam(network.parameters(), 4e-3)
    for _ in range(steps):
        crops, classes = zip(*(_example(choice, height) for _ in range(12)), strict=True)
        loss = nn.functional.cross_entropy(
            network(torch.stack(crops)).flatten(0, 1), torch.stack(classes).flatten(), _WEIGHTS
        )
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return network


def _example(choice: random.Random, height: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw a crop of a few digits; return it and the class of each column: a digit at its middle, else 0, the blank."""
    text = "".join(choice.choice(DIGITS) for _ in range(_LETTERS))
    font = ImageFont.truetype(FONT, 30)
    paper = Image.new("L", (200, 80), 255)
    ImageDraw.Draw(paper).text((20, 20), text, font=font, fill=0)
    x0, y0, x1, y1 = ImageOps.invert(paper).getbbox() or (0, 0, 1, 1)
    margin = choice.randint(0, 5)
    crop = paper.crop((x0 - margin, y0 - margin, x1 + margin, y1 + margin))
    width = _LETTERS * height
    zoom = height / crop.height
    resized = crop.resize((min(width, round(crop.width * zoom)), height), Image.Resampling.LANCZOS)
    canvas = Image.new("L", (width, height), 255)
    canvas.paste(resized)
    classes = torch.zeros(width // _STEP_PX, dtype=torch.long)
    for place, digit in enumerate(text):
        middle = (font.getlength(text[:place]) + font.getlength(digit) / 2 + 20 - x0 + margin) * zoom
        classes[min(len(classes) - 1, int(middle / _STEP_PX))] = 1 + DIGITS.index(digit)
    pixels = torch.from_numpy(np.asarray(canvas).astype(np.float32) / 127.5 - 1)
    return pixels[None], classes
