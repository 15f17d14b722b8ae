"""Three hundred wall displays at once: how soon the last hears of a move, how soon all have
their page again, and what it costs.
"""

from __future__ import annotations

import hashlib
import secrets
import statistics
import threading
import time
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models.people.display import Display
from app.models.people.user import User

from .client import Client, milliseconds
from .moving import Mover
from .servers import Server
from .streams import Streams
from .table import Figure

SCREENS = 300
READERS = 16
COOKIE = "washline_screen"


def paired(app: Flask, *boards: str) -> str:
    """The token of a display that shows the lines, the phases, and boards of these departments."""
    token = secrets.token_urlsafe(32)
    with app.app_context():
        keeper = db.session.scalars(select(User.id).where(User.login == "admin1")).one()
        db.session.add(
            Display(
                name="bench",
                layouts=["plant", "flow", *boards],
                seconds=20,
                distance=6,
                diagonal=55,
                language="zh_Hans_CN",
                theme="dark",
                token_hash=hashlib.sha256(token.encode()).hexdigest(),
                paired_at=datetime.now(UTC),
                paired_by_id=keeper,
            )
        )
        db.session.commit()
    return token


def walls(app: Flask, server: Server, token: str, mover: Mover) -> list[Figure]:
    """Moves that every screen hears of and reads again after, while somebody reads a board."""
    screen = paired(app)
    readers = [Client(server.port, screen, cookie=COOKIE) for _ in range(READERS)]
    person, pages, over = Client(server.port, token), [], threading.Event()

    def read() -> None:
        while not over.wait(0.05):
            pages.append(milliseconds(lambda: person.get("/production/"), 1))

    with Streams(server.port, screen, SCREENS, "/display/live", COOKIE) as streams:
        thread = threading.Thread(target=read)
        thread.start()
        heard, painted = [], []
        for _ in range(10):
            began = time.perf_counter()
            heard.append(max(streams.hear(mover.move)))
            everybody_reads(readers)
            painted.append((time.perf_counter() - began) * 1000)
        over.set()
        thread.join()
        memory = server.megabytes("Pss")
    return [
        Figure(
            f"{SCREENS} displays: the last hears of a move",
            "ms",
            statistics.median(heard),
            most=100,
            peer=39,
        ),
        Figure("… all have read their page again", "ms", statistics.median(painted), most=1000),
        Figure("… a board page meanwhile", "ms", statistics.median(pages), most=50),
        Figure("… all processes", "MB", memory, most=250),
    ]


def everybody_reads(readers: list[Client]) -> None:
    """As many requests as there are screens, over the readers' connections."""
    threads = [
        threading.Thread(
            target=lambda c=client: [
                c.get("/display/screen?page=0") for _ in range(SCREENS // READERS + 1)
            ]
        )
        for client in readers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
