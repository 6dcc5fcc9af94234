"""Commands and pictures of the READMEs: what they show is what a fresh checkout gives."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from PIL import Image, ImageSequence

from tests.support.cli_runs import Cli, program

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", ROOT / "docs" / "how-to" / "evaluate.md")
#: Commands that need nothing but the checkout: their data are samples.
_RUNS = re.compile(r"^prelabel ((?:evaluate|read) .*examples/[^#\n]*)", re.MULTILINE)
COMMANDS = sorted({found.strip() for page in PAGES for found in _RUNS.findall(page.read_text("utf-8"))})
EXPECTED = {
    "en-order": {
        "Order number": "RO-20871",
        "Date": "9 June 2026",
        "Customer": "Maren Holloway",
        "Telephone": "0555 0142 318",
        "Bicycle": "Fernway Tourer, green",
        "Ready by": "12 June 2026",
    },
    "ko-order": {
        "접수번호": "RO-20871",
        "접수일": "2026년 6월 9일",
        "고객명": "한서윤",
        "연락처": "010-0555-0142",
        "제품": "산들바람 자전거",
        "완료 예정일": "2026년 6월 12일",
    },
}
CELLS = {"en-order": ["0.5", "24.00", "1.0", "38.50"], "ko-order": ["0.5", "24,000", "1.0", "38,500"]}


def test_the_readme_has_commands_that_run() -> None:
    assert [command.split()[0] for command in COMMANDS].count("evaluate") >= 2
    assert any(command.startswith("read ") for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_of_the_docs_run_as_they_stand(command: str, tmp_path: Path) -> None:
    """Given a checkout, each `read` and `evaluate` command of the docs whose data are samples ends well."""
    arguments = [(part == "out.png" and str(tmp_path / part)) or part for part in shlex.split(command)]
    outcome = program(*arguments, cwd=ROOT, timeout_s=280)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out


@pytest.mark.parametrize("name", EXPECTED)
def test_the_first_picture_shows_a_right_result(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    cli = Cli(monkeypatch, capsys)
    card = ROOT / "examples" / "cards" / f"{name}.png"
    [made] = cli("read", card, "--json").json()
    assert {field["key"]: field["value"] for field in made["fields"]} == EXPECTED[name]
    [shown] = made["tables"]
    cells = [cell["value"] for row in shown["rows"] for cell in row["cells"] if cell]
    assert [cell for cell in cells if cell[0].isdigit()] == CELLS[name]


def test_the_pictures_are_small_and_the_film_moves() -> None:
    images = ROOT / "docs" / "images"
    for name in ("read-en.png", "read-ko.png"):
        with Image.open(images / name) as picture:
            assert picture.width > 1400
    film = images / "upload.gif"
    assert film.stat().st_size < 1_000_000
    with Image.open(film) as frames:
        assert sum(1 for _ in ImageSequence.Iterator(frames)) > 5
