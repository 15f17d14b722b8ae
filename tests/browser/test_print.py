"""On paper: a board and a record's page, without what is only for the screen and without an
empty page.
"""

from io import BytesIO

from playwright.sync_api import expect
from pypdf import PdfReader
from sqlalchemy import select

from app.extensions import db
from app.models.production.production_order import ProductionOrder
from tests.browser.test_bulk import kind

BOARDS = {
    "sales": "sales1",
    "production": "planner1",
    "purchasing": "buyer1",
    "warehouse": "store1",
    "quality": "inspector1",
}


def printed(page):
    """The text of each printed page; the page stays as it is on paper."""
    page.emulate_media(media="print")
    return [
        sheet.extract_text()
        for sheet in PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages
    ]


def test_a_printed_board_is_its_cards_and_has_no_empty_page(plant, at):
    for department, login in BOARDS.items():
        page = at(login, f"/{department}/")
        cards = page.locator("#board .card a.no").all_text_contents()
        sheets = printed(page)
        assert all(sheet.strip() for sheet in sheets), (
            department,
            [len(sheet) for sheet in sheets],
        )
        assert len(cards) > 5 and not [ref for ref in cards if ref not in "".join(sheets)], (
            department
        )
        for gone in (
            ".topbar",
            ".dock",
            ".board-view",
            ".today",
            ".grip",
            "a.next",
            ".board-head .button",
        ):
            assert not any(each.is_visible() for each in page.locator(gone).all()), (
                department,
                gone,
            )


def test_a_printed_card_page_is_the_whole_record_and_nothing_to_press(plant, at):
    with plant.app.app_context():
        ref = (
            db.session.scalars(
                select(ProductionOrder)
                .where(ProductionOrder.stage == "running")
                .order_by(ProductionOrder.id)
            )
            .first()
            .ref
        )
    page = at("operator1", f"/production/{ref}")
    older = page.locator("details.older")
    expect(older.locator("li").last).not_to_be_visible()
    sheets = printed(page)
    assert all(sheet.strip() for sheet in sheets) and len(sheets) < 10, [
        len(sheet) for sheet in sheets
    ]
    assert ref in sheets[0]
    for stays in (
        ".record-head h1",
        "#next",
        ".way",
        "#steps",
        "#plan",
        "#materials",
        "#history",
        ".aside .qr svg",
    ):
        expect(page.locator(stays).first).to_be_visible()
    expect(older.locator("li").last).to_be_visible()  # nothing is folded away
    for gone in (
        ".topbar",
        ".dock",
        "#comment",
        "#history > .tabs",
        ".by-person",
        "[data-print]",
        ".button",
        ".record-page form",
    ):
        assert not any(each.is_visible() for each in page.locator(gone).all()), gone
