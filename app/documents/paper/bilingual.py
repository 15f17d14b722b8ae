"""Both languages at once: a form on paper is read by people who know only one of them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, overload

from babel.support import NullTranslations, Translations

from app.clock import local
from app.documents.paper.blocks import Joined
from app.flow.texts.lazy_text import Both, Text
from app.plant.quantities import from_base

# The papers' font is Chinese: it draws these as wide as a character, also within an English word.
NARROW = str.maketrans("’“”", '\'""')
FOLDER = Path(__file__).resolve().parents[2] / "translations"
YES_NO = {True: Both("是", "Yes"), False: Both("否", "No")}


@cache
def catalog(language: str) -> NullTranslations:
    """Return the catalogue of a language; an empty one where there is none."""
    return Translations.load(FOLDER, [language])


def say(text: Any, language: str) -> str:
    """Return the words of a lazy text, a bilingual name or a plain string in ``zh_Hans_CN`` or
    ``en``.
    """
    if isinstance(text, Both):
        return text.zh if language.startswith("zh") else text.en
    if not isinstance(text, Text):
        return str(text)
    words = catalog(language).gettext(text.msgid)
    words = words if language.startswith("zh") else words.translate(NARROW)
    args = {key: say(value, language) for key, value in text.args.items()}
    return words % args if args else words


@overload
def both(text: None) -> None: ...


@overload
def both(text: str | Both | Text) -> Both: ...


def both(text: Any) -> Both | None:
    """Return a text in both languages; None stays None."""
    return None if text is None else Both(say(text, "zh_Hans_CN"), say(text, "en"))


def joined(*values: Any, by: str = " / ") -> Joined | None:
    """Put several values into one; what is missing shows as a dash. All missing: None."""
    if all(value in (None, "") for value in values):
        return None
    return Joined(
        tuple(
            value
            if isinstance(value, (str, Both, Joined, type(None)))
            else both(value)
            if isinstance(value, Text)
            else str(value)
            for value in values
        ),
        by,
    )


def moment(at: datetime | None) -> str:
    """Return a moment as the plant's clocks show it, with its zone: 2026-11-22 14:05 +08:00."""
    return clock_time(at, "%Y-%m-%d %H:%M")


def second(at: datetime | None) -> str:
    """Return a moment to the second, with its zone."""
    return clock_time(at, "%Y-%m-%d %H:%M:%S")


def clock_time(at: datetime | None, pattern: str) -> str:
    return (
        f"{local(at):{pattern}} {local(at).strftime('%z')[:3]}:{local(at).strftime('%z')[3:]}"
        if at
        else ""
    )


def day(on: date | datetime | None) -> str:
    """Return the day, a moment's as the plant's calendar shows it."""
    return (local(on).date() if isinstance(on, datetime) else on).isoformat() if on else ""


def number(value: Decimal | int | str | None) -> str:
    """Return a number with its thousands set apart, its decimals as they are."""
    return "" if value is None else f"{Decimal(value):,f}"


def quantity(base: int | None, uom: str, *, unit: bool = True) -> str:
    """Return an integer of the base unit as people read it: ``278.29 kg``."""
    if base is None:
        return ""
    return f"{number(from_base(base, uom))} {uom}" if unit else number(from_base(base, uom))
