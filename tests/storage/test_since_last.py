"""Every day verify takes as given what it found well before, says so, and tells what was altered
since, and what the witnessed heads show of what was there before.
"""

import json
import os
import signal

import pytest
from sqlalchemy import select, text

from app import verification
from app.cli.verify import note
from app.extensions import db
from app.jobs import worker
from app.models.floor.anomaly import Anomaly
from app.models.people.erasure import erase
from app.models.people.user import User
from app.models.records.event import Event, guard_ledgers
from app.models.records.papers.attachment import Attachment
from app.models.records.papers.document import Document
from app.models.records.sealing.erasable_words import PrivateWord
from app.storage import archive, witness
from app.verification import files
from tests import commands
from tests.cli.test_cli import tamper
from tests.serving import house, until
from tests.storage.test_witness import alter

SINCE = ["verify", "--since-last"]
NOTHING = "nothing is taken as given"

REWRITTEN = (
    "UPDATE event SET body = replace(body, '漏液', '没事') WHERE flow = 'anomaly' AND record_id = 2"
)


def file_sheet(house):
    """Somebody reports a problem whose sheet is filed."""
    number = house.order_sheet()
    with house.app():
        stored = archive.store(db.session.get_one(Document, number), f"%PDF {number}".encode())
        worker.file_document({"document": number}, stored)
        db.session.commit()


def comment(house, record, words):
    """Somebody says something about a problem, with a file; it moves nothing."""
    with house.app():
        file = Attachment.new("说明.txt", "text/plain")
        stored = archive.store(file, words.encode())
        file.sha256, file.size = stored.sha256, stored.size
        person = db.session.scalars(select(User)).first()
        db.session.get_one(Anomaly, record).comment(person, words, [file])
        db.session.commit()


@pytest.fixture
def before(house):
    """A house with two problems, the second with a paper and a comment; verify found all well."""
    house.report()
    file_sheet(house)
    comment(house, 2, "before")
    with house.app():
        witness.write("hourly")
        assert not [fault for check in verification.check() for fault in check.faults]
        note(witness.last_line(witness.folder())[1], "2026-01-01T00:00:00+00:00")
    return house


@pytest.fixture
def daily(before):
    """The same a day later: the second problem was spoken of again, a third came, with a paper."""
    comment(before, 2, "since")
    file_sheet(before)
    return before


def found(house, *, since=True):
    """What the check says: whether anything is given, faults, all that was said; strange files
    are not waited for.
    """
    with house.app(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "FILING", 0)
        checks = list(verification.check(since=since))
    return (
        any(check.given for check in checks),
        [fault for check in checks for fault in check.faults],
        [check.what for check in checks],
    )


@pytest.mark.on_both
def test_only_what_came_since_is_read_and_what_is_given_is_said(daily):
    given, faults, said = found(daily)
    with daily.app():
        events = db.session.scalar(select(db.func.count(Event.id)))
    assert (given, faults) == (True, [])
    assert said[0].endswith("everything was checked last at 2026-01-01T00:00:00+00:00")
    assert f"{events - 5} events up to" in said[0]
    assert any(what.startswith("5 events since then: each sealed") for what in said), said
    assert any(what.startswith("1 filed documents since then") for what in said), said
    assert any(what.startswith("1 attached files since then") for what in said), said
    assert any("; 3 chains have events since then" in what for what in said), said


def test_a_day_follows_the_other_and_the_last_whole_check_is_told(daily):
    for _ in range(2):
        answer = daily.run(*SINCE)
        assert (answer.returncode, answer.stderr) == (0, ""), answer.stderr
        assert answer.stdout.startswith("given  ")
        assert "checked last at 2026-01-01T00:00:00+00:00" in answer.stdout
        assert answer.stdout.endswith("All is well, as far as it was checked.\n")
    # The second began where the first had: at the line before it.
    assert "\nok     5 events since then" in answer.stdout
    assert "\nok     0 events since then" in daily.run(*SINCE).stdout
    whole = daily.run("verify")
    assert "since then:" not in whole.stdout and whole.stdout.endswith("All is well.\n")
    assert "2026-01-01" not in daily.run(*SINCE).stdout


def test_without_a_verify_on_the_witness_everything_is_checked(house):
    house.report()
    assert NOTHING in house.run(*SINCE).stdout, "there is no witness"
    house.run("witness")
    answer = house.run(*SINCE)
    assert (answer.returncode, NOTHING in answer.stdout) == (0, True), "and none that verified"
    assert answer.stdout.endswith("All is well.\n")
    assert house.run(*SINCE).stdout.startswith("given  ")


TOLD = {
    "a tail cut off": (
        "CUT seq >= 4; UPDATE anomaly SET seq = 3, head = (SELECT hash FROM event WHERE "
        "flow = 'anomaly' AND record_id = 2 AND seq = 3) WHERE id = 2",
        "anomaly 2: event 4, which the witness saw, is gone",
    ),
    "the newest cut off, the record left": (
        "CUT seq = 6",
        "anomaly 2: counts 6 events, but the last one on record is 5",
    ),
    "the end that is given": (
        "CUT seq = 4",
        "anomaly 2: event 4 was removed",
    ),
    "a chain with its record": (
        "DELETE FROM event WHERE flow = 'anomaly' AND record_id = 1; "
        "DELETE FROM anomaly WHERE id = 1",
        "anomaly 1: event 1, which the witness saw, is gone",
    ),
    "a record": (
        "DELETE FROM anomaly WHERE id = 1",
        "anomaly 1: the record is gone, its events are not",
    ),
    "a record's head": (
        "UPDATE anomaly SET head = 'x' WHERE id = 1",
        "anomaly 1: its head is not the hash of its last event",
    ),
    "a new event": (
        "UPDATE event SET body = replace(body, '漏液', '没事') WHERE flow = 'anomaly' AND "
        "record_id = 3 AND seq = 1",
        "anomaly 3: event 1 was altered",
    ),
    "who did it, in the end that is given": (
        "UPDATE event SET clause = '9' WHERE flow = 'anomaly' AND record_id = 2 AND seq = 4",
        "anomaly 2: event 4 was altered outside its sealed body",
    ),
    "the stage of what was only spoken of": (
        "UPDATE anomaly SET stage = 'resolved' WHERE id = 2",
        "anomaly 2: stands in resolved, but event 6 left it in reported",
    ),
    "a new row": (
        "UPDATE anomaly SET description = 'x' WHERE id = 3",
        "anomaly 3: description is not what event 1 of anomaly 3 wrote",
    ),
    "a new row gone": (
        "DELETE FROM document WHERE id = 2",
        "an event filed it, but the document is gone",
    ),
    "a new attachment": (
        "UPDATE attachment SET filename = 'x' WHERE id = 2",
        "is not what its event sealed",
    ),
    "words of a new comment": (
        "UPDATE private_word SET value = '\"x\"' WHERE event_id = (SELECT id FROM event WHERE "
        "flow = 'anomaly' AND record_id = 2 AND seq = 5)",
        "of event 5 was altered",
    ),
    "a trigger": (
        "DROP TRIGGER event_no_delete",
        "trigger event_no_delete is missing",
    ),
}


@pytest.mark.parametrize("name", TOLD)
def test_it_tells(daily, name):
    statements, told = TOLD[name]
    if "TRIGGER" in statements:
        drop(daily)
    else:
        tamper(daily, *all_of(statements.split("; ")))
    given, faults, _ = found(daily)
    assert given and any(told in fault for fault in faults), faults


def all_of(statements):
    """The statements; what cuts events of the second problem takes along what hangs on them."""
    for statement in statements:
        if not statement.startswith("CUT "):
            yield statement
            continue
        which = f"flow = 'anomaly' AND record_id = 2 AND {statement.removeprefix('CUT ')}"
        for table in ("attachment", "private_word"):
            yield f"DELETE FROM {table} WHERE event_id IN (SELECT id FROM event WHERE {which})"
        yield f"DELETE FROM event WHERE {which}"


def drop(house):
    with house.app():
        db.session.execute(text("DROP TRIGGER event_no_delete"))
        db.session.commit()


def test_it_tells_a_history_that_was_rewritten(daily):
    alter(
        daily,
        REWRITTEN,
        "UPDATE anomaly SET description = '没事' WHERE id = 2",
        rehash=[("anomaly", 2)],
    )
    assert (
        "anomaly 2: event 4 is not the one that the witness saw: its chain was rewritten"
        in found(daily)[1]
    )


def test_it_tells_new_files_that_were_altered_and_files_that_are_nobody_s(daily):
    newest = max((daily.home / "archive").rglob("*.pdf"))
    newest.write_bytes(b"%PDF other")
    stray = newest.with_name("stray.pdf")
    stray.write_bytes(b"%PDF")
    os.utime(stray, (0, 0))
    faults = found(daily)[1]
    assert [fault for fault in faults if "its file was altered" in fault], faults
    assert [fault for fault in faults if "stray.pdf: no document" in fault], faults


# What only the whole check tells, and what the daily one does not claim.
GIVEN = {
    "an event before the end": (
        "UPDATE event SET body = replace(body, '漏液', '没事') WHERE flow = 'anomaly' AND "
        "record_id = 2 AND seq = 1"
    ),
    "an old row": "UPDATE anomaly SET description = 'x' WHERE id = 1",
    "an old document": "UPDATE document SET size = 1 WHERE id = 1",
    "words of an old comment": (
        "UPDATE private_word SET value = '\"x\"' WHERE event_id = (SELECT id FROM event WHERE "
        "flow = 'anomaly' AND record_id = 2 AND seq = 3)"
    ),
}


@pytest.mark.parametrize("name", GIVEN)
def test_what_was_taken_as_given_is_not_claimed(daily, name):
    tamper(daily, GIVEN[name])
    answer = daily.run(*SINCE)
    assert answer.returncode == 0
    first, *rest = answer.stdout.splitlines()
    assert first.startswith("given") and rest[-1] == "All is well, as far as it was checked."
    sealed = [line for line in rest if "sealed" in line or "unaltered" in line]
    assert len(sealed) == 5 and all("since then" in line for line in sealed), sealed
    assert daily.run("verify").returncode == 1


def test_after_faults_the_next_begins_where_this_one_did(daily):
    tamper(daily, "UPDATE anomaly SET description = 'x' WHERE id = 3")
    for _ in range(2):
        answer = daily.run(*SINCE)
        assert (answer.returncode, "\nok     5 events since then" in answer.stdout) == (1, True)
    assert daily.run("verify").returncode == 1
    assert len([line for line, _ in lines(daily) if line["why"] == "verify"]) == 1


def lines(house):
    with house.app():
        return list(witness.lines(witness.folder()))


def test_a_killed_verify_leaves_nothing_behind_and_is_no_verify(daily):
    """It is stopped at a paper that cannot be read to its end."""
    paper = min((daily.home / "archive").rglob("*.pdf"))
    content = paper.read_bytes()
    paper.unlink()
    os.mkfifo(paper)
    running = commands.Command(["verify"], daily.environment)
    until(lambda: [line for line in running.lines() if "stock movements" in line])
    running.send_signal(signal.SIGKILL)
    assert running.wait(40) == -signal.SIGKILL
    paper.unlink()
    paper.write_bytes(content)
    assert len([line for line, _ in lines(daily) if line["why"] == "verify"]) == 1
    assert not list(daily.home.glob(".verify-*"))
    assert "\nok     5 events since then" in daily.run(*SINCE).stdout


def test_a_restore_and_a_witness_with_gaps_end_what_is_given(daily, tmp_path):
    assert found(daily)[0]
    assert daily.run("backup", tmp_path / "a.tar").returncode == 0
    assert daily.run("restore", tmp_path / "a.tar", "--replace").returncode == 0
    given, faults, said = found(daily)
    assert (given, faults) == (False, []) and said[0].startswith(NOTHING)
    daily.run("verify")
    daily.run("witness")
    assert found(daily)[0]
    file = next((daily.home / "witness").glob("witness-*.jsonl"))
    kept = file.read_text().splitlines(keepends=True)
    file.write_text("".join(kept[:-3] + kept[-2:]))
    given, faults, _ = found(daily)
    assert not given and any("altered or taken away" in fault for fault in faults)


def test_a_history_rewritten_before_it_went_on_shows_all_the_same(daily):
    """Every head that the witness saw counts, not the last of a chain."""
    alter(
        daily,
        REWRITTEN,
        "UPDATE anomaly SET description = '没事' WHERE id = 2",
        rehash=[("anomaly", 2)],
    )
    comment(daily, 2, "later")
    daily.run("witness")
    told = "anomaly 2: event 4 is not the one that the witness saw: its chain was rewritten"
    assert told in found(daily)[1] and told in found(daily, since=False)[1]


def test_a_witness_that_cannot_be_told_changes_nothing_of_what_was_found(daily):
    place = daily.home / "witness"
    (place / "lock").unlink()
    (place / "lock").mkdir()
    answer = daily.run(*SINCE)
    assert answer.returncode == 0 and "(the witness cannot be told so: " in answer.stdout


def test_many_heads_stand_in_several_lines_and_each_counts(house, monkeypatch):
    monkeypatch.setattr(witness, "PART", 2)
    for _ in range(6):
        house.report()
    with house.app():
        witness.write("hourly")
        parts = [line for line, _ in witness.lines(witness.folder())]
        assert [line["part"] for line in parts] == list(range(1, len(parts) + 1))
        assert all(len(line["heads"]) <= 2 for line in parts)
        assert [line["event"] for line in parts][:-1] == [0] * (len(parts) - 1), (
            "what a crash cuts off here is told again"
        )
        heads = {chain for line in parts for chain in line["heads"]}
        chains = db.session.execute(select(Event.flow, Event.record_id).distinct()).all()
        assert heads == {f"{flow}:{record}" for flow, record in chains}
    assert found(house, since=False)[1] == []
    tamper(house, "DELETE FROM event WHERE flow = 'anomaly' AND record_id = 1")
    assert "anomaly 1: event 1, which the witness saw, is gone" in found(house, since=False)[1]


def test_of_a_long_witness_the_end_is_read(house, monkeypatch):
    monkeypatch.setattr(witness, "END", 64)
    with house.app():
        for _ in range(3):
            witness.write("command")
        place = witness.folder()
        line, text = witness.last_line(place)
        assert text == list(witness.texts(place))[-1] and json.loads(text) == line
        file = next(place.glob("*.jsonl"))
        with file.open("a") as torn:
            torn.write('{"at":"2026')
        assert witness.last_line(place) == (line, text)
        witness.write("command")
        assert [line is None for line, _ in witness.lines(place)] == [False] * 3 + [True, False]


def test_an_erased_word_that_is_there_again_is_told(before):
    with before.app():
        word = db.session.scalars(select(PrivateWord).order_by(PrivateWord.id.desc())).first()
        kept = word.value, word.nonce
        number = word.id
        erase(db.session.get_one(Anomaly, 2), {number}, reason="asked to")
        db.session.commit()
    assert found(before)[1] == [] == found(before, since=False)[1]
    with before.app():
        word = db.session.get_one(PrivateWord, number)
        word.value, word.nonce, word.erased_at = *kept, None
        db.session.commit()
    for since in (True, False):
        assert [fault for fault in found(before, since=since)[1] if "is there again" in fault]
