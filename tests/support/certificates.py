"""Certificates for tests: a certificate authority, and certificates that it signs for servers and signers."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID


class Authority:
    """A certificate authority; `ca`: the file with its certificate."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = _new_key()
        self._name = _name("authority of the tests")
        constraints = x509.BasicConstraints(ca=True, path_length=None)
        made = _builder(self._name, self._name, self._key).add_extension(constraints, critical=True)
        self.ca = folder / "ca.pem"
        self.ca.write_bytes(made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def issue(self, name: str, *addresses: str, days: float = 1, self_signed: bool = False) -> tuple[Path, Path]:
        """Return (certificate, key) files for a host name and addresses; a signer needs only the name.

        `days`: the certificate is valid until then; a negative number has passed. `self_signed`: not by this authority.
        """
        key = _new_key()
        names: list[x509.GeneralName] = [x509.DNSName(name), *(x509.IPAddress(ip_address(a)) for a in addresses)]
        issuer, issuer_key = (_name(name), key) if self_signed else (self._name, self._key)
        made = _builder(_name(name), issuer, key, days).add_extension(
            x509.SubjectAlternativeName(names), critical=False
        )
        certificate, secret = self._folder / f"{name}.pem", self._folder / f"{name}.key"
        certificate.write_bytes(made.sign(issuer_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        secret.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return certificate, secret

    def server(self, name: str, *addresses: str, days: float = 1, self_signed: bool = False) -> ssl.SSLContext:
        """Return the TLS context of a server with this name; see `issue`."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.issue(name, *addresses, days=days, self_signed=self_signed))
        return context


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey, days: float = 1) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    begins, ends = now - timedelta(days=9), now + timedelta(days=days)
    return x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number(), begins, ends)
