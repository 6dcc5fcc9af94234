"""Synthetic form pages, English and Korean: one seed = one page of words, boxes, labels, entities and links.

The only generator of the project. Vocabulary (`english`, `korean`, `wordlists`), values (`values`, `numbers`), blocks
(`fields`, `tables`, `prose`), the families that compose them (listed in `families`) and what OCR does (`noise`)
are modules of their own.
"""

from synthetic.families import FAMILIES, HELD_OUT
from synthetic.pages import LABELS, SyntheticPage, generate

__all__ = ["FAMILIES", "HELD_OUT", "LABELS", "SyntheticPage", "generate"]
