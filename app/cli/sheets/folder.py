"""``washline import demo FOLDER``: a whole plant, all of it or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from app.cli import Trouble


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
    from app import clock
    from app.cli.sheets.asked import person, tell
    from app.demo.folder import left_over, parts
    from app.demo.sheets import Calendar
    from app.extensions import db
    from app.flow.roles import ADMIN
    from app.jobs.leases import transaction
    from app.sheets.importing.writing import filing, record, write
    from app.sheets.reading.plan import STATES

    counts, written = dict.fromkeys(STATES, 0), []
    with filing() as filed, transaction():
        person(options["by"], frozenset({ADMIN.key}))
        for part in parts(folder, Calendar(clock.today())):
            click.echo(f"{part.kind.key}: {', '.join(file.name for file in part.files)}")
            tell(part.kind, part.plan)
            for state, number in part.plan.counts.items():
                counts[state] += number
            if write(part.kind, part.plan, by=None, good_only=True):
                written.append((part.kind, part.plan.counts, part.files))
        if not sum(counts.values()):
            raise Trouble(f"{folder} holds none of the files that `washline import --help` lists")
        if options["dry_run"] or (counts["wrong"] and not options["take_good"]):
            db.session.rollback()
        else:
            for kind, of_kind, files in written:
                record(kind, of_kind, files, filed, by=None)
    for name in left_over(folder):
        click.echo(f"washline: {name} is of no kind and was left out", err=True)
    click.echo(", ".join(f"{number} {state}" for state, number in counts.items()))
    return counts["wrong"] > 0
