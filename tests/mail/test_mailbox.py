"""The mailbox, on a real Dovecot: each mail once, whatever happens in between."""

import pytest

from app import verification
from app.config import BadSetting, mailbox
from app.extensions import db
from app.jobs.mailbox import fetch
from app.mail.mailbox import NotReached
from app.models.mail.received_mail import MailPlace, ReceivedMail
from app.models.sales.order import Order
from tests.mail import dovecot
from tests.mail.letters import DEMO, mail


@pytest.fixture(scope="module")
def server():
    with dovecot.running() as found:
        yield found


@pytest.fixture
def box(server, app, loaded, request, tmp_path):
    """A mailbox of the test's own, which the settings name; ``box(folder)``: another folder."""
    user, secret = f"u{abs(hash(request.node.name)) % 10**8}", tmp_path / "password"
    secret.write_text(f"{dovecot.PASSWORD}\n")
    app.config["MAIL_IN_PASSWORD_FILE"] = str(secret)

    def name(folder=""):
        app.config["MAIL_IN"] = server.url(user, folder)
        return user

    name()
    return name


def round_of(app):
    with app.app_context():
        return [said.partition(": ")[2] for said in fetch()]


def on_record(app):
    with app.app_context():
        assert not [fault for check in verification.check() for fault in check.faults]
        return db.session.query(ReceivedMail).count(), db.session.query(MailPlace).count()


def test_each_mail_is_taken_in_once_and_moved_away(app, server, box):
    user = box()
    server.put(user, *DEMO.values(), b"no mail at all\r\n")
    first, again = round_of(app), round_of(app)
    assert [said.split()[0] for said in first] == [
        *("draft", "draft", "draft", "reply", "no", "damaged,")
    ]
    assert again == [] and on_record(app) == (6, 6)
    assert server.count(user) == 0 and server.count(user, "Washline") == 6


def test_a_round_that_ends_half_way_loses_and_doubles_nothing(app, server, box):
    user = box()
    server.put(user, *(mail(f"P-DW-500 {n} 瓶", number=f"h{n}") for n in range(1, 8)))
    with app.app_context():
        broken = fetch()
        next(broken), next(broken), next(broken)
        broken.close()
    assert server.count(user) == 7
    assert len(round_of(app)) == 4
    assert on_record(app) == (7, 7) and server.count(user) == 0
    with app.app_context():
        assert db.session.query(Order).count() == 7


def test_a_mailbox_that_counts_anew_brings_nothing_twice(app, server, box):
    user = box("Orders")
    raws = [mail(f"P-DW-500 {n} 瓶", number=f"v{n}") for n in (1, 2)]
    raws.append(mail("P-DW-500 3 瓶"))
    for _ in range(2):
        with server.box(user) as opened:
            opened.create("Orders")
        server.put(user, *raws, folder="Orders")
        said = round_of(app)
        with server.box(user) as opened:
            opened.delete("Orders")
    assert [each.split()[0] for each in said] == ["known"] * 3
    assert on_record(app) == (3, 6)


def test_a_mark_of_having_been_read_is_not_trusted_and_not_set(app, server, box):
    user = box()
    server.put(user, mail("P-DW-500 6 瓶", number="s1"))
    with server.box(user) as opened:
        opened.select()
        opened.store("1", "+FLAGS", r"\Seen")
    assert len(round_of(app)) == 1
    server.put(user, mail("P-DW-500 7 瓶", number="s2"))
    round_of(app)
    with server.box(user) as opened:
        opened.select("Washline")
        assert opened.search(None, "UNSEEN")[1] == [b"2"]


def test_what_keeps_it_away_is_said_without_the_password(app, server, box, tmp_path):
    box()
    (tmp_path / "password").write_text("wrong-word-here")
    with pytest.raises(NotReached) as fault:
        round_of(app)
    assert "cannot be looked into" in str(fault.value)
    assert "wrong-word-here" not in str(fault.value)
    (tmp_path / "password").unlink()
    with pytest.raises(NotReached, match="cannot be read"):
        round_of(app)


@pytest.mark.parametrize(
    "url",
    [
        "https://a@b/",
        "imaps://b/",
        "imaps://a:secret@b/",
        "imap://a@mail.example/",
        "imaps://a@b:x/",
    ],
)
def test_what_cannot_be_a_mailbox_is_refused(url):
    with pytest.raises(BadSetting) as fault:
        mailbox(url)
    assert "secret" not in str(fault.value)
