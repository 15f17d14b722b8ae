"""Spreadsheets: ten thousand products looked at and taken in, every order taken away, by the
command and as the archive's list by the worker.
"""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
import time
from pathlib import Path

from .table import Figure

ROWS = 10_000
# It tells at its end how much memory it took: what the system says of a child counts the parent's.
TELLS = """
import atexit, sys
from pathlib import Path
status = Path("/proc/self/status")
atexit.register(lambda: print(status.read_text(), file=sys.stderr))
"""
COMMAND = f"""{TELLS}
from app.cli import main
main()
"""
WORKER = f"""{TELLS}
from app import create_app
from app.extensions import db
from app.jobs import worker
from app.models.people.user import User
from app.models.records.papers import list_file
with create_app().app_context():
    person = db.session.scalars(db.select(User).where(User.login == "sales1")).one()
    list_file.ask_for("/archive/", "/archive/", "xlsx", "en", person)
    db.session.commit()
    assert worker.do_next("bench:1")
    assert list_file.own(person, "/archive/")[0].state == "done"
"""


def spreadsheets(home: Path, folder: Path) -> list[Figure]:
    """What an administrator waits for who types the commands, and the memory that they take."""
    file, few, orders = (folder / name for name in ("products.csv", "few.csv", "orders.xlsx"))
    done(home, "export", "products", few)
    multiply(few, file)
    looked, _ = done(home, "import", "products", file, "--dry-run")
    taken, of_import = done(home, "import", "products", file)
    exported, of_export = done(home, "export", "orders", orders)
    listed, of_list = done(home, code=WORKER)
    return [
        Figure("10,000 products of a file looked at", "s", looked, most=10),
        Figure("… and taken in, each on record", "s", taken, most=20),
        Figure("… memory", "MB", of_import),
        Figure("20,000 orders as XLSX", "s", exported, most=10),
        Figure("… memory", "MB", of_export, most=300),
        Figure("… as the archive’s list, by the worker", "s", listed, most=10),
        Figure("… memory", "MB", of_list, most=300),
    ]


def multiply(few: Path, file: Path) -> None:
    """Write a file of new products, each like one that there is."""
    with few.open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.DictReader(source))
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, rows[0].keys())
        writer.writeheader()
        for number in range(ROWS):
            writer.writerow(
                {
                    **rows[number % len(rows)],
                    "product_code": f"BENCH-{number:05}",
                    "barcode_demo": "",
                }
            )


def done(home: Path, *typed: object, code: str = COMMAND) -> tuple[float, float]:
    """Run ``washline``, or other code: the seconds and the megabytes that it took."""
    began = time.monotonic()
    said = subprocess.run(
        [sys.executable, "-c", code, *map(str, typed)],
        env={**os.environ, "WASHLINE_HOME": str(home), "DATABASE_URL": ""},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert said.returncode == 0, (typed, said.stderr)
    taken = re.search(r"VmHWM:\s+(\d+) kB", said.stderr)
    return time.monotonic() - began, int(taken[1]) / 1024 if taken else 0.0
