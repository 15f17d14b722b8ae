"""A practice copy: marked, with logins of its own, and nothing leaves it."""

import io

import pytest
from click.testing import CliRunner
from pypdf import PdfReader
from sqlalchemy import create_engine, make_url, text

from app import clock, create_app
from app.cli import washline
from app.config import BadSetting
from app.documents import set_in_type
from app.documents.paper.blocks import Passage
from app.documents.paper.heading import company
from app.extensions import db
from app.jobs.alerts import outgoing
from app.models.people.user import UserSession
from app.storage import practice
from tests import application, databases
from tests.documents.samples import paper
from tests.serving import furnished
from tests.shared import WORKER
from tests.staff import Browser

PASSWORD = "a long one for boss"
BAND = "A copy to try things in"


PLANT, COPY = f"practised_{WORKER}", f"practised_{WORKER}_practice"


def on_server(*statements):
    """What PostgreSQL says of its databases, the last one's single value."""
    engine = create_engine(databases.postgres_url(), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        answer = [connection.execute(text(each)) for each in statements][-1]
        value = answer.scalar() if answer.returns_rows else None
    engine.dispose()
    return value


def stands(name):
    return bool(on_server(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))


@pytest.fixture
def plant_url(kind, tmp_path):
    """The address of the plant's database; what is left of its copy goes with it."""
    drop = [f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)' for name in (COPY, f"{COPY}_2")]
    if kind == "postgresql":
        on_server(*drop)
    yield furnished(kind).copy_into(tmp_path, "practised")
    if kind == "postgresql":
        on_server(*drop)


@pytest.fixture
def command(tmp_path, monkeypatch, plant_url):
    """``command("--end")``: what ``washline practice`` says on a plant of its own."""
    monkeypatch.delenv("WASHLINE_WITNESS", raising=False)

    def run(*arguments, name="practice"):
        monkeypatch.setenv("WASHLINE_HOME", str(tmp_path))
        monkeypatch.setenv("DATABASE_URL", plant_url)
        return CliRunner().invoke(washline, [name, *arguments], input=f"{PASSWORD}\n")

    told = run("boss", "--name", "李样", "--password-stdin", name="create-admin")
    assert told.exit_code == 0, told.output
    return run


def opened(home, monkeypatch):
    monkeypatch.setenv("WASHLINE_HOME", str(home))
    app = create_app(TESTING=True)
    app.test_client_class = Browser
    return app


@pytest.mark.on_both
def test_a_practice_copy_is_marked_sends_nothing_and_has_logins_of_its_own(
    command, kind, tmp_path, monkeypatch
):
    real = opened(tmp_path, monkeypatch)
    browser = real.test_client()
    form = {"login": "boss", "password": PASSWORD}
    assert browser.post("/login", data=form).status_code == 303
    assert BAND not in browser.get("/", headers={"Accept-Language": "en"}).text
    told = command()
    assert told.exit_code == 0, told.output
    if kind == "sqlite":
        monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/real")
    monkeypatch.setenv("WASHLINE_WITNESS", str(tmp_path / "elsewhere"))
    copy = opened(tmp_path / "practice", monkeypatch)
    place = "practice/washline.sqlite3" if kind == "sqlite" else f"/{COPY}"
    assert (
        make_url(copy.config["SQLALCHEMY_DATABASE_URI"])
        .set(query={})
        .render_as_string()
        .endswith(place)
    )
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
    with real.app_context():
        assert db.session.query(UserSession).count() == 1, "nothing reached the plant"
    for app in (copy, real):
        application.close(app)


@pytest.mark.on_both
def test_a_practice_copy_is_made_once_and_thrown_away(command, kind, tmp_path, monkeypatch):
    assert command().exit_code == 0
    if kind == "postgresql":
        monkeypatch.delenv("DATABASE_URL")
        with pytest.raises(BadSetting, match=COPY):
            opened(tmp_path / "practice", monkeypatch)
    again = command()
    assert again.exit_code != 0 and "--end" in again.output + str(again.exception)
    assert command("--end").exit_code == 0
    assert not (tmp_path / "practice").exists()
    if kind == "sqlite":
        assert (tmp_path / "washline.sqlite3").exists()
    else:
        assert stands(PLANT) and not stands(COPY)
    assert command("--end").exit_code != 0


postgresql = pytest.mark.parametrize("kind", ["postgresql"], indirect=True)


@postgresql
def test_a_role_that_may_make_no_database_is_told_what_to_type(command, plant_url, tmp_path):
    role, password = f"works_{WORKER}", "words"
    plain = make_url(plant_url).set(username=role, password=password)
    on_server(
        f"DROP ROLE IF EXISTS {role}",
        f"CREATE ROLE {role} LOGIN PASSWORD '{password}'",
    )
    given = ["--database", plain.render_as_string(hide_password=False)]
    on_server(f'ALTER DATABASE "{PLANT}" OWNER TO {role}')
    owned = create_engine(plant_url)
    with owned.begin() as connection:
        for table in connection.scalars(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ).all():
            connection.execute(text(f'ALTER TABLE "{table}" OWNER TO {role}'))
    owned.dispose()
    try:
        told = command(*given)
        assert told.exit_code != 0
        said = str(told.exception) + told.output
        assert f"--owner={role}" in said and COPY in said and password not in said
        assert not list(tmp_path.glob("*practice*"))
        on_server(f'CREATE DATABASE "{COPY}"')
        assert "another role's" in str(command(*given).exception), "nobody else's is taken"
        on_server(f'ALTER DATABASE "{COPY}" OWNER TO {role}')
        assert command(*given).exit_code == 0
        assert command(*given, "--end").exit_code == 0 and not stands(COPY)
    finally:
        on_server(f'DROP DATABASE "{PLANT}" WITH (FORCE)', f"DROP ROLE {role}")


@postgresql
def test_a_database_that_holds_something_is_neither_filled_nor_dropped(
    command, plant_url, tmp_path
):
    other = databases.fresh_database(databases.postgres_url(), COPY)
    engine = create_engine(other)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE another (number INTEGER)"))
    engine.dispose()
    assert "holds something" in str(command().exception)
    assert command("--into", f"{COPY}_2").exit_code == 0
    assert stands(f"{COPY}_2")
    # The mark was changed to name a database that is not the copy's.
    mark = tmp_path / "practice" / "practice-copy"
    true = mark.read_text()
    mark.write_text(true.replace(f"{COPY}_2", PLANT))
    assert "not this copy's" in str(command("--end").exception) and stands(PLANT)
    mark.write_text(true)
    assert command("--end").exit_code == 0
    assert not stands(f"{COPY}_2") and stands(COPY)


@postgresql
def test_a_copy_that_comes_to_nothing_leaves_no_database(command, tmp_path, monkeypatch):
    monkeypatch.setattr(practice, "mark", lambda url: 1 / 0)
    assert command().exit_code != 0
    assert not stands(COPY) and not list(tmp_path.glob("*practice*"))
