"""docs/reference/settings.md, .env.example and the code name the same settings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from dotenv import dotenv_values

from prelabel.environment.groups import GROUPS
from prelabel.environment.names import accepted_names, all_names, variable
from prelabel.settings import Settings
from scripts.settings_table import SETTINGS_PAGE as PAGE

ROOT = Path(__file__).parents[2]
SETTINGS = {variable(name) for name in Settings.model_fields}
ROW = re.compile(r"^\| `([A-Z0-9_]+)` \|", re.MULTILINE)


def _tables() -> tuple[set[str], set[str]]:
    general, _, compose = PAGE.page.read_text("utf-8").partition("## What only docker-compose.yml reads")
    return set(ROW.findall(general)), set(ROW.findall(compose))


def test_the_table_is_current() -> None:
    text = PAGE.page.read_text("utf-8")
    assert PAGE.with_table(text) == text, "run: python -m scripts.settings_table"


def test_the_table_and_the_code_name_the_same_settings() -> None:
    assert _tables()[0] == SETTINGS


def test_every_setting_has_a_description() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_the_example_names_only_what_the_docs_explain() -> None:
    general, compose = _tables()
    example = set(dotenv_values(ROOT / ".env.example"))
    assert example <= general | compose
    assert compose <= example, "a variable of the compose file is missing in .env.example"


def test_the_example_holds_the_defaults(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # Given the example as .env, with another address, which everybody must change
    text = (ROOT / ".env.example").read_text("utf-8")
    (tmp_path / ".env").write_text(re.sub(r"^LABEL_STUDIO_URL=.*$", "", text, flags=re.MULTILINE), "utf-8")
    monkeypatch.chdir(tmp_path)
    for name in all_names(Settings.model_fields):
        monkeypatch.delenv(name, raising=False)
    # When it is read, then every value is the code's default
    assert Settings() == Settings(_env_file=None)


def test_every_setting_stands_in_one_group() -> None:
    grouped = [field for group in GROUPS for field in group.fields]
    assert sorted(grouped) == sorted(Settings.model_fields), "prelabel/environment/groups.py"


def test_the_knobs_of_the_usual_scripts_keep_their_names() -> None:
    known = "PROJECTS MAX_TASKS_PER_RUN UPLOAD_CHUNK HTTP_TIMEOUT REQUEST_DELAY VERIFY_TRIES SYNC_INTERVAL"
    known += " SELECT_INTERVAL STORAGE_TITLE LANGUAGES OCR_RETRIES EXTRACT_RETRIES UPLOAD_RETRIES PAGES_IN_FLIGHT"
    assert set(known.split()) <= {name for field in Settings.model_fields for name in accepted_names(field)}


def test_names_of_label_studio_and_redis_have_no_prefix() -> None:
    bare = {name for name in SETTINGS if not name.startswith("PRELABEL_")}
    assert {"LABEL_STUDIO_URL", "LABEL_STUDIO_API_KEY", "REDIS_URL"} <= bare
    of_many = {"HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"}
    assert all(name.startswith(("LABEL_STUDIO_", "REDIS_")) for name in bare - of_many)
