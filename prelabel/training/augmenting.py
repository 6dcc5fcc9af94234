"""Augmentation of annotated pages: moved and stretched, with lost and misread words, as by another scan or engine.

Only for pages that people annotated: synthetic pages already contain noise.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

from prelabel.corrections.page_words import selected
from prelabel.lines import raster_order
from prelabel.page import Box, Page, is_field

#: Probabilities that a page stays unchanged, and that its words are ordered line by line as by OCR.
_AS_IT_IS, _RASTER = 0.1, 0.5
#: Largest stretch in each direction, and largest shift as a share of the size of the page.
_STRETCH, _SHIFT = 0.15, 0.04
#: Standard deviation of the position of a corner, in heights of its word.
_JITTER = 0.04
#: Probabilities that a word is lost, and that a letter is misread.
_LOST, _MISREAD = 0.02, 0.01

#: Probabilities that a page with fields gets other digits, and that a field's letters are others.
_OTHER_DIGITS, _OTHER_LETTERS = 0.7, 0.4

_ALIKE = {"O": "0", "0": "O", "l": "1", "1": "l", "I": "l", "5": "S", "S": "5", "8": "B", "B": "8", ":": ".", ".": ","}


def augmented(page: Page, rng: Random) -> Page:
    """Return a variant of the page; its labels, entities and links stay correct."""
    if rng.random() < _AS_IT_IS:
        return page
    if any(is_field(entity.label) for entity in page.entities or ()):
        page = _respelled(page, rng)
    scale_x, scale_y = (1 + rng.uniform(-_STRETCH, _STRETCH) for _ in "xy")
    shift_x, shift_y = rng.uniform(-_SHIFT, _SHIFT) * page.width_px, rng.uniform(-_SHIFT, _SHIFT) * page.height_px
    words = []
    for word in page.words:
        sway = _JITTER * word.box.height
        x0, x1 = sorted(x * scale_x + shift_x + rng.gauss(0, sway) for x in (word.box.x0, word.box.x1))
        y0, y1 = sorted(y * scale_y + shift_y + rng.gauss(0, sway) for y in (word.box.y0, word.box.y1))
        words.append(replace(word, box=Box(x0, y0, x1, y1), text=_misread(word.text, rng)))
    size = round(page.width_px * scale_x), round(page.height_px * scale_y)
    made = replace(page, words=tuple(words), width_px=size[0], height_px=size[1])
    kept = [i for i in range(len(words)) if rng.random() >= _LOST]
    if rng.random() < _RASTER:
        kept = [kept[i] for i in raster_order([words[i].box for i in kept])]
    return selected(made, kept or range(len(words)))


def _respelled(page: Page, rng: Random) -> Page:
    """Give a page with fields other values: the few that people annotated would be learned by heart."""
    digits = rng.random() < _OTHER_DIGITS
    letters = {
        word
        for entity in page.entities or ()
        if is_field(entity.label) and rng.random() < _OTHER_LETTERS
        for word in entity.words
    }
    texts = ("".join(_other(c, rng, digits, i in letters) for c in word.text) for i, word in enumerate(page.words))
    return replace(page, words=tuple(replace(word, text=text) for word, text in zip(page.words, texts, strict=True)))


def _other(c: str, rng: Random, digits: bool, letters: bool) -> str:
    """Return another character of the same kind, where this kind changes."""
    if "0" <= c <= "9":
        return rng.choice("0123456789") if digits else c
    if letters and "a" <= c.lower() <= "z":
        other = rng.choice("abcdefghijklmnopqrstuvwxyz")
        return other if c.islower() else other.upper()
    return chr(rng.randrange(ord("가"), ord("힣") + 1)) if letters and "가" <= c <= "힣" else c


def _misread(text: str, rng: Random) -> str:
    return "".join(_ALIKE.get(c, c) if rng.random() < _MISREAD else c for c in text)
