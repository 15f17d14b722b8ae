"""Passwords: how they are kept, which are refused, the demo's, the first administrator."""

import pytest

from app.extensions import db
from app.models.people.user import User
from app.models.records.errors import Refused
from app.security import (
    create_admin,
    demo_password,
    demo_passwords_present,
    hash_password,
    passwords,
    verify,
    weakness,
)
from tests.staff import make_user


def test_argon2id_with_the_agreed_cost():
    assert hash_password("seven green bottles").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_two_hashes_at_once_and_no_more(monkeypatch):
    with passwords._Place(), passwords._Place():
        monkeypatch.setattr(passwords._places, "acquire", lambda timeout: False)
        with pytest.raises(passwords.Busy) as busy:
            hash_password("seven green bottles")
    assert busy.value.status == 503


def test_without_a_hash_nobody_comes_in():
    assert not verify(None, "the password of nobody")
    assert not verify("", "the password of nobody")
    assert not verify("nonsense", "nonsense")


@pytest.mark.parametrize(
    "password, fine",
    [
        ("short77", False),
        ("long enough", True),
        ("x" * 201, False),
        ("水管颜色很绿的瓶子", True),
        ("12345678", False),
        ("password", False),
        ("PassWord", False),
        ("aaaaaaaa", False),
        ("abababab", False),
        ("abcdefghij", False),
        ("987654321", False),
        ("woaini1314", False),
        ("washline-sales1", False),
        ("WASHLINE-x", False),
        ("wang1234", True),
        ("wangwang", False),
        ("wangwang12", False),
        ("correcthorsebattery", True),
        ("        ", False),
        ("P@ssw0rd2026!", False),
        ("Summer2026", False),
        ("monkeymonkey1", False),
        ("woaini1314520", False),
        ("19880808", False),
        ("13800138000", False),
        ("qwerty_123456", False),
        ("lavender 7 trucks", True),
        ("summer in Guilin", True),
        ("372916405812", True),
    ],
)
def test_what_is_refused_as_a_new_password(password, fine):
    assert (weakness(password, "wang", "王样") is None) is fine


def test_demo_passwords_are_found(app):
    with app.app_context():
        demo = hash_password(demo_password("sales1"))
        own = hash_password(demo_password("somebody else"))
    make_user(app, "sales", login="sales1", password_hash=demo)
    make_user(app, "sales", login="sales2", password_hash=own)
    make_user(app, "sales", login="sales3")
    with app.app_context():
        assert demo_passwords_present() == ["sales1"]


def test_the_first_administrator(app):
    with app.app_context():
        create_admin(" Chen ", "陈样", "seven green bottles")
        db.session.commit()
        chen = db.session.scalar(db.select(User))
        assert (chen.login, chen.role_keys, chen.active) == ("chen", {"admin"}, True)
        assert verify(chen.password_hash, "seven green bottles")
        for login, password in (
            ("chen", "seven green bottles"),
            ("li", "12345678"),
            ("l i", "seven green bottles"),
            ("washline", "washline-washline"),
        ):
            with pytest.raises(Refused):
                create_admin(login, "李样", password)
