"""The corrections, one function each, made by a person at the editor of one page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from devstack.editor import Corner, Editor, Region
from prelabel.page import Box
from scripts.record_corrections.form import SIZE_PX
from scripts.record_corrections.projects import Project


@dataclass(slots=True)
class Hand:
    """A person at the editor of one page."""

    editor: Editor
    project: Project
    second: Editor
    reopen: Callable[[Editor], None]
    open_stream: Callable[[Editor], None]
    places: Mapping[str, Box] = field(default_factory=dict)

    def region(self, text: str) -> Region:
        """Return the region with this text, else the first one that contains it."""
        texts = {region.text or " ".join(region.meta.get("text", ())): region for region in self.editor.regions()}
        return texts.get(text) or next(region for whole, region in texts.items() if text in whole)

    def corners(self, text: str, wider: float = 0.4) -> tuple[Corner, Corner]:
        """Return the corners around words of the page, a little wider, in percent."""
        box = self.places[text]
        return (
            (box.x0 / SIZE_PX[0] * 100 - wider, box.y0 / SIZE_PX[1] * 100 - wider),
            (box.x1 / SIZE_PX[0] * 100 + wider, box.y1 / SIZE_PX[1] * 100 + wider),
        )

    def draw(self, text: str, written: str = "") -> Region:
        """Draw a box around words of the page, and write a text for it, if any."""
        new = self.editor.draw(self.project.labels[1], *self.corners(text))
        if written or self.project.required:
            self.write(new, written or text)
        return new

    def write(self, region: Region, text: str) -> None:
        """Write the text of a region where this project takes it."""
        (self.editor.write if self.project.texted else self.editor.write_meta)(region, text)


Case = Callable[[Hand], None]


def untouched(hand: Hand) -> None:
    hand.editor.submit()


def drawn(hand: Hand) -> None:
    hand.draw("긴급 urgent")
    hand.editor.submit()


def drawn_with_text(hand: Hand) -> None:
    hand.draw("긴급 urgent", "긴급! urgent")
    hand.editor.submit()


def split(hand: Hand) -> None:
    """Shrink a box around two words to the first one, and draw one around the second."""
    old, (_, right) = hand.region("1,250,000 원"), hand.corners("1,250,000")
    hand.editor.resize(old, right=right[0] - old.box[2], anchor="middle-right")
    hand.draw("원")
    hand.editor.submit()


def merged(hand: Hand) -> None:
    """Delete a box, and widen its neighbour over its words."""
    hand.editor.delete(hand.region("강남구"))
    old, (_, right) = hand.region("서울시"), hand.corners("강남구")
    hand.editor.resize(old, right=right[0] - old.box[2], anchor="middle-right")
    hand.editor.submit()


def moved(hand: Hand) -> None:
    hand.editor.move(hand.region("NP-20418"), 0.8, 0.3)
    hand.editor.submit()


def moved_away(hand: Hand) -> None:
    """Move a box to other words."""
    old, (left, top), (right, bottom) = hand.region("NP-20418"), *hand.corners("긴급 urgent")
    x, y = old.center
    hand.editor.move(old, (left + right) / 2 - x, (top + bottom) / 2 - y)
    hand.editor.submit()


def resized(hand: Hand) -> None:
    hand.editor.resize(hand.region("NP-20418"), right=3, down=0.7)
    hand.editor.submit()


def relabelled(hand: Hand) -> None:
    hand.editor.relabel(hand.region("NP-20418"), hand.project.labels[0])
    hand.editor.submit()


def deleted(hand: Hand) -> None:
    hand.editor.delete(hand.region("NP-20418"))
    hand.editor.submit()


def relinked(hand: Hand) -> None:
    """Delete the arrow to one answer, and draw one to another."""
    source = hand.region("성명")
    if (source.id, hand.region("김민수 (인)").id) in hand.editor.relations():
        hand.editor.unlink(source, hand.region("김민수 (인)"))
    hand.editor.link(source, hand.region("NP-20418"))
    hand.editor.submit()


def linked_backwards(hand: Hand) -> None:
    """Draw an arrow from the answer to the question."""
    hand.editor.link(hand.region("강남구"), hand.region("주소"))
    hand.editor.submit()


def cell_deleted(hand: Hand) -> None:
    """Delete a cell of a table whose links are not drawn."""
    hand.editor.delete(hand.region("Paper A4"))
    hand.editor.submit()


def cell_linked(hand: Hand) -> None:
    """Draw an arrow to a cell from the title of another column."""
    hand.editor.link(hand.region("Qty"), hand.region("Pen"))
    hand.editor.submit()


def title_drawn_anew(hand: Hand) -> None:
    """Delete the title of a column, and draw a box around it."""
    hand.editor.delete(hand.region("Qty"))
    hand.editor.draw(hand.project.labels[0], *hand.corners("Qty"))
    hand.editor.submit()


def rotated(hand: Hand) -> None:
    hand.editor.resize(hand.region("1,250,000 원"), right=1.5, anchor="rotater")
    hand.editor.submit()


def polygon(hand: Hand) -> None:
    (left, top), (right, bottom) = hand.corners("긴급 urgent")
    middle = (left + right) / 2
    corners = [(left, top), (middle, top - 0.6), (right, top), (right, bottom), (left, bottom)]
    hand.write(hand.editor.draw_polygon(hand.project.labels[1], corners), "긴급 urgent")
    hand.editor.submit()


def korean(hand: Hand) -> None:
    hand.write(hand.region("NP-20418"), "주식회사 한빛 상사")
    hand.editor.submit()


def emptied(hand: Hand) -> None:
    hand.write(hand.region("NP-20418"), "")
    hand.editor.submit()


def duplicated(hand: Hand) -> None:
    """Copy a box with Ctrl+D, and move the copy to other words."""
    old, (left, top), (right, bottom) = hand.region("NP-20418"), *hand.corners("긴급 urgent")
    x, y = old.center
    hand.editor.move(hand.editor.duplicate(old), (left + right) / 2 - x, (top + bottom) / 2 - y)
    hand.editor.submit()


def drawn_on_a_turned_view(hand: Hand) -> None:
    """Turn the view by a quarter, and draw a box there."""
    hand.editor.turn_view()
    hand.draw("긴급 urgent")
    hand.editor.submit()


def draft(hand: Hand) -> None:
    hand.editor.delete(hand.region("NP-20418"))
    hand.editor.save_draft()


def submitted_then_draft(hand: Hand) -> None:
    hand.editor.submit()
    hand.reopen(hand.editor)
    hand.editor.delete(hand.region("NP-20418"))
    hand.editor.save_draft()


def updated(hand: Hand) -> None:
    hand.editor.submit()
    hand.reopen(hand.editor)
    hand.editor.delete(hand.region("NP-20418"))
    hand.editor.submit()


def skipped(hand: Hand) -> None:
    """Skip the page in the label stream, which opens the only page without an annotation."""
    hand.open_stream(hand.editor)
    hand.editor.skip()


def two_annotators(hand: Hand) -> None:
    hand.editor.delete(hand.region("NP-20418"))
    hand.editor.submit()
    hand.reopen(hand.second)
    hand.editor = hand.second
    hand.editor.annotate_again()
    hand.editor.delete(hand.region("서울시"))
    hand.editor.submit()


#: `skipped` before the drafts: the label stream offers pages with a draft as well.
CASES: tuple[Case, ...] = (
    untouched,
    skipped,
    drawn,
    drawn_with_text,
    split,
    merged,
    moved,
    moved_away,
    resized,
    relabelled,
    deleted,
    relinked,
    linked_backwards,
    cell_deleted,
    cell_linked,
    title_drawn_anew,
    rotated,
    polygon,
    korean,
    emptied,
    duplicated,
    drawn_on_a_turned_view,
    draft,
    submitted_then_draft,
    updated,
    two_annotators,
)
