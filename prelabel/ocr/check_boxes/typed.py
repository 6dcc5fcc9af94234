"""Check boxes that are typed as characters: ☐ ☑, □ ■, ○ ●, [ ] [V], ( ) (O)."""
from __future__ import annotations
from collections.abc import Sequence
from prelabel.page import Word
def typed_boxes(words: Sequence[Word]) -> list[Word]:
    return list(words)
