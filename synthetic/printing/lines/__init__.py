"""Printed lines with their text, for the training of a line recogniser: any number of them, each from its seed."""

from synthetic.printing.lines.line import KINDS, PrintedLine, printed_line

__all__ = ["KINDS", "PrintedLine", "printed_line"]
