"""Seconds to open a page of many regions in Label Studio's editor, and the arrows over it, in a headless Chromium.

`python -m benchmarks.page_opening [--regions 150 800] [--times 3] [--json FILE] [--pictures FOLDER]` makes pages that
are one table each. Ways: links of cells kept with the regions, as prelabel stores them; the same links drawn as arrows;
and the same regions without any link. Opened: from the click on the page's row in the Data Manager until every region
is there, every arrow is drawn, and the browser is idle. Selected: from choosing a region until its details are shown.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from playwright.sync_api import Page as Tab

from devstack.browser import ARROWS, logged_in
from devstack.label_studio import LabelStudioServer
from prelabel.kie.key_values.tables import cell_links
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.labelstudio.predictions import build_prediction
from prelabel.page import Box, Entity, Link, Page, Word

LABELLING = Path(__file__).parent.parent / "examples" / "labelling.xml"
SIZE_PX = (1654, 2339)
COLUMNS = 10
VERSION = "prelabel-benchmark"
KEPT, DRAWN, NONE = "kept with the regions", "drawn as arrows", "no links"
_READY_MS = 120_000
_ROW = ".lsf-table__row-wrapper"

_OPENED = f"""([regions, arrows]) => window.Htx?.annotationStore?.selected?.regions.length === regions
    && document.querySelectorAll("{ARROWS}").length === arrows
    && [...document.images].some(image => image.complete && image.naturalWidth > 1000)"""
_IDLE = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"
_SELECT = """number => {
    const annotation = Htx.annotationStore.selected;
    annotation.unselectAll();
    annotation.selectArea(annotation.regions[number]);
}"""


@dataclass(frozen=True, slots=True)
class Opening:
    """Figures of one page: medians of seconds, and its prediction's size in kB."""

    regions: int
    way: str
    arrows: int
    opened_s: float
    selected_s: float
    kb: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--regions", type=int, nargs="*", default=[150, 800])
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--pictures", type=Path, metavar="FOLDER", help="save a screenshot of each way here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, LabelStudioServer(Path(name) / "server") as server:
        found = list(measure(server, Path(name), options.regions, options.times, options.pictures))
    print(table(found))
    if options.json:
        rows = [asdict(each) for each in found]
        options.json.write_text(json.dumps({"benchmark": "page_opening", "pages": rows}, indent=2) + "\n", "utf-8")


def measure(
    server: LabelStudioServer, folder: Path, sizes: Sequence[int], times: int, pictures: Path | None
) -> Iterator[Opening]:
    """Yield the figures of each size and way; the ways take turns, so that other work on the machine meets all."""
    config = LabellingConfig.parse(LABELLING.read_text("utf-8"))
    with logged_in(server) as tab:
        for regions in sizes:
            page = one_table(regions)
            predictions = {way: prediction(page, way, config) for way in (KEPT, DRAWN, NONE)}
            project_id = server.create_project(f"{regions} regions", config.xml)
            server.upload_images(project_id, [picture(page, folder / f"{way}.png") for way in predictions])
            task_ids = [task["id"] for task in server.pages(project_id)]
            for task_id, made in zip(task_ids, predictions.values(), strict=True):
                server.api.post("/api/predictions/", json={"task": task_id, **made}).raise_for_status()
            rounds = [
                [_open(tab, server, project_id, *each) for each in enumerate(predictions.values())]
                for _ in range(times)
            ]
            for (way, made), seconds in zip(predictions.items(), zip(*rounds, strict=True), strict=True):
                opened, selected = (statistics.median(part) for part in zip(*seconds, strict=True))
                yield Opening(regions, way, _arrows(made), opened, selected, len(json.dumps(made)) / 1000)
            if pictures:
                _photograph(tab, server, project_id, dict(zip(predictions, task_ids, strict=True)), pictures)


def one_table(regions: int) -> Page:
    """Return a page of one table with so many regions: titles and cells, each cell linked to its title."""
    rows = -(-regions // COLUMNS)
    width, height = SIZE_PX[0] / (COLUMNS + 1), (SIZE_PX[1] - 200) / rows
    words, entities, links = [], [], []
    for number in range(regions):
        row, column = divmod(number, COLUMNS)
        x, y = width * (column + 0.5), 100 + height * row
        text = f"Title{column}" if row == 0 else f"{row * 1000 + column:,}"
        words.append(Word(text, Box(x, y, x + width * 0.7, y + height * 0.6)))
        entities.append(Entity("ANSWER" if row else "QUESTION", (number,), 0.9))
        if row:
            links.append(Link(column, number, 0.9))
    return Page(*SIZE_PX, *SIZE_PX, words=tuple(words), entities=tuple(entities), links=tuple(links))


def prediction(page: Page, way: str, config: LabellingConfig) -> dict[str, Any]:
    """Return the prediction of a page with its links in one of the ways."""
    if way == NONE:
        page = replace(page, links=())
    undrawn = cell_links(page) if way == KEPT else frozenset[tuple[int, int]]()
    return build_prediction(page, config, version=VERSION, name=VERSION, draw_other=False, undrawn=undrawn)


def picture(page: Page, path: Path) -> Path:
    """Draw the words of a page."""
    image = Image.new("L", SIZE_PX, 255)
    pen = ImageDraw.Draw(image)
    for word in page.words:
        pen.text((word.box.x0, word.box.y0), word.text, fill=0, font_size=max(8, int(word.box.height)))
    image.save(path)
    return path


def _open(
    tab: Tab, server: LabelStudioServer, project_id: int, number: int, made: dict[str, Any]
) -> tuple[float, float]:
    """Open the page of a row; return seconds until it is drawn, and until a chosen region's details are shown."""
    regions = sum(item["type"] == "labels" for item in made["result"])
    tab.goto(f"{server.url}/projects/{project_id}/data")
    row = tab.locator(_ROW).nth(number)
    row.wait_for(timeout=_READY_MS)
    tab.wait_for_load_state("networkidle")
    began = time.monotonic()
    row.click()
    tab.wait_for_function(_OPENED, arg=[regions, _arrows(made)], timeout=_READY_MS)
    tab.evaluate(_IDLE)
    opened = time.monotonic()
    tab.evaluate(_SELECT, regions // 2)
    tab.get_by_test_id("detailed-region").wait_for(timeout=_READY_MS)
    tab.evaluate(_IDLE)
    return opened - began, time.monotonic() - opened


def _arrows(made: dict[str, Any]) -> int:
    return sum(item["type"] == "relation" for item in made["result"])


def _photograph(tab: Tab, server: LabelStudioServer, project_id: int, task_ids: dict[str, int], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for way, task_id in task_ids.items():
        tab.goto(f"{server.url}/projects/{project_id}/data?task={task_id}")
        tab.wait_for_function("() => window.Htx?.annotationStore?.selected?.regions.length", timeout=_READY_MS)
        tab.wait_for_timeout(3000)
        tab.screenshot(path=folder / f"{project_id}-{way.replace(' ', '-')}.png")


def table(found: Sequence[Opening]) -> str:
    """Return the results as a table for people."""
    lines = [f"{'regions':>7}  {'links':<22} {'arrows':>6} {'opened s':>9} {'selected s':>11} {'kB':>6}"]
    for each in found:
        lines.append(
            f"{each.regions:>7}  {each.way:<22} {each.arrows:>6} {each.opened_s:>9.1f} {each.selected_s:>11.2f}"
            f" {each.kb:>6.0f}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
