"""Rule that binds options of check boxes to their question: `Status: Married`, or `I agree: ☑` without a question.

It replaces what the tagger and the linker made of these words, and leaves all other entities and links alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from prelabel.kie.check_boxes.changes import Changes
from prelabel.kie.check_boxes.layout import BoxLayout
from prelabel.kie.check_boxes.questions import Asked, asked
from prelabel.kie.tag.tagger import plain_label
from prelabel.ocr.check_boxes.words import is_check_box
from prelabel.page import Page, Word


def bind_check_boxes(page: Page, tags: Sequence[str]) -> Page:
    """Return the page with its check boxes bound; the same page if it has none, or the tagger has labels of its own.

    `tags`: those of the tagger.
    """
    known = {plain_label(tag).upper(): plain_label(tag) for tag in tags}
    if not {"QUESTION", "ANSWER"} <= known.keys() or not any(is_check_box(word) for word in page.words):
        return page
    layout = BoxLayout(page.words)
    changes = Changes(page, known["QUESTION"], known["ANSWER"])
    for group in asked(layout, page):
        _bind(group, changes, page.words)
    changes.drop(layout.boxes)
    return changes.page()


def _bind(group: Asked, changes: Changes, words: Sequence[Word]) -> None:
    """Bind a group of options: to their question, or each to its own box."""
    if group.question:
        question = changes.question(group.question)
        for option in group.options:
            if not option.ticked:
                changes.drop(option.words)
        for option in group.options:
            if option.ticked:
                changes.link(question, changes.answer(option.words), words[option.box].confidence)
        return
    for option in group.options:
        if option.ticked or group.filled:
            question, answer = changes.question(option.words), changes.answer((option.box,))
            changes.link(question, answer, words[option.box].confidence)
