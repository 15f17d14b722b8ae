"""Lists of master data: found, narrowed, sorted, paged and taken away as they are shown; and what
is missing in them.
"""

import re
from html import unescape

import pytest

from app.extensions import db
from app.models.master import (
    Customer,
    CustomerAddress,
    LineRate,
    Material,
    Product,
    StorageZone,
    Supplier,
)

EN = {"Accept-Language": "en"}


def listed(browser, address):
    """The codes that a list shows, page by page as its own links lead."""
    codes = []
    while address:
        page = browser.get(address, headers=EN).text
        codes += re.findall(r'<th scope="row" class="code">(?:<a\s[^>]*>)?([^<\s]+)', page)
        after = re.search(r'rel="next" href="([^"]+)"', page)
        address = unescape(after.group(1)) if after else None
    return codes


def taken_away(browser, address):
    joined = "&" if "?" in address else "?"
    lines = browser.get(f"{address}{joined}as=csv", headers=EN).data.decode("utf-8-sig")
    return lines.splitlines()


@pytest.mark.parametrize(
    "address", ["?sort=-safety_stock", "?kind=raw&sort=-code", "?q=r-0&sort=name"]
)
def test_what_is_shown_is_taken_away_in_the_same_order(admin, address):
    address = f"/admin/master/material{address}"
    shown = listed(admin, address)
    assert shown == [line.split(",")[0] for line in taken_away(admin, address)[1:]]
    assert len(shown) == len(set(shown)) > 20


def test_a_heading_sorts_both_ways_and_numbers_by_their_size(admin):
    page = admin.get("/admin/master/product?sort=list_price", headers=EN).text
    assert '<th scope="col" aria-sort="ascending"' in page and "sort=-list_price" in page
    prices = [
        float(line.split(",")[-1])
        for line in taken_away(admin, "/admin/master/product?sort=-list_price")[1:]
    ]
    assert prices == sorted(prices, reverse=True) and 9 < prices[0] < 100
    assert listed(admin, "/admin/master/product?sort=nonsense") == listed(
        admin, "/admin/master/product"
    )


def test_pages_keep_search_filters_and_order(admin):
    page = admin.get("/admin/master/step?sort=-section&q=WI&role=operator", headers=EN).text
    after = unescape(re.search(r'rel="next" href="([^"]+)"', page).group(1))
    assert all(part in after for part in ("role=operator", "sort=-section", "q=WI", "page=2"))
    assert all(
        part in page for part in ('name="sort" value="-section"', 'value="operator" selected')
    )


def test_a_list_is_narrowed_by_choices_and_references(admin):
    assert listed(admin, "/admin/master/material?untracked=1") == ["R-001"]
    by_supplier = listed(admin, "/admin/master/material?supplier=SUP-03")
    assert by_supplier and "R-021" in by_supplier and "R-014" not in by_supplier
    assert listed(admin, "/admin/master/product?family=nonsense") == []
    assert len(listed(admin, "/admin/master/customer?payment_rule=nonsense")) == 15


@pytest.mark.on_both
def test_a_search_is_folded_as_everywhere(app, admin):
    with app.app_context():
        db.session.query(Product).filter_by(code="P-DW-500").one().name_en = "ＰＲÉＣＩＥＵＸ 500"
        db.session.commit()
    assert listed(admin, "/admin/master/product?q=précieux") == ["P-DW-500"]
    assert listed(admin, "/admin/master/product?q=ｐ－ｄｗ－５００") == ["P-DW-500"]


def test_what_is_missing_is_counted_named_and_found(app, admin):
    page = admin.get("/admin/master/product", headers=EN).text
    assert 'id="incomplete"' not in page and "no rate" not in page
    with app.app_context():
        product = db.session.query(Product).filter_by(code="P-DW-500").one()
        product.formula.status, product.instruction = "draft", None
        other = db.session.query(Product).filter_by(code="P-LD-2K").one()
        db.session.query(LineRate).filter_by(product_id=other.id).update({"active": False})
        db.session.commit()
    table = "/admin/master/product"
    page = admin.get(table, headers=EN).text
    assert listed(admin, f"{table}?incomplete=rate") == ["P-LD-2K"]
    lacking = listed(admin, f"{table}?incomplete=1")
    assert {"P-DW-500", "P-LD-2K"} <= set(lacking) and "P-BL-500" not in lacking
    assert f"{len(lacking)} of 13 incomplete" in page and "no rate on any line (1)" in page
    assert f"{len(lacking)} of 13 incomplete" in admin.get("/admin/master/", headers=EN).text
    line = next(line for line in taken_away(admin, table) if line.startswith("P-DW-500"))
    assert line.endswith('"no formula in force, no work instruction"')


@pytest.mark.on_both
def test_each_gap_of_a_material_an_address_and_a_customer(app, admin):
    with app.app_context():
        material = {m.code: m for m in db.session.query(Material)}
        material["R-021"].storage_zone = "NE"  # hypochlorite among the neutral
        address = db.session.query(CustomerAddress).order_by(CustomerAddress.id).first()
        address.receiving_days = []
        for each in db.session.query(Customer).filter_by(code="C-002").one().addresses:
            each.active = False
        db.session.query(Supplier).filter_by(code="SUP-06").one().approved = False
        db.session.commit()
    page = admin.get("/admin/master/material", headers=EN).text
    assert "its zone does not take its class (1)" in page
    assert listed(admin, "/admin/master/material?incomplete=zone") == ["R-021"]
    labels = listed(admin, "/admin/master/material?incomplete=supplier&sort=-code")
    assert labels and {code[0] for code in labels} == {"L"} and labels[0] > labels[-1]
    assert "no receiving days (1)" in admin.get("/admin/master/address", headers=EN).text
    assert listed(admin, "/admin/master/customer?incomplete=address") == ["C-002"]


@pytest.mark.on_both
def test_of_a_list_are_counted_those_in_use_and_the_retired_that_are_asked_for(app, admin):
    with app.app_context():
        for product in db.session.query(Product).filter(Product.code.in_(["P-LD-2K", "P-DW-500"])):
            product.active = False
        db.session.commit()
        retired = db.session.query(Product).filter_by(active=False).count()
    table = "/admin/master/product"
    page = admin.get(table, headers=EN).text
    assert f"{13 - retired} entries" in page and f"{retired} retired" in page and retired > 1
    assert len(listed(admin, f"{table}?retired=1")) == retired
    found = admin.get(f"{table}?q=P-LD-2K", headers=EN).text
    assert "0 entries" in found and "1 retired" in found
    assert listed(admin, f"{table}?page=2") == []


@pytest.mark.on_both
def test_a_material_without_a_class_needs_a_zone_for_all_and_one_of_quarantine(app, admin):
    with app.app_context():
        material = db.session.query(Material).filter_by(code="R-021").one()
        material.incompat_class = None
        for zone in db.session.query(StorageZone).filter_by(kind="quarantine"):
            zone.active = False
        db.session.commit()
        tracked = db.session.query(Material).filter_by(untracked=False).count()
    page = admin.get("/admin/master/material", headers=EN).text
    assert f"no quarantine zone takes its class ({tracked})" in page
    assert "R-021" in listed(admin, "/admin/master/material?incomplete=zone")
