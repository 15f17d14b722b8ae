"""Views of a board by its address, on a plant of 16,000 open cards: exact counts, few cards, the
same few statements.
"""

import re
from collections import Counter
from datetime import timedelta
from html import unescape
from urllib.parse import quote

import pytest
from sqlalchemy import event, func, insert, select, text, update

from app import clock
from app.extensions import db
from app.models.master import Customer, Line, Product
from app.models.people.user import User
from app.models.production.plan import Plan
from app.models.production.production_order import ProductionOrder
from app.models.records.event import FIRST
from app.models.sales.order import Order, OrderLine
from app.screens.board.queries import PAGE

STAGES = (
    "to_plan",
    "consulting",
    "plan_review",
    "to_prepare",
    "preparing",
    "handed_over",
    "ready",
    "running",
)
EMPTY = {
    "version": 1,
    "face": 1,
    "seq": 0,
    "head": FIRST,
    "search": "–",
    "doers": {},
}


@pytest.fixture
def start(planted):
    """Here a test's own copy holds the demo's master data and staff."""
    return planted


@pytest.fixture
def plant(app):
    """``plant(n)`` puts n cards into each of eight stages, straight into the tables.

    What it wrote comes back.
    """
    return lambda count: fill(app, count)


def fill(app, count):
    with app.app_context():
        now, today = clock.now(), clock.today()
        products = db.session.scalars(select(Product).order_by(Product.code)).all()[:7]
        customers = db.session.scalars(select(Customer).order_by(Customer.code)).all()[:5]
        lines = db.session.scalars(select(Line).order_by(Line.code)).all()[:3]
        person = db.session.scalar(select(User.id).where(User.login == "planner1"))
        base = {
            m: db.session.scalar(select(func.coalesce(func.max(m.id), 0)))
            for m in (Order, OrderLine, ProductionOrder)
        }
        orders = [
            EMPTY
            | {
                "id": base[Order] + n,
                "request_no": f"X-{base[Order] + n}",
                "number": f"Y-{base[Order] + n}",
                "customer_id": c.id,
                "address_id": c.addresses[0].id,
                "channel": "email",
                "received_at": now,
                "message": "–",
                "amount_due": 0,
                "amount_paid": 0,
                "stage": "approved",
                "since": now,
                "created_at": now,
            }
            for n, c in enumerate(customers, 1)
        ]
        wanted = [
            {
                "id": base[OrderLine] + n,
                "order_id": o["id"],
                "line_no": 1,
                "product_id": products[0].id,
                "product_text": "–",
                "quantity": 1,
            }
            for n, o in enumerate(orders, 1)
        ]
        cards, plans, facts = [], [], []
        for n in range(count * len(STAGES)):
            product, place, line = products[n % 7], n % 5, (None, *lines)[n // 8 % 4]
            fact = {
                "id": base[ProductionOrder] + n + 1,
                "stage": STAGES[n % 8],
                "due": today + timedelta(days=n % 40 - 3),
                "rush": n % 11 == 0,
                "family": product.family,
                "customer": customers[place].code,
                "line": line and line.code,
                "mine": n % 3 == 0,
            }
            facts.append(fact)
            cards.append(
                EMPTY
                | {
                    "id": fact["id"],
                    "number": f"2026-{fact['id']:05}-1",
                    "line_id": wanted[place]["id"],
                    "product_id": product.id,
                    "quantity": 120,
                    "good": 0,
                    "rejected": 0,
                    "reworked": 0,
                    "note": "",
                    "rush": fact["rush"],
                    "due": fact["due"],
                    "stage": fact["stage"],
                    "since": now,
                    "created_at": now,
                    "holder_id": person if fact["mine"] else None,
                }
            )
            if line:
                plans.append(
                    {
                        "card_id": fact["id"],
                        "revision": 1,
                        "supply": "make",
                        "line_id": line.id,
                        "author_id": person,
                        "drawn_up_at": now,
                        "promised_date": fact["due"],
                        "note": "",
                        "crew_names": "",
                        "withdrawn": False,
                    }
                )
        for model, rows in (
            (Order, orders),
            (OrderLine, wanted),
            (ProductionOrder, cards),
            (Plan, plans),
        ):
            db.session.execute(insert(model.__table__), rows)
        db.session.commit()
        db.session.execute(
            text("ANALYZE")
        )  # as a database in use has it: what PostgreSQL thinks dear it may compile, for seconds
        db.session.commit()
        return facts


def viewer(app, login_as, login="planner1"):
    with app.app_context():
        person = db.session.scalar(select(User.id).where(User.login == login))
    from tests.staff import log_in

    return log_in(app, person)


def page(browser, address):
    browser.application.extensions.pop(
        "cache of boards", None
    )  # this plant is written past the record, which tells that a board has changed
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def counted(text):
    """What each column's head says, of the eight stages."""
    found = dict(re.findall(r'data-flow="production" data-stage="(\w+)" data-count="(\d+)"', text))
    return {stage: int(found[stage]) for stage in STAGES}


def shown(text):
    """The ids of the cards that a page shows, by stage, in their order."""
    found = {}
    for number, stage in re.findall(r'id="card-production-(\d+)"[^>]*data-stage="(\w+)"', text):
        found.setdefault(stage, []).append(int(number))
    return found


def expected(facts, keep):
    kept = Counter(fact["stage"] for fact in facts if keep(fact))
    return {stage: kept[stage] for stage in STAGES}


def statements(app, browser, address):
    """How many statements the page takes once its cards are drawn; the login's own touch is left
    out.
    """
    seen = []
    with app.app_context():
        engine = db.engine
    page(browser, address)

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    page(browser, address)
    event.remove(engine, "before_cursor_execute", note)
    return len([s for s in seen if not s.startswith(("BEGIN", "UPDATE user_session", "SAVEPOINT"))])


ADDRESSES = (
    "/production/",
    "/production/?line=L1&late=1&customer=C",
    "/production/?sort=rush",
    "/production/?lanes=line",
    "/production/?lanes=customer&mine=1",
    "/production/?lanes=week",
)


def test_a_big_board_is_as_light_as_a_small_one(app, plant, login_as):
    """8 stages × 500 cards: exact counts, at most 25 cards a stage, 150 KB, and the statements
    of a board with ten cards.
    """
    facts = plant(2)
    browser = viewer(app, login_as)
    before = {address: statements(app, browser, address) for address in ADDRESSES}
    facts += plant(498)
    for address in ADDRESSES:
        assert statements(app, browser, address) == before[address] <= 12, address
        text = page(browser, address)
        assert len(text.encode()) <= 150_000, address
        assert max(map(len, shown(text).values()), default=0) <= 25, address
    today = clock.today()
    assert counted(page(browser, "/production/")) == expected(facts, lambda f: True)
    # Filters hold together, and the counts are those of all that fulfil them.
    one = facts[8]
    for query, keep in (
        ("mine=1", lambda f: f["mine"]),
        ("late=1", lambda f: f["due"] < today),
        (f"line={facts[8]['line']}", lambda f: f["line"] == one["line"]),
        (
            f"family={one['family']}&late=1",
            lambda f: f["family"] == one["family"] and f["due"] < today,
        ),
        (
            f"customer={quote(one['customer'])}&mine=1&line={one['line']}",
            lambda f: (f["customer"], f["mine"], f["line"]) == (one["customer"], True, one["line"]),
        ),
    ):
        text = page(browser, f"/production/?{query}")
        assert counted(text) == expected(facts, keep), query
        chosen = {f["id"] for f in facts if keep(f)}
        assert {n for ids in shown(text).values() for n in ids} <= chosen, query
        # Paging goes on within the filter, without a gap or a repetition.
        first = shown(text)["to_plan"]
        link = (
            unescape(re.search(r'hx-get="(/production/column/production/to_plan[^"]*)"', text)[1])
            if counted(text)["to_plan"] > len(first)
            else None
        )
        while link and len(first) < 60:
            more = page(browser, link)
            first += shown(more)["to_plan"]
            rest = re.search(r'class="more"[^>]* hx-get="([^"]*)"[^>]*>\D*(\d+)', more)
            assert (int(rest[2]) if rest else 0) == counted(text)["to_plan"] - len(first), query
            link = rest and unescape(rest[1])
        wanted = sorted(
            (f for f in facts if keep(f) and f["stage"] == "to_plan"),
            key=lambda f: (f["due"], f["id"]),
        )
        assert first == [f["id"] for f in wanted][: len(first)], query
    # Rush first, then by date; the next page goes on from there.
    text = page(browser, "/production/?sort=rush")
    by_rush = [
        f["id"]
        for f in sorted(
            (f for f in facts if f["stage"] == "ready"),
            key=lambda f: (not f["rush"], f["due"], f["id"]),
        )
    ]
    further = shown(
        page(
            browser,
            unescape(re.search(r'hx-get="(/production/column/production/ready[^"]*)"', text)[1]),
        )
    )["ready"]
    assert shown(text)["ready"] + further == by_rush[: len(shown(text)["ready"]) + len(further)]
    # Lanes: every lane says how many it holds, and its next page is its own.
    text = page(browser, "/production/?lanes=line")
    heads = {
        key: int(number)
        for key, number in re.findall(r'id="lane--(\w*)".*?<b class="count">(\d+)', text)
    }
    assert heads == dict(Counter(f["line"] or "" for f in facts))
    assert counted(text) == expected(facts, lambda f: True)
    link = unescape(
        re.search(
            rf'hx-get="(/production/column/production/running[^"]*lane={one["line"]})"', text
        )[1]
    )
    mine = {f["id"] for f in facts if f["line"] == one["line"] and f["stage"] == "running"}
    assert set(shown(page(browser, link))["running"]) <= mine - set(shown(text)["running"])
    folded = page(browser, f"/production/?lanes=line&closed={one['line']}")
    assert not {n for ids in shown(folded).values() for n in ids} & {
        f["id"] for f in facts if f["line"] == one["line"]
    }
    assert counted(folded) == counted(text)


def test_a_list_that_was_read_further_comes_back_as_long(app, plant, login_as):
    """Each list as far as it was read: read again, answered after a move, opened without a script;
    a bound holds, and what makes no sense is left out.
    """
    facts = plant(40)
    browser = viewer(app, login_as)

    def read(address, stage):
        """The list one page further: its cards, and the address of the page from then on."""
        text = page(browser, address)
        link = re.search(rf'hx-get="(/production/column/production/{stage}[^"]*)"', text)[1]
        plain = re.search(rf'href="([^"]*)"\s+hx-get="{re.escape(link)}"', text)[1]
        url = f"http://localhost{address}"
        answer = browser.get(unescape(link), headers={"HX-Request": "true", "HX-Current-URL": url})
        assert answer.status_code == 200
        longer = answer.headers["HX-Replace-Url"]
        assert unescape(plain) == longer
        return shown(answer.get_data(as_text=True))[stage], longer

    first = shown(page(browser, "/production/?sort=rush"))
    second, once = read("/production/?sort=rush", "ready")
    third, twice = read(once, "ready")
    _, address = read(twice, "running")
    long = shown(page(browser, f"{address}&seen=-1"))
    assert long["ready"] == first["ready"] + second + third
    assert {stage: len(ids) for stage, ids in long.items() if stage != "ready"} == {
        stage: len(ids) * (2 if stage == "running" else 1)
        for stage, ids in first.items()
        if stage != "ready"
    }
    # A move in a filtered view is answered with columns as long as those of the page that asks.
    moved = long["to_plan"][0]
    headers = {"HX-Request": "true", "X-Board": "production"}
    query = "mine=1&length.production.to_plan=13"
    longer = {"HX-Current-URL": f"http://localhost/production/?{query}"}
    hold = f"/production/2026-{moved:05}-1/hold"
    answer = browser.submit(hold, headers=headers | longer, version=1, reason="等一等")
    assert len(shown(answer.get_data(as_text=True))["to_plan"]) == 13
    # A lane by itself; the others stay as they are.
    lanes = "/production/?lanes=line"
    before = shown(page(browser, lanes))["running"]
    further, address = read(lanes, "running")
    after = shown(page(browser, address))["running"]
    assert set(after) == {*before, *further} and len(after) == len(before) + len(further)
    # What is too long or no number, and another view, begin at the first page again.
    chips = re.findall(r'class="chip" href="([^"]*)"', page(browser, once))
    assert chips == ["/production/"]
    for length in ("9999", "-1", "x", "99999", "٣"):
        text = page(browser, f"/production/?length.production.ready={quote(length)}")
        assert len(shown(text)["ready"]) == (40 if length == "9999" else len(first["ready"]))
    assert {fact["stage"] for fact in facts} == set(first)


@pytest.mark.on_both
def test_a_view_narrows_what_a_move_answers_and_what_is_read_again(app, plant, login_as):
    """A refused move brings the columns of the address it came from; a re-read too; nothing
    found says so and leads out.
    """
    facts = plant(3)
    browser = viewer(app, login_as)
    headers = {
        "HX-Request": "true",
        "X-Board": "production",
        "HX-Current-URL": "http://localhost/production/?mine=1",
    }
    hold = f"/production/2026-{facts[0]['id']:05}-1/hold"
    answer = browser.submit(hold, headers=headers, version=1, reason="等一等")
    assert answer.status_code == 200
    assert re.findall(
        r'id="column-production-(\w+)" [^>]*data-count="(\d+)"', answer.get_data(as_text=True)
    ) == [("to_plan", str(expected(facts, lambda f: f["mine"])["to_plan"] - 1)), ("on_hold", "1")]
    facts[0]["stage"] = "on_hold"
    answer = browser.submit(hold, headers=headers, version=1, reason="等一等")
    assert answer.status_code == 409
    assert counted(answer.get_data(as_text=True)) == expected(facts, lambda f: f["mine"])
    assert counted(page(browser, "/production/?mine=1&seen=-1")) == expected(
        facts, lambda f: f["mine"]
    )
    nothing = page(browser, "/production/?line=NONE&sort=rush&seen=-1")
    assert 'class="nothing"' in nothing and 'href="/production/?sort=rush"' in nothing
    # What means nothing on a board, or nothing at all, is left out; a wrong place in a column is no
    # page.
    assert "chip" not in re.sub(
        r"<nav.*?</nav>", "", page(browser, "/sales/?line=L1&halted=1&sort=size&lanes=colour")
    )
    for after in ("x", "0~2026-13-40~1", "2~~1", "0~~٣", "0~~1~"):
        assert (
            browser.get(f"/production/column/production/to_plan?after={quote(after)}").status_code
            == 404
        ), after


@pytest.mark.on_both
@pytest.mark.parametrize("query", ["", "?sort=rush"])
def test_a_move_is_answered_with_its_card_and_the_one_it_lies_before(app, plant, login_as, query):
    """Wherever cards come to lie in the order of the view: rush or not, with a date or without."""
    facts = [fact for fact in plant(8) if fact["stage"] in ("to_plan", "ready")]
    with app.app_context():
        undated = [fact["id"] for fact in facts[::5]]
        db.session.execute(
            update(ProductionOrder).where(ProductionOrder.id.in_(undated)).values(due=None)
        )
        db.session.commit()
    browser, board = viewer(app, login_as), f"/production/{query}"
    headers = {
        "HX-Request": "true",
        "X-Board": "production",
        "HX-Current-URL": f"http://localhost{board}",
    }
    for left, fact in enumerate(facts, 1):
        hold = f"/production/2026-{fact['id']:05}-1/hold"
        answer = browser.submit(hold, headers=headers, version=1, reason="等一等").text
        assert shown(answer) == {"on_hold": [fact["id"]]}
        assert re.findall(r'<section class="column" id="column-production-(\w+)"', answer) == [
            fact["stage"],
            "on_hold",
        ]
        assert f'data-card="card-production-{fact["id"]}"' in answer
        before = re.search(r'data-column="column-production-on_hold"\s+data-before="(.*?)"', answer)
        order = [*shown(page(browser, f"{board}{(query and '&') or '?'}seen=-1"))["on_hold"], None]
        if fact["id"] in order:
            follower = order[order.index(fact["id"]) + 1]
            is_last_shown = follower is None and left >= PAGE
            assert is_last_shown or before[1] == (f"card-production-{follower}" if follower else "")
        else:  # it lies behind the first page: so does what it lies before
            assert left > PAGE and before[1] not in {f"card-production-{id}" for id in order}


def test_a_view_is_kept_under_a_name_by_its_owner_alone(app, plant, login_as):
    browser, other = viewer(app, login_as), viewer(app, login_as, "head1")
    kept = browser.submit(
        "/production/views", name="  一线  逾期 ", view="?line=L1&late=1&nonsense=1"
    )
    assert (kept.status_code, kept.location) == (303, "/production/?late=1&line=L1")
    text = page(browser, "/production/")
    assert '<a href="/production/?late=1&amp;line=L1">一线 逾期</a>' in text
    assert "一线 逾期" not in page(browser, "/warehouse/") + page(other, "/production/")
    # The same name again replaces it; nothing to keep, or no name, is refused in words.
    browser.submit("/production/views", name="一线 逾期", view="?mine=1")
    assert page(browser, "/production/").count("一线 逾期") == 1
    assert browser.submit("/production/views", name="空", view="").status_code == 409
    assert browser.submit("/production/views", name=" ", view="?mine=1").status_code == 409
    delete = re.search(
        r'action="(/production/views/\d+/delete)"', page(browser, "/production/?mine=1")
    )[1]
    assert other.submit(delete).status_code == 404
    assert browser.submit(delete.replace("production", "quality")).status_code == 404
    assert browser.submit(delete, next="/production/?mine=1").location == "/production/?mine=1"
    assert "一线 逾期" not in page(browser, "/production/")
