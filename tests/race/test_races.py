"""Many people, one moment: exactly one wins, nothing happens twice, nothing is counted below
zero.
"""

from collections import Counter
from types import SimpleNamespace

import pytest

from app import clock
from app.extensions import db
from app.jobs import worker
from app.models.records.event import broken_links
from app.models.records.papers.document import Job
from app.models.warehouse.stock import Stock, ledger_faults
from tests.walk import CHECKLIST, PASSWORD, said

pytestmark = pytest.mark.on_both

QUIET = {"HX-Request": "true"}
CLIENTS, TABS, ROUNDS = 16, 4, 31  # five hundred moves


@pytest.fixture
def still():
    """The plant's clock stands: what a busy machine needs between a move and its undo is not
    what is raced.
    """
    clock.set_clock(clock.now())
    yield
    clock.set_clock(None)


def statuses(answers):
    return Counter(answer.status_code for answer in answers)


def record_is_whole(walk):
    with walk.app.app_context():
        assert list(broken_links()) == []
        assert list(ledger_faults()) == []
        assert not db.session.query(Stock).filter(Stock.quantity < 0).count()


def test_sixteen_clients_move_one_card_there_and_back(walk, crowd, at_once, still):
    """Four people at four tabs each: all ask the customer; then whoever asked takes it back at
    each tab while the others bring the reply.
    """
    ref = walk.order(("P-DW-500", 24))
    walk.do("sales", ref, "start_review")
    first, won = walk.look(ref, lambda o: o.version), []

    def mover(browser):
        keys = [browser.key() for _ in range(ROUNDS)]

        def move(number):
            action = (
                "ask_customer"
                if number % 2 == 0
                else "undo_ask_customer"
                if won[-1][0] == browser.user_id
                else "record_reply"
            )
            answer = browser.submit(
                f"/sales/{ref}/{action}",
                QUIET,
                key=keys[number],
                version=first + number,
                question="?",
                asked_by="phone",
                reply="!",
                replied_by="phone",
            )
            if answer.status_code == 303:
                won.append((browser.user_id, action))
            return answer

        return move

    tabs = [
        tab
        for person in crowd("sales", CLIENTS // TABS)
        for tab in [person, *(log_in_again(walk, person) for _ in range(TABS - 1))]
    ]
    rounds = at_once([mover(tab) for tab in tabs], ROUNDS)
    for answers in rounds:
        assert statuses(answers) == {303: 1, 409: CLIENTS - 1}, said(
            next(a for a in answers if a.status_code not in (303, 409))
        )
    history = walk.look(
        ref, lambda o: [(e.seq, e.actor_id, e.action, e.target) for e in o.history][first:]
    )
    assert history == [
        (first + n, *deed, "in_review" if n % 2 == 0 else "awaiting_customer")
        for n, deed in enumerate(won, 1)
    ]
    # Which of the two ways back is taken is up to who comes first.
    assert "ask_customer" in {action for _, action in won}
    assert len(won) == ROUNDS and walk.look(ref, lambda o: (o.version, o.stage)) == (
        first + ROUNDS,
        "awaiting_customer",
    )
    record_is_whole(walk)


def test_approvals_at_once_leave_no_gap(walk, crowd, at_once):
    orders = [walk.order(("P-DW-500", 24)) for _ in range(CLIENTS)]
    for ref in orders:
        walk.do("sales", ref, "start_review")
    # Every fourth forgets a point of the checklist: what fails must take no number.
    lists = [{**CHECKLIST, "terms_right": ""} if n % 4 == 3 else CHECKLIST for n in range(CLIENTS)]
    clerks = crowd("sales", CLIENTS)
    versions = [walk.look(ref, lambda o: o.version) for ref in orders]

    def approver(n):
        return lambda _: clerks[n].submit(
            f"/sales/{orders[n]}/approve", QUIET, version=versions[n], **lists[n]
        )

    (answers,) = at_once([approver(n) for n in range(CLIENTS)])
    assert [a.status_code for a in answers] == [422 if n % 4 == 3 else 303 for n in range(CLIENTS)]
    numbers = sorted(filter(None, (walk.look(ref, lambda o: o.number) for ref in orders)))
    assert numbers == [
        f"{clock.today().year}-{n:05d}" for n in range(1, CLIENTS - CLIENTS // 4 + 1)
    ]
    record_is_whole(walk)


def test_two_issues_of_the_last_of_a_lot(walk, crowd, at_once):
    cards = [walk.card("preparing", quantity=24) for _ in range(2)]

    def all_there_is(card):
        place, pick = next(
            (n, p) for n, p in enumerate(card.picks) if p.requirement.material.code == "K-301"
        )
        return place, next(stock.quantity for stock in pick.lot.stocks if stock.zone == pick.zone)

    for ref in cards:
        place, everything = walk.look(ref, all_there_is)
        walk.do(
            "storekeeper",
            ref,
            "prepare",
            **walk.prepared(ref) | {f"picks-{place}-quantity": everything},
        )
    versions = [walk.look(ref, lambda c: c.version) for ref in cards]
    people = crowd("storekeeper", 2)

    def issuer(n):
        return lambda _: people[n].submit(
            f"/warehouse/{cards[n]}/hand_over", QUIET, version=versions[n], password=PASSWORD
        )

    (answers,) = at_once([issuer(0), issuer(1)])
    assert statuses(answers) == {303: 1, 409: 1}
    assert "no longer holds enough of lot" in next(said(a) for a in answers if a.status_code == 409)
    assert sorted(walk.look(ref) for ref in cards) == ["handed_over", "preparing"]
    record_is_whole(walk)


def test_two_runs_for_one_line(walk, crowd, at_once):
    cards = [walk.card("ready", quantity=24) for _ in range(2)]
    versions = [walk.look(ref, lambda c: c.version) for ref in cards]
    people = crowd("operator", 2)

    def starter(n):
        return lambda _: people[n].submit(
            f"/production/{cards[n]}/start", QUIET, version=versions[n]
        )

    (answers,) = at_once([starter(0), starter(1)])
    assert statuses(answers) == {303: 1, 409: 1}, [said(a) for a in answers]
    assert sorted(walk.look(ref) for ref in cards) == ["ready", "running"]
    waiting = next(ref for ref in cards if walk.look(ref) == "ready")
    walk.finish(next(ref for ref in cards if walk.look(ref) == "running"))
    walk.start(waiting)
    record_is_whole(walk)


def test_a_card_that_somebody_held_while_its_line_became_free_is_looked_at_afterwards(walk, kind):
    if kind != "postgresql":
        pytest.skip("SQLite lets one write at a time")
    waiting, running = walk.card("ready", quantity=24), walk.card("running", quantity=24)
    walk.all_steps(running)
    taken = walk.look(waiting, lambda card: (card.id, card.known.first("start").facts["other"]))
    assert taken[1] == running
    with walk.app.app_context(), db.engine.connect() as somebody:
        somebody.exec_driver_sql(
            "SELECT 1 FROM production_order WHERE id = %s FOR UPDATE", (taken[0],)
        )
        walk.finish(running)
        somebody.rollback()
        assert "start" in walk.look(waiting, lambda card: card.known.blockers), (
            "nobody has looked yet"
        )
        while db.session.scalar(
            db.select(Job.id).where(Job.kind == "look_again", Job.state == "waiting")
        ):
            db.session.rollback()
            assert worker.do_next("the worker")
            db.session.rollback()
    assert "start" not in walk.look(waiting, lambda card: card.known.blockers)


def test_the_last_two_problems_of_a_halted_run_are_resolved_at_once(walk, crowd, at_once):
    card = walk.card("running", quantity=24)
    problems = [walk.anomaly(card), walk.anomaly(card)]
    for ref in problems:
        walk.do("supervisor", ref, "acknowledge")
    versions = [walk.look(ref, lambda a: a.version) for ref in problems]
    people = crowd("supervisor", 2)

    def resolver(n):
        return lambda _: people[n].submit(
            f"/production/{problems[n]}/resolve",
            QUIET,
            version=versions[n],
            measures="sealed",
            safe="y",
        )

    with walk.app.app_context():
        hand = (
            db.engine.connect() if db.engine.dialect.name == "postgresql" else None
        )  # SQLite has one writer at a time
        if hand:
            hand.execute(
                db.text("SELECT id FROM production_order WHERE number = :card FOR UPDATE"),
                {"card": card},
            )
    (answers,) = at_once([resolver(0), resolver(1), lambda _: let_go(walk, hand)])
    assert statuses(answers) == {303: 3}, [said(a) for a in answers[:2]]
    assert walk.look(card) == "running", "one of the two was the last"
    record_is_whole(walk)


def let_go(walk, hand):
    """End a transaction as soon as two others wait for what it holds."""
    waiting = db.text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
        "wait_event_type = 'Lock'"
    )
    while hand and not hand.closed:
        with walk.app.app_context(), db.engine.connect() as onlooker:
            if onlooker.scalar(waiting) >= 2:
                hand.close()
    return SimpleNamespace(status_code=303)


def test_a_retry_with_the_same_key_is_one_event(walk, crowd, at_once):
    ref = walk.ordered(walk.requisition())
    version, day = walk.look(ref, lambda r: r.version), clock.today().isoformat()
    (browser,) = crowd("buyer", 1)
    tabs = [log_in_again(walk, browser) for _ in range(4)]
    key = browser.key()

    def retry(tab, reason="late"):
        return lambda _: tab.submit(
            f"/purchasing/{ref}/postpone",
            QUIET,
            key=key,
            version=version,
            promised_date=day,
            reason=reason,
        )

    (answers,) = at_once([retry(tab) for tab in tabs])
    assert statuses(answers) == {303: 4}, [said(a) for a in answers]
    assert len({a.location for a in answers}) == 1
    assert walk.look(ref, lambda r: [e.action for e in r.history].count("postpone")) == 1
    assert retry(tabs[0], "something else")(0).status_code == 409
    assert walk.look(ref, lambda r: r.version) == version + 1


def log_in_again(walk, browser):
    from tests.staff import log_in

    tab = log_in(walk.app, browser.user_id)
    tab.csrf_token()
    return tab
