"""docker-compose.yml: valid by the compose schema, without secrets, and every service restarts by itself."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from dotenv import dotenv_values

from devstack.workers import command
from prelabel.environment.given import read_given
from prelabel.settings import Settings
from scripts.lock import LOCKS, pins

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "docker-compose.yml"
DEPLOY = ROOT / "deploy"
FILES = [COMPOSE, DEPLOY / "cpu-only.yml", DEPLOY / "s3.yml"]
OURS = ["cpu", "ocr-gpu", "gpu", "io", "uploader", "beat", "flower"]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load(COMPOSE.read_text("utf-8")))


def test_files_fit_the_compose_schema() -> None:
    # cpu-only.yml holds a tag of compose's own, which the schema's reader does not support
    files = [str(file) for file in FILES if "!reset" not in file.read_text("utf-8")]
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", *files]
    checked = subprocess.run(command, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_docker_compose_reads_the_files_where_it_is_installed(tmp_path: Path) -> None:
    if (
        shutil.which("docker") is None
        or subprocess.run(["docker", "compose", "version"], capture_output=True).returncode
    ):
        return  # the schema above is the check that always runs
    env = tmp_path / "env"
    env.write_text(re.sub(r"=$", "=x", (ROOT / ".env.example").read_text("utf-8"), flags=re.MULTILINE), "utf-8")
    for file in FILES:
        command = [
            "docker",
            "compose",
            "--env-file",
            str(env),
            "-f",
            str(COMPOSE),
            "-f",
            str(file),
            "config",
            "--quiet",
        ]
        checked = subprocess.run(command, capture_output=True, text=True)
        assert checked.returncode == 0, checked.stderr


def test_every_variable_is_in_the_example() -> None:
    used = {name for file in FILES for name in re.findall(r"(?<!\$)\$\{(\w+)", file.read_text("utf-8"))}
    assert used <= set(dotenv_values(ROOT / ".env.example"))


def test_no_secret_and_no_silent_default_for_one() -> None:
    secret = "PASSWORD|API_KEY|TOKEN|ACCESS_KEY|SECRET"
    for file in FILES:
        for variable, rest in re.findall(rf"\$\{{(\w*(?:{secret})\w*)([^}}]*)\}}", file.read_text("utf-8")):
            assert rest.startswith(":?"), f"{variable} must be demanded"
    example = dotenv_values(ROOT / ".env.example")
    assert [name for name, value in example.items() if re.search(secret, name) and value] == []


def test_every_service_restarts_and_has_a_health_check(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {"redis", "postgres", "label-studio", *OURS}
    for name, service in compose["services"].items():
        assert service["restart"] == "unless-stopped", name
        assert service["healthcheck"]["test"], name
        assert list(service["networks"]) == ["inside"], name


def test_ports_are_open_to_this_machine_only(compose: dict[str, Any]) -> None:
    ports = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert ports == {
        "label-studio": ["${BIND_ADDRESS:-127.0.0.1}:${LABEL_STUDIO_PORT:-8080}:8080"],
        "uploader": ["${BIND_ADDRESS:-127.0.0.1}:${UPLOADER_PORT:-8000}:8000"],
        "flower": ["${FLOWER_BIND_ADDRESS:-127.0.0.1}:${FLOWER_PORT:-5555}:5555"],
    }
    assert not any("network_mode" in service for service in compose["services"].values())


def test_every_command_that_starts_flower_binds_it_to_this_machine() -> None:
    """Flower answers /metrics and /healthcheck to everybody, even without the password."""
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").glob("*.md")]
    lines = [line for page in pages for line in page.read_text("utf-8").splitlines()]
    lines = [line for line in lines if re.search(r"\bcelery\b.*\bflower\b", line)]
    assert lines
    assert [line for line in lines if "--address=127.0.0.1" not in line] == []
    assert "--address=127.0.0.1" in command("flower")


@pytest.mark.parametrize("name", ["gpu", "ocr-gpu"])
def test_any_number_of_gpu_workers_can_run(compose: dict[str, Any], name: str) -> None:
    assert not {"ports", "container_name", "hostname"} & set(compose["services"][name])


def test_redis_keeps_the_queues(compose: dict[str, Any]) -> None:
    redis = compose["services"]["redis"]
    assert "--appendonly yes" in redis["command"]
    assert redis["volumes"] == ["valkey:/data"]


def test_workers_end_their_page_before_they_are_killed(compose: dict[str, Any]) -> None:
    for name in ("cpu", "ocr-gpu", "gpu", "io"):
        assert compose["services"][name]["stop_grace_period"] == "3m"


def test_flower_asks_for_a_password(compose: dict[str, Any]) -> None:
    assert compose["services"]["flower"]["environment"]["FLOWER_BASIC_AUTH"].startswith("${FLOWER_USER:?")


@pytest.mark.parametrize("name", OURS)
def test_settings_come_from_one_file(compose: dict[str, Any], name: str) -> None:
    service = compose["services"][name]
    assert service["env_file"] == ".env"
    assert service["environment"]["REDIS_URL"] == "redis://redis:6379/0"
    assert [value for variable, value in service["environment"].items() if variable.endswith("PASSWORD")] == [
        "",
        "",
        "",
    ]


def test_services_that_need_documents_share_their_folder(compose: dict[str, Any]) -> None:
    folder = f"documents:/app/{Settings.model_fields['bucket'].default}"
    sharing = {name for name, service in compose["services"].items() if folder in service.get("volumes", ())}
    assert sharing == {"cpu", "ocr-gpu", "io", "uploader"}
    assert "WORKDIR /app\n" in (ROOT / "cpu.Dockerfile").read_text("utf-8")


def test_the_s3_server_needs_keys_and_serves_all_that_need_documents(compose: dict[str, Any]) -> None:
    services = dict(yaml.safe_load((DEPLOY / "s3.yml").read_text("utf-8"))["services"])
    server, label_studio = services.pop("s3"), services.pop("label-studio")
    assert server["environment"]["AWS_SECRET_ACCESS_KEY"].startswith("${PRELABEL_S3_SECRET_KEY:?")
    assert "ports" not in server
    assert server["restart"] == "unless-stopped"
    assert label_studio["environment"] == {"SSRF_PROTECTION_ENABLED": "false"}
    assert set(services) == {"cpu", "ocr-gpu", "io", "uploader"}
    for service in services.values():
        given = read_given(service["environment"], Settings.model_fields, files=False).values
        bucket = Settings(_env_file=None, bucket=given["bucket"].text).bucket_name
        assert bucket == server["environment"]["S3_BUCKET"]
        assert service["depends_on"] == {"s3": {"condition": "service_healthy"}}


@pytest.mark.parametrize("dockerfile", ["cpu.Dockerfile", "gpu.Dockerfile"])
def test_images_copy_only_what_is_there_and_drop_root(dockerfile: str) -> None:
    text = (ROOT / dockerfile).read_text("utf-8")
    for sources in re.findall(r"^COPY (.+) \S+$", text, re.MULTILINE):
        assert all((ROOT / source).exists() for source in sources.split())
    assert re.search(r"^USER prelabel$", text, re.MULTILINE)
    assert "TORCH_INDEX=\n" in text, "the default must be empty"


@pytest.mark.parametrize(
    ("arguments", "torch", "easyocr"),
    [({"WITH_EASYOCR": "0"}, False, False), ({"WITH_EASYOCR": "1"}, True, True), ({}, True, True)],
)
def test_only_the_image_with_easyocr_has_torch(arguments: dict[str, str], torch: bool, easyocr: bool) -> None:
    text = (ROOT / "cpu.Dockerfile").read_text("utf-8")
    default = dict(re.findall(r"^ARG (\w+)=(.*)$", text, re.MULTILINE))
    choice = re.search(r"^RUN (lock=.*?;) \\$", text, re.MULTILINE)
    assert choice
    chosen = subprocess.run(
        ["bash", "-c", f'{choice[1]} echo "$lock"'],
        env={**default, **arguments},
        capture_output=True,
        text=True,
        check=True,
    )
    locked = pins((LOCKS / f"{chosen.stdout.strip()}.txt").read_text("utf-8"))
    assert ("torch" in locked, "easyocr" in locked, "celery" in locked) == (torch, easyocr, True)


def test_light_services_share_one_image_without_torch(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name in ("io", "uploader", "beat", "flower"):
        assert services[name]["build"]["args"] == {"WITH_EASYOCR": "0"}, name
    on_cpu = re.sub("!reset null", "null", (DEPLOY / "cpu-only.yml").read_text("utf-8"))
    extract = yaml.safe_load(on_cpu)["services"]["gpu"]
    assert (extract["image"], extract["build"]["args"]) == ("prelabel-light", {"WITH_EASYOCR": "0"})
    assert "torch" in pins((LOCKS / "gpu.txt").read_text("utf-8"))
