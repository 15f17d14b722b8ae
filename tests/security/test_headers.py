"""What every answer carries, word for word."""

import re
from pathlib import Path

import pytest

from tests import application

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src "
    "'self'; media-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)


@pytest.mark.parametrize(
    "path",
    ["/login", "/account", "/nowhere", "/static/x/favicon.svg", "/static/x/nowhere", "/healthz"],
)
def test_on_every_answer(client, path):
    headers = client.get(path).headers
    assert headers["Content-Security-Policy"] == CSP
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers


def test_pages_are_kept_nowhere_and_differ_for_htmx(client):
    for path in ("/login", "/nowhere", "/static/x/nowhere"):
        answer = client.get(path)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "HX-Request" in answer.vary


def test_a_page_s_files_are_kept_under_the_address_of_their_version_and_no_other(client):
    page = client.get("/login").get_data(as_text=True)
    addresses = set(re.findall(r'(?:href|src)="(/static/[^"#]+)"', page))
    assert sorted(Path(address).suffix for address in addresses) == [".css", ".js", ".svg"], (
        "one style sheet, one script, one picture: a browser asks for no more"
    )
    script = next(address for address in addresses if address.endswith(".js"))
    addresses |= {script.replace("all.js", name) for name in ("live.js", "wall.js")}
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200 and {"immutable", "max-age=31536000"} <= set(
            answer.headers["Cache-Control"].split(", ")
        ), address
        # A page from before an update: today's file, asked for again next time.
        before = client.get(re.sub("/static/[^/]+/", "/static/before/", address))
        assert before.data == answer.data and "immutable" not in before.headers["Cache-Control"]


def test_tls_is_insisted_on_once_it_is_there(client):
    answer = client.get("/login", base_url="https://localhost")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


@pytest.fixture
def rebuilt(app):
    """The application once more, with other settings."""
    made = []

    def build(**settings):
        made.append(application.build(app.config["SQLALCHEMY_DATABASE_URI"], **settings))
        return made[-1]

    yield build
    for other in made:
        application.close(other)


def test_a_proxy_is_believed_only_when_configured(app, rebuilt):
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "6.6.6.6"}
    assert (
        "Strict-Transport-Security" not in app.test_client().get("/login", headers=headers).headers
    )
    assert (
        "Strict-Transport-Security"
        in rebuilt(PROXY_HOPS=1).test_client().get("/login", headers=headers).headers
    )


def test_unknown_hosts_are_refused(rebuilt):
    client = rebuilt(TRUSTED_HOSTS=["washline.example"]).test_client()
    assert client.get("/login", base_url="http://washline.example").status_code == 200
    answer = client.get("/login", base_url="http://evil.example")
    assert answer.status_code == 400 and "WASHLINE_HOSTS" in answer.text
    assert answer.headers["Content-Security-Policy"] == CSP
