"""``washline serve``: bring the database up to date, check it, and run the web processes and the
worker.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from app.cli import Trouble, placed

if TYPE_CHECKING:
    from flask import Flask

    from app.tls.serving import Tls


@click.command(
    "serve", help="Serve the application in the foreground, with the worker that files documents."
)
@click.option(
    "--host", envvar="HOST", default="127.0.0.1", show_default=True, help="Address to listen on."
)
@click.option(
    "--port", envvar="PORT", default=8000, show_default=True, type=click.IntRange(1, 65535)
)
@click.option(
    "--https-port",
    envvar="WASHLINE_HTTPS_PORT",
    type=click.IntRange(1, 65535),
    help="Where HTTPS is spoken, if `washline https` set it up; --port then leads there.  "
    "[default: 443 if --port is 80, else 8443]",
)
@click.option(
    "--processes",
    envvar="WASHLINE_PROCESSES",
    default=2,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Web processes.",
)
@click.option(
    "--demo", is_flag=True, help="Accept the demo's passwords; only on a demo's database."
)
@placed
def command(host: str, port: int, https_port: int | None, processes: int, demo: bool) -> None:
    """Options in, never returns until the server is told to stop."""
    from app import create_app, logs, security, server
    from app.config import metrics_token
    from app.models.records.rules.setting import is_demo
    from app.storage import schema

    refuse_taken(host, port)
    app = create_app()
    app.config["TLS"] = tls(app, host, port, https_port or (443 if port == 80 else 8443))
    app.config["TRUSTED_HOSTS"] = app.config["TRUSTED_HOSTS"] or trusted_hosts(
        host, app.config["BASE_URL"], certified(app), demo
    )
    if file := app.config["METRICS_TOKEN_FILE"]:
        app.config["METRICS_TOKEN"] = metrics_token(file)
    logs.begin(app)
    with schema.in_use(app):
        apart(prepare)
        with app.app_context():
            if demo and not is_demo():
                raise Trouble(
                    "this database is not a demo; start it without --demo, or name an empty "
                    "WASHLINE_HOME"
                )
            if not demo and (known := security.demo_passwords_present()):
                raise Trouble(
                    f"{', '.join(known[:3])}{' and others' if len(known) > 3 else ''} still have "
                    f"the demo's "
                    "password or PIN, which everybody knows; give them their own, or use --demo to "
                    "show a demo"
                )
            if not demo:
                for sentence in cautions(app):
                    app.logger.warning(sentence)
        # Outside the context: its session ends with it, and no transaction may live on into the
        # children.
        server.run(app, host, port, processes)


def tls(app: Flask, host: str, port: int, https_port: int) -> Tls | None:
    """How HTTPS is spoken, by a certificate that is renewed if it is time; None if it is not.
    Raises Trouble.
    """
    home = app.config["HOME"]
    if not (home / "https").exists():
        return None  # nothing of it is loaded
    from app import clock
    from app.tls import files
    from app.tls.given import BadCertificate
    from app.tls.serving import Tls

    try:
        files.renew(home, clock.now())
        found = files.current(home)
    except (BadCertificate, OSError) as fault:
        raise Trouble(
            f"the certificate in {home / files.FOLDER} cannot be used: {fault}; `washline https` "
            "makes another"
        ) from None
    if found:
        refuse_taken(host, https_port, "--https-port or WASHLINE_HTTPS_PORT")
    return Tls(found, https_port, port) if found else None


def certified(app: Flask) -> list[str]:
    """The host names that the certificate holds for."""
    names = app.config["TLS"].certificate.names if app.config["TLS"] else []
    return [name.removeprefix("*") for name in names]


def trusted_hosts(host: str, url: str, names: list[str], demo: bool) -> list[str] | None:
    """The host names to answer to where WASHLINE_HOSTS names none: that of WASHLINE_URL, those of
    the certificate, and this machine's own. Raises Trouble where a real start listens to everybody
    and nobody said by which name; None, any name, for a demo that does.
    """
    named = [*([name] if (name := urlsplit(url).hostname) else []), *names]
    if host not in ("0.0.0.0", "::", ""):
        return [host, "localhost", *named]
    if named or demo:
        return [*named, "localhost", "127.0.0.1"] if named else None
    raise Trouble(
        f"say by which address people reach this plant, in WASHLINE_URL or WASHLINE_HOSTS: "
        f"listening on {host or 'all addresses'}, "
        "it would answer to any name"
    )


def cautions(app: Flask) -> Iterator[str]:
    """What works, but not as well as it could: a sentence each."""
    from app import clock
    from app.extensions import db
    from app.storage import schema

    if not app.config["BASE_URL"]:
        yield (
            "WASHLINE_URL is not set: the codes on papers hold a bare number, which a phone "
            "cannot open"
        )
    if app.config["TLS"] and app.config["BASE_URL"].startswith("http://"):
        yield "WASHLINE_URL begins with http://, though HTTPS is spoken: a code on paper goes round"
    if app.config["TLS"] and (day := app.config["TLS"].certificate.runs_out_soon(clock.now())):
        yield f"the certificate, or the authority behind it, runs out on {day:%Y-%m-%d}"
    if not app.config["WITNESS"]:
        yield (
            "WASHLINE_WITNESS is not set: what shows a rewritten record is kept beside it, in the "
            "home folder; "
            "name a folder on another machine or disk"
        )
    if db.engine.dialect.name == "postgresql" and schema.changeable_ledgers():
        yield (
            "the role of DATABASE_URL owns the record and could change it; WASHLINE_OWNER_URL "
            "gives the tables an owner of their own"
        )


def apart(work: Callable[[], None]) -> None:
    """Do something in a process of its own, so that what only it loads is not in all that are
    forked later; raises what it raises.
    """
    with ProcessPoolExecutor(1, get_context("fork")) as child:
        child.submit(work).result()


def prepare() -> None:
    """Bring the database up to date, and make sure that its files are kept where they lie."""
    from app import create_app
    from app.storage import schema, shared_store

    app = create_app()
    with app.app_context():
        schema.prepare(app, say=click.echo)
        shared_store.join()


def refuse_taken(host: str, port: int, named: str = "--host, --port, HOST or PORT") -> None:
    """Raise Trouble for an address that cannot be listened to, before anything is prepared."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Trouble(
            f"cannot listen on port {port} of {host}: {reason[0].lower()}{reason[1:]}; "
            f"name another with {named}"
        ) from None
