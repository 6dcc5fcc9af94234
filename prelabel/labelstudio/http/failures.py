"""Failed calls to Label Studio: httpx's exceptions and HTTP statuses as errors of `prelabel.errors`.

Messages hold the method, the path and at most one short line of the server's answer; never a token or a page of HTML.
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

#: Raised before a byte of the request was sent: the server cannot have acted on it.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_PROJECT_PATH = re.compile(r"/api/projects/(\d+)(/|$)")
_DETAIL_CHARS = 300
#: First words of httpx's messages for a connection that ended too early.
_CUT = ("Server disconnected", "peer closed connection")


def origin(url: httpx.URL) -> str:
    """Return scheme, host and port, without the default port, for messages and comparisons."""
    default = {"http": 80, "https": 443}.get(url.scheme)
    port = "" if url.port in (None, default) else f":{url.port}"
    host = f"[{url.host}]" if ":" in url.host else url.host
    return f"{url.scheme}://{host.lower()}{port}"


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
    if response.is_redirect:
        to = origin(response.request.url.join(response.headers.get("Location", "")))
        return SettingError(f"{at} redirects to {to}: set LABEL_STUDIO_URL to the address that Label Studio has there")
    return SettingError(
        f"{at} does not answer as Label Studio's API does ({response.status_code}): correct LABEL_STUDIO_URL, "
        "with the sub-path if it has one"
    )


def lost(
    error: httpx.TransportError,
    url: httpx.URL,
    timeout_s: float,
    *,
    ambiguous: bool = False,
    whose: str = "Label Studio",
) -> PrelabelError:
    """Return the error for a call without an answer. `ambiguous`: the call changes something when it arrives."""
    if isinstance(error, httpx.UnsupportedProtocol):
        return SettingError("LABEL_STUDIO_URL must begin with http:// or https://")
    late = isinstance(error, httpx.TimeoutException)
    why = f"no answer within {timeout_s:g} s" if late else _reason(error)
    if ambiguous and not isinstance(error, _NOT_SENT):
        return AmbiguousUpload(f"the answer to an upload was lost ({why}): check before posting again")
    return ServiceUnavailable(
        f"{whose} at {origin(url)} does not answer ({why}): is it running, and is the address right?"
    )


def _reason(error: httpx.TransportError) -> str:
    message = " ".join(str(error).split())[:_DETAIL_CHARS]
    if isinstance(error, httpx.ProtocolError) and not message.startswith(_CUT):
        return "its answer is not HTTP"  # httpx's message quotes the answer
    return message or type(error).__name__


def refused(response: httpx.Response, unauthorized: AuthError, *, ambiguous: bool) -> PrelabelError:
    """Return the error for an answer without success. `unauthorized`: the error for a 401 of the token in use."""
    status, path = response.status_code, response.request.url.path
    if status == httpx.codes.UNAUTHORIZED:
        return unauthorized
    if status == httpx.codes.FORBIDDEN:
        return AuthError(
            f"Label Studio forbids {path} (403) to the owner of this token: use one of a user who may see it"
        )
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return ServiceUnavailable(f"Label Studio asks for fewer calls (429 for {path})", retry_after_s(response))
    if response.is_server_error:
        failed = f"Label Studio failed at {response.request.method} {path} ({status})"
        if ambiguous:
            return AmbiguousUpload(f"{failed}: check before posting again", retry_after_s(response))
        return ServiceUnavailable(f"{failed}: its log says why", retry_after_s(response))
    if response.is_redirect or is_html(response):
        return wrong_address(response)
    if status == httpx.codes.NOT_FOUND and (project := _project(response.request.url)):
        return ProjectNotFound(
            f"Label Studio has no project {project}, or the owner of the token may not see it: "
            "look up the id in the project's address"
        )
    return RequestRefused(f"Label Studio refused {response.request.method} {path} ({status}): {detail(response)}")


def _project(url: httpx.URL) -> str | None:
    found = _PROJECT_PATH.search(url.path)
    return found[1] if found else url.params.get("project")


def retry_after_s(response: httpx.Response) -> float | None:
    """Return the seconds of a Retry-After header (a number or an HTTP date); None without a readable one."""
    value = response.headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError):
        return None
