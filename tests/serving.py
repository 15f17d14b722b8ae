"""A house for tests of what runs: its own database and home folder, real processes, real
records.
"""

import hashlib
import http.client
import os
import secrets
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from app import create_app
from app.config import file_store, make_home
from app.database import engine_options
from app.extensions import db
from app.flow.documents import MATERIAL_SHEET
from app.models.floor.anomaly import Anomaly
from app.models.master import AnomalyCode
from app.models.people.user import User, UserSession
from app.models.records.papers.document import Document, Job
from app.storage import schema
from tests import application, commands, shared
from tests.shared import WORKER, Template

WASHLINE = Path(sys.executable).with_name("washline")
# A busy machine is slow, and whoever waits for a condition loses nothing by it; but shorter than a
# lease (app/jobs/leases.py).
PATIENCE = 40


def until(answer, seconds=PATIENCE):
    """Ask until the answer is true and return it; fail after so long."""
    deadline = time.monotonic() + seconds
    while not (found := answer()):
        assert time.monotonic() < deadline, "nothing came of it"
        time.sleep(0.02)
    return found


@pytest.fixture
def house(kind):
    """A house with one person and one kind of anomaly in it, on each kind of database; its place
    is the same for each test of this process.

    Tests import this fixture.
    """
    home = shared.folder() / f"house_{WORKER}"
    shutil.rmtree(home, ignore_errors=True)
    make_home(home)
    return House(home, furnished(kind).copy_into(home, "house"))


def furnished(kind):
    """The template of its database: made once, copied for each house."""
    template = Template(kind, "furnished")

    def make():
        with tempfile.TemporaryDirectory() as home:
            House(Path(home), template.create()).prepare()

    shared.once(f"furnished-{kind}", make)
    return template


# The applications of a thread, by place and database.
BUILT = threading.local()
# Routes are compiled to syntax trees, which Python 3.11 cannot build in two threads at once.
ONE_AT_A_TIME = threading.Lock()


class House:
    """One installation: ``run`` a command, have it ``serving``, or act in it from this process."""

    def __init__(self, home, url):
        self.home, self.url = home, url
        self.environment = {
            k: v for k, v in os.environ.items() if not k.startswith(("WASHLINE_", "DATABASE_"))
        } | {"WASHLINE_HOME": str(home), "DATABASE_URL": url, "WASHLINE_PROCESSES": "1"}

    @property
    def store_url(self):
        """Where its files lie, if not in its home folder."""
        return self.environment.get("WASHLINE_STORE_URL", "")

    @contextmanager
    def app(self):
        """The application with its context, as this process sees the house: a thread builds it
        once.
        """
        known, place = vars(BUILT), f"{self.home} {self.url} {self.store_url}"
        if place not in known:
            known[place] = self.build()
        with application.for_a_while(known[place]) as app, app.app_context():
            yield app

    def build(self):
        store = file_store(self.store_url)
        make_home(self.home, store)
        with ONE_AT_A_TIME:
            return create_app(
                HOME=self.home,
                STORE=store,
                SQLALCHEMY_DATABASE_URI=self.url,
                TESTING=True,
                SQLALCHEMY_ENGINE_OPTIONS=engine_options(self.url),
            )

    def prepare(self):
        """Make its tables, its person and its kind of anomaly."""
        with self.app():
            schema.create()
            db.session.add(
                AnomalyCode(
                    code="TST",
                    name_zh="测试",
                    name_en="Test",
                    stage="any",
                    severity="low",
                    active=True,
                )
            )
            User.create(login="zhao", name="赵", roles=["sales", "supervisor"])
            db.session.commit()

    def run(self, *arguments, given=None):
        return commands.run([*map(str, arguments)], self.environment, given)

    def start(self, work, *arguments):
        """Do any work, a function of a module, as a process in the house's environment."""
        return commands.Command([*map(str, arguments)], self.environment, work=work)

    @contextmanager
    def serving(self, *arguments, port=0, kind=None, **more):
        """The running server; it is stopped at the end and must leave with exit code 0."""
        server = (kind or Server)(self, *arguments, port=port, **more)
        try:
            until(server.answers)
            yield server
        finally:
            server.process.send_signal(signal.SIGTERM)
            _, said = server.process.communicate(PATIENCE)
        assert server.process.returncode == 0, said

    # Acts

    def report(self, *documents):
        """Somebody reports a problem, and these documents are ordered with it: an event is
        committed. Returns their ids.
        """
        with self.app():
            anomaly = Anomaly.create(
                "report",
                by=db.session.scalar(select(User)),
                description="漏液",
                code_id=db.session.scalar(select(AnomalyCode.id)),
            )
            ordered = [Document.queue(anomaly, kind).id for kind in documents]
            db.session.commit()
            return ordered

    def order_sheet(self):
        return self.report(MATERIAL_SHEET)[0]

    def document(self, number):
        with self.app():
            document = db.session.get_one(Document, number)
            db.session.expunge(document)
            return document

    def jobs(self):
        with self.app():
            return [
                (job.state, job.attempts, job.error)
                for job in db.session.scalars(select(Job).order_by(Job.id))
            ]

    def log_in(self):
        """Open a login and return the cookie it is known by."""
        token, now = secrets.token_urlsafe(32), datetime.now(UTC)
        with self.app():
            db.session.add(
                UserSession(
                    token_hash=hashlib.sha256(token.encode()).hexdigest(),
                    created=now,
                    touched=now,
                    user_id=db.session.scalar(select(User.id)),
                )
            )
            db.session.commit()
        return {"Cookie": f"washline={token}"}


class Server:
    """A running ``washline serve``."""

    def __init__(self, house, *arguments, port=0, work=commands.washline):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = port or free.getsockname()[1]
        self.process = commands.Command(
            [str(each) for each in ("serve", "--port", self.port, *arguments)],
            house.environment,
            work=work,
        )

    def get(self, path, headers=None, timeout=PATIENCE):
        """Ask for a path; the answer is not read yet."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        connection.request("GET", path, headers=headers or {})
        return connection.getresponse()

    def answers(self):
        assert self.process.poll() is None, self.process.communicate(PATIENCE)[1]
        try:
            return self.get("/healthz").status == 200
        except OSError:
            return False

    def children(self):
        """The ids of its processes."""
        listed = Path(f"/proc/{self.process.pid}/task")
        return sorted(
            int(child)
            for task in listed.iterdir()
            for child in (task / "children").read_text().split()
        )

    def worker(self):
        """The id of the worker, None while there is none."""
        return next(
            (child for child in self.children() if called(child) == "washline-worker"), None
        )


def called(process):
    """The name of a process, None when it is gone."""
    try:
        return Path(f"/proc/{process}/comm").read_text().strip()
    except (FileNotFoundError, ProcessLookupError):
        return None
