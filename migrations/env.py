"""How migrations run: all in one transaction; on SQLite without foreign keys meanwhile, and
checked before the commit.
"""

from alembic import context
from sqlalchemy import Connection, DefaultClause, inspect, text
from sqlalchemy.types import TypeDecorator

from app.extensions import db
from app.models.records.event import APPEND_ONLY, guard_ledgers
from app.models.records.search_index.stored import is_apart
from app.storage.schema import tell_who_may_serve


class Dangling(Exception):
    """A migration left a row that points to nothing."""


def render(kind, thing, autogenerate):
    """Write our types as what the database sees, so that an old migration does not change with
    the code; a column that must not be empty brings its default for the rows there are.
    """
    if (
        kind == "column"
        and not thing.nullable
        and thing.server_default is None
        and thing.default is not None
        and thing.default.is_scalar
    ):
        value = thing.default.arg
        thing.server_default = DefaultClause(
            text(str(value).lower()) if isinstance(value, int) else str(value)
        )
    if kind == "type" and isinstance(thing, TypeDecorator):
        return f"sa.{thing.impl_instance!r}"
    return False


def migrate(connection: Connection) -> None:
    """Run what is pending, renew the triggers, look for dangling rows; the caller's transaction
    ends it.
    """
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=True,
        compare_type=True,
        transactional_ddl=True,
        render_item=render,
        include_object=lambda _thing, name, kind, *_found: not is_apart(name, kind),
    )
    with context.begin_transaction():
        context.run_migrations()
        if stands := context.get_context().get_current_revision():
            tell_who_may_serve(connection, context.script, stands)
        if set(APPEND_ONLY) <= set(inspect(connection).get_table_names()):
            guard_ledgers(connection)
        if connection.dialect.name == "sqlite" and (
            row := connection.execute(text("PRAGMA foreign_key_check")).first()
        ):
            raise Dangling(f"a row of {row[0]} points to nothing in {row[2]}; nothing was migrated")


with db.engine.connect() as opened:
    if opened.dialect.name != "sqlite":
        # A large table takes longer than a request may.
        opened.execute(text("SET statement_timeout = 0"))
        opened.execute(text("SET lock_timeout = '30s'"))
        opened.commit()
        migrate(opened)
    else:
        # Only outside a transaction does the pragma do anything; SQLAlchemy begins one with the
        # first statement.
        raw = opened.connection.driver_connection
        raw.execute("PRAGMA foreign_keys=OFF")
        try:
            migrate(opened)
        finally:
            opened.rollback()
            raw.execute("PRAGMA foreign_keys=ON")
