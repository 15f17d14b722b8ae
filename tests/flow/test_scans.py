"""A scan step takes the lots that were issued to its card, each once, as the plant's own code or
a supplier's GS1 string; nothing else.
"""

import re

import pytest

from app.extensions import db
from app.models.warehouse.stock import Lot
from tests.trail import step
from tests.walk import said

GS = "\x1d"


@pytest.fixture
@step
def charging(walk):
    """A running card whose open step asks to scan the materials, and the numbers of its lots."""
    ref = walk.card("running", quantity=24)
    while walk.look(ref, lambda card: card.open_step.entry_type) != "scan":
        walk.sign(ref)
    lots = walk.look(
        ref, lambda card: [pick.lot.lot_no for pick in card.picks if pick.issued and pick.lot]
    )
    assert len(set(lots)) > 2
    return ref, list(dict.fromkeys(lots))


def scan(walk, ref, *codes, **more):
    step = walk.look(ref, lambda card: card.open_step.step_no)
    return walk.post(
        "operator",
        ref,
        "sign_step",
        **{"step_no": step, "scanned": list(codes), "conforms": "yes", **more},
    )


def kept(walk, ref):
    """What the events of the scan step name, and that the step shows it, however many lots they
    are.
    """

    def facts(card):
        step = next(step.step_no for step in card.steps if step.entry_type == "scan")
        shown = [r.value for r in card.step_records if r.step_no == step]
        named = [
            e.data["value"]
            for e in card.history
            if e.action == "sign_step" and e.data["step"] == step
        ]
        assert all(
            s == n or s == f"{n.split(', ')[0]} … {n.split(', ')[-1]} ({n.count(',') + 1})"
            for s, n in zip(shown, named, strict=True)
        )
        assert all(len(value) <= 120 for value in shown)
        return named

    return walk.look(ref, facts)


def test_every_issued_lot_is_scanned_once_and_stands_on_record(walk, charging):
    ref, lots = charging
    answer = scan(walk, ref, *lots)
    assert answer.status_code == 303, said(answer)
    assert kept(walk, ref) == [", ".join(lots)]


@pytest.mark.parametrize("typed", ["\n".join, "\r\n".join])
def test_codes_may_come_line_by_line(walk, charging, typed):
    ref, lots = charging
    assert scan(walk, ref, typed(lots)).status_code == 303


@pytest.mark.parametrize(
    "code",
    [
        "https://plant.example/lots/{lot}",
        "http://10.0.0.5:8000/lots/{lot}?id={id}",
        "]C10106901234567892" + "10{lot}" + GS + "17301231",
        "]d201069012345678921730123110{lot}",
        "(01)06901234567892(17)301231(10){lot}",
        "010690123456789210{lot}17301231",
        "{wide}",
        "{lower}",
    ],
)
def test_a_code_is_read_however_it_is_written(walk, charging, code):
    ref, lots = charging
    wide = lots[0].translate({n: n + 0xFEE0 for n in range(0x21, 0x7F)})
    number = walk.look(ref, lambda card: card.issued_lots[0].id)
    first = code.format(lot=lots[0], id=number, wide=wide, lower=lots[0].lower())
    answer = scan(walk, ref, first, *lots[1:])
    assert answer.status_code == 303, said(answer)
    assert kept(walk, ref) == [", ".join(lots)]


def test_anything_else_is_refused_with_what_was_expected(walk, charging):
    ref, lots = charging
    with walk.app.app_context():
        other = db.session.scalars(db.select(Lot.lot_no).where(Lot.lot_no.not_in(lots))).first()
    for wrong in (
        other,
        "seen",
        f"https://plant.example/lots/{other}",
        f"10{other}",
        f"{lots[0]}9",
        f"https://plant.example/lots/{lots[0]}?id=999999",
    ):
        answer = scan(walk, ref, *lots[1:], wrong)
        assert answer.status_code == 422 and f"Expected: {lots[0]}." in said(answer), wrong
    twice = scan(walk, ref, *lots, lots[0])
    assert twice.status_code == 422 and f"Lot {lots[0]} was scanned before" in said(twice)
    missing = scan(walk, ref, *lots[:-1])
    assert missing.status_code == 422 and f"Still to scan: {lots[-1]}." in said(missing)
    for nothing in ((), (" ",), ("\u200b",), (GS,)):
        assert scan(walk, ref, *nothing).status_code == 422, nothing
    assert kept(walk, ref) == []


def test_the_supplier_s_number_names_its_lot(walk, charging):
    ref, lots = charging
    with walk.app.app_context():
        db.session.execute(
            db.update(Lot).where(Lot.lot_no == lots[0]).values(supplier_lot="B/77-x")
        )
        db.session.execute(
            db.update(Lot).where(Lot.lot_no.in_(lots[1:3])).values(supplier_lot="B/78")
        )
        db.session.commit()
    answer = scan(walk, ref, "]C110B/77-X" + GS + "3102000500", "10B/78", "(10)B/78", *lots[3:])
    assert answer.status_code == 303, said(answer)
    assert kept(walk, ref) == [", ".join(lots)]


def test_scan_by_scan_a_form_ticks_off_and_asks_for_the_next(walk, charging):
    ref, lots = charging
    page = scan(walk, ref, lots[0], add_scan="1").text
    assert re.findall(r'type="hidden" name="scanned" value="([^"]+)"', page) == [lots[0]]
    assert page.count('<li class="done">') == 1 and "Please correct" not in page
    page = scan(walk, ref, lots[0], "other", add_scan="1").text
    assert "“other” is none of this card’s lots" in page and page.count('<li class="done">') == 1
    page = scan(walk, ref, *lots, add_scan="1").text
    assert page.count('<li class="done">') == len(lots) and "data-scan" not in page
    assert kept(walk, ref) == []


def test_where_a_label_is_missing_the_step_is_signed_as_not_right(walk, charging):
    ref, lots = charging
    assert scan(walk, ref, *lots[1:], conforms="no", note="label torn").status_code == 303
    assert walk.look(ref) == "halted" and kept(walk, ref) == [", ".join(lots[1:])]


def test_a_label_scanned_at_the_receipt_gives_lot_and_expiry(walk):
    ref = walk.ordered(walk.requisition())
    scanned = "]C1010690123456789217281231" + "10SUP-77\u241d37480"
    page = walk.browser("storekeeper").get(f"/warehouse/{ref}/receive").text
    assert int(
        re.search(
            r'name="supplier_lot"[^>]*maxlength="(\d+)"|maxlength="(\d+)"[^>]*name="supplier_lot"',
            page,
        )[0]
        .split('maxlength="')[1]
        .split('"')[0]
    ) >= len(scanned)
    walk.do(
        "storekeeper", ref, "receive", quantity=5000, supplier_lot=scanned, unusual="keeps long"
    )
    lot = walk.look(ref, lambda r: (r.lot.supplier_lot, r.lot.expiry.isoformat()))
    assert lot == ("SUP-77", "2028-12-31")


@pytest.mark.parametrize(
    "scanned", ["]C117281231", "(01)06901234567892(17)281231", "]C1010690123456789237480"]
)
def test_a_label_that_names_no_lot_is_no_lot_number(walk, scanned):
    """Many containers bear two codes: article and expiry in one, the lot in the other."""
    ref = walk.ordered(walk.requisition())
    answer = walk.post(
        "storekeeper", ref, "receive", quantity=5000, supplier_lot=scanned, unusual="keeps long"
    )
    assert answer.status_code == 422 and "This label names no lot." in said(answer)
    walk.do(
        "storekeeper", ref, "receive", quantity=5000, supplier_lot="SUP-(77)", unusual="keeps long"
    )
    assert walk.look(ref, lambda r: r.lot.supplier_lot) == "SUP-(77)"
