"""State of the token for `prelabel doctor`: acceptance by the server, and remaining life."""

from __future__ import annotations

from dataclasses import dataclass

from prelabel.errors import PrelabelError
from prelabel.labelstudio.http.auth import LegacyToken
from prelabel.labelstudio.http.client import LabelStudio


@dataclass(frozen=True, slots=True)
class TokenStatus:
    """State of the token. Seconds are None where the token never expires."""

    kind: str
    works: bool
    detail: str
    access_seconds_left: float | None = None
    token_seconds_left: float | None = None


def use_token(client: LabelStudio) -> None:
    """Exchange a Personal Access Token, or use a legacy token, and call the API once. Raises PrelabelError."""
    client.renew_token()
    client.get("/api/projects/", params={"page_size": 1, "include": "id"})


def token_status(client: LabelStudio) -> TokenStatus:
    """Exchange a Personal Access Token, or use a legacy token once, and return the outcome."""
    try:
        use_token(client)
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
