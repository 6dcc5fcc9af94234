"""Pictures of the READMEs: `python -m scripts.readme_pictures`; takes two minutes.

`docs/images/read-*.png` are what `prelabel read --image` draws on the cards in `examples/cards/`.
`docs/images/upload.gif` is a film of a real stack: a document is uploaded, is done, and is opened in Label Studio.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Page, expect

from devstack.browser import ARROWS, REGION_ROWS, browser, log_in, new_tab, open_task
from devstack.stack import Stack
from prelabel.cli import main as prelabel

ROOT = Path(__file__).parent.parent
CARDS, IMAGES = ROOT / "examples" / "cards", ROOT / "docs" / "images"
ENV = {"SELECT_INTERVAL": "1", "HEARTBEAT": "1", "UPLOAD_WAIT": "0.2"}
SCREEN = {"width": 1120, "height": 800}
#: Height of the strip with the caption, in pixels.
STRIP_PX = 44
#: Size of the film; a README shows it about this wide.
FILM_PX = (896, 675)
COLOURS = 128
DONE_MS = 120_000


@dataclass
class Film:
    """Frames with captions, and the time that each is shown."""

    frames: list[Image.Image] = field(default_factory=list)
    shown_ms: list[int] = field(default_factory=list)

    def take(self, tab: Page, caption: str, ms: int) -> None:
        """Add a screenshot of the tab; one that equals the last makes that one longer."""
        shot = Image.open(io.BytesIO(tab.screenshot())).convert("RGB")
        frame = Image.new("RGB", (shot.width, shot.height + STRIP_PX), (27, 31, 36))
        frame.paste(shot)
        font = ImageFont.truetype("DejaVuSans.ttf", 22)
        ImageDraw.Draw(frame).text((18, shot.height + 9), caption, fill="white", font=font)
        frame = frame.resize(FILM_PX, Image.Resampling.LANCZOS)
        if self.frames and self.frames[-1].tobytes() == frame.tobytes():
            self.shown_ms[-1] += ms
            return
        self.frames.append(frame)
        self.shown_ms.append(ms)

    def save(self, path: Path) -> None:
        """Write a GIF that repeats; all frames share one palette, so that still parts cost nothing."""
        sample = Image.new("RGB", (FILM_PX[0], FILM_PX[1] * 2))
        sample.paste(self.frames[0])
        sample.paste(self.frames[-1], (0, FILM_PX[1]))
        palette = sample.quantize(COLOURS, dither=Image.Dither.NONE)
        first, *others = (frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in self.frames)
        first.save(path, save_all=True, append_images=others, duration=self.shown_ms, loop=0, optimize=True)
        print(path, f"{path.stat().st_size / 1000:.0f} kB, {len(self.frames)} frames, {sum(self.shown_ms) / 1000} s")


def main() -> None:
    """Write all pictures."""
    for card in sorted(CARDS.glob("*.png")):
        draw_result(card, IMAGES / f"read-{card.stem.partition('-')[0]}.png")
    film_upload(IMAGES / "upload.gif")


def draw_result(card: Path, picture: Path) -> None:
    """Run `prelabel read CARD --image PICTURE`, and reduce the picture's colours."""
    try:
        prelabel(["read", str(card), "--image", str(picture)])
    except SystemExit as end:
        if end.code:
            sys.exit(f"prelabel read {card} ended with {end.code}")
    Image.open(picture).quantize(COLOURS, dither=Image.Dither.NONE).save(picture, optimize=True)


def film_upload(path: Path) -> None:
    """Upload a card to a real stack, wait until it is done, and open it in Label Studio."""
    expect.set_options(timeout=30_000)
    with tempfile.TemporaryDirectory() as name, browser() as chromium, Stack(Path(name) / "stack", env=ENV) as stack:
        labelling = (ROOT / "examples" / "labelling.xml").read_text("utf-8")
        project_id = stack.label_studio.create_project("Repair orders", labelling)
        url = stack.start_uploader()
        stack.start_workers()
        stack.start_beat(PROJECTS=str(project_id))
        stack.wait_ready()
        film, tab = Film(), new_tab(chromium, locale="en-US", viewport=SCREEN)
        tab.goto(url)
        expect(tab.get_by_text("No documents yet")).to_be_visible()
        film.take(tab, "1  Drop documents on the uploader", 1500)
        scan = Path(shutil.copy(CARDS / "en-order.png", Path(name) / "Repair order RO-20871.png"))
        tab.set_input_files("#files", [scan])
        _until_done(tab, film)
        _open(tab, film)
        log_in(tab, stack.label_studio)
        [page] = stack.label_studio.pages(project_id)
        open_task(tab, stack.label_studio, project_id, page["id"])
        expect(tab.locator(REGION_ROWS).first).to_be_visible()
        expect(tab.locator(ARROWS).first).to_be_attached()
        film.take(tab, "3  In Label Studio: text, labels and links, ready to be corrected", 4500)
        film.save(path)


def _until_done(tab: Page, film: Film) -> None:
    document = tab.locator("#documents > li")
    expect(document).to_have_count(1)
    document.scroll_into_view_if_needed()
    for _ in range(DONE_MS // 200):
        film.take(tab, "2  prelabel reads, labels and links the pages", 200)
        if tab.locator("#documents > [data-state=done]").count():
            break
        tab.wait_for_timeout(200)
    film.take(tab, "2  prelabel reads, labels and links the pages", 1000)


def _open(tab: Page, film: Film) -> None:
    expect(tab.locator(".page .picture img")).to_have_count(1)  # the first document opens by itself
    tab.wait_for_timeout(1000)
    tab.locator("a.open").hover()
    film.take(tab, "2  Done: one click opens the page", 2000)


if __name__ == "__main__":
    main()
