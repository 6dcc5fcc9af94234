"""Screenshots of the uploader for docs/images: `python -m scripts.uploader_pictures`; takes two minutes.

A real stack processes real documents. The failures are real as well: a locked PDF, a page that is too large, and a scan
for which the OCR workers have too little time.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from devstack.browser import browser, new_tab, print_pdf
from devstack.stack import Stack

ROOT = Path(__file__).parent.parent
EXAMPLES, IMAGES = ROOT / "examples", ROOT / "docs" / "images"
ORDERS = ("en-invoice", "en-purchase-order", "en-delivery-note", "en-expense-report", "en-application-form")
KOREAN = ("ko-quotation", "ko-tax-invoice", "ko-service-contract")
ENV = {"SELECT_INTERVAL": "2", "HEARTBEAT": "2", "RETRY_BACKOFF": "0.2", "UPLOAD_WAIT": "0.2"}
DONE_MS = 180_000
DESKTOP = {"width": 1120, "height": 1180}


def main() -> None:
    """Write all screenshots."""
    expect.set_options(timeout=30_000)
    with tempfile.TemporaryDirectory() as name, browser() as chromium, Stack(Path(name) / "stack", env=ENV) as stack:
        folder = Path(name)
        labelling = (EXAMPLES / "labelling.xml").read_text("utf-8")
        project_id = stack.label_studio.create_project("Purchasing 2026 / 구매 2026", labelling)
        url = stack.start_uploader()
        stack.start_workers()
        stack.start_beat(PROJECTS=str(project_id))
        stack.wait_ready()
        tab = new_tab(chromium, locale="en-US", viewport=DESKTOP)
        tab.goto(url)
        _at_work(tab, chromium, folder)
        _done_in_korean(chromium, url)
        _on_a_phone(chromium, url)
        stack.workers.stop("cpu")
        stack.start_workers(["cpu"], OCR_TIME_LIMIT="0.3", OCR_RETRIES="0")
        stack.wait_ready()
        _failed(tab, folder)


def _at_work(tab: Page, chromium: Browser, folder: Path) -> None:
    orders = print_pdf(chromium, [_html(name) for name in ORDERS], folder / "Orders March 2026.pdf")
    korean = print_pdf(chromium, [_html(name) for name in KOREAN], folder / "견적서 및 세금계산서.pdf")
    scan = _copy("en-delivery-note.jpg", folder / "Delivery note 0417.jpg")
    form = _copy("ko-training-application.png", folder / "교육 신청서.png")
    tab.set_input_files("#files", [scan, form, korean, orders])
    expect(tab.locator("#documents > li")).to_have_count(4)
    expect(tab.locator("#documents .page[data-state=done]").first).to_be_visible(timeout=DONE_MS)
    _picture(tab, "uploader-en.png")
    expect(tab.locator("#documents > [data-state=done]")).to_have_count(4, timeout=DONE_MS)


def _done_in_korean(chromium: Browser, url: str) -> None:
    tab = new_tab(chromium, locale="ko-KR", viewport=DESKTOP)
    tab.goto(url)
    for name in ("견적서", "Orders"):
        tab.locator("#documents > li", has_text=name).locator(".document-head").click()
    expect(tab.locator(".page .picture img")).to_have_count(8)
    _picture(tab, "uploader-ko.png")


def _on_a_phone(chromium: Browser, url: str) -> None:
    screen = {"width": 390, "height": 844}
    tab = new_tab(
        chromium,
        locale="ko-KR",
        viewport=screen,
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
        color_scheme="dark",
    )
    tab.goto(url)
    tab.locator("#documents > li", has_text="견적서").locator(".document-head").click()
    expect(tab.locator(".page .picture img")).to_have_count(3)
    tab.evaluate("scrollTo(0, document.getElementById('documents-title').offsetTop - 16)")
    _picture(tab, "uploader-phone.png")


def _failed(tab: Page, folder: Path) -> None:
    locked, huge = folder / "급여명세서 3월.pdf", folder / "Floor plan.pdf"
    made = Canvas(str(locked), encrypt=StandardEncryption("secret"))
    made.drawString(80, 700, "Salary")
    made.save()
    made = Canvas(str(huge))
    made.drawString(80, 700, "Invoice number: 4711")
    made.showPage()
    made.setPageSize((9000, 9000))
    made.drawString(80, 700, "Plan")
    made.save()
    scan = _copy("ko-service-contract.png", folder / "Contract 2026-03.png")
    tab.reload()
    expect(tab.locator("#documents > li")).to_have_count(4)
    tab.set_input_files("#files", [locked, huge, scan])
    expect(tab.locator("#documents > [data-state=failed]")).to_have_count(3, timeout=DONE_MS)
    tab.click("[data-filter=failed]")
    expect(tab.locator(".page[data-state=failed] .picture img:visible")).to_have_count(1)
    expect(tab.locator("#queue")).to_be_hidden()
    tab.set_viewport_size({"width": 1120, "height": 1400})
    _picture(tab, "uploader-failed.png", ".documents")


def _html(name: str) -> Path:
    return EXAMPLES / "html" / f"{name}.html"


def _copy(name: str, path: Path) -> Path:
    return Path(shutil.copy(EXAMPLES / "pages" / name, path))


def _picture(tab: Page, name: str, part: str = "") -> None:
    """Save a screenshot of the tab, or of one part of the page."""
    tab.mouse.move(0, 0)
    tab.wait_for_timeout(1500)  # until thumbnails are loaded and animations have ended
    if part:
        tab.locator(part).evaluate("node => (node.style.padding = '24px')")
    (tab.locator(part) if part else tab).screenshot(path=IMAGES / name)
    print(IMAGES / name)


if __name__ == "__main__":
    main()
