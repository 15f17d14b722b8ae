"""The played demo plant for browser tests: behind a port of this process, or run by the real server."""

import secrets
import shutil
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy import func, select
from werkzeug.serving import make_server

from app import create_app
from app.extensions import db
from app.flow.flows import FLOWS
from app.live import end_streams, latest
from app.models.document import Job
from app.models.event import Event
from app.models.people import User, UserSession
from app.models.record import Record
from app.models.refs import record_of
from tests.played import copy_to

LATER = datetime(2099, 1, 1, tzinfo=UTC)


def installation(home):
    """The application on the database in `home`."""
    return create_app(TESTING=True, PROPAGATE_EXCEPTIONS=False, HOME=home,
                      SQLALCHEMY_DATABASE_URI=f"sqlite:///{home / 'washline.sqlite3'}")  # fmt: skip


def played_home(home):
    """Put a copy of the played plant into `home`. Its own papers are not printed: no test reads them, and there are many."""
    home.mkdir(exist_ok=True)
    copy_to(home / "washline.sqlite3")
    app = installation(home)
    with app.app_context():
        db.session.execute(db.update(Job).values(due=LATER))
        db.session.commit()
        db.engine.dispose()
    return home


@contextmanager
def served(app):
    """The application behind a port of its own; its address comes back."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        end_streams(app)
        server.shutdown()
        with app.app_context():
            db.engine.dispose()


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
            db.session.add(UserSession(token_hash=sha256(token.encode()).hexdigest(), created=now, touched=now, user_id=person.id))
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
        """The first record to which this person may do this now; with ``refused``, the first where something speaks against it."""
        with self.app.app_context():
            person = db.session.scalars(select(User).where(User.login == login)).one()
            stages = FLOWS[flow].action(action).sources
            kind = Record.kinds[flow]
            for record in db.session.scalars(select(kind).where(kind.stage.in_(stages)).order_by(kind.id)):
                for offer in record.offers(person):
                    if offer.action.key == action and bool(offer.refusal) is refused:
                        return record.ref

    def events(self, ref, action):
        """How often it happened to a record."""
        with self.app.app_context():
            record = record_of(ref)
            return db.session.scalar(select(func.count()).select_from(Event).where(
                Event.flow == record.flow.key, Event.record_id == record.id, Event.action == action))  # fmt: skip

    def do(self, login, ref, action, **data):
        """A colleague acts, elsewhere."""
        with self.app.app_context():
            record_of(ref).perform(action, by=db.session.scalars(select(User).where(User.login == login)).one(), **data)
            db.session.commit()


@contextmanager
def copied(home, to):
    """A plant of its own, copied from a prepared home."""
    shutil.copytree(home, to)
    app = installation(to)
    with served(app) as url:
        yield Plant(app, url)
