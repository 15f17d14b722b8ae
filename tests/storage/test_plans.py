"""No page and no action reads from end to end a table that grows with the past: each statement
finds its rows by an index, whatever the database knows or does not know of its tables.
"""

import csv
from datetime import timedelta
from pathlib import Path

import pysqlite3
import pytest

from app import clock
from app.extensions import db
from app.jobs import alerts, leases, vouchers
from app.models.records.rules.plant_settings import PlantSetting
from app.screens.archive import hits
from app.screens.wall import facts
from app.sheets.reading.plan import Plan
from app.sheets.vouchers.comparison import Comparison
from tests import application
from tests.plants import walk_everywhere
from tests.storage.plans import recorded, scans
from tests.walk import PASSWORD

# What SQLite counted in the tables of a plant of 200,000 orders (bench/plant.py): as the product
# has it counted, and by a plain ANALYZE, which takes the rows of all stages for equally many.
LARGE = {
    "a large plant": Path(__file__).with_name("large_plant.csv"),
    "all of a large plant": Path(__file__).with_name("large_plant_in_full.csv"),
}
READERS = {
    "order": "sales",
    "production": "planner",
    "sample": "inspector",
    "shipment": "storekeeper",
    "requisition": "buyer",
    "anomaly": "supervisor",
    "handover": "operator",
    "disposition": "quality_head",
    "revision": "quality_head",
    "count": "storekeeper",
    "complaint": "sales",
}
DEPARTMENTS = {
    "sales": "sales",
    "production": "planner",
    "warehouse": "storekeeper",
    "quality": "quality_head",
    "purchasing": "buyer",
}
FORMS = {
    ("production", "to_plan"): ("draw_up", "supply_from_stock"),
    ("shipment", "to_ship"): ("ship",),
    ("sample", "testing"): ("enter_results",),
    ("requisition", "ordered"): ("receive",),
    ("count", "counting"): ("enter_counts", "submit_count"),
    ("order", "in_review"): ("approve", "correct"),
}
# What may be read from end to end, and why.
EXCEPTIONS = {
    "ORDER BY event.id DESC": "the newest event alone",
    "ORDER BY voucher_batch.id DESC": "the last fifty",
    "DELETE FROM answer": "once a day, of what is not yet a month old",
    "DELETE FROM job": "once a day, of what is not yet a month old",
    "WHERE 0 = 1": "nothing is asked for",
    "FROM production_order\n LIMIT": "one is asked for, to say whether the plant works",
    "FROM sales_order\n LIMIT": "a thousand orders are counted, to say whether there are more",
}


@pytest.fixture(scope="module")
def sent(kind, walked, tmp_path_factory):
    """Every statement of all that a plant does in a day."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hits, "COUNTED", 1)  # words that one order holds are frequent
        yield statements_of(walked, tmp_path_factory)


def statements_of(walked, tmp_path_factory):
    with application.renewed(walked.copy("asked"), tmp_path_factory.mktemp("asked")) as app:
        walk = walk_everywhere(walked, app)
        with app.app_context():
            PlantSetting.change({"vouchers": "yes"}, by=None, version=0)
            db.session.commit()
        with recorded(app) as found:
            look(walk)
            work(walk)
            seen(walk, "storekeeper", "/vouchers/", "/vouchers/stock/")
            with app.app_context():
                vouchers.make({}, 0, None)
                Comparison(Plan([], []))
                db.session.rollback()
                alerts.look()
                leases.is_due()
                leases.tidy()
                leases.sweep(leases.name())
                facts.plant(), facts.phases(), facts.notices()
                db.session.rollback()
    return found


@pytest.fixture(params=["nothing", *LARGE])
def database(request, sent, walked):
    """A connection to a plant of whose tables SQLite knows nothing, or what it counted in a large
    one.
    """
    file = walked.copy("planned").removeprefix("sqlite:///")
    connection = pysqlite3.connect(file)
    if request.param != "nothing":
        connection.execute("ANALYZE")
        connection.execute("DELETE FROM sqlite_stat1")
        connection.execute("DELETE FROM sqlite_stat4")
        with LARGE[request.param].open() as rows:
            connection.executemany("INSERT INTO sqlite_stat1 VALUES (?, ?, ?)", csv.reader(rows))
        connection.commit()
        connection.close()
        connection = pysqlite3.connect(file)  # which reads what is known
    yield connection
    connection.close()


def test_no_statement_reads_a_growing_table_from_end_to_end(database, sent):
    found = {
        (table, statement)
        for table, statement in scans(database, sent)
        if not any(part in statement for part in EXCEPTIONS)
    }
    assert len(sent) > 300 and not found, "\n\n".join(map(": ".join, sorted(found)))


@pytest.mark.parametrize("database", ["nothing"], indirect=True)
@pytest.mark.parametrize(
    "index,table",
    [
        ("ix_production_order_parent_id", "production_order"),
        ("ix_plan_line_end", "plan"),
        ("ix_sample_lot_id", "sample"),
        ("ix_stock_movement_record", "stock_movement"),
        ("ix_shipment_board", "shipment"),
    ],
)
def test_a_missing_index_is_told(database, sent, index, table):
    database.execute(f"DROP INDEX {index}")
    assert table in {found for found, _ in scans(database, sent)}


def look(walk):
    """Visit every kind of page."""
    for department, role in DEPARTMENTS.items():
        seen(walk, role, "/", f"/{department}/", f"/{department}/today", f"/{department}/?late=1")
    for days in ("", "first=2026-01-01", "last=2026-01-31", "first=2026-01-01&last=2026-01-31"):
        for words in ("", "words=p-dw", "customer=c001"):
            for place in ("", "page=50&after=1", "page=50&after=-1", "page=50&before=-1"):
                seen(walk, "sales", f"/archive/?{days}&{words}&{place}")
    seen(
        walk,
        "storekeeper",
        "/stock/",
        "/stock/?by=lot",
        "/stock/counts/",
        "/warehouse/new/shipment/assemble",
    )
    seen(walk, "sales", "/product/P-DW-500", "/customer/C-002", "/material/R-002", "/line/L1")
    seen(walk, "quality_head", "/audit/", "/alarms", "/people?q=a")
    now = clock.now()
    down = {
        name: f"{clock.local(moment):%Y-%m-%dT%H:%M}"
        for name, moment in (("since", now - timedelta(hours=2)), ("until", now))
    }
    declared = walk.browser("admin").submit(
        "/paper-day/declare", reason="power cut", password=PASSWORD, **down
    )
    seen(walk, "supervisor", "/paper-day/", declared.location)
    for (flow, stage), ref in walk.refs.items():
        seen(walk, READERS[flow], f"/production/{ref}")
        for form in FORMS.get((flow, stage), ()):
            seen(walk, READERS[flow], f"/production/{ref}/{form}")
    seen(walk, "sales", f"/archive/{walk.refs['order', 'fulfilled']}")
    card = walk.refs["production", "in_stock"]
    seen(walk, "storekeeper", f"/lots/{walk.look(card, lambda r: r.lot.lot_no)}")


def seen(walk, role, *paths):
    for path in paths:
        answer = walk.browser(role).get(path)
        # A form whose action is blocked says why, with 409.
        assert answer.status_code in (200, 409), (path, answer.status_code)


def work(walk):
    """Take an order up to its run, and another one from there to its end."""
    held = walk.card("ready", quantity=24)
    walk.do("planner", held, "hold", reason="waiting")
    walk.do("planner", held, "resume")
    card = walk.refs["production", "running"]
    for stage in ("to_inspect", "inspecting", "to_stock_in", "in_stock"):
        walk.bring(card, stage)
    shipment = walk.shipment(card)
    walk.pack(shipment)
    walk.confirm(shipment)
    walk.ship(shipment)
    walk.follow_up(shipment)
