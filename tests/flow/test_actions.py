"""Derived from the declaration: every action works and writes its event, and is refused to the
wrong role, in the wrong stage, and to a stale form.
"""

import pytest

from app import clock
from app.flow.flows import FLOWS
from app.flow.grammar import RolesFrom
from app.flow.roles import ROLES
from tests.flow.everywhere import every_stage
from tests.walk import CHECKLIST, contents_of, counts_of

ACTIONS = [
    (flow, action)
    for flow in FLOWS.values()
    for action in flow.actions
    if not action.driven and action.source
]
NAMES = [f"{flow.key}-{action.key}" for flow, action in ACTIONS]
REASON = {"reason": "because of this"}
# A refusal as its sentence alone; the whole page with it is asked for elsewhere (tests/pages).
BRIEFLY = {"HX-Request": "true"}


def soon():
    return clock.today().isoformat()


def one_changed(sample):
    """One of the results read anew, with its reason."""
    place = next(n for n, result in enumerate(sample.results) if result.code == "PH")
    return {f"results-{place}-value": "7.25", "reason": "read again"}


# What a person fills in; actions that need nothing are absent. The second value asks the walk.
FIELDS = {
    ("order", "approve"): lambda w, r: CHECKLIST,
    ("order", "ask_customer"): lambda w, r: {"question": "which?", "asked_by": "phone"},
    ("order", "record_reply"): lambda w, r: {"reply": "that one", "replied_by": "phone"},
    ("order", "correct"): lambda w, r: corrected(w, r),
    ("order", "enter_customer"): lambda w, r: NEW_CUSTOMER,
    ("order", "decline_line"): lambda w, r: {"line_no": 1},
    ("order", "propose_pots"): lambda w, r: {"line_no": 1, "pots": 2},
    ("order", "reword"): lambda w, r: {
        "customer_po": "PO-1b",
        "notes-0-line_no": 1,
        "notes-0-note": "ClO₂",
    },
    ("order", "record_payment"): lambda w, r: {"amount": "10.50", "paid_on": soon()},
    ("production", "draw_up"): lambda w, r: w.plan_fields(r),
    ("production", "answer_warehouse"): lambda w, r: {"in_time": "no", "promised_date": soon()},
    ("production", "answer_purchasing"): lambda w, r: {"in_time": "yes"},
    ("production", "prepare"): lambda w, r: w.prepared(r),
    ("production", "accept_materials"): lambda w, r: w.acceptance(r),
    ("production", "sign_step"): lambda w, r: w.reading(r),
    ("production", "abort"): lambda w, r: {"good": 0, "rejected": 24},
    ("production", "finish"): lambda w, r: {"good": 24, "rejected": 0},
    ("production", "draw_sample"): lambda w, r: {"size": 8, "place": "QA-N"},
    ("production", "rework"): lambda w, r: {"instructions": "adjust pH"},
    ("production", "concede"): lambda w, r: {"consent": "customer said yes"},
    ("production", "scrap"): lambda w, r: {"witness": "store"},
    ("production", "stock_in"): lambda w, r: {"zone": "FG-N"},
    ("production", "split"): lambda w, r: {"quantity": 4},
    ("production", "cancel"): lambda w, r: {"requested_by": "sales"},
    ("production", "supply_from_stock"): lambda w, r: {
        "lot_id": w.free_lot(),
        "promised_date": soon(),
    },
    ("sample", "draw"): lambda w, r: {"size": 1, "place": "QA"},
    ("sample", "enter_results"): lambda w, r: w.results(r) | w.look(r, one_changed),
    ("sample", "invalidate"): lambda w, r: {"tests": [w.look(r, lambda s: s.results[0].id)]},
    ("sample", "reject"): lambda w, r: {"containment": "apart"},
    ("requisition", "order"): lambda w, r: {
        "supplier_id": w.id_of(supplier(), "SUP-05"),
        "purchase_no": "B-2",
        "promised_date": soon(),
    },
    ("requisition", "postpone"): lambda w, r: {"promised_date": soon()},
    ("requisition", "receive"): lambda w, r: {
        "quantity": 100,
        "supplier_lot": "X",
        "unusual": "comes in parts",
    },
    ("shipment", "pack"): lambda w, r: {"packages": 2, "pallets": 0, "labelled": "y"},
    ("shipment", "confirm"): lambda w, r: {
        "confirmed_with": "he",
        "delivery_on": soon(),
        "window": "08:00-11:30",
        "address_right": "y",
    },
    ("shipment", "ship"): lambda w, r: {
        "carrier": "c",
        "vehicle": "v",
        "driver": "d",
        "waybill": "",
    },
    ("shipment", "follow_up"): lambda w, r: {"received_on": soon(), "received_by": "she"},
    ("shipment", "record_return"): lambda w, r: {
        "card_id": w.look(r, lambda s: s.cards[0].id),
        "quantity": 1,
    },
    ("disposition", "inspect_goods"): lambda w, r: {"looked_at": 1, "faulty": 0, "findings": "ok"},
    ("disposition", "rework_goods"): lambda w, r: {"instructions": "change the pumps"},
    ("disposition", "scrap"): lambda w, r: {"witness": "store"},
    ("revision", "write_contents"): lambda w, r: w.look(r, contents_of),
    ("count", "enter_counts"): lambda w, r: w.look(r, counts_of),
    ("count", "add_lot"): lambda w, r: {"lot": "ML26-0130"},
    ("complaint", "look_into"): lambda w, r: {"cause": "torque", "measures": "set anew"},
    ("complaint", "answer_complaint"): lambda w, r: {"customer_answer": "caps are tested now"},
    ("complaint", "send_anew"): lambda w, r: {"quantity": 2, "requested_date": soon()},
    ("anomaly", "resolve"): lambda w, r: {"measures": "sealed", "safe": "y"},
}


NEW_CUSTOMER = {
    "customer-code": "C-900",
    "customer-name_local": "晨星幼儿园(示例)",
    "customer-name_en": "Chenxing Kindergarten (sample)",
    "customer-country": "CN",
    "customer-language": "zh-CN",
    "customer-payment_rule": "net",
    "customer-label_variant": "zh-CN",
    "customer-min_remaining_shelf_life_pct": "50",
    "address-code": "SHIP-1",
    "address-address_local": "示例路9号",
    "address-transit_days": "1",
}


def supplier():
    from app.models.master import Supplier

    return Supplier


def corrected(walk, ref):
    def fields(order):
        line = {
            "lines-0-product_text": "P-DW-500",
            "lines-0-quantity": 36,
            "lines-0-requested_date": soon(),
            "lines-0-note": "",
        }
        return {
            "address_id": order.address_id,
            "customer_po": "PO-2",
            "channel": "email",
            "message": "",
            "received_at": "2026-01-05T09:00",
            **line,
        }

    return walk.look(ref, fields)


DECISIONS = ("back_to_stock", "rework_goods", "scrap")  # of goods that came back
# What ``ready_for`` must change the plant for.
PREPARED_FOR = {
    ("order", "enter_customer"),
    ("order", "lift_rush"),
    ("production", "lift_rush"),
    ("production", "give_up_rework"),
    ("production", "supply_from_stock"),
    ("production", "hand_over"),
    ("production", "start"),
    ("production", "finish"),
    ("production", "countersign_step"),
    ("production", "keep_in_stock"),
    ("production", "make_rest"),
    ("production", "forgo_rest"),
    ("production", "send_back_lots"),
    ("requisition", "forgo_rest"),
    ("sample", "reject"),
    ("revision", "submit_for_review"),
    ("count", "submit_count"),
    ("complaint", "answer_complaint"),
    *(("disposition", each) for each in DECISIONS),
}


def ready_for(walk, flow, action):  # noqa: C901 (a case each)
    """A record on which the action can be done now, in the first of its sources."""
    key = (flow.key, action.key)
    ref = walk.refs[flow.key, action.sources[0]]
    if key == ("order", "enter_customer"):
        ref = walk.order(("P-DW-500", 24), address_id="", customer_text="晨星幼儿园")
    if action.key == "lift_rush":
        walk.do("sales", ref, "set_rush", reason="they wait")
    if key == ("production", "give_up_rework"):
        ref = to_be_reworked(walk)
    if key == ("production", "supply_from_stock"):
        walk.free_lot = lambda: walk.look(stocked(walk), lambda c: c.lot_id)
        stocked(walk)
    if key == ("production", "hand_over"):
        walk.do("storekeeper", ref, "prepare", **walk.prepared(ref))
    if key == ("production", "start"):
        walk.finish(walk.refs["production", "running"])
    if key == ("production", "finish"):
        walk.all_steps(ref)
    if key == ("production", "countersign_step"):
        while not walk.look(ref, lambda c: c.open_step.second_role):
            walk.sign(ref)
        walk.do(walk.look(ref, lambda c: c.open_step.role), ref, "sign_step", **walk.reading(ref))
    if key == ("production", "keep_in_stock"):
        ref = stocked(walk)
    if key in {("production", "make_rest"), ("production", "forgo_rest")}:
        ref = walk.finish(walk.refs["production", "running"], fewer=4)
        walk.refs = {
            **walk.refs,
            ("production", "running"): walk.start(walk.refs["production", "ready"]),
        }
    if key == ("production", "send_back_lots"):
        from tests.flow.test_guards import changed

        changed(
            walk,
            walk.look(ref, lambda c: next(p.lot_id for p in c.picks if p.lot)),
            status="rejected",
        )
    if key == ("requisition", "forgo_rest"):
        walk.received(ref, 40)
    if key == ("revision", "submit_for_review"):
        walk.written(ref, **{"lines-1-text_en": "Look elsewhere"})
    if key == ("count", "submit_count"):
        walk.counted(ref)
    if flow.key == "disposition" and action.key in DECISIONS:
        walk.inspected(ref)
    if key == ("complaint", "answer_complaint"):
        walk.do("inspector", ref, "look_into", cause="torque", measures="set anew")
    if key == ("sample", "reject"):
        walk.do("quality_head", ref, "retest", reason="look again")
        walk.do("inspector", ref, "enter_results", **walk.results(ref, fail=True))
        walk.do("inspector", ref, "report")
    return ref


def to_be_reworked(walk):
    """A part of a failed lot that is to be reworked, and not planned yet."""
    walk.do(
        "quality_head",
        walk.refs["production", "nonconforming"],
        "split",
        quantity=4,
        reason="these can be saved",
    )
    part = f"{walk.refs['production', 'nonconforming']}-A"
    return walk.do("quality_head", part, "rework", reason="pH", instructions="adjust")


def stocked(walk):
    """A card made for stock that stands in stock."""
    if not hasattr(walk, "for_stock"):
        ready = walk.refs["production", "running"]
        if walk.look(ready) == "running":
            walk.finish(ready)
        walk.for_stock = walk.make_to_stock()
    return walk.for_stock


def doer(walk, flow, action, ref):
    """A person who may do it: the third of the role, who has done nothing to the record yet."""
    keys = walk.look(ref, lambda record: record.roles_for(action))
    return sorted(keys)[0], 3


def fields_for(walk, flow, action, ref):
    given = FIELDS.get((flow.key, action.key), lambda w, r: {})(walk, ref)
    return {**given, **(REASON if action.reason else {})}


def events(walk, ref):
    return walk.look(ref, lambda record: [e.action for e in record.history])


def test_every_stage_is_reached(everywhere):
    assert set(everywhere.refs) == every_stage()
    for (_, stage), ref in everywhere.refs.items():
        assert everywhere.look(ref) == stage, ref


@pytest.mark.parametrize(("flow", "action"), ACTIONS, ids=NAMES)
def test_the_action_works_and_writes_its_event(everywhere, flow, action):
    ref = ready_for(everywhere, flow, action)
    who = doer(everywhere, flow, action, ref)
    before = events(everywhere, ref)
    source = everywhere.look(ref)
    form = everywhere.browser(*who).get(f"/production/{ref}/{action.key}")
    assert form.status_code == 200, form.get_data(as_text=True)[-600:]
    everywhere.do(who, ref, action.key, **fields_for(everywhere, flow, action, ref))
    stage, last = everywhere.look(ref, lambda r: (r.stage, r.history[-1]))
    assert events(everywhere, ref) == [*before, action.key]
    assert stage in action.targets or (action.target is None and stage == source)
    assert (last.source, last.clause, last.role) == (source, action.clause, who[0])


@pytest.mark.parametrize(("flow", "action"), ACTIONS, ids=NAMES)
def test_the_wrong_role_is_refused(standing, flow, action):
    ref = standing.refs[flow.key, action.sources[0]]
    before, version = count(standing), standing.look(ref, lambda r: r.version)
    for role in ROLES.values():
        if role not in action.possible_roles:
            refused = standing.post(role.key, ref, action.key, version=version, headers=BRIEFLY)
            assert refused.status_code == 403, role.key
            assert (
                standing.browser(role.key)
                .get(f"/production/{ref}/{action.key}", headers=BRIEFLY)
                .status_code
                == 403
            )
    if isinstance(action.roles, RolesFrom):
        now = standing.look(ref, lambda r: r.roles_for(action))
        for key in action.role_keys - now:
            assert standing.post(
                key, ref, action.key, headers=BRIEFLY, **fields_for(standing, flow, action, ref)
            ).status_code in (403, 409, 422)
    assert count(standing) == before


@pytest.mark.parametrize(("flow", "action"), ACTIONS, ids=NAMES)
def test_the_wrong_stage_and_a_stale_form_are_refused(request, kind, flow, action):
    walk = request.getfixturevalue(
        "everywhere" if (flow.key, action.key) in PREPARED_FOR else "standing"
    )
    ref = ready_for(walk, flow, action)
    who = doer(walk, flow, action, ref)
    given = fields_for(walk, flow, action, ref)
    before = count(walk)
    stale = walk.post(
        who, ref, action.key, version=walk.look(ref, lambda r: r.version) - 1, **given
    )
    assert stale.status_code == 409
    for stage in flow.stages:
        if stage.key not in action.sources:
            answer = walk.post(
                who, walk.refs[flow.key, stage.key], action.key, headers=BRIEFLY, **given
            )
            assert answer.status_code in (403, 409, 422), (stage.key, answer.status_code)
    assert count(walk) == before


def count(walk):
    """How many events its records have."""
    from app.extensions import db
    from app.models.records.event import Event

    with walk.app.app_context():
        return db.session.query(Event).filter(Event.flow.in_(FLOWS)).count()


@pytest.mark.parametrize("action", [a.key for f in FLOWS.values() for a in f.actions if a.driven])
def test_what_follows_from_another_record_cannot_be_asked_for(standing, action):
    before = count(standing)
    for (flow, _), ref in standing.refs.items():
        if (found := FLOWS[flow].action_or_none(action)) and found.driven:
            for role in sorted(found.role_keys):
                assert standing.post(role, ref, action, headers=BRIEFLY).status_code == 403
    assert count(standing) == before
