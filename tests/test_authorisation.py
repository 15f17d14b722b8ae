"""Every route × every role, driven by the URL map, against a table written by hand.

An unknown route fails.

A new route needs one line here: who may read (GET) and who may change (POST); a new role needs its
name in ``ROLES``. The tables are read from the procedure, never from the code's own declarations.
"""

import pytest

from app.extensions import db
from app.flow import roles
from app.flow.departments import DEPARTMENTS
from app.models.people.user import User
from tests.staff import log_in, make_user

ROLES = (
    "sales",
    "planner",
    "production_head",
    "operator",
    "supervisor",
    "storekeeper",
    "buyer",
    "inspector",
    "quality_head",
    "auditor",
    "admin",
)
VISITORS = ("anonymous", "inactive", "without a role", *ROLES)

# Who, in words: everybody · whoever is logged in · the staff (the auditor reads, but changes
# nothing) · roles by name.
EVERYBODY = frozenset(VISITORS)
NOBODY = frozenset()
LOGGED_IN = frozenset(("without a role", *ROLES))
STAFF_READS = frozenset(ROLES)
STAFF_CHANGES = frozenset(ROLES) - {"auditor"}
ADMIN = frozenset({"admin"})
KEEPERS = frozenset(
    {
        "admin",
        "sales",
        "planner",
        "supervisor",
        "buyer",
        "quality_head",
        "production_head",
        "storekeeper",
    }
)
CUSTOMER_KEEPERS = frozenset({"admin", "sales"})
MATRIX_KEEPERS = frozenset({"admin", "planner"})
GATE_TURNERS = frozenset({"admin", "quality_head"})
SIGNERS = frozenset({"production_head", "quality_head"})  # of controlled documents
AUTHORS = frozenset({"admin", "supervisor", "quality_head", "planner", "sales"})  # of them
LENDERS = frozenset({"admin", "production_head", "quality_head"})
RESPONSIBLE = frozenset({"supervisor", "production_head", "quality_head", "admin"})
ADMIN_AND_AUDITOR = frozenset({"admin", "auditor"})
BOOK_KEEPERS = frozenset({"admin", "storekeeper"})
BOOK_READERS = BOOK_KEEPERS | {"auditor"}
AUDITORS = frozenset({"admin", "auditor", "quality_head"})

# endpoint: {method: who}
EXPECTED = {
    "static": {"GET": EVERYBODY},
    "auth.login": {"GET": EVERYBODY, "POST": EVERYBODY},
    "auth.language": {"POST": EVERYBODY},
    "auth.logout": {"POST": LOGGED_IN},
    "auth.welcome": {"GET": EVERYBODY, "POST": EVERYBODY},
    "auth.account": {"GET": LOGGED_IN},
    "auth.own_password": {"POST": LOGGED_IN},
    "auth.sound": {"POST": LOGGED_IN},
    "auth.own_pin": {"GET": LOGGED_IN, "POST": LOGGED_IN},
    "auth.end_login": {"POST": LOGGED_IN},
    "admin.users": {"GET": ADMIN_AND_AUDITOR},
    "admin.new_user": {"GET": ADMIN, "POST": ADMIN},
    "admin.user": {"GET": ADMIN_AND_AUDITOR, "POST": ADMIN},
    "admin.password": {"GET": ADMIN, "POST": ADMIN},
    "admin.pin": {"GET": ADMIN, "POST": ADMIN},
    "jobs.index": {"GET": ADMIN_AND_AUDITOR},
    "jobs.again": {"POST": ADMIN},
    "master.index": {"GET": STAFF_READS},
    "master.rows": {"GET": STAFF_READS},
    "master.new": {"GET": KEEPERS, "POST": KEEPERS},
    "master.row": {"GET": STAFF_READS, "POST": KEEPERS},
    "master.active": {"POST": KEEPERS},
    "grids.show": {"GET": STAFF_READS},
    "grids.cell": {"GET": MATRIX_KEEPERS},
    "grids.state": {"POST": MATRIX_KEEPERS},
    "things.show": {"GET": STAFF_READS, "POST": KEEPERS},
    "merging.propose": {"GET": CUSTOMER_KEEPERS, "POST": CUSTOMER_KEEPERS},
    "merging.decide": {"POST": CUSTOMER_KEEPERS},
    "paper_lists.show": {"GET": STAFF_READS},
    "paper_lists.sign": {"POST": SIGNERS},
    "paper_lists.give_up": {"POST": AUTHORS},
    "mail.index": {"GET": frozenset({"sales", "auditor"})},
    "mail.bring": {"POST": frozenset({"sales"})},
    "mail.show": {"GET": frozenset({"sales", "auditor"})},
    "mail.correct": {"POST": frozenset({"sales"})},
    "mail.put_to_order": {"POST": frozenset({"sales"})},
    "mail.settle": {"POST": frozenset({"sales"})},
    "settings.try_mailbox": {"POST": ADMIN},
    "sales.customers": {"GET": frozenset({"sales"})},
    "sales.known": {"GET": frozenset({"sales"})},
    "home.index": {"GET": STAFF_READS},
    "home.alarms": {"GET": STAFF_READS},
    "home.find": {"GET": STAFF_READS},
    "home.people": {"GET": STAFF_READS},
    "home.procedure": {"GET": STAFF_READS},
    "documents.show": {"GET": STAFF_READS},
    "documents.again": {"POST": STAFF_CHANGES},
    "documents.attachment": {"GET": STAFF_READS},
    "paper_day.index": {"GET": STAFF_READS},
    "paper_day.make": {"POST": RESPONSIBLE},
    "paper_day.download": {"GET": STAFF_READS},
    "paper_day.declare": {"GET": RESPONSIBLE, "POST": RESPONSIBLE},
    "paper_day.show": {"GET": STAFF_READS, "POST": RESPONSIBLE},
    "archive.index": {"GET": STAFF_READS},
    "archive.show": {"GET": STAFF_READS},
    "audit.index": {"GET": AUDITORS},
    "audit.ask": {"POST": AUDITORS},
    "audit.bundle": {"GET": AUDITORS},
    "lists.ask": {"POST": LOGGED_IN},
    "lists.of_page": {"GET": LOGGED_IN},
    "lists.download": {"GET": LOGGED_IN},
    "lots.show": {"GET": STAFF_READS},
    "stock.index": {"GET": STAFF_READS},
    "counts.index": {"GET": STAFF_READS},
    "counts.lines": {"GET": STAFF_READS},
    "labels.ask": {"POST": STAFF_CHANGES},
    "labels.show": {"GET": STAFF_READS},
    "labels.download": {"GET": STAFF_READS},
    "vouchers.index": {"GET": BOOK_READERS},
    "vouchers.send": {"POST": BOOK_KEEPERS},
    "vouchers.sending": {"GET": BOOK_READERS},
    "vouchers.show": {"GET": BOOK_READERS},
    "both_stocks.index": {"GET": BOOK_READERS, "POST": BOOK_KEEPERS},
    "both_stocks.show": {"GET": BOOK_READERS},
    "live.live": {"GET": LOGGED_IN},
    "display.show": {"GET": EVERYBODY},
    "display.screen": {"GET": EVERYBODY},
    "display.state": {"GET": EVERYBODY},
    "display.stream": {"GET": EVERYBODY},
    "displays.index": {"GET": ADMIN_AND_AUDITOR, "POST": ADMIN},
    "displays.change": {"GET": ADMIN, "POST": ADMIN},
    "displays.revoke": {"POST": ADMIN},
    "settings.show": {"GET": ADMIN_AND_AUDITOR, "POST": ADMIN},
    "settings.put_logo": {"POST": ADMIN},
    "settings.logo": {"GET": EVERYBODY},
    "first_start.show": {"GET": ADMIN_AND_AUDITOR},
    "first_start.put_aside": {"POST": ADMIN},
    "spreadsheets.index": {"GET": KEEPERS},
    "spreadsheets.bring": {"POST": KEEPERS},
    "spreadsheets.look": {"GET": KEEPERS},
    "spreadsheets.again": {"POST": KEEPERS},
    "spreadsheets.take": {"POST": KEEPERS},
    "spreadsheets.wrong": {"GET": KEEPERS},
    "spreadsheets.seen": {"POST": ADMIN},
    "spreadsheets.export": {"GET": KEEPERS},
    "stages.index": {"GET": ADMIN_AND_AUDITOR},
    "stages.change": {"GET": ADMIN_AND_AUDITOR, "POST": ADMIN},
    "robots.index": {"GET": ADMIN_AND_AUDITOR},
    "robots.new": {"GET": ADMIN, "POST": ADMIN},
    "robots.change": {"GET": ADMIN_AND_AUDITOR, "POST": ADMIN},
    "robots.test": {"POST": ADMIN},
    "gates.index": {"GET": GATE_TURNERS | {"auditor"}},
    "gates.change": {"GET": GATE_TURNERS | {"auditor"}, "POST": GATE_TURNERS},
    "gates.decide": {"POST": GATE_TURNERS},
    "deputies.index": {"GET": STAFF_READS},
    "deputies.new": {"GET": LENDERS, "POST": LENDERS},
    "deputies.show": {"GET": STAFF_READS, "POST": LENDERS},
    "floor.home": {"GET": EVERYBODY},
    "floor.pin": {"GET": EVERYBODY, "POST": EVERYBODY},
    "floor.state": {"GET": EVERYBODY},
    "floor.here": {"GET": EVERYBODY},
    "figures.told": {"GET": EVERYBODY},
    "together.sign": {"GET": STAFF_READS, "POST": STAFF_CHANGES},
    "picked_cards.do": {"GET": STAFF_READS, "POST": STAFF_CHANGES},
    "stations.index": {"GET": ADMIN_AND_AUDITOR, "POST": ADMIN},
    "stations.change": {"GET": ADMIN, "POST": ADMIN},
    "stations.revoke": {"POST": ADMIN},
    "trust.show": {"GET": EVERYBODY},
    "trust.der": {"GET": EVERYBODY},
    "trust.pem": {"GET": EVERYBODY},
    "live.healthz": {"GET": EVERYBODY},
    "live.readyz": {"GET": EVERYBODY},
    "live.metrics": {"GET": NOBODY},  # but a monitor, by its token (tests/web/test_metrics.py)
    # The pages of every department. Which action whose step is, tests/flow asks action by action.
    "department.board": {"GET": STAFF_READS},
    "department.today": {"GET": STAFF_READS},
    "department.column": {"GET": STAFF_READS},
    "department.acknowledge_all": {"POST": STAFF_CHANGES},
    "department.keep_view": {"POST": STAFF_CHANGES},
    "department.fold": {"POST": STAFF_CHANGES},
    "department.forget_view": {"POST": STAFF_CHANGES},
    "department.show": {"GET": STAFF_READS},
    "department.comment": {"POST": STAFF_CHANGES},
    "department.create": {"GET": STAFF_READS, "POST": STAFF_CHANGES},
    "department.act": {"GET": STAFF_READS, "POST": STAFF_CHANGES},
}
WITH_BOARD = ("sales", "production", "purchasing", "warehouse", "quality")


def rules(app):
    """Every (endpoint, method, address) that the application answers; those of departments for
    each of them.
    """
    for rule in app.url_map.iter_rules():
        values = {name: sample(rule, name) for name in rule.arguments - {"department"}}
        with app.test_request_context():
            urls = [
                app.url_map.bind("localhost").build(rule.endpoint, {**values, **department})
                for department in (
                    [{"department": DEPARTMENTS[key]} for key in WITH_BOARD]
                    if "department" in rule.arguments
                    else [{}]
                )
            ]
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield from ((rule.endpoint, method, url) for url in urls)


def sample(rule, name):
    converter = type(rule._converters[name]).__name__
    if converter == "RowNumber":
        return 1
    if converter == "AnyConverter":
        return sorted(rule._converters[name].items)[0]
    return "2026-00001"


@pytest.fixture
def visitors(app):
    """A browser for each kind of visitor; each is given back logged in again after a route that
    logs out.
    """
    ids = {
        who: make_user(app, *([who] if who in ROLES else ["planner"] if who == "inactive" else []))
        for who in VISITORS
        if who != "anonymous"
    }

    def visitor(who):
        browser = log_in(app, ids[who]) if who in ids else app.test_client()
        if who == "inactive":
            with app.app_context():
                db.session.get(User, ids[who]).active = False
                db.session.commit()
        browser.careless = True
        return browser

    return visitor


def was_let_in(answer):
    """The policy refuses with 403 or by asking to log in; a missing CSRF token (400) is found
    only behind it.
    """
    if answer.status_code in (301, 302, 303, 307, 308):
        return not answer.location.startswith("/login?next=")
    return answer.status_code not in (401, 403)


def test_every_declared_role_is_in_the_table_and_no_other():
    assert set(ROLES) == set(roles.ROLES)


def test_every_route_is_in_the_table_and_no_line_is_left_over(app):
    served = {}
    for endpoint, method, _url in rules(app):
        served.setdefault(endpoint, set()).add(method)
    assert served == {endpoint: set(line) for endpoint, line in EXPECTED.items()}


def test_each_department_has_the_same_addresses_and_no_other_has_any(app, login_as):
    """Whatever stands where the name of a department with a board may stand is nowhere."""
    addresses = [url for endpoint, _, url in rules(app) if endpoint.startswith("department.")]
    for key in WITH_BOARD:
        assert f"/{key}/" in addresses and f"/{key}/2026-00001" in addresses
    browser = login_as("planner")
    for nowhere in ("management", "Sales", "stores", "sales%2Fboard"):
        answers = [browser.get(f"/{nowhere}{rest}") for rest in ("", "/", "/today", "/2026-00001")]
        assert [answer.status_code for answer in answers] == [404] * 4, nowhere


@pytest.mark.parametrize("who", VISITORS)
def test_each_visitor_comes_where_the_table_says(app, visitors, who):
    browser, wrong = visitors(who), []
    for endpoint, method, url in rules(app):
        answer = browser.open(url, method=method)
        answer.close()
        expected = who in EXPECTED.get(endpoint, {}).get(method, ())
        if was_let_in(answer) is not expected:
            wrong.append(
                f"{method} {url} ({endpoint}): {answer.status_code}, expected "
                f"{'in' if expected else 'out'}"
            )
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("who", VISITORS)
def test_nobody_changes_anything_without_a_csrf_token(app, visitors, who):
    browser = visitors(who)
    for endpoint, method, url in rules(app):
        if method != "GET":
            answer = browser.open(url, method=method)
            assert answer.status_code in (
                (400,) if who in EXPECTED[endpoint][method] else (303, 403)
            ), f"{method} {url}"
