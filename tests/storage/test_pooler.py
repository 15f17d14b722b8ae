"""A transaction pooler before PostgreSQL is refused at the start with a sentence."""

import re
import socket
import struct
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests.serving import house, until


class Pooler:
    """Clients in turn have the one connection to the server, each for a transaction: what PgBouncer
    does in its mode of that name. ``options`` of the clients it drops, or passes those of the first
    on.
    """

    def __init__(self, url, folder, *, drops):
        self.url, self.drops = make_url(url), drops
        self.turn, self.server, self.greeting = threading.RLock(), None, b""
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(str(folder / ".s.PGSQL.5432"))
        self.socket.listen()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        with client, client.makefile("rb") as said:
            (length,) = struct.unpack("!i", said.read(4))
            begin = said.read(length - 4)
            with self.turn:
                if self.server is None:
                    self.connect(begin)
            client.sendall(self.greeting)
            held = 0
            while (kind := said.read(1)) not in (b"", b"X"):
                size = said.read(4)
                if not held:
                    self.turn.acquire()
                    held = 1
                self.server.sendall(kind + size + said.read(struct.unpack("!i", size)[0] - 4))
                if kind in b"QS" and self.pass_on(client) == b"I":
                    self.turn.release()
                    held = 0

    def connect(self, begin):
        """Begin as the first client does, without its options if they are dropped."""
        self.server = socket.socket(socket.AF_UNIX)
        self.server.connect(str(Path(self.url.query["host"], ".s.PGSQL.5432")))
        self.answers = self.server.makefile("rb")
        if self.drops:
            begin = re.sub(rb"options\0[^\0]*\0", b"", begin)
        self.server.sendall(struct.pack("!i", len(begin) + 4) + begin)
        greeting = []
        while not greeting or greeting[-1][:1] != b"Z":
            greeting.append(self.answer())
        self.greeting = b"".join(greeting)

    def answer(self):
        kind, size = self.answers.read(1), self.answers.read(4)
        return kind + size + self.answers.read(struct.unpack("!i", size)[0] - 4)

    def pass_on(self, client):
        """Pass answers on up to the one that says how the transaction stands."""
        while True:
            answer = self.answer()
            client.sendall(answer)
            if answer[:1] == b"Z":
                return answer[-1:]


@contextmanager
def pooled(house, folder, **how):
    """The house's database is reached by a pooler."""
    pooler = Pooler(house.url, folder, **how)
    straight = house.environment["DATABASE_URL"]
    house.environment["DATABASE_URL"] = (
        make_url(house.url).set(query={"host": str(folder)}).render_as_string(False)
    )
    try:
        yield
    finally:
        pooler.socket.close()
        house.environment["DATABASE_URL"] = straight


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True, scope="session")
@pytest.mark.parametrize("drops", [True, False])
def test_it_is_refused_and_the_server_itself_is_not(house, tmp_path, drops):
    with pooled(house, tmp_path, drops=drops):
        answer = house.run("serve", "--port", "1")
        assert (answer.returncode, answer.stdout) == (1, "")
        assert re.fullmatch(r"washline: DATABASE_URL leads to a pooler [^\n]+\n", answer.stderr)
    with house.serving() as running:
        until(running.answers)
