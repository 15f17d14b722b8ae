"""Whoever acknowledges anomalies is told of a new one: on top of home and of Today, in the tab's
title; every number is a link to what it counts.
"""

import re
from html import unescape

from app.extensions import db
from app.models.floor.anomaly import Anomaly
from app.models.people.user import User


def new_ones(walk):
    with walk.app.app_context():
        asked = (
            db.select(Anomaly)
            .where(Anomaly.stage == "reported")
            .order_by(Anomaly.created_at.desc(), Anomaly.id.desc())
        )
        return [a.number for a in db.session.scalars(asked)]


def page(walk, role, address):
    return unescape(walk.browser(role).get(address).get_data(as_text=True))


def test_a_new_anomaly_is_on_top_of_the_supervisors_pages_and_in_the_title(everywhere):
    walk = everywhere
    found = new_ones(walk)
    home = page(walk, "supervisor", "/")
    assert f"<title>({len(found)}) Home" in home
    assert (
        re.findall(r'data-record="(A-[^"]+)"', home[home.index('id="calling"') :])[: len(found)]
        == found[:5]
    )
    assert home.index('id="calling"') < home.index('class="figures"')
    assert (
        f'id="alarms" href="/production/#column-anomaly-reported" aria-label="New anomalies: '
        f'{len(found)}"' in home
    )
    today = page(walk, "supervisor", "/production/today")
    assert re.search(r'class="today-list" id="today-(\w+)"', today)[1] == "anomalies"
    assert f"<title>({len(found)}) Production" in page(walk, "supervisor", "/production/")
    for reader in ("planner", "auditor"):  # it is not theirs
        other = page(walk, reader, "/")
        assert "<title>Home" in other and 'id="alarms"' not in other and 'id="calling"' not in other
    for number in found:
        walk.do("supervisor", number, "acknowledge")
    done = page(walk, "supervisor", "/")
    assert "<title>Home" in done and 'id="calling"' not in done


def test_a_page_that_reads_itself_again_learns_the_number(everywhere):
    walk = everywhere
    count = str(len(new_ones(walk)))
    for address in ("/alarms?seen=0", "/?seen=0", "/production/?seen=0"):
        assert walk.browser("supervisor").get(address).headers["X-Alarms"] == count
        assert "X-Alarms" not in walk.browser("planner").get(address).headers


def test_sound_is_each_persons_own_choice_and_kept_with_them(everywhere):
    walk = everywhere
    browser = walk.browser("supervisor")
    assert 'aria-pressed="false"' in page(walk, "supervisor", "/")
    answer = browser.post("/account/sound", data={"wanted": "1", "next": "/production/"})
    assert (answer.status_code, answer.location) == (303, "/production/")
    assert 'id="tones"' in page(walk, "supervisor", "/")
    with walk.app.app_context():
        assert db.session.get_one(User, browser.user_id).wants_sound
    browser.post("/account/sound", data={"wanted": "0", "next": "/"})
    assert 'id="tones"' not in page(walk, "supervisor", "/")


def test_every_number_leads_to_what_it_counts(everywhere):
    walk = everywhere
    home = page(walk, "supervisor", "/")
    kinds = dict(
        re.findall(
            r'href="/\?show=(\w+)#attention" data-figure="\w+"><span class="value">(\d+)', home
        )
    )
    assert kinds and int(kinds["halted"])
    for kind, number in kinds.items():
        listed = page(walk, "supervisor", f"/?show={kind}")
        listed = listed[listed.index('id="attention"') :]
        assert re.search(r'class="count">(\d+)', listed)[1] == number
        assert len(re.findall(r"data-trouble=", listed)) == int(number)
    for kind, phase, number in re.findall(
        r'href="/\?show=(\w+)&phase=(\w+)#attention"><span[^>]*>.*?(\d+)</span>', home
    ):
        assert f'class="count">{number}' in page(walk, "supervisor", f"/?show={kind}&phase={phase}")
    board = page(walk, "supervisor", "/production/")
    for switch, number in re.findall(
        r'<a href="/production/\?(\w+)=1"><span class="badge \w+">.*?(\d+) ', board
    ):
        narrowed = page(walk, "supervisor", f"/production/?{switch}=1")
        own = re.findall(
            r'<section class="column(?: first-of-flow)?" [^>]*data-count="(\d+)"', narrowed
        )
        assert sum(map(int, own)) == int(number), switch
