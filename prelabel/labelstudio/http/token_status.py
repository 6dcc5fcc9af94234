"""The state of the token: whether the server takes it, and how long it lives. `prelabel doctor` shows it."""

from __future__ import annotations

from dataclasses import dataclass

from prelabel.errors import PrelabelError
from prelabel.labelstudio.http.auth import LegacyToken
from prelabel.labelstudio.http.client import LabelStudio


@dataclass(frozen=True, slots=True)
class TokenStatus:
    """What `prelabel doctor` shows of the token. Seconds are None where the token has no such end."""

    kind: str
    works: bool
    detail: str
    access_seconds_left: float | None = None
    token_seconds_left: float | None = None


def token_status(client: LabelStudio) -> TokenStatus:
    """Trade the token (a Personal Access Token) or use it once (a legacy token), and say how that went."""
    try:
        client.renew_token()
        client.get("/api/projects/", params={"page_size": 1, "include": "id"})
    except PrelabelError as error:
        return TokenStatus(client.auth.kind, works=False, detail=str(error))
    if isinstance(client.auth, LegacyToken):
        return TokenStatus(client.auth.kind, works=True, detail="accepted; legacy tokens need no refresh")
    return TokenStatus(
        client.auth.kind,
        works=True,
        detail="refreshed and accepted",
        access_seconds_left=client.auth.seconds_left(),
        token_seconds_left=client.auth.token_seconds_left(),
    )
