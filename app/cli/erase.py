"""``washline erase``: forget words about a person, at their request or when the time to keep
them is over.
"""

from __future__ import annotations

import click

from app.cli import Trouble, placed


@click.command(
    "erase",
    help="Show the words about people that are kept for OF (a record's number, a login, "
    "customer:CODE or mail:NUMBER); erase those "
    "whose NUMBERS are named. The chains hold as before. Papers already filed and backups keep "
    "what they say.",
)
@click.argument("of")
@click.argument("numbers", nargs=-1, type=int)
@click.option("--reason", default="", help="Why they are erased; it goes on record.")
@placed
def command(of: str, numbers: tuple[int, ...], reason: str) -> None:
    """List, or erase and commit once."""
    from app import create_app
    from app.extensions import db
    from app.flow.printed.procedure import english
    from app.models.people.erasure import erase, subject_of, words_about
    from app.models.records.errors import Refused
    from app.storage import schema

    app = create_app()
    with schema.in_use(app), app.app_context():
        if schema.is_empty():
            raise Trouble("there is nothing to erase: the database is empty")
        schema.current()
        subject = subject_of(of)
        if subject is None:
            raise Trouble(f"there is nothing on record under {of}")
        if not numbers:
            show(words_about(subject), of)
            return
        try:
            count = erase(subject, set(numbers), reason=reason)
        except Refused as refusal:
            raise Trouble(english(refusal.sentence)) from None
        db.session.commit()
        click.echo(f"{count} erased; `washline verify` checks that nothing else was touched.")


def show(words: list, of: str) -> None:
    """Print each with its number, its event and what it says."""
    for event, word in words:
        click.echo(f"{word.id:>6}  {event.at:%Y-%m-%d}  {event.action}, {word.field}: {word.said}")
    click.echo(
        f"{len(words)} kept for {of}."
        + (" Name the numbers and a --reason to erase them." if words else "")
    )
