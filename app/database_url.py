"""How a database is named: by an address of SQLite, or of PostgreSQL with one host or several.

Several are read as libpq writes them (``//h1:5432,h2:5433/db``) and as SQLAlchemy does
(``///db?host=h1:5432&host=h2:5433``). What comes out is the one form that both know, hosts and
ports by comma in the query: whatever connects goes by the same address.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

DRIVER = "postgresql+psycopg"
# A host that does not answer is given up after so many seconds, a dead line after so many
# milliseconds.
PATIENCE = {"connect_timeout": 3, "tcp_user_timeout": 5000, "keepalives_idle": 3}
HOST = r"(?:\[[^]]*\]|[^][:,/?@]*)(?::\d*)?"
SEVERAL = re.compile(rf"([\w+]+://(?:[^@/]*@)?)({HOST}(?:,{HOST})+)((?:/[^?@]*)?(?:\?.*)?)")
# What libpq also takes from the query, where a password would not be known for one.
PLACES = {"user": "username", "password": "password", "dbname": "database"}


class UnknownDatabase(Exception):
    """The address is of no database that Washline can use."""


def driver_url(text: str, setting: str = "DATABASE_URL") -> str:
    """Return an address as SQLAlchemy reads it, with our driver named.

    Raises UnknownDatabase, which names the setting and not the address: that holds a password.
    """
    try:
        url = make_url(text) if not (several := SEVERAL.fullmatch(text)) else by_comma(several)
        if url.get_backend_name() == "sqlite":
            return text
        if url.get_backend_name() not in ("postgresql", "postgres"):
            raise ValueError("another kind of database")
        return in_one_form(url).render_as_string(hide_password=False)
    except (ArgumentError, ValueError):
        raise UnknownDatabase(
            f"{setting} is no address of PostgreSQL (postgresql://…) or SQLite (sqlite:///…)"
        ) from None


def by_comma(several: re.Match[str]) -> URL:
    """The URL of an address whose hosts stand before the path, with them in its query."""
    parts = [re.fullmatch(r"\[?(.*?)\]?(?::(\d*))?", host) for host in several[2].split(",")]
    query = {
        "host": ",".join(unquote(part[1]) for part in parts if part),
        "port": ",".join(part[2] or "" for part in parts if part),
    }
    return make_url(several[1] + several[3]).update_query_dict(query)


def in_one_form(url: URL) -> URL:
    """The URL with our driver, everything in its own place, and several hosts by comma; of those
    the one that takes writes is wanted unless the address says otherwise.

    Raises ArgumentError where hosts and ports do not fit.
    """
    query = dict(url.query)
    fields: dict[str, Any] = {PLACES[key]: query.pop(key) for key in PLACES if key in query}
    host, port = query.get("host"), query.get("port")
    if isinstance(host, str) and isinstance(port, str) and "," not in port:
        query["port"] = ",".join([port] * len(host.split(",")))  # one for all
    url = url.set(drivername=DRIVER, query=query, **fields)
    told = connecting(url)
    if "," in told.get("host", ""):
        several = {"host": told["host"], "port": told.get("port", "")}
        url = url.set(query={"target_session_attrs": "read-write", **query, **several})
    return url


def connecting(url: URL) -> dict[str, Any]:
    """What libpq, or a driver above it, is told to reach a URL of PostgreSQL, by libpq's names."""
    return {**patience(url), **url.get_dialect()().create_connect_args(url)[1]}


def patience(url: URL) -> dict[str, Any]:
    """How long is waited for a server of PostgreSQL where its URL does not say."""
    return {name: value for name, value in PATIENCE.items() if name not in url.query}
