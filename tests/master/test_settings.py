"""What a plant sets for itself: on record, read by the auditor, printed on papers."""

import io
import re

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


def test_where_one_language_is_offered_everybody_reads_it_and_none_is_chosen(app, login_as):
    reader = login_as("planner", language="zh_Hans_CN")
    assert 'lang="zh-CN"' in reader.get("/").text and 'action="/language"' in reader.get("/").text
    login_as("admin").submit(PAGE, version="0", languages="en")
    page = reader.get("/").text
    assert 'lang="en"' in page and 'action="/language"' not in page
    assert reader.post("/language", data={"lang": "zh_Hans_CN"}).status_code == 400
    assert 'lang="en"' in app.test_client().get("/login", headers={"Accept-Language": "zh"}).text
    admin = login_as("admin", language="zh_Hans_CN")
    form = admin.get(f"/admin/users/{reader.user_id}").text
    assert re.search(r'<(\w+)[^>]*name="language"', form)[1] == "input", "hidden: nothing to choose"
    admin.submit(PAGE, version="1", languages="en,zh_Hans_CN")
    assert 'lang="zh-CN"' in reader.get("/").text, "one's choice holds again where it is offered"
    assert 'lang="en"' in app.test_client().get("/login").text, "the first holds without a choice"


def test_a_card_is_at_risk_as_early_as_the_plant_says(walk):
    card = walk.card("to_plan", quantity=24)
    with walk.app.app_context():
        days = (walk.record(card).due - clock.today()).days
    admin, planner = walk.browser("admin"), walk.browser("planner")
    for version, (said, marked) in enumerate(((days - 1, False), (days, True))):
        assert admin.submit(PAGE, version=str(version), risk_days=str(said)).status_code == 303
        assert ("1 at risk" in planner.get("/production/").text) == marked
    assert admin.submit(PAGE, version="2", risk_days="61").status_code == 422
