"""A machine without a Chinese font, as a wall display on a bare Linux: the page brings its own."""

import contextlib

import pytest

from tests.browser.chromium import BARE, FONTCONFIG, launch
from tests.browser.conftest import new_context

# The font that really drew an element's text, as the browser's own inspector tells.
DRAWN = ("DOM.enable", "CSS.enable")


def fonts_of(page, selector):
    """Return ``{family: is it the page's own}`` of what the text of an element was drawn with."""
    inspector = page.context.new_cdp_session(page)
    for domain in DRAWN:
        inspector.send(domain)
    root = inspector.send("DOM.getDocument")["root"]["nodeId"]
    node = inspector.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    fonts = inspector.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    return {font["familyName"]: font["isCustomFont"] for font in fonts}


@pytest.mark.parametrize(
    ("fonts", "fetched"), [(BARE, True), (FONTCONFIG, False)], ids=["bare", "with"]
)
def test_chinese_is_drawn_and_fetched_only_where_it_must_be(plant, playwright, fonts, fetched):
    with contextlib.closing(launch(playwright, fonts=fonts)) as chromium:
        asked = []
        for address, selector in (("/login", "h1"), ("/display/", "h1")):
            page = new_context(chromium, base_url=plant.url).new_page()
            page.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[-1]))
            page.goto(address)
            page.evaluate("document.fonts.ready")
            assert fonts_of(page, selector)["Noto Sans SC"] is fetched, address
        slices = {name for name in asked if name.endswith(".woff2")}
        assert slices <= {"NotoSansSC-00.woff2"} and bool(slices) is fetched, slices
