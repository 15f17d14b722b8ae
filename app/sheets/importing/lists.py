"""The lists of the pages of spreadsheets, to take away: what was looked at, what was taken in, what
a file comes to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from app.flow.texts.lazy_text import _l
from app.models.records.papers.document import Job
from app.models.spreadsheets.sheet_import import SheetImport
from app.sheets.importing import report
from app.sheets.importing.words import STATES, change, fields_of, told
from app.sheets.kinds import KINDS, Kind
from app.sheets.reading.plan import Change
from app.web.sheets import Sheet

LOOKED_AT = (_l("File"), _l("What is in it"), _l("When"))
TAKEN_IN = (
    _l("File"),
    _l("What is in it"),
    _l("new"),
    _l("changed"),
    _l("wrong"),
    _l("By"),
    _l("When"),
)
WAITING = (_l("File"), _l("Documents"))
ROWS = (_l("File"), _l("Row"), _l("What"), _l("State"), _l("What it comes to"))


def looked_at(jobs: Iterable[Job]) -> Sheet:
    rows = [
        [
            ", ".join(file["name"] for file in job.payload["files"]),
            KINDS[job.payload["kind"]].label,
            job.asked_at,
        ]
        for job in jobs
    ]
    return "looked-at", LOOKED_AT, rows


def taken_in(imports: Iterable[SheetImport]) -> Sheet:
    rows = [
        [
            row.filename,
            KINDS[row.kind].label if row.kind in KINDS else row.kind,
            row.new,
            row.changed,
            row.wrong,
            row.by.known_as if row.by else _l("Command line"),
            row.at,
        ]
        for row in imports
    ]
    return "taken-in", TAKEN_IN, rows


def waiting(lists: Iterable[Any]) -> Sheet:
    return "to-confirm", WAITING, [[each.source, each.many] for each in lists]


def outcome(kind: Kind, rows: Iterable[report.Row], files: Sequence[str]) -> Sheet:
    """What rows of the ``files`` come to, in words."""
    return "rows", ROWS, outcomes(fields_of(kind), rows, files)


def outcomes(
    fields: dict[str, Any], rows: Iterable[report.Row], files: Sequence[str]
) -> Iterator[list[Any]]:
    for row in rows:
        changes = (change(fields, Change(*each)) for each in row.changes)
        said = [
            *(told(fault) for fault in row.faults),
            *(f"{name} {old or '–'} → {new or '–'}" for name, old, new in changes),
            *(report.sentence(each) for each in row.said),
        ]
        file = files[row.second]
        yield [file, row.number, row.title, STATES[row.state], "; ".join(map(str, said))]
