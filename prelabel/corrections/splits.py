"""Splits of a data set: which pages train, validate and evaluate. A page that has a split keeps it for ever.

Pages of one document stay together. New documents are ranked by a digest, never by the order of their pages, and fill
up the shares. The evaluation set is chosen once; afterwards it grows only if `Evaluation.grow` says so.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from prelabel.corrections.manifest import Split
from prelabel.errors import SettingError

#: The share of the pages that is kept for the evaluation, and that of the others for validation.
EVALUATION_SHARE, VALID_SHARE = 0.2, 0.1
#: An empty split waits for its first document until at least this part of a page is wanted.
_LEAST = 0.25
#: What a document has whose pages came into several splits, because their documents became one: the first of these.
_STRONGEST: tuple[Split, ...] = ("evaluation", "waiting", "valid", "train")


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a person decides about the evaluation set. `pages`: task ids, instead of a share of all pages.

    `grow`: lets a set that is frozen take further pages.
    """

    share: float = EVALUATION_SHARE
    pages: frozenset[int] = frozenset()
    grow: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """Document and split of a page in earlier versions."""

    document: str
    split: Split


def split_pages(
    documents: Mapping[int, str], known: Mapping[int, Placed], wish: Evaluation, *, frozen: bool
) -> dict[int, Split]:
    """Return the split of each page. `documents`: task id -> document; `known`: all pages of earlier versions.

    Raises SettingError for a wish that would move a page, or that names a page which is not there.
    """
    opened = wish.grow or not frozen
    of_document = _of_documents(known)
    sizes = Counter(of_document.get(document, "new") for document in documents.values())
    new = Counter(document for document in documents.values() if document not in of_document)
    if wish.pages:
        chosen = _named(documents, known, of_document, wish, opened=opened)
    else:
        wanted = wish.share * len(documents) - sizes["evaluation"] if opened else 0.0
        chosen = _chosen(new, wanted, empty=not sizes["evaluation"], others=len(documents) > sizes["new"])
    judged = sizes["evaluation"] + sum(new[document] for document in chosen)
    rest = {document: size for document, size in new.items() if document not in chosen}
    wanted = VALID_SHARE * (len(documents) - judged) - sizes["valid"]
    valid = _chosen(rest, wanted, empty=not sizes["valid"], others=sizes["train"] > 0)
    first: Split
    made: dict[int, Split] = {}
    for task_id, document in documents.items():
        before = known[task_id].split if task_id in known else of_document.get(document)
        if before == "waiting" or (before == "evaluation" and task_id not in known):
            made[task_id] = "evaluation" if opened and (not wish.pages or document in chosen) else "waiting"
        else:
            first = "evaluation" if document in chosen else "valid" if document in valid else "train"
            made[task_id] = before or first
    return made


def _of_documents(known: Mapping[int, Placed]) -> dict[str, Split]:
    found = defaultdict[str, set[Split]](set)
    for placed in known.values():
        found[placed.document].add(placed.split)
    return {document: next(each for each in _STRONGEST if each in splits) for document, splits in found.items()}


def _named(
    documents: Mapping[int, str],
    known: Mapping[int, Placed],
    of_document: Mapping[str, Split],
    wish: Evaluation,
    *,
    opened: bool,
) -> set[str]:
    """Return the documents of the named pages."""
    if not opened and any(page not in known or known[page].split != "evaluation" for page in wish.pages):
        raise SettingError(
            "the evaluation set is frozen, so that figures of different times can be compared: add --grow-evaluation "
            "if it shall take further pages all the same"
        )
    if absent := sorted(wish.pages - documents.keys()):
        raise SettingError(f"{_pages(absent)} cannot be in the evaluation set: not annotated, or not in the project")
    if moved := sorted(page for page in wish.pages if of_document.get(documents[page]) in {"train", "valid"}):
        raise SettingError(
            f"{_pages(moved)} cannot come into the evaluation set: models have learned from them (train or valid), and "
            "a page never changes its split; name other pages"
        )
    return {documents[page] for page in wish.pages}


def _pages(ids: Sequence[int]) -> str:
    return f"page{'s' * (len(ids) > 1)} {', '.join(map(str, ids))}"


def _chosen(sizes: Mapping[str, int], wanted: float, *, empty: bool, others: bool) -> set[str]:
    """Return documents of about `wanted` pages. `sizes`: pages by document; `empty`: the split has no page so far.

    `others`: documents are left for the training in any case. A split that is empty takes its first document as soon as
    it can, however few pages are wanted, but never more than half of the new pages.
    """
    taken, count, left = set[str](), 0, len(sizes) - (not others)
    ranked = sorted(sizes, key=lambda document: (hashlib.sha256(document.encode()).digest(), document))
    for document in ranked:
        if len(taken) < left and count + sizes[document] / 2 <= wanted:
            taken.add(document)
            count += sizes[document]
    if not taken and empty and left > 0 and wanted >= _LEAST:
        smallest = min(ranked, key=lambda document: sizes[document])
        taken = {smallest} if 2 * sizes[smallest] <= sum(sizes.values()) else set()
    return taken
