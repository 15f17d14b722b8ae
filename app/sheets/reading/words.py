"""What a column or a choice may be called in a file: its words in every language of the product."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from babel import Locale
from babel.support import NullTranslations, Translations

from app.content.tables.heads import key_of
from app.flow.texts.lazy_text import Both, Text, halves
from app.plant import reading

FOLDER = Path(__file__).parents[2] / "translations"


@cache
def catalogues() -> list[NullTranslations]:
    """The translations there are; English stands in the code."""
    return [
        Translations.load(FOLDER, [path.name]) for path in sorted(FOLDER.iterdir()) if path.is_dir()
    ]


def in_all(text: Text | str) -> list[str]:
    """A text in every language; the arguments of a text stand in it in English."""
    if not isinstance(text, Text):
        return [str(text)]
    args = {name: str(each) for name, each in text.args.items()}
    said = [text.msgid, *(each.gettext(text.msgid) for each in catalogues())]
    return [words % args if args else words for words in said]


def keys_of(names: Iterable[Text | str]) -> set[str]:
    """Names as heads are compared."""
    return {key for name in names for words in in_all(name) if (key := key_of(words))}


def spellings(text: str) -> list[str]:
    """A cell's text as choices are compared: whole, and each half of one that says the same in
    two languages.
    """
    parts = halves(text)
    both = [parts.zh, parts.en] if isinstance(parts, Both) else []
    return [reading.folded(each) for each in (text, *both)]


# What people call a country beside its name.
CALLED = {"usa": "US", "u.s.a.": "US", "uk": "GB", "great britain": "GB", "england": "GB"}


@cache
def countries() -> dict[str, str]:
    """The code of each country by its name in every language of the product."""
    languages = ("en", *(path.name for path in FOLDER.iterdir() if path.is_dir()))
    return CALLED | {
        reading.folded(name): code
        for language in languages
        for code, name in Locale.parse(language).territories.items()
        if len(code) == 2 and code.isalpha()
    }


def country(name: str) -> str | None:
    """The two letters of a country that is called by its name."""
    return countries().get(reading.folded(name))
