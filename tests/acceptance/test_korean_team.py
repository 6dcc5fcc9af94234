"""A Korean team corrects twelve pages of three projects in a browser; results and training pages hold every correction.

Real Label Studio, Redis and workers; the browser is a headless Chromium. Each page is opened by the label stream,
corrected by mouse and keyboard, and submitted: a word that the prediction missed is drawn by hand, a box around two
texts is split, a link is drawn anew. Pictures of every page, before and after, lie in `.local/pictures/korean-team`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from devstack.browser import browser as chromium
from devstack.browser import log_in, new_tab, open_task
from devstack.editor import Corner, Editor, Region
from devstack.label_studio import LabelStudioServer
from devstack.stack import Stack
from devstack.workers import environment
from prelabel.api.reading import PageSource, Reader
from prelabel.api.runs import enqueue_project
from prelabel.geometry import to_percent, transform, union
from prelabel.labelstudio.labelling_template import labelling_xml
from prelabel.page import Page
from prelabel.settings import Settings
from scripts.record_corrections.projects import QUESTION_ANSWER_XML

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / ".local" / "pictures" / "korean-team"
PAGES = ROOT / "examples" / "pages"
FORMS = ("ko-tax-invoice.png", "ko-quotation.png", "ko-training-application.png", "en-invoice.png")
SETTINGS = {"SELECT_INTERVAL": "2", "HEARTBEAT": "2", "RETRY_BACKOFF": "0.2", "UPLOAD_WAIT": "0.2"}
FIELDS = ("발행번호", "거래처", "INVOICE_NUMBER")
#: The words of a field box that is split, and of a field that was missed, in tests of each form.
_TYPED = "직접 입력한 글자"


@dataclass
class Team:
    """A running stack, a browser that is logged in, and the pages as OCR reads them."""

    stack: Stack
    editor: Editor
    read: dict[str, Page]
    #: Texts that the results and the training pages of each project must hold, and pairs of key and value.
    texts: dict[int, list[str]] = field(default_factory=dict)
    pairs: dict[int, list[tuple[str, str]]] = field(default_factory=dict)

    @property
    def server(self) -> LabelStudioServer:
        return self.stack.label_studio

    def predicted(self, title: str, xml: str, forms: tuple[str, ...] = FORMS) -> int:
        """Make a project of the forms and let the workers predict all of its pages; return its id."""
        project_id = self.server.create_project(title, xml)
        self.server.upload_images(project_id, [PAGES / name for name in forms])
        end = enqueue_project(project_id, settings=self.stack.settings()).wait(timeout_s=300)
        assert (end.done, end.failed) == (len(forms), 0)
        self.texts[project_id], self.pairs[project_id] = [], []
        return project_id

    def label_stream(self, project_id: int) -> Iterator[tuple[str, Page]]:
        """Yield name and words of each page that the label stream opens, until it has no more."""
        tab = self.editor.tab
        names = {task["id"]: task["data"] for task in self.server.pages(project_id)}
        first = min(names)
        open_task(tab, self.server, project_id, first, label_stream=True)
        for number in range(1, len(names) + 1):
            self.editor.wait_ready()
            task_id = tab.evaluate("() => Htx.task.id")
            (reference,) = (value for value in names.pop(int(task_id)).values() if isinstance(value, str))
            name = reference.rsplit("/", 1)[-1].split("-", 1)[1]
            self.picture(project_id, number, "before")
            assert self.editor.regions(), f"{name} opens empty"
            yield name, self.read[name]
            self.picture(project_id, number, "after")
            self.editor.submit()
            if names:
                tab.wait_for_function("id => Htx.task && Htx.task.id !== id", arg=task_id, timeout=60_000)
                tab.wait_for_function("() => [...document.images].some(i => i.complete && i.naturalWidth > 200)")
                tab.wait_for_function("() => Htx.annotationStore.selected?.regions.length", timeout=60_000)
                tab.wait_for_timeout(1000)

    def picture(self, project_id: int, number: int, when: str) -> None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.editor.tab.screenshot(path=PICTURES / f"{project_id}-{number}-{when}.png")

    def results(self, project_id: int) -> set[tuple[str, str]]:
        """Return all keys and values of `prelabel results`, those in sections as well."""
        lines = self.python("from prelabel.cli import main; main()", "results", project_id)
        return set(pairs_in([json.loads(line) for line in lines.splitlines()]))

    def training_pages(self, project_id: int, folder: Path) -> list[Page]:
        """Return the pages that a training reads from the project's export."""
        params = {"exportType": "JSON", "download_all_tasks": "true"}
        file = folder / f"{project_id}.json"
        file.write_bytes(self.server.api.get(f"/api/projects/{project_id}/export", params=params).content)
        print_pages = (
            "import json, sys; from prelabel.training.sources import parse\n"
            "for each in parse(sys.argv[1]).annotated: print(json.dumps(each.page.to_json()))"
        )
        return [Page.from_json(json.loads(line)) for line in self.python(print_pages, f"export:{file}").splitlines()]

    def python(self, program: str, *args: object) -> str:
        """Run a program with the settings of the stack, as a Korean user; return its standard output."""
        env = environment(self.stack.environment(LANGUAGE="ko_KR.UTF-8")) | {"PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", program, *map(str, args)]
        ended = subprocess.run(command, env=env, capture_output=True, text=True, timeout=180, cwd=ROOT, check=False)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout


@pytest.fixture(scope="module")
def team(label_studio: LabelStudioServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    reader = Reader(Settings(_env_file=None))
    read = {}
    for name in FORMS:
        page = reader.read(PageSource(PAGES / name)).page
        assert isinstance(page, Page)
        read[name] = page
    folder = tmp_path_factory.mktemp("team")
    with Stack(folder, label_studio=label_studio, env=SETTINGS) as stack, chromium() as started:
        tab = new_tab(started, locale="ko-KR", viewport={"width": 1600, "height": 1400})
        log_in(tab, label_studio)
        stack.start_workers()
        stack.wait_ready()
        yield Team(stack, Editor(tab), read)


def pairs_in(part: Any) -> Iterator[tuple[str, str]]:
    """Yield every key with its value, wherever they stand in a document's JSON."""
    if isinstance(part, dict) and isinstance(part.get("key"), str) and isinstance(part.get("value"), str):
        yield part["key"], part["value"]
    for below in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from pairs_in(below)


def around(page: Page, words: tuple[int, ...], wider: float = 0.15) -> tuple[Corner, Corner]:
    """Return the corners around words in percent of the shown image, a little wider."""
    box = transform(page.to_shown, union(page.words[index].box for index in words))
    x, y, width, height = to_percent(box, page.shown_width_px, page.shown_height_px)
    return (x - wider, y - wider), (x + width + wider, y + height + wider)


def text_of(page: Page, words: tuple[int, ...]) -> str:
    return " ".join(page.words[index].text for index in words)


def missed(page: Page) -> tuple[int, ...]:
    """Return the first word of three letters or more that no prediction draws."""
    drawn = {index for entity in page.entities or () for index in entity.words}
    return next((i,) for i, word in enumerate(page.words) if i not in drawn and len(word.text) > 2)


def inside(region: Region, page: Page, words: tuple[int, ...]) -> bool:
    """Return whether the middle of the words lies in a region."""
    (left, top), (right, bottom) = around(page, words, 0)
    x, y = (left + right) / 2, (top + bottom) / 2
    x0, y0, x1, y1 = region.box
    return x0 <= x <= x1 and y0 <= y <= y1


def split(editor: Editor, page: Page, words: tuple[int, ...], label: str) -> tuple[Region, Region]:
    """Shrink the region around the words to the first one, and draw a second one around the others."""
    old = next(region for region in editor.regions() if inside(region, page, words))
    _, (right, _) = around(page, words[:1])
    editor.resize(old, right=right - old.box[2], anchor="middle-right")
    new = editor.draw(label, *around(page, words[1:], 0.05))
    return next(region for region in editor.regions() if region.id == old.id), new


def one_line(page: Page, words: tuple[int, ...]) -> bool:
    boxes = [page.words[index].box for index in words]
    return max(b.y0 for b in boxes) < min(b.y1 for b in boxes) and all(a.x1 < b.x0 for a, b in pairwise(boxes))


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_questions_and_answers_in_plain_rectangles(team: Team, tmp_path: Path) -> None:
    # Given four pages, whose texts stand in the regions' details alone
    project_id = team.predicted("문답 프로젝트", QUESTION_ANSWER_XML)
    editor = team.editor
    for _, page in team.label_stream(project_id):
        # When a box around two texts is split, a missed word is drawn, and links are drawn anew
        entities, regions, drawn = page.entities or (), editor.regions(), editor.relations()
        places = {
            index: next((region.id for region in regions if inside(region, page, entity.words)), "")
            for index, entity in enumerate(entities)
        }
        question, answer = next(
            (entities[link.source], entities[link.target])
            for link in page.links or ()
            if entities[link.target].label == "ANSWER"
            and len(entities[link.target].words) > 1
            and one_line(page, entities[link.target].words)
            and (places[link.source], places[link.target]) in drawn
        )
        asked = next(region for region in regions if inside(region, page, question.words))
        first, rest = split(editor, page, answer.words, "ANSWER")
        editor.unlink(asked, first)
        editor.link(asked, rest)
        word = missed(page)
        editor.link(editor.draw("QUESTION", *around(page, word)), first)
        team.pairs[project_id] += [
            (text_of(page, question.words), text_of(page, answer.words[1:])),
            (text_of(page, word), text_of(page, answer.words[:1])),
        ]
    # Then results and training pages hold both pairs of every page
    found = {(squeezed(key), squeezed(value)) for key, value in team.results(project_id)}
    wanted = {(squeezed(key), squeezed(value)) for key, value in team.pairs[project_id]}
    assert wanted - found == set()
    trained = {
        (squeezed(text_of(page, entities[link.source].words)), squeezed(text_of(page, entities[link.target].words)))
        for page in team.training_pages(project_id, tmp_path)
        for entities in [page.entities or ()]
        for link in page.links or ()
    }
    assert wanted - trained == set()


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_transcriptions_in_the_ocr_template_with_polygons(team: Team, tmp_path: Path) -> None:
    # Given Label Studio's own template, as it comes
    templates = team.server.api.get("/api/templates").raise_for_status().json()["templates"]
    xml = next(each["config"] for each in templates if each["title"] == "Optical Character Recognition")
    project_id = team.predicted("글자 프로젝트", xml.replace("$ocr", "$image"))
    editor = team.editor
    for _ in team.label_stream(project_id):
        # When a polygon is drawn by hand and its text typed, a line is split, and a text corrected
        (left, top), (right, bottom) = (78.0, 94.0), (92.0, 96.0)
        corners = [(left, top), ((left + right) / 2, top - 0.5), (right, top), (right, bottom), (left, bottom)]
        editor.write(editor.draw_polygon("Handwriting", corners), _TYPED)
        line = next(r for r in editor.regions() if len(r.text.split()) > 1 and r.kind == "rectangleregion")
        first, *others = line.text.split()
        middle = line.box[0] + (line.box[2] - line.box[0]) * len(first) / len(line.text)
        editor.resize(line, right=middle - line.box[2], anchor="middle-right")
        editor.write(next(r for r in editor.regions() if r.id == line.id), first)
        half = editor.draw("Text", (middle + 0.3, line.box[1]), (line.box[2], line.box[3]))
        editor.write(half, " ".join(others))
        team.texts[project_id] += [_TYPED, first, " ".join(others)]
    # Then the training pages hold every text
    texts = [
        squeezed(text_of(page, entity.words))
        for page in team.training_pages(project_id, tmp_path)
        for entity in page.entities or ()
    ]
    assert [text for text in team.texts[project_id] if squeezed(text) not in texts] == []


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_fields_of_ones_own(team: Team, tmp_path: Path) -> None:
    # Given labels that no model gives: answers are offered without a label
    project_id = team.predicted("항목 프로젝트", labelling_xml(FIELDS))
    editor = team.editor
    for _, page in team.label_stream(project_id):
        # When an offered box is named, one is split, and a missed word is drawn
        entities = [e for e in page.entities or () if e.label == "ANSWER" and one_line(page, e.words)]
        single = next(e for e in entities if len(e.words) == 1 and len(text_of(page, e.words)) > 3)
        several = next(e for e in entities if len(e.words) > 1)
        editor.relabel(next(r for r in editor.regions() if inside(r, page, single.words)), FIELDS[0])
        first, _ = split(editor, page, several.words, FIELDS[1])
        editor.relabel(first, FIELDS[2])
        word = missed(page)
        editor.draw(FIELDS[2], *around(page, word))
        team.pairs[project_id] += [
            (FIELDS[0], text_of(page, single.words)),
            (FIELDS[1], text_of(page, several.words[1:])),
            (FIELDS[2], text_of(page, several.words[:1])),
            (FIELDS[2], text_of(page, word)),
        ]
    # Then each is a key-value by itself, and training pages have it under its own label
    found = {(key, squeezed(value)) for key, value in team.results(project_id)}
    wanted = {(key, squeezed(value)) for key, value in team.pairs[project_id]}
    assert wanted - found == set()
    trained = {
        (entity.label, squeezed(text_of(page, entity.words)))
        for page in team.training_pages(project_id, tmp_path)
        for entity in page.entities or ()
    }
    assert wanted - trained == set()


def squeezed(text: str) -> str:
    """Return the text without spaces and punctuation at its ends: keys are shown without their colon."""
    return "".join(text.split()).strip(":.*·")
