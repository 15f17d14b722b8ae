"""Browsers and people for tests: a client that carries the CSRF token as a page does, logged in
without the price of a hash.
"""

import re
import secrets
from datetime import UTC, datetime
from hashlib import sha256

from flask import session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf

from app.extensions import db
from app.models.people.user import User, UserSession
from app.security import new_key
from app.security.sessions import bind_form_session

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


class Page:
    """An answer as a browser reads it: blanks and line ends between words are one blank, but in
    what somebody typed.
    """

    def get_data(self, as_text=False):
        data = super().get_data(as_text)
        if not as_text or self.mimetype != "text/html":
            return data
        parts = re.split(r"""(<textarea\b[^>]*>.*?</textarea>|\bvalue="[^"]*")""", data, flags=re.S)
        return "".join(
            part if number % 2 else re.sub(r"\s+", " ", part) for number, part in enumerate(parts)
        )


class Browser(FlaskClient):
    """``user_id`` names the person; ``submit`` posts a form with its idempotency key;
    ``careless`` sends no CSRF token.
    """

    user_id = None
    careless = False
    page = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.response_wrapper = type("Answer", (Page, self.response_wrapper), {})

    def open(self, *args, **kwargs):
        method = kwargs.get("method", "GET")
        if method in UNSAFE and not self.careless:
            kwargs["headers"] = {"X-CSRFToken": self.csrf_token(), **(kwargs.get("headers") or {})}
        # A context of its own, also where the test holds one open: nothing of it may leak into the
        # request.
        with self.application.app_context():
            return super().open(*args, **kwargs)

    def csrf_token(self):
        """The token of a form that this login has open; a new login opens a new form.

        It is made as a page makes it, without the price of one.
        """
        login = self.get_cookie("washline")
        if self.page is None or self.page[0] != login:
            held = filter(None, (login, self.get_cookie("washline_form")))
            sent = "; ".join(f"{cookie.key}={cookie.value}" for cookie in held)
            house = self.application
            with house.app_context(), house.test_request_context(headers={"Cookie": sent}):
                bind_form_session()
                self.page = (login, generate_csrf())
                interface = house.session_interface
                name = interface.get_cookie_name(house)
                signed = interface.get_signing_serializer(house).dumps(dict(session))
            self.set_cookie(name, signed)
        return self.page[1]

    def key(self):
        """A key as a form of this person's carries it."""
        with self.application.app_context():
            return new_key(User(id=self.user_id))

    def submit(self, path, headers=None, **fields):
        return self.post(
            path, data={"key": fields.get("key") or self.key(), **fields}, headers=headers
        )


def make_user(app, *roles, login=None, **fields):
    """Create and commit a person with these roles; their id comes back."""
    with app.app_context():
        user = User.create(
            login=login or f"person-{secrets.token_hex(4)}",
            name=fields.pop("name", "某人"),
            roles=roles,
            **fields,
        )
        db.session.commit()
        return user.id


def log_in(app, user_id):
    """A browser in which the person is logged in."""
    token, now = secrets.token_urlsafe(32), datetime.now(UTC)
    with app.app_context():
        db.session.add(
            UserSession(
                token_hash=sha256(token.encode()).hexdigest(),
                user_id=user_id,
                created=now,
                touched=now,
            )
        )
        db.session.commit()
    browser = app.test_client()
    browser.user_id = user_id
    browser.set_cookie("washline", token)
    return browser
