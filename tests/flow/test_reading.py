"""What is typed is read in one way wherever it is typed: what says nothing is not given, codes
are found, figures are strict.
"""

import pytest

from app import clock
from app.extensions import db
from app.flow.flows import FLOWS
from app.models.master import AnomalyCode
from app.models.people.user import User
from app.models.records.kinds import KINDS, record_of
from app.models.records.record import Record
from app.models.records.rules.demands import Missing
from tests.flow.test_actions import count, doer, fields_for
from tests.walk import said

EMPTY = (" ", "\u3000", "\u200b\u202e", "\ufeff")
TEXTS = {
    "reason",
    "message",
    "question",
    "reply",
    "purchase_no",
    "supplier_lot",
    "place",
    "instructions",
    "consent",
    "witness",
    "requested_by",
    "confirmed_with",
    "window",
    "carrier",
    "vehicle",
    "driver",
    "received_by",
    "description",
    "measures",
    "text",
}
# Nobody may forgo a rest where nothing is left unmade, nor lift a rush that nobody set, nor give up
# what is not reworked, as here.
DEMANDING = [
    (flow, action, fact)
    for flow in FLOWS.values()
    for action in flow.actions
    if not action.driven
    for fact in action.demanded
    if fact in TEXTS and action.key not in ("forgo_rest", "lift_rush", "give_up_rework")
]


def test_every_text_that_a_form_needs_is_demanded_of_whoever_acts():
    """A fact without which the form is refused is asked for by ``perform`` too."""
    from wtforms.fields import StringField
    from wtforms.validators import InputRequired

    from app.forms import FORMS

    for flow in FLOWS.values():
        for action in flow.actions:
            # The message of a correction is the order's own; a step asks by its kind; a lot's
            # number is read as a lot.
            if action.form in ("order", "sign_step", "set_aside", "add_lot", "adjust_lot"):
                continue
            form = FORMS[action.form] if action.form else None
            fields = (
                [(n, f) for n, f in vars(form).items() if hasattr(f, "field_class")] if form else []
            )
            needed = {
                n
                for n, f in fields
                if issubclass(f.field_class, StringField)
                and "Number" not in f.field_class.__name__
                and any(
                    isinstance(v, InputRequired)
                    for a in (*f.args, *f.kwargs.values())
                    if isinstance(a, (list, tuple))
                    for v in a
                )
            }
            assert needed <= set(action.demanded), (flow.key, action.key)


@pytest.mark.parametrize(
    ("flow", "action", "fact"), DEMANDING, ids=[f"{f.key}-{a.key}-{n}" for f, a, n in DEMANDING]
)
def test_what_cannot_be_seen_is_not_given(standing, flow, action, fact):
    """In the form, and in ``perform`` for whoever calls it."""
    if action.source is None:
        with standing.app.app_context(), pytest.raises(Missing):
            by = db.session.get(User, standing.browser(sorted(action.role_keys)[0], 3).user_id)
            KINDS[flow.key].create(action.key, by=by, **{fact: EMPTY[1]})
        return
    ref = standing.refs[flow.key, action.sources[0]]
    who, before = doer(standing, flow, action, ref), count(standing)
    given = (
        fields_for(standing, flow, action, ref)
        if (flow.key, action.key) != ("production", "supply_from_stock")
        else {}
    )
    for blank in EMPTY:
        answer = standing.post(who, ref, action.key, **{**given, fact: blank})
        assert answer.status_code in (409, 422), said(answer)
    assert count(standing) == before
    with standing.app.app_context():
        by = db.session.get(User, standing.browser(*who).user_id)
        rest = dict.fromkeys(action.demanded, "x")
        with pytest.raises(Missing):
            record_of(ref).perform(action.key, by=by, **{**rest, fact: EMPTY[2]})
        db.session.rollback()


@pytest.mark.parametrize("typed", ["p-dw-500", "Ｐ-ＤＷ-５００", " P–DW-500\u200b"])
def test_a_product_is_found_however_its_code_is_typed(walk, typed):
    ref = walk.order((typed, 36))
    assert walk.look(ref, lambda order: order.lines[0].product.code) == "P-DW-500"


def test_a_card_is_found_however_its_number_is_typed(everywhere):
    card = everywhere.refs["production", "running"]
    code = everywhere.id_of(AnomalyCode, "A08")
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in card)
    ref = everywhere.open(
        "operator", "anomaly", "report", code_id=code, description="low", card_ref=f" {wide}\u200b"
    )
    assert everywhere.look(ref, lambda anomaly: anomaly.card.number) == card


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ("１，０００", 422),
        ("-1,250", 422),
        ("+1,250", 422),
        ("01,250", 422),
        ("1_0", 422),
        ("1e1", 422),
        ("７．２５", 303),
    ],
)
def test_an_amount_is_read_strictly(everywhere, typed, status):
    ref = everywhere.refs["order", "in_review"]
    paid = everywhere.look(ref, lambda order: order.amount_paid)
    answer = everywhere.post(
        "sales",
        ref,
        "record_payment",
        department="sales",
        amount=typed,
        paid_on=clock.today().isoformat(),
    )
    assert answer.status_code == status and (
        status == 303 or "Write a number, such as 7.25" in answer.text
    )
    assert (everywhere.look(ref, lambda order: order.amount_paid) == paid) == (status == 422)


@pytest.mark.parametrize(
    ("language", "date", "long"),
    [
        ("en", "Write a date, such as 2027-02-28.", "This cannot be longer than"),
        ("zh", "请填写日期，例如 2027-02-28", "不能超过"),
    ],
)
def test_rows_speak_the_readers_language(everywhere, language, date, long):
    headers = {"Accept-Language": {"en": "en", "zh": "zh-CN"}[language]}
    browser = everywhere.browser("sales", 7)
    with everywhere.app.app_context():
        db.session.get(User, browser.user_id).language = None
        db.session.commit()
    answer = browser.submit(
        "/sales/new/order/receive",
        headers=headers,
        **{
            "lines-0-product_text": "x" * 121,
            "lines-0-quantity": "1_0",
            "lines-0-requested_date": "2027-02-29",
        },
    )
    assert answer.status_code == 422 and date in answer.text and long in answer.text
    assert "Not a valid" not in answer.text and "This field" not in answer.text


def test_a_person_without_a_visible_name_is_not_taken_on(walk):
    browser = walk.browser("sales")
    with walk.app.app_context():
        with pytest.raises(Missing):
            User.create(login="nobody", name="\u200b\u3000")
        person = db.session.get(User, browser.user_id)
        with pytest.raises(Missing):
            person.change(by=None, version=person.version, roles=["sales"], name="\u200b")
        db.session.rollback()


def test_a_supplier_lot_is_kept_in_one_way_of_writing(everywhere):
    ref = everywhere.refs["requisition", "ordered"]
    quantity = everywhere.look(
        ref, lambda r: r.quantity // 10**6 if r.material.uom == "kg" else r.quantity
    )
    everywhere.do(
        "buyer",
        ref,
        "receive",
        department="purchasing",
        quantity=quantity,
        supplier_lot="ＬＯＴ–７\u200b",
        assay="",
        unusual="in parts",
    )
    assert everywhere.look(ref, lambda r: r.history[-1].data["supplier_lot"]) == "LOT-7"


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-12-04", "2026-12-04"),
        ("２０２６－１２－０４", "2026-12-04"),
        ("20261204", "2026-12-04"),
        ("2026-W49-5", None),
        ("2026W495", None),
        ("2026-1204", None),
        ("2026-12-04T10:00", None),
        ("04.12.2026", None),
    ],
)
def test_a_day_is_told_by_year_month_and_day(typed, day):
    from app.forms.records.action import day_typed
    from app.plant import reading

    if day is None:
        with pytest.raises(ValueError, match="Write a date"):
            day_typed(reading.code(typed))
    else:
        assert day_typed(reading.code(typed)).isoformat() == day
