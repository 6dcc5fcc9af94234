"""Sample pages from `html/*.html`: pictures in `pages/` and their truth in `truth/`, drawn by a headless Chromium.

The HTML is both the picture and the truth. Pairs are read from its structure: `dt`/`dd`, a row's `th`/`td` in a table
of class `fields` and in any `tfoot`, column header/cell in a table of class `items`, and `data-key="ID"` for
everything else. `data-header` marks cells that head a group and have no answer; the ticked check boxes are the
answer. Tests read the committed files: run this only to change a page.
"""

from __future__ import annotations

import io
import json
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter
from playwright.sync_api import Page, ViewportSize, sync_playwright

HERE = Path(__file__).parent
SIZE_PX = (1654, 2339)  # A4 at 200 dpi
CSS_SIZE_PX = (794, 1123)  # A4 at Chromium's 96 dpi
DPI = (200, 200)

#: Reads all (question, answer) pairs of the page in reading order.
READ_PAIRS = """() => {
  const text = e => {
    const ticked = [...e.querySelectorAll('.option.on')];
    return ticked.length ? ticked.map(option => option.innerText).join(' ') : e.innerText;
  };
  const pairs = [];
  const add = (question, answer) => {
    if (question && text(answer).trim()) pairs.push([text(question), text(answer), answer]);
  };
  for (const row of document.querySelectorAll('table.fields tr, tfoot tr')) {
    let question = null;
    for (const cell of row.children) {
      if (cell.tagName === 'TH') question = cell.hasAttribute('data-header') ? null : cell; else add(question, cell);
    }
  }
  for (const table of document.querySelectorAll('table.items')) {
    const heads = table.querySelectorAll('thead th');
    for (const row of table.querySelectorAll('tbody tr')) [...row.children].forEach((cell, i) => add(heads[i], cell));
  }
  for (const dl of document.querySelectorAll('dl')) add(dl.querySelector('dt'), dl.querySelector('dd'));
  for (const e of document.querySelectorAll('[data-key]')) add(document.getElementById(e.dataset.key), e);
  const follows = (a, b) => a[2].compareDocumentPosition(b[2]) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
  return pairs.sort(follows).map(([question, answer]) => [question, answer]);
}"""


def main() -> None:
    """Write all pictures and truth files again."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        scale = SIZE_PX[0] / CSS_SIZE_PX[0]
        viewport = ViewportSize(width=CSS_SIZE_PX[0], height=CSS_SIZE_PX[1])
        tab = browser.new_page(viewport=viewport, device_scale_factor=scale)
        for source in sorted((HERE / "html").glob("*.html")):
            _make(tab, source)
        browser.close()
    save_jpeg(blank_scan(), HERE / "pages" / "blank.jpg")
    write_truth("blank", "en", [])


def _make(tab: Page, source: Path) -> None:
    tab.goto(source.as_uri())
    tab.evaluate("() => document.fonts.ready")
    sheet = _exact(Image.open(io.BytesIO(tab.screenshot())).convert("RGB"))
    finish = FINISHES.get(source.stem, save_palette)
    finish(sheet, HERE / "pages" / source.stem)
    pairs = [(_tidy(key), _tidy(value)) for key, value in tab.evaluate(READ_PAIRS)]
    write_truth(source.stem, str(tab.evaluate("() => document.documentElement.lang")), pairs)


def _exact(sheet: Image.Image) -> Image.Image:
    """Return the sheet on a white ground of exactly A4; rounding may drop or add a row of pixels."""
    ground = Image.new("RGB", SIZE_PX, "white")
    ground.paste(sheet)
    return ground


def _tidy(text: str) -> str:
    return unicodedata.normalize("NFC", re.sub(r"\s+", " ", text)).strip()


def write_truth(name: str, language: str, pairs: list[tuple[str, str]]) -> None:
    """Write `truth/NAME.json`, one pair a line so that a change can be read in a diff."""
    rows = ",\n    ".join(json.dumps(pair, ensure_ascii=False) for pair in pairs)
    body = f"[\n    {rows}\n  ]" if pairs else "[]"
    text = f'{{\n  "language": "{language}",\n  "key_values": {body}\n}}\n'
    (HERE / "truth" / f"{name}.json").write_text(text, "utf-8")


def save_palette(sheet: Image.Image, path: Path) -> None:
    """Save a page as a program would print it to a file: in colour, with few colours."""
    few = sheet.quantize(128, Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE)
    few.save(path.with_suffix(".png"), optimize=True, dpi=DPI)


def save_turned(sheet: Image.Image, path: Path) -> None:
    """Save a page as scanned sideways: a quarter turn clockwise, without EXIF orientation."""
    turned = sheet.convert("L").transpose(Image.Transpose.ROTATE_270)
    turned.quantize(16, dither=Image.Dither.NONE).save(path.with_suffix(".png"), optimize=True, dpi=DPI)


def save_noisy(sheet: Image.Image, path: Path) -> None:
    """Save a page as from a worn office scanner: slight skew, blur, uneven light, speckle, strong JPEG compression."""
    random = np.random.default_rng(2025)
    gray = sheet.convert("L").rotate(0.7, Image.Resampling.BICUBIC, fillcolor=255)
    pixels = np.asarray(gray.filter(ImageFilter.GaussianBlur(0.9)), np.float64)
    height, width = pixels.shape
    light = np.linspace(236, 250, width)[None, :] - 14 * np.linspace(0, 1, height)[:, None] ** 3
    pixels = 30 + (light - 30) * pixels / 255 + random.normal(0, 5, pixels.shape)
    for _ in range(420):
        x, y, radius = random.integers(width), random.integers(height), random.integers(1, 3)
        pixels[y : y + radius, x : x + radius] = random.choice([70, 110, 255])
    save_jpeg(Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)), path.with_suffix(".jpg"), quality=38)


def blank_scan() -> Image.Image:
    """Return the back of a sheet: paper tone, faint grain, a shadow along one edge, no text."""
    random = np.random.default_rng(7)
    width, height = SIZE_PX
    paper = 247 + random.normal(0, 1.2, (height, width))
    paper -= 10 * np.exp(-np.arange(width) / 14.0)[None, :]
    return Image.fromarray(np.clip(paper, 0, 255).astype(np.uint8))


def save_jpeg(image: Image.Image, path: Path, quality: int = 60) -> None:
    """Save a gray JPEG with its resolution."""
    image.save(path, quality=quality, dpi=DPI, optimize=True)


FINISHES: dict[str, Callable[[Image.Image, Path], None]] = {
    "en-delivery-note": save_noisy,
    "en-expense-report": save_turned,
}

if __name__ == "__main__":
    main()
