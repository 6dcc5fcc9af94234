"""Tokens with a real Label Studio: an access token that it no longer accepts, wrong tokens, unknown projects."""

from __future__ import annotations

import pytest

from devstack.label_studio import LabelStudioServer
from prelabel.errors import AuthError, ProjectNotFound, ServiceUnavailable, SettingError
from prelabel.labelstudio.http.auth import PersonalAccessToken
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.http.token_status import token_status
from prelabel.labelstudio.projects import get_project, list_projects, set_model_version
from prelabel.labelstudio.selection import WITHOUT_PREDICTIONS, count_eligible

UNKNOWN = 999_999


def test_a_personal_access_token_works_and_says_how_long(client: LabelStudio) -> None:
    status = token_status(client)
    assert status.works, status.detail
    assert status.access_seconds_left == pytest.approx(300, abs=10)


@pytest.mark.parametrize("access", ["expired", "garbage"])
def test_an_access_token_that_the_server_refuses_is_renewed(client: LabelStudio, access: str) -> None:
    assert isinstance(client.auth, PersonalAccessToken)
    list_projects(client)
    good = client.auth._access
    client.auth._access = "garbage" if access == "garbage" else f"{good.rpartition('.')[0]}.forged"
    list_projects(client)
    assert client.auth._access not in {good, "garbage"}


def test_a_token_of_another_server_is_refused_in_one_line(label_studio: LabelStudioServer) -> None:
    head, claims, _ = label_studio.token.split(".")
    for token in (f"{head}.{claims}.AAAA", "0123456789abcdef0123456789abcdef01234567"):
        with LabelStudio(label_studio.url, token) as wrong:
            with pytest.raises(AuthError) as caught:
                list_projects(wrong)
            assert token not in str(caught.value)
            assert "\n" not in str(caught.value)
            assert token_status(wrong).works is False


def test_unknown_projects_are_not_found(client: LabelStudio) -> None:
    for call in (
        lambda: get_project(client, UNKNOWN),
        lambda: set_model_version(client, UNKNOWN, "v"),
        lambda: count_eligible(client, UNKNOWN, WITHOUT_PREDICTIONS),
    ):
        with pytest.raises(ProjectNotFound, match=str(UNKNOWN)):
            call()


def test_a_wrong_sub_path_is_a_wrong_url(label_studio: LabelStudioServer) -> None:
    with LabelStudio(f"{label_studio.url}/studio", label_studio.token) as wrong, pytest.raises(SettingError) as caught:
        list_projects(wrong)
    assert len(str(caught.value)) < 300


def test_a_server_that_is_away_is_worth_a_retry() -> None:
    with LabelStudio("http://127.0.0.1:9", "token") as away, pytest.raises(ServiceUnavailable, match="does not answer"):
        list_projects(away)
