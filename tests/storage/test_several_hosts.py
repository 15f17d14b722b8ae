"""A database on several hosts: whatever connects finds the one that takes writes, however the
address is written and whatever stands first in it.
"""

import os
import shutil
from functools import cache
from urllib.parse import quote

import pytest
from sqlalchemy import create_engine, make_url, select, text
from sqlalchemy.pool import NullPool

from app import live
from app.database_url import UnknownDatabase, connecting, driver_url
from app.extensions import db
from app.models.people.user import User
from app.web import readiness
from tests import application, databases
from tests.serving import house
from tests.shared import WORKER

SECRET = "s3cr3t"
FORMS = {
    "libpq": "postgresql://{who}@{hosts[0]},{hosts[1]}/{name}?target_session_attrs=read-write",
    "SQLAlchemy": "postgresql://{who}@/{name}?host={hosts[0]}&host={hosts[1]}"
    "&target_session_attrs=read-write",
    "short": "postgresql://{who}@{hosts[0]},{hosts[1]}/{name}",
}
on_postgresql = pytest.mark.parametrize("kind", ["postgresql"], indirect=True, scope="session")


@cache
def standby():
    """A server that only reads, with databases of the same names; started once."""
    return databases.standby(f"house_{WORKER}", f"copy_{WORKER}")


def address(form, first, url):
    """The address of the tests' database with another host before its own: ``down``, or a
    ``standby``.
    """
    url = make_url(url)
    with create_engine(url, poolclass=NullPool).connect() as connection:
        own = connection.connection.driver_connection.info
        hosts = (
            "127.0.0.1:1" if first == "down" else f"{quote(standby(), safe='')}:5432",
            f"{quote(own.host, safe='')}:{own.port}",
        )
    who = f"{url.username}:{url.password or SECRET}"  # which a trusting server does not ask for
    return FORMS[form].format(who=who, hosts=hosts, name=url.database)


@on_postgresql
@pytest.mark.parametrize("first", ["down", "standby"])
@pytest.mark.parametrize("form", FORMS)
def test_pages_write_and_the_watcher_hears(empty_database, tmp_path, form, first):
    url = driver_url(address(form, first, empty_database))
    app = application.build(url, HOME=tmp_path)
    with app.app_context():
        assert live.news(app).hears(readiness.write, 5)
        assert db.session.scalar(text("SHOW transaction_read_only")) == "off"
    application.close(app)


@pytest.fixture
def overheard(house, tmp_path):
    """The house, and the command lines that its client programs were called with."""
    heard = tmp_path / "heard"
    for program in ("pg_dump", "pg_restore"):
        double = tmp_path / program
        double.write_text(
            f'#!/bin/sh\necho "$0" "$@" >> {heard}\nexec {shutil.which(program)} "$@"\n'
        )
        double.chmod(0o700)
    house.environment["PATH"] = f"{tmp_path}:{os.environ['PATH']}"
    return house, heard


@on_postgresql
@pytest.mark.parametrize(("form", "first"), [("libpq", "standby"), ("SQLAlchemy", "down")])
def test_commands_find_it_and_tell_nobody_the_password(overheard, tmp_path, form, first):
    house, heard = overheard
    several = address(form, first, house.url)
    house.environment["DATABASE_URL"] = several
    made = house.run(
        "create-admin", "anna", "--name", "Anna", "--password-stdin", given="plum tree river\n"
    )
    assert made.returncode == 0, made.stderr
    file = tmp_path / "a.tar"
    for command in (["backup", file], ["restore", file, "--replace"]):
        answer = house.run(*command)
        assert answer.returncode == 0, answer.stderr
    with house.app():
        assert db.session.scalar(select(User.name).where(User.login == "anna")) == "Anna"
    lines = heard.read_text()
    assert "pg_dump" in lines and "pg_restore" in lines
    assert SECRET not in lines and "password" not in lines


@pytest.mark.parametrize(
    ("written", "host", "port", "wanted"),
    [
        ("postgresql://u:p@h1:5432,h2:5433/db", "h1,h2", "5432,5433", "read-write"),
        ("postgres://u:p@h1,h2:5433/db", "h1,h2", ",5433", "read-write"),
        ("postgresql://u:p@[::1]:1,[::2]:2/db", "::1,::2", "1,2", "read-write"),
        ("postgresql://u:p@%2Frun%2Fa,%2Frun%2Fb/db", "/run/a,/run/b", ",", "read-write"),
        ("postgresql://u:p@/db?host=h1:1&host=h2:2", "h1,h2", "1,2", "read-write"),
        ("postgresql://u:p@/db?host=h1,h2&port=1,2", "h1,h2", "1,2", "read-write"),
        ("postgresql:///db?host=h1,h2&port=7&user=u&password=p", "h1,h2", "7,7", "read-write"),
        ("postgresql://u:p@h1,h2/db?target_session_attrs=any", "h1,h2", ",", "any"),
    ],
)
def test_both_forms_become_one(written, host, port, wanted):
    url = driver_url(written)
    assert driver_url(url) == url
    told = connecting(make_url(url))
    assert (told["host"], told["port"], told["target_session_attrs"]) == (host, port, wanted)
    assert (told["user"], told["password"], told["dbname"]) == ("u", "p", "db")


@pytest.mark.parametrize("password", ["a,b/c", "a,b?c", "a,1"])
def test_a_comma_in_a_password_makes_no_hosts(password):
    told = connecting(make_url(driver_url(f"postgresql://u:{password}@h/db")))
    assert (told["host"], told["password"]) == ("h", password)


@pytest.mark.parametrize(
    "written",
    ["postgresql://u:s3cr3t@h1:x,h2/db", "postgresql://u:s3cr3t@/db?host=h1:1&host=h2:2&port=3"],
)
def test_hosts_and_ports_that_do_not_fit_are_refused_without_the_password(written):
    with pytest.raises(UnknownDatabase, match="WASHLINE_OWNER_URL") as refusal:
        driver_url(written, "WASHLINE_OWNER_URL")
    assert SECRET not in str(refusal.value)
