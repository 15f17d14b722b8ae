"""Files lie in one store, whatever it is: put once and whole, read on every node; and a node whose
store is another one does not start.
"""

import hashlib
import io
import os
import shutil
import tempfile
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select, update

from app import config, documents, verification
from app.extensions import db
from app.jobs import bundles, leases, rounds, worker
from app.models.records.papers.document import Job
from app.models.records.papers.file_store import FileStore
from app.screens.archive.audit_list import BUNDLE
from app.storage import archive, shared_store, store
from app.storage.store import Folder, Unavailable
from tests.jobs import waiting_press
from tests.serving import House, furnished, house, until
from tests.storage.object_store import ObjectStore

FILE = b"%PDF-1.7 " + bytes(range(256)) * 5000
BOTH = pytest.mark.parametrize("url", ["folder", "bucket"], indirect=True)
FOLDER = pytest.mark.parametrize("url", ["folder"], indirect=True)
BUCKET = pytest.mark.parametrize("url", ["bucket"], indirect=True)


@pytest.fixture(scope="module")
def server():
    """The S3 server that this module's buckets are on."""
    server = ObjectStore()
    yield server
    server.end()


@pytest.fixture
def object_store(server, monkeypatch):
    """The server as this process and its children find it."""
    for name, value in server.access.items():
        monkeypatch.setenv(name, value)
    server.forgets = None
    server.asked.clear()
    return server


@pytest.fixture
def url(request, tmp_path):
    """The URL of a store of this kind, where nothing is yet."""
    if request.param == "bucket":
        return request.getfixturevalue("object_store").bucket()
    (tmp_path / "shared").mkdir()
    return f"file://{tmp_path / 'shared'}"


@pytest.fixture
def files(url, app):
    """The store of an application."""
    app.config["STORE"] = config.file_store(url)
    with app.app_context():
        yield store.here()


def places(files):
    return sorted(files.places("archive", "uploads"))


def content(files, place):
    with files.open(place) as opened:
        found = b"".join(iter(lambda: opened.file.read(1000), b""))
        assert opened.size == len(found)
        return found


@BOTH
def test_a_file_is_put_once_and_whole_or_not_at_all(files, tmp_path):
    class Torn(io.BytesIO):
        def read(self, *_):
            raise OSError("the line broke")

    with pytest.raises(OSError, match="the line broke"):
        files.put("archive/2026/a.pdf", Torn())
    assert not places(files) and files.age("archive/2026/a.pdf") is None
    with pytest.raises(FileNotFoundError), files.open("archive/2026/a.pdf"):
        pass
    assert files.put("archive/2026/a.pdf", io.BytesIO(FILE))
    assert not files.put("archive/2026/a.pdf", io.BytesIO(b"another"))
    (tmp_path / "b").write_bytes(b"another")
    assert not files.take("archive/2026/a.pdf", tmp_path / "b")
    assert content(files, "archive/2026/a.pdf") == FILE
    assert files.take("uploads/b", tmp_path / "b") and 0 <= files.age("uploads/b") < 60
    assert places(files) == ["archive/2026/a.pdf", "uploads/b"]
    files.move_out("uploads/b", tmp_path / "out" / "b")
    files.remove("archive/2026/a.pdf"), files.remove("archive/2026/a.pdf")
    assert not places(files) and (tmp_path / "out" / "b").read_bytes() == b"another"


def test_of_many_files_in_a_bucket_all_are_found(object_store, app, monkeypatch):
    app.config["STORE"] = object_store.bucket()
    with app.app_context():
        files = store.here()
        files.client.meta.events.register(
            "provide-client-params.s3.ListObjectsV2", lambda params, **_: {**params, "MaxKeys": 2}
        )
        for number in range(5):
            files.put(f"archive/{number}", io.BytesIO(b"x"))
        assert places(files) == [f"archive/{number}" for number in range(5)]


def test_what_is_sent_is_compared_and_no_newer_checksum_is_asked_for(object_store, app):
    app.config["STORE"] = object_store.bucket()
    object_store.asked.clear()
    with app.app_context():
        store.here().put("archive/a", io.BytesIO(b"x"))
        content(store.here(), "archive/a")
    put, got = object_store.asked
    assert put["HTTP_CONTENT_MD5"] == b64encode(hashlib.md5(b"x").digest()).decode()
    assert put["HTTP_IF_NONE_MATCH"] == "*"
    assert not [name for name in {**put, **got} if "CHECKSUM" in name or "TRAILER" in name]


# A plant on it


@pytest.fixture
def plant(house, url):
    """The house, with its files in that store."""
    return node(house, url)


def node(house, url, home=None):
    """Another node on the database of a house, or the same with its files elsewhere."""
    found = House(home or house.home, house.url)
    found.home.mkdir(exist_ok=True)
    found.environment["WASHLINE_STORE_URL"] = url
    return found


@pytest.fixture
def press(monkeypatch):
    printed = []

    def produce(document):
        printed.append(document.number)
        return FILE

    monkeypatch.setattr(documents, "produce", produce)
    return printed


def stood(house):
    """What its store holds."""
    with house.app():
        return {place: content(store.here(), place) for place in places(store.here())}


def sound(house):
    with house.app():
        return [fault for check in verification.check() for fault in check.faults] == []


def work_once(house):
    with house.app():
        return worker.do_next("test:1")


@BOTH
def test_what_one_node_files_every_node_reads_checks_and_backs_up(plant, url, tmp_path, press):
    other = node(plant, url, tmp_path / "other")
    with plant.app():
        shared_store.join()
    number = plant.order_sheet()
    assert work_once(plant)
    name = plant.document(number).name
    with other.serving() as server:
        answer = server.get(f"/documents/{name}", plant.log_in())
        assert (answer.status, answer.read()) == (200, FILE)
    assert not list(other.home.glob("archive/**/*.pdf")) + list(plant.home.glob("archive/**/*.pdf"))
    assert "1 filed documents" in (verified := other.run("verify")).stdout, verified.stderr
    made = other.run("backup", tmp_path / "a.tar")
    assert (made.returncode, made.stderr) == (0, "")
    # It comes back to the store it came from, where meanwhile there is more, and something else …
    before, (place,) = stood(plant), stood(plant)
    with plant.app():
        store.here().put("archive/stray", io.BytesIO(b"not there then"))
        store.here().remove(place)
        store.here().put(place, io.BytesIO(b"altered"))
    answer = plant.run("restore", tmp_path / "a.tar", "--replace")
    assert answer.returncode == 0, answer.stderr
    assert stood(plant) == before and sound(plant)
    aside = next(plant.home.glob("replaced-*"))
    assert (aside / "archive/stray").read_bytes() == b"not there then"
    assert (aside / place).read_bytes() == b"altered"
    # … and to a plant that keeps its files in its home folder.
    alone = House(tmp_path / "alone", f"sqlite:///{tmp_path}/alone/washline.sqlite3")
    answer = alone.run("restore", tmp_path / "a.tar")
    assert answer.returncode == 0, answer.stderr
    assert (alone.home / place).read_bytes() == FILE and sound(alone)
    with alone.app():
        shared_store.check()


def test_folders_that_are_mounted_stay_where_they_are(house, press, tmp_path):
    """On another disk they can be neither renamed nor filled by renaming."""
    elsewhere = Path(tempfile.mkdtemp(dir="/var/tmp"))
    (house.home / "archive").rmdir()
    (house.home / "archive").symlink_to(elsewhere)
    number = house.order_sheet()
    assert work_once(house)
    assert house.run("backup", tmp_path / "a.tar").returncode == 0
    (paper,) = elsewhere.rglob("*.pdf")
    paper.rename(elsewhere / "stray.pdf")
    answer = house.run("restore", tmp_path / "a.tar", "--replace")
    assert answer.returncode == 0, answer.stderr
    assert (house.home / "archive").readlink() == elsewhere
    assert paper.read_bytes() == FILE and house.document(number).sha256
    aside = next(house.home.glob("replaced-*"))
    assert (aside / "archive/stray.pdf").read_bytes() == FILE
    assert list(elsewhere.rglob("*.pdf")) == [paper]
    shutil.rmtree(elsewhere)


@BUCKET
def test_an_auditor_s_list_is_sent_from_the_store_as_it_is_read(files, app, login_as):
    job = Job(kind=BUNDLE, payload={}, state="done", due=datetime.now(UTC))
    db.session.add(job)
    db.session.commit()
    number = job.id
    db.session.rollback()
    browser = login_as("auditor")
    assert browser.get(f"/audit/{number}/bundle").status_code == 404
    files.put(bundles.place(number), io.BytesIO(FILE))
    answer = browser.get(f"/audit/{number}/bundle")
    assert answer.data == FILE and answer.content_length == len(FILE)
    assert answer.headers["Content-Disposition"] == f"attachment; filename=audit-{number}.zip"


# A store that is away


@BUCKET
def test_while_the_store_is_away_papers_wait_and_nothing_is_lost(
    plant, object_store, press, monkeypatch
):
    filed, waiting = plant.order_sheet(), None
    assert work_once(plant)
    with object_store.away():
        waiting = plant.order_sheet()
        for _ in range(len(leases.WAITS) + 1):
            with plant.app():
                db.session.execute(update(Job).values(due=datetime.now(UTC)))
                db.session.commit()
            assert work_once(plant)
        state, attempts, error = plant.jobs()[-1]
        assert (state, attempts) == ("waiting", 0) and "cannot be used" in error
        with plant.app(), pytest.raises(Unavailable, match=r"s3://plant-\d+/files cannot"):
            archive.read(plant.document(filed))
        for command in ("verify", "backup", "serve"):
            answer = plant.run(command, *([plant.home / "b.tar"] if command == "backup" else []))
            assert answer.returncode == 1 and len(answer.stderr.splitlines()) == 1, answer.stderr
            assert "cannot be used" in answer.stderr
        assert not list(plant.home.glob("*.tar*"))
    with plant.app():
        db.session.execute(update(Job).values(due=datetime.now(UTC)))
        db.session.commit()
    assert work_once(plant) and plant.document(waiting).sha256
    assert sound(plant)


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ("s3://key:secret@bucket", "AWS_ACCESS_KEY_ID"),
        ("s3://bucket?secret=secret", "AWS_ACCESS_KEY_ID"),
        ("s3:///bucket", "s3://bucket/prefix"),
        ("/srv/files", "file:///folder"),
        ("file:///nowhere/at/all", "is not there"),
    ],
)
def test_a_store_that_cannot_be_is_told_without_what_may_be_a_key(tmp_path, setting, sentence):
    house = House(tmp_path, "sqlite://")
    house.environment["WASHLINE_STORE_URL"] = setting
    answer = house.run("verify")
    assert answer.returncode == 1 and len(answer.stderr.splitlines()) == 1
    assert sentence in answer.stderr and "secret" not in answer.stderr


def test_without_boto3_a_bucket_is_refused_in_a_sentence(monkeypatch):
    monkeypatch.setattr(config, "find_spec", lambda _: None)
    with pytest.raises(config.BadSetting, match="pip install boto3"):
        config.file_store("s3://bucket")


# Which store it is


def refused(node):
    """Start a node, which must not be; its sentence comes back."""
    answer = node.run("serve", "--port", "1")
    assert answer.returncode == 1 and len(answer.stderr.splitlines()) == 1, answer.stderr
    return answer.stderr


@FOLDER
def test_a_node_with_a_store_of_its_own_does_not_start(house, plant, url, tmp_path):
    with plant.app():
        shared_store.join()
    apart = House(tmp_path / "apart", house.url)
    assert f"the folder {apart.home} is not where the files" in refused(apart)
    assert "not where the files" in apart.run("backup", tmp_path / "a.tar").stderr
    assert not (tmp_path / "a.tar").exists()
    with node(house, url, tmp_path / "other").serving() as server:
        assert server.get("/readyz").status == 200


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True, scope="session")
def test_a_node_with_a_copy_of_the_store_does_not_start_while_another_runs(house, tmp_path):
    with house.app():
        shared_store.join()
        shared_store.mark()
        shutil.copytree(house.home, tmp_path / "copy")
        shared_store.mark()
    copy = House(tmp_path / "copy", house.url)
    assert "is a copy of where the files" in refused(copy)
    with copy.app():
        assert not rounds.has_the_store()
        # Nobody has run for long: the database may have been set back, too.
        db.session.execute(
            update(FileStore).values(marked_at=datetime.now(UTC) - shared_store.FRESH)
        )
        db.session.commit()
        shared_store.check()
    assert len(list((house.home / "marks").iterdir())) == 1


def test_a_server_that_puts_files_over_others_is_refused(object_store, house):
    object_store.forgets = "HTTP_IF_NONE_MATCH"
    assert "does not know If-None-Match" in refused(node(house, object_store.bucket()))


def test_a_bucket_that_is_missing_is_no_missing_file(object_store, app):
    app.config["STORE"] = "s3://nobody-made-it"
    with app.app_context(), pytest.raises(Unavailable, match="NoSuchBucket"):
        content(store.here(), "archive/a")
