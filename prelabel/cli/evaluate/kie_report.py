"""Report of `prelabel evaluate kie`, as JSON or as tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from prelabel.cli.output import number_table

if TYPE_CHECKING:
    from prelabel.evaluation.kie import Figure, PageScores
    from prelabel.evaluation.reliability.measure import Reliability


@dataclass(frozen=True, slots=True)
class KieReport:
    """Results of all pages, and the worst of them.

    `figures`: without those that need gold words if the words are from OCR. `groups`: the rows T7 and T8.
    `drawn`: name of a page -> its picture. `plot`: the picture of the reliability of confidences.
    """

    tagger: str
    linker: str
    words: str
    order: str
    results: list[PageScores]
    figures: Mapping[str, Figure]
    groups: Mapping[str, Figure]
    worst: list[PageScores]
    drawn: dict[str, Path]
    reliability: Reliability
    plot: Path | None = None

    @property
    def _rows(self) -> dict[str, Figure]:
        return {**self.figures, **self.groups}

    @property
    def _not_judged(self) -> dict[str, str]:
        """Figure -> reason why it has no number."""
        from prelabel.evaluation.kie import PROTOCOLS

        return {name: "not judged: needs gold words" for name in PROTOCOLS if name not in self.figures}

    def as_json(self) -> dict[str, Any]:
        """Return the report as one object."""
        empty = {"f1": None, "low": None, "high": None}
        made = {name: {**figure.to_json(), "protocol": figure.protocol} for name, figure in self._rows.items()}
        left = {name: {**empty, "protocol": reason} for name, reason in self._not_judged.items()}
        failed = [(result.name, result.error) for result in self.results if result.error]
        return {
            "tagger": self.tagger,
            "linker": self.linker,
            "words": self.words,
            "order": self.order,
            "pages": len(self.results),
            "pages_failed": len(failed),
            **dict(sorted((made | left).items())),
            "reliability": self.reliability.to_json() | ({"picture": str(self.plot)} if self.plot else {}),
            "worst": [self._page(result) for result in self.worst],
            "failed": [{"page": name, "error": {"code": error.code, "message": str(error)}} for name, error in failed],
        }

    def print(self, out: Console) -> None:
        """Print the figures, the reliability of confidences, the worst pages and the paths of the pictures."""
        words = f"{sum(len(result.page.words) for result in self.results)} {self.words} words"
        out.print(f"[bold]{escape(self.tagger)}[/bold], linker {self.linker}: {len(self.results)} pages, {words}\n")
        shown = number_table("", "F1 %", "low", "high", "P", "R", "truth", "found")
        shown.add_column("protocol")
        for name in sorted({*self._rows, *self._not_judged}):
            if (figure := self._rows.get(name)) is None:
                shown.add_row(name, *["-"] * 7, self._not_judged[name])
                continue
            made = figure.to_json()
            rates = (f"{made[key]:.1f}" for key in ("f1", "low", "high", "precision", "recall"))
            shown.add_row(name, *rates, str(made["truth"]), str(made["found"]), escape(figure.protocol))
        out.print(shown)
        from prelabel.evaluation.reliability.report import print_reliability

        print_reliability(self.reliability, out)
        if self.worst:
            out.print()
            out.print(self._worst())
        for picture in (*self.drawn.values(), *filter(None, (self.plot,))):
            out.print(f"picture: {escape(str(picture))}", soft_wrap=True)

    def _worst(self) -> Table:
        shown = number_table("worst pages", "words", *self.figures)
        for result in self.worst:
            page = self._page(result)
            name = escape(result.name) + (" (not read)" if result.error else "")
            shown.add_row(name, str(len(result.page.words)), *(f"{page[key]:.1f}" for key in self.figures))
        return shown

    def _page(self, result: PageScores) -> dict[str, Any]:
        shares = {name: round(100 * result.scores[name].f1, 2) for name in self.figures}
        row = {"page": result.name, "words": len(result.page.words), **shares}
        return row | ({"picture": str(self.drawn[result.name])} if result.name in self.drawn else {})
