"""Settings as people give them: names with and without the prefix, precedence, values, typing errors."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from prelabel.cli.doctor.settings import check_settings
from prelabel.environment.names import all_names, nearest, variable
from prelabel.errors import SettingError
from prelabel.settings import Settings, get_settings, given_name, not_set, use_env_file
from tests.support.cli_runs import Cli

FIELDS = Settings.model_fields


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Run in an empty folder and without the settings of this process."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.upper() in {*all_names(FIELDS)}:
            monkeypatch.delenv(name)
    get_settings.cache_clear()
    yield tmp_path
    get_settings.cache_clear()


def error() -> str:
    """Return the message of the wrong settings, which must be one line."""
    get_settings.cache_clear()
    with pytest.raises(SettingError) as said:
        get_settings()
    assert "\n" not in str(said.value)
    return str(said.value)


@pytest.mark.parametrize("field", FIELDS)
def test_every_setting_is_read_with_and_without_the_prefix(field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(name: str) -> Any:
        with monkeypatch.context() as patch:
            patch.setenv(name, _example(field))
            return getattr(Settings(), field)

    assert read(field.upper()) == read(f"PRELABEL_{field.upper()}")
    assert read(field.upper()) != getattr(Settings(), field)


def _example(field: str) -> str:
    """Return a value other than the default."""
    special = {"ocr": "easyocr", "ser": "compact", "precision": "bf16", "pdf_color": "gray", "bucket": "other"}
    default = FIELDS[field].default
    if field in special:
        return special[field]
    if isinstance(default, bool):
        return str(not default)
    if isinstance(default, int | float):
        return "0.5" if field == "link_threshold" else "601" if field == "batch_tokens" else "101"
    return {"projects": "7", "image_networks": "10.0.0.0/8"}.get(field, "http://other.example/a-long-value")


@pytest.mark.parametrize(
    ("environment", "file", "timeout"),
    [
        ({}, "HTTP_TIMEOUT=1", 1),
        ({"HTTP_TIMEOUT": "2"}, "PRELABEL_HTTP_TIMEOUT=1", 2),
        ({"HTTP_TIMEOUT": "2", "PRELABEL_HTTP_TIMEOUT": "3"}, "", 3),
        ({}, "PRELABEL_HTTP_TIMEOUT=3\nHTTP_TIMEOUT=2", 3),
        ({"PRELABEL_HTTP_TIMEOUT": ""}, "HTTP_TIMEOUT=1", 1),
        ({"PRELABEL_HTTP_TIMEOUT": "  "}, "HTTP_TIMEOUT=1", 1),
        ({"HTTP_TIMEOUT": " '5' "}, "", 5),
        ({"http_timeout": "6"}, "", 6),
        ({}, "HTTP_TIMEOUT=1\nHTTP_TIMEOUT=2", 2),
        ({"PRELABEL_SERVICE_HOST": "10.0.0.1", "PRELABEL_PORT_80_TCP_ADDR": "10.0.0.1"}, "", 60),
    ],
)
def test_the_environment_wins_and_then_the_prefix(
    environment: dict[str, str], file: str, timeout: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path(".env").write_text(file, "utf-8")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert get_settings().http_timeout == timeout


@pytest.mark.parametrize("name", ["UPLOADER_PORT", "PRELABEL_UPLOADER_PORT"])
def test_a_kubernetes_service_of_a_like_name_sets_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "tcp://10.0.0.1:80")
    assert get_settings().uploader_port == 8000


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("HTTP_TIMEOUT", "60s", "HTTP_TIMEOUT must be a number in digits, without unit or comma"),
        ("PRELABEL_MAX_IMAGE_BYTES", "64 MB", "PRELABEL_MAX_IMAGE_BYTES must be a whole number in digits"),
        ("PRELABEL_MAX_IMAGE_BYTES", "1,000,000", "must be a whole number in digits, without unit or comma"),
        ("PRELABEL_UPLOAD_CHUNK", "50.5", "must be a whole number"),
        ("HTTP_TIMEOUT", "60 # seconds", "must be a number"),
        ("SYNC_INTERVAL", "inf", "must be a finite number"),
        ("REQUEST_DELAY", "nan", "must be"),
        ("HTTP_TIMEOUT", "0", "must be more than 0"),
        ("UPLOADER_PORT", "70000", "UPLOADER_PORT must be 65535 or less"),
        ("DRAW_OTHER", "maybe", "DRAW_OTHER must be true or false"),
        ("PRELABEL_PROJECTS", "6, seven", "PRELABEL_PROJECTS (value 2) must be a whole number"),
        ("PRECISION", "fp8", "PRECISION must be 'auto', 'fp32', 'bf16' or 'fp16'"),
        ("LABEL_STUDIO_URL", "localhost:8080", "LABEL_STUDIO_URL must begin with http:// or https://"),
        ("PRELABEL_LABEL_STUDIO_URL", "x", "PRELABEL_LABEL_STUDIO_URL must begin with http:// or https://"),
        (
            "PRELABEL_HTTP_TIMOUT",
            "5",
            "PRELABEL_HTTP_TIMOUT is not a setting; the nearest one is PRELABEL_HTTP_TIMEOUT",
        ),
        ("PRELABEL_REDIS_URI", "x", "the nearest one is REDIS_URL"),
        ("PRELABEL_QQQQ", "5", "PRELABEL_QQQQ is not a setting; correct or remove it"),
    ],
)
def test_a_wrong_value_or_name_is_one_line_with_its_place(
    name: str, value: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setenv(name, value)
        assert says in error()
        assert error().endswith("it in the environment")
    if "#" not in value:
        Path(".env").write_text(f"A=1\n\n{name}={value}\n", "utf-8")
        assert says in error()
        assert error().endswith("it in .env line 3")


@pytest.mark.parametrize("value", ["true", "True", "yes", "on", "1", "y", "t"])
def test_switches(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRELABEL_DRAW_OTHER", value)
    assert get_settings().draw_other


def test_a_secret_value_is_in_no_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPLOADER_API_KEY", "hunter2 hunter2 hunter2")
    assert "hunter2" not in error()


@pytest.mark.parametrize("name", ["LABELSTUDIO_URL", "LABEL_STUDIO_URI", "REDIS_URI", "LABEL_STUDIO_APIKEY"])
def test_a_misspelt_name_of_a_server_in_the_file_is_refused_unless_it_is_set_too(name: str) -> None:
    Path(".env").write_text(f"{name}=x", "utf-8")
    assert error().startswith(f"{name} is not a setting; write ")
    right = error().split("write ")[1].split()[0]
    Path(".env").write_text(f"{name}=x\n{right}=http://right", "utf-8")
    assert get_settings()


def test_names_of_other_programs_in_the_file_are_no_errors() -> None:
    others = (
        "POSTGRES_PASSWORD LABEL_STUDIO_USERNAME LABEL_STUDIO_PASSWORD LABEL_STUDIO_HOST LABEL_STUDIO_PORT FLOWER_USER"
    )
    others += " FLOWER_PASSWORD BIND_ADDRESS PROJECT LANGUAGE CELERY_BROKER_URL REDIS_HOST REDIS_PASSWORD"
    Path(".env").write_text("".join(f"{name}=x\n" for name in others.split()), "utf-8")
    assert get_settings() == Settings(_env_file=None)


def test_what_is_missing_names_the_line_that_may_be_meant() -> None:
    assert not_set("label_studio_api_key") == "LABEL_STUDIO_API_KEY is not set"
    Path(".env").write_text("\nLABEL_STUDIO_TOKEN=secret", "utf-8")
    assert not_set("label_studio_api_key") == "LABEL_STUDIO_API_KEY is not set (.env line 2 has LABEL_STUDIO_TOKEN)"


def test_a_command_without_a_token_names_the_line_that_may_be_meant(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(".env").write_text("LABEL_STUDIO_URL=http://127.0.0.1:9\nLABEL_STUDIO_TOKEN=5ecret", "utf-8")
    outcome = Cli(monkeypatch, capsys)("enqueue", 6)
    assert outcome.code == 2
    assert "LABEL_STUDIO_API_KEY is not set (.env line 2 has LABEL_STUDIO_TOKEN)" in outcome.error_line()
    assert "5ecret" not in outcome.err


def test_messages_name_the_variable_that_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    assert given_name("http_timeout") == "PRELABEL_HTTP_TIMEOUT"
    monkeypatch.setenv("HTTP_TIMEOUT", "5")
    assert given_name("http_timeout") == "HTTP_TIMEOUT"


def test_another_file_is_named_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("HTTP_TIMEOUT=1", "utf-8")
    other = tmp_path / "other.env"
    monkeypatch.setenv("PRELABEL_ENV_FILE", str(other))
    assert error() == f"{other} does not exist: correct the name"
    other.write_text("HTTP_TIMEOUT=2", "utf-8")
    get_settings.cache_clear()
    assert get_settings().http_timeout == 2
    third = tmp_path / "third.env"
    third.write_text("HTTP_TIMEOUT=3", "utf-8")
    use_env_file(third)
    assert get_settings().http_timeout == 3
    assert os.environ["PRELABEL_ENV_FILE"] == str(third)


def test_doctor_names_the_file_and_what_is_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert [check.detail for check in check_settings()] == ["no .env here; 0 from the environment"]
    lines = "HTTP_TIMEOUT=1\nUPLOAD_CHUNK=5\nUPLOAD_CHUNK=6\nPROJECT=4\n"
    Path(".env").write_text(lines, "utf-8")
    monkeypatch.setenv("PRELABEL_HTTP_TIMEOUT", "2")
    first, *others = check_settings()
    assert first.detail == f"{tmp_path / '.env'} (1 settings); 1 from the environment"
    assert [check.detail for check in others] == [
        "HTTP_TIMEOUT in .env line 1 is not used: PRELABEL_HTTP_TIMEOUT in the environment wins",
        "UPLOAD_CHUNK in .env line 2 is not used: line 3 sets it again; remove one of them",
        "PROJECT in .env line 4 is not a setting; PRELABEL_PROJECTS is one",
    ]


def test_the_nearest_name_is_found_for_every_letter_left_out() -> None:
    for field in FIELDS:
        name = variable(field)
        if len(field) > 4 and name.startswith("PRELABEL_"):
            wrong = [name[:at] + name[at + 1 :] for at in range(len("PRELABEL_"), len(name))]
            assert {nearest(each, FIELDS) for each in wrong} == {name}


def test_wrong_settings_end_a_command_with_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = Cli(monkeypatch, capsys)("status", 6, PRELABEL_HTTP_TIMOUT=5)
    assert outcome.code == 2
    assert "PRELABEL_HTTP_TIMOUT" in outcome.error_line()


def test_a_projects_file_is_read_again_when_it_has_changed(tmp_path: Path) -> None:
    file = tmp_path / "projects.toml"
    settings = Settings(_env_file=None, projects_file=str(file))
    file.write_text('[project.7]\nser = "runs/a"\n', "utf-8")
    assert settings.models_name(7) == "ser=runs/a linker=shipped"
    file.write_text('[project.7]\nser = "none"\n[project.8]\nlinker = "alignment"\n', "utf-8")
    assert (settings.models_name(7), settings.models_name(8)) == ("", "ser=auto linker=alignment")
    assert settings.models_name(9) == "", "the models of every worker"
    for wrong in ("project = 3", '[project]\n7 = "x"', "[project.7", "[project.7]\nser = 3"):
        file.write_text(wrong, "utf-8")
        with pytest.raises(SettingError, match="projects"):
            settings.for_project(7)
