"""Whoever is needed is told on the phone by a group robot: a halt, and what waits too long;
once, joined, and with nothing secret in it.
"""

import base64
import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from app import clock
from app.extensions import db
from app.flow.texts.lazy_text import Text
from app.jobs import alerts, leases, worker
from app.models.alerts.alerting import halted, send_soon
from app.models.alerts.group_robot import Robot as Row
from app.models.alerts.group_robot import RobotMessage
from app.models.records.event import Event
from app.models.records.papers.document import Job
from tests.robot import Robot
from tests.walk import said

KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def robot(everywhere):
    found = Robot()
    everywhere.app.config["ROBOT_HOSTS"] = (found.origin,)
    yield found
    found.close()


def set_up(walk, robot, kind="wecom", roles=("supervisor",), name="包装车间群", **more):
    admin = walk.browser("admin")
    answer = admin.submit(
        "/admin/robots/new",
        name=name,
        kind=kind,
        address_secret=f"{robot.origin}/send?key={KEY}",
        language="en",
        active="y",
        roles=list(roles),
        **more,
    )
    assert answer.status_code == 303, said(answer)
    with walk.app.app_context():
        return db.session.scalars(db.select(Row.id).where(Row.name == name)).one()


def settled(walk):
    """What of the demo waits too long is told already; other papers are not printed here."""
    with walk.app.app_context():
        db.session.execute(db.update(Job).where(Job.kind != "robot").values(state="done"))
        db.session.commit()


def work(walk, look=False):
    """The worker does all it can do for robots now; a robot's pause between two messages counts
    as over.
    """
    settled(walk)
    with walk.app.app_context():
        if look:
            alerts.look()
        db.session.execute(db.update(Row).values(tried_at=None))
        db.session.commit()
        while worker.do_next("test:1"):
            db.session.execute(db.update(Job).where(Job.kind != "robot").values(state="done"))
            db.session.commit()


def again(walk):
    """The time of the next attempt has come."""
    with walk.app.app_context():
        db.session.execute(
            db.update(Job)
            .where(Job.kind == "robot", Job.state == "waiting")
            .values(due=datetime.now(UTC))
        )
        db.session.commit()
    work(walk)


def halt(walk):
    """A run halts by a reported problem; its number comes back."""
    ref = walk.refs["production", "running"]
    walk.anomaly(ref)
    assert walk.look(ref) == "halted"
    return ref


def state(walk):
    return unescape(walk.browser("admin").get("/admin/robots/").get_data(as_text=True))


def test_a_halt_arrives_without_a_customers_name(everywhere, robot):
    walk = everywhere
    set_up(walk, robot)
    ref = halt(walk)
    customer = walk.look(ref, lambda card: str(card.party))
    work(walk)
    ((path, body),) = robot.got
    assert path == f"/send?key={KEY}" and body["msgtype"] == "text"
    assert re.match(rf"{ref} has halted: .+, line L\d\.", robot.texts[0])
    assert customer and customer not in robot.texts[0]
    assert "Arrived" in state(walk) and "The robot took the message." in state(walk)
    work(walk, look=False)
    assert len(robot.got) == 1, "told once"


def test_it_is_told_only_to_whom_the_robot_serves_and_only_where_the_change_is_committed(
    everywhere, robot
):
    walk = everywhere
    set_up(walk, robot, roles=("buyer",))
    set_up(walk, robot, name="另一个群")
    with walk.app.app_context():
        halted(walk.record(walk.refs["production", "halted"]))
        db.session.rollback()
    work(walk)
    assert robot.got == []
    halt(walk)
    work(walk)
    assert len(robot.got) == 1


@pytest.mark.parametrize("product", ["dingtalk", "feishu"])
def test_it_is_signed_as_the_product_says(everywhere, robot, product):
    walk = everywhere
    robot.answer = (200, {"code": 0, "msg": "success"} if product == "feishu" else {"errcode": 0})
    number = set_up(walk, robot, kind=product, signing_secret="SECabc")
    walk.browser("admin").submit(f"/admin/robots/{number}/test")
    work(walk)
    ((path, body),) = robot.got
    if product == "feishu":
        stamp = body["timestamp"]
        sign = body["sign"]
        key = f"{body['timestamp']}\nSECabc"
        message = ""
        assert body["msg_type"] == "text" and body["content"]["text"].startswith("This is a test")
    else:
        query = parse_qs(urlsplit(path).query)
        (stamp,), (sign,), key = query["timestamp"], query["sign"], "SECabc"
        message = f"{stamp}\nSECabc"
        assert len(stamp) == 13 and query["key"] == [KEY]
    expected = base64.b64encode(
        hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()
    ).decode()
    assert sign == expected
    assert "The robot took the message." in state(walk)


ANSWERS = {
    "refused": (
        (200, {"errcode": 93000, "errmsg": f"invalid webhook url {KEY}"}),
        "The robot refused it: invalid webhook url … (93000).",
    ),
    "broken": ((500, b"oops"), "The robot’s server answered with status 500."),
    "redirect": (
        (302, b""),
        "The robot’s server sends elsewhere (status 302); that is not followed.",
    ),
    "nonsense": (
        (200, b"<html>"),
        "The robot’s server answered something that is no robot’s answer.",
    ),
}


@pytest.mark.parametrize("what", ANSWERS)
def test_the_test_button_tells_what_the_robot_answered(everywhere, robot, what):
    walk = everywhere
    number = set_up(walk, robot)
    robot.answer, words = ANSWERS[what]
    assert walk.browser("admin").submit(f"/admin/robots/{number}/test").location == "/admin/robots/"
    assert 'hx-trigger="every 2s"' in state(walk), "the page looks again by itself"
    work(walk)
    assert words in state(walk)
    assert len(robot.got) == 1 and KEY not in state(walk)


def test_who_does_not_answer_is_left_and_who_is_not_there_is_told(everywhere, robot, monkeypatch):
    walk = everywhere
    monkeypatch.setattr("app.jobs.alerts.outgoing.CONNECT", 0.3)
    number = set_up(walk, robot)
    robot.hangs = True
    walk.browser("admin").submit(f"/admin/robots/{number}/test")
    work(walk)
    assert "127.0.0.1 did not answer in" in state(walk)
    robot.close()
    again(walk)
    assert "127.0.0.1 cannot be reached." in state(walk)


def test_given_up_is_told_and_a_backlog_is_summed_up_once_it_answers(everywhere, robot):
    walk = everywhere
    set_up(walk, robot)
    robot.answer = (500, b"")
    ref = halt(walk)
    work(walk)
    for _ in leases.WAITS:
        again(walk)
    assert len(robot.got) == len(leases.WAITS) + 1
    again(walk)
    assert len(robot.got) == len(leases.WAITS) + 1, "it is left alone"
    assert "Given up" in state(walk)
    failed = unescape(walk.browser("admin").get("/admin/jobs/").get_data(as_text=True))
    assert (
        "Message by a group robot" in failed
        and "NotTaken" in failed
        and "500" in failed
        and KEY not in failed
    )
    # The outage lasts; later it is summed up, and only what is new is told singly.
    with walk.app.app_context():
        db.session.execute(db.update(RobotMessage).values(at=clock.now() - timedelta(minutes=11)))
        row = db.session.scalars(db.select(Row)).one()
        for n in range(6):
            RobotMessage.put(row, "halt", f"halt:old:{n}", walk_text(n))
        db.session.execute(db.update(RobotMessage).values(at=clock.now() - timedelta(minutes=11)))
        db.session.commit()
    robot.answer, robot.got[:] = (200, {"errcode": 0}), []
    resolve_and_halt(walk, ref)
    work(walk)
    (text,) = robot.texts
    assert (
        text.splitlines()[0].startswith(f"{ref} has halted")
        and "Halts while this robot could not be reached: 7." in text
    )
    assert "Given up" not in state(walk)


def walk_text(n):
    return Text(
        "%(ref)s has halted: %(product)s, line %(line)s.", ref=f"OLD-{n}", product="x", line="L1"
    )


def resolve_and_halt(walk, ref):
    anomaly = walk.look(ref, lambda card: card.anomalies[-1].number)
    walk.do("supervisor", anomaly, "acknowledge")
    walk.do("supervisor", anomaly, "resolve", measures="sealed", safe="y")
    walk.anomaly(ref)


def test_no_flood(everywhere, robot):
    """A hundred halts at once are one message, and a robot is left in peace between two."""
    walk = everywhere
    set_up(walk, robot)
    with walk.app.app_context():
        row = db.session.scalars(db.select(Row)).one()
        for n in range(100):
            RobotMessage.put(row, "halt", f"halt:{n}", walk_text(n))
            send_soon(row)
        db.session.commit()
        assert (
            db.session.scalar(
                db.select(db.func.count()).select_from(Job).where(Job.kind == "robot")
            )
            == 1
        )
    work(walk)
    (text,) = robot.texts
    assert (
        len(text.splitlines()) == 11
        and text.endswith("And 90 more: look at the boards.")
        and len(text.encode()) < 2048
    )
    halt(walk)
    settled(walk)
    with walk.app.app_context():
        worker.do_next("test:1")
        assert not worker.do_next("test:1"), "it waits for its turn"
    assert len(robot.got) == 1
    assert alerts.APART.total_seconds() >= 3
    again(walk)
    assert len(robot.got) == 2


def test_what_waits_too_long_is_told_to_whom_it_waits_for_once(everywhere, robot):
    walk = everywhere
    anomaly = walk.refs["anomaly", "reported"]
    work(walk)
    with walk.app.app_context():
        record = walk.record(anomaly)
        record.since = clock.now() - timedelta(minutes=16)
        db.session.commit()
    set_up(walk, robot)
    set_up(walk, robot, name="采购群", roles=("buyer",))
    work(walk, look=True)
    told = [text for text in robot.texts if anomaly in text]
    assert (
        len(told) == 1 and f"{anomaly} waits for Production supervisor: Anomaly reported" in told[0]
    )
    count = len(robot.got)
    work(walk, look=True)
    assert len(robot.got) == count


ODD = {
    "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x": "must begin with https",
    "https://evil.example/send": "is not a robot’s address",
    "https://qyapi.weixin.qq.com.evil.example/": "is not a robot’s address",
    "https://qyapi.weixin.qq.com:8443/": "must not name a port",
    "https://user:pw@qyapi.weixin.qq.com/": "not a web address",
    "https://127.0.0.1/": "is not a robot’s address",
    "file:///etc/passwd": "not a web address",
    "https://[::1]/": "is not a robot’s address",
    "https://qyapi.weixin.qq.com@evil.example/": "not a web address",
    "javascript:alert(1)": "not a web address",
}


@pytest.mark.parametrize("address", ODD)
def test_a_strange_address_is_refused_with_a_sentence(everywhere, address):
    walk = everywhere
    answer = walk.browser("admin").submit(
        "/admin/robots/new",
        name="x",
        kind="wecom",
        address_secret=address,
        language="en",
        active="y",
        roles=["supervisor"],
    )
    assert answer.status_code == 422 and ODD[address] in unescape(answer.get_data(as_text=True))


def test_a_known_host_that_leads_into_the_plant_is_not_reached(everywhere, robot, monkeypatch):
    walk = everywhere
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("10.0.0.5", 443))])
    admin = walk.browser("admin")
    admin.submit(
        "/admin/robots/new",
        name="x",
        kind="wecom",
        address_secret="https://qyapi.weixin.qq.com/send?key=1",
        language="en",
        active="y",
        roles=["supervisor"],
    )
    with walk.app.app_context():
        number = db.session.scalars(db.select(Row.id)).one()
    admin.submit(f"/admin/robots/{number}/test")
    work(walk)
    assert "qyapi.weixin.qq.com leads into a private network; nothing is sent there." in state(walk)


def test_the_address_stays_secret_and_every_setting_is_on_record(everywhere, robot, caplog):
    walk = everywhere
    number = set_up(walk, robot, signing_secret="SECabcdef")
    admin = walk.browser("admin")
    answer = admin.submit(
        f"/admin/robots/{number}",
        name="包装群",
        kind="wecom",
        address_secret="",
        language="en",
        active="y",
        roles=["supervisor"],
        version=1,
    )
    assert answer.status_code == 303
    robot.answer = (500, b"")
    admin.submit(f"/admin/robots/{number}/test")
    work(walk)
    with walk.app.app_context():
        row = db.session.get_one(Row, number)
        assert row.address_secret.endswith(KEY) and row.signing_secret == "SECabcdef", (
            "left empty they are kept"
        )
        assert [event.action for event in row.history] == ["create", "change"]
        bodies = "".join(db.session.scalars(db.select(Event.body)))
        errors = "".join(filter(None, db.session.scalars(db.select(Job.error))))
    pages = (
        state(walk)
        + admin.get(f"/admin/robots/{number}").get_data(as_text=True)
        + admin.get("/admin/jobs/").get_data(as_text=True)
    )
    for secret in (KEY, "SECabcdef"):
        assert secret not in bodies + errors + pages + caplog.text
    assert "包装群" in bodies and "/…cdef" in pages
    stale = admin.submit(
        f"/admin/robots/{number}",
        name="y",
        kind="wecom",
        language="en",
        active="y",
        roles=["supervisor"],
        version=1,
    )
    assert stale.status_code == 409
