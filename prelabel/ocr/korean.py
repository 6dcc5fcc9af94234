"""Korean and Latin on one page: which languages a page is read in, and Korean words that came out as Latin letters.

Tesseract runs each of its languages over every line of which the ones before are not sure. English pages should not
pay for Korean, which takes longer than all else; Korean words must not be lost to English, which makes "SS" of 상호 and
is sure of it: so the ink is asked, too (`script`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PIL import Image

from prelabel.geometry import clip
from prelabel.ocr.ink import Dark, Sketch
from prelabel.ocr.joining import is_hangul
from prelabel.ocr.scaling import text_samples
from prelabel.ocr.script import hangul
from prelabel.ocr.tesseract_modes import LINE, RAW_LINE, Recognise
from prelabel.page import Box, Word

KOREAN = "kor"

#: Confidence and number of syllables that make sure that there is Korean.
_SURE, _SYLLABLES = 0.7, 2
#: Chance that a word's ink is Hangul, from which it is worth a reading in Korean.
_LIKELY = 0.5
#: Such words that are tried before a page that was read without Korean counts as free of it.
_PROBES = 4
#: Paper around a word for the Korean model, as shares of its height. Tesseract scales what it reads to one height, so
#: wide margins above and below are cheap: at 0.4 it takes 20 % less than at 0.15, and as many words are right (97.6 %).
_BESIDE, _ABOVE = 0.15, 0.5


def page_languages(
    recognise: Recognise, page: Image.Image, looks: Sketch, languages: tuple[str, ...]
) -> tuple[str, ...]:
    """The languages to read a page (mode L) with: without Korean where samples of its text show none, else it first.

    `looks`: the page's sketch.
    """
    if KOREAN not in languages or len(languages) == 1:
        return languages
    first = korean_first(languages)
    for sample in text_samples(looks):
        if _is_korean(recognise(_cut(page, sample), first, LINE)):
            return first
    return tuple(language for language in languages if language != KOREAN)


def korean_first(languages: tuple[str, ...]) -> tuple[str, ...]:
    """Measured on Korean pages: 8 % faster than English first, and as right."""
    return KOREAN, *(language for language in languages if language != KOREAN)


def hides_korean(recognise: Recognise, page: Image.Image, dark: Dark, words: Sequence[Word]) -> bool:
    """A last look at a page that was read without Korean: are the words that look most like Hangul read as such?

    `dark`: the ink of `page`.
    """
    chances = hangul(dark, [word.box for word in words])
    likely = sorted((-chance, number) for number, chance in enumerate(chances) if chance >= _LIKELY)
    return any(_is_korean(_read(recognise, page, words[number])) for _, number in likely[:_PROBES])


def in_korean(recognise: Recognise, page: Image.Image, dark: Dark, lines: Sequence[Sequence[Word]]) -> list[list[Word]]:
    """The lines of a Korean page; words whose ink looks like Hangul and that were read without any are read again."""
    chances = iter(hangul(dark, [word.box for line in lines for word in line]))
    return [
        [_korean(recognise, page, word) if next(chances) >= _LIKELY and _is_latin(word) else word for word in line]
        for line in lines
    ]


def _is_latin(word: Word) -> bool:
    """Letters, none of them Hangul. Figures stay: beside their Korean counter they would be read together with it."""
    return any(map(str.isalpha, word.text)) and not any(map(is_hangul, word.text))


def _korean(recognise: Recognise, page: Image.Image, word: Word) -> Word:
    """The surer of the two readings; a Korean one without Hangul does not count."""
    found = [part for line in _read(recognise, page, word) for part in line]
    text = "".join(part.text for part in found)
    if not any(map(is_hangul, text)) or _width(text) * word.box.height > word.box.width:
        return word
    confidence = sum(part.confidence * len(part.text) for part in found) / len(text)
    return Word(text, word.box, confidence, word.engine) if confidence > word.confidence else word


def _width(text: str) -> float:
    """The least width of a text in heights of its box: more cannot have been read in it, only beside it."""
    return sum(0.68 if is_hangul(char) else 0.3 for char in text) - 0.2


def _read(recognise: Recognise, page: Image.Image, word: Word) -> list[list[Word]]:
    beside, above = _BESIDE * word.box.height, _ABOVE * word.box.height
    box = Box(word.box.x0 - beside, word.box.y0 - above, word.box.x1 + beside, word.box.y1 + above)
    return recognise(_cut(page, box), (KOREAN,), RAW_LINE)


def _cut(page: Image.Image, box: Box) -> Image.Image:
    inner = clip(box, page.width - 1, page.height - 1)
    return page.crop((int(inner.x0), int(inner.y0), int(inner.x1) + 1, int(inner.y1) + 1))


def _is_korean(lines: Iterable[Iterable[Word]]) -> bool:
    sure = [word.text for line in lines for word in line if word.confidence >= _SURE]
    return sum(is_hangul(char) for text in sure for char in text) >= _SYLLABLES
