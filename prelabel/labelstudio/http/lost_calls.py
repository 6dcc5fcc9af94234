"""Calls without an answer, as errors: whose fault it is (Label Studio, an image server, a proxy, DNS), and the cure."""

from __future__ import annotations

import errno
import re
import socket
from typing import TypeVar

import httpx

from prelabel.errors import AmbiguousUpload, PrelabelError, ServiceUnavailable, SettingError
from prelabel.labelstudio.http.peers import Peer
from prelabel.labelstudio.http.tls_faults import tls_failure, wrong_setup

E = TypeVar("E", bound=BaseException)

#: Raised before a byte of the request was sent: the server cannot have acted on it.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_CONNECTING = (httpx.ConnectError, httpx.ConnectTimeout)
_REASONS = {
    errno.ECONNREFUSED: "nothing listens there",
    errno.ECONNRESET: "it cut the connection",
    errno.EPIPE: "it cut the connection",
    errno.EHOSTUNREACH: "no way leads there",
    errno.ENETUNREACH: "no way leads there",
}
_DETAIL_CHARS = 300
#: First words of httpx's messages for a connection that ended too early.
_CUT = ("Server disconnected", "peer closed connection")
#: httpcore's words for a SOCKS proxy that wants another way to sign in, or another password.
_WANTS_LOGIN = re.compile(r"acceptable methods|but got|username/password", re.IGNORECASE)
#: First digits of a proxy's answer to CONNECT.
_STATUS = re.compile(r"(\d{3})\b")


def lost(error: httpx.TransportError, peer: Peer, timeout_s: float, *, ambiguous: bool = False) -> PrelabelError:
    """Return the error for a call without an answer. `ambiguous`: the call changes something when it arrives."""
    if isinstance(error, httpx.UnsupportedProtocol):
        return SettingError("LABEL_STUDIO_URL must begin with http:// or https://")
    if isinstance(error, httpx.ProxyError) and peer.proxy:
        return _refused_by_proxy(str(error), peer)
    if failure := tls_failure(error, peer):
        return failure
    why = f"no answer within {timeout_s:g} s" if isinstance(error, httpx.TimeoutException) else _reason(error)
    if ambiguous and not isinstance(error, _NOT_SENT):
        return AmbiguousUpload(f"the answer to an upload was lost ({why}): check before posting again")
    if peer.proxy and isinstance(error, _CONNECTING):
        return ServiceUnavailable(
            f"the proxy {peer.proxy} does not answer ({why}): is it running, and is the address right? "
            "NO_PROXY names hosts that need no proxy"
        )
    return ServiceUnavailable(f"{peer.name}{_way(peer)} does not answer ({why}): {_cure(error, peer)}")


def is_unknown_name(error: httpx.TransportError) -> bool:
    """Return whether the host's name does not exist; it may exist where only the resolver does not answer."""
    failed = _cause(error, socket.gaierror)
    if failed is None:
        return "name is not known" in str(error)
    return failed.errno != socket.EAI_AGAIN


def _cure(error: httpx.TransportError, peer: Peer) -> str:
    if _cause(error, socket.gaierror) or "name is not known" in str(error):
        return f"correct the host in {peer.address_cure}, or this machine's DNS"
    if isinstance(error, httpx.TimeoutException):
        return "is it running, and is the address right? PRELABEL_HTTP_TIMEOUT is the limit"
    if isinstance(error, httpx.ConnectError):
        return "is it running, and are host and port right?"
    hint = " If the server speaks TLS, write https://" if peer.url.scheme == "http" else ""
    return f"is it running, and is the address right?{hint}"


def _way(peer: Peer) -> str:
    if peer.proxy:
        return f", through the proxy {peer.proxy},"
    return ", reached without the proxy (PRELABEL_IMAGE_PROXY=true changes that)," if peer.passed_by else ""


def _reason(error: httpx.TransportError) -> str:
    if _cause(error, socket.gaierror):
        return "the name is not known"
    failed = _cause(error, OSError)
    if failed is not None and failed.errno in _REASONS:
        return _REASONS[failed.errno]
    message = " ".join(str(error).split())[:_DETAIL_CHARS]
    if message.startswith(_CUT):
        return "it cut the connection"
    if isinstance(error, httpx.ProtocolError):
        return "its answer is not HTTP"  # httpx's message quotes the answer
    return message or type(error).__name__


def _cause(error: BaseException, kind: type[E]) -> E | None:
    """Return the first exception of a kind among the causes of an error."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, kind):
        cause = cause.__cause__ or cause.__context__
    return cause


def _refused_by_proxy(message: str, peer: Peer) -> PrelabelError:
    """Return the error for a proxy that answers, but does not connect: httpcore's message begins with its status."""
    proxy, found = peer.proxy, _STATUS.match(message)
    status = int(found[1]) if found else 0
    if status == httpx.codes.PROXY_AUTHENTICATION_REQUIRED or _WANTS_LOGIN.search(message):
        return proxy_password(peer)
    if "not that of a SOCKS" in message:
        return SettingError(f"the proxy {proxy} does not speak SOCKS 5: correct its kind, host or port")
    forbidden = status and status < httpx.codes.INTERNAL_SERVER_ERROR and status != httpx.codes.TOO_MANY_REQUESTS
    if forbidden or "not allowed" in message:
        said = f" ({status})" if status else ""
        return wrong_setup(
            peer,
            f"the proxy {proxy} refuses to connect to {peer.origin}{said}: allow it there, or name it in NO_PROXY",
        )
    why = str(status) if status else message.rpartition(": ")[2].rstrip(".").lower()
    return ServiceUnavailable(
        f"the proxy {proxy} cannot reach {peer.name} ({why}): is that server running, and is {peer.address_cure} "
        "right? NO_PROXY names hosts that need no proxy"
    )


def proxy_password(peer: Peer) -> SettingError:
    """Return the error for a proxy that wants a user and password, or others than those given."""
    setting = peer.proxy.setting if peer.proxy else "HTTPS_PROXY"
    given = "refuses its user and password" if peer.proxy and peer.proxy.user else "wants a user and password"
    return SettingError(f"the proxy {peer.proxy} {given}: {setting}={_login_form(peer)} holds them")


def _login_form(peer: Peer) -> str:
    return f"{peer.proxy.kind if peer.proxy else 'http'}://USER:PASSWORD@HOST:PORT"
