"""A reader of pages: what a person sees on them, and a walk over everything the people of a
played plant can reach.
"""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

from app.extensions import db
from app.flow.departments import WITH_BOARD
from app.flow.roles import ROLES
from app.models.people.user import User
from app.models.records.kinds import record_of
from tests.staff import log_in

BOARDS = "|".join(d.key for d in WITH_BOARD)
# What differs with who looks, and what is the same for all whom it is shown to.
STARTS = ("/", *(f"/{d.key}/" for d in WITH_BOARD))
ALIKE = (
    "/find?q=2026",
    "/find",
    "/archive/",
    "/archive/?number=none",
    "/procedure",
    "/account",
    "/admin/users",
    "/admin/users/new",
    "/admin/master/",
    "/nothing-here",
)
SAID_BY = ("title", "aria-label", "placeholder", "alt", "data-label")
UNSEEN = {"script", "style", "textarea", "datalist", "blockquote"}
# Elements that name things: never data, but for a person's name.
LABELS = {"th", "dt", "button", "summary", "h2"}


class Page(HTMLParser):
    """``texts``: what stands on the page, as (text, tag); ``links``: where it leads; ``words``:
    what its scripts say.
    """

    def __init__(self, html):
        super().__init__()
        self.texts, self.links, self.words, self.stack = [], [], {}, []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.texts += [(given[name], name) for name in SAID_BY if given.get(name)]
        if tag == "a" and (given.get("href") or "").startswith("/"):
            self.links.append(given["href"].split("#")[0])
        # A heading of a row is data; that of a column is not.
        name = (
            "row"
            if tag == "th" and given.get("scope") != "col"
            else "words"
            if given.get("id") == "phrases"
            else tag
        )
        if tag not in ("meta", "link", "input", "br", "use", "path", "img", "hr"):
            self.stack.append((tag, name))

    def handle_endtag(self, tag):
        if tag in (open_tag for open_tag, _ in self.stack):
            while self.stack.pop()[0] != tag:
                pass

    def handle_data(self, data):
        text, inside = " ".join(data.split()), {name for _, name in self.stack}
        if "words" in inside:
            self.words = json.loads(data)
        elif text and not inside & UNSEEN:
            self.texts.append((text, self.stack[-1][1] if self.stack else ""))


def pages(app, language):
    """Yield (address, role, page) of every kind of page that each role reaches, in the language."""
    done, alike = set(), set(ALIKE)
    for role in ROLES:
        with app.app_context():
            person = next(
                u
                for u in db.session.scalars(db.select(User).order_by(User.id))
                if role in u.role_keys
            )
            person.language = language
            db.session.commit()
            person_id = person.id
        browser = log_in(app, person_id)
        queue = [*STARTS, *sorted(alike)]
        seen = {*STARTS, *ALIKE}
        while queue:
            url = queue.pop(0)
            answer = browser.get(url)
            assert answer.status_code < 500, (role, url)
            if answer.status_code != 403:
                alike.discard(url)
            if answer.mimetype != "text/html":
                continue
            page = Page(answer.get_data(as_text=True))
            yield url, role, page
            for link in page.links:
                if link in seen or link.startswith(("/static", "/documents")):
                    continue
                seen.add(link)
                if (kind := kind_of(app, link, role)) not in done:
                    done.add(kind)
                    queue.append(link)


def kind_of(app, link, role):
    """What makes two pages alike enough to look at one: the action, or the stage of the record
    and whose it is.
    """
    if found := re.fullmatch(rf"/(?:{BOARDS})/(?:new/)?[^/?]+/(\w+)(\?.*)?", link):
        return found[1]
    if found := re.fullmatch(rf"/(?:{BOARDS})/([A-Z0-9-]+)", link):
        with app.app_context():
            record = record_of(found[1])
            return (
                record.flow.key,
                record.stage,
                role if ROLES[role].department in record.current_stage.departments else "",
            )
    return re.sub(r"\?.*|[\d-]+", "", link)
