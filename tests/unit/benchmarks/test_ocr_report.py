"""Results of `benchmarks.ocr`: comparisons over shared pages, bars, JSON, tables, the plot."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from PIL import Image
from rich.console import Console

from benchmarks.ocr import plot
from benchmarks.ocr.measure import Reading, Readings, Run, cpu_ratio, gain, scale_ratios
from benchmarks.ocr.pages import FUNSD, PDF, PageSet
from benchmarks.ocr.report import BARS, ONE_THREAD, OURS, TEXT_LAYER, USUAL, Report
from prelabel.evaluation.ocr import OcrScores


def _reading(exact: int, cpu_s: float, error: str = "", *, others_s: float = 0.0) -> Reading:
    """Return a reading of ten words, all found, `exact` of them read without an error."""
    scores = OcrScores(truth=10, found=10, matched=10, tight=10, exact=exact, credit=exact)
    return Reading(scores, error, wall_s=cpu_s, cpu_s=cpu_s, machine_s=cpu_s + others_s, peak_mb=50 + exact)


def _readings(*pages: Reading) -> Readings:
    return Readings({f"page-{number}": page for number, page in enumerate(pages)})


def _report(*, others_s: float = 0.0) -> Report:
    """Return a report of two pages a set: ours takes 1 s, the usual way 8 s, and 2 s with one thread."""
    report = Report(missing={"easyocr": "no weights"})
    for name, ours, usual in (("english", 9, 9), ("korean", 9, 5), ("mixed", 8, 7), (FUNSD, 8, 5)):
        ways = {OURS: (ours, 1.0), USUAL: (usual, 8.0), ONE_THREAD: (usual, 2.0)}
        found = {way: _readings(*[_reading(*what, others_s=others_s)] * 2) for way, what in ways.items()}
        report.add(PageSet(name, f"{name} pages", (), few=2), found)
    pdf = {OURS: _readings(_reading(9, 1.2)), TEXT_LAYER: _readings(_reading(10, 0.01))}
    report.add(PageSet(PDF, "PDF pages", (), few=0), pdf)
    report.runs = [Run(1, 10, 10.0, 10.0, 10.0), Run(2, 20, 10.5, 20.0, 20.0), Run(1, 10, 10.0, 10.0, 10.0)]
    return report


def _recall(scores: OcrScores) -> float:
    return scores.word_recall


def test_a_page_that_failed_has_no_words_and_no_cost() -> None:
    # Given three pages, one of which failed after 100 s
    lost = Reading(OcrScores(truth=10), "ValueError: broken", cpu_s=100.0)
    found = _readings(_reading(10, 1.0), _reading(8, 3.0), lost)
    # When they are taken together
    result = found.to_json()
    # Then its words count as not found, and the cost is the mean of the other pages
    assert (result["pages"], result["failed"], result["errors"]) == (3, 1, {"page-2": "ValueError: broken"})
    assert result["word_recall"] == 60.0
    assert result["cpu_s_per_page"] == 2.0
    assert result["peak_mb"] == 60


def test_two_ways_are_compared_over_the_pages_that_both_have_read() -> None:
    # Given a slow way that read one easy page of ours, and failed on another
    ours = _readings(_reading(9, 1.0), _reading(5, 1.0), _reading(2, 9.0))
    slow = _readings(_reading(8, 7.0), Reading(OcrScores(truth=10), "died", cpu_s=50.0))
    # When costs and recall are compared, then the third page counts for neither, the failed one for recall alone
    assert cpu_ratio([(ours, slow)]) == pytest.approx(7.0)
    assert gain(_recall, ours, slow) == pytest.approx(100 * (14 - 8) / 20)
    assert cpu_ratio([(ours, Readings({}))]) is None
    assert gain(_recall, ours, Readings({})) is None


def test_two_processes_are_compared_with_one_before_and_after() -> None:
    # Given a machine that becomes slower from run to run
    rates = (1.0, 1.8, 0.8, 1.4, 0.6)
    runs = [Run(1 + number % 2, 10, 10 / rate, 0.0, 0.0) for number, rate in enumerate(rates)]
    # When the ratios are taken, then each is relative to the mean of the runs before and after
    assert scale_ratios(runs) == pytest.approx([1.8 / 0.9, 1.4 / 0.7])


def test_bars_are_met_or_missed() -> None:
    # Given readings that meet all bars
    # When the result is written as JSON
    found = json.loads(json.dumps(_report().to_json()))
    # Then each ratio stands beside its bar
    assert set(found["bars_met"]) == set(BARS)
    assert {name for name, met in found["bars_met"].items() if not met} == set()
    assert found["pytesseract_cpu_ratio"] == 8.0
    assert (found["english_recall_gain"], found["korean_recall_gain"]) == (0.0, 40.0)
    assert (found["text_layer_cpu_ratio"], found["two_processes_ratio"]) == (120.0, 1.905)
    assert found["sets"]["korean"]["ways"][USUAL]["word_recall_to_ours"] == -40.0
    assert found["missing"] == {"easyocr": "no weights"}
    assert not found["busy_machine"]


def test_bars_without_measurement_are_neither_met_nor_missed() -> None:
    found = Report().to_json()
    assert found["bars_met"] == {}
    assert {found[name] for name in BARS} == {None}


def test_a_busy_machine_is_reported() -> None:
    assert _report(others_s=3.0).to_json()["busy_machine"]


def test_a_way_that_is_missing_says_so_in_its_row() -> None:
    # Given a report without EasyOCR's weights
    written = io.StringIO()
    # When it is shown
    _report().show(Console(file=written, width=160))
    # Then its row says so in each table but the text layer's, and the reason stands below
    lines = written.getvalue().splitlines()
    assert sum("EasyOCR, stock weights" in line and "not run" in line for line in lines) == 4 + 1
    assert "EasyOCR, stock weights: not run: no weights" in lines


def test_the_plot_has_a_panel_for_each_set(tmp_path: Path) -> None:
    # Given a result with four sets of pictures, and one without any
    picture, none = tmp_path / "plot.png", tmp_path / "none.png"
    # When both are drawn
    plot.draw(_report().to_json(), picture)
    plot.draw(Report().to_json(), none)
    # Then the first is two rows of panels, and the second is not drawn
    with Image.open(picture) as drawn:
        assert drawn.width < 1.3 * drawn.height
        colors = {color for _, color in drawn.convert("RGB").quantize(64).convert("RGB").getcolors(64) or ()}
    assert len(colors) > 3
    assert not none.exists()
