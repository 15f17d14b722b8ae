"""When something was last done of which no row tells: a backup, a verification, the witness, the
emergency pack.

A small file each in the home folder, for whoever watches (``/metrics``); nothing on record hangs
on it, and one that cannot be written stops nothing.
"""

from __future__ import annotations

import json
import logging
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FOLDER = "last"
BACKUP, VERIFY, WITNESS, PAPER_DAY = "backup", "verify", "witness", "paper_day"

log = logging.getLogger(__name__)


def note(home: Path, what: str, at: str | None = None, **told: Any) -> None:
    """Keep that something was done, now or ``at`` a time, and what else is told of it."""
    text = json.dumps({"at": at or datetime.now(UTC).isoformat(timespec="seconds"), **told})
    folder = home / FOLDER
    draft = folder / f".{what}.{secrets.token_hex(4)}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        try:
            draft.write_text(text)
            draft.replace(folder / what)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        log.warning("when the last %s was cannot be kept: %s", what, error.strerror)


def told(home: Path, what: str) -> tuple[datetime, dict[str, Any]] | None:
    """When it was last done, with what was told; None where nothing is known."""
    try:
        kept = json.loads((home / FOLDER / what).read_text())
        return datetime.fromisoformat(kept["at"]), kept
    except (OSError, ValueError, TypeError, KeyError):
        return None
