"""``washline export``: a plant's own data as a spreadsheet that ``washline import`` reads again."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli import Trouble, placed

TYPES = (".csv", ".xlsx")


@click.command("export", help="Write what there is of a KIND to a FILE, by its ending CSV or XLSX.")
@click.argument("kind")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@placed
def command(kind: str, file: Path) -> None:
    """Write the file; nothing is changed."""
    from app import create_app
    from app.cli.sheets.asked import known, own_language
    from app.jobs.leases import transaction
    from app.sheets.exporting.files import content_of
    from app.storage import schema
    from app.web.languages import speaking

    found = known(kind)
    if file.suffix.lower() not in TYPES:
        raise Trouble(f"{file} ends neither in .csv nor in .xlsx")
    app = create_app()
    with app.app_context(), speaking(own_language()):
        if schema.is_empty():
            raise Trouble("the database is empty; there is nothing to export")
        schema.current()
        with transaction(reads=True):
            content = content_of(found, file.suffix.lower()[1:], plain=True)
    try:
        file.write_bytes(content)
    except OSError as error:
        raise Trouble(f"{file} cannot be written: {error.strerror}") from None
    click.echo(f"{found.key} are in {file}.")
