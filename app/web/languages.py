"""The reader's language: what the shared tablet speaks, else what the person chose, else the
browser's cookie, else what the browser asks for.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from flask import Flask, g, has_request_context, request
from flask_babel import force_locale, get_locale, get_translations
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import babel
from app.flow.texts.lazy_text import translate_with
from app.models.records.rules.plant_settings import or_default

LANGUAGES = (("zh_Hans_CN", "中文"), ("en", "English"))
NAMES = dict(LANGUAGES)
DEFAULT = "zh_Hans_CN"
COOKIE = "language"


def init_app(app: Flask) -> None:
    app.config.setdefault("BABEL_DEFAULT_LOCALE", DEFAULT)
    babel.init_app(app, locale_selector=select_language)
    # put there by Jinja’s own extension
    cast("Any", app.jinja_env).install_gettext_callables(translate, translate_number, newstyle=True)
    translate_with(translate, language)


def offered_languages() -> tuple[tuple[str, str], ...]:
    """Return the languages that the plant offers, with their own names; the first holds where
    nobody has chosen.
    """
    return tuple((tag, NAMES[tag]) for tag in or_default("languages").split(","))


def known(tag: str | None) -> str | None:
    """Return our language for a tag such as zh-CN, zh_Hans, zh-TW or en-GB; None for another
    one.
    """
    first = (tag or "").replace("_", "-").split("-")[0].lower()
    return {"zh": "zh_Hans_CN", "en": "en"}.get(first)


def select_language() -> str:
    """Return the language of this request; outside of one, the default."""
    tags = [tag for tag, _ in offered_languages()]
    if not has_request_context() or len(tags) == 1:
        return tags[0]
    spot = _spot()
    chosen = spot.language if spot else _of_person()
    return (
        g.get("language")
        or chosen
        or known(request.cookies.get(COOKIE))
        or _of_browser()
        or tags[0]
    )


def language() -> str:
    """The language that texts are shown in now; English where no application runs."""
    return spoken()[0]


def translate(msgid: str) -> str:
    return spoken()[1].gettext(msgid)


def translate_number(one: str, many: str, number: int) -> str:
    return spoken()[1].ngettext(one, many, number)


def spoken() -> tuple[str, Any]:
    """The language and its catalogue, found once a request: a page asks hundreds of times."""
    try:
        return g.spoken
    except AttributeError:
        g.spoken = (str(get_locale()), get_translations())
        return g.spoken
    except RuntimeError:  # no application runs
        return "en", get_translations()


@contextmanager
def speaking(tag: str | None, outside: bool = False) -> Iterator[None]:
    """Say what is said meanwhile in a language of one's own choice, or in the one that is
    offered: for the worker, who has no reader. ``outside``: for somebody who is none of the
    plant's people, and reads any of ours.
    """
    g.pop("spoken", None)
    tags = [tag for tag, _ in offered_languages()]
    try:
        with force_locale(tag if tag in (NAMES if outside else tags) else tags[0]):
            yield
    finally:
        g.pop("spoken", None)


def _spot() -> Any:
    """The shared tablet that asks: it speaks one language, whatever those who stand there have
    chosen elsewhere.
    """
    try:
        return getattr(current_user, "spot", None)
    except SQLAlchemyError:
        return None


def _of_person() -> str | None:
    try:
        return known(current_user.language) if current_user.is_authenticated else None
    except (
        SQLAlchemyError
    ):  # a page that reports trouble with the database must still have a language
        return None


def _of_browser() -> str | None:
    return next((ours for tag in request.accept_languages.values() if (ours := known(tag))), None)
