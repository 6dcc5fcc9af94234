"""Check of a text layer: the words that a PDF page carries itself, compared with the rendered page.

Such words are exact and far cheaper than OCR, but they can be wrong: scans carry words of an unknown OCR, fonts map
their letters to nonsense, words are hidden, half of the text is a picture.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from PIL import Image

from prelabel.geometry import clip, quarter_turn, transform
from prelabel.lines import in_reading_order
from prelabel.page import Box, Word
from prelabel.pdf.sight.page_sight import PageSight
from prelabel.pdf.text import PdfWord
from prelabel.pdf.text_layer import ENGINE, TextLayer

#: Pictures that cover more than this share of the page are a scan: its text comes from an unknown OCR.
_PICTURE = 0.8
#: At most these shares of the letters are written over, or have no meaning.
_UNSEEN, _MEANINGLESS = 0.25, 0.05
#: At least this share of the characters is letters and digits.
_ALPHANUMERIC = 0.5
#: At least this share of the page's strokes lies inside boxes of words, or places that OCR reads. Measured: 0.92 and
#: more on born-digital pages, 0.8 on a table of contents with its dots; a signature or a bar code costs a little, a
#: stamped scan has almost none.
_COVERED = 0.7

#: Nearly all Latin words of four letters and more have vowels: so many words are enough to judge, and at least this
#: share of them has vowels.
_LATIN, _VOWEL = re.compile(r"[A-Za-z]{4,}"), re.compile(r"[aeiouyAEIOUY]")
_ENOUGH_LATIN, _WITH_VOWEL = 20, 0.85


def checked_text_layer(sight: PageSight, shown: Image.Image) -> TextLayer:
    """Judge the text of a page; `shown` is the whole page, rendered (mode L or RGB).

    Words that nobody sees and text that leans (stamps, watermarks) are left out.
    """
    if not sight.says_something:
        return TextLayer((), 0, "it holds no text: a scan, or a drawing")
    if sight.picture_share > _PICTURE:
        return TextLayer((), 0, "a picture fills the page, and its text comes from an unknown OCR")
    seen = sight.words.seen
    turn = _Turn(_usual_turn(seen), shown)
    places = tuple(turn.box(place) for place in sight.unread)
    return TextLayer(turn.words(seen), turn.quarters, _flaw(sight), places)


def _usual_turn(words: Sequence[PdfWord]) -> int:
    votes: Counter[int] = Counter()
    for word in words:
        if word.quarters is not None:
            votes[word.quarters] += word.letters
    return votes.most_common(1)[0][0] if votes else 0


class _Turn:
    """The turn that sets the rendered page upright."""

    def __init__(self, quarters: int, shown: Image.Image) -> None:
        self.quarters = quarters
        self._turn = quarter_turn(quarters, *shown.size)
        self._size = shown.size if quarters % 2 == 0 else shown.size[::-1]

    def box(self, box: Box) -> Box:
        """Return a box of the rendered page in the upright one."""
        return clip(transform(self._turn, box) if self.quarters else box, *self._size)

    def words(self, words: Sequence[PdfWord]) -> tuple[Word, ...]:
        """Return the words that do not lean, in reading order."""
        level = (word for word in words if word.text and word.quarters is not None)
        return tuple(in_reading_order([Word(w.text, self.box(w.box), 1.0, ENGINE) for w in level], lambda w: w.box))


def _flaw(sight: PageSight) -> str:
    """Return the first flaw of a text layer, empty without any; cheap checks come first."""
    seen, written_over = sight.words.seen, [word for words in sight.unread.values() for word in words]
    letters, unseen = (sum(word.letters for word in some) for some in (seen, written_over))
    if unseen > _UNSEEN * (letters + unseen):
        return "its text is invisible: words of an unknown OCR beneath a scan, or hidden words"
    if not letters:
        return "it holds no text: a scan, or a drawing"
    if sum(word.meaningless for word in seen) > _MEANINGLESS * letters or _is_gibberish([w.text for w in seen]):
        return "its fonts do not say which letters they draw"
    level = [word.box for word in seen if word.quarters is not None]
    if sight.has_drawings and sight.cells.covered([*level, *sight.unread]) < _COVERED:
        return "much of the page is no text: pictures, drawings, handwriting"
    return ""


def _is_gibberish(texts: Sequence[str]) -> bool:
    """Return whether letters seem to be mapped to other letters or to signs."""
    whole = "".join(texts)
    if sum(char.isalnum() for char in whole) < _ALPHANUMERIC * len(whole):
        return True
    latin = [text for text in texts if _LATIN.fullmatch(text)]
    vowels = sum(bool(_VOWEL.search(text)) for text in latin)
    return len(latin) >= _ENOUGH_LATIN and vowels < _WITH_VOWEL * len(latin)
