"""A practice copy: marked, with logins of its own, and nothing leaves it."""

import io

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from app import clock, create_app
from app.cli import washline
from app.documents import set_in_type
from app.documents.paper.blocks import Passage
from app.documents.paper.heading import company
from app.extensions import db
from app.jobs import outgoing
from app.models.people.user import UserSession
from tests import application
from tests.documents.samples import paper
from tests.staff import Browser

PASSWORD = "a long one for boss"
BAND = "A copy to try things in"


@pytest.fixture
def command(tmp_path, monkeypatch):
    """``command("--end")``: what ``washline practice`` says on a plant of its own."""
    monkeypatch.setenv("WASHLINE_HOME", str(tmp_path))
    for name in ("DATABASE_URL", "WASHLINE_WITNESS"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments, name="practice"):
        monkeypatch.setenv("WASHLINE_HOME", str(tmp_path))
        return CliRunner().invoke(washline, [name, *arguments], input=f"{PASSWORD}\n")

    assert run("boss", "--name", "李样", "--password-stdin", name="create-admin").exit_code == 0
    return run


def opened(home, monkeypatch):
    monkeypatch.setenv("WASHLINE_HOME", str(home))
    app = create_app(TESTING=True)
    app.test_client_class = Browser
    return app


def test_a_practice_copy_is_marked_sends_nothing_and_has_logins_of_its_own(
    command, tmp_path, monkeypatch
):
    real = opened(tmp_path, monkeypatch)
    browser = real.test_client()
    form = {"login": "boss", "password": PASSWORD}
    assert browser.post("/login", data=form).status_code == 303
    assert BAND not in browser.get("/", headers={"Accept-Language": "en"}).text
    told = command()
    assert told.exit_code == 0, told.output
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/real")
    monkeypatch.setenv("WASHLINE_WITNESS", str(tmp_path / "elsewhere"))
    copy = opened(tmp_path / "practice", monkeypatch)
    assert copy.config["SQLALCHEMY_DATABASE_URI"].endswith("practice/washline.sqlite3")
    assert copy.config["WITNESS"] is None and not copy.config["ROBOT_HOSTS"]
    assert copy.config["SECRET_KEY"] != real.config["SECRET_KEY"]
    with copy.app_context():
        assert db.session.query(UserSession).count() == 0
        with pytest.raises(outgoing.Unreachable):
            outgoing.post("https://open.feishu.cn/hook", {})
        made = paper(company=company(), issued=clock.now(), blocks=(Passage(None, "x"),))
        words = PdfReader(io.BytesIO(set_in_type(made))).pages[0].extract_text()
        assert "练习" in words and "PRACTICE" in words
    stranger, there = copy.test_client(), copy.test_client()
    stranger.set_cookie("washline_practice", browser.get_cookie("washline").value)
    assert stranger.get("/").status_code != 200, "a login of the plant is none of the copy"
    answer = there.post("/login", data=form)
    assert answer.status_code == 303
    names = {cookie.split("=")[0] for cookie in answer.headers.getlist("Set-Cookie")}
    assert "washline_practice" in names and "washline" not in names
    assert BAND in there.get("/", headers={"Accept-Language": "en"}).text
    for app in (copy, real):
        application.close(app)


def test_a_practice_copy_is_made_once_and_thrown_away(command, tmp_path, monkeypatch):
    assert command().exit_code == 0
    again = command()
    assert again.exit_code != 0 and "--end" in again.output + str(again.exception)
    assert command("--end").exit_code == 0
    assert not (tmp_path / "practice").exists() and (tmp_path / "washline.sqlite3").exists()
    assert command("--end").exit_code != 0
