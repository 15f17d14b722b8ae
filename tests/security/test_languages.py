"""Whose words a page speaks: the person's, else the cookie's, else the browser's, else Chinese."""

import pytest

from app.extensions import db
from app.flow.texts.lazy_text import Both
from app.models.people.user import User


def lang(browser, **headers):
    page = browser.get("/login?next=/account", headers=headers, follow_redirects=True).get_data(
        as_text=True
    )
    return page.split('lang="')[1].split('"')[0]


@pytest.mark.parametrize(
    "asked, given",
    [
        (None, "zh-CN"),
        ("zh-CN,zh;q=0.9", "zh-CN"),
        ("zh-Hans", "zh-CN"),
        ("zh-TW", "zh-CN"),
        ("zh", "zh-CN"),
        ("en-GB,en;q=0.9", "en"),
        ("fr-FR,en;q=0.5", "en"),
        ("fr", "zh-CN"),
        ("de,zh-HK;q=0.7,en;q=0.6", "zh-CN"),
        ("en;q=0.1,zh-CN;q=0.9", "zh-CN"),
        ("*", "zh-CN"),
        ("!!;;q=x", "zh-CN"),
    ],
)
def test_as_the_browser_asks(client, asked, given):
    assert lang(client, **({"Accept-Language": asked} if asked else {})) == given


def test_a_choice_is_remembered_by_the_browser(client):
    answer = client.post("/language", data={"lang": "en", "next": "/login?"})
    assert (answer.status_code, answer.location) == (303, "/login")
    assert lang(client) == "en"
    client.post("/language", data={"lang": "zh_Hans_CN", "next": "/login"})
    assert lang(client, **{"Accept-Language": "en"}) == "zh-CN"


def test_and_by_the_person(app, login_as):
    browser = login_as("auditor", language="zh-CN")
    browser.set_cookie("language", "en")
    assert lang(browser) == "zh-CN"
    assert browser.post("/language", data={"lang": "en", "next": "/account"}).status_code == 303
    with app.app_context():
        assert db.session.get(User, browser.user_id).language == "en"
    browser.delete_cookie("language")
    assert lang(browser) == "en"


@pytest.mark.parametrize("chosen", ["", "fr", "../en", None])
def test_others_are_refused(client, chosen):
    assert (
        client.post("/language", data={"lang": chosen} if chosen is not None else {}).status_code
        == 400
    )


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", ""])
def test_it_never_leads_away(client, target):
    assert client.post("/language", data={"lang": "en", "next": target}).location == "/"


def test_names_of_master_data_follow(app, client):
    name = Both("洗洁精", "Dish liquid")
    for language, said in (("en", "Dish liquid"), ("zh-CN", "洗洁精")):
        with app.test_request_context(headers={"Accept-Language": language}):
            assert str(name) == said
    assert str(name) == "Dish liquid"
