"""A new anomaly reaches whoever acknowledges them, wherever they look: in the tab's title,
spoken, and heard where they allowed it.
"""

import re

from playwright.sync_api import expect

from app.extensions import db
from app.models.floor.anomaly import Anomaly
from app.models.master import AnomalyCode
from app.models.people.user import User

BACKGROUND = "Object.defineProperty(document, 'hidden', { configurable: true, get: () => true })"


def report(plant):
    """A colleague reports a problem."""
    with plant.app.app_context():
        code = db.session.scalars(db.select(AnomalyCode).where(AnomalyCode.active)).first()
        by = db.session.scalars(db.select(User).where(User.login == "operator1")).one()
        anomaly = Anomaly.create(
            "report", by=by, code_id=code.id, description="The cap screwer jams"
        )
        db.session.commit()
        return anomaly.number


def listening(page):
    """The page, which counts how often it sounds from now on."""
    page.evaluate(
        """addEventListener('playing', () => {
            const counted = document.documentElement.dataset;
            counted.sounded = Number(counted.sounded ?? 0) + 1;
        }, true)"""
    )
    return page


def count(page):
    return int(page.locator("body").get_attribute("data-alarms"))


def test_a_new_anomaly_is_counted_in_the_title_and_heard_where_the_person_allowed_it(plant, at):
    page = listening(at("super1", "/production/"))
    before, sound = count(page), page.get_by_role("button", name="Sound on")
    expect(page).to_have_title(re.compile(rf"^\({before}\) Production"))
    report(plant)
    expect(page).to_have_title(re.compile(rf"^\({before + 1}\) Production"))
    expect(page.locator("#alarms b")).to_have_text(str(before + 1))
    expect(page.locator("#live")).to_contain_text(f"New anomalies: {before + 1}")
    assert not page.locator("html").get_attribute("data-sounded"), "nobody asked for a sound"
    sound.click()  # it sounds once, so that one knows what to listen for
    expect(sound).to_have_attribute("aria-pressed", "true")
    expect(page.locator("html")).to_have_attribute("data-sounded", "1")
    report(plant)
    expect(page.locator("html")).to_have_attribute("data-sounded", "2")
    other = at("super1", "/")  # another machine: it is the person's choice
    expect(other.get_by_role("button", name="Sound on")).to_have_attribute("aria-pressed", "true")
    number = report(plant)
    expect(other.locator("#calling li").first).to_contain_text(number)
    other.locator("#alarms").click()
    expect(other.locator("#column-anomaly-reported")).to_be_in_viewport()


def test_a_tab_in_the_background_counts_too(plant, at):
    page = at("super1", "/production/")
    before = count(page)
    page.evaluate(BACKGROUND)
    report(plant)
    expect(page).to_have_title(re.compile(rf"^\({before + 1}\) "))


def test_without_a_script_the_title_counts_and_the_choice_is_kept(plant, at):
    page = at("super1", "/production/", java_script_enabled=False)
    expect(page).to_have_title(re.compile(r"^\(\d+\) Production"))
    page.locator("#sound button").click()
    expect(page.locator("#sound button")).to_have_attribute("aria-pressed", "true")
