"""Documents that are in force on paper come in as one list, by one person, and another signs it."""

import pytest

from app import clock, verification
from app.documents import compose, typeset
from app.extensions import db
from app.models.controlled.revision import Revision
from app.models.master import Formula, Product
from app.models.records.papers.document import Document
from tests.sheets.conftest import work
from tests.sheets.test_pages import ENGLISH
from tests.walk import PASSWORD, said

HEAD = "文件类型,文件编号,版次,生效日期,批准人,编制人\n"
LIST = HEAD + (
    "formula,F-DW01,1.0,2025-03-01,王建国,\n"
    "作业指导书,wi-dw-01,A/2,2025-04-01,王建国,刘芳\n"
    "质量标准,P-DW-500,C/3,2024-11-05,陈静,\n"
    "packaging,P-DW-500,B,2024-11-05,王建国,\n"
    "prices,PRICES,2026-01,2026-01-01,王建国,\n"
)


def taken(walk, text, who="admin"):
    """Bring a list and take it in; what the page says of it, and its address."""
    import io

    browser = walk.browser(who)
    sent = {"kind": "documents", "file": (io.BytesIO(text.encode()), "文件清单.csv")}
    page = browser.submit("/import/", **sent).headers["Location"]
    work(walk.app)
    shown = browser.get(page, headers=ENGLISH).text
    if "0 wrong" in shown:
        browser.submit(f"{page}/take")
        work(walk.app)
        shown = browser.get(page, headers=ENGLISH).text
    return shown


def stages(walk):
    with walk.app.app_context():
        rows = db.session.query(Revision).order_by(Revision.id)
        return [(row.kind, row.code, row.edition, row.stage) for row in rows]


def listed(walk):
    with walk.app.app_context():
        return f"/documents-on-paper/{db.session.query(Revision).first().paper_list}"


def confirm(walk, who, **more):
    page = listed(walk)
    with walk.app.app_context():
        seen = [f"{row.ref} {row.version}" for row in db.session.query(Revision)]
    return walk.browser(who).submit(page, record=seen, **{"password": PASSWORD, **more})


@pytest.mark.on_both
def test_a_list_is_signed_by_another_and_stands_in_force_since_its_own_days(walk):
    assert "Taken in: 5 new" in taken(walk, LIST)
    assert {stage for *_, stage in stages(walk)} == {"taken_over"}
    # Nothing is in force by it before another has signed, nor written meanwhile.
    asked = {"kind": "formula", "code": "F-DW01", "reason": "x", "effective_on": str(clock.today())}
    early = walk.browser("quality_head").submit("/quality/new/revision/revise", **asked)
    assert early.status_code == 409 and "DR-" in said(early)
    page = walk.browser("production_head").get(listed(walk)).text
    assert "王建国" in page and "C/3" in page and "文件清单.csv" in page
    assert confirm(walk, "production_head", password="wrong").status_code == 422
    assert confirm(walk, "production_head").status_code == 303
    assert stages(walk) == [
        ("formula", "F-DW01", "1.0", "effective"),
        ("instruction", "WI-DW-01", "A/2", "effective"),
        ("specification", "P-DW-500", "C/3", "effective"),
        ("packaging", "P-DW-500", "B", "effective"),
        ("prices", "PRICES", "2026-01", "effective"),
    ]
    with walk.app.app_context():
        first, second = db.session.query(Revision).order_by(Revision.id).limit(2)
        assert (first.took_effect_at.date().isoformat(), second.paper_author) == (
            "2025-02-28",  # midnight at the plant, in UTC
            "刘芳",
        )
        assert Formula.by_code("F-DW01").effective_from.isoformat() == "2025-03-01"
        assert Product.by_code("P-DW-500").specification_version == "C/3"
        assert not first.doers.get("approve_document")
        document = db.session.query(Document).filter_by(record_id=second.id).one()
        text = typeset(compose(document))
        assert "王建国" in text and "Approved on paper by" in text
        assert "Confirmed by" in text and "Approved by" not in text
        assert not [fault for check in verification.check() for fault in check.faults]
    assert "5 same" in taken(walk, LIST)
    # The next change goes on from there.
    ref = walk.in_force(walk.revision(code="WI-DW-01"), **{"lines-2-text_en": "Another text"})
    assert walk.look(ref, lambda r: (r.former_edition, r.edition)) == ("A/2", "A/3")
    assert ("instruction", "WI-DW-01", "A/2", "superseded") in stages(walk)


def test_who_took_it_over_does_not_confirm_it_nor_who_may_not_sign(walk):
    rows = HEAD + "formula,F-DW01,1.0,2025-03-01,王建国,\nprices,PRICES,7,2025-03-01,王建国,\n"
    taken(walk, rows)
    assert confirm(walk, "admin").status_code == 403
    part = confirm(walk, "quality_head")  # who signs no price list
    assert part.status_code in (403, 409), said(part)
    assert {stage for *_, stage in stages(walk)} == {"taken_over"}


def test_the_taker_is_refused_though_a_head(walk):
    taken(walk, HEAD + "formula,F-DW01,1.0,2025-03-01,王建国,\n", who="quality_head")
    refused = confirm(walk, "quality_head")
    assert refused.status_code == 409 and "another person" in said(refused).lower()


def test_what_is_not_so_is_said_row_by_row(walk):
    rows = HEAD + (
        "formula,F-NONE,1.0,2025-03-01,王建国,\n"
        "formula,F-DW01,2.0,2025-03-01,王建国,\n"
        "instruction,WI-DW-01,A/2,2099-03-01,王建国,\n"
        "packaging,P-DW-500,B,2024-11-05,,\n"
    )
    shown = taken(walk, rows)
    assert "4 wrong" in shown
    for sentence in (
        "There is no “F-NONE” here",
        "The paper is edition 2.0, but what stands here is edition 1.0.",
        "Its day is still to come",
    ):
        assert sentence in shown


def test_what_was_changed_since_is_not_signed(walk):
    taken(walk, HEAD + "specification,P-DW-500,C/3,2025-03-01,陈静,\n")
    with walk.app.app_context():
        Product.by_code("P-DW-500").tests[0].upper = 12
        db.session.commit()
    refused = confirm(walk, "quality_head")
    assert refused.status_code == 409 and "was changed since" in said(refused)


def test_a_list_with_a_mistake_is_given_up_as_a_whole_and_brought_in_again(walk):
    taken(walk, LIST)
    page = listed(walk)
    with walk.app.app_context():
        shown = [f"{row.ref} {row.version}" for row in db.session.query(Revision)]
    admin = walk.browser("admin")
    assert "Give the list up" in admin.get(page, headers=ENGLISH).text
    silent = admin.submit(f"{page}/give-up", record=shown, reason=" ")
    assert silent.status_code == 422 and {stage for *_, stage in stages(walk)} == {"taken_over"}
    one_of_five = walk.browser("sales").submit(f"{page}/give-up", record=shown, reason="mine")
    assert one_of_five.status_code == 403, said(one_of_five)
    stale = admin.submit(f"{page}/give-up", record=shown[1:], reason="wrong dates")
    assert stale.status_code == 409
    given = admin.submit(f"{page}/give-up", record=shown, reason="wrong dates")
    assert given.status_code == 303
    assert {stage for *_, stage in stages(walk)} == {"revoked"}
    assert "5 new" in taken(walk, LIST.replace("2025-03-01", "2025-03-02"))
