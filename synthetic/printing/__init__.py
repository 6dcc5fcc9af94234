"""Printed pages and crops of words with their truth, for tests, benchmarks and the training of a recogniser.

Real fonts draw the words (`fonts`, `lettering`); then the picture gets the wear of scans and copies (`scanning`). Seeds
0 to 9,999 are for tuning and training; benchmarks take seeds from 100,000 on.
"""

from synthetic.printing.charset import charset
from synthetic.printing.crops import word_crops
from synthetic.printing.pages import LANGUAGES, OcrPage, ocr_page
from synthetic.printing.scanning import KINDS

__all__ = ["KINDS", "LANGUAGES", "OcrPage", "charset", "ocr_page", "word_crops"]
