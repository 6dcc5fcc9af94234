"""Redaction of log lines: anything that looks like a key is removed, the rest stays as it is."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from prelabel.redaction import redact, secrets_of
from prelabel.settings import Settings


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("redis://:p4ss@host:6379/0 is away", "redis://***@host:6379/0 is away"),
        ("GET https://s3.example/a.png?X-Amz-Signature=abc&b=1 403", "GET https://s3.example/a.png?*** 403"),
        ("'GET /a.png?X-Amz-Signature=5ec2e7'", "'GET /a.png?X-Amz-Signature=***'"),
        ("Authorization: Token 0123456789abcdef0123", "Authorization: Token ***"),
        ('{"refresh": "eyJhbGciOi.J9"}', '{"refresh": "***"}'),
        ("got eyJhbGciOiJIUzI1NiJ9.eyJ0b2tlbiI6MX0.c2lnbmF0dXJl back", "got *** back"),
    ],
)
def test_keys_go(text: str, shown: str) -> None:
    assert redact(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "stage=ocr project=6 page=1 attempt=1 reason=auth failed: Label Studio refused the Personal Access Token in it",
        "there is no image at http://label-studio:8080/data/upload/1.png (404)",
        "/data/local-files/?d=forms/a.png",
        "Task prelabel.ocr[01412723-0935-4917-8c23-463f141c7577] received",
    ],
)
def test_everything_else_stays(text: str) -> None:
    assert redact(text) == text


def test_secrets_of_the_settings_are_removed_everywhere() -> None:
    token, key = SecretStr("abc123"), SecretStr("wJal/r")
    settings = Settings(_env_file=None, label_studio_api_key=token, s3_secret_key=key, redis_url="redis://:p%40ss@h/0")
    assert redact("abc123, wJal/r, p@ss, p%40ss", secrets_of(settings)) == "***, ***, ***, ***"
