"""``washline https``: the plant's pages by HTTPS, by a certificate authority of its own or by a
certificate that it was given.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from app.cli import Trouble, placed

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command(
    "https",
    help="Have `washline serve` speak HTTPS. Without options the plant gets a certificate "
    "authority of its own for the names that it is reached by, which each device trusts once.",
)
@click.option("--certificate", metavar="FILE", type=FILE, help="A given certificate, in PEM.")
@click.option("--key", metavar="FILE", type=FILE, help="Its private key, in PEM.")
@click.option(
    "--new-authority",
    is_flag=True,
    help="Another authority, as for other names: each device must trust it anew.",
)
@click.option("--off", is_flag=True, help="Plain HTTP again; the authority is kept.")
@placed
def command(certificate: Path | None, key: Path | None, new_authority: bool, off: bool) -> None:
    """Writes into the folder ``https`` of the home folder, and nothing else."""
    from app.config import settings
    from app.tls import files, given

    asked = settings()
    if (certificate is None) != (key is None):
        raise Trouble("a given certificate needs both, --certificate and --key")
    if asked["PROXY_HOPS"]:
        raise Trouble("WASHLINE_PROXY_HOPS says that HTTPS ends at a proxy: it is set up there")
    if off:
        files.end(asked["HOME"])
        click.echo("Washline speaks plain HTTP from its next start on.")
        return
    try:
        own = own_lines(asked, new_authority)
        for line in given_lines(asked, certificate, key) if certificate and key else own:
            click.echo(line)
    except given.BadCertificate as fault:
        raise Trouble(str(fault)) from None
    except OSError as fault:
        raise Trouble(f"{fault.filename} cannot be used: {fault.strerror}") from None


def given_lines(asked: dict[str, Any], certificate: Path, key: Path) -> Iterator[str]:
    """Take a certificate over; what there is to say."""
    from app import clock
    from app.required import required
    from app.tls import files, given

    files.take(asked["HOME"], certificate, key, clock.now())
    shown = required(files.current(asked["HOME"]))
    yield f"Washline serves this certificate from its next start on: {', '.join(shown.names)}."
    asked_for = [urlsplit(asked["BASE_URL"]).hostname, *(asked["TRUSTED_HOSTS"] or ())]
    for name in filter(None, asked_for):
        if not given.holds_for(shown.names, name):
            yield f"It does not hold for {name}, where browsers will refuse it."
    if shown.alone:
        yield "It comes without that of its issuer, and phones may refuse it: add that to the file."
    yield (
        f"It is a copy and holds until {shown.until:%Y-%m-%d}: when it was renewed, type the same "
        "again, and a running server takes it over."
    )


def own_lines(asked: dict[str, Any], anew: bool) -> Iterator[str]:
    """Have the own authority vouch for the server; what there is to say."""
    from app import clock
    from app.required import required
    from app.tls import files

    names = plant_names(asked)
    company = asked["COMPANY"].rpartition("|")[2].strip()
    try:
        files.make(asked["HOME"], names, company, clock.now(), anew)
    except ValueError as fault:
        raise Trouble(f"WASHLINE_HOSTS or WASHLINE_URL: {fault}") from None
    shown = required(files.current(asked["HOME"]))
    root = required(shown.root)
    yield f"Washline speaks HTTPS from its next start on, as {', '.join(shown.names)}."
    if missing := [name for name in names if name not in shown.names]:
        yield (
            f"Not as {', '.join(missing)}: its authority may not vouch for more than it was made "
            "for. --new-authority makes one that may; each device must trust that one anew."
        )
    yield (
        "Each phone, tablet and PC trusts its authority once: `washline serve` says at which "
        "address, as a page with a QR code."
    )
    yield "Compare there; SHA-256 of the authority:"
    yield from rows(root.fingerprint)
    yield (
        f"Keep a copy of {shown.file.parent} under lock and key, for a spare machine: backups do "
        "not hold it."
    )


def rows(fingerprint: str) -> Iterator[str]:
    """In lines of eight, as the page shows it."""
    pairs = fingerprint.split(":")
    for start in range(0, len(pairs), 8):
        yield f"  {' '.join(pairs[start : start + 8])}"


def plant_names(asked: dict[str, Any]) -> list[str]:
    """By which names the plant is reached. Raises Trouble for one that stands for many."""
    from app.tls import names

    hosts = asked["TRUSTED_HOSTS"] or []
    if many := [name for name in hosts if name.startswith(".")]:
        raise Trouble(
            f"{many[0]} in WASHLINE_HOSTS stands for any name that ends so: name each, or give a "
            "certificate"
        )
    return names.of_plant(asked["BASE_URL"], hosts)
