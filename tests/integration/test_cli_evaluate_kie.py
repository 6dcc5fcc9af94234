"""`prelabel evaluate kie`: the shipped tagger on generated pages, Tesseract on printed pages, broken ground truth."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from prelabel.datasets.funsd import write_annotations
from prelabel.evaluation.kie import PROTOCOLS
from prelabel.page import Entity, Link, Page, Word
from prelabel.registry.linker_files import SHIPPED_LINKER
from prelabel.registry.tagger_files import SHIPPED_COMPACT
from synthetic import generate
from tests.support.cli_runs import NOWHERE, Cli
from tests.support.ocr_pages import printed
from tests.support.small_layoutlm import untrained

NO_SERVERS = {"REDIS_URL": f"redis://{NOWHERE}/0", "LABEL_STUDIO_URL": f"http://{NOWHERE}", "LANGUAGES": "eng"}
PAGES = 4


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Cli:
    monkeypatch.chdir(tmp_path)
    return Cli(monkeypatch, capsys)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Generate pages with labels and links."""
    for seed in range(PAGES):
        write_annotations(tmp_path / "data", f"page-{seed}", generate(10_000_000 + seed, "en").page)
    return tmp_path / "data"


def evaluated(cli: Cli, data: Path, *args: object) -> dict[str, Any]:
    outcome = cli("evaluate", "kie", "--data", data, "--json", *args, **NO_SERVERS)
    assert (outcome.code, outcome.err) == (0, "")
    [made] = outcome.json()
    assert isinstance(made, dict)
    return made


def test_one_object_with_every_figure(cli: Cli, data: Path) -> None:
    made = evaluated(cli, data)
    assert (made["tagger"], made["pages"], made["words"], made["order"]) == ("compact", PAGES, "gold", "annotation")
    for name in PROTOCOLS:
        figure = made[name]
        assert 40 < figure["low"] <= figure["f1"] <= figure["high"] <= 100, name
        assert figure["truth"] > 10
        assert figure["protocol"] == PROTOCOLS[name].format(order="annotation")
    assert made["T1"]["f1"] > 60
    assert made["T6"]["f1"] <= made["T6_relaxed"]["f1"]
    # What ships was not trained on these pages: the rows of T7
    assert {name: made[f"T7_{name}"]["f1"] for name in ("T1", "T3", "T6_relaxed")} == {
        name: made[name]["f1"] for name in ("T1", "T3", "T6_relaxed")
    }
    assert [set(page) for page in made["worst"]] == [{"page", "words", *PROTOCOLS}] * PAGES
    worst = [page["T6_relaxed"] for page in made["worst"]]
    assert worst == sorted(worst)


def test_order_and_seed(cli: Cli, data: Path) -> None:
    made, again = (evaluated(cli, data, "--order", "raster", "--tagger", "compact") for _ in range(2))
    assert made == again
    assert "raster order" in made["T1"]["protocol"]
    other = evaluated(cli, data, "--seed", 1)
    assert other["T6"]["f1"] == made["T6"]["f1"]
    assert any(other[name]["low"] != made[name]["low"] for name in PROTOCOLS if name != "T1")


def test_a_layoutlm_folder_as_tagger(cli: Cli, data: Path, tmp_path: Path) -> None:
    write_annotations(data, "no-words", Page(100, 100, 100, 100))
    made = evaluated(cli, data, "--tagger", untrained(tmp_path / "model"))
    assert "T7_T1" not in made
    assert (made["tagger"], made["pages"]) == ("layoutlm-model", PAGES + 1)
    assert made["T1"]["f1"] < 50 < made["T3"]["f1"]  # labels by chance; the links have gold ones


def test_a_compact_folder_as_tagger_and_a_linker_by_name(cli: Cli, data: Path, tmp_path: Path) -> None:
    copied = tmp_path / "tagger"
    shutil.copytree(SHIPPED_COMPACT, copied)
    made = evaluated(cli, data, "--tagger", copied, "--linker", "alignment")
    assert (made["tagger"], made["linker"]) == ("compact", "alignment")
    assert "T7_T1" not in made  # another linker than the one that ships
    linker = tmp_path / "linker"
    shutil.copytree(SHIPPED_LINKER, linker)
    again = evaluated(cli, data, "--linker", linker)
    assert again["linker"] == "learned"
    assert again["T7_T1"]["f1"] == again["T1"]["f1"]
    assert again["T2"]["f1"] == made["T2"]["f1"]  # the same tagger on the same segments
    assert again["T4"]["f1"] != made["T4"]["f1"]


def test_synthetic_pages_of_templates_kept_out_of_training(cli: Cli) -> None:
    made = evaluated(cli, Path("synthetic:ko-held-out:3"), "--worst", 1)
    assert made["pages"] == 3
    assert made["T8_T1"]["f1"] == made["T1"]["f1"]
    assert made["T8_T3"]["f1"] == made["T3"]["f1"]
    assert "T7_T1" not in made
    assert set(made["worst"][0]) == {"page", "words", *PROTOCOLS}


def test_pictures_of_the_worst_pages(cli: Cli, tmp_path: Path) -> None:
    # Given a page with its image, one whose image is broken, and one without
    for name in "abc":
        add_form(tmp_path, name)
    (tmp_path / "images" / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    (tmp_path / "images" / "c.png").unlink()
    pictures = tmp_path / "new" / "pictures"
    outcome = cli("evaluate", "kie", "--data", tmp_path, "--pictures", pictures, "--json", **NO_SERVERS)
    assert outcome.code == 0
    assert str(tmp_path / "images" / "b.png") in outcome.error_line()
    [made] = outcome.json()
    assert {page["picture"] for page in made["worst"]} == {str(pictures / f"{name}.png") for name in "abc"}
    assert {file.name for file in pictures.iterdir()} == {"a.png", "b.png", "c.png", "reliability.png"}
    sure = made["reliability"]
    assert (sure["pairs"], sure["picture"]) == (made["T6"]["found"], str(pictures / "reliability.png"))
    assert sum(row["pairs"] for row in sure["bins"]) == sure["pairs"]
    assert [row["right"] for row in sure["coverage"]] == [0.99, 0.98, 0.95, 0.9]
    # Words of OCR are drawn, too
    outcome = cli("evaluate", "kie", "--data", tmp_path, "--words", "ocr", "--pictures", pictures / "ocr", **NO_SERVERS)
    assert outcome.code == 1
    assert outcome.out.count("picture: ") == 4


def test_a_table_that_names_the_protocols(cli: Cli, data: Path) -> None:
    outcome = cli("evaluate", "kie", "--data", data, "--worst", 1, **NO_SERVERS)
    assert (outcome.code, outcome.err) == (0, "")
    for said in (
        *PROTOCOLS,
        "gold words",
        "annotation order",
        "worst pages",
        "F1 %",
        "low",
        "high",
        "ECE",
        "need no look %",
    ):
        assert said in outcome.out
    assert outcome.out.count("page-") == 1


def add_form(folder: Path, name: str) -> None:
    """Print a page of three fields, with its ground truth."""
    made = printed(["Name: Anna", "Date: Monday", "City: Berlin"], dpi=150)
    (folder / "images").mkdir(parents=True, exist_ok=True)
    made.image.save(folder / "images" / f"{name}.png")
    words = tuple(Word(text, box) for text, box in made.words)
    entities = tuple(Entity(("QUESTION", "ANSWER")[i % 2], (i,)) for i in range(len(words)))
    links = tuple(Link(i, i + 1) for i in range(0, len(words), 2))
    page = Page(*made.image.size, *made.image.size, words=words)
    write_annotations(folder, name, replace(page, entities=entities, links=links))


def test_words_of_ocr_are_judged_by_pairs_alone(cli: Cli, tmp_path: Path) -> None:
    add_form(tmp_path, "a")
    made = evaluated(cli, tmp_path, "--words", "ocr")
    assert (made["T6"]["truth"], made["words"]) == (3, "ocr")
    assert made["T6_relaxed"]["f1"] > 60
    for name in set(PROTOCOLS) - {"T6", "T6_relaxed"}:
        assert made[name] == {"f1": None, "low": None, "high": None, "protocol": "not judged: needs gold words"}
    # When another page cannot be read, its pairs count as not found
    add_form(tmp_path, "b")
    (tmp_path / "images" / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    outcome = cli("evaluate", "kie", "--data", tmp_path, "--words", "ocr", **NO_SERVERS)
    assert outcome.code == 1
    assert str(tmp_path / "images" / "b.png") in outcome.error_line()
    for said in ("words of OCR", "T1", "needs gold words", "b (not read)"):
        assert said in outcome.out
    outcome = cli("evaluate", "kie", "--data", tmp_path, "--words", "ocr", "--json", **NO_SERVERS)
    [both] = outcome.json()
    assert (both["T6"]["truth"], both["T6"]["right"], both["pages_failed"]) == (6, made["T6"]["right"], 1)
    assert (both["failed"][0]["page"], both["failed"][0]["error"]["code"]) == ("b", "image_unreadable")


def test_an_empty_page_and_no_links_give_figures_all_the_same(cli: Cli, data: Path) -> None:
    page = generate(10_000_000, "en").page
    write_annotations(data, "no-links", replace(page, links=()))
    write_annotations(data, "no-words", Page(100, 100, 100, 100))
    made = evaluated(cli, data, "--worst", 9)
    assert made["pages"] == PAGES + 2
    assert {page["page"]: page["T6"] for page in made["worst"]}["no-words"] == 100.0
    assert {page["page"]: page["T6"] for page in made["worst"]}["no-links"] == 0.0


@pytest.mark.parametrize(
    ("form", "args", "says"),
    [
        (None, (), "annotations/*.json"),
        ([{"id": 0, "label": "other", "words": []}], (), "no labels but OTHER"),
        ([{"id": 0, "label": "total", "words": [{"text": "x", "box": [0, 0, 5, 5]}]}], (), "TOTAL"),
        ([{"id": 0, "words": []}], (), "'label'"),
        ([], ("--words", "ocr"), "none of the 1 images"),
        ([], ("--tagger", "nowhere"), "nowhere"),
        ([], ("--linker", "nowhere"), "nowhere"),
        ([], ("--order", "random"), "--order"),
        ([], ("--data", "synthetic:fr"), "synthetic:en|ko[-held-out][:PAGES]"),
        ([], ("--data", "synthetic:ko", "--words", "ocr"), "have images to read"),
        ([], ("--seed", "-1"), "--seed"),
    ],
)
def test_what_must_be_mended_first_is_one_line(
    cli: Cli, tmp_path: Path, form: list[Any] | None, args: tuple[str, ...], says: str
) -> None:
    (tmp_path / "annotations").mkdir()
    if form is not None:
        (tmp_path / "annotations" / "a.json").write_text(json.dumps({"form": form}), "utf-8")
    outcome = cli("evaluate", "kie", "--data", tmp_path, *args, **NO_SERVERS)
    assert (outcome.code, outcome.out) == (2, "")
    assert says in outcome.error_line()
