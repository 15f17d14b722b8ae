"""A throw-away PostgreSQL server for the tests of this process.

It runs on a unix socket in a temporary folder, without fsync, and ends with the process that asked
for it. PostgreSQL refuses to run as root, so root hands the server to an unprivileged account.
WASHLINE_TEST_POSTGRES names a server that runs already; then none is started.
"""

import atexit
import functools
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from tests import memory

OWNER = "washline"
# A shell between us and the server: it stops the server and clears the folder as soon as our end of
# its standard input closes, so a killed test run leaves nothing behind.
KEEPER = 'folder=$1; shift; "$@" & read -r _; kill -QUIT $!; wait $!; rm -rf "$folder"'


@functools.cache
def postgres_url() -> str:
    """URL of the test server's maintenance database; the first call starts the server."""
    given = os.environ.get("WASHLINE_TEST_POSTGRES")
    if given:
        return (
            make_url(given)
            .set(drivername="postgresql+psycopg")
            .render_as_string(hide_password=False)
        )
    # Nothing here outlives the run; and to plan a statement costs more than to carry it out on so
    # few rows.
    folder = started(
        wal_level="minimal",
        max_wal_senders="0",
        join_collapse_limit="1",
        from_collapse_limit="1",
    )
    return f"postgresql+psycopg://{OWNER}@/postgres?host={folder}"


def standby(*databases: str) -> str:
    """Start a server that follows and takes no writes, with these databases, and return the folder
    of its socket. The one that it follows is nowhere: what it has is all that it will have.
    """
    created = "\n".join(f'CREATE DATABASE "{name}"' for name in databases)
    return started(created, "standby.signal", hot_standby="on")


def started(
    created: str = "", mark: str | None = None, under: str | None = None, **settings: str
) -> str:
    """Start a server and return the folder of its socket, which lies ``under`` another."""
    binaries, account = _binaries(), _account()
    folder = tempfile.mkdtemp(prefix="washline-pg-", dir=under or memory.folder())
    if account:
        os.chown(folder, account["user"], account["group"])
    data = f"{folder}/data"
    made = [f"--username={OWNER}", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C"]
    _run(folder, [binaries / "initdb", "-D", data, *made])
    if created:
        alone = ["--single", "-F", "-c", "log_min_messages=fatal", "-D", data, "postgres"]
        _run(folder, [binaries / "postgres", *alone], created)
    if mark:
        _run(folder, ["touch", f"{data}/{mark}"])
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": folder,
        "max_connections": "200",
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "autovacuum": "off",
        "checkpoint_timeout": "1h",
        "max_wal_size": "4GB",
        **settings,
    }
    server = [binaries / "postgres", "-D", data]
    for name, value in settings.items():
        server += ["-c", f"{name}={value}"]
    with Path(folder, "log").open("wb") as log:
        keeper = subprocess.Popen(
            ["sh", "-c", KEEPER, "keeper", folder, *server],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            cwd="/",
            start_new_session=True,
            **account,
        )
    atexit.register(_stop, keeper)
    _wait(f"postgresql+psycopg://{OWNER}@/postgres?host={folder}", folder)
    return folder


def _run(folder: str, command: list, given: str = "") -> None:
    """Run a program as the server's account, in its folder."""
    subprocess.run(
        command,
        input=given.encode(),
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
        **_account(),
    )


def fresh_database(url: str, name: str, template: str = "template1") -> str:
    """Make the database `name`, dropping a former one, on the server of `url`; its URL comes back.

    `template` is a database to copy, which is quicker than migrating once more; nobody may be
    connected to it.
    """
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        # Since 15 the other way, page by page through the log, is the usual one; for so small a
        # database it costs twice as much.
        copying = "STRATEGY file_copy" if connection.dialect.server_version_info >= (15,) else ""
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}" {copying}'))
    engine.dispose()
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def _binaries() -> Path:
    """Where initdb and postgres lie: Debian keeps them off PATH, one folder a version."""
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda path: int(path.parts[4].split(".")[0]),
    )
    found = str(versions[-1]) if versions else shutil.which("initdb")
    if not found:
        raise RuntimeError(
            "PostgreSQL is not installed, and the tests need it. On Debian: apt-get install "
            "postgresql"
        )
    return Path(found).resolve().parent


def _account() -> dict:
    """The arguments with which subprocess gives root away; empty for everybody else."""
    if os.getuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _wait(url: str, folder: str) -> None:
    engine = create_engine(url)
    deadline = time.monotonic() + 30
    while True:
        try:
            engine.connect().close()
            return engine.dispose()
        except Exception as error:
            if time.monotonic() > deadline:
                raise RuntimeError(
                    f"PostgreSQL did not start:\n{Path(folder, 'log').read_text()}"
                ) from error
            time.sleep(0.05)


def _stop(keeper: subprocess.Popen) -> None:
    if keeper.poll() is None:
        keeper.communicate(b"\n", timeout=60)
