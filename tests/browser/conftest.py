"""Browsers for the tests. A page that complains fails its test.

`page` is one person's page in Chinese; `open_page` opens further people, languages and sizes. What
a test provokes on purpose it names by a pattern in `allowed`, for example `allowed.append(r"POST
.*/hand_over 500")`.
"""

import re

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.chromium import launch
from tests.browser.plant import served, unprinted_plant

# A busy machine is slow; whoever waits for a condition loses nothing by it.
PATIENCE = 20_000
expect.set_options(timeout=PATIENCE)
# The browser says so when the page's own policy stopped something; report it even where the console
# is silent.
REPORT_VIOLATIONS = """addEventListener('securitypolicyviolation', event => console.error(
    `policy: ${event.violatedDirective} blocked ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`))"""
# A refusal (4xx) is an answer to a person's action; to a script, a style or a picture it is a
# defect.
PARTS = {"script", "stylesheet", "image", "font", "manifest"}


@pytest.fixture(scope="session")
def playwright():
    """What starts browsers; a process has one."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright):
    """The Chromium of this test process."""
    chromium = launch(playwright)
    yield chromium
    chromium.close()


@pytest.fixture
def allowed():
    """Patterns of complaints that this test expects."""
    return []


@pytest.fixture
def complaints(allowed):
    """What the pages of this test complain of; at its end there may be nothing but what it
    expects.
    """
    heard = []
    yield heard
    unexpected = [
        line for line in heard if not any(re.search(pattern, line) for pattern in allowed)
    ]
    assert not unexpected, "the page complained:\n" + "\n".join(unexpected)


@pytest.fixture
def open_page(browser, complaints):
    """Opens a page with cookies of its own: `open_page(locale="en", viewport={...}, base_url=...)`.

    Any option of a Playwright context goes. Every page opened this way is watched for complaints.
    """
    contexts = []

    def opened(**options):
        contexts.append(context := new_context(browser, **options))
        context.on("page", lambda page: watch(page, complaints))
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


def new_context(browser, **options):
    """A browser of somebody's own, quiet: a picture in motion is drawn sixty times a second."""
    context = browser.new_context(
        **{
            "locale": "zh-CN",
            "timezone_id": "Asia/Shanghai",
            "reduced_motion": "reduce",
            "viewport": {"width": 1280, "height": 900},
            **options,
        }
    )
    context.set_default_timeout(PATIENCE)
    context.add_init_script(REPORT_VIOLATIONS)
    return context


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """The plant that tests stand in: played, and copied for each."""
    return unprinted_plant(tmp_path_factory.mktemp("played"))


@pytest.fixture
def plant(template, tmp_path, browser):
    """A played plant of this test's own."""
    with served(template, tmp_path, browser) as plant:
        yield plant


@pytest.fixture(scope="module")
def lasting_plant(template, tmp_path_factory, browser):
    """A played plant of this module's tests, which change nothing that another of them asks for."""
    with served(template, tmp_path_factory.mktemp("lasting"), browser) as plant:
        yield plant


@pytest.fixture
def at(plant, open_page):
    """``at("store1", "/warehouse/")``: somebody, logged in, before a page, in English unless a
    ``language`` is named.
    """

    def before(login, address, language="en", **options):
        page = open_page(
            base_url=plant.url, **{"locale": "en" if language == "en" else "zh-CN", **options}
        )
        page.context.add_cookies([plant.cookie_of(login, language)])
        page.goto(address)
        if options.get("java_script_enabled", True):
            page.wait_for_selector("html[data-ready]")
        return page

    return before


@pytest.fixture
def page(open_page):
    """One person's page, in Chinese, at desktop width."""
    return open_page()


def watch(page, complaints):
    """Write every console error, uncaught exception, refused part and server error of `page` to
    `complaints`.
    """

    def heard(message):
        # Chromium repeats a bad status here without saying for what; `answered` below judges it.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            complaints.append(f"console: {message.text}")

    def answered(response):
        request = response.request
        if response.status >= 500 or (response.status >= 400 and request.resource_type in PARTS):
            complaints.append(f"{request.method} {response.url} {response.status}")

    page.on("console", heard)
    page.on("pageerror", lambda error: complaints.append(f"exception: {error}"))
    page.on("response", answered)
