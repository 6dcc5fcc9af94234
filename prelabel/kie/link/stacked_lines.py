"""Rule that joins the lines of an address, or of prose that wraps: answers of one question or of none.

The grouper decides by words and spaces alone; here the question tells what the lines are.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from prelabel.geometry import laid_flat, union
from prelabel.kie.key_values.nesting import pair_links
from prelabel.kie.link.roles import ANSWER, QUESTION, role_of
from prelabel.page import Box, Entity, Link, Page

#: Widest space and overlap between two lines of one value, and widest shift of their left edges, in heights of a word;
#: largest factor between their sizes.
_SPACE, _OVERLAP, _SHIFT, _LARGER = 0.9, 0.6, 0.7, 1.5
#: Two boxes are on one line if they share this part of the height of the lower one.
_ONE_LINE = 0.4
#: Questions for a person or company with an address. Lists of people (cc:) are none.
_PARTY = re.compile(
    r"\b(bill(ed)?|ship(ped)?|sold|deliver(y|ed)?|remit|mail|invoiced?|consigned|send|paid|payable|issued|report)"
    r"[\s-]+(to|from)\b|\baddress\b"
    r"|^(to|from|buyer|seller|vendor|supplier|customer|client|consignee|shipper|borrower|lender|employer|payer|payee"
    r"|recipient|sender|landlord|tenant|purchaser|insured|delivery|returns?)$"
    r"|주소|소재지|수신|수취|배송지|납품처|보내는|받는|공급자|발주처",
    re.IGNORECASE,
)
#: A line of an address: letters and a number, a mail address, a comma at the end. Prose that goes on ends in a comma;
#: so do lists of names, which have no small words.
_ADDRESS = re.compile(r"^(?=.*\d)(?=.*[^\W\d_]{2})|@|,$")
_GOES_ON = re.compile(r"(^|\s)[a-z가-힣]{2,}\b.*,$")


@dataclass(frozen=True, slots=True)
class _Lines:
    """Questions and answers of a page, by index. `heights`: usual height of the words; `heads`: answer -> questions.

    `open`: questions without an answer.
    """

    texts: Mapping[int, str]
    boxes: Mapping[int, Box]
    heights: Mapping[int, float]
    heads: Mapping[int, Sequence[int]]
    answers: Sequence[int]
    open: Sequence[int]

    def follows(self, upper: int, lower: int) -> bool:
        """Return whether an entity stands right below another one, with the same left edge and size."""
        a, b = self.boxes[upper], self.boxes[lower]
        sizes = self.heights[upper], self.heights[lower]
        height = sum(sizes) / 2
        return (
            -_OVERLAP * height < b.y0 - a.y1 < _SPACE * height
            and b.center[1] > a.center[1] + height / 2
            and abs(b.x0 - a.x0) < _SHIFT * height
            and max(sizes) < _LARGER * min(sizes)
        )

    def in_table(self, question: int, answer: int) -> bool:
        """Return whether another column has an answer on this line: below a question on the line of this question."""
        titles = set(self._beside(question, {head for heads in self.heads.values() for head in heads}))
        below = (
            head
            for mate in self._beside(answer, self.heads)
            for head in self.heads[mate]
            if self.boxes[head].y1 < self.boxes[mate].center[1]
        )
        return any(head in titles and not self.is_party(head) for head in below)

    def is_asked(self, answer: int) -> bool:
        """Return whether an answer has a question: a linked one, or one without an answer at its left."""
        box = self.boxes[answer]
        return bool(self.heads.get(answer)) or any(self.boxes[i].x0 < box.x0 for i in self._beside(answer, self.open))

    def is_party(self, question: int) -> bool:
        return bool(_PARTY.search(self.texts[question].strip(" :.")))

    def _beside(self, entity: int, others: Iterable[int]) -> Iterator[int]:
        box = self.boxes[entity]
        for other in others:
            near = self.boxes[other]
            if other != entity and min(box.y1, near.y1) - max(box.y0, near.y0) > _ONE_LINE * min(
                box.height, near.height
            ):
                yield other


def with_stacked_lines(page: Page) -> Page:
    """Return the page with the lines of one value in one answer; the same page where there are none. It has links."""
    links = pair_links(page.entities or (), page.links or ())
    if not links:
        return page
    lines = _lines(page, links)
    free = [i for i in lines.answers if not lines.is_asked(i)]
    asked: dict[int, list[int]] = defaultdict(list)
    for link in links:
        asked[link.source].append(link.target)
    upper_of: dict[int, int] = {}
    for question, answers in asked.items():
        if not lines.is_party(question) and not any(_GOES_ON.search(lines.texts[i]) for i in answers):
            continue
        rest = sorted({*answers, *free} - upper_of.keys(), key=lambda i: (lines.boxes[i].y0, lines.boxes[i].x0))
        above: list[int] = []
        for lower in rest:
            upper = next((each for each in reversed(above) if lines.follows(each, lower)), None)
            joins = upper is not None and _is_one(lines, question, upper, lower)
            if upper is not None and joins:
                upper_of[lower] = upper_of.get(upper, upper)
            if joins or lower in answers:
                above.append(lower)
    return _joined(page, upper_of) if upper_of else page


def _lines(page: Page, links: Sequence[Link]) -> _Lines:
    words, entities = laid_flat(page).words, page.entities or ()
    roles = {i: role_of(entity.label) for i, entity in enumerate(entities) if entity.words}
    ends = [i for i, role in roles.items() if role in (QUESTION, ANSWER)]
    heads: dict[int, list[int]] = defaultdict(list)
    for link in links:
        heads[link.target].append(link.source)
    members = {i: [words[k] for k in entities[i].words] for i in ends}
    return _Lines(
        {i: " ".join(word.text for word in each) for i, each in members.items()},
        {i: union(word.box for word in each) for i, each in members.items()},
        {i: max(median(word.box.height for word in each), 1.0) for i, each in members.items()},
        heads,
        [i for i in ends if roles[i] == ANSWER],
        [i for i in ends if roles[i] == QUESTION and i not in {link.source for link in links}],
    )


def _is_one(lines: _Lines, question: int, upper: int, lower: int) -> bool:
    """Return whether two answers of a question are lines of one value."""
    if len(lines.heads.get(upper, ())) > 1 or len(lines.heads.get(lower, ())) > 1:
        return False
    above, below = lines.texts[upper], lines.texts[lower]
    likely = _GOES_ON.search(above) or (lines.is_party(question) and (_ADDRESS.search(above) or _ADDRESS.search(below)))
    return bool(likely) and not any(lines.in_table(question, answer) for answer in (upper, lower))


def _joined(page: Page, upper_of: Mapping[int, int]) -> Page:
    """Return the page with the words of the lower entities in the upper ones. A joined link is as sure as its least."""
    entities, links = page.entities or (), page.links or ()
    whole = {upper: [upper] for upper in upper_of.values()}
    for lower, upper in upper_of.items():
        whole[upper].append(lower)
    kept = [i for i in range(len(entities)) if i not in upper_of]
    places = {old: new for new, old in enumerate(kept)}
    sure: dict[tuple[int, int], float] = {}
    for link in links:
        ends = link.source, upper_of.get(link.target, link.target)
        sure[ends] = min(sure.get(ends, 1.0), link.confidence)
    return replace(
        page,
        entities=tuple(_whole([entities[k] for k in whole.get(i, [i])]) for i in kept),
        links=tuple(
            Link(places[source], places[target], least)
            for (source, target), least in sorted(sure.items())
            if source in places
        ),
    )


def _whole(parts: Sequence[Entity]) -> Entity:
    words = tuple(word for part in parts for word in part.words)
    sure = sum(part.confidence * len(part.words) for part in parts) / len(words)
    return parts[0] if len(parts) == 1 else Entity(parts[0].label, words, round(sure, 4))
