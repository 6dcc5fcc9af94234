"""English vocabulary: words of all documents, and the same with words of American business forms."""

from __future__ import annotations

from dataclasses import replace

from synthetic.text.vocabulary import Vocabulary
from synthetic.words import read, word_list, word_lists

_BUSINESS = "english-business-vocabulary"


def _with_business(ours: dict[str, tuple[str, ...]], table: str) -> dict[str, tuple[str, ...]]:
    """Return the names with those of business forms behind them; kinds of business forms alone come last."""
    added = word_lists(_BUSINESS, table)
    return {kind: (*ours.get(kind, ()), *added.get(kind, ())) for kind in ours | added}


#: The English of printed pages and of benchmarks.
ENGLISH = Vocabulary(language="en", **read("english-vocabulary"))
#: The English of synthetic form pages.
AMERICAN = replace(
    ENGLISH,
    fields=_with_business(ENGLISH.fields, "fields"),
    columns=_with_business(ENGLISH.columns, "columns"),
    titles=(*ENGLISH.titles, *word_list(_BUSINESS, "titles")),
    sections=(*ENGLISH.sections, *word_list(_BUSINESS, "sections")),
)
