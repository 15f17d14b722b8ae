"""Changing master data: on record, refused with a sentence, nothing lost."""

from decimal import Decimal

import pytest

from app import verification
from app.extensions import db
from app.models.master import (
    Customer,
    Formula,
    FormulaLine,
    LineRate,
    Material,
    NetContentTolerance,
    Product,
    ProductFamily,
    SpecTest,
    StorageZone,
    Supplier,
    Tank,
)
from app.models.people.erasure import erase, words_about
from app.models.records.event import Event, broken_links

from .pages import form_of, send

ENGLISH = {"Accept-Language": "en"}
NEW_MATERIAL = {
    "code": "R-099",
    "name_zh": "甲",
    "name_en": "Alpha",
    "kind": "raw",
    "uom": "kg",
    "incompat_class": "NEU",
    "ghs_hazard": "",
    "shelf_life_days": "365",
    "safety_stock": "12.5",
    "storage_zone": "NE",
    "supplier": "SUP-01",
    "lead_time_days": "7",
    "unit_cost": "9.60",
    "nominal_active_pct": "",
}


@pytest.fixture
def read(app):
    """``read(Model, id)``: a row as it stands in the database now."""

    def fresh(model, row_id):
        with app.app_context():
            return db.session.get(model, row_id)

    return fresh


@pytest.fixture
def events(app):
    """What was done to master data since the plant was loaded."""

    def last():
        with app.app_context():
            return db.session.query(db.func.max(Event.id)).scalar()

    def read():
        with app.app_context():
            return (
                db.session.query(Event)
                .filter(Event.flow.startswith("master:"), Event.id > loaded)
                .order_by(Event.id)
                .all()
            )

    loaded = last()
    return read


def at(key, row_id):
    return f"/admin/master/{key}/{row_id}"


def test_a_change_is_on_record_with_who_old_and_new(app, admin, id_of, read, events):
    row_id = id_of(Product, code="P-DW-500")
    assert (
        send(admin, at("product", row_id), list_price="4.35", fill_mass_mg="501.5").status_code
        == 303
    )
    assert (read(Product, row_id).list_price, read(Product, row_id).fill_mass_mg) == (
        Decimal("4.35"),
        501_500,
    )
    (event,) = events()
    assert event.actor_id == admin.user_id and event.role == "admin"
    assert event.data == {
        "list_price": {"old": "4.20", "new": "4.35"},
        "fill_mass_mg": {"old": 500_000, "new": 501_500},
    }
    page = admin.get(at("product", row_id)).text
    assert "4.20 CNY → 4.35 CNY" in page and "500 g → 501.5 g" in page and "李样" in page
    with app.app_context():
        assert list(broken_links()) == []


def test_personal_data_stands_beside_the_record_until_it_is_erased(app, admin, id_of, events):
    page = at("customer", id_of(Customer, code="C-001"))
    send(admin, page, contact="Nobody Else", phone="123")
    assert {field: set(seal) for field, seal in events()[0].data.items()} == {
        "contact": {"sha256"},
        "phone": {"sha256"},
    }
    assert "Nobody" not in events()[0].body and "→ Nobody Else" in admin.get(page).text
    with app.app_context():
        customer = Customer.by_code("C-001")
        erase(customer, {word.id for _, word in words_about(customer)}, reason="asked to by letter")
        db.session.commit()
        assert not [fault for check in verification.check() for fault in check.faults]
    erased = admin.get(page, headers=ENGLISH).text
    assert "→ Nobody Else" not in erased and "Contact person: erased" in erased


def test_a_new_row(app, admin, events):
    answer = admin.submit("/admin/master/material/new", **NEW_MATERIAL)
    assert answer.status_code == 303
    with app.app_context():
        material = Material.by_code("R-099")
        assert (material.safety_stock, material.unit_cost, material.nominal_active_pct) == (
            12_500_000,
            Decimal("9.60"),
            None,
        )
        assert material.supplier.code == "SUP-01" and material.active
    assert events()[0].action == "create" and "R-099" in admin.get(answer.headers["Location"]).text


def test_sent_twice_it_is_done_once(app, admin, events):
    fields = {"key": admin.key(), **NEW_MATERIAL}
    first, second = (admin.post("/admin/master/material/new", data=fields) for _ in range(2))
    assert first.status_code == second.status_code == 303 and len(events()) == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"code": "R-001"}, "This is already taken"),
        ({"code": "R 1"}, "Letters, digits"),
        ({"code": ""}, "Please fill this in."),
        ({"name_zh": "   ", "name_en": ""}, "Please fill this in, in one language at least."),
        ({"name_en": "x" * 121}, "At most 120 characters."),
        ({"safety_stock": "many"}, "This is not a number"),
        ({"safety_stock": "0.0000001"}, "too finely divided"),
        ({"safety_stock": "-1"}, "Not below zero."),
        ({"safety_stock": "9999999999999"}, "This is not a number"),
        ({"unit_cost": "NaN"}, "This is not a number."),
        ({"unit_cost": "1,500"}, "This is not a number."),
        ({"unit_cost": "1e9"}, "This is not a number."),
        ({"nominal_active_pct": "101"}, "At most 100."),
        ({"nominal_active_pct": "abc"}, "This is not a number."),
        ({"shelf_life_days": "1.5"}, "This is not a whole number."),
        ({"shelf_life_days": "0"}, "At least 1."),
        ({"lead_time_days": "99999999999999999999"}, "This is not a whole number."),
        ({"supplier": "SUP-99"}, "Choose one of those offered."),
        ({"supplier": ""}, "Please fill this in."),
        ({"storage_zone": "nowhere"}, "Choose one of those offered."),
        ({"uom": "furlong"}, "Choose one of those offered."),
        ({"kind": "other"}, "Choose one of those offered."),
    ],
)
def test_what_is_wrong_gets_a_sentence_and_nothing_is_lost(app, admin, events, wrong, sentence):
    answer = admin.submit(
        "/admin/master/material/new", headers=ENGLISH, **{**NEW_MATERIAL, **wrong}
    )
    assert answer.status_code == 422 and sentence in answer.text
    sent = form_of(answer.text, "/admin/master/material/new")
    kept = {**NEW_MATERIAL, **wrong}
    assert all(
        sent[name] == [kept[name]]
        for name in ("lead_time_days", "unit_cost", "safety_stock", "code", "ghs_hazard")
    )
    assert events() == []


def test_a_stale_form_is_refused_with_who_was_quicker(admin, login_as, id_of, read):
    path = at("product", id_of(Product, code="P-DW-500"))
    stale = form_of(admin.get(path).text, path)
    send(login_as("admin", name="王样"), path, list_price="5")
    answer = admin.post(path, data={**stale, "label_version": "C"}, headers=ENGLISH)
    assert answer.status_code == 409 and "王样 has changed this meanwhile" in answer.text
    assert form_of(answer.text, path)["label_version"] == ["C"]
    assert read(Product, int(path.rsplit("/", 1)[1])).label_version == "A"


def test_what_is_fixed_stays(admin, id_of, read):
    row_id = id_of(Product, code="P-DW-500")
    send(admin, at("product", row_id), code="P-OTHER", standard="Q/CG 1")
    assert (read(Product, row_id).code, read(Product, row_id).standard) == ("P-DW-500", "Q/CG 1")


def test_what_is_in_use_is_not_retired(admin, id_of, read):
    row_id = id_of(Supplier, code="SUP-05")
    answer = retire(admin, "supplier", row_id, headers=ENGLISH)
    assert answer.status_code == 409 and "still in use: K-101" in answer.text
    assert read(Supplier, row_id).active


@pytest.mark.parametrize(
    ("model", "key", "code", "user"),
    [
        (ProductFamily, "family", "GC", "GC"),
        (Product, "product", "P-QD-1L", "P-QD-1L"),
        (StorageZone, "zone", "HY", "R-021"),
    ],
)
def test_every_kind_of_reference_counts_as_use(admin, id_of, model, key, code, user):
    assert retire(admin, key, id_of(model, code=code)).status_code == 409


def test_a_retired_row_is_offered_to_nobody_and_comes_back(app, admin, id_of, read, events):
    row_id = id_of(Supplier, code="SUP-00")
    send(admin, at("material", id_of(Material, code="R-001")), supplier="SUP-01")
    assert retire(admin, "supplier", row_id).status_code == 303
    assert (
        not read(Supplier, row_id).active
        and "SUP-00 ·" not in admin.get("/admin/master/material/new").text
    )
    answer = admin.submit("/admin/master/material/new", **{**NEW_MATERIAL, "supplier": "SUP-00"})
    assert answer.status_code == 422
    path = f"{at('supplier', row_id)}/active"
    assert (
        admin.post(
            path,
            data=form_of(admin.get(at("supplier", row_id)).text, path) | {"reason": "Needed again"},
        ).status_code
        == 303
    )
    assert read(Supplier, row_id).active and [e.action for e in events()] == [
        "change",
        "retire",
        "bring_back",
    ]


def retire(browser, key, row_id, headers=None):
    path = f"{at(key, row_id)}/active"
    return browser.post(
        path,
        data=form_of(browser.get(at(key, row_id)).text, path) | {"reason": "Not used any more"},
        headers=headers,
    )


def test_an_approved_formula_changes_only_by_a_draft(app, admin, id_of):
    formula = id_of(Formula, code="F-DW01")
    water = id_of(FormulaLine, formula_id=formula, line_no=10)
    answer = send(admin, at("formula_line", water), percent="70")
    assert answer.status_code == 422
    assert send(admin, at("formula", formula), status="draft").status_code == 303
    assert send(admin, at("formula_line", water), percent="70").status_code == 303
    path = at("formula", formula)
    answer = admin.post(
        path, data=form_of(admin.get(path).text, path) | {"status": "approved"}, headers=ENGLISH
    )
    assert answer.status_code == 422 and "add up to 97.65 %" in answer.text
    assert send(admin, at("formula_line", water), percent="72.35").status_code == 303
    assert send(admin, path, status="approved").status_code == 303


def test_a_retired_line_leaves_its_formula(app, admin, id_of):
    formula = id_of(Formula, code="F-DW01")
    send(admin, at("formula", formula), status="draft")
    assert (
        retire(
            admin, "formula_line", id_of(FormulaLine, formula_id=formula, line_no=120)
        ).status_code
        == 303
    )
    with app.app_context():
        assert len(db.session.get(Formula, formula).lines) == 11


@pytest.mark.parametrize(
    ("key", "model", "wanted", "wrong", "sentence"),
    [
        (
            "product",
            Product,
            {"code": "P-DW-500"},
            {"incompat_class": "ACI"},
            "a product is of its formula",
        ),
        ("product", Product, {"code": "P-DW-500"}, {"gross_mass_mg": "499"}, "cannot weigh less"),
        ("zone", StorageZone, {"code": "FG-N"}, {"classes": ["NEU", "HYP", "ACI"]}, "ACI with HYP"),
        ("rate", LineRate, {"id": 1}, {"min_batch_mg": "9000"}, "smallest pot is larger"),
        ("tank", Tank, {"code": "T1"}, {"min_fill_pct": "95"}, "lower limit is above"),
        ("test", SpecTest, {"id": 3}, {"lower": "9"}, "lower limit is above"),
        ("test", SpecTest, {"id": 1}, {"lower": "9"}, "without a number has no limits"),
        ("net_content", NetContentTolerance, {"id": 1}, {"tolerance_abs": "4"}, "one of them"),
    ],
)
def test_what_cannot_be_true_is_refused(admin, id_of, key, model, wanted, wrong, sentence):
    path = at(key, id_of(model, **wanted))
    answer = admin.post(path, data=form_of(admin.get(path).text, path) | wrong, headers=ENGLISH)
    assert answer.status_code == 422 and sentence in answer.text.replace("&#39;", "'")


def test_what_is_usual_of_a_material_is_kept_by_the_buyer_and_makes_sense(
    login_as, id_of, read, events
):
    path, buyer = at("material", id_of(Material, code="R-021")), login_as("buyer", language="en")
    for field, bad, sentence in (
        ("assay_min_pct", "14", "lower limit is above"),
        ("assay_max_pct", "130", "At most 100"),
        ("assay_min_pct", "-1", "Not below zero"),
        ("assay_max_pct", "11", "outside the usual assay"),
        ("receipt_tolerance_pct", "x", "not a number"),
    ):
        answer = send(buyer, path, **{field: bad})
        assert answer.status_code == 422 and sentence in answer.text, (field, bad)
    assert (
        send(
            buyer, path, assay_min_pct="10.5", assay_max_pct="", receipt_tolerance_pct="15"
        ).status_code
        == 303
    )
    row = read(Material, id_of(Material, code="R-021"))
    assert (row.assay_min_pct, row.assay_max_pct, row.receipt_tolerance_pct) == (
        Decimal("10.5"),
        None,
        Decimal(15),
    )
    assert events()[-1].data["receipt_tolerance_pct"] == {"old": None, "new": "15"}
    bottle = at("material", id_of(Material, code="K-112"))
    none = send(buyer, bottle, assay_min_pct="10")
    assert none.status_code == 422 and "has no assay" in none.text


def test_a_price_goes_to_the_smallest_coin_and_windows_end_after_they_begin(login_as, id_of):
    admin = login_as("admin", language="en")
    price = send(admin, at("product", id_of(Product, code="P-DW-500")), list_price="4.505")
    assert price.status_code == 422 and "0.01" in price.text
    window = send(admin, at("address", 1), receiving_windows="11:30-08:30")
    assert window.status_code == 422 and "11:30-08:30 ends before it begins" in window.text
