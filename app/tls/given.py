"""A certificate that the plant was given by somebody whom devices trust already."""

from __future__ import annotations

from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

from app.tls.authority import PEM, names_of


class BadCertificate(Exception):
    """Cannot be served; the message is a sentence."""


def together(certificate: bytes, key: bytes, now: datetime) -> bytes:
    """The key and its certificates as one PEM. Raises BadCertificate."""
    chain = certificates(certificate)
    server, own = chain[0], private(key)
    if own.public_key() != server.public_key():
        raise BadCertificate(
            f"the key does not belong to the certificate (of {told(server)}): give the one that it "
            "was requested with"
        )
    if not server.not_valid_before_utc <= now < server.not_valid_after_utc:
        raise BadCertificate(
            f"the certificate holds from {server.not_valid_before_utc:%Y-%m-%d} to "
            f"{server.not_valid_after_utc:%Y-%m-%d}, which is not now"
        )
    if not names_of(server):
        raise BadCertificate(
            "the certificate names no host (subject alternative name): no browser would take it"
        )
    kept = own.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return kept + b"".join(each.public_bytes(PEM) for each in chain)


def certificates(pem: bytes) -> list[x509.Certificate]:
    """The server's certificate, then those that lead from it to the authority's."""
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError:
        raise BadCertificate(
            "the certificate's file holds none in PEM (-----BEGIN CERTIFICATE-----)"
        ) from None


def private(pem: bytes) -> PrivateKeyTypes:
    try:
        return serialization.load_pem_private_key(pem, None)
    except TypeError:
        raise BadCertificate(
            "the key is protected by a password, and the server must start without one: take it "
            "off (openssl pkey)"
        ) from None
    except ValueError:
        raise BadCertificate(
            "the key's file holds none in PEM (-----BEGIN PRIVATE KEY-----)"
        ) from None


def holds_for(names: list[str], host: str) -> bool:
    """Whether a certificate of these names holds for a host; ``.plant.example`` are many."""
    end = host if host.startswith(".") else f".{host.partition('.')[2]}"
    return host in names or f"*{end}" in names


def told(server: x509.Certificate) -> str:
    return ", ".join(names_of(server)[:3]) or server.subject.rfc4514_string()
