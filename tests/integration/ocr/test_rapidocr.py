"""RapidOCR, the real library, with the networks of its wheel, and one clear line for each missing part."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from prelabel.errors import EngineUnavailable, OcrFailed
from prelabel.geometry import iou
from prelabel.ocr.choose import Choice
from prelabel.ocr.engines import choice_for
from prelabel.ocr.rapidocr import Letter, RapidOcrEngine, network, tightened, words_of
from prelabel.ocr.reading import read_page
from prelabel.page import Box
from prelabel.settings import Settings
from tests.support.ocr_pages import ENGLISH, encoded, printed


@cache
def engine() -> RapidOcrEngine:
    return RapidOcrEngine(("eng",))


@pytest.mark.parametrize("dpi", [100, 200])
def test_words_are_read_where_they_stand(dpi: int) -> None:
    truth = printed(ENGLISH, dpi=dpi)

    page = read_page(encoded(truth.image), Choice(engine()), max_pixels=10_000_000)

    found = [any(w.text == text and iou(w.box, box) >= 0.5 for w in page.words) for text, box in truth.words]
    assert sum(found) >= 0.85 * len(found)
    assert all(word.engine == "rapidocr" and 0 < word.confidence <= 1 for word in page.words)
    order = [word.text for word in page.words if word.text in {"Invoice", "Customer", "Delivery", "Please"}]
    assert order == ["Invoice", "Customer", "Delivery", "Please"]


def test_given_boxes_keep_their_order_and_their_place() -> None:
    truth = printed(ENGLISH[:4])
    backwards = [box for _, box in reversed(truth.words)]

    *read, flat = engine().read_boxes(truth.image.convert("RGB"), [*backwards, Box(3, 3, 3, 9)])

    assert flat is None
    right = [r is not None and r.text == text for r, text in zip(read, reversed(truth.texts), strict=True)]
    assert sum(right) >= 0.9 * len(right)
    assert all(r is None or (r.engine == "rapidocr" and 0 < r.confidence <= 1) for r in read)
    assert engine().read_boxes(truth.image, []) == []


def test_a_blank_page_has_no_words(capfd: pytest.CaptureFixture[str]) -> None:
    assert engine().read(Image.new("L", (600, 800), 255)) == []
    assert engine().read_boxes(Image.new("L", (600, 800), 255), [Box(10, 10, 90, 40)]) == [None]
    assert capfd.readouterr() == ("", "")


def test_a_crash_of_the_library_is_this_pages_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    own = RapidOcrEngine(("eng",))
    monkeypatch.setattr(own._library, "text_rec", lambda crops: 1 / 0)

    with pytest.raises(OcrFailed, match="RapidOCR failed on this page: division by zero"):
        own.read(printed(ENGLISH[:1]).image)


def test_words_of_a_line_part_at_spaces_and_wide_gaps() -> None:
    places = {"a": 0.05, "b": 0.1, "c": 0.2, "d": 0.6, "e": 0.7}
    letters = [Letter(char, 0.8, x, begins=char == "c") for char, x in places.items()]

    words = list(words_of(Box(100, 0, 300, 20), letters))

    assert [text for text, _, _ in words] == ["ab", "c", "de"]
    assert [(box.x0, box.x1) for _, box, _ in words] == [(100, 130), (130, 180), (180, 300)]
    assert list(words_of(Box(0, 0, 10, 10), [])) == []


def test_boxes_end_where_the_ink_does() -> None:
    dark = np.zeros((40, 100), dtype=bool)
    dark[12:20, 30:60] = True
    dark[0] = dark[38] = True  # neighbours

    assert tightened(Box(10, 0, 90, 39), dark) == Box(30, 12, 60, 20)
    assert tightened(Box(70, 5, 90, 30), dark) == Box(70, 5, 90, 30)


def settings(**values: object) -> Settings:
    return Settings(_env_file=None, **values)  # type: ignore[arg-type]


def test_it_is_chosen_by_name() -> None:
    ours = settings(ocr="tesseract then rapidocr below 80", languages="eng")
    choice = choice_for(ours, ours.for_project(1))
    assert isinstance(choice.second, RapidOcrEngine)
    assert choice_for(ours, ours.for_project(2)).second is choice.second


@pytest.mark.parametrize(
    ("languages", "says"),
    [
        (("eng", "kor"), "does not know kor: name one that does in PRELABEL_RAPIDOCR_RECOGNISER"),
        (("eng", "lat"), "RapidOCR has no language for lat"),
    ],
)
def test_a_language_that_its_networks_do_not_know(languages: tuple[str, ...], says: str) -> None:
    with pytest.raises(EngineUnavailable, match=says):
        RapidOcrEngine(languages)


def test_another_recogniser(tmp_path: Path) -> None:
    copy = tmp_path / "copied.onnx"
    copy.write_bytes(network("").read_bytes())
    assert RapidOcrEngine(("eng", "jpn"), recogniser=str(copy)).version.endswith(" copied")

    with pytest.raises(EngineUnavailable, match=r"PRELABEL_RAPIDOCR_RECOGNISER=/no/such\.onnx is not a file"):
        RapidOcrEngine(("eng",), recogniser="/no/such.onnx")
    copy.write_bytes(b"nothing")
    with pytest.raises(EngineUnavailable, match=r"copied\.onnx is damaged, or no recogniser") as caught:
        RapidOcrEngine(("eng",), recogniser=str(copy))
    assert "\n" not in str(caught.value)


def test_a_recogniser_without_its_characters_downloads_none() -> None:
    bundled = network("").parent
    other = next(bundled.glob("*_det_*.onnx"))

    with pytest.raises(EngineUnavailable, match="no recogniser that holds its characters"):
        RapidOcrEngine(("eng",), recogniser=str(other))


@pytest.mark.parametrize("missing", ["rapidocr", "onnxruntime"])
def test_libraries_that_are_not_installed(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(EngineUnavailable, match=r"pip install 'prelabel\[rapidocr\]'"):
        RapidOcrEngine(("eng",))
