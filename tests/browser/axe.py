"""Axe, which looks for what keeps people from using a page: once a page, in one theme and width.

It is asked for by an address that every door of tests has (tests/browser/plant.py): the browser
keeps it compiled from page to page.
"""

import re
from pathlib import Path
from urllib.parse import urlsplit

AXE = Path(__file__).with_name("vendor") / "axe.min.js"
ADDRESS = "/static/axe.min.js"
# The rules whose findings are never grave; half of axe's time goes into them.
MILD = re.findall(r'id:"([a-z0-9-]+)",impact:"(?:minor|moderate)"', AXE.read_text("utf-8"))
SIZES = {390: 844, 1280: 900}


def number_of(address):
    return sum(urlsplit(address).path.encode())


def look_of(address):
    """In which window and theme axe looks at what is at an address."""
    number = number_of(address)
    (width, height), theme = list(SIZES.items())[number % 2], ("dark", "light")[number // 2 % 2]
    return {"width": width, "height": height}, theme


def looks(page, window, theme):
    """Show the page in this window and theme from now on; its colours change at once, because
    it is asked for little motion (new_context).
    """
    page.set_viewport_size(window)
    page.emulate_media(color_scheme=theme)


def is_accessible(page):
    """Axe finds nothing serious or critical in the look of the page's address."""
    page.add_script_tag(url=ADDRESS)
    window, theme = look_of(page.url)
    looks(page, window, theme)
    grave = violations(page)
    assert not grave, (page.url, window, theme, grave)


def violations(page):
    """What axe holds against the page as it is now.

    Words upon a painted ::before are judged too, by what lies below it: left to itself axe says of
    them that it cannot tell.
    """
    return page.evaluate(
        """async mild => {
        const rules = Object.fromEntries(mild.map(id => [id, { enabled: false }]));
        const checks = { 'color-contrast': { options: { ignorePseudo: true } } };
        const asked = { resultTypes: ['violations'], selectors: false, preload: false };
        const { violations } = await axe.run(document, { ...asked, checks, rules });
        const grave = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact));
        const told = node => node.html.slice(0, 160) + ' ' + (node.any[0]?.message ?? '');
        const first = nodes => nodes.slice(0, 3).map(told);
        return grave.map(({ id, nodes }) => [id, nodes.length, ...first(nodes)]) }""",
        MILD,
    )
