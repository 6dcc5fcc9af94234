"""Headless Chromium for Label Studio and the uploader: log in, open a page, take a screenshot.

Needs playwright (a development dependency) and Debian's `chromium`; playwright downloads nothing.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from devstack.label_studio import LabelStudioServer
from devstack.processes import StartFailed

#: Render in software; no sandbox, because containers run as root; no network requests by the browser itself.
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
_READY_MS = 60_000
_REGIONS_MS, _LOADS = 8_000, 4
#: Label Studio draws arrows shortly after the regions.
_SETTLE_MS = 1_000

#: Regions are drawn on a canvas; the outliner has one row for each region; arrows are an SVG above the canvas.
CANVAS = "canvas"
REGION_ROWS = ".lsf-outliner-item"
ARROWS = "[class*='relationItem']"


@dataclass(frozen=True, slots=True)
class Drawn:
    """Content of an open page in Label Studio: number of regions and arrows, and all text beside the image."""

    regions: int
    arrows: int
    text: str


@contextmanager
def browser() -> Iterator[Browser]:
    """Start a headless Chromium. Raises StartFailed if Chromium is not installed."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        raise StartFailed("chromium is not on PATH: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=_FLAGS)
        try:
            yield started
        finally:
            started.close()


def new_tab(started: Browser, **options: Any) -> Page:
    """Open a tab with its own cookies and access to this machine only; `options`: of Playwright's `new_context`."""
    tab = started.new_context(**options).new_page()
    tab.route("**/*", lambda route: route.continue_() if _local(route.request.url) else route.abort())
    return tab


@contextmanager
def logged_in(server: LabelStudioServer, width_px: int = 1500, height_px: int = 1000) -> Iterator[Page]:
    """Open a browser tab that is logged in to `server`. Raises StartFailed if Chromium is not installed."""
    with browser() as started:
        tab = new_tab(started, viewport={"width": width_px, "height": height_px})
        log_in(tab, server)
        yield tab


def log_in(tab: Page, server: LabelStudioServer) -> None:
    """Log in through the form, as people do."""
    tab.goto(f"{server.url}/user/login/")
    tab.fill("input[name=email]", server.user)
    tab.fill("input[name=password]", server.password)
    tab.click("button[type=submit]")
    tab.wait_for_url(lambda url: "/user/login" not in url, timeout=_READY_MS)


def sign_up(tab: Page, server: LabelStudioServer, email: str, password: str) -> None:
    """Create a second user through the form, and log in as this user."""
    tab.goto(f"{server.url}/user/signup/")
    tab.fill("input[name=email]", email)
    tab.fill("input[name=password]", password)
    tab.click("button[type=submit]")
    tab.wait_for_url(lambda url: "/user/signup" not in url, timeout=_READY_MS)


def print_pdf(started: Browser, pages: Sequence[Path], path: Path) -> Path:
    """Print HTML files to one PDF with a text layer, one page for each file."""
    import pypdfium2

    with pypdfium2.PdfDocument.new() as document:
        for page in pages:
            tab = new_tab(started)
            tab.goto(page.resolve().as_uri())
            with pypdfium2.PdfDocument(tab.pdf(prefer_css_page_size=True, print_background=True)) as printed:
                document.import_pages(printed, [0])
            tab.context.close()
        document.save(path)
    return path


def open_task(
    tab: Page, server: LabelStudioServer, project_id: int, task_id: int, *, label_stream: bool = False
) -> None:
    """Open one page in the Data Manager, or the first page of the label stream, and wait until its regions are drawn.

    When a page is opened by its address, the editor sometimes starts before the predictions are loaded, and draws none.
    In that case the page is opened again, alternately by its address and by its row.
    """
    predictions = server.api.get("/api/predictions/", params={"task": task_id}).raise_for_status().json()
    for number in range(_LOADS if any(prediction["result"] for prediction in predictions) else 1):
        _go(tab, f"{server.url}/projects/{project_id}/data", task_id, label_stream=label_stream, click=number % 2 == 1)
        tab.wait_for_selector(CANVAS, timeout=_READY_MS)
        tab.wait_for_function("[...document.images].some(i => i.complete && i.naturalWidth > 200)", timeout=_READY_MS)
        with contextlib.suppress(PlaywrightTimeoutError):
            tab.wait_for_selector(REGION_ROWS, timeout=_REGIONS_MS)
        tab.wait_for_timeout(_SETTLE_MS)
        if tab.locator(REGION_ROWS).count():  # on a busy machine rows can appear and then disappear
            break


def _go(tab: Page, data_manager: str, task_id: int, *, label_stream: bool, click: bool) -> None:
    if label_stream or not click:
        tab.goto(data_manager + ("?labeling=1" if label_stream else f"?task={task_id}"))
        return
    tab.goto(data_manager)
    tab.wait_for_selector("text=Label All Tasks", timeout=_READY_MS)
    tab.get_by_text(str(task_id), exact=True).first.click()


def select_region(tab: Page, number: int) -> None:
    """Click the row of the region `number` (from 0): its text and details appear beside the image."""
    tab.locator(f"{REGION_ROWS}__title").nth(number).click()
    tab.wait_for_timeout(_SETTLE_MS)


def screenshot_task(
    server: LabelStudioServer,
    project_id: int,
    task_id: int,
    path: Path,
    label_stream: bool = False,
    select: int | None = None,
) -> Drawn:
    """Save a screenshot of one open page to `path` (PNG), with the region `select` selected; return its content."""
    with logged_in(server) as tab:
        open_task(tab, server, project_id, task_id, label_stream=label_stream)
        if select is not None:
            select_region(tab, select)
        path.parent.mkdir(parents=True, exist_ok=True)
        tab.screenshot(path=path)
        return drawn(tab)


def drawn(tab: Page) -> Drawn:
    """Return the content of the tab."""
    return Drawn(tab.locator(REGION_ROWS).count(), tab.locator(ARROWS).count(), _text(tab))


def submit(tab: Page) -> None:
    """Submit the prediction unchanged as the annotation in the label stream, and wait for the answer."""
    with tab.expect_response(lambda answer: "/annotations" in answer.url and answer.request.method == "POST") as answer:
        tab.get_by_test_id("bottombar-submit-button").click()
    if not answer.value.ok:
        raise RuntimeError(f"Label Studio refused the annotation ({answer.value.status})")


def _text(tab: Page) -> str:
    """Return all text of the tab, including the values of fields."""
    fields: list[str] = tab.evaluate("[...document.querySelectorAll('input, textarea')].map(field => field.value)")
    return "\n".join([tab.inner_text("body"), *fields])


def _local(url: str) -> bool:
    return url.startswith(("http://localhost", "http://127.0.0.1", "file:", "data:", "blob:"))
