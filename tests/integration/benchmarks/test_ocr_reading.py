"""Pages of `benchmarks.ocr` and the real processes that read them."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from benchmarks.ocr import __main__ as ocr
from benchmarks.ocr import pages as ocr_pages
from benchmarks.ocr import pdf as ocr_pdf
from benchmarks.ocr.reader import WAYS, Reader
from prelabel.datasets.funsd import write_annotations
from prelabel.evaluation.ocr import evaluate_page
from prelabel.page import Box, Page, Word

_FONT = "/usr/share/fonts/truetype/nanum/NanumGothic.ttf"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small picture with two words."""
    image = Image.new("L", (420, 120), 255)
    ImageDraw.Draw(image).text((30, 40), "Invoice 2041", fill=0, font=ImageFont.truetype(_FONT, 40))
    path = tmp_path_factory.mktemp("page") / "page.png"
    image.save(path, dpi=(200, 200))
    return path


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    with Reader(WAYS["tesserocr"], tmp_path) as started:
        yield started


@pytest.mark.parametrize("way", ["prelabel", "pytesseract", "pytesseract-omp1", "tesserocr"])
def test_each_way_reads_and_reports_its_cost(way: str, page: Path, tmp_path: Path) -> None:
    # Given the process of one way
    with Reader(WAYS[way], tmp_path) as reader:
        # When it reads a page
        answer = reader.read(page)
    # Then the words are there, with boxes in the picture, and the cost with all child processes and of loading
    assert (reader.missing, answer.error) == ("", "")
    assert [word.text for word in answer.words] == ["Invoice", "2041"]
    assert all(0 <= word.box.x0 < word.box.x1 <= 420 for word in answer.words)
    assert 0.001 < answer.cpu_s < 60
    assert 30 < answer.peak_mb < 2000
    assert all(0.3 < word.confidence <= 1 for word in answer.words)
    assert reader.load
    assert reader.load.cpu_s > 0


def test_a_way_without_its_weights_says_what_is_missing(tmp_path: Path) -> None:
    with Reader(WAYS["easyocr-network"], tmp_path) as reader:
        assert reader.missing == "no network was given: --easyocr FOLDER --network NAME"


def test_a_page_that_fails_costs_that_page_only(reader: Reader, page: Path, tmp_path: Path) -> None:
    # Given a file that is no picture
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    # When it is read, and a good page after it
    failed, good = reader.read(broken), reader.read(page)
    # Then the broken file has an error, and the good page its words
    assert failed.error.startswith("UnidentifiedImageError: ")
    assert [word.text for word in good.words] == ["Invoice", "2041"]


def test_a_process_that_dies_is_replaced(reader: Reader, page: Path) -> None:
    # Given a reading process that is killed
    assert reader.pid
    os.kill(reader.pid, signal.SIGKILL)
    # When two pages are read
    failed, good = reader.read(page), reader.read(page)
    # Then the first page is lost, and a new process reads the second
    assert failed.error.startswith("the process died")
    assert [word.text for word in good.words] == ["Invoice", "2041"]


def test_a_process_ends_with_its_reader(tmp_path: Path) -> None:
    with Reader(WAYS["tesserocr"], tmp_path) as reader:
        pid = reader.pid
        assert pid
    assert reader.pid is None
    assert not Path(f"/proc/{pid}").exists()


@pytest.fixture
def funsd(page: Path, tmp_path: Path) -> Path:
    """Return a folder of FUNSD's layout with eight pages that are all the same."""
    (tmp_path / "images").mkdir()
    words = (Word("Invoice", Box(34, 47, 157, 79)), Word("2041", Box(172, 47, 263, 79)))
    for number in range(8):
        (tmp_path / "images" / f"{number}.png").write_bytes(page.read_bytes())
        write_annotations(tmp_path, str(number), Page(420, 120, 420, 120, words=words))
    return tmp_path


def test_funsd_pages_are_drawn_alike_in_each_run(funsd: Path) -> None:
    # When three of its pages are asked for, twice, and all
    some, again, every = (ocr_pages.funsd(funsd, count, few=1) for count in (3, 3, 100))
    # Then both times the same three come, and they are part of all
    assert some == again
    assert every.sheets[:3] == some.sheets
    assert len(every.sheets) == 8
    assert [word.text for word in some.sheets[0].truth] == ["Invoice", "2041"]


def test_a_run_ends_with_one_json_object(
    funsd: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Given FUNSD's layout, two ways that can run and one that cannot
    picture, errors = tmp_path / "plot.png", tmp_path / "errors"
    only = ["--sets", "funsd", "--only", "prelabel,tesserocr,easyocr-network", "--rounds", "1"]
    command = ["ocr", "--funsd", str(funsd), *only, "--json", "--plot", str(picture), "--errors", str(errors)]
    monkeypatch.setattr("sys.argv", command)
    # When the benchmark runs
    code = ocr.main()
    # Then its last line holds the results of each way
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert code == 0
    assert {way: result["word_recall"] for way, result in found["sets"]["funsd"]["ways"].items()} == {
        "prelabel": 100.0,
        "tesserocr": 100.0,
    }
    assert list(found["missing"]) == ["easyocr-network"]
    assert found["funsd_end_to_end_f1"] == 100.0
    assert found["two_processes_ratio"] > 0
    assert picture.is_file()
    assert list(errors.iterdir()) == []
    assert set(found["loads"]) == {"prelabel", "tesserocr"}


def test_generated_pages_are_of_all_kinds(tmp_path: Path) -> None:
    # Given two pages of Korean, and the same in another resolution
    usual = ocr_pages.generated(tmp_path / "ko", "korean", 2, few=1)
    fine = ocr_pages.of_other_dpi(tmp_path / "100", "100dpi")
    # Then their kinds differ, and no seed was used for tuning
    assert [sheet.name for sheet in usual.sheets] == ["ko-200-0-clean", "ko-200-1-noisy"]
    assert [sheet.name for sheet in fine.sheets] == ["en-100-0-clean", "ko-100-1-noisy", "mixed-100-2-skewed"]
    assert all(sheet.truth and sheet.image.is_file() for sheet in usual.sheets)


def test_the_text_layer_of_the_benchmarks_pdfs_is_their_truth(tmp_path: Path) -> None:
    # Given an English and a Korean page
    pages = ocr_pdf.born_digital(tmp_path, 2)
    with Reader(WAYS["text-layer"], tmp_path) as reader:
        # When their text layers are read
        answers = [reader.read(sheet.pdf) for sheet in pages.sheets if sheet.pdf]
    # Then all words are where the truth has them
    scores = [evaluate_page(sheet.truth, answer.words) for sheet, answer in zip(pages.sheets, answers, strict=True)]
    assert [answer.error for answer in answers] == ["", ""]
    assert all(score.word_recall == 1 and score.truth > 100 for score in scores)


def test_unknown_ways_are_refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["ocr", "--only", "prelabel,abbyy"])
    with pytest.raises(SystemExit):
        ocr.main()
    assert "abbyy: known are prelabel, reader, tesseract, pytesseract, " in capsys.readouterr().err
