"""What a search costs: processor time over a fixed list of words, on the plant of an application.

``python -m bench.words 20000 200000`` builds plants with so many closed orders and measures each.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select, text

from app.extensions import db
from app.models.sales.order import Order
from app.screens.archive.criteria import Wanted
from app.screens.archive.index import page_of
from app.screens.search.find import AT_MOST, keys_of, search

from . import plant
from .table import Figure

# One, two and more characters, frequent and rare; names; numbers whole and in part; slips; nothing.
WORDS = (
    *("2", "柠", "z", "郡", "柠檬", "洗洁", "无此", "20", "77", "zz", "洗洁精", "海棠", "有限公司"),
    *("p-dw", "p-dw-500", "haitang", "haitnag", "p-dw-5o0", "421", "0421", "00421", "999", "00000"),
    *("{number}", "{number}-1", "{request}", "{po}", "{number} {po}", "{rest}", "{rest}-1"),
    *("{slip}", "{none}", "2019-00421", "ht-9999999", "-1-2"),
)
ROUNDS = 5
ENTRIES, MEDIAN, WORST = "entries found", 4, 16


def measure(app: Flask) -> list[Figure]:
    """What the words cost in the median and at worst: the entries alone, the whole search, the
    archive; and what the index takes.
    """
    with app.app_context():
        words = words_of_this_plant()
        found = [
            figure
            for name, ask in ((ENTRIES, entries), ("search", search), ("archive", archive))
            for figure in costs(name, ask, words)
        ]
        return [*found, Figure("search index", "MB", size_of_index() / 1e6)]


def words_of_this_plant() -> list[str]:
    """The fixed list, with the numbers of an order in the middle of what is closed."""
    closed = select(Order).where(Order.stage.in_(Order.flow.completed)).order_by(Order.id)
    count = db.session.scalar(select(func.count()).select_from(closed.subquery())) or 0
    order = db.session.scalars(closed.offset(count // 3).limit(1)).one()
    number = str(order.number)
    known = {
        "number": number,
        "request": order.request_no,
        "po": order.customer_po,
        "rest": number.rpartition("-")[2],
        "slip": number[:-3] + number[-2] + number[-3] + number[-1],
        "none": number[:-1] + "x",
    }
    return [word.format(**known) for word in WORDS]


def entries(word: str) -> Any:
    """The lookup alone: no record is loaded."""
    return keys_of(word, AT_MOST)


def archive(word: str) -> Any:
    return page_of(Wanted(words=word))


def costs(name: str, ask: Callable[[str], Any], words: list[str]) -> list[Figure]:
    """The median over the words and the worst one, each word as its median of some rounds."""
    spent = {word: statistics.median(once(ask, word) for _ in range(ROUNDS)) for word in words}
    worst = max(spent, key=lambda word: spent[word])
    median, of = statistics.median(spent.values()), f"{name}: {len(words)} words"
    goal, limit = (MEDIAN, WORST) if name == ENTRIES else (None, None)
    return [
        Figure(f"{of}, median", "ms", median, most=goal),
        Figure(f"… the worst, “{worst}”", "ms", spent[worst], most=limit),
    ]


def once(ask: Callable[[str], Any], word: str) -> float:
    """Milliseconds of processor time of one question, PostgreSQL's own with it."""
    db.session.remove()
    server = Server()
    began, at_server = time.process_time(), server.seconds()
    ask(word)
    spent = time.process_time() - began + server.seconds() - at_server
    db.session.remove()
    return spent * 1000


class Server:
    """The process of PostgreSQL that answers this session; SQLite has none."""

    def __init__(self) -> None:
        lite = db.engine.dialect.name == "sqlite"
        pid = None if lite else db.session.scalar(text("SELECT pg_backend_pid()"))
        self.file = pid and Path(f"/proc/{pid}/schedstat")

    def seconds(self) -> float:
        return int(self.file.read_text().split()[0]) / 1e9 if self.file else 0.0


def size_of_index() -> int:
    """Bytes of the grams, and of which entry is about what."""
    if db.engine.dialect.name == "sqlite":
        return int(
            db.session.scalar(
                text(
                    "SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'search_gram%' "
                    "OR name LIKE '%search_subject%'"
                )
            )
            if has_dbstat()
            else db.session.scalar(text("SELECT sum(length(block)) FROM search_gram_data")) or 0
        )
    return int(db.session.scalar(text("SELECT pg_relation_size('ix_search_entry_grams')")) or 0)


def has_dbstat() -> bool:
    options = db.session.scalars(text("PRAGMA compile_options")).all()
    return "ENABLE_DBSTAT_VTAB" in options


def main() -> None:
    for closed in map(int, sys.argv[1:]):
        with tempfile.TemporaryDirectory(prefix="washline-words-") as folder:
            app = plant.application(Path(folder))
            plant.build(app, 100, closed)
            print(f"{closed:,} closed orders")
            print("\n".join(map(str, measure(app))))


if __name__ == "__main__":
    main()
