"""The uploader's page in a browser: it adds documents and follows their pages; predictions appear in Label Studio.

Real Label Studio, Redis, workers and uploader; the browser is a headless Chromium.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from devstack.browser import CANVAS, REGION_ROWS, browser, drawn, log_in, new_tab, print_pdf
from devstack.label_studio import LabelStudioServer
from devstack.stack import Stack
from prelabel.errors import FAILURES
from tests.support.pdf_pages import letter

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "examples" / "pages"
FORMS = ("en-invoice", "ko-tax-invoice", "en-purchase-order", "ko-quotation", "en-expense-report")
MAX_PAGES = 12
SETTINGS = {
    "SELECT_INTERVAL": "2",
    "HEARTBEAT": "2",
    "RETRY_BACKOFF": "0.2",
    "UPLOAD_WAIT": "0.2",
    "PDF_DPI": "150",
} | {"MAX_DOCUMENT_PAGES": str(MAX_PAGES)}
KEY = "a-key-for-the-tests"
DONE_MS = 150_000
#: A busy machine may take its time.
expect.set_options(timeout=30_000)


@dataclass
class Office:
    """A running stack with a project, and a browser without a session."""

    stack: Stack
    project_id: int
    chromium: Browser
    folder: Path

    def tab(self, **options: object) -> Page:
        """Open the page in a new browser context, and sign in."""
        tab = new_tab(self.chromium, **{"locale": "en-US"} | options)
        tab.goto(f"{self.stack.uploader_url}/?project={self.project_id}")
        tab.fill("#key", KEY)
        tab.keyboard.press("Enter")
        expect(tab.locator("#drop")).to_be_visible()
        return tab


@pytest.fixture(scope="module")
def office(label_studio: LabelStudioServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    with Stack(folder, label_studio=label_studio, env=SETTINGS) as stack, browser() as chromium:
        project_id = label_studio.create_project("Bills", (ROOT / "examples" / "labelling.xml").read_text("utf-8"))
        stack.start_uploader(UPLOADER_API_KEY=KEY)
        stack.start_workers()
        stack.start_beat(PROJECTS=str(project_id))
        stack.wait_ready()
        yield Office(stack, project_id, chromium, folder)


def drop(tab: Page, files: list[Path]) -> None:
    """Drop files on the page, as if they were dragged from a folder."""
    given = [(path.name, base64.b64encode(path.read_bytes()).decode()) for path in files]
    transfer = tab.evaluate_handle(
        """files => {
            const transfer = new DataTransfer();
            for (const [name, text] of files)
                transfer.items.add(new File([Uint8Array.from(atob(text), c => c.charCodeAt(0))], name));
            return transfer;
        }""",
        given,
    )
    for event in ("dragenter", "dragover", "drop"):
        tab.dispatch_event("#drop", event, {"dataTransfer": transfer})


def test_a_person_drops_files_and_sees_boxes_and_labels(office: Office) -> None:
    # Given somebody who has opened the page and is logged in to Label Studio
    tab = office.tab()
    log_in(other := tab.context.new_page(), office.stack.label_studio)
    other.close()
    pdf = print_pdf(
        office.chromium, [ROOT / "examples" / "html" / f"{name}.html" for name in FORMS], office.folder / "5.pdf"
    )
    # When a PDF of five pages and two images are dropped
    drop(tab, [pdf, PAGES / "en-delivery-note.jpg", PAGES / "ko-training-application.png"])
    # Then all seven pages go to done, without a reload
    expect(tab.locator("#documents > [data-state=done]")).to_have_count(3, timeout=DONE_MS)
    row = tab.locator("#documents > li", has_text="5.pdf")
    expect(row.locator(".page[data-state=done]")).to_have_count(5)
    expect(tab.locator("#documents-sum")).to_have_text("3 documents · 7 pages")
    expect(row.locator(".picture img").first).to_have_js_property("complete", True)
    # and the link leads to the page in Label Studio, with boxes and labels on it
    with tab.expect_popup() as opened:
        row.locator("a.open").first.click()
    shown = opened.value
    shown.wait_for_selector(CANVAS, timeout=60_000)
    shown.wait_for_selector(REGION_ROWS, timeout=60_000)
    assert drawn(shown).regions > 0
    assert "QUESTION" in drawn(shown).text
    tasks = office.stack.label_studio.pages(office.project_id)
    of_pdf = sorted(
        (task["data"]["page"], task["data"]["pages"]) for task in tasks if task["data"]["document_name"] == "5.pdf"
    )
    assert of_pdf == [(number, 5) for number in range(1, 6)]
    assert [len(task["predictions"]) for task in tasks] == [1] * 7


def test_failures_have_reason_cure_and_retry_in_both_languages(office: Office) -> None:
    # Given a locked PDF, one with a page that is too large, and an office document
    locked, huge, office_file = (office.folder / name for name in ("급여명세서.pdf", "plan.pdf", "notes.docx"))
    made = Canvas(str(locked), encrypt=StandardEncryption("secret"))
    made.drawString(80, 700, "secret")
    made.save()
    made = Canvas(str(huge))
    made.drawString(80, 700, "Invoice number: 4711")
    made.showPage()
    made.setPageSize((9000, 9000))
    made.drawString(80, 700, "wall")
    made.save()
    office_file.write_bytes(b"PK\x03\x04" + bytes(2000))
    # When a Korean gives them
    tab = office.tab(locale="ko-KR")
    drop(tab, [locked, huge, office_file])
    # Then each tells in Korean what is wrong and what to do
    expect(tab.locator(".upload[data-state=failed]")).to_contain_text("지원하지 않는 형식의 파일입니다.")
    row = tab.locator("#documents > li", has_text="급여명세서.pdf")
    expect(row.locator(".document-problem")).to_contain_text(
        "암호를 해제해 저장한 뒤 다시 업로드해 주세요.", timeout=DONE_MS
    )
    failed = tab.locator("#documents > li", has_text="plan.pdf").locator(".page[data-state=failed]")
    expect(failed).to_contain_text("페이지가 너무 큽니다.", timeout=DONE_MS)
    # and in English once that is chosen
    tab.click("[data-language=en]")
    expect(failed).to_contain_text("The page is too large.")
    expect(tab).to_have_title("Upload documents · prelabel")
    # and a retry tries it again, and tells again
    with tab.expect_response("**/retry") as answer:
        failed.get_by_role("button").click()
    assert answer.value.json() == {"pages": 1}
    expect(failed).to_be_visible(timeout=DONE_MS)


def test_bad_files_over_http_fail_alone_and_leave_no_pages(office: Office) -> None:
    # Given files that only a worker can see through
    pdf = letter(office.folder / "letter.pdf", pages=2).read_bytes()
    Image.new("1", (20_000, 20_000)).save(bomb := BytesIO(), "PNG")
    bad = {
        "truncated.pdf": pdf[: len(pdf) // 2],
        "이름만.pdf": b"%PDF-1.7\n" + bytes(3000),
        "many pages.pdf": letter(office.folder / "many.pdf", ("x",), pages=MAX_PAGES + 1).read_bytes(),
        "bomb.png": bomb.getvalue(),
        "../../truncated.jpg": (PAGES / "en-delivery-note.jpg").read_bytes()[:9000],
    }
    project_id = office.stack.label_studio.create_project(
        "Bad", (ROOT / "examples" / "labelling.xml").read_text("utf-8")
    )
    # When a program gives them, and a good one behind them
    with httpx.Client(base_url=office.stack.uploader_url, headers={"X-API-Key": KEY}, timeout=30) as program:

        def give(name: str, data: bytes) -> str:
            answer = program.post("/documents", data={"project": project_id}, files={"file": (name, data)})
            return str(answer.raise_for_status().json()["id"])

        ids = {name: give(name, data) for name, data in bad.items()}
        good = give("good.pdf", pdf)
        deadline = time.monotonic() + DONE_MS / 1000
        rows = given(program, project_id)
        while {row["state"] for row in rows.values()} & {"waiting", "working"}:
            assert time.monotonic() < deadline, rows
            time.sleep(0.3)
            rows = given(program, project_id)
        told = {name: program.get(f"/documents/{document}").json() for name, document in ids.items()}
    # Then each has failed for its own reason, with a cure, and the good one is done
    assert rows[good]["state"] == "done"
    problems = {name: each["problem"] or each["failed"][0]["problem"] for name, each in told.items()}
    assert {name: problem["code"] for name, problem in problems.items()} == {
        "truncated.pdf": "document_unreadable",
        "이름만.pdf": "document_unreadable",
        "many pages.pdf": "document_too_long",
        "bomb.png": "image_too_large",
        "../../truncated.jpg": "image_unreadable",
    }
    assert all(problem["message"] and problem["cure"] for problem in problems.values())
    # and nothing of them was left where pages lie, nor in Label Studio
    pages = {path.name.partition("-")[0] for path in (office.stack.folder / "data" / "processed").iterdir()}
    assert pages & set(ids.values()) == set()
    assert len(office.stack.label_studio.pages(project_id)) == 2


def given(program: httpx.Client, project_id: int) -> dict[str, dict[str, Any]]:
    rows = program.get("/documents", params={"project": project_id}).json()["documents"]
    return {row["id"]: row for row in rows}


def test_the_page_speaks_both_languages_in_full(office: Office) -> None:
    tab = office.tab()
    keys = tab.evaluate(
        """async () => {
            const { TEXTS } = await import("/web/texts.js");
            const names = (node, path) => typeof node === "object" && !Array.isArray(node)
                ? Object.entries(node).flatMap(([key, child]) => names(child, `${path}.${key}`)) : [path];
            return [names(TEXTS.en, ""), names(TEXTS.ko, "")];
        }"""
    )
    assert keys[0] == keys[1]
    assert {f".problems.{code}" for code in FAILURES} - set(keys[0]) == set()


def test_the_page_tells_of_servers_that_are_away_and_waits_for_them(office: Office, tmp_path: Path) -> None:
    # Given servers that are away, and a disk without space
    tab, full = office.tab(), True
    away = [("label-studio", "service_unavailable"), ("bucket", "bucket_refused"), ("http://scans.test", "image")]
    waits = [{"server": server, "code": code, "since": None} for server, code in (*away, ("spool", "storage_full"))]
    none = {"revision": "a-1", "total": 0, "documents": []}
    tab.route("**/documents?*", lambda route: route.fulfill(json=none | {"waits": waits if full else []}))

    def taken_in(route: Route) -> None:
        if full:
            route.fulfill(status=507, json={"code": "storage_full", "message": "words", "cure": "words"})
        else:
            route.continue_()

    tab.route("**/documents", taken_in)
    (tmp_path / "later.png").write_bytes((PAGES / "en-invoice.png").read_bytes())
    # Then people read so in their language, and an upload waits
    drop(tab, [tmp_path / "later.png"])
    expect(tab.locator("#waits")).to_have_text(
        "Label Studio does not answer. Everything waits, and goes on by itself once this is over. "
        "The document storage cannot be used. Everything waits, and goes on by itself once this is over. "
        "http://scans.test, where images lie, does not answer. Everything waits, and goes on by itself once this is "
        "over. The server has no space left. Uploads wait, and go on by themselves once there is space."
    )
    expect(tab.locator("#queue-items > [data-state=again]")).to_contain_text("The server has no space left.")
    tab.click("[data-language=ko]")
    expect(tab.locator("#waits")).to_contain_text("Label Studio가 응답하지 않습니다.")
    tab.click("[data-language=en]")
    # When all of that is over, then the upload has gone on by itself
    full = False
    expect(tab.locator("#waits")).to_be_hidden()
    expect(tab.locator("#queue-items > [data-state=again]")).to_have_count(0)
    expect(tab.locator("#queue-title")).to_contain_text("1 file uploaded")


def test_the_page_shows_the_code_of_an_unknown_problem_but_not_the_words_of_the_server(office: Office) -> None:
    # Given an answer whose words are for operators
    tab = office.tab()
    words = {"message": "more than PRELABEL_MAX_DOCUMENT_BYTES", "cure": "run prelabel doctor 6"}
    tab.route("**/projects", lambda route: route.fulfill(status=500, json={"code": "of_another_version", **words}))
    # When the page meets it
    tab.reload()
    # Then people read a neutral text with the code
    expect(tab.locator("#refused")).to_contain_text(
        "Ask the person who runs this service, and name this code: of_another_version."
    )
    for text in words.values():
        expect(tab.locator("body")).not_to_contain_text(text, ignore_case=True)


def test_keyboard_and_screen_reader_find_everything(office: Office) -> None:
    # Given the page on a phone
    tab = office.tab(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    expect(tab.locator("#documents > li").first).to_be_visible()
    # Then whatever can be used has a name, is large enough for a finger, and nothing is wider than the screen
    nameless, small, width = tab.evaluate(
        """() => {
            const all = document.querySelectorAll("button, a.open, select, input:not(.unseen)");
            const used = [...all].filter(node => node.offsetParent);
            const labels = node => [...(node.labels ?? [])].map(label => label.textContent).join("");
            const name = node => node.getAttribute("aria-label") || node.textContent.trim() || labels(node);
            return [used.filter(node => !name(node)).map(node => node.outerHTML),
                    used.filter(node => node.offsetHeight < 38).map(node => node.outerHTML),
                    document.documentElement.scrollWidth];
        }"""
    )
    assert (nameless, small) == ([], [])
    assert width <= 360
    # and a document opens by keyboard alone
    head = tab.locator("#documents > [data-state=done] .document-head").first
    opened = head.get_attribute("aria-expanded")
    head.focus()
    tab.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-expanded", json.dumps(opened != "true"))
