"""What a failed call to Label Studio means: from httpx's exceptions and statuses to the errors of `prelabel.errors`.

Messages hold the method, the path and at most one short line of the server's own; never a token or a page of HTML.
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
#: How httpx begins what it says of a connection that ended too early.
_CUT = ("Server disconnected", "peer closed connection")


def origin(url: httpx.URL) -> str:
    """Scheme, host and port, with the default port left out, for messages and comparisons."""
    default = {"http": 80, "https": 443}.get(url.scheme)
    port = "" if url.port in (None, default) else f":{url.port}"
    host = f"[{url.host}]" if ":" in url.host else url.host
    return f"{url.scheme}://{host.lower()}{port}"


def is_html(response: httpx.Response) -> bool:
    """True for a web page, where the API always answers with JSON."""
    kind: str = response.headers.get("Content-Type", "")
    return kind.lower().startswith("text/html")


def detail(response: httpx.Response) -> str:
    """The server's own words in one short line; empty for a web page."""
    if is_html(response):
        return ""
    try:
        body = response.json()
    except (ValueError, httpx.ResponseNotRead):
        return ""
    said = body.get("validation_errors") or body.get("detail") or body if isinstance(body, dict) else body
    line = " ".join(str(said).split())
    return line if len(line) <= _DETAIL_CHARS else line[:_DETAIL_CHARS] + "…"


def wrong_address(response: httpx.Response) -> SettingError:
    """There is a web server, but Label Studio's API is not where LABEL_STUDIO_URL says."""
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
    """The error for a call without an answer. `ambiguous`: the call changes something when it arrives."""
    if isinstance(error, httpx.UnsupportedProtocol):
        return SettingError("LABEL_STUDIO_URL must begin with http:// or https://")
    late = isinstance(error, httpx.TimeoutException)
    why = f"no answer within {timeout_s:g} s" if late else _reason(error)
    if ambiguous and not isinstance(error, _NOT_SENT):
        return AmbiguousUpload(f"the answer to an upload was lost ({why}): look before posting again")
    return ServiceUnavailable(
        f"{whose} at {origin(url)} does not answer ({why}): is it running, and is the address right?"
    )


def _reason(error: httpx.TransportError) -> str:
    said = " ".join(str(error).split())[:_DETAIL_CHARS]
    if isinstance(error, httpx.ProtocolError) and not said.startswith(_CUT):
        return "its answer is no HTTP"  # the text quotes what was sent
    return said or type(error).__name__


def refused(response: httpx.Response, unauthorized: AuthError, *, ambiguous: bool) -> PrelabelError:
    """The error for an answer that is no success. `unauthorized` is what a 401 means for the token in use."""
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
        said = f"Label Studio failed at {response.request.method} {path} ({status})"
        if ambiguous:
            return AmbiguousUpload(f"{said}: look before posting again", retry_after_s(response))
        return ServiceUnavailable(f"{said}: its log says why", retry_after_s(response))
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
    """Seconds from a Retry-After header (a number or an HTTP date); None without a readable one."""
    value = response.headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError):
        return None
