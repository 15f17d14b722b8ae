"""The unpacked house in the place of the one that is there, which is laid aside."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL

from app.required import required
from app.storage import schema
from app.storage.backup_file import FOLDERS, BadBackup
from app.storage.restore.databases import statement
from app.storage.store import Folder, Store
from app.storage.store.folder import move, sync
from app.storage.store.streams import copy


def exchange(home: Path, files: Store, folder: Path, url: URL, fresh: URL) -> Path | None:
    """Lay the house aside and put the unpacked one in its place; a mark forbids a start while
    that is half done.
    """
    aside = home / f"replaced-{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"
    aside.mkdir(mode=0o700)
    mark = home / schema.RESTORING
    mark.write_text(aside.name)
    sync(home)
    # The database first: it alone may be refused to us, and then nothing has happened yet.
    if url.get_backend_name() == "sqlite":
        exchange_sqlite(Path(required(url.database)), Path(required(fresh.database)), aside)
    else:
        try:
            exchange_postgresql(url, fresh, aside.name)
        except BadBackup:
            mark.unlink()
            aside.rmdir()
            raise
    try:
        exchange_files(files, Folder(folder), aside)
    except OSError as error:
        raise BadBackup(
            f"the files are only half exchanged: {error}; once that is mended, run `washline "
            f"restore --replace` again"
        ) from error
    mark.unlink()
    sync(home)
    return aside


def exchange_files(files: Store, fresh: Folder, aside: Path) -> None:
    """Put the unpacked files in the store, and lay aside what it has otherwise or besides; what is
    the same stays. Folders stay, too: they may be mounted.
    """
    for place in fresh.places(*FOLDERS):
        unpacked = fresh.root / place
        if not files.take(place, unpacked) and sha256(files, place) != sha256(fresh, place):
            files.move_out(place, aside / place)
            files.take(place, unpacked)
    for place in files.places(*FOLDERS):
        if not (fresh.root / place).exists():
            files.move_out(place, aside / place)


def sha256(files: Store, place: str) -> str:
    with files.open(place) as opened:
        return copy(opened.file, None)


def exchange_sqlite(file: Path, fresh: Path, aside: Path) -> None:
    """Move the database with its log aside, the new one in."""
    for suffix in ("", "-wal", "-shm"):
        part = file.with_name(file.name + suffix)
        if part.exists():
            move(part, aside / part.name)
    move(fresh, file)
    sync(file.parent)


def exchange_postgresql(url: URL, fresh: URL, name: str) -> None:
    """Swap the names of the two databases in one transaction."""
    statement(
        url,
        f'ALTER DATABASE "{url.database}" RENAME TO "{url.database}_{name}"',
        f'ALTER DATABASE "{fresh.database}" RENAME TO "{url.database}"',
    )
