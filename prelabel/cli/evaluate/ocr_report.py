"""Report of `prelabel evaluate ocr`, as JSON or as tables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from prelabel.cli.output import number_table

if TYPE_CHECKING:
    from prelabel.evaluation.ocr import OcrScores
    from prelabel.evaluation.ocr_pages import PageResult

#: Precision, recall and F1, by the names that `OcrScores.to_json` gives them.
_FOUND = {
    "detection, IoU 0.5": ("detection_precision", "detection_recall", "detection_f1"),
    "detection, IoU 0.8": ("detection_precision_80", "detection_recall_80", "detection_f1_80"),
    "end to end, each match 1 - CER": ("end_to_end_precision", "end_to_end_recall", "end_to_end_f1"),
    "CLEval, detection": ("cleval_detection_precision", "cleval_detection_recall", "cleval_detection"),
    "CLEval, end to end": ("cleval_precision", "cleval_recall", "cleval"),
}
_READ = {
    "word recall (found, every letter right)": "word_recall",
    "CER": "cer",
    "CER without spaces": "cer_no_spaces",
    "CER of matched words": "cer_matched",
    "WER": "wer",
    "numbers (words with digits) with the right figures": "numbers_right",
    "numbers read, wrong": "numbers_wrong",
    "numbers read with a confidence of 0.95 and more, wrong": "sure_numbers_wrong",
}
#: Figures of a single page.
_PAGE_FIGURES = ("words", "words_found", "word_recall", "end_to_end_f1", "cer", "cleval")


@dataclass(frozen=True, slots=True)
class OcrReport:
    """Results of all pages, and the worst of them. `drawn`: name of a page -> its picture.

    `sheet`: the picture of the words that were read wrong.
    """

    engine: str
    results: list[PageResult]
    scores: OcrScores
    worst: list[PageResult]
    drawn: dict[str, Path]
    sheet: Path | None = None

    @property
    def cpu_s_per_page(self) -> float:
        return sum(result.cpu_s for result in self.results) / len(self.results)

    def as_json(self) -> dict[str, Any]:
        """Return the report as one object."""
        failed = [(result.truth, result.error) for result in self.results if result.error]
        return {
            "engine": self.engine,
            "pages": len(self.results),
            "pages_failed": len(failed),
            **self.scores.to_json(),
            "cpu_s_per_page": round(self.cpu_s_per_page, 3),
            **({"wrong_words": str(self.sheet)} if self.sheet else {}),
            "worst": [self._page(result) for result in self.worst],
            "failed": [
                {"page": truth.name, "file": str(truth.image), "error": {"code": error.code, "message": str(error)}}
                for truth, error in failed
            ],
        }

    def print(self, out: Console) -> None:
        """Print the figures, the worst pages and the paths of the pictures."""
        counts = f"{len(self.results)} pages, {self.scores.truth} words, {self.scores.found} found"
        out.print(f"[bold]{escape(self.engine)}[/bold]: {counts}, {self.cpu_s_per_page:.2f} CPU s a page\n")
        figures = self.scores.to_json()
        found = number_table("%", "precision", "recall", "F1")
        for name, keys in _FOUND.items():
            found.add_row(name, *(f"{figures[key]:.1f}" for key in keys))
        out.print(found)
        out.print()
        read = number_table("", "%")
        for name, key in _READ.items():
            read.add_row(name, f"{figures[key]:.1f}")
        out.print(read)
        if self.worst:
            out.print()
            out.print(self._worst())
        for picture in (*self.drawn.values(), *([self.sheet] if self.sheet else [])):
            out.print(f"picture: {escape(str(picture))}", soft_wrap=True)

    def _worst(self) -> Table:
        shown = number_table("worst pages", "words", "found", "word recall", "end-to-end F1", "CER", "CLEval", "CPU s")
        for result in self.worst:
            page = self._page(result)
            rates = (f"{page[name]:.1f}" for name in _PAGE_FIGURES[2:])
            name = escape(page["page"]) + (" (not read)" if result.error else "")
            shown.add_row(name, str(page["words"]), str(page["words_found"]), *rates, f"{page['cpu_s']:.2f}")
        return shown

    def _page(self, result: PageResult) -> dict[str, Any]:
        figures, name = result.scores.to_json(), result.truth.name
        row = {"page": name, **{key: figures[key] for key in _PAGE_FIGURES}, "cpu_s": round(result.cpu_s, 3)}
        return row | ({"picture": str(self.drawn[name])} if name in self.drawn else {})
