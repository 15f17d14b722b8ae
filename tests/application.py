"""One application a process and database: building one takes a fifth of a second, and nearly every
test needs one.

Its address stays; what stands in the database, its home folder and its settings are each test's
own.
"""

from contextlib import contextmanager
from functools import cache

from flask import Flask
from jinja2 import FileSystemBytecodeCache

from app import create_app
from app.config import make_home
from app.database import engine_options
from app.extensions import db
from app.live import end_streams
from tests import shared
from tests.staff import Browser

# What one process compiled of a template, all of them read.
TEMPLATES = shared.folder() / "templates"
TEMPLATES.mkdir(exist_ok=True)
Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(str(TEMPLATES))}


def build(url, **settings):
    """The application on a database."""
    if "HOME" in settings:
        make_home(settings["HOME"])
    app = create_app(
        TESTING=True,
        PROPAGATE_EXCEPTIONS=False,
        SQLALCHEMY_DATABASE_URI=url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(url),
        **settings,
    )
    app.test_client_class = Browser
    return app


built = cache(build)


@contextmanager
def renewed(url, home, **settings):
    """The application on a database that was just put there, as if it had been started now.

    No context is open: ask for one where a test touches models.
    """
    make_home(home)
    with for_a_while(built(url)) as app:
        forget_connections(app)  # one that came late to the former database stays out of this one
        app.config.update({"HOME": home, **settings})
        yield app


@contextmanager
def for_a_while(app):
    """An application that forgets at the end what it was set to and what it kept in mind."""
    before = [(kept, dict(kept)) for kept in (app.config, app.extensions)]
    try:
        yield app
    finally:
        close(app)
        for kept, known in before:
            kept.clear()
            kept.update(known)


def close(app):
    """End what runs in it and let go of its database: somebody else's is put there next, or
    copies are made of it.
    """
    end_streams(app)
    if news := app.extensions.get("washline-news"):
        # Its connection must be closed first: closed later, it would take the log of the database
        # that is put there next for its own.
        news.watcher.join()
    forget_connections(app)


def forget_connections(app):
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
