"""Keep a small plant of the code that is checked out, with a little life: a file for each database.

    python tests/upgrades/keep.py [FOLDER]

The files are named after the commit. `migrations/README` says when a landing adds its own.
"""

import gzip
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(Path.cwd()))

# Delivered; inspected, halted and running; a rush; declined; two just come in.
ORDERS = ("H9-2026-318", "NX-330", "HT-URG-7", "BC-0913", "SL-1002", "NX-331")
SOLD, HALTED = ("H9-2026-318", 1), ("NX-330", 2)


def begin(world):
    """The part of the demo's play that is kept."""
    from app.demo.play import script
    from app.demo.play.deliveries import delivery_story
    from app.demo.play.incidents import problem_story
    from app.demo.play.orders import order_story
    from app.demo.play.purchases import lot_story, purchase_story

    for order in [*script.earlier_orders(world), *world.plant.orders]:
        if (po := order.customer_po) in ORDERS:
            runs = {line: run for (of, line), run in script.RUNS.items() if of == po}
            fate = script.FATES.get(po, script.APPROVED)
            world.start(order_story(world, order, fate, runs))
    for receipt in world.plant.receipts[:3]:
        world.start(purchase_story(world, receipt))
    for lot in world.plant.lots:
        if lot.received > world.days.date(-10):
            world.start(lot_story(world, lot))
    for delivery in script.DELIVERIES:
        if SOLD in delivery.cards:
            world.start(delivery_story(world, delivery))
    for problem in script.PROBLEMS:
        if problem.card == HALTED:
            world.start(problem_story(world, problem))


def play(url, home):
    """Play the plant into an empty database, through the migrations of its own code."""
    os.environ |= {"DATABASE_URL": url, "WASHLINE_HOME": str(home)}
    from app import create_app
    from app.demo.play import player as demo
    from app.extensions import db
    from app.models.records.rules.setting import mark_demo
    from app.storage import schema

    app = create_app()
    with app.app_context():
        schema.prepare(app)
        mark_demo()
        db.session.commit()
        demo.begin = begin
        demo.play()
        db.engine.dispose()


def keep(commit, folder):
    """Write the two files of a commit's plant."""
    from tests import databases

    with tempfile.TemporaryDirectory() as home:
        place = Path(home, "plant.sqlite3")
        play(f"sqlite:///{place}", home)
        from sqlalchemy import create_engine, make_url

        whole = Path(home, "whole.sqlite3")
        with create_engine(f"sqlite:///{place}").connect() as connection:
            connection.exec_driver_sql(f"VACUUM INTO '{whole}'")
        write(folder / f"{commit}.sqlite3.gz", whole.read_bytes())
    with tempfile.TemporaryDirectory() as home:
        url = databases.fresh_database(databases.postgres_url(), "kept")
        play(url, home)
        where = make_url(url)
        dump = [
            databases._binaries() / "pg_dump",
            "--no-owner",
            "--no-privileges",
            "-h",
            where.query["host"],
            "-U",
            where.username,
            where.database,
        ]
        write(folder / f"{commit}.postgresql.sql.gz", subprocess.check_output(dump))


def write(path, content):
    path.write_bytes(gzip.compress(content, 9, mtime=0))
    print(f"{path.name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    asked = ["git", "rev-parse", "--short=7", "HEAD"]
    name = subprocess.check_output(asked, text=True).strip()
    keep(name, Path(sys.argv[1]) if sys.argv[1:] else HERE / "plants")
