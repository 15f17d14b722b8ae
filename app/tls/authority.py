"""The plant's own certificate authority (docs/decisions/21): a root that devices trust, a signing
certificate under it that may vouch for the plant's names and no others, and the server's own.

The root's key signs once and is thrown away; the signing certificate's is the only one kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY = timedelta(days=20 * 365)
# What iOS takes is at most 398 days; the server renews it in time.
SERVER, RENEWED = timedelta(days=200), timedelta(days=60)
# A device whose clock is behind must not refuse what was made just now.
BEHIND = timedelta(days=1)
LONGEST_NAME = 64
HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")
PEM, DER = serialization.Encoding.PEM, serialization.Encoding.DER


class Authority(NamedTuple):
    """PEM: what devices trust; the signing certificate with its key."""

    root: bytes
    signing: bytes


def found(names: Sequence[str], company: str, now: datetime) -> Authority:
    """Make an authority for these names. Raises ValueError where one cannot be a host's name."""
    root_key, signing_key = new_key(), new_key()
    limits = constraints(names)
    title = f"Washline {names[0]} {now:%Y-%m-%d}"
    subject = distinguished(title, company)
    root = (
        begun(subject, subject, root_key.public_key(), now, AUTHORITY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
        .add_extension(usage(signs_certificates=True), critical=True)
        .add_extension(limits, critical=True)
        .sign(root_key, hashes.SHA256())
    )
    signing = (
        begun(
            distinguished(f"{title} signing", company),
            subject,
            signing_key.public_key(),
            now,
            AUTHORITY,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage(signs_certificates=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(limits, critical=True)
        .add_extension(issued_by(root), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    return Authority(root.public_bytes(PEM), private_bytes(signing_key) + signing.public_bytes(PEM))


def certify(signing: bytes, now: datetime) -> bytes:
    """Make the server's certificate, for all names that the authority may vouch for: PEM of a new
    key, the certificate and the signing one.
    """
    signer = x509.load_pem_x509_certificate(signing)
    names, key = names_of(signer), new_key()
    until = min(now + SERVER, signer.not_valid_after_utc)
    leaf = (
        begun(distinguished(names[0]), signer.subject, key.public_key(), now, until - now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(map(general, names)), critical=False)
        .add_extension(issued_by(signer), critical=False)
        .sign(private_key(signing), hashes.SHA256())
    )
    return private_bytes(key) + leaf.public_bytes(PEM) + signer.public_bytes(PEM)


def names_of(certificate: x509.Certificate) -> list[str]:
    """The names that a certificate holds for, or, of an authority's, may vouch for."""
    extensions = certificate.extensions
    try:
        limits = extensions.get_extension_for_class(x509.NameConstraints).value
        return [plain(name) for name in limits.permitted_subtrees or ()]
    except x509.ExtensionNotFound:
        pass
    try:
        held = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [plain(name) for name in held if isinstance(name, x509.DNSName | x509.IPAddress)]


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256, as phones and PCs show it: pairs of hexadecimal digits."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def constraints(names: Iterable[str]) -> x509.NameConstraints:
    """Only these names, and of addresses only these: there is always one, for a form of name that
    is not limited at all would be free.
    """
    permitted = [
        x509.IPAddress(ip_network(name.value)) if isinstance(name, x509.IPAddress) else name
        for name in map(general, names)
    ]
    return x509.NameConstraints(permitted, None)


def general(name: str) -> x509.DNSName | x509.IPAddress:
    """A host's name or address as certificates hold it. Raises ValueError."""
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        found = name.encode("idna").decode("ascii")
    if not HOST.fullmatch(found):
        raise ValueError(f"{name!r} is no host's name")
    return x509.DNSName(found)


def plain(name: x509.GeneralName) -> str:
    """The reverse; an address of a limit stands there as a network of one."""
    return str(getattr(name.value, "network_address", name.value))


# What each certificate has


def begun(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    now: datetime,
    lasting: timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BEHIND)
        .not_valid_after(now + lasting)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def distinguished(name: str, company: str = "") -> x509.Name:
    parts = [(NameOID.ORGANIZATION_NAME, company), (NameOID.COMMON_NAME, name)]
    named = [(kind, text[:LONGEST_NAME]) for kind, text in parts if text]
    return x509.Name([x509.NameAttribute(kind, text) for kind, text in named])


def usage(signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def issued_by(issuer: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    known = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(known.value)


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def private_key(pem: bytes) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(pem, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def private_bytes(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
