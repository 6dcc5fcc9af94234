"""Errors that OCR adds to a page: boxes that shake; words split, glued, misread or lost; marks read as words."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from random import Random

from synthetic.canvas import Canvas, Ink
from synthetic.korean.ocr_errors import is_hangul, misread_signs, misread_syllable

#: Misreadings of single characters.
_CONFUSED = {
    "0": "O",
    "O": "0",
    "1": "l",
    "l": "1",
    "I": "l",
    "5": "S",
    "S": "5",
    "8": "B",
    "B": "8",
    "o": "0",
    "e": "c",
    "c": "e",
    "a": "o",
    "n": "r",
    "m": "rn",
    "h": "b",
    "t": "f",
    "f": "t",
    "i": "l",
    ".": ",",
    ",": ".",
    ":": ";",
    "6": "G",
    "g": "9",
    "u": "v",
    "v": "y",
    "2": "Z",
    "D": "O",
    "E": "F",
    "-": "~",
    "/": "7",
    "(": "{",
    ")": "]",
}
_SPLIT_AFTER = frozenset("-./,:)(@")


@dataclass(frozen=True, slots=True)
class OcrQuality:
    """Quality of OCR on one page: chances per word, `shake` in font sizes, `skew` in radians.

    `joined`: chance that spaced-out letters (성 명) become one word; `signs`: that signs are misread or lost; `ruled`:
    that a vertical rule is read as a letter. `loose`: boxes have the height of the line and exceed it by so many font
    sizes on either side, as people draw them; None for boxes that end with the ink. `careless`: differences between
    loose boxes, in font sizes.
    """

    misread: float
    lost: float
    split: float
    split_hangul: float
    glued: float
    joined: float
    signs: float
    ruled: float
    colon_lost: float
    shake: float
    skew: float
    loose: float | None
    careless: float

    @classmethod
    def draw(cls, rng: Random) -> OcrQuality:
        """Return the quality of one page: mostly good, sometimes poor."""
        bad = rng.choice((0.3, 1.0, 1.0, 2.5))
        return cls(
            misread=0.015 * bad,
            lost=0.006 * bad,
            split=0.012 * bad,
            split_hangul=rng.choice((0.005, 0.02, 0.05, 0.15)),
            glued=rng.choice((0.0, 0.01, 0.04)),
            joined=rng.choice((0.0, 0.1, 0.5, 0.9)),
            signs=rng.choice((0.1, 0.5, 0.9)),
            ruled=rng.choice((0.0, 0.003, 0.01, 0.04)),
            colon_lost=0.04 * bad,
            shake=0.04 * bad,
            skew=rng.gauss(0, 0.004),
            loose=rng.uniform(0.0, 0.28) if rng.random() < 0.65 else None,
            careless=rng.choice((0.03, 0.08, 0.15)),
        )


def read(canvas: Canvas) -> list[Ink]:
    """Return the words as OCR reads them; the canvas does not change. Stray marks are read half of the time."""
    rng = canvas.rng
    quality = OcrQuality.draw(rng)
    words: list[Ink] = []
    for ink in canvas.inks:
        if rng.random() < (0.5 if ink.entity < 0 else quality.lost):
            continue
        parts = _split(ink, quality, rng)
        if words and (
            (rng.random() < quality.glued and _touch(words[-1], parts[0], canvas))
            or (_spaced(words[-1], parts[0]) and rng.random() < quality.joined)
        ):
            words[-1] = _glue(words[-1], parts.pop(0))
        words += parts
    words += _rules(canvas, quality)
    read = (_shake(_misread(word, quality, rng), quality, canvas) for word in words)
    return [word for word in read if word.text]


def _rules(canvas: Canvas, quality: OcrQuality) -> list[Ink]:
    """Return vertical rules that are read: as a vowel, a capital I, a one."""
    rng, size = canvas.rng, canvas.size
    letters = "|||IIl1[" + ("ㅣㅣㅣ" if canvas.vocabulary.language == "ko" else "")
    return [
        Ink(rng.choice(letters), x0 - 0.1 * size, middle - 0.45 * size, x0 + 0.1 * size, middle + 0.45 * size, -1, size)
        for x0, y0, x1, y1 in dict.fromkeys(canvas.rules)
        if x0 == x1 and rng.random() < quality.ruled and (middle := (y0 + y1) / 2)
    ]


def _split(ink: Ink, quality: OcrQuality, rng: Random) -> list[Ink]:
    text = ink.text
    if len(text) < 2:
        return [ink]
    hangul = any(map(is_hangul, text))
    if rng.random() > (quality.split_hangul if hangul else quality.split):
        return [ink]
    places = [i for i in range(1, len(text)) if text[i - 1] in _SPLIT_AFTER or text[i] in _SPLIT_AFTER or hangul]
    if not places:
        return [ink]
    at = rng.choice(places)
    middle = ink.x0 + (ink.x1 - ink.x0) * at / len(text)
    nick = 0.04 * (ink.y1 - ink.y0)
    return [replace(ink, text=text[:at], x1=middle - nick), replace(ink, text=text[at:], x0=middle + nick)]


def _touch(a: Ink, b: Ink, canvas: Canvas) -> bool:
    """Return whether two words stand in one line with a usual gap; words of two entities must nearly touch."""
    gap = b.x0 - a.x1
    limit = 0.45 if a.entity == b.entity else 0.35
    return 0 <= gap < limit * canvas.size and abs(a.y1 - b.y1) < 0.3 * canvas.size and min(a.entity, b.entity) >= 0


def _spaced(a: Ink, b: Ink) -> bool:
    """Return whether two words are spaced-out letters of one name."""
    gap, level = b.x0 - a.x1, abs(a.y1 - b.y1) < 0.3 * a.size
    return a.entity == b.entity >= 0 and len(b.text) == 1 and is_hangul(b.text) and 0 <= gap < 0.9 * a.size and level


def _glue(a: Ink, b: Ink) -> Ink:
    longer = a if len(a.text) >= len(b.text) else b
    return Ink(a.text + b.text, a.x0, min(a.y0, b.y0), b.x1, max(a.y1, b.y1), longer.entity, longer.size)


def _misread(ink: Ink, quality: OcrQuality, rng: Random) -> Ink:
    text = ink.text
    if text >= "가" and rng.random() < quality.misread * (0.7 if len(text) > 1 else 2):
        # OCR reads pale Korean print as Latin letters.
        return replace(ink, text="".join(rng.choice("aeslAoSB2ilnrtgE") for _ in range(rng.randint(1, 5))))
    if len(text) > 1 and text.endswith(":") and rng.random() < quality.colon_lost:
        text = text[:-1] + rng.choice(("", "", ".", ";", "!"))
    if rng.random() < quality.misread * max(1.0, len(text) / 5) * (2.5 if any(map(is_hangul, text)) else 1):
        at = rng.randrange(len(text))
        text = (text[:at] + _confuse(text[at], rng) + text[at + 1 :]) or ink.text
    if rng.random() < quality.signs:
        text = misread_signs(text, rng)
    return replace(ink, text=text)


def _confuse(char: str, rng: Random) -> str:
    if is_hangul(char):
        return misread_syllable(char, rng)
    return _CONFUSED.get(char) or rng.choice(("", ".", "'", "i", char.swapcase()))


def _shake(ink: Ink, quality: OcrQuality, canvas: Canvas) -> Ink:
    rng, size = canvas.rng, canvas.size
    tilt = math.tan(quality.skew)
    dx0, dx1, dy0, dy1 = (rng.gauss(0, quality.shake * size) for _ in range(4))
    drop0 = tilt * (ink.x0 - canvas.width / 2) * 0.5 + tilt * (ink.x1 - canvas.width / 2) * 0.5
    x0, y0, x1, y1 = ink.x0 + dx0, ink.y0 + dy0 + drop0, ink.x1 + dx1, ink.y1 + dy1 + drop0
    if quality.loose is not None:
        over, under, beside = (quality.loose * ink.size + rng.gauss(0, quality.careless * ink.size) for _ in range(3))
        higher = max(0.75 * ink.size - (y1 - y0), 0.0)
        x0, x1 = x0 - 0.4 * beside, x1 + 0.4 * beside
        y0, y1 = y0 - over - 0.8 * higher, y1 + under + 0.2 * higher
    x0, y0 = min(max(x0, 0.0), canvas.width - 1), min(max(y0, 0.0), canvas.height - 1)
    x1, y1 = min(x1, canvas.width), min(y1, canvas.height)
    return replace(ink, x0=x0, y0=y0, x1=max(x1, x0 + 1), y1=max(y1, y0 + 1))
