"""Synthetic form pages, English and Korean: one seed = one page of words, boxes, labels, entities and links.

The only generator of the project. Vocabulary (`english`, `korean`, `wordlists`), values (`values`, `numbers`), layouts
(`fields`, `tables`, `prose`, composed by `pages`) and what OCR does to them (`noise`) are modules of their own.
"""

from prelabel.training.synthetic.pages import LABELS, SyntheticPage, generate

__all__ = ["LABELS", "SyntheticPage", "generate"]
