"""Receipts with their truth, for evaluation alone: no training sees these printers or their fonts.

Printers draw characters as dots in cells (`printers`) on a roll of paper (`roll`) with the texts of a shop (`texts`);
then a scanner or a phone takes the picture (`pages`, `photo`).
"""

from synthetic.printing.receipts.pages import KINDS, LANGUAGES, receipt_page

__all__ = ["KINDS", "LANGUAGES", "receipt_page"]
