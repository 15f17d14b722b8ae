"""``washline serve`` by HTTPS, over real connections; the page that says whom to trust."""

import http.client
import os
import re
import signal
import socket
import ssl
import threading

import pytest

from app import clock
from app.extensions import db
from app.jobs import worker
from app.models.records.papers.document import Document
from app.storage import archive
from app.tls import authority, files, serving
from app.tls.serving import Tls
from tests.serving import PATIENCE, Server, house, until
from tests.tls.certificates import given

__all__ = ["house"]
OWN = {"Host": "plant.example"}


class Secure(Server):
    """A running server that speaks HTTPS; ``get`` asks as a device that trusts its authority."""

    def __init__(self, house, *arguments, port=0):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.https_port = free.getsockname()[1]
        self.trusting = ssl.create_default_context(cafile=house.home / "https/authority.crt")
        super().__init__(house, "--https-port", self.https_port, *arguments, port=port)

    def get(self, path, headers=None, timeout=PATIENCE, trusting=None):
        connection = http.client.HTTPSConnection(
            "localhost", self.https_port, timeout=timeout, context=trusting or self.trusting
        )
        connection.request("GET", path, headers=headers or {})
        answer = connection.getresponse()
        answer.certificate = connection.sock and connection.sock.getpeercert()
        return answer

    def get_plain(self, path, headers=None):
        return super().get(path, headers)

    def serial(self):
        raw = socket.create_connection(("127.0.0.1", self.https_port))
        with self.trusting.wrap_socket(raw, server_hostname="localhost") as connection:
            return connection.getpeercert()["serialNumber"]


@pytest.fixture
def secured(house):
    """A house with HTTPS, and a document on file."""
    house.environment["WASHLINE_HOSTS"] = "localhost,plant.example"
    assert house.run("https").returncode == 0
    return house


def filed(house):
    number = house.order_sheet()
    with house.app():
        document = db.session.get_one(Document, number)
        worker.file_document({"document": number}, archive.store(document, b"%PDF over TLS"))
        db.session.commit()
        return document.name


def test_everything_is_served_by_https_and_what_comes_without_is_led_there(secured):
    document = filed(secured)
    login = {"Cookie": f"__Host-{secured.log_in()['Cookie']}"}
    with secured.serving(kind=Secure) as server:
        with pytest.raises(ssl.SSLCertVerificationError):
            server.get("/login", trusting=ssl.create_default_context())
        page = server.get("/login")
        assert page.status == 200 and "Strict-Transport-Security" not in page.headers
        cookie = page.headers["Set-Cookie"]
        assert cookie.startswith("__Host-") and "Secure" in cookie
        display = server.get("/display/")
        assert display.status == 200
        assert all("Secure" in each for each in display.headers.get_all("Set-Cookie"))
        assert server.get(f"/documents/{document}?download", login).read() == b"%PDF over TLS"
        stream = server.get("/live", login)
        stream.readline()
        secured.report()
        until(lambda: stream.readline().startswith(b"data: "))
        # Without HTTPS
        led = server.get_plain("/sales/?a=%E4%B8%AD", {"Host": f"plant.example:{server.port}"})
        assert led.status == 307 and "Set-Cookie" not in led.headers
        assert led.headers["Location"] == (
            f"https://plant.example:{server.https_port}/sales/?a=%E4%B8%AD"
        )
        assert server.get_plain("/", {"Host": "evil.example"}).status == 400
        look_at_the_page_of_trust(server, secured)
        # A new certificate is taken over while it runs.
        before = server.serial()
        assert secured.run("https").returncode == 0
        until(lambda: server.serial() != before)
        until(server.answers)


def look_at_the_page_of_trust(server, house):
    root = files.current(house.home).root
    pages = {lang: server.get_plain(f"/trust/?lang={lang}", OWN) for lang in ("zh", "en")}
    texts = {lang: answer.read().decode() for lang, answer in pages.items()}
    assert "信任本服务器" in texts["zh"] and "Trust this server" in texts["en"]
    for lang, text in texts.items():
        assert pages[lang].status == 200 and "Set-Cookie" not in pages[lang].headers
        shown = re.search(r'class="fingerprint">(.*?)</p>', text, re.DOTALL)[1]
        assert ":".join(re.findall(r"[0-9A-F]{2}", shown)) == root.fingerprint
        assert f"http://localhost:{server.port}/trust/" in text and "<svg" in text
        for address in re.findall(r'(?:href|src)="(/[^"]+)"', text):
            assert server.get_plain(address, OWN).status == 200, address
    der, pem = (server.get_plain(f"/trust/washline-ca.{end}", OWN) for end in ("crt", "pem"))
    assert der.headers["Content-Type"] == "application/x-x509-ca-cert"
    assert pem.headers["Content-Type"].startswith("application/x-pem-file")
    assert (der.read(), pem.read()) == (root.der, root.pem)
    assert server.get("/trust/").status == 200, "and for who has one that trusts it"


def test_a_running_server_renews_in_time(app, tmp_path, monkeypatch):
    told, stopping = [], threading.Event()
    files.make(tmp_path, ["localhost"], "Us", clock.now() - authority.SERVER, anew=False)
    old = files.current(tmp_path)
    app.config["TLS"] = Tls(old, 443, 80)
    monkeypatch.setattr(serving, "LOOKED", 0)
    monkeypatch.setattr(serving, "RENEWED", 0)
    monkeypatch.setattr(os, "kill", lambda *what: stopping.set() or told.append(what))
    serving.keep(app, stopping)
    assert told == [(os.getpid(), signal.SIGHUP)]
    new = app.config["TLS"].certificate
    assert new == files.current(tmp_path) and new.until > old.until and new.root == old.root


@pytest.mark.parametrize(
    ("agent", "open_for"),
    [
        ("Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0", ["android", "chat"]),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0)", ["ios"]),
        ("Mozilla/5.0 (Windows NT 10.0) wxwork/4.1", ["windows", "chat"]),
        ("curl", []),
    ],
)
def test_the_page_opens_at_what_the_device_is(app, client, tmp_path, agent, open_for):
    files.make(tmp_path, ["plant.example"], "Us", clock.now(), anew=False)
    app.config["TLS"] = Tls(files.current(tmp_path), 443, 80)
    page = client.get("/trust/?lang=en", headers={"User-Agent": agent}).text
    names = {"android": "Android", "ios": "iPhone", "windows": "Windows", "chat": "WeChat"}
    found = re.findall(r'<details class="panel" open><summary>(\w+)', page)
    assert found == [names[key] for key in open_for]
    assert ("open this page in the browser." in page) == ("chat" in open_for)


def test_there_is_nothing_to_trust_without_an_own_authority(app, client, tmp_path):
    assert client.get("/trust/").status_code == 404
    certificate, key, _ = given(tmp_path, clock.now(), "plant.example")
    files.take(tmp_path, certificate, key, clock.now())
    app.config["TLS"] = Tls(files.current(tmp_path), 443, 80)
    for path in ("/trust/", "/trust/washline-ca.crt", "/trust/washline-ca.pem"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("own", "ports", "insists"),
    [(False, (443, 80), True), (False, (8443, 80), False), (True, (443, 80), False)],
)
def test_browsers_insist_on_https_only_where_none_is_locked_out(
    app, client, tmp_path, own, ports, insists
):
    """HSTS holds for every port of a name, also the one where whom to trust is read."""
    if own:
        files.make(tmp_path, ["localhost"], "Us", clock.now(), anew=False)
    else:
        certificate, key, _ = given(tmp_path, clock.now(), "localhost")
        files.take(tmp_path, certificate, key, clock.now())
    app.config["TLS"] = Tls(files.current(tmp_path), *ports)
    answer = client.get("/login", base_url="https://localhost")
    assert answer.status_code == 200
    assert ("Strict-Transport-Security" in answer.headers) == insists
    assert client.get("/login").headers["Location"].startswith("https://localhost")


def test_a_certificate_that_only_people_can_renew_is_told_to_monitors(app, client, tmp_path):
    certificate, key, _ = given(tmp_path, clock.now(), "localhost")
    files.take(tmp_path, certificate, key, clock.now())
    found = files.current(tmp_path)
    soon = found._replace(until=clock.now() + authority.BEHIND)
    for each, told in ((found, 0), (soon, 1)):
        app.extensions.pop("washline-readiness", None)
        app.config["TLS"] = Tls(each, 443, 80)
        answer = client.get("/readyz", base_url="https://localhost")
        assert answer.text.count(str(soon.until.date())) == told, answer.text
