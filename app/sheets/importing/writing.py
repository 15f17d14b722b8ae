"""Writing what a file comes to: all of it or nothing, with one event that names the file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from app.content.tables.workbooks import CFB, ZIP
from app.models.records.papers.attachment import Attachment
from app.models.spreadsheets.sheet_import import SheetImport
from app.sheets.importing.files import File
from app.sheets.kinds import Kind
from app.sheets.reading.plan import CHANGED, NEW, WRONG, Plan
from app.storage import archive
from app.web.sheets import CSV, XLSX

if TYPE_CHECKING:
    from app.models.people.user import User

XLS = "application/vnd.ms-excel"
LONGEST = 120


@contextmanager
def filing() -> Iterator[list[Attachment]]:
    """Holds what is filed while a transaction lasts; where that fails, the files go too."""
    filed: list[Attachment] = []
    try:
        yield filed
    except BaseException:
        for each in filed:
            archive.drop(each)
        raise


def write(kind: Kind, plan: Plan, *, by: User | None, good_only: bool = False) -> bool:
    """Write the rows of a plan that are new or changed; False where nothing is.

    Where a row is wrong nothing is written, unless ``good_only``. Raises Refused; the caller
    commits.
    """
    rows = [row for row in plan.rows if row.state in (NEW, CHANGED)]
    if not rows or (plan.counts[WRONG] and not good_only):
        return False
    kind.apply(plan, by=by, rows=rows)
    return True


def record(
    kind: Kind,
    counts: dict[str, int],
    files: list[File],
    filed: list[Attachment],
    *,
    by: User | None,
    folder: bool = False,
) -> SheetImport:
    """Put on record that files were taken in, and keep them. Raises OSError; the caller commits."""
    mine = []
    for file in files:
        mine.append(Attachment.new(file.name[-LONGEST:], type_of(file.content)))
        mine[-1].name = file.token or mine[-1].name  # whoever tries again finds it there
        filed.append(mine[-1])
        stored = archive.store(mine[-1], file.content)
        mine[-1].sha256, mine[-1].size = stored.sha256, stored.size
    return SheetImport.write(kind.key, mine, counts, by=by, roles=kind.keepers, folder=folder)


def type_of(content: bytes) -> str:
    return XLSX if content.startswith(ZIP) else XLS if content.startswith(CFB) else CSV
