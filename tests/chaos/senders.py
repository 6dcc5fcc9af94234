"""People who send work while the faults come: documents, pages that no run has, and a failed page that they mend."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from PIL import Image, ImageDraw

from prelabel.api.documents import add_document
from prelabel.api.runs import retry_failed
from prelabel.errors import PrelabelError
from prelabel.ledger.ledger import Ledger
from prelabel.project.send_once import ask_selection
from tests.chaos.contents import OUTSIDE, PROJECT
from tests.chaos.plan import Plan, Size
from tests.chaos.world import World
from tests.support.pdf_pages import letter

#: A person who is refused tries again after so many seconds.
_AGAIN_S = 1.0
#: So long a person waits for the failure of a page before mending it anyway.
_PATIENCE_S = 30.0


class Senders:
    """The senders of a run. `documents`: number of pages of each accepted document, by its id."""

    def __init__(self, world: World, plan: Plan, size: Size) -> None:
        self.documents: dict[str, int] = {}
        self._world, self._plan, self._size = world, plan, size
        self._rng = random.Random(f"{plan.seed} senders")
        self._ends_at = time.monotonic() + size.span_s + size.patience_s
        self.mended = size.pages + size.outside

    def send(self) -> None:
        """Send everything over the run's time, and files again that a Redis without memory has forgotten."""
        files = [self._file(number) for number in range(self._size.documents)]
        times = sorted(self._rng.uniform(0, self._size.span_s) for _ in files)
        started = time.monotonic()
        self._insist(lambda: ask_selection(Ledger.from_settings(self._world.settings), self._world.settings, OUTSIDE))
        self._world.older_sender(OUTSIDE)
        for at, (file, pages) in zip(times, files, strict=True):
            time.sleep(max(0.0, started + at - time.monotonic()))
            self._add(file, pages)
        self._world.end_older()
        self._mend()
        if self._plan.forgets and self._world.flushed.wait(self._ends_at - time.monotonic()):
            for file, pages in files:
                self._add(file, pages)

    def _file(self, number: int) -> tuple[Path, int]:
        """Make a file: a PDF with text, or a scan."""
        path = self._world.folder / "files" / f"{number}.pdf"
        path.parent.mkdir(exist_ok=True)
        lines = [f"Invoice {self._plan.seed} {number}", "Name Mary"]
        if number % 3 < 2:
            pages = self._rng.randint(1, 4)
            return letter(path, lines, pages=pages), pages
        scan = Image.effect_noise((120, 160), 40)
        ImageDraw.Draw(scan).text((10, 10), lines[0])
        scan.save(path.with_suffix(".png"))
        return path.with_suffix(".png"), 1

    def _add(self, file: Path, pages: int) -> None:
        def add() -> None:
            self.documents[add_document(file, PROJECT, settings=self._world.settings).document.id] = pages

        self._insist(add)

    def _mend(self) -> None:
        """Wait for the failure of the page without an image, give it its image, and retry it."""
        until, failed = time.monotonic() + _PATIENCE_S, False
        while not failed and time.monotonic() < until:
            with suppress(PrelabelError):
                failed = self.mended in self._world.ledger.failed_list.ids(OUTSIDE)
            time.sleep(0.2)
        self._world.label_studio.state.images[self.mended] = b"Name Mary"
        self._insist(lambda: retry_failed(OUTSIDE, [self.mended], settings=self._world.settings))

    def _insist(self, do: Callable[[], object]) -> None:
        """Do something that a server may refuse; a person sees that Label Studio is away, and waits."""
        while time.monotonic() < self._ends_at:
            if not self._world.away:
                with suppress(PrelabelError):
                    do()
                    return
            time.sleep(_AGAIN_S)
