"""Bringing a backup back: unpacked and checked in a place of its own, then put in the house's
place in one go, or not at all.
"""

from __future__ import annotations

import secrets
import shutil
import tarfile
from pathlib import Path

from flask import Flask
from sqlalchemy import URL

from app import verification
from app.extensions import db
from app.progress import Progress, silent
from app.storage import schema, store
from app.storage.backup import check_sqlite
from app.storage.backup_file import FOLDERS, POSTGRESQL, SQLITE, BadBackup, read_all
from app.storage.restore.databases import loaded, one_host, owners_url, taken_over, working_role
from app.storage.restore.exchange import exchange
from app.storage.store import Store


def restore(app: Flask, source: Path, *, replace: bool, progress: Progress = silent) -> Path | None:
    """Put a backup in the place of the house and return where the former one was laid aside.

    Raises BadBackup and changes nothing when the backup is not whole, not true to its record, or
    would replace something without being told to. The caller holds the home folder's lock alone.
    """
    home, files = app.config["HOME"], store.of(app)
    files.trial()
    if not replace and not is_vacant(app):
        raise BadBackup(
            "there is data here already; --replace lays it aside and puts the backup in its place"
        )
    url = one_host(owners_url(app))
    unpacked = home / f".restore-{secrets.token_hex(4)}"
    unpacked.mkdir(mode=0o700)
    try:
        unpack(source, unpacked, url, progress)
        with loaded(unpacked, url) as fresh:
            examine(unpacked, files, fresh, working_role(app), progress)
            return exchange(home, files, unpacked, url, fresh)
    finally:
        shutil.rmtree(unpacked, ignore_errors=True)


def is_vacant(app: Flask) -> bool:
    """True when neither a table nor a file would be replaced."""
    with app.app_context():
        empty = schema.is_empty()
        db.engine.dispose()
    return empty and not any(store.of(app).places(*FOLDERS))


def unpack(source: Path, folder: Path, url: URL, progress: Progress) -> None:
    """Write the backup's files into a folder, each checked against the manifest.

    Raises BadBackup.
    """
    try:
        with tarfile.open(source) as tar:
            read_all(tar, folder, progress)
    except tarfile.TarError as error:
        raise BadBackup(f"the file is not a whole backup: {error}") from None
    expected_name = SQLITE if url.get_backend_name() == "sqlite" else POSTGRESQL
    if not (folder / expected_name).exists():
        raise BadBackup(
            "the backup is of the other kind of database; DATABASE_URL must name the kind it was "
            "made from"
        )
    if expected_name == SQLITE:
        check_sqlite(folder / SQLITE, progress)


def examine(folder: Path, files: Store, url: URL, role: str | None, progress: Progress) -> None:
    """Raise BadBackup unless what was unpacked is what was recorded; then it is taken over."""
    with taken_over(folder, url, files, role):
        checks = [
            check
            for check in verification.check(witnessed=False, progress=progress)
            if check.kept and check.faults
        ]
    if checks:
        others = sum(len(check.faults) + check.more for check in checks) - 1
        more = f" (and {others} more)" if others else ""
        raise BadBackup(f"the backup is not what was recorded: {checks[0].faults[0]}{more}")
