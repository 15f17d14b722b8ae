"""What a plant sets for itself: on record, read by the auditor, printed on papers."""

import io

import pytest
from pypdf import PdfReader

from app import clock, verification
from app.documents import set_in_type
from app.documents.paper.blocks import Passage
from app.documents.paper.heading import company
from app.models.records.event import Event
from tests.documents.samples import paper

PAGE = "/admin/settings/"
NAMES = {"company_zh": "甲厂", "company_en": "Plant A", "address_zh": "某市某路 1 号"}


@pytest.mark.on_both
def test_settings_are_changed_on_record_and_read_by_the_auditor(app, login_as, rows):
    admin = login_as("admin", language="en")
    assert admin.submit(PAGE, version="0", **NAMES, phone="0571-1").status_code == 303
    assert admin.submit(PAGE, version="1", **NAMES, phone="0571-1").status_code == 303
    stale = admin.submit(PAGE, version="0", **NAMES, phone="0571-2")
    assert stale.status_code == 409
    assert admin.submit(PAGE, version="1", **NAMES, phone="0571-2").status_code == 303
    changes = [event for event in rows(Event) if event.flow == "plant_setting"]
    assert [(event.action, event.actor_id) for event in changes] == [("change", admin.user_id)] * 2
    assert changes[1].data == {"phone": {"old": "0571-1", "new": "0571-2"}}
    auditor = login_as("auditor", language="en")
    text = auditor.get(PAGE).text
    assert "Phone: 0571-1 → 0571-2" in text and "甲厂" in text
    assert "<form" not in text.split("<main")[1].split("</main>")[0]
    with app.app_context():
        assert [fault for check in verification.check() for fault in check.faults] == []


def test_a_name_too_long_is_told_at_its_field_and_nothing_is_lost(login_as):
    admin = login_as("admin", language="en")
    refused = admin.submit(PAGE, version="0", company_zh="长" * 121, phone="0571-1")
    assert refused.status_code == 422 and "0571-1" in refused.text


@pytest.fixture
def printed(app):
    """The words of a paper made now."""

    def words():
        with app.app_context():
            made = paper(company=company(), issued=clock.now(), blocks=(Passage(None, "x"),))
            return PdfReader(io.BytesIO(set_in_type(made))).pages[0].extract_text()

    return words


def test_papers_show_the_company_and_its_address(login_as, printed):
    assert "净单示范工厂" in printed()
    login_as("admin").submit(PAGE, version="0", **NAMES, phone="0571-1")
    words = printed()
    assert "甲厂" in words and "Plant A" in words and "净单示范工厂" not in words
    assert words.count("某市某路 1 号 · 0571-1") == 1, "no second line where one language is enough"
