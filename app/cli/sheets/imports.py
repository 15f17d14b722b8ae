"""``washline import``: spreadsheets of a plant's own data, looked at and then taken in."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli import Trouble, placed
from app.cli.sheets.asked import DEMO, known, own_language, person, tell, tell_links

if TYPE_CHECKING:
    from app.sheets.importing.files import File
    from app.sheets.kinds import Kind
    from app.sheets.reading.plan import Plan

HELP = """Take in a spreadsheet of a KIND, XLSX, XLS or CSV: a line tells what each row comes to,
new, changed, same or wrong, and the last one counts them. Nothing is written while a row is wrong.
"""


class WithKinds(click.Command):
    """Its help lists the kinds, which are read only for that."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from app.sheets.kinds import IN_ORDER

        rows = [(kind.key, f"{kind.file}.csv in the demo's folder") for kind in IN_ORDER]
        with formatter.section("Kinds, in the order in which one needs the other"):
            formatter.write_dl([*rows, (DEMO, "a whole FOLDER of such files, like the demo's")])


@click.command("import", cls=WithKinds, help=HELP)
@click.argument("kind")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what each row comes to.")
@click.option("--mapping", metavar="NAME", help="How its columns are called, as kept on /import/.")
@click.option("--by", metavar="LOGIN", help="Who does it (else: the command line).")
@click.option(
    "--decimal", type=click.Choice(["point", "comma"]), help="The decimal sign of the file."
)
@click.option("--take-good", is_flag=True, help="Take in the right rows, name the wrong ones.")
@click.option(
    "--lines",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A second file, with the lines (of orders, of formulas, of kits).",
)
@click.option("--sheet", metavar="NAME", help="The sheet of the workbook.")
@placed
def command(kind: str, file: Path, lines: Path | None, **options: Any) -> None:
    """Print what each row comes to; exit code 0 only where none is wrong."""
    from app import create_app
    from app.storage import schema, shared_store
    from app.web.languages import speaking

    app = create_app()
    with ExitStack() as stack:
        stack.enter_context(schema.in_use(app))
        stack.enter_context(app.app_context())
        schema.prepare(app, say=lambda line: click.echo(line, err=True))
        shared_store.join()
        stack.enter_context(speaking(own_language()))
        if kind == DEMO:
            from app.cli.sheets.folder import take_folder

            wrong = take_folder(file, options)
        else:
            wrong = take_file(known(kind), [file, *([lines] if lines else [])], options)
    if wrong:
        sys.exit(1)


def take_file(kind: Kind, paths: list[Path], options: dict[str, Any]) -> bool:
    """Look at a file and take it in; True where a row of it is wrong."""
    from app.cli.progress import shown
    from app.jobs.leases import transaction
    from app.sheets.importing.files import File, NotRead, planned
    from app.sheets.importing.words import counted
    from app.sheets.importing.writing import filing

    if len(paths) > 1 and not kind.takes_lines:
        raise Trouble(f"{kind.key} come in one file, without --lines")
    files = [File(path.name, path.read_bytes()) for path in paths if path.is_file()]
    if not files:
        raise Trouble(f"{paths[0]} is no file")
    with transaction(reads=True):
        person(options["by"], kind.keepers)
        try:
            with shown() as show:
                plan = planned(kind, files, settings(kind, options), partial(show, "rows"))
        except NotRead as reason:
            raise Trouble(str(reason.sentence).rstrip(".。")) from None
        tell(kind, plan)
    wrong = plan.counts["wrong"]
    if not options["dry_run"]:
        with filing() as filed, transaction():
            taken = take(kind, plan, files, filed, options)
        if taken and wrong:
            leave_wrong(plan, paths[0])
        if taken:
            tell_links(plan, kind)
    click.echo(counted(plan))
    return wrong > 0


def settings(kind: Kind, options: dict[str, Any]) -> Any:
    from app.content.tables import Wishes
    from app.sheets.importing.files import mapping, settings_of

    said: dict[str, Any] = {}
    if name := options["mapping"]:
        found = mapping(kind, name)
        if found is None:
            raise Trouble(f"there is no mapping {name!r} for {kind.key}; choose one on /import/")
        said = found
    wishes = Wishes(decimal=options["decimal"] or "", sheet=options["sheet"] or "")
    return settings_of(said, wishes)


def take(
    kind: Kind, plan: Plan, files: list[File], filed: list[Any], options: dict[str, Any]
) -> bool:
    """Write what is new or changed, and put it on record; False where nothing is."""
    from app.models.records.errors import Refused
    from app.sheets.importing.writing import record, write

    try:
        by = person(options["by"], kind.keepers)
        if not write(kind, plan, by=by, good_only=options["take_good"]):
            return False
        record(kind, plan.counts, files, filed, by=by)
    except Refused as refusal:
        raise Trouble(str(refusal.sentence)) from None
    return True


def leave_wrong(plan: Plan, path: Path) -> None:
    """Write the wrong rows to a file beside the one that they came from, those of a second file to
    one of their own.
    """
    from app.sheets.importing.rejects import wrong_rows
    from app.web.sheets import as_csv

    for sheet in wrong_rows(plan):
        beside = path.with_name(f"{path.stem}-{sheet[0]}.csv")
        beside.write_bytes(as_csv(sheet))
        click.echo(f"washline: the wrong rows are in {beside}", err=True)
