"""Tests of the name of a Label Studio server in Redis."""

from __future__ import annotations

import pytest

from prelabel.environment.server_address import one_spelling
from prelabel.settings import Settings


def name(url: str, *aliases: str, public: str = "") -> str:
    return Settings(
        _env_file=None, label_studio_url=url, label_studio_aliases=aliases, label_studio_public_url=public
    ).server_id


def test_an_address_without_aliases_keeps_its_name() -> None:
    # Given addresses as people have them, then the name is the one of every release so far
    assert name("http://localhost:8080") == "localhost-a76d8c3e"
    assert name("http://localhost:8080/") == "localhost-a76d8c3e"
    assert name("HTTP://Localhost:8080") != "localhost-a76d8c3e"
    assert name("") == "none-e3b0c442"
    assert name("http://localhost:8080", public="http://a.example") == "localhost-a76d8c3e"
    assert name("http://localhost:8080", "http://localhost:8080/") == "localhost-a76d8c3e", "an alias of itself"


@pytest.mark.parametrize(
    "spellings",
    [
        ("http://localhost:8080", "http://127.0.0.1:8080"),
        ("http://localhost:8080", "http://127.0.0.1:8080/", "http://label-studio:8080"),
        ("http://Label-Studio:80/forms", "https://studio.example.org/forms"),
    ],
)
def test_aliases_unite_spellings(spellings: tuple[str, ...]) -> None:
    """Given processes with different addresses, when each one's aliases name the others, then the name is one."""
    names = {name(url, *(other for other in spellings if other != url)) for url in spellings}
    assert len(names) == 1
    assert names == {name(url, *spellings) for url in spellings}, "all may have the same list of aliases"


def test_one_spelling_never_shows_a_password() -> None:
    assert one_spelling("https://user:secret@studio.example.org:443/a/") == "https://studio.example.org/a"
    assert one_spelling("no address") == "no address"
