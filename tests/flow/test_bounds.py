"""Figures on one page make sense together (C23 to C25): refused, or taken with a reason."""

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest

from app import clock
from app.extensions import db
from app.flow.flows import FLOWS
from app.flow.rules.bounds import LEAST, PAST, WISHED
from app.forms import FORMS
from app.forms.fields.numbers import Count
from app.models.master import Material
from app.models.people.user import User
from app.models.quality.sample import Sample
from app.models.records.kinds import KINDS
from app.models.records.record import Record
from app.models.records.rules.bounding import Explained, OutOfBounds, Unusual
from tests.pages.looking import value_of
from tests.trail import step
from tests.walk import said

REASON = "the supplier rounded up"


def day(days):
    return (clock.today() + timedelta(days=days)).isoformat()


def words(answer):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))))


def master(walk, code, **values):
    """The material's bounds as its keeper would have set them."""
    with walk.app.app_context():
        material = Material.by_code(code)
        for name, value in values.items():
            setattr(material, name, value)
        db.session.commit()


def warned(walk, who, ref, action, *figures, **fields):
    """Post what is unusual: nothing is saved, both figures are said, and the same form goes through
    with its reason, which stays in the record's history."""
    version = walk.look(ref, lambda r: r.version)
    first = walk.post(who, ref, action, **fields)
    page = words(first)
    assert first.status_code == 422 and all(figure in page for figure in figures), page[:900]
    assert walk.look(ref, lambda r: r.version) == version, "nothing is saved yet"
    kept = {name: value for name, value in fields.items() if "password" not in name}
    assert all(
        value_of(first, name) == str(value)
        for name, value in kept.items()
        if f'name="{name}"' in first.text and f'<select id="{name}"' not in first.text
    )
    seen = value_of(first, "unusual_seen")
    blank = walk.post(who, ref, action, **fields, unusual="\u200b ", unusual_seen=seen)
    assert blank.status_code == 422 and said(blank) in (
        "Choose a reason.",
        "Please fill this in.",
    ), "a reason can be seen"
    walk.do(who, ref, action, **fields, unusual=REASON, unusual_seen=seen)
    data = walk.look(ref, lambda r: r.last_deed.data["unusual"])
    assert data["reason"] == REASON and len(data["said"]) >= 1
    history = words(walk.browser("auditor").get(f"/quality/{ref}"))
    assert REASON in history and all(figure in history for figure in figures)
    return first


def refused(walk, who, ref, action, *figures, **fields):
    """Post what cannot be: no reason helps, and what was typed is still there."""
    version = walk.look(ref, lambda r: r.version)
    for more in ({}, {"unusual": REASON}):
        answer = walk.post(who, ref, action, **fields, **more)
        assert answer.status_code == 422 and all(figure in said(answer) for figure in figures), (
            said(answer)
        )
    assert walk.look(ref, lambda r: r.version) == version
    return answer


@pytest.fixture
@step
def purchase(walk):
    """250 kg of hypochlorite on order, whose assay is usually 10 to 13 %."""
    master(walk, "R-021", assay_min_pct=Decimal(10), assay_max_pct=Decimal(13))
    return walk.ordered(walk.requisition("R-021", 250))


RECEIPT = {"quantity": "250", "supplier_lot": "SL-1", "assay": "12"}


def test_c23_a_receipt_far_from_the_order_is_warned_or_refused(walk, purchase):
    refused(
        walk,
        "storekeeper",
        purchase,
        "receive",
        "250,000 kg",
        "250 kg",
        "100 times",
        **RECEIPT | {"quantity": "250000"},
    )
    warned(
        walk,
        "storekeeper",
        purchase,
        "receive",
        "300 kg",
        "250 kg",
        "10 %",
        **RECEIPT | {"quantity": "300"},
    )
    assert walk.look(purchase, lambda r: (r.stage, r.received)) == ("received", 300_000_000)


def test_c23_a_material_may_allow_more_and_what_is_usual_asks_nothing(walk, purchase):
    master(walk, "R-021", receipt_tolerance_pct=Decimal(30))
    walk.do("storekeeper", purchase, "receive", **RECEIPT | {"quantity": "320"})
    assert "unusual" not in walk.look(purchase, lambda r: r.last_deed.data)
    exact = walk.ordered(walk.requisition("R-021", 250))
    master(walk, "R-021", receipt_tolerance_pct=Decimal(0))
    warned(
        walk,
        "storekeeper",
        exact,
        "receive",
        "251 kg",
        "250 kg",
        "0 %",
        **RECEIPT | {"quantity": "251"},
    )
    master(walk, "R-021", receipt_tolerance_pct=None)
    usual = walk.ordered(walk.requisition("R-021", 250))
    walk.do(
        "storekeeper", usual, "receive", **RECEIPT | {"quantity": "275"}, unusual="nobody asked"
    )
    assert "unusual" not in walk.look(usual, lambda r: r.last_deed.data), (
        "a reason without need is not recorded"
    )


def test_c23_a_lot_that_has_expired_is_warned_or_refused(walk, purchase):
    refused(
        walk, "storekeeper", purchase, "receive", day(-366), day(0), **RECEIPT, expiry=day(-366)
    )
    first = warned(
        walk, "storekeeper", purchase, "receive", day(-3), day(0), **RECEIPT, expiry=day(-3)
    )
    assert value_of(first, "supplier_lot") == "SL-1", "nothing typed is lost"
    assert walk.look(purchase, lambda r: r.lot.expiry.isoformat()) == day(-3)


def test_c23_a_lot_that_expires_today_is_warned(walk, purchase):
    warned(walk, "storekeeper", purchase, "receive", day(0), "today only", **RECEIPT, expiry=day(0))


def test_c23_a_lot_that_keeps_too_long_is_warned(walk, purchase):
    life = walk.look(purchase, lambda r: r.material.shelf_life_days)
    warned(
        walk,
        "storekeeper",
        purchase,
        "receive",
        day(life + 1),
        f"{life:,} days",
        **RECEIPT,
        expiry=day(life + 1),
    )


def test_c24_an_assay_is_a_share_and_usually_the_materials(walk, purchase):
    refused(
        walk, "storekeeper", purchase, "receive", "130 %", "100 %", **RECEIPT | {"assay": "130"}
    )
    refused(walk, "storekeeper", purchase, "receive", "-3 %", **RECEIPT | {"assay": "-3"})
    warned(walk, "storekeeper", purchase, "receive", "14 %", "13 %", **RECEIPT | {"assay": "14"})
    with_range = walk.ordered(walk.requisition("R-021", 250))
    master(walk, "R-021", assay_min_pct=None, assay_max_pct=None)
    walk.do("storekeeper", with_range, "receive", **RECEIPT | {"assay": "14"})


def test_c24_a_measured_assay_is_asked_as_the_certificates(walk, purchase):
    walk.do("storekeeper", purchase, "receive", **RECEIPT)
    sample = walk.look(
        purchase, lambda r: db.session.query(Sample).filter_by(lot_id=r.lot_id).one().number
    )
    walk.do("inspector", sample, "draw", size=1, place="gate")
    walk.do("inspector", sample, "start_testing")
    fields = walk.results(sample)
    assay = next(name for name in fields if name.endswith("-value"))
    answer = refused(walk, "inspector", sample, "enter_results", "130 %", **fields | {assay: "130"})
    assert value_of(answer, assay) == "130"
    warned(walk, "inspector", sample, "enter_results", "13.5 %", "13 %", **fields | {assay: "13.5"})


def test_c25_a_sample_is_at_most_the_lot(walk, purchase):
    walk.do("storekeeper", purchase, "receive", **RECEIPT)
    sample = walk.look(
        purchase, lambda r: db.session.query(Sample).filter_by(lot_id=r.lot_id).one().number
    )
    refused(walk, "inspector", sample, "draw", "1,000,000,000", "250 kg", size=10**9, place="gate")
    refused(walk, "inspector", sample, "draw", "251", "250 kg", size=251, place="gate")
    walk.do("inspector", sample, "draw", size=3, place="gate")
    card = walk.card("to_inspect", quantity=24)
    refused(walk, "inspector", card, "draw_sample", "25", "24 pcs", size=25, place="line")
    walk.do("inspector", card, "draw_sample", size=24, place="line")


def test_a_reason_explains_what_was_said_and_nothing_else(walk, purchase):
    first = walk.post("storekeeper", purchase, "receive", **RECEIPT | {"quantity": "300"})
    seen = value_of(first, "unusual_seen")
    other = walk.post(
        "storekeeper",
        purchase,
        "receive",
        **RECEIPT | {"quantity": "30"},
        unusual=REASON,
        unusual_seen=seen,
    )
    assert (
        other.status_code == 422
        and "30 kg" in words(other)
        and value_of(other, "unusual_seen") != seen
    )
    assert REASON in other.get_data(as_text=True), "the reason is kept"
    right = walk.post("storekeeper", purchase, "receive", **RECEIPT, unusual="", unusual_seen=seen)
    assert right.status_code == 303, "corrected, no reason is needed"


def test_no_other_way_leads_past_the_bounds(walk, purchase):
    """A program that calls ``perform`` is asked the same."""
    with walk.app.app_context():
        record = walk.record(purchase)
        by = db.session.query(User).filter_by(login="storekeeper1x").one_or_none()
        by = by or db.session.query(User).filter(User.login.like("buyer%")).first()
        facts = {"supplier_lot": "S", "assay": Decimal(12)}
        with pytest.raises(OutOfBounds):
            record.perform("receive", by=by, quantity=-1, **facts)
        with pytest.raises(OutOfBounds):
            record.perform(
                "receive",
                by=by,
                quantity=250_000_000,
                **facts | {"assay": Decimal(130)},
                unusual=Explained(REASON),
            )
        with pytest.raises(Unusual):
            record.perform("receive", by=by, quantity=300_000_000, **facts)
        with pytest.raises(Unusual):
            record.perform(
                "receive", by=by, quantity=300_000_000, **facts, unusual=Explained(" \u200b")
            )
        record.perform("receive", by=by, quantity=300_000_000, **facts, unusual=Explained(REASON))


# Counts


def test_every_count_has_its_least_and_is_asked_for_it_by_name():
    names = {
        name
        for form in FORMS.values()
        for name, field in fields_of(form)
        if issubclass(field.field_class, Count)
    }
    assert {"quantity", "lines.quantity", "packages", "rejected"} <= names <= set(LEAST), (
        names - set(LEAST)
    )


def fields_of(form, prefix=""):
    """Name and unbound field of everything a form asks for, rows of lists by ``list.field``."""
    for name in dir(form):
        field = getattr(form, name, None)
        if not hasattr(field, "field_class"):
            continue
        inner = next((arg for arg in field.args if hasattr(arg, "field_class") and arg.args), None)
        if inner is not None and hasattr(inner.args[0], "__mro__"):
            yield from fields_of(inner.args[0], f"{name}.")
        else:
            yield prefix + name, field


def test_every_bound_belongs_to_a_field_and_a_record():
    for flow in FLOWS.values():
        for action in flow.actions:
            asked = {name for name, _ in fields_of(FORMS[action.form])} if action.form else set()
            for bound in action.bounds:
                assert callable(getattr(KINDS[flow.key], bound.method)), (
                    action.key,
                    bound.method,
                )
                assert bound.field in asked, (action.key, bound.field, asked)
    days = {
        name
        for form in FORMS.values()
        for name, field in fields_of(form)
        if field.field_class.__name__ in ("Day", "ShortDay")
    }
    assert days <= {*WISHED, *PAST, "expiry"}, days


def test_leaking_units_are_never_fewer_than_none(walk):
    """“Leaking units −3” is no reading, in a step and in a test."""
    card = walk.card("running", quantity=24)
    while walk.look(card, lambda c: c.open_step is not None):
        kind, lower, uom, number = walk.look(
            card,
            lambda c: (
                c.open_step.entry_type,
                *(c.limits_of(c.open_step)[i] for i in (0, 2)),
                c.open_step.step_no,
            ),
        )
        if kind == "count" and lower is None:
            for bad in ("-3", "－３", "<-3", "2.5"):
                answer = walk.post(
                    "operator", card, "sign_step", step_no=number, reading=bad, again=bad
                )
                assert answer.status_code == 422, (bad, uom)
        walk.sign(card)
    sample = walk.sample_of(walk.bring(card, "inspecting"))
    walk.do("inspector", sample, "start_testing")
    fields = walk.results(sample)
    leaks = walk.look(
        sample,
        lambda s: next(f"results-{n}-value" for n, r in enumerate(s.results) if r.code == "LEAK"),
    )
    for bad in ("-3", "<-3", "0.5"):
        answer = refused(
            walk,
            "inspector",
            sample,
            "enter_results",
            **fields | {leaks: bad, leaks.replace("value", "again"): bad},
        )
        assert value_of(answer, leaks) == bad
    refused(
        walk, "inspector", sample, "enter_results", "never below zero", **fields | {leaks: "-3"}
    )
    with walk.app.app_context(), pytest.raises(OutOfBounds):
        record = walk.record(sample)
        found = next(r for r in record.results if r.code == "LEAK")
        record.perform(
            "enter_results",
            by=db.session.query(User).filter(User.login.like("inspector%")).first(),
            results=[
                {"result": found.id, "value": Decimal(-3), "conforms": None, "instrument": ""}
            ],
        )


def test_a_run_gives_what_it_can_and_a_card_is_split_into_what_it_has(walk):
    card = walk.card("running", quantity=24)
    walk.all_steps(card)
    counts = {"good": 24, "rejected": 0, "reject_reason": "leak"}
    refused(walk, "operator", card, "finish", "29", "28", **counts | {"good": 29})
    refused(
        walk, "operator", card, "finish", "1,000,000", "100", **counts | {"rejected": 1_000_000}
    )
    for name in ("good", "rejected"):
        assert walk.post("operator", card, "finish", **counts | {name: -1}).status_code == 422
    walk.do("operator", card, "finish", **counts)
    refused(walk, "inspector", card, "split", "24", quantity=24, reason="apart")


def test_what_is_packed_is_there(walk):
    ship = walk.shipment(walk.card("in_stock", quantity=24))
    packed = {"packages": 2, "pallets": 1, "labelled": "y"}
    refused(walk, "storekeeper", ship, "pack", "25", "24 units", **packed | {"packages": 25})
    refused(walk, "storekeeper", ship, "pack", "3", "2 cases", **packed | {"pallets": 3})
    for name in ("packages", "pallets"):
        assert walk.post("storekeeper", ship, "pack", **packed | {name: -1}).status_code == 422
    walk.do("storekeeper", ship, "pack", **packed)


# Money, spans, days


def test_money_goes_to_its_smallest_coin(walk):
    order = walk.order(("P-DW-500", 240))
    walk.do("sales", order, "start_review")
    refused(
        walk, "sales", order, "record_payment", "1.005 CNY", "0.01", amount="1.005", paid_on=day(0)
    )
    refused(walk, "sales", order, "record_payment", "above zero", amount="0", paid_on=day(0))
    refused(walk, "sales", order, "record_payment", "still due", amount="999999", paid_on=day(0))
    warned(
        walk, "sales", order, "record_payment", day(-800), day(0), amount="1.5", paid_on=day(-800)
    )


def test_a_plan_ends_after_it_begins_and_before_it_is_promised(walk):
    card = walk.card("to_plan", quantity=24)
    plan = walk.plan_fields(card)
    refused(
        walk, "planner", card, "draw_up", "later than the start", **plan | {"end": plan["start"]}
    )
    refused(
        walk,
        "planner",
        card,
        "draw_up",
        plan["end"][:10],
        day(0),
        **plan | {"promised_date": day(0)},
    )
    warned(
        walk,
        "planner",
        card,
        "draw_up",
        "31 days",
        "14",
        **plan | {"end": f"{day(32)}T{plan['start'][11:]}", "promised_date": day(40)},
    )


def test_a_day_far_off_is_warned(walk):
    purchase = walk.ordered(walk.requisition("K-101", 100))
    refused(walk, "buyer", purchase, "postpone", promised_date=day(-1), reason="late")
    assert (
        walk.post(
            "buyer", purchase, "postpone", promised_date="20266-01-01", reason="late"
        ).status_code
        == 422
    )
    warned(
        walk,
        "buyer",
        purchase,
        "postpone",
        day(800),
        day(0),
        promised_date=day(800),
        reason="strike",
    )


def test_a_new_record_is_asked_too(walk):
    fields = {"product_id": walk.product(), "quantity": 24, "requested_date": day(900)}
    browser = walk.browser("planner")
    first = browser.submit("/production/new/production/make_to_stock", **fields)
    assert first.status_code == 422 and day(900) in words(first) and "two years" in words(first)
    ref = walk.open(
        "planner",
        "production",
        "make_to_stock",
        **fields,
        unusual=REASON,
        unusual_seen=value_of(first, "unusual_seen"),
    )
    assert walk.look(ref, lambda c: c.last_deed.data["unusual"]["reason"]) == REASON


def test_a_thousand_times_what_is_to_be_weighed_is_another_unit(walk):
    card = walk.card("preparing", quantity=24)
    fields = walk.prepared(card)

    def rows(c):
        return {p.requirement.material.code: f"picks-{n}-quantity" for n, p in enumerate(c.picks)}

    named = walk.look(card, rows)
    weighed, roll = named["R-004"], named["L-001"]
    walk.do("storekeeper", card, "prepare", **fields | {roll: int(fields[roll]) * 20})
    grams = str(Decimal(fields[weighed]) * 1000)
    figures = (f"{Decimal(grams):,f}".rstrip("0").rstrip("."), f"{fields[weighed]} kg")
    warned(walk, "storekeeper", card, "prepare", *figures, **fields | {weighed: grams})
