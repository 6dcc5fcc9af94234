"""TLS connections that failed, as errors: certificates that are not trusted, and servers that do not speak TLS."""

from __future__ import annotations

import ssl

from prelabel.errors import ImageForbidden, PrelabelError, ServiceUnavailable, SettingError
from prelabel.labelstudio.http.peers import Peer

#: OpenSSL's numbers of reasons (X509_V_ERR_...).
_NOT_YET_VALID, _EXPIRED, _SELF_SIGNED = 9, 10, 18
#: 7: by another key of the same name, such as a renewed authority.
_AUTHORITY_UNKNOWN = {2, 7, 19, 20, 21}
_OTHER_NAME = {62, 64}
#: OpenSSL's words for an answer that is not TLS.
_NO_TLS = {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST", "UNKNOWN_PROTOCOL"}
_NO_TLS |= {"PACKET_LENGTH_TOO_LONG", "UNEXPECTED_MESSAGE"}
_CUT = {"UNEXPECTED_EOF_WHILE_READING"}


def tls_failure(error: BaseException, peer: Peer) -> PrelabelError | None:
    """Return the error for a failed TLS connection; None where TLS is not the cause of `error`."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLError):
        cause = cause.__cause__ or cause.__context__
    if cause is None or cause.reason in _CUT or isinstance(cause, ssl.SSLEOFError):
        return None
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _not_trusted(cause, peer)
    where = _whose(peer)
    if cause.reason in _NO_TLS:
        return wrong_setup(peer, f"{where} does not speak TLS: {_without_tls(peer)}")
    if "CERTIFICATE_REQUIRED" in str(cause.reason) or "BAD_CERTIFICATE" in str(cause.reason):
        return wrong_setup(
            peer, f"{where} demands a client's certificate, and prelabel has none: exempt prelabel there"
        )
    return wrong_setup(peer, f"{where} and this machine have no version or cipher of TLS in common ({cause.reason})")


def _not_trusted(error: ssl.SSLCertVerificationError, peer: Peer) -> PrelabelError:
    code, whose = error.verify_code, f"the certificate of {_whose(peer)}"
    if code == _EXPIRED:
        return ServiceUnavailable(f"{whose} has expired: renew it on the server")
    if code == _NOT_YET_VALID:
        return ServiceUnavailable(f"{whose} is not valid yet: set the clock of this machine, or of the server, right")
    if code in _OTHER_NAME:
        return wrong_setup(
            peer,
            f"{whose} is for another name than {peer.url.host}: use a name of the certificate in {peer.address_cure}",
        )
    if code == _SELF_SIGNED:
        return wrong_setup(peer, f"{whose} is self-signed and not trusted: {_trust_cure(peer, 'a PEM file of it')}")
    if code in _AUTHORITY_UNKNOWN:
        cure = _trust_cure(peer, "the PEM file of that authority")
        return wrong_setup(peer, f"{whose} is from an authority that is not trusted here: {cure}")
    return wrong_setup(peer, f"{whose} is not accepted ({error.verify_message}): have another one made")


def _trust_cure(peer: Peer, file: str) -> str:
    if not peer.own:
        return f"name {file}, together with the usual ones, in SSL_CERT_FILE"
    return f"name {file} in LABEL_STUDIO_CA" + (f" (now {peer.ca}, which holds another one)" if peer.ca else "")


def _without_tls(peer: Peer) -> str:
    if peer.proxy and peer.proxy.kind == "https":
        return f"write http:// in {peer.proxy.setting} or in {peer.address_cure}"
    return f"write http:// in {peer.address_cure}"


def _whose(peer: Peer) -> str:
    """Name the server; behind a proxy that speaks TLS itself, the fault may be either's."""
    return f"the proxy {peer.proxy} or {peer.name}" if peer.proxy and peer.proxy.kind == "https" else peer.name


def wrong_setup(peer: Peer, message: str) -> PrelabelError:
    """Return the error for a set-up that a retry cannot cure: the workers' own, or that of a page's image."""
    return SettingError(message) if peer.own else ImageForbidden(message)
