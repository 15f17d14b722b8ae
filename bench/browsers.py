"""What people see in Chromium: a board from request to painted and usable, and a move until a
second browser shows it.
"""

from __future__ import annotations

import shutil
import sqlite3
import statistics
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.chromium import launch

from .moving import Mover
from .plant import OPEN
from .servers import Server, washline
from .table import Figure

MANY = 16_000
LOADS, MOVES = 15, 11
# From the request until what was drawn has been painted and the page's scripts have come alive.
USABLE = """async () => {
    const alive = () => document.documentElement.dataset.ready;
    while (!alive()) await new Promise(requestAnimationFrame);
    await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    const { requestStart } = performance.getEntriesByType('navigation')[0];
    return performance.now() - requestStart }"""
# Resolves with the moment at which the card stands in that version and was painted so.
SHOWN = """([ref, version]) => new Promise(done => {
    const card = `.card[data-record="${ref}"][data-version="${version}"]`;
    const seen = () => document.querySelector(card);
    const painted = () => requestAnimationFrame(() => setTimeout(() => done(Date.now())));
    if (seen()) return painted();
    const watch = new MutationObserver(() => { if (seen()) { watch.disconnect(); painted(); } });
    const kinds = { childList: true, attributes: true, attributeFilter: ['data-version'] };
    watch.observe(document.body, { subtree: true, ...kinds });
})"""


def context_of(browser: Browser, server: Server, token: str) -> BrowserContext:
    """Somebody logged in at a server."""
    address = f"http://127.0.0.1:{server.port}"
    context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": "washline", "value": token, "url": address}])
    return context


def seen_elsewhere(page: Page, mover: Mover) -> float:
    """Milliseconds from the moment a move is sent until this page has painted it."""
    page.evaluate(f"args => {{ window.shown = ({SHOWN})(args) }}", [mover.ref, mover.version + 1])
    began = page.evaluate("Date.now()")
    mover.move()
    return page.evaluate("shown") - began


def moves_seen(server: Server, token: str, mover: Mover) -> list[Figure]:
    """What another's move needs to be seen on an open board."""
    with sync_playwright() as playwright:
        page = context_of(launch(playwright), server, token).new_page()
        page.goto("/production/")
        page.wait_for_selector("html[data-heard]", state="attached")
        spans = []
        for _ in range(MOVES):
            page.wait_for_timeout(1_200)  # a page reads itself at most once a second
            spans.append(seen_elsewhere(page, mover))
    return [Figure("a move is seen in a second browser", "ms", statistics.median(spans), most=300)]


def usable(page: Page) -> float:
    """Milliseconds from the request for Production's board to painted and usable, its files in
    the browser's cache.
    """
    page.goto("/production/")
    span = page.evaluate(USABLE)
    page.goto("about:blank")
    return span


def loads(home: Path, folder: Path, token: str) -> list[Figure]:
    """The board of 500 open cards and the same with 16,000, in turns: the machine is not always
    equally quick.
    """
    with (
        washline(home) as few,
        washline(crowded(home, folder)) as many,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        pages = [context_of(browser, server, token).new_page() for server in (few, many)]
        spans = [[usable(page) for page in pages] for _ in range(LOADS + 1)][1:]
    one, other = (statistics.median(each) for each in zip(*spans, strict=True))
    return [
        Figure(f"board of {OPEN} cards, painted and usable in Chromium", "ms", one, most=400),
        Figure(f"board of {MANY:,} cards, painted and usable in Chromium", "ms", other, most=400),
        Figure("… times that of 500", "", round(other / one, 2), most=1.3),
    ]


def crowded(home: Path, folder: Path) -> Path:
    """A copy of the plant with 16,000 open cards."""
    made = folder / "crowded"
    shutil.copytree(home, made, ignore=shutil.ignore_patterns("*.sqlite3*"))
    copy = sqlite3.connect(made / "washline.sqlite3")
    with sqlite3.connect(home / "washline.sqlite3") as database:
        database.backup(copy)
    multiply(copy)
    return made


def multiply(database: sqlite3.Connection) -> None:
    """Copy the open cards, row by row as they stand, until there are 16,000; only a benchmark
    may write so.
    """
    columns = [name for _, name, *_ in database.execute("PRAGMA table_info(production_order)")]
    own = {"id": "id + :step", "number": "number || '-' || :round"}
    chosen = ", ".join(own.get(name, f'"{name}"') for name in columns)
    top = database.execute("SELECT max(id) FROM production_order").fetchone()[0]
    rows = (
        "FROM production_order WHERE stage IN ('to_plan', 'plan_review', 'handed_over', "
        "'ready', 'running', 'on_hold')"
    )
    ids = [i for (i,) in database.execute(f"SELECT id {rows}")]
    names = ", ".join(f'"{name}"' for name in columns)
    for number in range(1, MANY // len(ids)):
        database.execute(
            f"INSERT INTO production_order ({names}) SELECT {chosen} {rows} AND id <= :top",
            {"step": number * top, "round": number, "top": top},
        )
    database.execute("ANALYZE")
    database.commit()
    database.close()
