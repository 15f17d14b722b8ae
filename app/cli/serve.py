"""``washline serve``: bring the database up to date, check it, and run the web processes and the worker."""

from __future__ import annotations

import socket
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import click

from . import Trouble, placed


@click.command("serve", help="Serve the application in the foreground, with the worker that files documents.")
@click.option("--host", envvar="HOST", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", envvar="PORT", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--processes", envvar="WASHLINE_PROCESSES", default=2, show_default=True, type=click.IntRange(1, 64),
              help="Web processes.")  # fmt: skip
@click.option("--demo", is_flag=True, help="Accept the demo's passwords; only on a demo's database.")
@placed
def command(host: str, port: int, processes: int, demo: bool) -> None:
    """Options in, never returns until the server is told to stop."""
    from app import create_app, schema, security, server
    from app.models.setting import is_demo

    refuse_taken(host, port)
    app = create_app()
    with schema.in_use(app):
        apart(prepare)
        with app.app_context():
            if demo and not is_demo():
                raise Trouble("this database is not a demo; start it without --demo, or name an empty WASHLINE_HOME")
            if not demo and (known := security.demo_passwords_present()):
                raise Trouble(f"{', '.join(known[:3])}{' and others' if len(known) > 3 else ''} still have the demo's "
                              "password or PIN, which everybody knows; give them their own, or use --demo to show a demo")  # fmt: skip
        # Outside the context: its session ends with it, and no transaction may live on into the children.
        server.run(app, host, port, processes)


def apart(work: Callable[[], None]) -> None:
    """Do something in a process of its own, so that what only it loads is not in all that are forked later; raises what it raises."""
    with ProcessPoolExecutor(1, get_context("fork")) as child:
        child.submit(work).result()


def prepare() -> None:
    """Bring the database up to date."""
    from app import create_app, schema

    app = create_app()
    with app.app_context():
        schema.prepare(app, say=click.echo)


def refuse_taken(host: str, port: int) -> None:
    """Raise Trouble for an address that cannot be listened to, before anything is prepared."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Trouble(f"cannot listen on port {port} of {host}: {reason[0].lower()}{reason[1:]}; "
                      "name another with --host, --port, HOST or PORT") from None  # fmt: skip
