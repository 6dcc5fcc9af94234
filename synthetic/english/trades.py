"""Words of several trades, by the marks of the patterns in `text.sentences`."""

from __future__ import annotations

from synthetic.text.sentences import WORDS
from synthetic.words import read, word_lists

#: The words of each trade; marks that a trade leaves out are those of `WORDS`.
TRADES: tuple[dict[str, tuple[str, ...]], ...] = tuple(
    WORDS | word_lists("english-trades", trade) for trade in read("english-trades")
)
