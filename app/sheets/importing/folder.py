"""The folder into which the plant's bookkeeping puts spreadsheets: what lies there to be taken in,
claimed by a new name, and put aside when that is done.

``customers/x.xlsx`` or ``customers-x.xlsx`` is of the kind; ``customers@u8/x.xlsx`` is read by the
columns that are kept as “u8”. Links are never followed, and what is not taken is left alone.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flask import current_app

from app.sheets.kinds import KINDS, Kind

# Partners, items and purchase orders: what the bookkeeping knows before the plant does.
WATCHED = ("customers", "addresses", "suppliers", "materials", "products", "receipts")
ENDINGS = (".xlsx", ".xls", ".et", ".csv", ".txt")
WORKING, TAKEN, REFUSED = "working", "taken", "refused"
LARGEST = 5 * 1024 * 1024
SUFFIX = "-why.csv"


@dataclass(frozen=True)
class Found:
    """A file that lies in the folder: its place there, and what tells whether it still grows."""

    place: str
    size: int
    changed: int


def folder() -> Path | None:
    """The folder that is named, if it is there and no link."""
    named = current_app.config["INBOX"]
    path = Path(named).absolute() if named else None
    return path if path and path.is_dir() and not path.is_symlink() else None


def kind_of(place: str) -> tuple[Kind, str] | None:
    """The kind of a file by its place, and the name of the columns it is read by; None where it
    is none that is watched.
    """
    first, sign, name = place.partition("/")
    called, _, mapping = first.partition("@") if sign else (first.partition("-")[0], "", "")
    if "/" in name or (name or first).startswith((".", "~")) or not place.lower().endswith(ENDINGS):
        return None
    return (KINDS[called], mapping) if called in WATCHED else None


def lying(root: Path) -> Iterator[Found]:
    """The files that may be taken in, none of them a link."""
    for entry in sorted(os.scandir(root), key=lambda each: each.name):
        if entry.is_dir(follow_symlinks=False):
            if entry.name.partition("@")[0] in WATCHED:
                for inner in sorted(os.scandir(entry.path), key=lambda each: each.name):
                    yield from plain(inner, f"{entry.name}/{inner.name}")
        else:
            yield from plain(entry, entry.name)


def plain(entry: os.DirEntry[str], place: str) -> Iterator[Found]:
    if entry.is_file(follow_symlinks=False) and kind_of(place):
        known = entry.stat(follow_symlinks=False)
        if known.st_size:
            yield Found(place, known.st_size, known.st_mtime_ns)


def claim(root: Path, place: str, number: int) -> Path | None:
    """Give a file the name that only the job of a number knows it by; None where another one has
    taken it. A job that is tried again finds it there. Raises OSError.
    """
    mine = own(root, WORKING) / f"{number}-{Path(place).name}"
    if not mine.exists() and kind_of(place):
        source = root / place
        if source.is_symlink() or source.parent.is_symlink() or not source.is_file():
            return None
        try:
            source.rename(mine)
        except FileNotFoundError:
            return None
    return mine if mine.exists() else None


def own(root: Path, name: str) -> Path:
    """One of our own folders in it. Raises OSError where something else is called so."""
    path = root / name
    if path.is_symlink():
        raise NotADirectoryError(0, "this is a link, not a folder of ours", str(path))
    path.mkdir(exist_ok=True)
    return path


def content_of(path: Path) -> bytes | None:
    """What a file holds; None where it is larger than any that is brought. Raises OSError, also
    for a link.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    with os.fdopen(handle, "rb") as opened:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(0, "this is no file", str(path))
        content = opened.read(LARGEST + 1)
    return None if len(content) > LARGEST else content


def beside(path: Path) -> Path:
    """Where it says why a file was refused."""
    return path.with_name(path.name + SUFFIX)


def put_aside(root: Path, number: int, where: str) -> None:
    """Put what a job has done with into one of our folders, and what says why beside it."""
    target = own(root, where)
    for path in own(root, WORKING).glob(f"{number}-*"):
        path.rename(target / path.name)


def in_work(root: Path) -> set[int]:
    """The numbers of the jobs whose files are in work, or were when a worker was killed."""
    numbers = (path.name.partition("-")[0] for path in own(root, WORKING).iterdir())
    return {int(number) for number in numbers if number.isdecimal() and len(number) < 19}
