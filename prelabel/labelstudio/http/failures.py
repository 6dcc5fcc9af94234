"""Answers of Label Studio without success, as errors of `prelabel.errors`; also answers of a server that is not it.

Messages hold the method, the path and at most one short line of the server's answer; never a token or a page of HTML.
Calls without an answer: `lost_calls`.
"""

from __future__ import annotations

import email.utils
import re
import time

import httpx

from prelabel.errors import (
    AmbiguousUpload,
    AuthError,
    PrelabelError,
    ProjectNotFound,
    RequestRefused,
    ServiceUnavailable,
    SettingError,
)
from prelabel.labelstudio.http.lost_calls import proxy_password
from prelabel.labelstudio.http.peers import Peer, origin

_PROJECT_PATH = re.compile(r"/api/projects/(\d+)(/|$)")
_DETAIL_CHARS = 300
#: Kinds of sign-in that Label Studio does not have, so a server in front of it asks for them.
_SIGN_IN = ("basic", "digest", "negotiate", "ntlm")
#: Names of paths and hosts to which a server in front of Label Studio sends people to sign in.
_LOGIN = re.compile(r"log-?in|sign-?in|oauth|oidc|saml|sso|auth", re.IGNORECASE)
_IN_FRONT = "let calls with a token pass there without another sign-in, or set LABEL_STUDIO_URL to an address behind it"
#: A gateway says these for a server behind it; 503 also comes from Label Studio while it starts.
_GATEWAY = {httpx.codes.BAD_GATEWAY, httpx.codes.SERVICE_UNAVAILABLE, httpx.codes.GATEWAY_TIMEOUT}


def is_html(response: httpx.Response) -> bool:
    """Return whether the answer is a web page; the API always answers with JSON."""
    kind: str = response.headers.get("Content-Type", "")
    return kind.lower().startswith("text/html")


def detail(response: httpx.Response) -> str:
    """Return the server's own message in one short line; empty for a web page."""
    if is_html(response):
        return ""
    try:
        body = response.json()
    except (ValueError, httpx.ResponseNotRead):
        return ""
    message = body.get("validation_errors") or body.get("detail") or body if isinstance(body, dict) else body
    line = " ".join(str(message).split())
    return line if len(line) <= _DETAIL_CHARS else line[:_DETAIL_CHARS] + "…"


def wrong_address(response: httpx.Response) -> SettingError:
    """Return the error for a web server that has no API of Label Studio at LABEL_STUDIO_URL."""
    at = f"{origin(response.request.url)}{response.request.url.path}"
    if _is_plain_http_to_tls(response):
        return SettingError(f"{origin(response.request.url)} speaks TLS: write https:// in LABEL_STUDIO_URL")
    return SettingError(
        f"{at} does not answer as Label Studio's API does ({response.status_code}): correct LABEL_STUDIO_URL, "
        "with the sub-path if it has one"
    )


def _redirected(response: httpx.Response, peer: Peer) -> SettingError:
    """Return the error for a redirect: of the same call to another address, to a login page, or elsewhere."""
    asked, call = response.request.url, response.request.url.path.removeprefix(peer.url.path.rstrip("/"))
    try:
        to = asked.join(response.headers.get("Location", ""))
    except httpx.InvalidURL:
        return SettingError(f"{origin(asked)} redirects to an invalid address: correct LABEL_STUDIO_URL")
    found = f"{origin(asked)}{asked.path} redirects to {origin(to)}"
    if to.path.rstrip("/").endswith(call.rstrip("/")):
        base = f"{origin(to)}{to.path.rstrip('/').removesuffix(call.rstrip('/'))}"
        return SettingError(f"{found}: set LABEL_STUDIO_URL to {base}")
    if _LOGIN.search(f"{to.host}{to.path}"):
        return SettingError(f"{found}, to a login page: {_IN_FRONT}")
    return SettingError(f"{found}: set LABEL_STUDIO_URL to the address that Label Studio has there")


def in_front(response: httpx.Response, peer: Peer) -> PrelabelError | None:
    """Return the error for an answer that is not Label Studio's, but a proxy's or another server's; else None."""
    status, where = response.status_code, origin(response.request.url)
    if status == httpx.codes.PROXY_AUTHENTICATION_REQUIRED:
        return proxy_password(peer)
    if response.is_redirect:
        return _redirected(response, peer)
    if _is_plain_http_to_tls(response):
        return wrong_address(response)
    asks = response.headers.get("WWW-Authenticate", "").partition(" ")[0].lower()
    if status == httpx.codes.UNAUTHORIZED and (asks in _SIGN_IN or is_html(response)):
        return SettingError(f"a server in front of Label Studio at {where} asks for a sign-in (401): {_IN_FRONT}")
    if status == httpx.codes.FORBIDDEN and is_html(response):
        through = f" or the proxy {peer.proxy}" if peer.proxy else ""
        return SettingError(
            f"a server in front of Label Studio at {where}{through} refuses the call (403): {_IN_FRONT}"
        )
    if is_html(response) and not response.is_server_error and status != httpx.codes.TOO_MANY_REQUESTS:
        return wrong_address(response)
    return None


def _is_plain_http_to_tls(response: httpx.Response) -> bool:
    """Return whether a port of TLS answers a call in plain HTTP: nginx, Apache, Go and others say so in words."""
    if response.status_code != httpx.codes.BAD_REQUEST or response.request.url.scheme != "http":
        return False
    try:
        words = response.text[:2000].lower()
    except httpx.ResponseNotRead:
        return False
    return bool(re.search(r"plain http request|http request to an https server|speaking plain http to an ssl", words))


def refused(
    response: httpx.Response, unauthorized: AuthError, *, ambiguous: bool, peer: Peer | None = None
) -> PrelabelError:
    """Return the error for an answer without success. `unauthorized`: the error for a 401 of the token in use."""
    peer = peer or Peer(response.request.url)
    status, path = response.status_code, response.request.url.path
    if failure := in_front(response, peer):
        return failure
    if status == httpx.codes.UNAUTHORIZED:
        return unauthorized
    if status == httpx.codes.FORBIDDEN:
        return AuthError(
            f"Label Studio forbids {path} (403) to the owner of this token: use one of a user who may see it"
        )
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return ServiceUnavailable(
            f"Label Studio asks for fewer calls (429 for {path}): raise PRELABEL_REQUEST_DELAY", retry_after_s(response)
        )
    if response.is_server_error:
        return _server_error(response, peer, ambiguous=ambiguous)
    if status == httpx.codes.NOT_FOUND and not _has_form(response):
        return wrong_address(response)
    if status == httpx.codes.NOT_FOUND and (project := _project(response.request.url)):
        return ProjectNotFound(
            f"Label Studio has no project {project}, or the owner of the token may not see it: "
            "look up the id in the project's address"
        )
    return RequestRefused(f"Label Studio refused {response.request.method} {path} ({status}): {detail(response)}")


def _has_form(response: httpx.Response) -> bool:
    """Return whether an error has the form of Label Studio's, which repeats the status in its body."""
    try:
        body = response.json()
    except (ValueError, httpx.ResponseNotRead):
        return False
    return isinstance(body, dict) and "status_code" in body


def _server_error(response: httpx.Response, peer: Peer, *, ambiguous: bool) -> ServiceUnavailable:
    status, call = response.status_code, f"{response.request.method} {response.request.url.path}"
    if ambiguous:
        return AmbiguousUpload(
            f"Label Studio failed at {call} ({status}): check before posting again", retry_after_s(response)
        )
    if status in _GATEWAY:
        through = f"the proxy {peer.proxy} or a server" if peer.proxy else "a server"
        return ServiceUnavailable(
            f"Label Studio does not serve {call} ({status}, which {through} in front of it may say): is it running "
            f"behind {origin(response.request.url)}?",
            retry_after_s(response),
        )
    return ServiceUnavailable(f"Label Studio failed at {call} ({status}): its log says why", retry_after_s(response))


def _project(url: httpx.URL) -> str | None:
    found = _PROJECT_PATH.search(url.path)
    return found[1] if found else url.params.get("project")


def retry_after_s(response: httpx.Response) -> float | None:
    """Return the seconds of a Retry-After header (a number or an HTTP date); None without a readable one."""
    value = response.headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return float(value)
    until = _unix_time(value)
    if until is None:
        return None
    sent = _unix_time(response.headers.get("Date", ""))  # both by the server's clock, which may differ from this one
    return max(0.0, until - (time.time() if sent is None else sent))


def _unix_time(date: str) -> float | None:
    try:
        return email.utils.parsedate_to_datetime(date).timestamp()
    except (TypeError, ValueError):
        return None
