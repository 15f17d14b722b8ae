"""A practice copy: the plant as it stands in a home of its own, from which nothing is sent."""

from __future__ import annotations

import secrets
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, cast

from flask import Flask
from sqlalchemy import delete, make_url

from app import create_app
from app.config import FOLDERS, PRACTICE
from app.database import engine_options
from app.extensions import db
from app.jobs.leases import transaction
from app.models.alerts.group_robot import RobotMessage
from app.models.people.user import UserSession
from app.progress import Progress, silent
from app.storage import schema, shared_store, store
from app.storage.backup import dump, files_of
from app.storage.store import Folder

HOME, DATABASE = "practice", "washline.sqlite3"


def home_in(home: Path) -> Path:
    """The home of a plant's practice copy."""
    return home / HOME


def is_there(home: Path) -> bool:
    """Whether a plant has a practice copy that is whole."""
    return (home_in(home) / PRACTICE).exists()


def make(app: Flask, progress: Progress = silent) -> Path:
    """Copy database and files of a running plant on SQLite, and return the copy's home.

    It is there whole or not at all. Raises BadBackup or OSError; the copy is not there before.
    """
    home, url = app.config["HOME"], make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    draft = home / f".practice-{secrets.token_hex(4)}"
    draft.mkdir(mode=0o700)
    try:
        dump(url, draft, progress).rename(draft / DATABASE)
        copy, lasting = Folder(draft), store.of(app)
        for number, (place, opened) in enumerate(files_of(lasting, lasting.places(*FOLDERS)), 1):
            copy.put(place, cast("IO[bytes]", opened.file))
            progress("files", number, 0)
        begin(draft)
        (draft / PRACTICE).write_text(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC\n")
        draft.rename(home_in(home))
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return home_in(home)


def begin(home: Path) -> None:
    """Have a copied database know its own files, nobody's login, and no message to send."""
    plain = f"sqlite:///{home / DATABASE}"
    app = create_app(
        HOME=home,
        STORE=None,
        SQLALCHEMY_DATABASE_URI=plain,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(plain),
        OWNER_URL="",
    )
    with app.app_context():
        try:
            if schema.pending():
                schema.upgrade()
            shared_store.bind(Folder(home))
            with transaction():
                db.session.execute(delete(UserSession))
                db.session.execute(delete(RobotMessage))
        finally:
            db.session.remove()
            db.engine.dispose()


def throw_away(home: Path) -> None:
    """Take a plant's practice copy away; its own home must hold the mark, so nothing else goes."""
    if is_there(home):
        gone = home / f".practice-{secrets.token_hex(4)}"
        home_in(home).rename(gone)
        shutil.rmtree(gone)
