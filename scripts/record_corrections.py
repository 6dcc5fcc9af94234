"""Recordings of corrections as Label Studio's own frontend writes them: `python -m scripts.record_corrections`.

It starts a Label Studio and a browser, gives each of three projects one page for each case of `CASES`, makes the
correction by mouse and keyboard in the editor, and writes to `tests/data/frontend/` what the server then returns: the
JSON export of the project, and its pages as the API lists them.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from devstack.browser import browser, log_in, new_tab, open_task, sign_up
from devstack.editor import Corner, Editor, Region
from devstack.label_studio import LabelStudioServer
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.labelstudio.labelling_template import labelling_xml
from prelabel.labelstudio.predictions import build_prediction
from prelabel.page import Box, Entity, Link, Page, Word

FOLDER = Path(__file__).parent.parent / "tests" / "data" / "frontend"
FONT = "/usr/share/fonts/truetype/nanum/NanumGothic.ttf"
SIZE_PX = (800, 1000)
VERSION, NAME = "prelabel-compact-00000000-00000000", "prelabel"

#: The form: each entity with its label, its field label, its text and its left top corner in pixels.
FORM = (
    ("HEADER", None, "신청서 Application", 300, 60),
    ("QUESTION", None, "성명", 80, 160),
    ("ANSWER", "CUSTOMER_NAME", "김민수 (인)", 220, 160),
    ("QUESTION", None, "Invoice No", 80, 220),
    ("ANSWER", "INVOICE_NUMBER", "NP-20418", 220, 220),
    ("QUESTION", None, "주소", 80, 280),
    ("ANSWER", "ADDRESS", "서울시", 220, 280),
    ("ANSWER", "ADDRESS", "강남구", 300, 280),
    ("QUESTION", None, "Total", 80, 340),
    ("ANSWER", "TOTAL", "1,250,000 원", 220, 340),
    ("QUESTION", None, "Item", 80, 440),
    ("QUESTION", None, "Qty", 300, 440),
    ("ANSWER", None, "Paper A4", 80, 490),
    ("ANSWER", None, "3", 300, 490),
    ("ANSWER", None, "Pen", 80, 540),
    ("ANSWER", None, "12", 300, 540),
)
LINKS = ((1, 2), (3, 4), (5, 6), (8, 9), (10, 12), (11, 13), (10, 14), (11, 15))
#: Words that no prediction draws: people draw them by hand.
MISSED = ("긴급 urgent", 500, 160)

QUESTION_ANSWER_XML = """<View>
  <Image name="image" value="$image" zoom="true" zoomControl="true" rotateControl="true"/>
  <RectangleLabels name="label" toName="image">
    <Label value="QUESTION" background="#1f77b4"/>
    <Label value="ANSWER" background="#2ca02c"/>
    <Label value="HEADER" background="#d62728"/>
    <Label value="OTHER" background="#7f7f7f"/>
  </RectangleLabels>
</View>"""
#: The title of Label Studio's own template; its configuration is read from the server.
OCR_TEMPLATE = "Optical Character Recognition"
FIELDS = ("CUSTOMER_NAME", "INVOICE_NUMBER", "ADDRESS", "TOTAL")


@dataclass(frozen=True, slots=True)
class Project:
    """A kind of project. `labels`: two labels of its configuration; `texted`: people can type a region's text."""

    name: str
    xml: str
    page: Page
    labels: tuple[str, str]
    texted: bool
    polygons: bool = False
    required: bool = False


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
        """Return the region whose text begins so; its first word stands for it where each word is a region."""
        texts = {r.text or " ".join(r.meta.get("text", ())): r for r in self.editor.regions()}
        return texts.get(text) or texts[text.split()[0]]

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

#: Cases whose pages are also recorded as the API lists them: states that an export writes in another form.
LISTED = {"untouched", "skipped", "draft", "submitted_then_draft", "two_annotators"}


def main(*only: str) -> None:
    """Record all cases, or those named on the command line (then nothing is written)."""
    with tempfile.TemporaryDirectory() as name, LabelStudioServer(Path(name) / "label-studio") as server:
        picture, page, places = draw_form(Path(name) / "form.png")
        with people(server) as (first, second):
            for project in projects(server, page):
                cases = [case for case in CASES if not only or case.__name__ in only]
                recorded = record(server, project, picture, places, cases, first, second)
                if not only:
                    write(project.name, recorded)
        if not only:
            (FOLDER / "form.png").write_bytes(picture.read_bytes())
            (FOLDER / "form.json").write_text(json.dumps(page.to_json(), ensure_ascii=False) + "\n", "utf-8")


def draw_form(path: Path) -> tuple[Path, Page, dict[str, Box]]:
    """Draw the form; return its file, its page, and the place of each text and each word."""
    image = Image.new("RGB", SIZE_PX, "white")
    pen, font = ImageDraw.Draw(image), ImageFont.truetype(FONT, 22)
    words: list[Word] = []
    entities: list[Entity] = []
    places: dict[str, Box] = {}
    for label, _, text, x, y in (*FORM, (None, None, *MISSED)):
        start, at = len(words), float(x)
        for part in text.split():
            box = Box(*(round(float(side), 1) for side in pen.textbbox((at, y), part, font=font)))
            pen.text((at, y), part, fill="black", font=font)
            words.append(Word(part, box, 0.95, "tesseract"))
            places[part] = box
            at = box.x1 + 8
        places[text] = Box(words[start].box.x0, min(w.box.y0 for w in words[start:]), words[-1].box.x1,
                           max(w.box.y1 for w in words[start:]))  # fmt: skip
        if label:
            entities.append(Entity(label, tuple(range(start, len(words))), 0.9))
    image.save(path, optimize=True)
    links = tuple(Link(source, target, 0.8) for source, target in LINKS)
    page = Page(*SIZE_PX, *SIZE_PX, words=tuple(words), entities=tuple(entities), links=links)
    return path, page, places


def projects(server: LabelStudioServer, page: Page) -> Iterator[Project]:
    """Yield the three kinds of projects."""
    yield Project("question_answer", QUESTION_ANSWER_XML, page, ("QUESTION", "ANSWER"), texted=False)
    templates = server.api.get("/api/templates").raise_for_status().json()["templates"]
    xml = next(each["config"] for each in templates if each["title"] == OCR_TEMPLATE)
    bare = Page(*SIZE_PX, *SIZE_PX, words=page.words)
    yield Project("ocr_template", xml, bare, ("Text", "Handwriting"), texted=True, polygons=True, required=True)
    named = zip(page.entities or (), FORM, strict=True)
    fields = tuple(Entity(own, entity.words, entity.confidence) for entity, (_, own, *_) in named if own)
    own = Page(*SIZE_PX, *SIZE_PX, words=page.words, entities=fields, links=())
    yield Project("own_fields", labelling_xml(FIELDS), own, ("INVOICE_NUMBER", "CUSTOMER_NAME"), texted=True)


@contextmanager
def people(server: LabelStudioServer) -> Iterator[tuple[Editor, Editor]]:
    """Yield the editors of two annotators, each in a browser context of its own."""
    with browser() as started:
        first, second = (new_tab(started, viewport={"width": 1500, "height": 1300}) for _ in range(2))
        log_in(first, server)
        sign_up(second, server, "second@prelabel.test", "prelabel-demo")
        yield Editor(first), Editor(second)


def record(
    server: LabelStudioServer,
    project: Project,
    picture: Path,
    places: Mapping[str, Box],
    cases: list[Case],
    first: Editor,
    second: Editor,
) -> dict[str, Any]:
    """Make all corrections in one project; return its export and its pages as the API lists them."""
    config = LabellingConfig.parse(project.xml, None)
    project_id = server.create_project(project.name, project.xml, show_skip_button=True)
    server.upload_images(project_id, [picture])
    (uploaded,) = server.pages(project_id)
    reference = uploaded["data"][config.image_key]
    server.api.delete(f"/api/tasks/{uploaded['id']}/").raise_for_status()
    prediction = build_prediction(project.page, config, version=VERSION, name=NAME, draw_other=False)
    for case in cases:
        if case is polygon and not project.polygons:
            continue
        row = {"data": {config.image_key: reference, "case": case.__name__}}
        (task_id,) = server.import_pages(project_id, [row])
        server.api.post("/api/predictions/", json={"task": task_id, **prediction}).raise_for_status()

        def open_page(editor: Editor, stream: bool, task_id: int = task_id) -> None:
            open_task(editor.tab, server, project_id, task_id, label_stream=stream)
            editor.wait_ready()

        # The label stream shows the predictions of this name alone.
        server.api.patch(f"/api/projects/{project_id}/", json={"model_version": NAME}).raise_for_status()
        reopen, open_stream = partial(open_page, stream=False), partial(open_page, stream=True)
        reopen(first)
        print(project.name, case.__name__, file=sys.stderr)
        case(Hand(first, project, second, reopen, open_stream, places))
    export = server.api.get(
        f"/api/projects/{project_id}/export", params={"exportType": "JSON", "download_all_tasks": "true"}
    )
    return {
        "export": export.raise_for_status().json(),
        "tasks": server.pages(project_id),
        "config": server.api.get(f"/api/projects/{project_id}/").json()["label_config"],
    }


def write(name: str, recorded: Mapping[str, Any]) -> None:
    """Write the recordings of one project, a page a line; of the API's list only the pages of `LISTED`."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.xml").write_text(recorded["config"].strip() + "\n", "utf-8")
    listed = [row for row in recorded["tasks"] if row["data"]["case"] in LISTED]
    for row in recorded["export"]:
        if row["data"]["case"] != "untouched":
            for annotation in row["annotations"]:
                annotation["prediction"] = {}  # a copy of the prediction, the same for all cases
    for kind, rows in (("export", recorded["export"]), ("tasks", listed)):
        lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (FOLDER / f"{name}.{kind}.json").write_text(f"[{lines}]\n", "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
