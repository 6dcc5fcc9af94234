"""Tokens as `httpx.Auth` flows: Personal Access Tokens (exchanged for access tokens of 300 s) and legacy tokens.

`client` and `images` decide to which servers a token may go.
"""

from __future__ import annotations

import base64
import binascii
import json
import threading
import time
from collections.abc import Callable, Generator, MutableMapping
from typing import Any

import httpx

from prelabel.errors import AuthError
from prelabel.labelstudio.http.failures import in_front, wrong_address
from prelabel.labelstudio.http.peers import Peer

#: An access token is renewed this long before it expires: longer than a request may queue, shorter than its 300 s.
#: Tokens that live less than twice this time are renewed after half of their life.
LEEWAY_S = 30.0

_WHERE = "Label Studio, Account & Settings, Access Token"
_LEGACY_OFF = "legacy token authentication has been disabled"


def token_auth(url: str, api_key: str, peer: Peer) -> PersonalAccessToken | LegacyToken:
    """Return the flow for this token: a JWT (three parts, a JSON claim in the middle) is a Personal Access Token.

    `peer`: the server, as messages name it.
    """
    return PersonalAccessToken(url, api_key, peer=peer) if _claims(api_key) is not None else LegacyToken(api_key)


class LegacyToken(httpx.Auth):
    """`Authorization: Token …`: nothing to renew; servers since 1.21 refuse it unless an administrator allows it."""

    kind = "legacy token"

    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Token {self._token}"
        yield request

    def refused(self, detail: str) -> AuthError:
        """Return the error for the server's 401 with this `detail`."""
        if _LEGACY_OFF in detail:
            return AuthError(f"Label Studio does not accept legacy tokens: make a Personal Access Token in {_WHERE}")
        return AuthError(
            "Label Studio refused LABEL_STUDIO_API_KEY as a legacy token: it is mistyped, was reset, or belongs "
            f"to another server; make a Personal Access Token in {_WHERE}"
        )


class PersonalAccessToken(httpx.Auth):
    """Access tokens from a Personal Access Token: renewed before they expire, and once when the server answers 401.

    One thread renews at a time; threads that waited use the new token. The life of a token is `exp - iat` on the local
    monotonic clock, so differences between the clocks of two machines do no harm.
    """

    kind = "personal access token"

    def __init__(
        self, url: str, token: str, clock: Callable[[], float] = time.monotonic, peer: Peer | None = None
    ) -> None:
        self._peer = peer or Peer(httpx.URL(url))
        self._refresh_url = f"{url}/api/token/refresh/"
        self._token = token
        self._clock = clock
        self._lock = threading.Lock()
        self._access = ""
        self._ends_at = self._renew_at = 0.0

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        access = self._access
        if not access or self._clock() > self._renew_at:
            access = yield from self._renew(request, stale=access)
        request.headers["Authorization"] = f"Bearer {access}"
        response = yield request
        if response.status_code == httpx.codes.UNAUTHORIZED:
            response.read()
            access = yield from self._renew(request, stale=access)
            request.headers["Authorization"] = f"Bearer {access}"
            yield request

    def _renew(self, waiting: httpx.Request, stale: str) -> Generator[httpx.Request, httpx.Response, str]:
        """Return a fresh access token; renew it unless another thread has replaced `stale` in the meantime."""
        with self._lock:
            if self._access == stale:
                response = yield self._refresh(waiting.extensions)
                response.read()
                self._keep(self._read(response))
            return self._access

    def _refresh(self, extensions: MutableMapping[str, Any]) -> httpx.Request:
        limits = {name: extensions[name] for name in ("timeout",) if name in extensions}
        return httpx.Request("POST", self._refresh_url, json={"refresh": self._token}, extensions=limits)

    def _read(self, response: httpx.Response) -> str:
        if response.is_server_error or response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            response.raise_for_status()
        if failure := in_front(response, self._peer):
            raise failure
        if response.status_code == httpx.codes.NOT_FOUND:
            raise wrong_address(response)
        try:
            return str(response.json()["access"])
        except (ValueError, KeyError, TypeError):
            raise self.refused("") from None

    def _keep(self, access: str) -> None:
        claims = _claims(access) or {}
        try:
            life_s = float(claims["exp"]) - float(claims["iat"])
        except (KeyError, TypeError, ValueError):
            life_s = 2 * LEEWAY_S
        now = self._clock()
        self._access, self._ends_at, self._renew_at = access, now + life_s, now + max(life_s - LEEWAY_S, life_s / 2)

    def seconds_left(self) -> float:
        """Return the remaining life of the present access token in seconds; 0 before the first call."""
        return max(0.0, self._ends_at - self._clock()) if self._access else 0.0

    def token_seconds_left(self) -> float | None:
        """Return the remaining life of the Personal Access Token itself, by this machine's clock; None if unlimited."""
        ends = (_claims(self._token) or {}).get("exp")
        return float(ends) - time.time() if isinstance(ends, int | float) else None

    def renew(self, http: httpx.Client) -> None:
        """Exchange the token now, whatever life is left; `prelabel doctor` does so. Raises AuthError."""
        limits = http.build_request("GET", "/").extensions
        access = self._read(http.send(self._refresh(limits), auth=None))
        with self._lock:
            self._keep(access)

    def refused(self, detail: str) -> AuthError:
        """Return the error for a refusal of the token, or of the access token that it was exchanged for."""
        left = self.token_seconds_left()
        if left is not None and left <= 0:
            return AuthError(
                f"the Personal Access Token in LABEL_STUDIO_API_KEY has expired: make a new one in {_WHERE}"
            )
        return AuthError(
            "Label Studio refused the Personal Access Token in LABEL_STUDIO_API_KEY: it was revoked, is incomplete, or "
            f"belongs to another server than LABEL_STUDIO_URL; make a new one in {_WHERE}"
        )


def _claims(token: str) -> dict[str, Any] | None:
    """Return the claims of a JWT, unverified (the server verifies them); None for any other token."""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError):
        return None
    return claims if isinstance(claims, dict) else None
