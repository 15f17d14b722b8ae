"""Every column of every table of a played plant is altered behind the application, and verify names
it.

A column that verify leaves open stands with its reason in
``app/models/records/sealing/unsealed.py``; what another check compares is altered here by hand.
"""

from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Boolean, Date, Integer, insert, inspect, select, text, update

from app import verification
from app.extensions import db
from app.models.records.column_types import Exact, Json, Moment
from app.models.records.kinds import KINDS
from app.models.records.record import Record
from app.models.records.sealing import sealed_rows
from app.models.records.sealing.unsealed import ELSEWHERE, OPEN, is_sealed, names
from app.verification.chains import kinds
from tests import application, shared
from tests.played import played_plant
from tests.shared import Template

TABLES = [table.name for table in db.metadatas[None].sorted_tables]
HELP = (
    "Every column is sealed by the event that writes it, as long as it is written through the "
    "session. Where a statement goes past it, tell "
    "`facts.note`; where the column is a cache or need not be true, name it with the reason in "
    "app/models/records/sealing/unsealed.py."
)


def columns(table):
    return sealed_rows.sealed_columns(db.metadatas[None].tables[table])


def other(column, value):
    """Another value that the column could hold."""
    kind = column.type
    if isinstance(kind, Json):
        return (
            [*value, "x"]
            if isinstance(value, list)
            else {**(value or {}), f"x{len(value or ())}": 1}
        )
    if isinstance(kind, Boolean):
        return not value
    if isinstance(kind, Exact):
        return (value or Decimal(0)) + 1
    if isinstance(kind, Integer):
        return (value or 0) + 100_003
    if isinstance(kind, Moment):
        return (
            value + timedelta(seconds=1)
            if value
            else datetime.fromisoformat("2026-01-01T00:00:00+00:00")
        )
    if isinstance(kind, Date):
        return value + timedelta(days=1) if value else date(2026, 1, 1)
    return f"{value or ''}x"


def fill(model):
    """Add a row of a kind of which the played plant has none, as a part of the application
    would.
    """
    row = model()
    for column in model.__table__.c:
        wanted = column.name in ("stage", "since") or (is_sealed(column) and not column.nullable)
        if wanted and not (column.primary_key and isinstance(column.type, Integer)):
            name = inspect(model).get_property_by_column(column).key
            setattr(
                row,
                name,
                model.flow.stages[0].key
                if name == "stage" and issubclass(model, Record)
                else other(column, None),
            )
    db.session.add(row)


def unlock():
    """Open the database as its owner could: no triggers, no foreign keys, no conditions."""
    for name in db.session.scalars(
        text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    ).all():
        db.session.execute(text(f"DROP TRIGGER {name}"))
    for pragma in ("ignore_check_constraints = ON", "writable_schema = OFF"):
        db.session.execute(text(f"PRAGMA {pragma}"))


def faults():
    return [fault for check in verification.check() for fault in check.faults]


@pytest.fixture(scope="module")
def plant(tmp_path_factory):
    """A copy of the played plant in which no table is empty; verify finds nothing."""
    home = tmp_path_factory.mktemp("altered")
    template = Template("sqlite", "altered")
    shared.once("altered", lambda: fill_tables(template.create(played_plant(home)), home))
    return template


@contextmanager
def past_the_application(url, home):
    """The context of an application whose database checks nothing."""
    app = application.build(url, HOME=home)
    with app.app_context():
        connection = db.session.connection()
        for statement in ("COMMIT", "PRAGMA foreign_keys = OFF", "BEGIN"):
            connection.exec_driver_sql(statement)
        yield
    application.close(app)


def fill_tables(url, home):
    with past_the_application(url, home):
        for mapper in db.Model.registry.mappers:
            if (
                sealed_rows.keeps_seals(mapper.local_table)
                and not db.session.execute(select(mapper.local_table).limit(1)).first()
            ):
                fill(mapper.class_)
                db.session.flush()
        db.session.commit()
        assert not [fault for fault in faults() if " left it in None" not in fault], HELP


@pytest.fixture(scope="module")
def found(plant, tmp_path_factory):
    """All sealed columns altered, each in a row of its own as far as there are enough.

    What was altered by table, and what verify said.
    """
    home = tmp_path_factory.mktemp("altered")
    return shared.once("found altered", lambda: alter_columns(plant.copy("found"), home))


def alter_columns(url, home):
    altered = {}
    with past_the_application(url, home):
        unlock()
        for name in TABLES:
            table = db.metadata.tables[name]
            rows = (
                db.session.execute(select(table).limit(60)).all()
                if sealed_rows.keeps_seals(table)
                else []
            )
            for place, column in enumerate(columns(name)):
                row = rows[place % len(rows)]._mapping
                key = [row[part.name] for part in table.primary_key.columns]
                here = [
                    part == value
                    for part, value in zip(table.primary_key.columns, key, strict=True)
                ]
                db.session.execute(
                    update(table)
                    .where(*here)
                    .values({column.name: other(column, row[column.name])})
                )
                altered.setdefault(name, []).append(
                    f"{name} {sealed_rows.key_of(key)}: {column.name} is not what"
                )
        db.session.commit()
        said = faults()
    return altered, said


@pytest.mark.parametrize("table", TABLES)
def test_an_altered_column_is_named(found, table):
    altered, said = found
    missed = [
        what for what in altered.get(table, ()) if not any(fault.startswith(what) for fault in said)
    ]
    assert not missed, f"{missed}\n{HELP}"


def test_every_column_is_compared_or_has_its_reason():
    """Both ways: no name in the lists that no column has, and none in both."""
    every = {
        name
        for table in db.metadatas[None].sorted_tables
        for column in table.c
        for name in names(column)
    }
    assert not [name for name in {*ELSEWHERE, *OPEN} if name not in every], (
        "these are gone: take them out of app/models/records/sealing/unsealed.py"
    )
    assert not ELSEWHERE.keys() & OPEN.keys()


@pytest.mark.parametrize(
    "name",
    [
        "work_instruction.version",
        "formula.version",
        "spec_test.stage",
        "anomaly_code.stage",
        "stage_setting.stage",
        "deputy.since",
    ],
)
def test_a_fact_is_sealed_though_other_tables_keep_a_lock_or_a_place_under_its_name(name):
    table, column = name.split(".")
    assert is_sealed(db.metadata.tables[table].c[column])


@pytest.mark.parametrize(
    "name", [name.split(".")[1] for name in ELSEWHERE if name.startswith(("record.", "*."))]
)
def test_what_another_check_compares_is_compared_wherever_it_stands(plant, tmp_path, name):
    """A column is not left to a check that does not look at its table: each one of this name is
    altered in a row of its own.
    """
    flows = {kind.__tablename__: flow for flow, kind in kinds().items()}
    altered = []
    with application.renewed(plant.copy(), tmp_path) as app, app.app_context():
        unlock()
        for table in db.metadata.sorted_tables:
            column = table.c.get(name)
            if (
                column is None
                or is_sealed(column)
                or {table.name, f"{table.name}.{name}"} & {*ELSEWHERE, *OPEN}
            ):
                continue
            number, value = db.session.execute(select(table.c.id, column).limit(1)).one()
            stages = (
                []
                if name != "stage"
                else [stage.key for stage in KINDS[flows[table.name]].flow.stages]
            )
            new = next((stage for stage in stages if stage != value), None) or other(column, value)
            db.session.execute(update(table).where(table.c.id == number).values({name: new}))
            altered.append((table.name, f"{flows.get(table.name)} {number}: "))
        db.session.commit()
        said = faults()
    assert altered and not [
        table for table, what in altered if not any(fault.startswith(what) for fault in said)
    ], HELP


ROWS = [table for table in TABLES if sealed_rows.keeps_seals(db.metadatas[None].tables[table])]


@pytest.fixture(scope="module")
def rows_found(plant, tmp_path_factory):
    """One row of every table taken away and one put in: what verify says."""
    home = tmp_path_factory.mktemp("rows")
    return shared.once("found rows", lambda: alter_rows(plant.copy("rows"), home))


def alter_rows(url, home):
    gone, new = {}, {}
    with past_the_application(url, home):
        unlock()
        for name in ROWS:
            table = db.metadata.tables[name]
            row = dict(
                db.session.execute(select(table).order_by(*table.primary_key.columns))
                .all()[-1]
                ._mapping
            )
            parts = list(table.primary_key.columns)
            gone[name] = f"{name} {sealed_rows.key_of(row[part.name] for part in parts)}: is gone"
            db.session.execute(table.delete().where(*[part == row[part.name] for part in parts]))
            last = parts[-1].name
            row[last] = other(parts[-1], row[last])
            new[name] = (
                f"{name} {sealed_rows.key_of(row[part.name] for part in parts)}: no event wrote it"
            )
            db.session.execute(insert(table).values(row))
        db.session.commit()
        said = faults()
    return gone, new, said


@pytest.mark.parametrize("table", ROWS)
def test_a_row_taken_away_and_one_put_in_are_named(rows_found, table):
    gone, new, said = rows_found
    assert [
        what
        for what in (gone[table], new[table])
        if not any(fault.startswith(what) for fault in said)
    ] == [], HELP
