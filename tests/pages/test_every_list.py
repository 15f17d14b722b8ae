"""Every page that shows a list offers it as a file, in one way and to whom the page is open; no
file holds a secret.

Every route is walked: a page with a table that offers no file fails, and so does a route that
nobody has named an example of.
"""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from app.extensions import db
from app.jobs import worker
from app.models.alerts.group_robot import Robot
from app.models.controlled.revision import Revision
from app.models.people.deputy import Deputy
from app.models.people.station import Station
from app.models.people.user import User
from app.models.records.rules.down_time import DownTime
from app.models.warehouse.stock import Lot
from app.web.list_pages import offered
from tests.test_authorisation import EXPECTED

TABLE = re.compile(r'<table class="table\b')
CHAIN = '<ol class="timeline">'
LINK = re.compile(r'href="([^"]*[?&;]as=)xlsx"')
ROW = re.compile(r"<tr[ >]")
ADDRESS, SIGNING, TOKEN = SECRETS = ("https://robot.example/?key=k9", "s1gn1ng", "t0ken-hash")
# What a page with a table is that is no list.
NO_LIST = {"home.procedure": "the procedure, which is printed"}
# Pages that show their history from the first change on.
UNCHANGED = {"settings.show", "stages.change", "gates.change"}
# Routes whose answer is a file, a form, a part of a page, a device's or nobody's.
NO_PAGE = {
    *("static", "documents.show", "documents.attachment", "settings.logo", "audit.bundle"),
    *("labels.show", "labels.download", "lists.of_page", "lists.download", "paper_day.download"),
    *("spreadsheets.wrong", "spreadsheets.export", "live.live", "live.metrics", "auth.welcome"),
    *("department.act", "department.create", "department.column", "master.new", "grids.cell"),
    *("picked_cards.do", "together.sign", "merging.propose", "figures.told", "admin.password"),
    *("admin.pin", "floor.pin", "display.stream", "counts.lines", "vouchers.sending"),
    # Of a plant that sends vouchers: tests/vouchers.
    *("vouchers.show", "both_stocks.show"),
}


@pytest.fixture
def plant(everywhere):
    """A plant with something in the lists that nobody's work fills, and with secrets."""
    people = [everywhere.browser(who).user_id for who in ("admin", "quality_head", "planner")]
    with everywhere.app.app_context():
        admin, head, planner = (db.session.get(User, number) for number in people)
        now, facts = datetime.now(UTC), {"roles": ["planner"], "language": "en", "active": True}
        secrets = {"address_secret": ADDRESS, "signing_secret": SIGNING}
        Robot.create(by=admin, name="Group", kind="wecom", **facts, **secrets)
        _, code = Station.request_codes(now)
        tablet = {"name": "Filling", "departments": ["production"], "language": None}
        Station.pair(code, by=admin, now=now, **tablet).token_hash = TOKEN
        past = now - timedelta(hours=3)
        span = {"since": now, "until": now + timedelta(days=1), "reason": "away"}
        lent = {"role": "quality_head", "principal_id": head.id, "deputy_id": planner.id}
        Deputy.hand_over(by=admin, **lent, **span)
        DownTime.declare(by=admin, since=past, until=now - timedelta(hours=1), reason="storm")
        db.session.commit()
    letter = (io.BytesIO(b"From: a@b.example\nSubject: x\n\nP-DW-500 12\n"), "a.eml")
    everywhere.browser("sales").submit("/sales/mail/", files=[letter])
    file = {"kind": "products", "file": (io.BytesIO(b"product_code\nP-DW-500\n"), "p.csv")}
    everywhere.looked_at = everywhere.browser("admin").submit("/import/", **file).location
    with everywhere.app.app_context():
        assert worker.do_next("test:1")
    return everywhere


def examples(walk):
    """Addresses of the routes that name something."""
    order, card = "2026-00012", walk.refs["production", "closed"]
    with walk.app.app_context():
        lot = db.session.scalars(db.select(Lot).order_by(Lot.id)).first().lot_no
        paper = db.session.scalars(db.select(Revision).where(Revision.paper_list != "")).first()
    return {
        "department.board": ["/production/", "/quality/?mine=1"],
        "department.today": ["/warehouse/today", "/purchasing/today"],
        "department.show": [f"/production/{card}", f"/sales/{order}"],
        "archive.show": [f"/archive/{order}"],
        "lots.show": [f"/lots/{lot}"],
        "master.rows": ["/admin/master/product", "/admin/master/rate?sort=-line"],
        "master.row": ["/admin/master/product/1"],
        "things.show": ["/product/P-DW-500"],
        "grids.show": ["/admin/master/changeover/grid"],
        "home.find": ["/find?q=2026-0000"],
        "admin.user": ["/admin/users/1"],
        "deputies.show": ["/deputies/1"],
        "paper_day.show": ["/paper-day/1"],
        "paper_lists.show": [f"/documents-on-paper/{paper.paper_list}"],
        "spreadsheets.look": [f"{walk.looked_at}?state=same"],
        "stages.change": ["/admin/stages/production/running"],
        "gates.change": ["/admin/gates/shelf_life/-"],
        "robots.change": ["/admin/robots/1"],
        "stations.change": ["/admin/stations/1"],
        "mail.show": ["/sales/mail/1"],
        "displays.change": [],
    }


def walked(walk):
    """Yield (endpoint, who, address, page) of every route that answers with a page."""
    named = examples(walk)
    for rule in walk.app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.endpoint in NO_PAGE:
            continue
        assert rule.endpoint in named or not rule.arguments, f"an example of {rule.endpoint}"
        allowed = EXPECTED[rule.endpoint]["GET"]
        who = "admin" if "admin" in allowed else min(allowed)
        for address in named.get(rule.endpoint, [rule.rule]):
            answer = walk.browser(who).get(address)
            if answer.mimetype == "text/html" and answer.status_code == 200:
                yield rule.endpoint, who, address, answer.text


def test_every_list_leaves_as_a_file_that_holds_no_secret(plant):
    met, unsent = set(), {endpoint for endpoint in offered_by(plant) if endpoint not in NO_PAGE}
    for endpoint, who, address, page in walked(plant):
        met.add(endpoint)
        links = [f"{unescape(link)}csv" for link in LINK.findall(page)]
        own = [link for link in links if link.split("?")[0] == address.split("?")[0]]
        if (TABLE.search(page) or CHAIN in page) and endpoint not in NO_LIST:
            assert own, f"{address} shows a list or a history and offers no file"
        for link in own:
            answer = plant.browser(who).get(link)
            assert (answer.status_code, answer.mimetype) == (200, "text/csv"), link
            heads, *rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
            assert len(heads) > 1 and all(len(row) == len(heads) for row in rows), link
            assert not [secret for secret in SECRETS if secret in str(rows)], link
            unsent.discard(endpoint)
            if len(own) == 1 and len(TABLE.findall(page)) == 1 and CHAIN not in page:
                shown = len(ROW.findall(re.search(r"<tbody>(.*?)</tbody>", page)[1]))
                assert len(rows) >= shown > 0, f"{link}: {len(rows)} of {shown}"
    for endpoint in UNCHANGED:
        (address,) = examples(plant).get(endpoint, ["/admin/settings/"])
        assert plant.browser("admin").get(f"{address}?as=csv").mimetype == "text/csv", address
    assert unsent == UNCHANGED
    assert {"stations.index", "robots.index", "archive.show", "spreadsheets.look"} <= met


def offered_by(walk):
    with walk.app.app_context():
        return offered()


def test_a_file_is_open_to_whom_its_page_is(plant):
    sales = plant.browser("sales")
    for page in ("/admin/users", "/admin/robots/", "/audit/", "/admin/stages/"):
        assert sales.get(page).status_code == sales.get(f"{page}?as=csv").status_code == 403
    assert plant.browser("admin").get("/admin/users?as=pdf").status_code == 404
