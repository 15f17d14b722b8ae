"""The files of HTTPS in the folder ``https`` of the home folder; it is on while there is a server's
certificate among them.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from app.tls import authority, given

FOLDER = "https"
# What devices trust; what vouches for the server; what the server shows, made here or given.
ROOT, SIGNING, MADE, GIVEN = "authority.crt", "signing.pem", "server.pem", "given.pem"


class Root(NamedTuple):
    """The certificate that devices trust: as a file, twice; its SHA-256; for which names it can
    have others vouched for, and until when.
    """

    der: bytes
    pem: bytes
    fingerprint: str
    names: list[str]
    until: datetime


class Certificate(NamedTuple):
    """What the server shows: the file that holds it with its key, and as it was found there."""

    file: Path
    seen: tuple[int, int]
    names: list[str]
    # Until when nobody need do anything; for a given one the day it runs out.
    until: datetime
    # What devices must trust for it; None for a given one, which they do already.
    root: Root | None
    # It comes without that of its issuer.
    alone: bool

    def runs_out_soon(self, now: datetime) -> date | None:
        """The day by which somebody must have put another in place, once it is near."""
        day, told = (
            (self.root.until, timedelta(days=365))
            if self.root
            else (self.until, timedelta(days=30))
        )
        return day.date() if now > day - told else None


def current(home: Path) -> Certificate | None:
    """What is served now; None for plain HTTP. Raises BadCertificate."""
    folder = home / FOLDER
    file = next((f for f in (folder / GIVEN, folder / MADE) if f.exists()), None)
    if file is None:
        return None
    was, chain = seen(file), given.certificates(file.read_bytes())
    return Certificate(
        file=file,
        seen=was,
        names=authority.names_of(chain[0]),
        until=chain[0].not_valid_after_utc,
        root=None if file.name == GIVEN else root((folder / ROOT).read_bytes()),
        alone=len(chain) == 1 and chain[0].issuer != chain[0].subject,
    )


def root(pem: bytes) -> Root:
    found = given.certificates(pem)[0]
    return Root(
        der=found.public_bytes(authority.DER),
        pem=pem,
        fingerprint=authority.fingerprint(found),
        names=authority.names_of(found),
        until=found.not_valid_after_utc,
    )


def seen(file: Path) -> tuple[int, int]:
    """What tells one content of a file from the next: each is put there as a new file."""
    found = file.stat()
    return found.st_ino, found.st_mtime_ns


def make(home: Path, names: Sequence[str], company: str, now: datetime, anew: bool) -> None:
    """Let the plant's own authority, made where there is none or another is wanted, vouch for the
    server; a given certificate goes. Raises ValueError where a name cannot be a host's.
    """
    folder = home / FOLDER
    if anew or not (folder / SIGNING).exists():
        root, signing = authority.found(names, company, now)
        write(folder / ROOT, root, mode=0o644)
        write(folder / SIGNING, signing)
    write(folder / MADE, authority.certify((folder / SIGNING).read_bytes(), now))
    (folder / GIVEN).unlink(missing_ok=True)


def renew(home: Path, now: datetime) -> None:
    """Replace the server's own certificate in good time."""
    shown = current(home)
    if shown and shown.root and now > shown.until - authority.RENEWED:
        signing = (home / FOLDER / SIGNING).read_bytes()
        write(home / FOLDER / MADE, authority.certify(signing, now))


def take(home: Path, certificate: Path, key: Path, now: datetime) -> None:
    """Serve by a given certificate; the plant's own authority stays for another time.

    Raises BadCertificate, OSError.
    """
    content = given.together(certificate.read_bytes(), key.read_bytes(), now)
    write(home / FOLDER / GIVEN, content)


def end(home: Path) -> None:
    """Plain HTTP again; the authority that devices trust stays for another time."""
    for name in (GIVEN, MADE):
        (home / FOLDER / name).unlink(missing_ok=True)


def write(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Put a file in its place, whole, readable by the home folder's owner only: root types the
    command, and the server that reads it is somebody else.
    """
    folder = path.parent
    folder.mkdir(mode=0o700, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=folder)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
        os.fchmod(file.fileno(), mode)
    owner = folder.parent.stat()
    if os.geteuid() == 0:
        for each in (folder, draft):
            shutil.chown(each, owner.st_uid, owner.st_gid)
    Path(draft).replace(path)
