"""Every page and every form of the played plant: axe finds nothing grave, and nothing sticks out
sideways.

Axe looks at each once, at a phone's or a desktop's width, in one theme: what pages are made of
comes in all four.
"""

from collections import defaultdict
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app import clock
from app.extensions import db
from app.flow.flows import FLOWS
from app.jobs import lot_labels
from app.models.people.user import User
from app.models.production.plan import free_stock
from app.models.production.production_order import ProductionOrder
from app.models.records.kinds import KINDS
from app.models.records.papers.document import Document
from app.models.records.record import Record
from app.models.warehouse.stock import Lot
from tests import application, shared
from tests.browser.axe import is_accessible, look_of, looks, number_of
from tests.browser.conftest import new_context, watch
from tests.browser.plant import Plant, served
from tests.shared import Template

PHONE, WIDER = 390, (768, 1024, 1440)
LANGUAGES = ("zh_Hans_CN", "en")
DESK = {"width": 1280, "height": 900}, "light"
# Who reads it, and where; {order} and its like stand for a record of that kind.
PAGES = {
    "login": ("", "/login"),
    "home": ("head1", "/"),
    "sales": ("sales1", "/sales/"),
    "production": ("planner1", "/production/"),
    "purchasing": ("buyer1", "/purchasing/"),
    "warehouse": ("store1", "/warehouse/"),
    "quality": ("inspector1", "/quality/"),
    "sales today": ("sales1", "/sales/today"),
    "production today": ("planner1", "/production/today"),
    "purchasing today": ("buyer1", "/purchasing/today"),
    "warehouse today": ("store1", "/warehouse/today"),
    "quality today": ("inspector1", "/quality/today"),
    "looking on": ("auditor1", "/production/"),
    "order in review": ("sales1", "/sales/{order.in_review}"),
    "order in work": ("sales1", "/sales/{order.approved}"),
    "card to plan": ("planner1", "/production/{production.to_plan}"),
    "card to approve": ("head1", "/production/{production.plan_review}"),
    "card preparing": ("store1", "/warehouse/{production.preparing}"),
    "card running": ("operator1", "/production/{production.running}"),
    "card halted": ("super1", "/production/{production.halted}"),
    "card nonconforming": ("qhead1", "/quality/{production.nonconforming}"),
    "card in stock": ("store1", "/warehouse/{production.in_stock}"),
    "card cancelled": ("auditor1", "/production/{production.cancelled}"),
    "sample": ("inspector1", "/quality/{sample.testing}"),
    "released sample": ("qhead1", "/quality/{sample.released}"),
    "shipment": ("store1", "/warehouse/{shipment.to_ship}"),
    "requisition": ("buyer1", "/purchasing/{requisition.ordered}"),
    "anomaly": ("super1", "/production/{anomaly.acknowledged}"),
    "complaint": ("sales1", "/sales/{complaint.in_work}"),
    "find": ("sales1", "/find?q=2026"),
    "nothing found": ("sales1", "/find?q=xyzzy"),
    "procedure": ("operator1", "/procedure"),
    "archive": ("auditor1", "/archive/"),
    "archived order": ("auditor1", "/archive/{order.fulfilled}"),
    "document being made": ("auditor1", "/documents/{document}"),
    "lot": ("qhead1", "/lots/{lot}"),
    "stock": ("store1", "/stock/"),
    "stock by lot": ("buyer1", "/stock/?by=lot"),
    "counts": ("store1", "/stock/counts/"),
    "lot labels": ("store1", "/labels/{labels}"),
    "vouchers": ("store1", "/vouchers/"),
    "vouchers sent": ("auditor1", "/vouchers/1"),
    "both stocks": ("store1", "/vouchers/stock/"),
    "auditor's list": ("auditor1", "/audit/"),
    "paper day": ("super1", "/paper-day/"),
    "down time": ("auditor1", "/paper-day/1"),
    "deputies": ("planner1", "/deputies/"),
    "deputyship": ("head2", "/deputies/1"),
    "hand over": ("admin1", "/deputies/new"),
    "home of a deputy": ("super2", "/"),
    "account of a deputy": ("super2", "/account"),
    "account": ("store1", "/account"),
    "PIN": ("store1", "/account/pin"),
    "users": ("admin1", "/admin/users"),
    "user": ("admin1", "/admin/users/{user}"),
    "new user": ("admin1", "/admin/users/new"),
    "password": ("admin1", "/admin/users/{user}/password"),
    "shared tablets": ("admin1", "/admin/stations/"),
    "wall displays": ("admin1", "/admin/displays/"),
    "e-mails": ("sales1", "/sales/mail/"),
    "e-mail beside its order": ("sales1", "/sales/mail/1"),
    "spreadsheets": ("admin1", "/import/"),
    "stages": ("admin1", "/admin/stages/"),
    "settings": ("admin1", "/admin/settings/"),
    "first steps": ("admin1", "/admin/start/"),
    "gates": ("qhead1", "/admin/gates/"),
    "group robots": ("admin1", "/admin/robots/"),
    "new robot": ("admin1", "/admin/robots/new"),
    "documents on paper": ("admin1", "/documents-on-paper/{revision.taken_over}"),
    "jobs": ("admin1", "/admin/jobs/"),
    "master data": ("admin1", "/admin/master/"),
    "table": ("admin1", "/admin/master/product"),
    "grid of changeovers": ("planner1", "/admin/master/changeover/grid"),
    "grid of classes": ("admin1", "/admin/master/incompatible/grid"),
    "what Sales keeps": ("sales1", "/admin/master/?of=sales"),
    "customers to merge": ("sales1", "/admin/master/customer/1/merge?stays=C-002"),
    "row": ("admin1", "/admin/master/product/1"),
    "product": ("admin1", "/product/P-DW-500?edit=rates.new"),
    "customer": ("sales1", "/customer/C-001"),
    "material": ("auditor1", "/material/R-002"),
    "line": ("planner1", "/line/L1"),
    "new row": ("admin1", "/admin/master/product/new"),
    "not found": ("sales1", "/sales/2026-99999"),
    "not theirs": ("sales1", "/admin/users"),
}
FORMS = [
    (flow.key, action.key)
    for flow in FLOWS.values()
    for action in flow.actions
    if action.asks_for_data and not action.driven
]
# No record of the played plant stands where these can be done; tests/flow and tests/pages open
# their forms.
UNPLAYED = {
    ("production", "forgo_rest"),
    ("requisition", "forgo_rest"),
}
SIGNERS = {"operator": "operator1", "supervisor": "super1"}


@pytest.fixture(scope="session")
def busy(template, tmp_path_factory):
    """The played plant with more in it, for pages that no record of it would have; made once.

    A run has just begun, of another all steps are signed, for a card there is stock, and a kit is
    ready to hand over.
    """
    found, home = Template("sqlite", "busy"), tmp_path_factory.mktemp("busy")

    def make():
        app = application.build(found.create(template), HOME=home)
        act_further(Plant(app, "http://localhost"))
        application.close(app)

    shared.once("busy", make)
    return found


@pytest.fixture(scope="module")
def plant(busy, tmp_path_factory, browser):
    """The busy plant, in which from now on nobody changes anything."""
    with served(busy, tmp_path_factory.mktemp("pages"), browser) as plant:
        yield plant


def act_further(plant):
    order, due = plant.look(
        waits_for_payment(plant),
        lambda card: (card.order.ref, card.order.amount_due - card.order.amount_paid),
    )
    plant.do("sales1", order, "record_payment", amount=due, paid_on=clock.today(), note="")
    plant.do("operator1", plant.offered("operator1", "production", "start"), "start")
    sign_the_rest(plant, restarted(plant))
    with_stock(plant)
    kit = plant.offered("store1", "production", "start_preparing")
    plant.do("store1", kit, "start_preparing")
    proposed = plant.look(
        kit, lambda card: [{"pick": p.id, "quantity": p.proposed} for p in card.picks]
    )
    plant.do("store1", kit, "prepare", picks=proposed)
    looked_at = {"looked_at": 5, "faulty": 0, "findings": "as it left"}
    goods = plant.offered("inspector1", "disposition", "inspect_goods")
    plant.do("inspector1", goods, "inspect_goods", **looked_at)
    found = {"cause": "a worn seal", "containment": "", "measures": "replaced"}
    heard = plant.offered("inspector1", "complaint", "look_into")
    plant.do("inspector1", heard, "look_into", **found)


def waits_for_payment(plant):
    """The card that only the money keeps from starting."""
    with plant.app.app_context():
        ready = db.session.scalars(
            select(ProductionOrder).where(ProductionOrder.stage == "ready")
        ).all()
        return next(
            card.ref for card in ready if card.order and card.order.must_be_paid_before("start")
        )


def restarted(plant):
    """A run that stood halted, its anomaly resolved; another anomaly is acknowledged in its
    stead.
    """
    anomaly = plant.offered("super1", "anomaly", "resolve")
    card = plant.look(anomaly, lambda found: found.card.ref)
    plant.do("super1", anomaly, "resolve", cause="worn", measures="replaced")
    plant.do("super1", plant.offered("super1", "anomaly", "acknowledge"), "acknowledge")
    return card


def sign_the_rest(plant, ref):
    """Sign what is left of a run's steps: of the halted one only what operator and supervisor
    sign.
    """

    def asked(card):
        step = card.open_step
        limits = [limit for limit in card.limits_of(step)[:2] if limit is not None] if step else []
        scans = (
            [lot.lot_no for lot in card.issued_lots] if step and step.entry_type == "scan" else ""
        )
        return step and (step.step_no, step.role, step.second_role, limits[0] if limits else scans)

    while found := plant.look(ref, asked):
        number, first, second, value = found
        plant.do(SIGNERS[first], ref, "sign_step", step_no=number, value=value)
        if second:
            plant.do(SIGNERS[second], ref, "countersign_step")


def with_stock(plant):
    """A card to plan of which a released lot has more than it needs."""
    with plant.app.app_context():
        lots = db.session.scalars(select(Lot).where(Lot.product_id.is_not(None)).order_by(Lot.id))
        lot = next(lot for lot in lots if lot.is_usable(clock.today()) and free_stock(lot) > 0)
        planner = db.session.scalars(select(User).where(User.login == "planner1")).one()
        ProductionOrder.create(
            "make_to_stock",
            by=planner,
            product_id=lot.product_id,
            quantity=1,
            requested_date=clock.today(),
        )
        db.session.commit()


@pytest.fixture(scope="module")
def refs(plant):
    """What stands for {…} in the addresses."""
    found = {}
    with plant.app.app_context():
        for flow, kind in KINDS.items():
            stages = defaultdict(str)
            for record in db.session.scalars(select(kind).order_by(kind.id)):
                stages.setdefault(record.stage, record.ref)
            found[flow] = type("Stages", (), stages)
        document = db.session.scalars(select(Document).where(Document.sha256.is_(None))).first()
        shipped = db.session.scalars(
            select(Lot)
            .join(ProductionOrder, ProductionOrder.lot_id == Lot.id)
            .where(ProductionOrder.shipment_id.is_not(None))
        ).first()
        store = db.session.scalars(select(User).where(User.login == "store1")).one()
        labels = lot_labels.ask_for([shipped.id], "roll", store)
        db.session.commit()
        return {
            **found,
            "labels": labels.id,
            "document": document.name,
            "lot": shipped.lot_no,
            "user": store.id,
        }


@pytest.fixture(scope="module")
def forms(plant):
    """Where each form can be filled in, and by whom: {(flow, action): (login, address)}."""
    found = shared.once("forms", lambda: list(look_for_forms(plant).items()))
    return {tuple(form): tuple(where) for form, where in found}


def look_for_forms(plant):
    found = {}
    with plant.app.app_context():
        people = list(db.session.scalars(select(User).order_by(User.id)))
        for flow, action in FORMS:
            wanted = FLOWS[flow].action(action)
            if wanted.source is None:
                login = next(p.login for p in people if p.has_role(wanted.role_keys))
                found[flow, action] = (
                    login,
                    f"/{FLOWS[flow].stages[0].departments[0].key}/new/{flow}/{action}",
                )
        for flow, kind in KINDS.items():
            for record in db.session.scalars(select(kind).order_by(kind.id)):
                for person in people:
                    for offer in record.available_actions(person):
                        if not offer.refusal:
                            found.setdefault(
                                (flow, offer.action.key),
                                (
                                    person.login,
                                    f"/{record.current_stage.departments[0].key}/{record.ref}/{offer.action.key}",
                                ),
                            )
    return found


@pytest.fixture(scope="module")
def tabs(plant, browser):
    """One tab for each language, kept from page to page: what pages bring along comes once.

    Each with what it complains of.
    """
    kept = {}

    def of(lang):
        if lang not in kept:
            context = new_context(
                browser,
                base_url=plant.url,
                locale="zh-CN" if lang == "zh_Hans_CN" else "en",
                bypass_csp=True,
            )
            context.route("**/documents/*", stand_still)
            kept[lang] = context.new_page(), []
            watch(*kept[lang])
        return kept[lang]

    yield of
    for page, _ in kept.values():
        page.context.close()


def stand_still(route):
    """The page of a paper being made looks again every three seconds: it would be gone from
    under whoever examines it.
    """
    answer = route.fetch()
    route.fulfill(
        response=answer, body=answer.text().replace('<meta http-equiv="refresh" content="3">', "")
    )


@pytest.fixture
def visit(plant, tabs, complaints):
    """Open an address as somebody who reads a language, in a look."""

    def visited(login, address, lang="zh_Hans_CN", look=DESK):
        page, _heard = tabs(lang)
        # A page that looks again by itself would be sent to the login meanwhile: the way there
        # would cut off the way to the next.
        page.goto("about:blank")
        page.context.clear_cookies()
        if login:
            page.context.add_cookies([plant.cookie_of(login, lang)])
        looks(page, *look)
        page.goto(address)
        page.wait_for_selector("html[data-ready]")
        return page

    yield visited
    for lang in ("zh_Hans_CN", "en"):
        complaints += tabs(lang)[1]
        tabs(lang)[1].clear()


@pytest.mark.parametrize("name", PAGES)
def test_a_page(visit, refs, name):
    login, address = PAGES[name]
    stands(visit, login, address.format(**refs))


def test_the_picture_of_a_lot_is_read_on_a_phone(visit, refs):
    """It keeps its size and scrolls in its own box."""
    page = visit("qhead1", f"/lots/{refs['lot']}")
    page.set_viewport_size({"width": 390, "height": 844})
    told = page.evaluate(
        "(e => [e.clientWidth, e.querySelector('svg').getBoundingClientRect().width, "
        "+e.querySelector('svg').getAttribute('width'),"
        "document.documentElement.scrollWidth])(document.querySelector('.lot-page .drawing'))"
    )
    assert told[0] < 390 < told[1] == told[2] and told[3] <= 390


@pytest.mark.parametrize("flow, action", FORMS)
def test_a_form(visit, forms, flow, action):
    if (flow, action) in UNPLAYED:
        assert (flow, action) not in forms
        return
    login, address = forms[flow, action]
    page = stands(visit, login, address)
    expect(page.locator("#content form button.primary")).to_be_visible()


def test_a_dialog_on_a_board(visit, refs):
    page = visit("store1", "/warehouse/")
    page.locator(".board-head a[href$='/new/anomaly/report']").click()
    expect(page.locator("#panel form")).to_be_visible()
    is_accessible(page)
    page.keyboard.press("Escape")
    page.locator(".card[data-drops] .grip").first.click()
    expect(page.locator("#choice")).to_be_visible()
    is_accessible(page)


def test_what_opens_on_a_board(visit):
    """The menu of filters, the list of keys, and what became of several cards; the plant itself
    is left as it is.
    """
    page = visit("sales1", "/sales/")
    page.locator("#view-menu > summary").click()
    expect(page.locator("#view-menu form")).to_be_visible()
    is_accessible(page)
    page.locator("#view-menu > summary").click()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    is_accessible(page)
    page.keyboard.press("Escape")
    for card in page.locator("#column-order-received .card").all()[:2]:
        card.focus()
        page.keyboard.press("x")
        card.evaluate("card => { card.dataset.version = 999 }")  # seen as it never was: refused
    page.locator("#bulk [data-bulk='order.start_review']").click()
    expect(page.locator("#bulk-results li")).to_have_count(2)
    is_accessible(page)


def test_what_a_filter_finds_is_in_view(visit):
    """The stages in which it found nothing make room; dragged over they still take a card."""
    page = visit("planner1", "/production/?halted=1")
    for card in page.locator("#column-production-halted .card").all():
        expect(card).to_be_in_viewport()
    assert page.evaluate(
        "document.querySelector('#board').scrollWidth <= "
        "document.querySelector('#board').clientWidth"
    )
    assert all(
        box["width"] >= 44
        for box in (column.bounding_box() for column in page.locator(".column").all())
    )
    is_accessible(page)


@pytest.mark.parametrize("address", ["/production/", "/production/?lanes=line"])
def test_the_way_back_finds_the_place_on_a_board(visit, address):
    page = visit("planner1", address)
    card = page.locator("#column-production-ready .card").last
    card.focus()
    place, ident = page.evaluate("[board.scrollLeft, board.scrollTop]"), card.get_attribute("id")
    assert place[0] > 0 and bool(place[1]) is ("lanes" in address)
    page.keyboard.press("Enter")  # a click of the test's own may scroll
    expect(page.locator(".record-page")).to_be_visible()
    page.go_back()
    page.wait_for_selector("html[data-ready]")
    expect(page.locator(f"#{ident}")).to_be_focused()
    expect(page.locator(f"#{ident}")).to_be_in_viewport()
    assert page.evaluate("[board.scrollLeft, board.scrollTop]") == place


def stands(visit, login, address):
    """Axe finds nothing, and the page fits at every width; it comes back.

    Language, width and theme go by the address: together all pages are seen in each pair of them.
    It is loaded as axe sees it: to draw it anew takes as long as to load it.
    """
    page = visit(login, address, LANGUAGES[number_of(address) // 4 % 2], look_of(address))
    is_accessible(page)
    is_contained(page)
    return page


def is_contained(page):
    """Nothing makes the page scroll sideways on a phone, nor at a wider width that goes by the
    address.
    """
    for width in (PHONE, WIDER[number_of(page.url) % len(WIDER)]):
        page.set_viewport_size({"width": width, "height": 900})
        beyond = page.evaluate("""() => {
            const root = document.documentElement;
            if (root.scrollWidth <= root.clientWidth) return null;
            const out = [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > root.clientWidth + 0.5);
            return [root.scrollWidth, ...out.slice(0, 4).map(e => e.outerHTML.slice(0, 90))] }""")
        assert not beyond, (page.url, width, beyond)
