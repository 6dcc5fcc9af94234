"""Labels of fields that prose answers: words for each kind of prose, and whole questions."""

from __future__ import annotations

from random import Random

from synthetic.english.trades import TRADES
from synthetic.style import Style, compound, with_mark
from synthetic.text.sentences import capital, fill
from synthetic.text.vocabulary import Vocabulary
from synthetic.words import word_list, word_lists

#: Labels by the kind of prose that answers them (see `narration`).
NAMES = word_lists("english-prose-labels", "names")
_ASKING = word_lists("english-prose-labels", "questions")
_HINTS = word_list("english-prose-labels", "hints")


def label(kind: str, v: Vocabulary, rng: Random, style: Style, number: int) -> str:
    """Return a label for prose of that kind, in the style of the page."""
    drawn = rng.random()
    if drawn < 0.3:
        text = capital(fill(rng.choice(_ASKING[kind]), v, rng, rng.choice(TRADES)))
        text = text.title() if rng.random() < 0.25 else text
    elif drawn < 0.38:
        text = f"{rng.choice(NAMES[kind])} {rng.choice(('/', 'and', '&', '-', 'or'))} {rng.choice(NAMES[kind])}"
    elif drawn < 0.44:
        text = f"{rng.choice(NAMES[kind])} {rng.choice(('of', 'on', 'for'))} {compound(v, rng).lower()}"
    elif drawn < 0.5:
        text = compound(v, rng)
    else:
        text = rng.choice(NAMES[kind])
        text = text.title() if rng.random() < 0.4 else text
    if style.case == "upper" or (style.case == "mixed" and rng.random() < 0.4):
        text = text.upper()
    if rng.random() < 0.07:
        text = f"{text} {rng.choice(_HINTS)}"
    text = text if text.endswith("?") else with_mark(text, rng, style)
    return f"{number}{rng.choice(('.', '.', ')'))} {text}" if rng.random() < style.numbered else text
