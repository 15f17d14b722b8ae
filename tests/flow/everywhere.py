"""One plant in which a record stands in every stage of every flow, each brought there by real
actions.
"""

from __future__ import annotations

from app.flow.flows import FLOWS

SMALL = 24


def fill(walk):
    """Return ``{(flow, stage): ref}`` for every stage."""
    found = {
        **orders(walk),
        **cards(walk),
        **requisitions(walk),
        **anomalies(walk),
        **handovers(walk),
        **samples(walk),
        **shipments(walk),
        **revisions(walk),
        **counts(walk),
    }
    found |= dispositions(walk, found) | complaints(walk, found)
    # Last: from then on its line is taken.
    return found | {("production", "running"): walk.card("running", quantity=SMALL)}


def orders(walk):
    received, review, waiting = (
        walk.order(("P-DW-500", SMALL), ("P-KD-500", SMALL)) for _ in range(3)
    )
    walk.do("sales", review, "start_review")
    walk.do("sales", waiting, "start_review")
    walk.do("sales", waiting, "ask_customer", question="which colour?", asked_by="phone")
    declined = walk.order(("P-DW-500", SMALL))
    walk.do("sales", declined, "decline", reason="no capacity")
    (card,) = walk.approved(("P-DW-500", SMALL))
    return {
        ("order", "received"): received,
        ("order", "in_review"): review,
        ("order", "awaiting_customer"): waiting,
        ("order", "approved"): order_of(walk, card),
        ("order", "declined"): declined,
    }


def cards(walk):
    found = {
        ("production", stage): walk.card(stage, quantity=SMALL)
        for stage in (
            "to_plan",
            "consulting",
            "plan_review",
            "to_prepare",
            "preparing",
            "handed_over",
            "ready",
        )
    }
    halted = walk.card("running", product="P-KD-500", quantity=SMALL)
    walk.anomaly(halted)
    held = walk.card("to_plan", quantity=SMALL)
    walk.do("planner", held, "hold", reason="customer thinks")
    cancelled = walk.card("to_plan", quantity=SMALL)
    walk.do(
        "production_head", cancelled, "cancel", reason="customer withdrew", requested_by="sales"
    )
    closed = walk.card("in_stock", quantity=SMALL)
    walk.follow_up(walk.ship(walk.confirm(walk.pack(walk.shipment(closed)))))
    stages = ("to_inspect", "inspecting", "nonconforming", "to_stock_in", "in_stock")
    *parts, scrapped, packed, shipped = finished(walk, len(stages) + 3)
    found |= {
        ("production", stage): walk.bring(ref, stage)
        for stage, ref in zip(stages, parts, strict=True)
    }
    walk.do(
        "quality_head",
        walk.bring(scrapped, "nonconforming"),
        "scrap",
        reason="contaminated",
        witness="store",
    )
    walk.pack(walk.shipment(walk.bring(packed, "in_stock")))
    walk.ship(walk.confirm(walk.pack(walk.shipment(walk.bring(shipped, "in_stock")))))
    found |= {
        ("production", stage): ref
        for stage, ref in (
            ("halted", halted),
            ("on_hold", held),
            ("cancelled", cancelled),
            ("scrapped", scrapped),
            ("packed", packed),
            ("shipped", shipped),
            ("closed", closed),
        )
    }
    return found | {
        ("order", "fulfilled"): order_of(walk, closed),
        ("order", "cancelled"): order_of(walk, cancelled),
    }


def finished(walk, count):
    """Cards that wait for their sample: one run, split into parts with a lot of their own each."""
    whole = walk.card("to_inspect", quantity=SMALL * count)
    for _ in range(count - 1):
        walk.do("inspector", whole, "split", quantity=SMALL, reason="tested apart")
    return [whole, *walk.look(whole, lambda card: [child.ref for child in card.children])]


def requisitions(walk):
    requested, ordered, received, cancelled = (walk.requisition() for _ in range(4))
    walk.ordered(ordered)
    walk.received(walk.ordered(received))
    walk.do("buyer", cancelled, "cancel", reason="found some")
    return {
        ("requisition", "requested"): requested,
        ("requisition", "ordered"): ordered,
        ("requisition", "received"): received,
        ("requisition", "cancelled"): cancelled,
    }


def anomalies(walk):
    reported, acknowledged, resolved = (walk.anomaly() for _ in range(3))
    for ref in (acknowledged, resolved):
        walk.do("supervisor", ref, "acknowledge")
    walk.do("supervisor", resolved, "resolve", measures="sealed", safe="y")
    return {
        ("anomaly", "reported"): reported,
        ("anomaly", "acknowledged"): acknowledged,
        ("anomaly", "resolved"): resolved,
    }


def handovers(walk):
    written, read = (walk.handover() for _ in range(2))
    walk.do(("supervisor", 2), read, "take_over")
    return {("handover", "written"): written, ("handover", "read"): read}


def samples(walk):
    found = {("sample", "to_draw"): incoming(walk)}
    stages = ("drawn", "testing", "reported", "released", "failed")
    for stage, card in zip(stages, finished(walk, len(stages)), strict=True):
        sample = found["sample", stage] = walk.sample_of(walk.bring(card, "inspecting"))
        if stage == "testing":
            walk.do("inspector", sample, "start_testing")
            walk.do("inspector", sample, "enter_results", **walk.results(sample))
        elif stage != "drawn":
            walk.report(sample, fail=stage == "failed")
    walk.do("quality_head", found["sample", "released"], "release")
    walk.do("quality_head", found["sample", "failed"], "reject", reason="pH", containment="apart")
    return found


def incoming(walk):
    """The sample that a receipt asks for."""
    purchase = walk.received(walk.ordered(walk.requisition()))

    def sample_of(requisition):
        from app.extensions import db
        from app.models.quality.sample import Sample

        return db.session.query(Sample).filter_by(lot_id=requisition.lot_id).one().number

    return walk.look(purchase, sample_of)


def shipments(walk):
    found = {}
    stages = ("to_pack", "to_confirm", "to_ship", "shipped", "delivered", "cancelled")
    for stage, card in zip(stages, finished(walk, len(stages)), strict=True):
        ref = found["shipment", stage] = walk.shipment(walk.bring(card, "in_stock"))
        for until, step in (
            ("to_pack", walk.pack),
            ("to_confirm", walk.confirm),
            ("to_ship", walk.ship),
            ("shipped", walk.follow_up),
        ):
            if stage in (until, "cancelled"):
                break
            step(ref)
    walk.do("storekeeper", found["shipment", "cancelled"], "cancel", reason="truck broke down")
    return found


def dispositions(walk, found):
    """What came back of the delivered shipment, decided on or not."""
    ship = found["shipment", "delivered"]
    card = walk.look(ship, lambda s: s.cards[0].id)
    for _ in range(4):
        walk.do("sales", ship, "record_return", card_id=card, quantity=4, reason="pump broken")
    waiting, kept, scrapped, reworked = walk.look(ship, lambda s: [r.ref for r in s.returns])
    for ref in (kept, scrapped, reworked):
        walk.inspected(ref)
    again = {"reason": "pump broken", "instructions": "change the pumps"}
    walk.do("quality_head", reworked, "rework_goods", **again)
    walk.do("quality_head", kept, "back_to_stock", reason="seals whole")
    walk.do("quality_head", scrapped, "scrap", reason="leaking", witness="store")
    return {
        ("disposition", "to_decide"): waiting,
        ("disposition", "kept"): kept,
        ("disposition", "reworked"): reworked,
        ("disposition", "scrapped"): scrapped,
    }


def complaints(walk, found):
    """About goods that were delivered."""
    card = walk.look(found["shipment", "delivered"], lambda s: s.cards[0].ref)
    received, in_work, answered, closed = (walk.complaint(card) for _ in range(4))
    walk.do("inspector", in_work, "take_up")
    for ref in (answered, closed):
        walk.looked_into(ref)
        walk.do("sales", ref, "answer_complaint", customer_answer="caps are tested now")
    walk.do("sales", closed, "close_complaint", last_words="good")
    return {
        ("complaint", "received"): received,
        ("complaint", "in_work"): in_work,
        ("complaint", "answered"): answered,
        ("complaint", "closed"): closed,
    }


def revisions(walk):
    """Of documents that no card here goes by."""
    text = "lines-0-text_en"
    draft = walk.revision(code="WI-TA-01")
    review = walk.submitted(walk.revision(code="WI-HS-01"), **{text: "Look twice"})
    later = walk.in_force(walk.revision(code="WI-QD-01", days=3), **{text: "Look twice"})
    first, second = (
        walk.in_force(walk.revision(code="WI-GC-01"), **{text: words})
        for words in ("Look twice", "Look thrice")
    )
    given_up = walk.revision(code="WI-FS-01")
    walk.do("supervisor", given_up, "abandon", reason="not now")
    on_paper = walk.on_paper(code="WI-KD-01")
    return {
        ("revision", "drafting"): draft,
        ("revision", "in_review"): review,
        ("revision", "taken_over"): on_paper,
        ("revision", "approved"): later,
        ("revision", "effective"): second,
        ("revision", "superseded"): first,
        ("revision", "revoked"): given_up,
    }


def counts(walk):
    """Of stores that no card here draws from."""
    differing = {"R031": "100"}
    given_up = walk.count("PX")
    walk.do("storekeeper", given_up, "give_up", reason="shift is over")
    return {
        ("count", "abandoned"): given_up,
        ("count", "adjusted"): walk.closed(walk.counted(walk.count("CO"))),
        ("count", "to_approve"): walk.closed(walk.counted(walk.count("PX"), **differing)),
        ("count", "counting"): walk.count("CO"),
    }


def order_of(walk, card):
    return walk.look(card, lambda c: c.order.ref)


def every_stage():
    return {(flow.key, stage.key) for flow in FLOWS.values() for stage in flow.stages}
