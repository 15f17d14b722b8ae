"""Certificates tried as a browser would: by a handshake, without a network."""

import ssl

from app.tls import authority


def handshake(server, name, trusted=None):
    """What a client is shown by a server with this PEM file, under a name, if it trusts the
    certificates of ``trusted`` (PEM); raises ssl.SSLCertVerificationError.
    """
    offering = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    offering.load_cert_chain(server)
    asking = ssl.create_default_context(cadata=trusted and trusted.decode())
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    there = offering.wrap_bio(to_server, to_client, server_side=True)
    here = asking.wrap_bio(to_client, to_server, server_hostname=name)
    for side in (here, there, here, there):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
    return here.getpeercert()


def given(folder, now, *names):
    """A certificate with its chain and its key as somebody else gives them: two files, and what
    browsers trust for them.
    """
    root, signing = authority.found(names, "Others", now)
    pem = authority.certify(signing, now)
    end = pem.index(b"-----BEGIN CERTIFICATE-----")
    certificate, key = folder / f"{names[0]}.crt", folder / f"{names[0]}.key"
    certificate.write_bytes(pem[end:])
    key.write_bytes(pem[:end])
    return certificate, key, root
