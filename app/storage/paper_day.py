"""Where the emergency pack is kept: a folder that another machine shares, and the home folder.

In the folder one name is always the newest; those of the last day lie beside it.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import current_app

from app import clock
from app.storage import last_done

EVERY = timedelta(hours=1)
KEPT = 24
NAME = "washline-paper-day"
NEWEST = f"{NAME}.pdf"
FAILED = "paper_day_failed"


def folder() -> Path | None:
    """The folder of another machine; None where none is named."""
    named = current_app.config["PAPER_DAY_FOLDER"]
    return Path(named).absolute() if named else None


def at_home() -> Path:
    """The newest one in the home folder, which is sent to whoever asks for it."""
    return Path(current_app.config["HOME"], "paper-day", NEWEST)


def keep(pdf: bytes, at: datetime) -> None:
    """Keep a pack in both places. Raises OSError where one cannot be written; what was there
    stays.
    """
    at_home().parent.mkdir(mode=0o700, exist_ok=True)
    write(at_home(), pdf)
    if place := checked():
        # By its own name first: the other one may be open on somebody's screen, which keeps a
        # share from putting another in its place.
        write(place / f"{NAME}-{clock.local(at):%Y%m%d-%H%M}.pdf", pdf)
        write(place / NEWEST, pdf)
        for old in dated(place)[:-KEPT]:
            old.unlink(missing_ok=True)


def checked() -> Path | None:
    """The folder that is named, if any. Raises OSError where nothing should be put there."""
    place = folder()
    if place and not place.is_dir():
        raise NotADirectoryError(0, "there is no such folder; is its share there?", str(place))
    if place and place.is_relative_to(current_app.config["HOME"]):
        raise OSError(0, "it lies in the home folder: what takes one takes the other", str(place))
    return place


def write(file: Path, content: bytes) -> None:
    """Write a file whole or not at all, and on disk."""
    draft = file.with_name(f".{file.name}.half")
    try:
        with draft.open("wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def dated(place: Path) -> list[Path]:
    """Those kept in a folder by their time, the oldest first."""
    return sorted(place.glob(f"{NAME}-*.pdf"))


def is_due() -> bool:
    """Whether the last one that was kept in both places is an hour old, or failed."""
    done = last_done.told(current_app.config["HOME"], last_done.PAPER_DAY)
    return done is None or failure() is not None or datetime.now(UTC) - done[0] >= EVERY


def made_at() -> datetime | None:
    """When the one in the home folder was made."""
    try:
        return datetime.fromtimestamp(at_home().stat().st_mtime, UTC)
    except FileNotFoundError:
        return None


def note(failure: str = "") -> None:
    """Keep that a pack was made and put where it belongs, or why not."""
    home = current_app.config["HOME"]
    last_done.note(home, FAILED, failure=failure)
    if not failure:
        last_done.note(home, last_done.PAPER_DAY)


def noted_at() -> datetime | None:
    """When it was last noted what became of one."""
    told = last_done.told(current_app.config["HOME"], FAILED)
    return told and told[0]


def failure() -> str | None:
    """Why the last one was not made; None where it was."""
    told = last_done.told(current_app.config["HOME"], FAILED)
    return (told and told[1].get("failure")) or None
