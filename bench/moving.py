"""People who move cards on Production's board: each has a card that goes on hold and comes back."""

from __future__ import annotations

import itertools
import re

from .client import Client

REASON = "等客户确认交货日期"


class Mover:
    """One client with one card; ``move`` takes it where it is not."""

    def __init__(self, port: int, token: str, ref: str, version: int) -> None:
        self.client = Client(port, token)
        page = self.client.get("/production/")[1].decode()
        self.csrf = re.search(r'"X-CSRFToken": "([^"]+)"', page)[1]
        self.key = re.search(r'data-key="([^"]+)"', page)[1]
        self.client.head |= {
            "X-CSRFToken": self.csrf,
            "HX-Request": "true",
            "X-Board": "production",
            "Sec-Fetch-Site": "same-origin",
        }
        self.ref, self.version = ref, version
        self.moves = itertools.count(1)
        self.done = 0

    def move(self) -> None:
        """Move the card and see that the answer shows it in its new stage with its new version."""
        number = next(self.moves)
        action, fields = ("hold", {"reason": REASON}) if number % 2 else ("resume", {})
        path = f"/production/{self.ref}/{action}"
        status, body = self.client.post(
            path, version=self.version, key=f"{self.key}.{number}", csrf_token=self.csrf, **fields
        )
        if status != 200 or b'data-kind="done"' not in body:
            raise AssertionError(f"{path}: {status} {body[:300].decode()}")
        self.version += 1
        self.done += 1
        self.size = len(body)

    def come_back(self) -> None:
        """Leave the card where it stood at first, so that the next ones find the same board."""
        if self.done % 2:
            self.move()
