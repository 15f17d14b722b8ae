"""What tests of pages share: a page's visible words, and people who read in one language or the
other.
"""

import re
from html import unescape

from app.extensions import db
from app.models.people.user import User

LANGUAGES = {"zh": "zh_Hans_CN", "en": "en"}


def words(answer):
    """The visible words of a page's content, in one line."""
    text = answer.get_data(as_text=True)
    content = re.search(r"<main.*?</main>", text, re.S)
    plain = re.sub(
        r"<[^>]+>",
        " ",
        re.sub(r"<(script|template)\b.*?</\1>", " ", content[0] if content else text, flags=re.S),
    )
    return re.sub(r"\s+", " ", unescape(plain)).strip()


def reads(walk, role, language, number=1):
    """The browser of a person with a role who reads in a language."""
    browser = walk.browser(role, number)
    with walk.app.app_context():
        db.session.get(User, browser.user_id).language = LANGUAGES[language]
        db.session.commit()
    return browser


def value_of(answer, name):
    """What a field of a form holds."""
    found = re.search(
        rf'<(?:input|textarea)[^>]*\bname="{re.escape(name)}"[^>]*>([^<]*)',
        answer.get_data(as_text=True),
    )
    value = re.search(r'\bvalue="([^"]*)"', found[0])
    return unescape(value[1] if value else found[1]).strip()
