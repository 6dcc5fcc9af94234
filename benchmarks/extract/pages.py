"""Pages for `benchmarks.extract`: of the generator, or plain rows of labels and values if its packages are missing.

The rows need the standard library only: a machine with a GPU often has torch and little else.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from prelabel.page import Box, Page, Word

#: First seed; no training uses seeds near it.
FIRST_SEED = 9 * 10**9 + 500_000
_SIZE_PX = (1654, 2339)
_LETTERS = "etaoinshrdlucmfwypvbgk"


def pages(count: int) -> tuple[list[Page], str]:
    """Return (pages with words, "generator" or "rows")."""
    try:
        from synthetic import generate
    except ModuleNotFoundError:
        return [rows(seed) for seed in range(count)], "rows"
    found: list[Page] = []
    seed = FIRST_SEED
    while len(found) < count:
        page = generate(seed, "en").page
        found += [page] if page.words else []
        seed += 1
    return found, "generator"


def rows(seed: int, words: int = 0) -> Page:
    """Make a page with two columns of `label: value`; `words`: their number, 0: 30 to 240 by the seed."""
    rng = Random(seed)
    texts = [_text(rng, place) for place in range(words or rng.randint(30, 240))]
    placed: list[Word] = []
    x, y = 120.0, 120.0
    for place, text in enumerate(texts):
        width = 14.0 * len(text)
        if place % 8 == 0 or x + width > _SIZE_PX[0] - 80:
            x, y = 120.0, y + 40
        elif place % 4 == 0:
            x += 150
        placed.append(Word(text, Box(x, y, x + width, y + 28)))
        x += width + 14
    return page_of(placed)


def page_of(words: Sequence[Word]) -> Page:
    """Make a page that contains these words."""
    height = max([_SIZE_PX[1], *(int(word.box.y1) + 100 for word in words)])
    return Page(_SIZE_PX[0], height, _SIZE_PX[0], height, words=tuple(words))


def _text(rng: Random, place: int) -> str:
    if place % 4 == 1:
        return "".join(rng.choices(_LETTERS, k=rng.randint(3, 9))) + ":"
    if place % 4 == 3:
        return f"{rng.randint(1, 99_999):,}"
    return "".join(rng.choices(_LETTERS, k=rng.randint(2, 10))).capitalize()
