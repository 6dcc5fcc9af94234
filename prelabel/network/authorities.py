"""Certificate authorities that HTTPS connections trust, as TLS contexts.

Without a setting these are the system's authorities and Mozilla's (certifi): the first know a company's authority that
was installed on this machine, the second are there where the system has none.
"""

from __future__ import annotations

import ssl
from pathlib import Path

import certifi

from prelabel.errors import SettingError


def general_trust(file: str = "", folder: str = "") -> ssl.SSLContext:
    """Return a context that trusts SSL_CERT_FILE, or SSL_CERT_DIR, or the usual authorities. Raises SettingError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # A file may hold an intermediate authority alone. Python 3.13's strict checks stay off: companies' authorities
    # often lack the extensions that these checks demand, and browsers and curl accept them.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    if file:
        add_authorities(context, file, "SSL_CERT_FILE")
    elif folder:
        if not any(Path(part).is_dir() for part in folder.split(":")):
            raise SettingError(f"SSL_CERT_DIR={folder} is not a folder: correct it, or unset it")
        context.load_verify_locations(capath=folder)
    else:
        context.load_default_certs()
        context.load_verify_locations(cafile=certifi.where())
    return context


def add_authorities(context: ssl.SSLContext, place: str, setting: str) -> None:
    """Trust the certificates in a file, or in all files of a folder: PEM or DER. Raises SettingError."""
    try:
        path = Path(place)
        files = sorted(part for part in path.iterdir() if part.is_file()) if path.is_dir() else [path]
        found = [_add(context, file.read_bytes()) for file in files]
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the name
        reason = getattr(error, "strerror", None) or "not a name of a file"
        raise SettingError(f"{setting}={place} cannot be read ({reason}): name a PEM file of certificates") from None
    if not any(found):
        raise SettingError(
            f"{setting}={place} holds no certificate that can be read: it must be a PEM file with the lines "
            "-----BEGIN CERTIFICATE-----"
        )


def _add(context: ssl.SSLContext, data: bytes) -> bool:
    """Trust the certificates in these bytes; return whether there were any."""
    pem = data.decode("ascii", "ignore") if b"-----BEGIN" in data else None
    try:
        context.load_verify_locations(cadata=data if pem is None else pem)
    except (ssl.SSLError, ValueError):  # a key, a request, garbage
        return False
    return True
