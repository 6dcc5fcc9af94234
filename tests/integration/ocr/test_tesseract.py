"""Tesseract, the real one, called both ways: words where they stand, Korean words, turned pages, missing parts."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from unicodedata import is_normalized

import pytest
from PIL import Image, ImageDraw

from prelabel.errors import EngineUnavailable, OcrFailed, SettingError
from prelabel.geometry import iou, quarter_turn, tilt, transform
from prelabel.images.decode import decode
from prelabel.ocr.choose import Choice
from prelabel.ocr.engine import OcrEngine
from prelabel.ocr.engines import choice_for, engine_problems, installed_languages
from prelabel.ocr.page.orientation import turned
from prelabel.ocr.reader.by_line import ByLineEngine
from prelabel.ocr.reading import read_page
from prelabel.ocr.tesseract.in_process import TesserocrEngine
from prelabel.ocr.tesseract.modes import LINE, PAGE, WORD
from prelabel.ocr.tesseract.program import TesseractEngine
from prelabel.ocr_plan import OcrPlan
from prelabel.page import Box, Page
from prelabel.settings import Settings
from tests.support.ocr_pages import ENGLISH, KOREAN, Printed, encoded, printed, with_orientation

BOTH: dict[str, type[TesseractEngine] | type[TesserocrEngine]] = {
    "tesseract": TesseractEngine,
    "tesserocr": TesserocrEngine,
}
LINES = {"english": ENGLISH, "korean": KOREAN, "mixed": ENGLISH[:3] + KOREAN[:4]}
LIMIT = 50_000_000


@cache
def engine(name: str) -> OcrEngine:
    return BOTH[name](("eng", "kor"))


def read(data: bytes, name: str = "tesserocr") -> Page:
    return read_page(data, Choice(engine(name)), max_pixels=LIMIT)


def recall(truth: Printed, page: Page) -> float:
    """Return the share of words that were read right, where they stand in the image that Label Studio shows."""
    found = [(word.text, transform(page.to_shown, word.box)) for word in page.words]
    return sum(any(text == t and iou(box, b) >= 0.5 for t, b in found) for text, box in truth.words) / len(truth.words)


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize(("language", "bar"), [("english", 0.95), ("korean", 0.75), ("mixed", 0.8)])
def test_words_are_read_where_they_stand(name: str, language: str, bar: float) -> None:
    truth = printed(LINES[language])

    page = read(encoded(truth.image), name)

    assert recall(truth, page) >= bar
    assert all(word.engine == "tesseract" and 0 <= word.confidence <= 1 for word in page.words)
    assert all(is_normalized("NFC", word.text) for word in page.words)


@pytest.mark.parametrize("language", LINES)
def test_both_ways_read_nearly_the_same(language: str) -> None:
    data = encoded(printed(LINES[language]).image)

    first, second = ({word.text for word in read(data, name).words} for name in BOTH)

    assert len(first & second) >= 0.8 * max(len(first), len(second))  # only in process are single words read again


def in_process() -> TesserocrEngine:
    found = engine("tesserocr")
    assert isinstance(found, TesserocrEngine)
    return found


def test_the_layout_finds_lines_and_words_and_no_rules() -> None:
    truth = printed(ENGLISH)
    image, draw = truth.image.copy(), ImageDraw.Draw(truth.image)
    draw.rectangle((40, 60, image.width - 40, 700), outline=0, width=3)
    for _, box in truth.words[::6]:
        draw.line((40, box.y1 + 25, image.width - 40, box.y1 + 25), fill=0, width=3)

    lines = in_process().layout(truth.image, ("eng",))

    assert [len(line) for line in lines] == [len(line.split()) for line in ENGLISH]
    boxes = [box for line in lines for box in line]
    assert [iou(box, place) > 0.6 for box, (_, place) in zip(boxes, truth.words, strict=True)] == [True] * len(boxes)


@pytest.mark.parametrize("image", [Image.new("L", (900, 1200), gray) for gray in (0, 255)] + [Image.new("L", (1, 1))])
def test_an_empty_page_has_an_empty_layout(image: Image.Image) -> None:
    assert in_process().layout(image, ("eng",)) == []
    assert in_process().recognise(image, ("eng",), PAGE) == []


def test_a_page_reads_the_same_after_its_layout() -> None:
    page = printed(ENGLISH, noise=8).image
    without = in_process().recognise(page, ("eng",), PAGE)

    in_process().layout(page, ("eng",))

    assert in_process().recognise(page, ("eng",), PAGE) == without
    assert in_process().recognise(page, ("eng",), PAGE) == without, "the layout serves once"


FIRST, SECOND = printed(ENGLISH).image, printed(ENGLISH[3:4]).image


@pytest.mark.parametrize(
    ("image", "languages", "mode"),
    [(SECOND, ("eng",), PAGE), (SECOND, ("eng",), LINE), (FIRST, ("kor",), PAGE), (FIRST, ("eng",), WORD)],
    ids=["image", "line", "language", "mode"],
)
def test_another_question_after_a_layout_is_not_answered_with_it(
    image: Image.Image, languages: tuple[str, ...], mode: int
) -> None:
    alone = in_process().recognise(image, languages, mode)

    in_process().layout(FIRST, ("eng",))

    assert in_process().recognise(image, languages, mode) == alone
    assert alone != in_process().recognise(FIRST, ("eng",), PAGE)


def test_both_writing_systems_of_one_line_are_read() -> None:
    truth = printed(
        ["Invoice 견적번호 20417 상호 Company", "주소 Harbour Street 서울특별시", "품목 Description 수량 Amount"]
    )

    page = read(encoded(truth.image))

    assert {"Invoice", "20417", "Company", "Harbour", "Street", "Description", "Amount"} <= {w.text for w in page.words}
    assert {"견적번호", "주소", "서울특별시", "품목", "수량"} <= {word.text for word in page.words}
    assert recall(truth, page) >= 0.8


@pytest.mark.parametrize("name", BOTH)
def test_amounts_keep_their_signs(name: str) -> None:
    amounts = ("-72.70", "–45.90", "△1,250,000", "▲1,250,000", "(300.00)", "12.50", "1,234.50-")
    page = printed([f"Discount {amount}" for amount in amounts])

    texts = [word.text for word in read(encoded(page.image), name).words]

    read_as = {"–45.90": "-45.90", "▲1,250,000": "△1,250,000"}
    assert texts == [text for amount in amounts for text in ("Discount", read_as.get(amount, amount))]


def test_lines_keep_their_order() -> None:
    texts = [word.text for word in read(encoded(printed(ENGLISH).image)).words]

    assert [text for text in texts if text in {"Invoice", "Customer", "Delivery", "Please"}] == [
        "Invoice", "Customer", "Delivery", "Please",
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["english", "korean"])
@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_turned_pages_read_like_the_upright_one(language: str, quarters: int) -> None:
    truth = printed(LINES[language])
    upright = read(encoded(truth.image))

    page = read(encoded(turned(truth.image, quarters)))

    assert (page.width_px, page.height_px) == truth.image.size
    assert [word.text for word in page.words] == [word.text for word in upright.words]
    shown = turned(truth.image, quarters)
    assert (page.shown_width_px, page.shown_height_px) == shown.size
    for mine, theirs in zip(page.words, upright.words, strict=True):
        assert iou(mine.box, theirs.box) > 0.9
        place = transform(page.to_shown, mine.box)
        crop = shown.crop((int(place.x0), int(place.y0), int(place.x1), int(place.y1)))
        assert min(crop.tobytes()) < 128, "a box in the shown frame holds ink"


@pytest.mark.parametrize("language", ["english", "korean"])
@pytest.mark.parametrize(("degrees", "quarters"), [(7.0, 0), (-9.5, 1), (2.0, 2), (38.0, 0), (-40.0, 1), (25.0, 3)])
def test_pages_askew_read_like_the_straight_one(language: str, degrees: float, quarters: int) -> None:
    truth = printed(LINES[language])
    where = quarter_turn(quarters, *truth.image.size)
    lying = Printed(turned(truth.image, quarters), tuple((text, transform(where, box)) for text, box in truth.words))
    straight = read(encoded(truth.image))

    page = read(encoded(lying.tilted(degrees).image))

    assert tilt(page.to_shown) == pytest.approx(degrees, abs=0.2)
    assert recall(lying.tilted(degrees), page) >= recall(truth, straight) - 0.06


@pytest.mark.parametrize("orientation", [3, 6])
def test_photos_with_an_orientation_are_boxed_as_browsers_show_them(orientation: int) -> None:
    truth = printed(ENGLISH)

    page = read(with_orientation(truth.image, orientation))

    assert (page.shown_width_px, page.shown_height_px) == truth.image.size
    assert recall(truth, page) >= 0.9


@pytest.mark.parametrize(("dpi", "bar"), [(75, 0.8), (100, 0.9), (400, 0.95)])
def test_coarse_and_fine_scans(dpi: int, bar: float) -> None:
    truth = printed(ENGLISH, dpi=dpi, noise=8)

    assert recall(truth, read(encoded(truth.image))) >= bar


def test_pages_do_not_change_how_later_ones_are_read() -> None:
    data = encoded(printed(KOREAN).image)

    first = read(data)
    read(encoded(printed(ENGLISH, noise=20).image))

    assert read(data) == first


@pytest.mark.parametrize("name", BOTH)
def test_a_blank_and_an_illegible_page_have_no_certain_words(name: str) -> None:
    rules = Image.new("L", (900, 1200), 255)
    for y in range(100, 1100, 50):
        rules.paste(0, (50, y, 850, y + 3))

    assert read(encoded(Image.new("RGB", (900, 1200), "white")), name).words == ()
    assert len(read(encoded(rules), name).words) <= 3


def test_color_pages_can_be_read_directly() -> None:
    image = printed(ENGLISH[:2]).image.convert("RGB")

    for name in BOTH:
        assert "Invoice" in [word.text for word in engine(name).read(image)]


@pytest.mark.parametrize("name", BOTH)
def test_a_missing_language_names_its_package(name: str) -> None:
    with pytest.raises(EngineUnavailable, match=r"no language tlh_pre in .*, apt-get install tesseract-ocr-tlh-pre"):
        BOTH[name](("eng", "tlh_pre"))


@pytest.mark.parametrize("name", BOTH)
def test_a_wrong_folder_of_languages(name: str, tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match=r"PRELABEL_TESSDATA=.* holds no"):
        BOTH[name](("eng",), tessdata=str(tmp_path))


def test_a_damaged_language_file(tmp_path: Path) -> None:
    (tmp_path / "eng.traineddata").write_bytes(b"nothing")

    with pytest.raises(EngineUnavailable, match="tesserocr cannot load eng from"):
        TesserocrEngine(("eng",), tessdata=str(tmp_path))
    with pytest.raises(OcrFailed, match="tesseract failed on this page"):
        TesseractEngine(("eng",), tessdata=str(tmp_path)).read(printed().image)


@pytest.mark.parametrize("name", BOTH)
def test_a_page_that_takes_too_long(name: str) -> None:
    impatient = BOTH[name](("eng",), timeout_s=0.02)

    with pytest.raises(OcrFailed):
        impatient.read(printed(ENGLISH).image)


def test_the_program_is_not_installed() -> None:
    program = (
        "from prelabel.errors import EngineUnavailable\n"
        "from prelabel.ocr.tesseract.program import TesseractEngine\n"
        "try: TesseractEngine(('eng',))\n"
        "except EngineUnavailable as error: print(error)"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, "PATH": "/nowhere"}, capture_output=True, text=True,
        timeout=60, check=True,
    )  # fmt: skip

    assert done.stdout.startswith("the program tesseract is not installed or not in PATH: apt-get install")
    assert done.stdout.count("\n") == 1


def settings(**values: object) -> Settings:
    return Settings(_env_file=None, **values)  # type: ignore[arg-type]


def test_by_default_korean_pages_are_the_readers() -> None:
    ours, english = settings(), settings(languages="eng")
    assert isinstance(choice_for(ours, ours.for_project(1)).first, ByLineEngine)
    assert choice_for(ours, ours.for_project(1)).first is choice_for(ours, ours.for_project(2)).first
    assert isinstance(choice_for(english, english.for_project(1)).first, TesserocrEngine)


def test_tesseract_is_read_in_process_where_the_wheel_is(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = settings(ocr="tesseract")
    assert isinstance(choice_for(ours, ours.for_project(1)).first, TesserocrEngine)
    assert choice_for(ours, ours.for_project(1)).first is choice_for(ours, ours.for_project(2)).first

    program = settings(ocr="pytesseract")
    assert isinstance(choice_for(program, program.for_project(1)).first, TesseractEngine)

    monkeypatch.setattr("prelabel.ocr.tesseract.in_process.find_spec", lambda _: None)
    other = settings(ocr="tesseract", languages="eng", ocr_time_limit=99)
    assert isinstance(choice_for(other, other.for_project(1)).first, TesseractEngine)


def test_a_wheel_that_cannot_be_loaded_is_no_reason_to_be_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tesserocr", None)
    with pytest.raises(EngineUnavailable, match=r"pip install 'prelabel\[ocr\]', or set PRELABEL_OCR=pytesseract"):
        TesserocrEngine(("eng",))


@pytest.mark.parametrize("plan", ["abbyy", "tesseract then", "tesseract then tesseract", "tesseract below 50", ""])
def test_a_plan_that_nobody_understands(plan: str) -> None:
    with pytest.raises(
        SettingError,
        match="write an engine, `ENGINE then ENGINE below 60`, or `reader and tesseract`; engines are tesseract",
    ):
        OcrPlan.parse(plan)


def test_the_crops_of_a_second_opinion_come_back_one_by_one() -> None:
    truth = printed(ENGLISH[:3])
    boxes = [box for _, box in truth.words] + [Box(0, 0, 0, 0), Box(5, 5, 60, 30)]
    for each in BOTH:
        *read, flat, empty = engine(each).read_boxes(truth.image, boxes)
        assert flat is None
        assert empty is None
        right = [r is not None and r.text == text for r, text in zip(read, truth.texts, strict=True)]
        assert sum(right) >= 0.7 * len(right)


def test_what_doctor_asks(tmp_path: Path) -> None:
    assert {"eng", "kor"} <= set(installed_languages(settings()))
    assert installed_languages(settings(tessdata=str(tmp_path))) == ()
    assert engine_problems(settings()) == []
    (problem,) = engine_problems(settings(languages="eng xyz"))
    assert "tesseract-ocr-xyz" in problem


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_chromium_shows_the_frame_that_decode_gives(kind: str) -> None:
    from base64 import b64encode

    from playwright.sync_api import sync_playwright

    data = with_orientation(Image.new("RGB", (80, 120), "white"), 6, kind)
    address = f"data:image/{kind.lower()};base64,{b64encode(data).decode()}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        shown = browser.new_page().evaluate(
            "async source => { const image = new Image(); image.src = source; await image.decode();"
            " return [image.naturalWidth, image.naturalHeight]; }",
            address,
        )
        browser.close()

    assert decode(data, max_pixels=LIMIT).size == tuple(shown)
