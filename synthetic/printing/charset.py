"""The characters that a recogniser for English and Korean business documents must know."""

from __future__ import annotations

import string
from functools import cache

#: Currency, bullets, ticks, units, quotes and brackets of forms and invoices.
SYMBOLS = "₩￦€£¥※•·ㆍ○●□■☐☑✓√×÷±°%‰®©™§–—‘’“”…「」『』【】〈〉《》→←▶▷◆◇★☆△▲▼①②③④⑤㈜㎡℃№²³½"
#: The 25 rows of 94 Hangul syllables of KS X 1001, as EUC-KR encodes them.
_ROWS, _CELLS = range(0xB0, 0xC9), range(0xA1, 0xFF)


@cache
def syllables() -> str:
    """Return the 2,350 Hangul syllables of KS X 1001, in the order of the alphabet."""
    return "".join(bytes((row, cell)).decode("euc_kr") for row in _ROWS for cell in _CELLS)


@cache
def charset() -> str:
    """Return each character once: space, digits, ASCII punctuation, Latin letters, symbols, Hangul syllables."""
    ordered = " " + string.digits + string.punctuation + string.ascii_letters + SYMBOLS + syllables()
    return "".join(dict.fromkeys(ordered))
