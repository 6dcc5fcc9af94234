"""The command line in Korean: the choice by the locale, a text for everything, and terminals that cannot show it."""

from __future__ import annotations

import io
import re
import string
from pathlib import Path

import click
import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from click.testing import CliRunner

from prelabel.cli import cli as commands
from prelabel.cli.documents import OUTCOMES
from prelabel.cli.language import texts
from prelabel.cli.language.help import translated
from prelabel.cli.language.texts import cure_of, describe, problem_of, translate
from prelabel.cli.progress_bar import STATES, line
from prelabel.errors import FAILURES, DocumentLocked, SettingError
from prelabel.ledger.runs import Progress
from scripts import catalogue
from tests.support.cli_runs import NOWHERE, Cli, program

HANGUL = re.compile("[가-힣]")
KOREAN = read_po(io.BytesIO((texts.LOCALES / "ko" / "LC_MESSAGES" / "prelabel.po").read_bytes()))
#: Texts without a word of their own.
SIGNS = {"; ", " and ", "{start} to {end}"}
#: Columns of the help, click's margin included.
COLUMNS = 80


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Cli:
    monkeypatch.chdir(tmp_path)
    return Cli(monkeypatch, capsys)


@pytest.fixture
def korean(monkeypatch: pytest.MonkeyPatch) -> None:
    """Choose Korean for texts that are asked for in this process."""
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    texts.choose_language([])


@pytest.fixture(autouse=True)
def _english_afterwards(monkeypatch: pytest.MonkeyPatch) -> object:
    yield
    monkeypatch.undo()
    texts.choose_language([])


# -- the catalogue ----------------------------------------------------------------------------------------------------


def test_the_catalogues_are_what_code_and_translation_say() -> None:
    old = [path.name for path, content in catalogue.files().items() if path.read_bytes() != content]
    assert old == [], "run: python -m scripts.catalogue"


def test_every_text_has_a_korean_one() -> None:
    """Given all help and messages of the code, each has a text in Korean: add it to prelabel.po, then compile."""
    missing = [text for text in catalogue.messages() if not HANGUL.search(_korean(text)) and text not in SIGNS]
    assert missing == []


def _korean(text: catalogue.Message) -> str:
    found = KOREAN.get(text[0] if isinstance(text, tuple) else text)
    if found is None or not found.string:
        return ""
    return found.string if isinstance(found.string, str) else found.string[0]


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_placeholders_agree() -> None:
    for text in catalogue.messages():
        said = _fields(_korean(text))
        given = set[str]().union(*map(_fields, text if isinstance(text, tuple) else (text,)))
        assert said <= given if text in {*catalogue.CLICK, *catalogue.CLICK_COUNTS} else said == given, text


def test_commands_options_and_settings_are_the_same_in_korean() -> None:
    names = re.compile(r"`[^`]+`|--[a-z-]+|\b[A-Z]{2,}[A-Z_]*_[A-Z_]+\b|docs/\S+?\.md", re.ASCII)
    for text in catalogue.messages():
        english = " ".join(text) if isinstance(text, tuple) else text
        assert set(names.findall(english)) == set(names.findall(_korean(text))), text


def test_korean_is_polite_throughout() -> None:
    """Given all texts, sentences end formally (합니다, 해 주세요), as those of the uploader do."""
    casual = re.compile(r"(한다|된다|이다|했다|하라|해라|해요|돼요|네요|이야)[.!]?$")
    said = [part for text in catalogue.messages() for part in re.split(r"(?<=[.?!]) ", _korean(text))]
    assert [part for part in said if casual.search(part)] == []


def test_every_letter_exists_in_old_korean_encodings() -> None:
    for text in catalogue.messages():
        _korean(text).encode("euc-kr")


def test_clicks_texts_are_those_that_click_asks_for() -> None:
    source = "".join(path.read_text("utf-8").replace('"\n', '"') for path in Path(click.__file__).parent.glob("*.py"))
    asked = [*catalogue.CLICK, *(text for pair in catalogue.CLICK_COUNTS for text in pair)]
    assert [text for text in asked if f'"{text}"' not in source] == []


def test_a_new_text_is_added_and_an_old_one_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "messages", lambda: ["a new text", "Projects"])
    made: Catalog = catalogue.updated("ko")
    assert {row.id: row.string for row in made if row.id} == {"a new text": "", "Projects": "프로젝트"}


def test_states_and_outcomes_have_texts(korean: None) -> None:
    assert all(HANGUL.search(translate(text)) for text in (*STATES, *OUTCOMES.values()))


# -- help -------------------------------------------------------------------------------------------------------------


def _all(command: click.Command, *path: str) -> list[tuple[str, ...]]:
    children = command.commands if isinstance(command, click.Group) else {}
    return [path, *(row for name, child in children.items() for row in _all(child, *path, name))]


@pytest.mark.parametrize("path", _all(commands), ids=" ".join)
def test_help_is_korean_and_fits_its_columns(path: tuple[str, ...], korean: None) -> None:
    shown = CliRunner().invoke(translated(commands), [*path, "--help"], prog_name="prelabel").output
    assert shown.startswith("사용법: prelabel")
    assert "옵션:" in shown
    wide = [row for row in shown.splitlines() if _columns(row) > COLUMNS and HANGUL.search(row)]
    assert wide == []
    sentences = re.findall(r"^ +[A-Z][a-z]+ [a-z]+ [a-z]+.*$", shown, re.MULTILINE)
    assert sentences == [], "a sentence without a translation"


def _columns(row: str) -> int:
    return sum(2 if HANGUL.match(sign) else 1 for sign in row)


def test_the_second_column_is_aligned(korean: None) -> None:
    shown = CliRunner().invoke(translated(commands), ["--help"]).output
    rows = re.findall(r"^  ([a-z]+ {2,})\S", shown, re.MULTILINE)
    assert len(rows) >= len(commands.commands)
    assert len({len(row) for row in rows}) == 1


def test_the_translation_leaves_the_commands_alone(korean: None) -> None:
    before = commands.commands["status"].help
    assert translated(commands).help != commands.help
    assert commands.commands["status"].help == before


# -- the choice -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "is_korean"),
    [
        ({}, False),
        ({"LANG": "ko_KR.UTF-8"}, True),
        ({"LANG": "ko"}, True),
        ({"LC_ALL": "ko_KR.utf8"}, True),
        ({"LC_MESSAGES": "ko_KR.UTF-8", "LANG": "en_US.UTF-8"}, True),
        ({"LANGUAGE": "ko:en", "LANG": "en_US.UTF-8"}, True),
        ({"LANGUAGE": "en:ko", "LANG": "ko_KR.UTF-8"}, False),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "ko_KR.UTF-8"}, False),
        ({"LC_ALL": "C", "LANGUAGE": "ko", "LANG": "ko_KR.UTF-8"}, False),
        ({"LC_ALL": "C.UTF-8", "LANGUAGE": "ko"}, False),
        ({"LANG": "de_DE.UTF-8"}, False),
        ({"LANG": "no such locale"}, False),
    ],
    ids=str,
)
def test_the_locale_chooses_the_language(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, given: dict[str, str], is_korean: bool
) -> None:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert cli("--help", **given).out.startswith("사용법:" if is_korean else "Usage:")


@pytest.mark.parametrize(
    ("encoding", "is_korean"),
    [("utf-8", True), ("cp949", True), ("euc-kr", True), ("ascii", False), ("latin-1", False)],
)
def test_a_terminal_that_cannot_show_korean_gets_english(tmp_path: Path, encoding: str, is_korean: bool) -> None:
    """Given a Korean locale and each encoding, help and errors are readable, and no command crashes."""
    for args in (["--help"], ["status"], ["read", "빈폴더"]):
        (tmp_path / "빈폴더").mkdir(exist_ok=True)
        written = "utf-8" if encoding == "ascii" else encoding  # click takes ASCII for a mistake and writes UTF-8
        outcome = program(*args, cwd=tmp_path, encoding=written, LC_ALL="ko_KR.UTF-8", PYTHONIOENCODING=encoding)
        assert "Traceback" not in outcome.err
        assert bool(HANGUL.search((outcome.out + outcome.err).replace("빈폴더", ""))) == is_korean


# -- messages ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", FAILURES)
def test_failures_say_what_the_uploader_says(code: str, korean: None) -> None:
    meaning, cure = catalogue.uploader_failures("ko")[code]
    said = problem_of(code, "an English message")
    assert said.startswith(meaning.partition("{")[0])
    assert cure.partition("{")[0] in said
    assert "{" not in said
    assert "English" not in said


def test_failures_are_as_before_in_english() -> None:
    assert problem_of("document_locked", "locked") == f"locked; {DocumentLocked.cure}"
    assert describe(DocumentLocked("a.pdf is locked")) == "a.pdf is locked"


def test_a_failure_of_another_release_keeps_its_message(korean: None) -> None:
    assert problem_of("from_the_future", "it says so").startswith("it says so")
    assert HANGUL.search(cure_of("error"))


def test_errors_are_korean_with_the_details_but_operators_read_english(korean: None) -> None:
    assert describe(DocumentLocked("a.pdf is locked")) == "암호로 보호된 PDF입니다. (a.pdf is locked)"
    assert describe(SettingError("REDIS_URL is wrong")) == "REDIS_URL is wrong"


def test_wrong_arguments_are_one_korean_line(cli: Cli) -> None:
    outcome = cli("status", "six", LC_ALL="ko_KR.UTF-8")
    assert outcome.code == 2
    assert "올바른 숫자가 아닙니다" in outcome.error_line()
    assert "`prelabel status --help`" in outcome.error_line()
    assert HANGUL.search(cli("failed", "retry", "6", LC_ALL="ko_KR.UTF-8", REDIS_URL=f"redis://{NOWHERE}/0").err)


def test_json_is_the_same_in_every_language(cli: Cli) -> None:
    assert cli("models", "--json", LC_ALL="ko_KR.UTF-8").out == cli("models", "--json").out


def test_progress_is_korean(korean: None) -> None:
    progress = Progress(
        total=7, queued=1, ocr=2, extract=0, upload=0, done=3, failed=1, skipped=0, pages_per_min=3.0, eta_s=75.0
    )
    said = line(progress).plain
    assert "글자 인식 중 2" in said
    assert "완료 3" in said
    assert said.endswith("1:15 남음")
    assert not re.search("[a-z]", said)
