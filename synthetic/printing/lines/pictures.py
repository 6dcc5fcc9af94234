"""Pictures of a line's ink by the way it came onto the page: scan, receipt, copy and fax, photo, coloured ground."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
from PIL import Image

from synthetic.printing.lines.setting import Gray
from synthetic.printing.lines.wear import Field, blurred, compressed, exposed, faded, grain, screened, smooth
from synthetic.printing.scanning import Wear, scan

#: A copy may lose this share of the ink; else the copier's level is set to one that keeps thin strokes.
_MOST_LOST, _EASY = 0.4, 0.25


def scanned(ink: Gray, em: float, rng: Random) -> Gray:
    """Return a scan in gray: blur, shadow, grain, JPEG; at times pale print, at times the scan's colours turned."""
    if rng.random() < 0.35:
        ink = blurred(ink, _softness(rng) * em + 0.25)
    paper, dark = rng.uniform(195, 255), rng.uniform(0, 90)
    if rng.random() < 0.15:
        dark = paper - rng.uniform(45, 120)
    gray = _lit(exposed(ink, paper, dark), rng, 0.25, rng.uniform(10, 70))
    return _finished(_grainy(gray, abs(rng.gauss(0, 0.06)) * (paper - dark), rng, 0.5), rng, 0.3)


def thermal(ink: Gray, em: float, rng: Random) -> Gray:
    """Return a scan or a good picture of a receipt: gray paper, weak print, streaks."""
    if rng.random() < 0.35:
        ink = faded(ink, rng)
    if rng.random() < 0.6:
        ink = blurred(ink, _softness(rng) * em + 0.3)
    paper = rng.uniform(150, 252)
    dark = max(paper - rng.uniform(55, 200), 0)
    gray = _lit(exposed(ink, paper, dark), rng, 0.3, rng.uniform(10, 70))
    return _finished(_grainy(gray, abs(rng.gauss(0, 0.06)) * (paper - dark), rng, 0.5), rng, 0.3)


def copied(ink: Gray, em: float, rng: Random, *, fine: int) -> Gray:
    """Return a copy or fax in black and white, at times scanned anew. `ink` is `fine` times larger than the copy."""
    points = rng.uniform(6.5, 13)
    dpi = em / points * 72
    noise = np.random.default_rng(rng.getrandbits(64))
    if rng.random() < 0.2:
        ink = _faxed(ink, fine, rng)
    gray = np.asarray(scan(ink, Wear.draw("copied", noise), dpi, noise, fine=fine))
    if _lost(ink, gray) > _MOST_LOST:
        gray = np.asarray(scan(ink, replace(Wear.draw("copied", noise), level=_EASY), dpi, noise, fine=fine))
    if rng.random() < 0.4:
        return gray
    if rng.random() < 0.5:
        gray = blurred(gray, rng.uniform(0.25, 0.7))
    paper, dark = rng.uniform(200, 255), rng.uniform(0, 80)
    return _finished(_grainy(exposed(255 - gray, paper, dark), rng.uniform(0, 10), rng, 0.5), rng, 0.4)


def photographed(ink: Gray, em: float, rng: Random) -> Gray:
    """Return a photo of paper: uneven light, the edge of a shadow, blur, noise, JPEG."""
    ink = blurred(ink, rng.uniform(0.01, 0.045) * em + 0.2)
    paper = rng.uniform(130, 245)
    dark = max(paper * rng.uniform(0.1, 0.6), 5)
    gray = exposed(ink, paper, dark)
    gray *= np.float32(1) - np.float32(rng.uniform(0, 0.35)) * smooth(ink.shape, (2, 3), rng)
    if rng.random() < 0.4:
        gray *= _shadow(ink.shape, em, rng)
    return _finished(_grainy(gray, rng.uniform(0.01, 0.06) * (paper - dark), rng, 0.9), rng, 0.8)


def toned(ink: Gray, em: float, rng: Random) -> Gray:
    """Return print on a coloured, dark or screened ground, dark on light or light on dark."""
    ground = rng.uniform(15, 235)
    far = rng.uniform(60, 230)
    letters = ground - far if ground > 125 else ground + far
    letters = min(max(letters, 0), 255)
    if rng.random() < 0.3:
        ink = blurred(ink, _softness(rng) * em + 0.2)
    gray = exposed(ink, ground, letters)
    if rng.random() < 0.5:
        clear = np.float32(1) - ink.astype(np.float32) / np.float32(255)
        away = -1 if letters > ground else 1  # away from the letters, or a little towards them
        strength = rng.uniform(-0.22, 0.5) * abs(letters - ground)
        gray += np.float32(away * strength) * clear * screened(ink.shape, em, rng)
    return _finished(_grainy(gray, rng.uniform(0, 0.07) * abs(letters - ground), rng, 0.6), rng, 0.4)


def _lost(ink: Gray, copy: Gray) -> float:
    """Return the share of the ink that a copy has lost."""
    return 1 - float(1 - copy.mean() / 255) / max(float(ink.mean()) / 255, 1e-6)


def _softness(rng: Random) -> float:
    return min(abs(rng.gauss(0, 0.028)), 0.055)


def _faxed(ink: Gray, fine: int, rng: Random) -> Gray:
    """Return ink in rows as coarse as those of a fax, half of its columns."""
    height, width = ink.shape
    rows = max(round(height / fine / rng.uniform(1.2, 2)), 4)
    coarse = Image.fromarray(ink).resize((width, rows), Image.Resampling.BOX).point(lambda level: 255 * (level > 110))
    return np.asarray(coarse.resize((width, height), Image.Resampling.NEAREST))


def _shadow(shape: tuple[int, ...], em: float, rng: Random) -> Field:
    """Return light of 0..1 with the soft edge of a shadow across the line."""
    height, width = shape
    x = np.arange(width, dtype=np.float32)[None, :] + np.float32(rng.gauss(0, 1)) * np.arange(height)[:, None]
    edge = (x - np.float32(rng.uniform(0, width))) / np.float32(em * rng.uniform(0.1, 1.5))
    dark = np.float32(rng.uniform(0.15, 0.5))
    light: Field = np.float32(1) - dark * (edge * rng.choice((-1, 1)) + np.float32(0.5)).clip(0, 1).astype(np.float32)
    return light


def _lit(gray: Field, rng: Random, chance: float, depth: float) -> Field:
    if rng.random() < chance:
        gray -= np.float32(depth) * smooth(gray.shape, (2, 3), rng)
    return gray


def _grainy(gray: Field, deviation: float, rng: Random, chance: float) -> Field:
    if rng.random() < chance:
        gray += np.float32(deviation) * grain(gray.shape, rng)
    return gray


def _finished(gray: Field, rng: Random, chance: float) -> Gray:
    """Return levels of 0..255, by chance with the blocks of JPEG."""
    drawn: Gray = gray.clip(0, 255).astype(np.uint8)
    return compressed(drawn, rng.randint(25, 90)) if rng.random() < chance else drawn
