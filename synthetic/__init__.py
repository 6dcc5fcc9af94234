"""Synthetic form pages, English and Korean: one seed gives one page of words, boxes, labels, entities and links.

Families of templates (`families`) compose a page from blocks (`blocks`, `english`, `korean`) on a canvas (`canvas`);
`text` and `words` fill it; `ocr_noise` adds the errors of OCR. `printing` draws pictures of pages for OCR itself.
"""

from synthetic.families import FAMILIES, HELD_OUT
from synthetic.pages import LABELS, SyntheticPage, generate

__all__ = ["FAMILIES", "HELD_OUT", "LABELS", "SyntheticPage", "generate"]
