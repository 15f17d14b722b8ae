"""The stock is counted where it stands, zone by zone or lot by lot; what differs is adjusted, by
two people where it is much.
"""

from datetime import timedelta

import pytest

from app import clock
from app.documents import compose
from app.documents.pdf.typeset import typeset
from app.extensions import db
from app.models.records.papers.document import Document
from app.models.records.rules.plant_settings import PlantSetting
from app.models.warehouse.counting.stock_count import StockCount
from app.models.warehouse.stock import Lot, StockMovement, ledger_faults, move
from tests.walk import counts_of, reasons_of, said

ZONE = "AC"


def lots(walk, zone=ZONE):
    """The lots of a zone by what they are of, as (number, base units there)."""
    with walk.app.app_context():
        rows = db.session.scalars(db.select(Lot).where(Lot.stocks.any(zone=zone)))
        return {row.item.code: (row.lot_no, row.quantity) for row in rows}


def movements(walk):
    with walk.app.app_context():
        rows = db.select(StockMovement.zone, StockMovement.quantity, Lot.lot_no).join(Lot)
        moved = rows.where(StockMovement.kind == "adjustment").order_by(StockMovement.id)
        return [tuple(row) for row in db.session.execute(moved)]


def moved(walk, lot_no, quantity, zone=ZONE):
    """Something comes or goes meanwhile."""
    with walk.app.app_context():
        lot = db.session.scalars(db.select(Lot).where(Lot.lot_no == lot_no)).one()
        move(lot, zone, quantity, "transfer", by=None)
        db.session.commit()


def faults(walk):
    with walk.app.app_context():
        return list(ledger_faults())


def test_a_small_difference_is_adjusted_when_the_count_is_closed(walk):
    ref = walk.count()
    assert ref.startswith("ST-")
    assert walk.look(ref, lambda c: c.lots) == len(walk.look(ref, lambda c: c.lines))
    early = walk.post("storekeeper", ref, "submit_count")
    assert early.status_code == 409 and "not counted yet" in said(early)
    walk.counted(ref, R002="1.5")
    walk.closed(ref)
    assert walk.look(ref) == "adjusted"
    differing = walk.look(ref, lambda c: [(x.lot.lot_no, x.difference) for x in c.differing])
    assert {number for number, _ in differing} == {n for _, _, n in movements(walk)}
    assert all(quantity == -1_500_000 for _, quantity, _ in movements(walk)) and not faults(walk)
    assert walk.look(ref, lambda c: {x.reason for x in c.differing}) == {"spilt"}
    page = walk.browser("storekeeper").get(f"/lots/{differing[0][0]}").text
    assert "Adjusted after a count" in page and ref in page


@pytest.mark.on_both
def test_a_large_difference_waits_for_a_production_head_who_did_not_count(walk):
    ref = walk.closed(walk.counted(walk.count(), R032="20"))
    assert walk.look(ref) == "to_approve" and not movements(walk)
    assert ref in walk.browser("production_head").get("/production/today").text
    page = walk.browser("production_head").get(f"/production/{ref}/approve_count").text
    assert "ML26-0061" in page and "spilt" in page and 'name="password"' in page
    assert walk.post("storekeeper", ref, "approve_count").status_code == 403
    walk.do("production_head", ref, "approve_count")
    assert walk.look(ref) == "adjusted" and len(movements(walk)) == 2 and not faults(walk)


def test_what_is_counted_again_is_only_what_differs(walk):
    ref = walk.closed(walk.counted(walk.count(), R032="20"))
    walk.do("production_head", ref, "recount", reason="too much at once")
    assert walk.look(ref) == "counting"
    assert walk.look(ref, lambda c: {x.lot.item.code for x in c.to_count}) == {"R-032"}
    walk.closed(walk.counted(ref))
    assert walk.look(ref) == "adjusted" and not movements(walk)


@pytest.mark.on_both
def test_what_moves_before_and_after_a_lot_is_counted_is_no_difference(walk):
    number, there = lots(walk, "CO")["R-019"]
    ref = walk.count("CO")
    moved(walk, number, -1_000_000, "CO")
    walk.counted(ref)
    moved(walk, number, -2_000_000, "CO")
    walk.closed(ref)
    assert walk.look(ref, lambda c: (c.stage, c.differing)) == ("adjusted", [])
    assert lots(walk, "CO")["R-019"] == (number, there - 3_000_000) and not movements(walk)


def test_a_difference_stays_one_whatever_moves_before_it_is_approved(walk):
    number = "ML26-0061"
    ref = walk.closed(walk.counted(walk.count(), R032="20"))
    moved(walk, number, -5_000_000)
    walk.do("production_head", ref, "approve_count")
    with walk.app.app_context():
        lot = db.session.scalars(db.select(Lot).where(Lot.lot_no == number)).one()
        assert lot.quantity == 23_000_000
    assert not faults(walk)


def test_what_was_counted_earlier_is_compared_with_the_book_of_that_time(walk):
    """A sheet taken over in the afternoon tells of the morning."""
    number, _ = lots(walk, "CO")["R-019"]
    ref = walk.count("CO")
    at = clock.local(clock.now() + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M")
    fields = walk.look(ref, counts_of)
    with walk.app.app_context():
        clock.set_clock(clock.now() + timedelta(hours=2))
    try:
        moved(walk, number, -4_000_000, "CO")
        walk.do("storekeeper", ref, "enter_counts", counted_at=at, **fields)
        walk.closed(ref)
        assert walk.look(ref, lambda c: (c.stage, c.differing)) == ("adjusted", [])
    finally:
        clock.set_clock(None)


def test_a_moment_that_stays_empty_as_browsers_send_it_is_just_now(walk):
    ref = walk.count("CO")
    fields = walk.look(ref, counts_of)
    walk.do("storekeeper", ref, "enter_counts", scan="", counted_at="", **fields)
    assert walk.look(ref, lambda count: count.counted == count.lots)


def test_the_counter_does_not_see_the_book_unless_the_plant_shows_it(walk):
    ref = walk.count()
    head = "What the book says"
    assert head not in walk.browser("storekeeper").get(f"/warehouse/{ref}/enter_counts").text
    assert "What the book said" not in walk.browser("storekeeper").get(f"/warehouse/{ref}").text
    shown(walk)
    page = walk.browser("storekeeper").get(f"/warehouse/{ref}/enter_counts").text
    assert head in page and "1,600 kg" in page


def shown(walk):
    with walk.app.app_context():
        PlantSetting.change({"count_blind": "no"}, by=None, version=0)
        db.session.commit()


def test_a_scan_brings_its_lot_to_the_top_and_keeps_what_was_typed(walk):
    ref = walk.count()
    fields = walk.look(ref, counts_of)
    browser = walk.browser("storekeeper")
    answer = browser.submit(
        f"/warehouse/{ref}/enter_counts",
        version=walk.look(ref, lambda c: c.version),
        scan="https://plant.example/lots/ML26-0062",
        **{**fields, "lines-0-quantity": "7.25"},
    )
    page = answer.text
    assert answer.status_code == 422 and page.index("ML26-0062") < page.index("ML26-0001")
    assert 'value="7.25"' in page and walk.look(ref, lambda c: c.counted) == 0
    strange = browser.get(f"/warehouse/{ref}/enter_counts?lot=ML26-0035").text
    assert "is not on this sheet" in strange


def test_a_lot_that_is_found_is_added_and_counts_where_it_stands(walk):
    ref = walk.count()
    unknown = walk.post("storekeeper", ref, "add_lot", lot="NEVER-SEEN")
    assert unknown.status_code == 422 and "No lot has this number" in said(unknown)
    twice = walk.post("storekeeper", ref, "add_lot", lot="ML26-0001")
    assert twice.status_code == 409 and "on the sheet already" in said(twice)
    walk.do("storekeeper", ref, "add_lot", lot="ML26-0035")
    page = walk.browser("storekeeper").get(f"/warehouse/{ref}/enter_counts").text
    assert "The book has it in zone CO" in page
    fields = walk.look(ref, counts_of)
    last = max(int(key.split("-")[1]) for key in fields)
    walk.do("storekeeper", ref, "enter_counts", **{**fields, f"lines-{last}-quantity": "4"})
    walk.closed(ref, reason="put down in the wrong place")
    assert walk.look(ref) == "to_approve", "the book knew nothing of it here"
    walk.do("production_head", ref, "approve_count")
    assert movements(walk) == [(ZONE, 4_000_000, "ML26-0035")] and not faults(walk)


@pytest.mark.on_both
def test_a_lot_stands_on_one_open_sheet_only(walk):
    ref = walk.count()
    again = walk.browser("storekeeper").submit("/warehouse/new/count/begin_count", zone=ZONE)
    assert again.status_code == 409 and ref in said(again)
    alone = adjust(walk, quantity="1590")
    assert alone.status_code == 409 and ref in said(alone)
    assert ref in walk.browser("storekeeper").get("/lots/ML26-0001").text
    walk.do("storekeeper", ref, "give_up", reason="shift is over")
    assert adjust(walk, quantity="1590").status_code == 303


def adjust(walk, lot="ML26-0001", zone=ZONE, reason="spilt", **fields):
    return walk.browser("storekeeper").submit(
        "/warehouse/new/count/adjust_lot", lot=lot, zone=zone, reason=reason, **fields
    )


@pytest.mark.parametrize(("there", "stage"), [("1599", "adjusted"), ("1400", "to_approve")])
def test_one_lot_is_corrected_from_its_page_by_the_same_rules(walk, there, stage):
    browser = walk.browser("storekeeper")
    address = "/warehouse/new/count/adjust_lot?lot=ML26-0001"
    assert address in browser.get("/lots/ML26-0001").text
    assert "ML26-0001" in browser.get(address).text
    answer = adjust(walk, quantity=there)
    assert answer.status_code == 303, said(answer)
    ref = answer.location.rsplit("/", 1)[-1]
    assert walk.look(ref, lambda c: (c.stage, c.differing[0].reason)) == (stage, "spilt")
    if stage == "to_approve":
        walk.do("production_head", ref, "approve_count")
    assert movements(walk) == [(ZONE, (int(there) - 1600) * 1_000_000, "ML26-0001")]
    assert not faults(walk)


@pytest.mark.parametrize(
    ("fields", "status", "sentence"),
    [
        ({"quantity": "1600"}, 409, "nothing to correct"),
        ({"quantity": "-1"}, 422, "below zero"),
        ({"quantity": "1", "lot": "NO-SUCH"}, 422, "No lot has this number"),
        ({"quantity": "1", "reason": ""}, 422, "Choose a reason"),
        ({"quantity": "1", "zone": "CO"}, 422, ""),
    ],
)
def test_what_cannot_be_corrected_is_refused_with_its_sentence(walk, fields, status, sentence):
    answer = adjust(walk, **fields)
    assert answer.status_code == status and sentence in said(answer), said(answer)
    with walk.app.app_context():
        assert not db.session.scalars(db.select(StockCount)).all()


def test_what_others_count_on_is_named_where_there_is_less(walk):
    card = walk.card("preparing")
    number, zone = walk.look(card, lambda c: next((p.lot.lot_no, p.zone) for p in c.picks if p.lot))
    walk.do("storekeeper", card, "prepare", **walk.prepared(card))
    ref = walk.count(zone)
    page = walk.browser("storekeeper").get(f"/warehouse/{ref}/enter_counts").text
    assert f"weighed out for {card}" in page
    fields = walk.look(ref, counts_of)
    line = walk.look(ref, lambda c: next(x.id for x in c.lines if x.lot.lot_no == number))
    place = next(key for key, value in fields.items() if key.endswith("-line") and value == line)
    walk.do(
        "storekeeper",
        ref,
        "enter_counts",
        **{**fields, place.replace("-line", "-quantity"): "0"},
    )
    page = walk.browser("storekeeper").get(f"/warehouse/{ref}/submit_count").text
    assert f"Of lot {number} there is" in page and f"{card} count on" in page
    walk.closed(ref)
    page = walk.browser("production_head").get(f"/production/{ref}/approve_count").text
    assert f"Of lot {number} there is" in page
    walk.do("production_head", ref, "approve_count")
    late = walk.post(("storekeeper", 2), card, "hand_over")
    assert late.status_code == 409 and "no longer holds enough" in said(late)
    assert not faults(walk)


def test_every_difference_has_its_reason(walk):
    ref = walk.counted(walk.count(), R002="1")
    fields = walk.look(ref, lambda c: reasons_of(c, ""))
    answer = walk.post("storekeeper", ref, "submit_count", **fields)
    assert answer.status_code == 422 and "still need their reason" in said(answer)
    assert walk.look(ref) == "counting"


def test_one_reason_stands_for_all_that_have_none_of_their_own(walk):
    ref = walk.counted(walk.count(), R002="1", R032="1")
    fields = walk.look(ref, lambda c: reasons_of(c, ""))
    own = {key: "" for key in fields if key.endswith("reason_listed")}
    own["lines-0-reason_listed"], own["lines-0-reason"] = "other", "spilt"
    given = {**fields, **own, "rest_listed": "other", "rest": "weighed wrongly"}
    walk.do("storekeeper", ref, "submit_count", **given)
    reasons = walk.look(ref, lambda c: sorted(line.reason for line in c.differing))
    assert reasons == ["spilt", *["weighed wrongly"] * (len(reasons) - 1)] and len(reasons) > 2


def test_more_lots_than_a_form_holds_are_told_and_brought_by_their_number(walk, monkeypatch):
    monkeypatch.setattr("app.forms.warehouse.counting.AT_ONCE", 2)
    ref = walk.count()
    last, lots = walk.look(ref, lambda c: (c.lines[-1].lot.lot_no, len(c.lines)))
    page = walk.browser("storekeeper").get(f"/warehouse/{ref}/enter_counts").text
    assert f"{lots - 2} more lots come when these are entered" in page
    assert f'data-lot="{last}"' not in page
    asked = {"lines-0-line": walk.look(ref, lambda c: c.lines[0].id), "lines-0-quantity": "7"}
    found = walk.post("storekeeper", ref, "enter_counts", scan=last, add_scan="1", **asked)
    assert f'data-lot="{last}"' in found.text and 'value="7"' in found.text


def test_counts_are_found_listed_and_taken_away(walk):
    ref = walk.counted(walk.count(), R002="1")
    browser = walk.browser("storekeeper")
    assert f"/stock/counts/?zone={ZONE}" in browser.get(f"/stock/?zone={ZONE}").text
    assert f"begin_count?zone={ZONE}" in browser.get(f"/stock/?zone={ZONE}").text
    assert ref in browser.get(f"/stock/counts/?zone={ZONE}").text
    assert ref not in browser.get("/stock/counts/?zone=CO").text
    assert ref in browser.get("/stock/counts/?as=csv").get_data().decode("utf-8-sig")
    assert browser.get(f"/find?q={ref}").location == f"/warehouse/{ref}"
    assert ref in browser.get("/warehouse/today").text
    blind = browser.get(f"/stock/counts/{ref}?as=csv").get_data().decode("utf-8-sig")
    assert "ML26-0001" in blind and "1599" in blind and "1600" not in blind
    walk.closed(ref)
    assert "1600" in browser.get(f"/stock/counts/{ref}?as=csv").get_data().decode("utf-8-sig")


def papers(walk, ref):
    """What stands on the papers of a count, one after the other."""
    with walk.app.test_request_context():
        count = walk.record(ref)
        query = db.select(Document).where(Document.flow == "count", Document.record_id == count.id)
        found = db.session.scalars(query.order_by(Document.id))
        return [(each.name, typeset(compose(each))) for each in found]


def test_the_sheet_is_printed_to_be_filled_in_and_once_the_book_is_adjusted(walk):
    ref = walk.count()
    ((name, blank),) = papers(walk, ref)
    assert name.startswith("CS-") and "ML26-0001" in blank and blank.count("<svg") > 8
    assert "1,600" not in blank and "Book quantity" not in blank, "it is counted blindly"
    walk.closed(walk.counted(ref, R032="20"))
    assert len(papers(walk, ref)) == 1, "nothing is adjusted yet"
    walk.do("production_head", ref, "approve_count")
    adjusted = papers(walk, ref)[-1][1]
    for words in ("Book quantity", "1,600", "-20", "spilt", "Storekeeper 1", "Production head 1"):
        assert words in adjusted, words


def test_a_sheet_names_what_the_book_says_where_the_plant_has_it_shown(walk):
    shown(walk)
    ((_, sheet),) = papers(walk, walk.count())
    assert "Book quantity" in sheet and "1,600" in sheet
