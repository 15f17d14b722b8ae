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


def is_accessible(page):
    """Axe finds nothing serious or critical; at which width and in which theme it looks is the
    address's.
    """
    page.add_script_tag(url=ADDRESS)
    page.add_style_tag(
        content="* { transition-property: none !important }"
    )  # colours change with the theme at once
    number = number_of(page.url)
    (width, height), theme = list(SIZES.items())[number % 2], ("dark", "light")[number // 2 % 2]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=theme)
    grave = violations(page)
    assert not grave, (page.url, width, theme, grave)


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
        return grave.map(({ id, nodes }) => [id, nodes.length, ...nodes.slice(0, 3).map(told)]) }""",
        MILD,
    )
