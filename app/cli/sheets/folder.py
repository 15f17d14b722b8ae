"""``washline import demo FOLDER``: a whole plant, all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli import Trouble

if TYPE_CHECKING:
    from app.demo.folder import Part
    from app.models.people.user import User


def take_folder(folder: Path, options: dict[str, Any]) -> bool:
    """Look at each file of a folder and take it in; True where a row is wrong."""
    from app.content.tables.workbooks import NotRead
    from app.models.records.errors import Refused

    if not folder.is_dir():
        raise Trouble(f"{folder} is no folder")
    try:
        return taken(folder, options)
    except (NotRead, Refused) as reason:
        raise Trouble(str(reason.sentence).rstrip(".。")) from None


def taken(folder: Path, options: dict[str, Any]) -> bool:
    from app.cli.sheets.asked import person, tell_links
    from app.demo.folder import left_over
    from app.extensions import db
    from app.flow.roles import ADMIN
    from app.jobs.leases import transaction
    from app.sheets.importing.writing import filing, record
    from app.sheets.reading.plan import STATES

    counts, written = dict.fromkeys(STATES, 0), []
    with filing() as filed, transaction():
        by = person(options["by"], frozenset({ADMIN.key}))
        for part, is_written in each_part(folder, by):
            for state, number in part.plan.counts.items():
                counts[state] += number
            written += [part] if is_written else []
        if options["dry_run"] or (counts["wrong"] and not options["take_good"]):
            written.clear()
            db.session.rollback()
        for part in written:
            record(part.kind, part.plan.counts, part.files, filed, by=by)
    for part in written:
        tell_links(part.plan, part.kind)
    for name in left_over(folder):
        click.echo(f"washline: {name} is of no kind and was left out", err=True)
    click.echo(", ".join(f"{number} {state}" for state, number in counts.items()))
    return counts["wrong"] > 0


def each_part(folder: Path, by: User | None) -> Iterator[tuple[Part, bool]]:
    """Tell what each file comes to and write it, for the next one may name what is in it; whether
    anything was written comes along. Raises Trouble where there is no file.
    """
    from app import clock
    from app.cli.sheets.asked import tell
    from app.demo.folder import parts
    from app.demo.sheets import Calendar
    from app.sheets.importing.writing import write

    part = None
    for part in parts(folder, Calendar(clock.today())):
        click.echo(f"{part.kind.key}: {', '.join(file.name for file in part.files)}")
        tell(part.kind, part.plan)
        # What an administrator does not do by that right alone, the command line does for them.
        doer = by if by and by.has_role(part.kind.keepers) else None
        yield part, write(part.kind, part.plan, by=doer, good_only=True)
    if part is None:
        raise Trouble(f"{folder} holds none of the files that `washline import --help` lists")
