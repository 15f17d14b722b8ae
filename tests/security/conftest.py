"""People of the security tests: Wang sells, Li administers."""

import pytest

from app.extensions import db
from app.security import hash_password
from tests.staff import make_user

PASSWORD = "seven green bottles"


@pytest.fixture(scope="session")
def password_hash():
    return hash_password(PASSWORD)


@pytest.fixture
def wang(app, password_hash):
    return make_user(app, "sales", login="wang", name="王样", password_hash=password_hash)


@pytest.fixture
def li(app, password_hash):
    return make_user(app, "admin", login="li", name="李样", password_hash=password_hash)


@pytest.fixture
def attempt():
    """``attempt(browser)`` sends the login form: Wang's, unless told otherwise."""

    def send(browser, login="wang", password=PASSWORD, address="10.0.0.1", **more):
        return browser.post(
            "/login",
            data={"login": login, "password": password, **more},
            environ_overrides={"REMOTE_ADDR": address},
        )

    return send


@pytest.fixture
def backdate(app):
    """``backdate(UserSession, touched=timedelta(…))`` puts every row's moment that far back."""

    def write(model, **back):
        with app.app_context():
            for row in db.session.scalars(db.select(model)):
                for name, by in back.items():
                    setattr(row, name, getattr(row, name) - by)
            db.session.commit()

    return write
