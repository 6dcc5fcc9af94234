"""Label Studio's editor in a browser tab, worked by mouse and keyboard as people work it.

Corners and distances are percents of the image. The editor's own store says which regions there are and where the image
lies on the screen; the editor's own buttons store the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

from devstack.browser import CANVAS

Corner = tuple[float, float]

_READY_MS = 60_000
#: The editor needs a moment to take a step into its store before the next step.
_STEP_MS = 150
_CLICK_MS = 50

_REGIONS = """() => Htx.annotationStore.selected.regions.map(region => ({
    id: region.cleanId, kind: region.type, labels: [...region.labels],
    text: region.texting ? [...region.texting.mainValue] : [],
    meta: JSON.parse(JSON.stringify(region.meta ?? {})),
    box: [region.bboxCoords.left, region.bboxCoords.top, region.bboxCoords.right, region.bboxCoords.bottom],
}))"""
_IMAGE = """const image = [...Htx.annotationStore.selected.names.values()].find(each => each.type === "image");
    const frame = image.stageRef.container().getBoundingClientRect();"""
_ON_SCREEN = f"""corner => {{
    {_IMAGE}
    const [x, y] = [image.stageWidth * corner[0] / 100, image.stageHeight * corner[1] / 100];
    const at = image.stageRef.getAbsoluteTransform().point({{x, y}});
    return [frame.x + at.x, frame.y + at.y];
}}"""
_SELECT = """id => {
    const annotation = Htx.annotationStore.selected;
    annotation.unselectAll();
    annotation.selectArea(annotation.regions.find(region => region.cleanId === id));
}"""
_TOOL = f"""name => {{
    {_IMAGE}
    const manager = image.getToolsManager();
    manager.selectTool(manager.allTools().find(tool => tool.fullName.startsWith(name) && !tool.dynamic), true);
}}"""
_TURN = f"""() => {{ {_IMAGE} image.rotate(90); }}"""
_ANCHOR = f"""name => {{
    {_IMAGE}
    const at = image.stageRef.findOne("." + name).getAbsolutePosition();
    return [frame.x + at.x, frame.y + at.y];
}}"""
_COPY_PREDICTION = """() => {
    const store = Htx.annotationStore;
    const annotation = store.addAnnotationFromPrediction(store.predictions[0]);
    store.selectAnnotation(annotation.id);
}"""
_UNLINK = """([source, target]) => {
    const store = Htx.annotationStore.selected.relationStore;
    store.deleteRelation(store.relations.find(
        each => each.node1.cleanId === source && each.node2.cleanId === target));
}"""
_ADDED = "count => Htx.annotationStore.selected.regions.length > count"
_LINKED = "count => Htx.annotationStore.selected.relationStore.relations.length > count"
_RELATIONS = """() => Htx.annotationStore.selected.relationStore.relations.map(
    each => [each.node1.cleanId, each.node2.cleanId])"""

_META_FIELD = ".lsf-detailed-region__meta-text:is(textarea)"
_LIST = ".lsf-tree-list-holder"
_SELECTED_ROW = ".lsf-tree-treenode-selected"
_TEXT_OF_SELECTED = f"{_SELECTED_ROW} :is(input, textarea)[data-testid^=textarea-region-]"


@dataclass(frozen=True, slots=True)
class Region:
    """A region of the open annotation. `box`: left, top, right, bottom in percent of the image."""

    id: str
    kind: str
    labels: tuple[str, ...]
    text: str
    meta: dict[str, Any]
    box: tuple[float, float, float, float]

    @property
    def center(self) -> Corner:
        left, top, right, bottom = self.box
        return (left + right) / 2, (top + bottom) / 2


class Editor:
    """The editor of the page that a tab shows (`devstack.browser.open_task`)."""

    def __init__(self, tab: Page) -> None:
        self.tab = tab

    def regions(self) -> list[Region]:
        """Return the regions of the open annotation, in the order of the list."""
        return [
            Region(r["id"], r["kind"], tuple(r["labels"]), " ".join(r["text"]), r["meta"], tuple(r["box"]))
            for r in self.tab.evaluate(_REGIONS)
        ]

    def relations(self) -> list[tuple[str, str]]:
        """Return the ends (from, to) of the drawn relations."""
        return [(source, target) for source, target in self.tab.evaluate(_RELATIONS)]

    def named(self, text: str) -> Region:
        """Return the region with this text, from its TextArea or its meta information."""
        return next(r for r in self.regions() if text in (r.text, *r.meta.get("text", ())))

    def select(self, region: Region) -> None:
        """Select a region."""
        self.tab.evaluate(_SELECT, region.id)
        self._step()

    def draw(self, label: str, corner: Corner, opposite: Corner, tool: str = "Rect") -> Region:
        """Choose a label, drag a rectangle with the mouse, and return the new region."""
        before = {region.id for region in self.regions()}
        self.choose(label)
        self.use(tool)
        self.drag(corner, opposite)
        return self._new(before)

    def draw_polygon(self, label: str, corners: Sequence[Corner]) -> Region:
        """Choose a label, click the corners of a polygon, close it, and return the new region."""
        before = {region.id for region in self.regions()}
        self.choose(label)
        self.use("Polygon")
        for corner in (*corners, corners[0]):
            self.tab.mouse.move(*self.on_screen(corner))
            self.tab.mouse.click(*self.on_screen(corner), delay=_CLICK_MS)
            self._step()
        return self._new(before)

    def choose(self, label: str) -> None:
        """Click a label below the image: the next region gets it, or the selected region."""
        self.tab.locator(".lsf-label", has_text=label).first.click()
        self._step()

    def use(self, tool: str) -> None:
        """Take a tool of the tool bar, by the beginning of its name: Rect, Polygon, MoveTool."""
        self.tab.evaluate(_TOOL, tool)
        self._step()

    def drag(self, start: Corner, end: Corner) -> None:
        """Press the mouse at one place of the image and release it at another."""
        self._drag(self.on_screen(start), self.on_screen(end))

    def move(self, region: Region, right: float, down: float) -> None:
        """Drag a region by its middle, without selecting it: the anchors of a small selected one cover its middle."""
        self.use("MoveTool")
        self.unselect()
        x, y = region.center
        self.drag((x, y), (x + right, y + down))
        self.unselect()
        self._check_changed(region)

    def resize(self, region: Region, right: float = 0, down: float = 0, anchor: str = "bottom-right") -> None:
        """Drag one anchor of a selected region: "bottom-right", "middle-left" ..., or "rotater"."""
        self.use("MoveTool")
        self.select(region)
        x, y = self.tab.evaluate(_ANCHOR, anchor)
        (left, top), (end_x, end_y) = self.on_screen((0, 0)), self.on_screen((right, down))
        self._drag((x, y), (x + end_x - left, y + end_y - top))
        self.unselect()
        self._check_changed(region)

    def relabel(self, region: Region, label: str) -> None:
        """Select a region and click another label."""
        self.select(region)
        self.choose(label)
        self.unselect()

    def delete(self, region: Region) -> None:
        """Select a region and press Backspace."""
        self.select(region)
        self.tab.keyboard.press("Backspace")
        self._step()

    def duplicate(self, region: Region) -> Region:
        """Select a region, press Ctrl+D, and return the copy."""
        before = {each.id for each in self.regions()}
        self.select(region)
        self.tab.keyboard.press("Control+d")
        return self._new(before)

    def link(self, source: Region, target: Region) -> None:
        """Select a region, press Alt+R, and click the other one."""
        before = len(self.relations())
        self.use("MoveTool")
        self.select(source)
        self.tab.keyboard.press("Alt+r")
        self._step()
        place = self.on_screen(target.center)
        self.tab.mouse.move(*place)
        self._step()  # the region under the mouse is highlighted, and takes the click
        self.tab.mouse.click(*place, delay=_CLICK_MS)
        self._wait(_LINKED, before)
        self.unselect()

    def unlink(self, source: Region, target: Region) -> None:
        """Delete the relation between two regions."""
        self.tab.evaluate(_UNLINK, [source.id, target.id])
        self._step()

    def write(self, region: Region, text: str) -> None:
        """Type the text of a region in its row of the list (a TextArea with displayMode="region-list")."""
        self.select(region)
        self._scroll_to_selected()
        field = self.tab.locator(_TEXT_OF_SELECTED)
        field.first.click()
        self.tab.keyboard.press("Control+a")
        self.tab.keyboard.press("Delete")
        if text:
            self.tab.keyboard.insert_text(text)
        self.tab.keyboard.press("Enter")
        self._step()
        self.unselect()

    def write_meta(self, region: Region, text: str) -> None:
        """Type the meta text of a region, as people do who find no TextArea."""
        self.select(region)
        self.tab.get_by_label("Edit region's meta").click()
        field = self.tab.locator(_META_FIELD)
        field.fill(text)
        field.press("Enter")
        self._step()
        self.unselect()

    def annotate_again(self) -> None:
        """Begin an annotation of one's own from the prediction, beside those of others."""
        self.tab.evaluate(_COPY_PREDICTION)
        self._step()

    def turn_view(self) -> None:
        """Turn the view of the image clockwise by a quarter, as the button of the tool bar does."""
        self.tab.evaluate(_TURN)
        self._step()

    def unselect(self) -> None:
        """Select nothing."""
        self.tab.evaluate("() => Htx.annotationStore.selected.unselectAll()")
        self._step()

    def submit(self) -> None:
        """Press Submit or Update, and wait for the answer."""
        self._press("bottombar-submit-button, bottombar-update-button")

    def skip(self) -> None:
        """Press Skip, and wait for the answer."""
        self._press("bottombar-skip-button")

    def save_draft(self) -> None:
        """Wait until the editor has stored the changes as a draft."""
        with self.tab.expect_response(lambda a: "/drafts" in a.url and a.ok, timeout=_READY_MS):
            self.tab.evaluate("() => { Htx.annotationStore.selected.saveDraftImmediately(); }")

    def wait_ready(self) -> None:
        """Wait until the image is drawn."""
        self.tab.wait_for_selector(CANVAS, timeout=_READY_MS)
        self.tab.wait_for_function("() => window.Htx?.annotationStore?.selected?.regions", timeout=_READY_MS)

    def on_screen(self, corner: Corner) -> tuple[float, float]:
        """Return a place of the image in pixels of the tab."""
        x, y = self.tab.evaluate(_ON_SCREEN, corner)
        return x, y

    def _scroll_to_selected(self) -> None:
        """Turn the wheel over the list of regions, which draws only the rows that can be seen."""
        self.tab.locator(_LIST).evaluate("list => { list.scrollTop = 0; }")
        self.tab.locator(_LIST).hover()
        while not self.tab.locator(_SELECTED_ROW).count():
            before = self.tab.locator(_LIST).evaluate("list => list.scrollTop")
            self.tab.mouse.wheel(0, 200)
            self._step()
            if self.tab.locator(_LIST).evaluate("list => list.scrollTop") == before:
                raise RuntimeError("the list of regions does not show the selected one")

    def _press(self, buttons: str) -> None:
        names = ", ".join(f"[data-testid={name}]" for name in buttons.split(", "))
        with self.tab.expect_response(
            lambda answer: "/annotations" in answer.url and answer.request.method in {"POST", "PATCH"}
        ) as answer:
            self.tab.locator(names).first.click()
        if not answer.value.ok:
            raise RuntimeError(f"Label Studio refused the annotation ({answer.value.status})")

    def _drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        self.tab.mouse.move(*start)
        self.tab.mouse.down()
        self.tab.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=4)
        self.tab.mouse.move(*end, steps=4)
        self.tab.mouse.up()
        self._step()

    def _new(self, before: set[str]) -> Region:
        self._wait(_ADDED, len(before))
        (new,) = (region for region in self.regions() if region.id not in before)
        self.unselect()
        return new

    def _wait(self, condition: str, count: int) -> None:
        """Wait until the editor has taken a step; Playwright's TimeoutError says that it did not."""
        self.tab.wait_for_function(condition, arg=count, timeout=_READY_MS / 4)

    def _check_changed(self, region: Region) -> None:
        if region in self.regions():
            raise RuntimeError(f"the region {region.id} is where it was")

    def _step(self) -> None:
        self.tab.wait_for_timeout(_STEP_MS)
