"""The played demo plant for browser tests: behind a port of this process, or run by the real
server.
"""

import secrets
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256

from sqlalchemy import func, select
from werkzeug import Response
from werkzeug.serving import WSGIRequestHandler, make_server

from app.extensions import db
from app.flow.flows import FLOWS
from app.live import end_streams, latest
from app.models.people.user import User, UserSession
from app.models.records.event import Event
from app.models.records.kinds import KINDS, record_of
from app.models.records.papers.document import Job
from app.models.records.record import Record
from tests import application, shared
from tests.browser import axe
from tests.played import played_plant
from tests.serving import until
from tests.shared import Template

LATER = datetime(2099, 1, 1, tzinfo=UTC)


def unprinted_plant(home):
    """The template of the played plant whose own papers are not printed: no test reads them, and
    there are many."""
    template = Template("sqlite", "unprinted")

    def make():
        app = application.build(template.create(played_plant(home)), HOME=home)
        with app.app_context():
            db.session.execute(db.update(Job).values(due=LATER))
            db.session.commit()
        application.close(app)

    shared.once("unprinted", make)
    return template


def for_ever(file):
    """A script as what a browser need not ask for again."""
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(file.read_bytes(), mimetype="text/javascript", headers=headers)


class Lasting(WSGIRequestHandler):
    """A connection serves one request after the other, as with the real server."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code="-", size="-"):
        """Nobody reads it."""


class Door:
    """The application behind a port, and how many requests are in it.

    As a proxy before it would, it keeps the files that are the same for ever: every new window asks
    for them.
    """

    def __init__(self, app):
        self.app, self.inside, self.counting = app, 0, threading.Lock()
        self.files = {axe.ADDRESS: for_ever(axe.AXE)}
        server = make_server("127.0.0.1", 0, self, threaded=True, request_handler=Lasting)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{server.port}"

    def __call__(self, environ, start_response):
        if environ["PATH_INFO"].startswith("/static/"):
            return self.file(environ)(environ, start_response)
        return self.page(environ, start_response)

    def file(self, environ):
        path = environ["PATH_INFO"]
        if path not in self.files:
            answer = Response.from_app(
                self.app, {**environ, "REQUEST_METHOD": "GET"}, buffered=True
            )
            if not answer.cache_control.immutable:
                return answer
            self.files[path] = answer
        return self.files[path]

    def page(self, environ, start_response):
        self.count(1)
        try:
            yield from self.app(environ, start_response)
        finally:
            self.count(-1)

    def count(self, change):
        with self.counting:
            self.inside += change


@cache
def door_of(app):
    """One server an application; it ends with the process."""
    return Door(app)


@contextmanager
def served(template, home, browser):
    """A plant of one's own behind the port that all plants of this process stand behind in turn.

    At the end all windows are shut, so that nothing asks the plant that stands there next.
    """
    with application.renewed(template.copy("browser"), home) as app:
        door = door_of(app)
        yield Plant(app, door.url)
        for context in browser.contexts:
            context.close()
        end_streams(app)
        until(lambda: not door.inside)


class Plant:
    """The application behind a port, and what a test wants to know of it or do in it."""

    def __init__(self, app, url):
        self.app, self.url = app, url

    def cookie(self, user, language):
        """A login of a person (asked for by a query), who reads this language from now on."""
        token, now = secrets.token_urlsafe(32), datetime.now(UTC)
        with self.app.app_context():
            person = db.session.scalars(user).first()
            person.language = language
            db.session.add(
                UserSession(
                    token_hash=sha256(token.encode()).hexdigest(),
                    created=now,
                    touched=now,
                    user_id=person.id,
                )
            )
            db.session.commit()
        return {"name": "washline", "value": token, "url": self.url}

    def cookie_of(self, login, language="en"):
        return self.cookie(select(User).where(User.login == login), language)

    def number(self):
        """The number that the stream tells."""
        with self.app.app_context():
            return latest()

    def look(self, ref, what=lambda record: record.stage):
        """A fact of a record."""
        with self.app.app_context():
            return what(record_of(ref))

    def offered(self, login, flow, action, refused=False):
        """The first record to which this person may do this now; with ``refused``, the first
        where something speaks against it.
        """
        with self.app.app_context():
            person = db.session.scalars(select(User).where(User.login == login)).one()
            stages = FLOWS[flow].action(action).sources
            kind = KINDS[flow]
            for record in db.session.scalars(
                select(kind).where(kind.stage.in_(stages)).order_by(kind.id)
            ):
                for offer in record.available_actions(person):
                    if offer.action.key == action and bool(offer.refusal) is refused:
                        return record.ref
        return None

    def events(self, ref, action):
        """How often it happened to a record."""
        with self.app.app_context():
            record = record_of(ref)
            return db.session.scalar(
                select(func.count())
                .select_from(Event)
                .where(
                    Event.flow == record.flow.key,
                    Event.record_id == record.id,
                    Event.action == action,
                )
            )

    def do(self, login, ref, action, **data):
        """A colleague acts, elsewhere."""
        with self.app.app_context():
            record_of(ref).perform(
                action, by=db.session.scalars(select(User).where(User.login == login)).one(), **data
            )
            db.session.commit()
