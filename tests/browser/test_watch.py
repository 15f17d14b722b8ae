"""The watch over the pages sees what it is there to see."""

import json

import pytest
from playwright.sync_api import Route

from tests.browser.conftest import watch

POLICY = {"Content-Security-Policy": "default-src 'none'; script-src 'self'"}


@pytest.fixture
def complaints_of(browser):
    """Loads a page made of `files` (path → body) under a strict policy; what it complained of
    comes back.
    """

    def visited(files, status=200):
        complaints = []
        context = browser.new_context()
        page = context.new_page()
        watch(page, complaints)

        def answer(route: Route):
            path = "/" + route.request.url.split("/", 3)[3]
            kind = "text/javascript" if path.endswith(".js") else "text/html"
            if path in files:
                route.fulfill(status=status, body=files[path], content_type=kind, headers=POLICY)
            else:
                route.fulfill(status=404, body="")

        page.route("**/*", answer)
        page.goto("http://plant.test/", wait_until="load")
        context.close()
        return complaints

    return visited


def test_a_quiet_page_is_fine(complaints_of):
    assert complaints_of({"/": "<p>料体批</p>"}) == []


@pytest.mark.parametrize(
    "files, expected",
    [
        ({"/": "<script>1</script>"}, "Content Security Policy"),
        (
            {"/": "<script src=/a.js></script>", "/a.js": "throw new Error('broken')"},
            "exception: broken",
        ),
        ({"/": "<script src=/a.js></script>", "/a.js": "console.error('wrong')"}, "console: wrong"),
        ({"/": "<script src=/missing.js></script>"}, "GET http://plant.test/missing.js 404"),
    ],
    ids=["policy", "exception", "console", "missing"],
)
def test_a_complaint_is_heard(complaints_of, files, expected):
    assert expected in json.dumps(complaints_of(files))


def test_a_server_error_is_heard(complaints_of):
    assert complaints_of({"/": "sorry"}, status=500) == ["GET http://plant.test/ 500"]


def test_what_a_test_allows_is_left_out(open_page, allowed):
    allowed.append("console: on purpose")
    page = open_page()
    page.evaluate("console.error('on purpose')")


def test_chinese_text_has_glyphs(page):
    """Without our fonts every character would be the same empty box."""
    page.set_content("<span id=a>一</span><canvas width=40 height=40></canvas>")
    drawn = page.evaluate("""() => ['料', '洗'].map(char => {
        const pen = document.querySelector('canvas').getContext('2d');
        pen.clearRect(0, 0, 40, 40); pen.font = '30px sans-serif'; pen.fillText(char, 2, 32);
        return pen.canvas.toDataURL() })""")
    assert drawn[0] != drawn[1]
