"""Comments, the people they name, and attached files, through the front door."""

import hashlib
import io
import os
import re

import pytest

from app import verification
from app.extensions import db
from app.models.people.erasure import erase, words_about
from app.models.people.user import User
from app.models.records.discussion.mention import Mention
from app.models.records.event import Event
from app.models.records.kinds import record_of
from app.models.records.papers.attachment import Attachment
from app.storage.store import Folder, Unavailable
from tests.pages.looking import words
from tests.records.test_content import png

PICTURE = png(10, 10)
WORDS = {"Accept-Language": "en"}


@pytest.fixture
def ref(walk):
    return walk.card("to_plan")


def say(walk, ref, text="", files=(), who="planner", department="production", **options):
    browser = walk.browser(*walk.person(who))
    data = {
        "key": options.pop("key", None) or browser.key(),
        "text": text,
        "files": [(io.BytesIO(content), name) for name, content in files],
    }
    return browser.post(f"/{department}/{ref}/comment", data=data, **options)


def page(walk, ref, who="planner", query=""):
    return walk.browser(*walk.person(who)).get(f"/production/{ref}{query}").get_data(as_text=True)


def uploads(walk):
    return sorted(
        path for path in (walk.app.config["HOME"] / "uploads").rglob("*") if path.is_file()
    )


def faults(walk):
    with walk.app.app_context():
        return [fault for check in verification.check() for fault in check.faults]


# Comments


def test_a_comment_is_an_event_that_moves_neither_stage_nor_lock(walk, ref):
    before = walk.look(ref, lambda r: (r.stage, r.version, r.face, r.seq))
    answer = say(walk, ref, "第一行\n<b>bold</b>")
    assert (
        answer.status_code == 303 and answer.location == f"/production/{ref}#event-{before[3] + 1}"
    )
    stage, version, face, seq = walk.look(ref, lambda r: (r.stage, r.version, r.face, r.seq))
    assert (stage, version, seq) == (before[0], before[1], before[3] + 1) and face > before[2]
    assert "&lt;b&gt;bold&lt;/b&gt;" in page(walk, ref)
    assert (
        walk.post("planner", ref, "draw_up", version=before[1], **walk.plan_fields(ref)).status_code
        == 303
    )
    assert not faults(walk)


def test_who_moves_after_a_comment_is_told_who_moved_and_not_who_spoke(walk, ref):
    version = walk.look(ref, lambda r: r.version)
    walk.draw_up(ref)
    say(walk, ref, "just saying", who="sales")
    told = words(
        walk.post(("planner", 2), ref, "draw_up", version=version, **walk.plan_fields(ref))
    )
    assert "drew up the plan" in told and "has moved on: Planner 1" in told


def test_every_kind_of_record_takes_comments_and_files(everywhere):
    for flow, ref in {flow: ref for (flow, _), ref in everywhere.refs.items()}.items():
        assert say(everywhere, ref, f"noted on {flow}", [("a.png", PICTURE)]).status_code == 303
        shown = page(everywhere, ref)
        assert f"noted on {flow}" in shown and ">a.png</a>" in shown


def test_the_auditor_reads_and_does_not_speak(walk, ref):
    say(walk, ref, "for the record")
    shown = page(walk, ref, "auditor")
    assert "for the record" in shown and "data-comment" not in shown
    assert say(walk, ref, "me too", who="auditor").status_code == 403


def test_a_comment_is_written_once_however_often_it_is_sent(walk, ref):
    key = walk.browser("planner").key()
    first, again = (say(walk, ref, "once", [("a.png", PICTURE)], key=key) for _ in range(2))
    assert (first.status_code, first.location) == (again.status_code, again.location)
    assert page(walk, ref).count(">once</p>") == 1 and len(uploads(walk)) == 1
    assert say(walk, ref, "another", key=key).status_code == 409


def test_words_can_be_erased_and_the_chain_holds(walk, ref):
    say(walk, ref, "call Mr. Li at home")
    with walk.app.app_context():
        card = record_of(ref)
        erase(
            card,
            {word.id for _, word in words_about(card) if "Li" in word.said},
            reason="asked to by letter",
        )
        db.session.commit()
    shown = page(walk, ref)
    assert "Mr. Li" not in shown and "erased" in shown and not faults(walk)


def test_an_empty_comment_says_what_is_missing(walk, ref):
    answer = say(walk, ref, "   ")
    assert answer.status_code == 422 and "Write something, or choose a file." in words(answer)


# Who is named


def person(walk, name, login, *roles, active=True):
    with walk.app.app_context():
        user = User.create(login=login, name=name, roles=roles, active=active)
        db.session.commit()
        return user.id


NAMED = {
    "@hr.li please": {"hr.li"},
    "请@王伟明看一下": {"wwm"},
    "请＠王伟看一下": {"ww"},
    "see @HR.LI.": {"hr.li"},
    "@wwm@ww": {"wwm"},  # the second sign belongs to an address
    "mail li@ww.example": set(),
    "@wwmx and @nobody": set(),
    "@gone @roleless": set(),
    "@planner1x who speaks": set(),
    "@ww, @wwm and @ww again": {"ww", "wwm"},
}


def test_those_are_named_whose_login_or_name_follows_the_sign(walk, ref):
    walk.browser("planner")
    ids = {
        person(walk, "王伟", "ww", "sales"): "ww",
        person(walk, "王伟明", "wwm", "buyer"): "wwm",
        person(walk, "Li", "hr.li", "inspector"): "hr.li",
        person(walk, "走了", "gone", "sales", active=False): "gone",
        person(walk, "无", "roleless"): "roleless",
    }
    for text, named in NAMED.items():
        event = say(walk, ref, text).location.rsplit("-", 1)[1]
        with walk.app.app_context():
            told = db.session.scalars(
                db.select(Mention.user_id).join(Mention.event).where(Event.seq == int(event))
            )
            assert {ids.get(user, user) for user in told} == named, text


def mark(browser, address="/"):
    """The number in the bar."""
    found = re.search(
        r'id="mentions"[^>]*?( hidden)?>.*?<b>(\d+)</b>',
        browser.get(address).get_data(as_text=True),
        re.S,
    )
    assert bool(found[1]) is (found[2] == "0")
    return int(found[2])


def test_who_is_named_is_told_until_they_open_the_record(walk, ref):
    sales, buyer = walk.browser("sales"), walk.browser("buyer")
    say(walk, ref, "@sales1x is the PO right?")
    say(walk, ref, "@sales1x and @buyer1x?")
    assert (mark(sales), mark(buyer), mark(walk.browser("planner"))) == (2, 1, 0)
    home = sales.get("/").get_data(as_text=True)
    assert (
        "You were mentioned" in home
        and "is the PO right?" in home
        and f'href="/production/{ref}#event-' in home
    )
    # A page that reads itself again learns the number by the way.
    assert sales.get("/?seen=0").headers["X-Mentions"] == "2"
    assert sales.get("/sales/?seen=0").headers["X-Mentions"] == "2"
    assert (
        mark(sales, f"/sales/{ref}") == 0
        and mark(sales) == 0
        and "You were mentioned" not in sales.get("/").text
    )
    assert mark(buyer) == 1


def test_the_people_who_fit_are_offered_by_name_or_by_login_where_two_share_it(walk):
    for login in ("li1", "li2"):
        person(walk, "李娜", login, "sales")
    person(walk, "李雷", "lei", "buyer")
    person(walk, "李退", "old", "buyer", active=False)
    offered = walk.browser("planner").get("/people?q=李").get_data(as_text=True)
    assert re.findall(r'data-insert="([^"]+)"', offered) == ["li1", "li2", "李雷"]
    assert 'data-insert="李雷"' in walk.browser("planner").get("/people?q=LEI").text


# Files


def test_a_file_is_kept_under_a_random_name_sealed_and_given_back_as_it_was(walk, ref):
    assert (
        say(
            walk, ref, "", [("照片.png", PICTURE), ("note.html", b"<script>alert(1)</script>")]
        ).status_code
        == 303
    )
    shown = page(walk, ref)
    address = re.search(r'href="(/attachments/[0-9a-f]{32})">照片.png</a>', shown)[1]
    answer = walk.browser("auditor").get(address)
    assert (
        answer.data == PICTURE
        and answer.content_type == "image/png"
        and answer.headers["X-Content-Type-Options"] == "nosniff"
    )
    assert (
        answer.headers["Content-Disposition"].startswith("attachment;")
        and "png" in answer.headers["Content-Disposition"]
    )
    assert "note.html.txt" in shown
    with walk.app.app_context():
        file = db.session.scalars(db.select(Attachment).order_by(Attachment.id)).first()
        event = db.session.get(Event, file.event_id)
        assert event.data == {
            "filename": "照片.png",
            "content_type": "image/png",
            "bytes": len(PICTURE),
            "sha256": hashlib.sha256(PICTURE).hexdigest(),
            "stored_as": file.name,
        }
    assert [path.name for path in uploads(walk)] == sorted(
        set(re.findall(r"/attachments/([0-9a-f]{32})", shown))
    )
    assert not faults(walk)


def test_a_file_that_was_altered_is_not_given_out_and_verify_says_so(walk, ref):
    say(walk, ref, "", [("a.png", PICTURE), ("b.png", PICTURE)])
    first, second = uploads(walk)
    first.write_bytes(PICTURE + b"x")
    second.unlink()
    assert [
        walk.browser("planner").get(f"/attachments/{path.name}").status_code
        for path in (first, second)
    ] == [500, 500]
    assert sorted(faults(walk)) == sorted(
        [f"{first.name}: its file was altered", f"{second.name}: its file is missing"]
    )


def test_a_file_of_a_wrong_kind_is_refused_beside_its_field_and_the_words_stay(walk, ref):
    seq = walk.look(ref, lambda r: r.seq)
    answer = say(
        walk, ref, "look at this", [("good.png", PICTURE), ("tool.pdf", b"MZ\x90\x00" + bytes(50))]
    )
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 422 and ">look at this</textarea>" in shown
    assert re.search(
        r'id="comment-files-error">.*?tool\.pdf is none of the files that are accepted', shown, re.S
    )
    assert walk.look(ref, lambda r: r.seq) == seq and not uploads(walk)


def test_what_is_too_large_is_told_beside_the_field_and_the_words_stay(walk, ref):
    size = 6 * 1024 * 1024
    answer = say(walk, ref, "很重要的话\n第二行", [("big.png", PICTURE + bytes(size))])
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 413 and "很重要的话\n第二行</textarea>" in shown.replace(
        "\r\n", "\n"
    )
    assert re.search(r'id="comment-files-error">.*?5 MB at most', shown, re.S) and not uploads(walk)
    # Elsewhere, and for those who may not say anything, it is the plain sentence.
    assert say(walk, "2026-99999", "x", [("big.png", bytes(size))]).status_code == 413
    assert say(walk, ref, "x", [("big.png", bytes(size))], who="auditor").status_code == 403


def test_a_full_disk_loses_nothing_of_what_was_written(walk, ref, monkeypatch):
    whole = os.link

    def full(source, target):
        if len(uploads(walk)) > 1:  # the first file and the draft of the second
            raise OSError(28, "No space left on device")
        whole(source, target)

    monkeypatch.setattr(os, "link", full)
    seq = walk.look(ref, lambda r: r.seq)
    answer = say(walk, ref, "mind the gap", [("a.png", PICTURE), ("b.png", PICTURE)])
    shown = answer.get_data(as_text=True)
    assert (
        answer.status_code == 507
        and ">mind the gap</textarea>" in shown
        and "disk is full" in shown
    )
    assert walk.look(ref, lambda r: r.seq) == seq and not uploads(walk)
    monkeypatch.undo()
    assert say(walk, ref, "mind the gap", [("a.png", PICTURE)]).status_code == 303


def test_a_store_that_is_away_loses_nothing_and_is_told_in_words(walk, ref, monkeypatch):
    say(walk, ref, "", [("a.png", PICTURE)])
    (kept,) = uploads(walk)

    def away(*_):
        raise Unavailable(None, "the store is away")

    with monkeypatch.context() as trouble:
        trouble.setattr(Folder, "put", away)
        trouble.setattr(Folder, "open", away)
        seq = walk.look(ref, lambda r: r.seq)
        answer = say(walk, ref, "mind the gap", [("b.png", PICTURE)], headers=WORDS)
        assert answer.status_code == 503 and ">mind the gap</textarea>" in answer.text
        assert "the store of files does not answer" in answer.text
        assert walk.look(ref, lambda r: r.seq) == seq and uploads(walk) == [kept]
        answer = walk.browser("planner").get(f"/attachments/{kept.name}", headers=WORDS)
        assert answer.status_code == 503 and "store of files does not answer" in answer.text
    assert walk.browser("planner").get(f"/attachments/{kept.name}").data == PICTURE


def test_files_of_a_comment_that_is_not_taken_do_not_stay(walk, ref):
    key = walk.browser(*walk.person("planner")).key()
    for _ in range(2):
        assert say(walk, ref, "once", [("a.png", PICTURE)], key=key).status_code == 303
    assert len(uploads(walk)) == 1
    assert say(walk, "2026-99999", "x", [("a.png", PICTURE)]).status_code == 404
    assert len(uploads(walk)) == 1 and not faults(walk)


def test_a_name_that_was_never_given_is_not_found(walk, ref):
    assert walk.browser("planner").get("/attachments/..%2f..%2fsecret").status_code == 404
    assert walk.browser("planner").get(f"/attachments/{'0' * 32}").status_code == 404


# The history, narrowed


def shown(text):
    return re.findall(r'<li id="event-(\d+)"', text)


def counts(text):
    return dict(re.findall(r'data-show="(\w*)"[^>]*>[^<]*<span class="count">(\d+)<', text))


def test_the_history_is_narrowed_by_kind_and_person_and_counts_each(walk, ref):
    say(walk, ref, "one", [("a.png", PICTURE)])
    say(walk, ref, "two", who="sales")
    walk.draw_up(ref)
    walk.do("storekeeper", ref, "answer_warehouse", in_time="yes")
    everything = page(walk, ref)
    assert (
        counts(everything) == {"": "6", "moves": "2", "entries": "1", "comments": "2", "files": "1"}
        and len(shown(everything)) == 6
    )
    for kind, number in (
        ("moves", 2),
        ("entries", 1),
        ("comments", 2),
        ("files", 1),
        ("nonsense", 6),
    ):
        assert len(shown(page(walk, ref, query=f"?show={kind}"))) == number, kind
    narrowed = page(walk, ref, query="?show=comments&who=sales1x")
    assert len(shown(narrowed)) == 1 and ">two</p>" in narrowed and ">one</p>" not in narrowed
    assert f'data-live="/production/{ref}?show=comments&amp;who=sales1x"' in narrowed
    assert counts(narrowed) == {"": "2", "moves": "1", "comments": "1"}
