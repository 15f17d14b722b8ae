"""Spreadsheets: ten thousand products looked at and taken in, every order taken away."""

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
COMMAND = """
import atexit, sys
from pathlib import Path
status = Path("/proc/self/status")
atexit.register(lambda: print(status.read_text(), file=sys.stderr))
from app.cli import main
main()
"""


def spreadsheets(home: Path, folder: Path) -> list[Figure]:
    """What an administrator waits for who types the commands, and the memory that they take."""
    file, few, orders = (folder / name for name in ("products.csv", "few.csv", "orders.xlsx"))
    done(home, "export", "products", few)
    multiply(few, file)
    looked, _ = done(home, "import", "products", file, "--dry-run")
    taken, of_import = done(home, "import", "products", file)
    exported, of_export = done(home, "export", "orders", orders)
    return [
        Figure("10,000 products of a file looked at", "s", looked, most=10),
        Figure("… and taken in, each on record", "s", taken, most=20),
        Figure("… memory", "MB", of_import),
        Figure("20,000 orders as XLSX", "s", exported, most=10),
        Figure("… memory", "MB", of_export, most=300),
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


def done(home: Path, *typed: object) -> tuple[float, float]:
    """Run ``washline``: the seconds and the megabytes that it took."""
    began = time.monotonic()
    said = subprocess.run(
        [sys.executable, "-c", COMMAND, *map(str, typed)],
        env={**os.environ, "WASHLINE_HOME": str(home), "DATABASE_URL": ""},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert said.returncode == 0, (typed, said.stderr)
    taken = re.search(r"VmHWM:\s+(\d+) kB", said.stderr)
    return time.monotonic() - began, int(taken[1]) / 1024 if taken else 0.0
