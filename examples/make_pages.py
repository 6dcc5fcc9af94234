"""Sample pages from `html/*.html`: pictures in `pages/`, their truth in `truth/` and `annotated/`, drawn by Chromium.

The HTML is both the picture and the truth. Pairs are read from its structure: `dt`/`dd`, a row's `th`/`td` in a table
of class `fields` and in any `tfoot`, column header/cell in a table of class `items`, and `data-key="ID"` for
everything else. `data-header` marks cells that head a group and have no answer; the ticked check boxes are the
answer. Tests read the committed files: run this only to change a page.

`annotated/` has FUNSD's layout: every word with its box, and the entities that words form. Only pages whose picture is
the sheet as it was drawn have one: a scan's words lie elsewhere.
"""

from __future__ import annotations

import io
import json
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageFilter
from playwright.sync_api import Page, ViewportSize, sync_playwright

from prelabel.datasets.funsd import write_annotations
from prelabel.page import Box, Entity, Link, Word, WordLabel
from prelabel.page import Page as ReadPage

HERE = Path(__file__).parent
SIZE_PX = (1654, 2339)  # A4 at 200 dpi
CSS_SIZE_PX = (794, 1123)  # A4 at Chromium's 96 dpi
DPI = (200, 200)
#: The least size of a card, and the factor of its picture.
CARD_CSS_PX = ViewportSize(width=900, height=480)
CARD_SCALE = 1.6
#: Difference from the ground that counts as ink, of 255.
INK = 60

#: Reads all (question, answer) pairs of the page in reading order: their texts, or the elements themselves.
READ_PAIRS = """(elements) => {
  const text = e => {
    const ticked = [...e.querySelectorAll('.option.on')];
    return ticked.length ? ticked.map(option => option.innerText).join(' ') : e.innerText;
  };
  const pairs = [];
  const add = (question, answer) => {
    if (question && text(answer).trim()) pairs.push([question, answer]);
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
  const follows = (a, b) => a[1].compareDocumentPosition(b[1]) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
  pairs.sort(follows);
  return elements ? pairs : pairs.map(([question, answer]) => [text(question), text(answer)]);
}"""

#: Reads all words with their boxes in CSS pixels. `part` names the word's entity: the question or answer that holds it,
#: else its line of running text. The numbers of questions and answers are those of the pairs.
READ_WORDS = """() => {
  const pairs = (READ_PAIRS)(true);
  const parts = new Map(), labels = [];
  const part = (element, label) => {
    if (!parts.has(element)) { parts.set(element, labels.length); labels.push(label); }
    return parts.get(element);
  };
  const ticked = e => { const found = [...e.querySelectorAll('.option.on')]; return found.length ? found : [e]; };
  const links = [];
  for (const [question, answer] of pairs) {
    const of = part(question, 'QUESTION');
    for (const element of ticked(answer)) links.push([of, part(element, 'ANSWER')]);
  }
  for (const head of document.querySelectorAll('h1, h2, h3, [data-header]')) part(head, 'HEADER');
  const entity = node => {
    for (let e = node.parentElement; e; e = e.parentElement) {
      if (parts.has(e)) return e;
      if (e.matches('.option')) return null;
    }
    return null;
  };
  const words = [], lines = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.parentElement.checkVisibility() || node.parentElement.closest('style, script, svg')) continue;
    for (const found of node.data.matchAll(/\\S+/g)) {
      const range = document.createRange();
      range.setStart(node, found.index);
      range.setEnd(node, found.index + found[0].length);
      const b = range.getBoundingClientRect();
      if (!b.width || !b.height) continue;
      const holder = entity(node);
      let number = holder ? parts.get(holder) : null;
      if (number === null) {
        const block = node.parentElement.closest('p, li, td, th, div, span, body');
        if (!lines.has(block)) lines.set(block, new Map());
        const line = Math.round(b.bottom), known = lines.get(block);
        if (!known.has(line)) { known.set(line, labels.length); labels.push('OTHER'); }
        number = known.get(line);
      }
      words.push([found[0], b.left, b.top, b.right, b.bottom, number]);
    }
  }
  return {words, labels, links};
}""".replace("READ_PAIRS", READ_PAIRS)


def main() -> None:
    """Write all pictures and truth files again."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        scale = SIZE_PX[0] / CSS_SIZE_PX[0]
        viewport = ViewportSize(width=CSS_SIZE_PX[0], height=CSS_SIZE_PX[1])
        tab = browser.new_page(viewport=viewport, device_scale_factor=scale)
        for source in sorted((HERE / "html").glob("*.html")):
            _make(tab, source)
        tab = browser.new_page(viewport=CARD_CSS_PX, device_scale_factor=CARD_SCALE)
        for source in sorted((HERE / "cards").glob("*.html")):
            _make_card(tab, source)
        browser.close()
    save_jpeg(blank_scan(), HERE / "pages" / "blank.jpg")
    write_truth("blank", "en", [])


def _make(tab: Page, source: Path) -> None:
    tab.goto(source.as_uri())
    tab.evaluate("() => document.fonts.ready")
    sheet = _exact(Image.open(io.BytesIO(tab.screenshot())).convert("RGB"))
    finish = FINISHES.get(source.stem, save_palette)
    finish(sheet, HERE / "pages" / source.stem)
    if finish is save_palette:
        file = write_annotations(HERE / "annotated", source.stem, annotated(tab.evaluate(READ_WORDS), sheet))
        file.write_text(_one_entity_a_line(json.loads(file.read_text("utf-8"))), "utf-8")
    pairs = [(_tidy(key), _tidy(value)) for key, value in tab.evaluate(READ_PAIRS)]
    write_truth(source.stem, str(tab.evaluate("() => document.documentElement.lang")), pairs)


def _make_card(tab: Page, source: Path) -> None:
    """Draw a short page, whose letters are large enough for a picture in a README."""
    tab.goto(source.as_uri())
    tab.evaluate("() => document.fonts.ready")
    card = Image.open(io.BytesIO(tab.screenshot(full_page=True))).convert("RGB")
    save_palette(card, source)


def _one_entity_a_line(made: dict[str, Any]) -> str:
    """Write an annotation so that a change can be read in a diff."""
    rows = ",\n".join(json.dumps(entity, ensure_ascii=False) for entity in made["form"])
    return f'{{"size": {json.dumps(made["size"])}, "form": [\n{rows}\n]}}\n'


def annotated(read: dict[str, Any], sheet: Image.Image) -> ReadPage:
    """Return the page's words, labels, entities and links, in pixels of the sheet; boxes fit the ink."""
    scale = SIZE_PX[0] / CSS_SIZE_PX[0]
    ink = np.asarray(sheet.convert("L"))
    words, parts = [], []
    for text, *corners, part in read["words"]:
        left, top, right, bottom = (float(corner) * scale for corner in corners)
        words.append(Word(_tidy(text), _to_ink(ink, Box(left, top, right, bottom))))
        parts.append(int(part))
    members = {part: tuple(i for i, of in enumerate(parts) if of == part) for part in dict.fromkeys(parts)}
    order = list(members)
    entities = tuple(Entity(read["labels"][part], members[part]) for part in order)
    links = tuple(Link(order.index(a), order.index(b)) for a, b in read["links"] if a in members and b in members)
    labels = tuple(WordLabel(read["labels"][part], 1.0) for part in parts)
    return ReadPage(*SIZE_PX, *SIZE_PX, words=tuple(words), labels=labels, entities=entities, links=links)


def _to_ink(ink: np.ndarray[Any, Any], box: Box) -> Box:
    """Shrink a box to its letters: Chromium's boxes are as high as the line. A box without ink stays."""
    left, top, right, bottom = round(box.x0), round(box.y0), round(box.x1), round(box.y1)
    part = ink[top:bottom, left:right]
    marks = np.abs(part.astype(int) - int(np.median(part))) > INK
    rows, columns = np.flatnonzero(marks.any(axis=1)), np.flatnonzero(marks.any(axis=0))
    if not len(rows):
        return box
    return Box(left + columns[0] - 1, top + rows[0] - 1, left + columns[-1] + 2, top + rows[-1] + 2)


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
