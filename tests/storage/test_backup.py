"""A backup is whole and true or it is none; a restore brings back exactly that, or changes
nothing.
"""

import gc
import io
import json
import shutil
import subprocess
import tarfile
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event as Signal

import pytest
from sqlalchemy import func, make_url, select, text, update

from app import verification
from app.extensions import db
from app.jobs import worker
from app.models.floor.anomaly import Anomaly
from app.models.people.user import User
from app.models.records.event import Event
from app.models.records.papers.attachment import Attachment
from app.models.records.papers.document import FAILED, WAITING, Document, Job
from app.storage import archive, backup, backup_file
from app.storage.store import Opened
from tests.serving import house, until


@pytest.fixture
def filed(house):
    """The house with three events, two documents filed, one still to be made, and a comment with
    an attached file.
    """
    for number in [house.order_sheet() for _ in range(3)][:2]:
        with house.app():
            document = db.session.get_one(Document, number)
            stored = archive.store(document, f"%PDF {number}".encode())
            worker.file_document({"document": number}, stored)
            db.session.commit()
    with house.app():
        file = Attachment.new("说明.txt", "text/plain")
        stored = archive.store(file, "漏液".encode())
        file.sha256, file.size = stored.sha256, stored.size
        db.session.scalars(select(Anomaly)).first().comment(
            db.session.scalars(select(User)).first(), "see the note", [file]
        )
        db.session.commit()
    return house


def events(house):
    with house.app():
        return [(e.id, e.hash) for e in db.session.scalars(select(Event).order_by(Event.id))]


def files(house):
    return {
        path.name: path.read_bytes()
        for folder in backup_file.FOLDERS
        for path in (house.home / folder).rglob("*")
        if path.is_file()
    }


def forge(source, target, change):
    """Write a copy of a backup whose members went through ``change(name, content)``; None leaves
    a member out.
    """
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for member in old:
            content = change(member.name, old.extractfile(member).read())
            if content is not None:
                member.size = len(content)
                new.addfile(member, io.BytesIO(content))
    return target


def first_format(source, target, evil=None):
    """Write a backup as the first version made it: the list of all files is its first member."""
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        about, *files = [(member.name, old.extractfile(member).read()) for member in old][:-1]
        files += [(evil, b"evil")] if evil else []
        listed = {name: archive.stored(content).sha256 for name, content in files}
        manifest = json.loads(about[1]) | {"format": 1, "files": listed}
        for name, content in [(backup_file.MANIFEST, json.dumps(manifest).encode()), *files]:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            new.addfile(member, io.BytesIO(content))
    return target


def refused(house, file, *options):
    """Restore, which must fail and change nothing; return its sentence."""
    before = events(house), files(house)
    answer = house.run("restore", file, *options)
    assert answer.returncode == 1
    assert "Traceback" not in answer.stderr
    assert len(answer.stderr.splitlines()) == 1
    assert (events(house), files(house)) == before
    assert not list(house.home.glob(".restore-*"))
    return answer.stderr


def sound(house):
    """Whether verify finds nothing: asked here, not by a command."""
    with house.app():
        return not [fault for check in verification.check() for fault in check.faults]


def test_a_paper_that_the_worker_gave_up_is_no_reason_to_refuse_a_sound_backup(filed, tmp_path):
    with filed.app():
        db.session.execute(
            update(Job).where(Job.state == WAITING).values(state=FAILED, error="no paper")
        )
        db.session.commit()
    assert filed.run("verify").returncode == 1
    assert filed.run("backup", tmp_path / "a.tar").returncode == 0
    restored = filed.run("restore", tmp_path / "a.tar", "--replace")
    assert restored.returncode == 0, restored.stderr


@pytest.mark.on_both
def test_what_was_backed_up_comes_back(filed, tmp_path):
    before = events(filed), files(filed)
    made = filed.run("backup", tmp_path / "a.tar")
    assert (made.returncode, made.stderr) == (0, "")
    filed.report()
    (filed.home / "archive" / "stray.txt").write_text("not there then")
    answer = filed.run("restore", tmp_path / "a.tar", "--replace")
    assert answer.returncode == 0, answer.stderr
    assert (events(filed), files(filed)) == before
    assert filed.run("verify").returncode == 0
    assert (next(filed.home.glob("replaced-*")) / "archive" / "stray.txt").exists()


def test_a_database_on_another_disk_than_the_home_folder_comes_back_too(filed, tmp_path):
    url = make_url(filed.url)
    elsewhere = Path(tempfile.mkdtemp(dir="/var/tmp"))
    if url.get_backend_name() != "sqlite" or elsewhere.stat().st_dev == filed.home.stat().st_dev:
        pytest.skip("there is no other disk")
    place = shutil.move(url.database, elsewhere / "washline.sqlite3")
    filed.url = filed.environment["DATABASE_URL"] = f"sqlite:///{place}"
    before = events(filed), files(filed)
    assert filed.run("backup", tmp_path / "a.tar").returncode == 0
    filed.report()
    answer = filed.run("restore", tmp_path / "a.tar", "--replace")
    assert answer.returncode == 0, answer.stderr
    assert (events(filed), files(filed)) == before
    assert sound(filed)
    shutil.rmtree(elsewhere)


def test_the_restored_house_takes_new_work(filed, tmp_path):
    filed.run("backup", tmp_path / "a.tar")
    assert filed.run("restore", tmp_path / "a.tar", "--replace").returncode == 0
    filed.report()
    assert sound(filed)
    with filed.app(), pytest.raises(Exception, match="append-only"):
        db.session.execute(text("DELETE FROM event"))


@pytest.mark.on_both
def test_it_replaces_nothing_without_being_told(filed, tmp_path):
    filed.run("backup", tmp_path / "a.tar")
    assert "--replace" in refused(filed, tmp_path / "a.tar")


def test_it_refuses_while_the_server_runs(filed, tmp_path):
    filed.run("backup", tmp_path / "a.tar")
    with filed.serving():
        assert "running" in refused(filed, tmp_path / "a.tar", "--replace")


@pytest.mark.parametrize(
    "change, sentence",
    [
        (
            lambda name, content: content + b"x" if name.startswith("archive") else content,
            "not what its manifest says",
        ),
        (lambda name, content: None if name.startswith("archive") else content, "lacks archive/"),
        (
            lambda name, content: None if name == "manifest.json" else content,
            "not a backup made by Washline",
        ),
        (
            lambda name, content: b"[]" if name == "manifest.json" else content,
            "manifest cannot be read",
        ),
        (
            lambda name, content: None if name == backup_file.LIST else content,
            "lacks the list of its files",
        ),
        (
            lambda name, content: content[:-1] + b"x" if name == backup_file.LIST else content,
            "",
        ),
        (
            lambda name, content: (
                b"".join(line for line in content.splitlines(True) if b"uploads" not in line)
                if name == backup_file.LIST
                else content
            ),
            "which its manifest does not name",
        ),
    ],
)
def test_a_damaged_backup_is_refused(filed, tmp_path, change, sentence):
    filed.run("backup", tmp_path / "a.tar")
    forge(tmp_path / "a.tar", tmp_path / "b.tar", change)
    assert sentence in refused(filed, tmp_path / "b.tar", "--replace")


def test_half_a_file_and_another_file_are_refused(filed, tmp_path):
    filed.run("backup", tmp_path / "a.tar")
    whole = (tmp_path / "a.tar").read_bytes()
    (tmp_path / "half.tar").write_bytes(whole[: len(whole) // 2])
    refused(filed, tmp_path / "half.tar", "--replace")
    (tmp_path / "other.tar").write_bytes(b"hello")
    assert "whole backup" in refused(filed, tmp_path / "other.tar", "--replace")


def test_a_backup_cannot_write_outside_the_house(filed, tmp_path):
    filed.run("backup", tmp_path / "a.tar")
    evil = "archive/../../evil"
    with tarfile.open(tmp_path / "a.tar") as old, tarfile.open(tmp_path / "b.tar", "w") as new:
        for member in old:
            content = old.extractfile(member).read()
            if member.name == backup_file.LIST:
                backup_file.add(new, evil, Opened(io.BytesIO(b"evil"), 4))
                content += backup_file.line_of(evil, archive.stored(b"evil").sha256)
            backup_file.add(new, member.name, Opened(io.BytesIO(content), len(content)))
    for file in (tmp_path / "b.tar", first_format(tmp_path / "a.tar", tmp_path / "c.tar", evil)):
        refused(filed, file, "--replace")
        assert not [*filed.home.glob("evil"), *filed.home.parent.glob("evil")]


def test_a_backup_of_the_first_format_comes_back_and_its_list_is_held_to(filed, tmp_path):
    before = events(filed), files(filed)
    filed.run("backup", tmp_path / "a.tar")
    old = first_format(tmp_path / "a.tar", tmp_path / "b.tar")
    filed.report()
    altered = forge(
        old, tmp_path / "c.tar", lambda name, held: held + b"x" * name.startswith("uploads")
    )
    assert "not what its manifest says" in refused(filed, altered, "--replace")
    lacking = forge(
        old, tmp_path / "d.tar", lambda name, held: None if name.startswith("archive") else held
    )
    assert "lacks archive/" in refused(filed, lacking, "--replace")
    answer = filed.run("restore", old, "--replace")
    assert answer.returncode == 0, answer.stderr
    assert (events(filed), files(filed)) == before


def test_others_can_check_the_files_of_a_backup(filed, tmp_path):
    """The list is one that sha256sum reads, whatever a stray file is called."""
    odd = filed.home / "archive" / "two\nlines"
    odd.write_text("odd")
    filed.run("backup", tmp_path / "a.tar")
    with tarfile.open(tmp_path / "a.tar") as tar:
        tar.extractall(tmp_path / "out")
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet", backup_file.LIST],
        cwd=tmp_path / "out",
        capture_output=True,
        text=True,
    )
    assert (checked.returncode, checked.stdout) == (0, ""), checked
    assert len((tmp_path / "out" / backup_file.LIST).read_bytes().splitlines()) == 5


def test_a_backup_keeps_no_list_in_memory_and_reads_each_file_once(filed, tmp_path, monkeypatch):
    """However many files there are: what is kept of them is on disk."""
    for number in range(300):
        (filed.home / "archive" / f"{number}.txt").write_text("x")
    kept, opened = [], []
    progress = lambda what, done, of: kept.append(  # noqa: E731
        max(len(tar.members) for tar in gc.get_objects() if isinstance(tar, tarfile.TarFile))
        if done % 100 == 0 and what.startswith("files")
        else 0
    )
    real = Path.open
    monkeypatch.setattr(
        Path, "open", lambda path, *rest, **more: opened.append(path) or real(path, *rest, **more)
    )
    with filed.app() as app:
        assert backup.make(app, tmp_path / "a.tar", progress) == 304
    assert max(kept) <= 1 and len(kept) > 600
    read = [path for path in opened if path.is_relative_to(filed.home / "archive")]
    assert len(read) == len(set(read)) == 302


@pytest.mark.on_both
def test_a_backup_of_a_forged_record_is_refused(filed, tmp_path, kind):
    """Whoever can write the file can also write a manifest that fits: the chain tells."""
    honest = events(filed)
    with filed.app():
        drop(kind)
        db.session.execute(text("UPDATE event SET body = replace(body, '漏液', '无事')"))
        db.session.commit()
        from app.models.records.event import guard_ledgers

        guard_ledgers(db.session.connection())
        db.session.commit()
    filed.run("backup", tmp_path / "a.tar")
    assert len(honest) == len(events(filed))
    assert "was altered" in refused(filed, tmp_path / "a.tar", "--replace")


@contextmanager
def beside(work):
    """Do ``work()`` over and over until the block ends; it must not have failed."""
    ended, pool = Signal(), ThreadPoolExecutor(1)

    def keep_at():
        while not ended.is_set():
            work()

    going_on = pool.submit(keep_at)
    try:
        yield
    finally:
        ended.set()
        going_on.result(60)


@pytest.mark.on_both
def test_backups_under_load_are_each_whole(filed, tmp_path):
    before = len(events(filed))
    with beside(filed.report):
        until(lambda: len(events(filed)) > before)
        for n in range(3):
            assert filed.run("backup", tmp_path / f"{n}.tar").returncode == 0
    last = len(events(filed))
    for n in range(3):
        assert filed.run("restore", tmp_path / f"{n}.tar", "--replace").returncode == 0
        assert sound(filed)
        with filed.app():
            assert 0 < db.session.scalar(select(func.count(Event.id))) <= last


def test_a_backup_is_not_overwritten_unasked(filed, tmp_path):
    assert filed.run("backup", tmp_path / "a.tar").returncode == 0
    again = filed.run("backup", tmp_path / "a.tar")
    assert (again.returncode, "--overwrite" in again.stderr) == (1, True)
    assert filed.run("backup", tmp_path / "a.tar", "--overwrite").returncode == 0


@pytest.mark.on_both
def test_an_interrupted_restore_forbids_a_start_until_it_is_done_again(filed, tmp_path):
    filed.run("backup", tmp_path / "a.tar")
    (filed.home / "restoring").write_text("replaced-x")
    started = filed.run("serve", "--port", "1")
    assert (started.returncode, "interrupted" in started.stderr) == (1, True)
    assert filed.run("restore", tmp_path / "a.tar", "--replace").returncode == 0
    with filed.serving() as server:
        until(server.answers)


def drop(kind):
    """Take the event table's triggers away, as its owner can."""
    if kind == "sqlite":
        db.session.execute(text("DROP TRIGGER event_no_update"))
    else:
        db.session.execute(text("DROP TRIGGER event_no_update ON event"))
