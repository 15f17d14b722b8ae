"""A file with names in one language is enough, and comes out as it went in."""

from app.models.master import Supplier
from tests.sheets.conftest import work

ENGLISH = {"Accept-Language": "en"}


def test_a_file_with_one_column_of_names_is_taken_and_comes_out_the_same(app, login_as, bring):
    admin = login_as("admin")
    for head, name in (("name_zh", "甲供应商"), ("name_en", "Supplier B")):
        code = f"SUP-{head[-2:].upper()}"
        page = bring(admin, "suppliers", "s.csv", f"supplier_code,{head}\n{code},{name}\n".encode())
        assert "1 new" in admin.get(page, headers=ENGLISH).text
        assert admin.submit(f"{page}/take").status_code == 303
        work(app)
        with app.app_context():
            supplier = Supplier.by_code(code)
            assert (supplier.name_zh or supplier.name_en) == name
            assert not (supplier.name_zh and supplier.name_en)
            assert str(supplier.name) == supplier.name.zh == supplier.name.en == name
        assert name in admin.get("/admin/master/supplier", headers=ENGLISH).text
    page = bring(admin, "suppliers", "none.csv", b"supplier_code,name_zh,name_en\nSUP-NO,,\n")
    assert "in one language at least" in admin.get(page, headers=ENGLISH).text
    out = admin.get("/import/export/suppliers?as=csv")
    page = bring(admin, "suppliers", "again.csv", out.data)
    shown = admin.get(page, headers=ENGLISH).text
    assert "0 new" in shown and "0 changed" in shown and "0 wrong" in shown
