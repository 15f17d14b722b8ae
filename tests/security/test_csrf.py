"""Requests that another site makes a browser send."""

import pytest

from tests.staff import log_in


@pytest.fixture
def seller(login_as):
    browser = login_as("sales")
    browser.careless = True
    return browser


def language(browser, token=None, **headers):
    data = {"lang": "en", "next": "/account", **({"csrf_token": token} if token else {})}
    return browser.post(
        "/language", data=data, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


def test_the_token_of_the_page_is_accepted_in_form_or_header(seller):
    token = seller.csrf_token()
    assert language(seller, token).status_code == 303
    assert language(seller, X_CSRFToken=token).status_code == 303


@pytest.mark.parametrize("token", [None, "", "invented", "ImFiYyI.aaaaaa.bbbbbbb"])
def test_without_it_nothing_happens(seller, token):
    seller.get("/account")
    assert language(seller, token).status_code == 400


def test_a_token_from_before_the_login_is_worth_nothing_after_it(client, wang, attempt):
    before = client.csrf_token()
    attempt(client)
    client.careless = True
    assert language(client, before).status_code == 400


def test_a_token_serves_one_login_only(app, seller):
    mine = seller.csrf_token()
    form_cookie = seller.get_cookie("washline_form").value
    other = log_in(app, seller.user_id)
    other.careless = True
    other.set_cookie("washline_form", form_cookie)
    assert language(other, mine).status_code == 400


@pytest.mark.parametrize(
    "site, code", [("same-origin", 303), ("none", 303), ("same-site", 403), ("cross-site", 403)]
)
def test_a_browser_that_says_where_it_comes_from(seller, site, code):
    assert language(seller, seller.csrf_token(), Sec_Fetch_Site=site).status_code == code


def test_reading_from_another_site_is_no_harm(seller):
    assert seller.get("/account", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200
