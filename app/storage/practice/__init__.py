"""A practice copy: the plant as it stands in a home of its own, from which nothing is sent.

On SQLite its database lies in that home; on PostgreSQL beside the plant's, and the home's mark
names it.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, cast

from flask import Flask
from sqlalchemy import URL, delete, make_url

from app.config import FOLDERS, PRACTICE
from app.extensions import db
from app.jobs.leases import transaction
from app.models.alerts.group_robot import RobotMessage
from app.models.people.user import UserSession
from app.progress import Progress, silent
from app.storage import store
from app.storage.backup import dump, files_of
from app.storage.practice import beside
from app.storage.restore.databases import taken_over, working_role
from app.storage.store import Folder

HOME, DATABASE = "practice", "washline.sqlite3"


def home_in(home: Path) -> Path:
    """The home of a plant's practice copy."""
    return home / HOME


def is_there(home: Path) -> bool:
    """Whether a plant has a practice copy that is whole."""
    return (home_in(home) / PRACTICE).exists()


def make(app: Flask, name: str | None = None, progress: Progress = silent) -> Path:
    """Copy database and files of a running plant, and return the copy's home; on PostgreSQL its
    database may have a name given.

    It is there whole or not at all. Raises BadBackup or OSError; the copy is not there before.
    """
    home = app.config["HOME"]
    draft = home / f".practice-{secrets.token_hex(4)}"
    draft.mkdir(mode=0o700)
    try:
        with copied(app, draft, name, progress) as url:
            copy, lasting = Folder(draft), store.of(app)
            opened = files_of(lasting, lasting.places(*FOLDERS))
            for number, (place, file) in enumerate(opened, 1):
                copy.put(place, cast("IO[bytes]", file.file))
                progress("files", number, 0)
            with taken_over(draft, url, copy, working_role(app)), transaction():
                forget_ways_out()
            (draft / PRACTICE).write_text(mark(url))
            draft.rename(home_in(home))
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return home_in(home)


@contextmanager
def copied(app: Flask, draft: Path, name: str | None, progress: Progress) -> Iterator[URL]:
    """The plant's database once more, in the copy's home or beside the plant's."""
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    dumped = dump(url, draft, progress)
    if url.get_backend_name() == "sqlite":
        yield url.set(database=str(dumped.rename(draft / DATABASE)))
        return
    with beside.filled(app, dumped, name) as made:
        dumped.unlink()
        yield made


def forget_ways_out() -> None:
    """Have the copied database know nobody's login, and no message to send."""
    db.session.execute(delete(UserSession))
    db.session.execute(delete(RobotMessage))


def mark(url: URL) -> str:
    """What stands in the file that makes a home a copy's: when it was made, and the database that
    it has on PostgreSQL, if that is where it is.
    """
    name = "" if url.get_backend_name() == "sqlite" else f"{url.database}\n"
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC\n{name}"


def throw_away(home: Path, copy: Flask) -> None:
    """Take a plant's practice copy away, whose application is ``copy``; its own home must hold the
    mark, so nothing else goes. Raises BadBackup.
    """
    if is_there(home):
        if make_url(copy.config["SQLALCHEMY_DATABASE_URI"]).get_backend_name() != "sqlite":
            beside.take_away(copy)
        gone = home / f".practice-{secrets.token_hex(4)}"
        home_in(home).rename(gone)
        shutil.rmtree(gone)
