"""A real Label Studio as companies have it: behind TLS with an authority of their own, and behind proxies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from devstack.label_studio import LabelStudioServer
from tests.support.certificates import Authority
from tests.support.cli_runs import Cli
from tests.support.relays import HttpProxy, Relay, SocksProxy, TlsFront, running
from tests.support.sites import Answer, site

NAME = "studio.internal"
LOGIN = "me:hunter2"
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def company(tmp_path: Path) -> Authority:
    """Return the company's authority."""
    return Authority(tmp_path)


@pytest.fixture
def front(company: Authority, label_studio: LabelStudioServer) -> Iterator[Relay]:
    """Run TLS in front of Label Studio, under a name that no DNS knows, and as 127.0.0.1."""
    with running(TlsFront(company.server(NAME, "127.0.0.1"), label_studio.port)) as relay:
        yield relay


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], redis_url: str, tmp_path: Path) -> Cli:
    """Return the command line in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REDIS_URL", redis_url)
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    return Cli(monkeypatch, capsys)


@pytest.fixture
def filled(label_studio: LabelStudioServer, project: Callable[..., int]) -> int:
    """Return a project with one uploaded image."""
    number, out = project(), BytesIO()
    Image.new("L", (200, 300), 255).save(out, "PNG")
    files = {"page.png": ("page.png", out.getvalue(), "image/png")}
    label_studio.api.post(f"/api/projects/{number}/import", files=files).raise_for_status()
    return number


def doctor(cli: Cli, server: LabelStudioServer, project: int, **settings: object) -> dict[str, tuple[str, str]]:
    """Run `prelabel doctor PROJECT`; return state and detail of its checks."""
    outcome = cli("doctor", "--json", project, LABEL_STUDIO_API_KEY=server.token, **settings)
    assert "hunter2" not in outcome.out + outcome.err
    return {check["name"]: (check["state"], check["detail"]) for check in outcome.json()}


def test_doctor_fetches_an_image_over_the_company_s_tls(
    cli: Cli, company: Authority, front: Relay, label_studio: LabelStudioServer, filled: int
) -> None:
    found = doctor(cli, label_studio, filled, LABEL_STUDIO_URL=front.url, LABEL_STUDIO_CA=company.ca)
    assert found["certificates"] == ("ok", f"authorities are read from LABEL_STUDIO_CA={company.ca}")
    assert found["label studio"][0] == found["token"][0] == "ok"
    state, detail = found[f"project {filled}, image"]
    assert state == "ok"
    assert "has 200 x 300 pixels" in detail
    assert detail.endswith(f"from {front.url}")


@pytest.mark.parametrize("command", ["doctor", "enqueue", "connect"])
def test_every_command_names_the_setting_where_the_authority_is_unknown(
    cli: Cli, front: Relay, label_studio: LabelStudioServer, filled: int, command: str
) -> None:
    line = (
        f"the certificate of Label Studio at {front.url} is from an authority that is not trusted here: name the PEM "
        "file of that authority in LABEL_STUDIO_CA"
    )
    if command == "doctor":
        assert doctor(cli, label_studio, filled, LABEL_STUDIO_URL=front.url)["label studio"] == ("wrong", line)
        return
    outcome = cli(command, filled, LABEL_STUDIO_API_KEY=label_studio.token, LABEL_STUDIO_URL=front.url)
    assert (outcome.code, outcome.error_line()) == (2, f"prelabel: {line}")


@pytest.mark.parametrize("kind", [HttpProxy, SocksProxy])
def test_doctor_through_a_proxy_with_a_password(
    cli: Cli, company: Authority, front: Relay, label_studio: LabelStudioServer, filled: int, kind: type[Relay]
) -> None:
    with running(kind({NAME: front.port}, LOGIN)) as proxy:
        settings = {"LABEL_STUDIO_URL": f"https://{NAME}", "LABEL_STUDIO_CA": company.ca, "HTTPS_PROXY": proxy.url}
        found = doctor(cli, label_studio, filled, **settings)
    assert found["proxy"][1].startswith(f"Label Studio is reached through {kind.kind}://127.0.0.1:{proxy.port}")
    assert found["label studio"][0] == found["token"][0] == found[f"project {filled}, image"][0] == "ok"
    assert set(proxy.asked) == {f"{NAME}:443"}


def test_doctor_says_which_alias_is_missing(
    cli: Cli, label_studio: LabelStudioServer, project: Callable[..., int]
) -> None:
    number = project()
    data = [{"data": {"image": "http://labelstudio:8080/data/upload/1/a.png"}}]
    label_studio.api.post(f"/api/projects/{number}/import", json=data).raise_for_status()
    found = doctor(cli, label_studio, number, LABEL_STUDIO_URL=label_studio.url)
    state, detail = found[f"project {number}, image"]
    assert state == "wrong"
    assert f"if http://labelstudio:8080 is another name of {label_studio.url}, add it to LABEL_STUDIO_ALIASES" in detail


def test_a_project_without_pages_is_said_to_have_none(
    cli: Cli, label_studio: LabelStudioServer, project: Callable[..., int]
) -> None:
    number = project()
    found = doctor(cli, label_studio, number, LABEL_STUDIO_URL=label_studio.url)
    assert found[f"project {number}, image"] == ("ok", "the project has no pages yet, so no image was fetched")


def test_an_ml_backend_that_is_away_or_has_a_password_is_named(
    cli: Cli, label_studio: LabelStudioServer, project: Callable[..., int]
) -> None:
    number = project()
    login = {"auth_method": "BASIC_AUTH", "basic_auth_user": "me", "basic_auth_pass": "hunter2"}
    name = f"project {number}, ML backend"
    with site() as backend:
        backend.answers["/health"] = Answer(200, b'{"status": "UP"}', JSON)
        backend.answers["/setup"] = Answer(200, b'{"model_version": "1"}', JSON)
        body = {"project": number, "url": backend.url, "title": "near", **login}
        label_studio.api.post("/api/ml/", json=body).raise_for_status()
        state, detail = doctor(cli, label_studio, number, LABEL_STUDIO_URL=label_studio.url)[name]
        assert state == "warning"
        assert f"{backend.url} has a password (basic auth)" in detail
    state, detail = doctor(cli, label_studio, number, LABEL_STUDIO_URL=label_studio.url)[name]
    assert state == "warning"
    assert detail.startswith(f"Label Studio does not reach {backend.url}: start it;")
    assert "ML_BLOCK_LOCAL_IP=false" in detail
