"""How quantities, days and ages read in a page."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from babel.dates import format_skeleton
from flask import Flask
from flask_login import current_user
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from app import clock
from app.documents.paper.heading import find_url
from app.documents.pdf import qr
from app.flow.texts.lazy_text import Text, _l, as_signed, halves, listed
from app.flow.texts.terms import measured, unit
from app.models.master.dictionary import things
from app.models.warehouse.lots import address
from app.plant.quantities import from_base
from app.screens.record.fact import lot_mark
from app.screens.record.material_needs import pick_mark
from app.web.languages import language


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(
        age=age,
        day=day,
        days_left=days_left,
        quantity=quantity,
        moment=moment,
        plain=plain,
        shown=shown,
        kilograms=kilograms,
        clock_time=clock_time,
        one_language=one_language,
        as_signed=as_signed,
        compact=compact,
        initials=initials,
        soon=soon,
        lasted=lasted,
        bytes=size_of,
        day_hour=day_hour,
        sentence=sentence,
        when=when,
        measured=measured,
        unit=unit,
        listed=listed,
        lot_address=address,
        lot_mark=lot_mark,
        thing_address=thing_address,
    )
    app.jinja_env.globals.update(
        ages=ages, qr=lambda ref: qr.code(find_url(ref)), pick_mark=pick_mark
    )


def thing_address(row: object) -> str:
    """The page of a product, customer, material or line; nothing for anything else, and at a
    shared tablet, where it does not open.
    """
    return "" if getattr(current_user, "spot", None) else things.address(row)


def compact(value: object) -> Markup:
    """Return JSON without blanks, safe in a single-quoted attribute: the apostrophe and what
    HTML minds are escaped.
    """
    return htmlsafe_json_dumps(
        value, dumps=lambda v: json.dumps(v, separators=(",", ":"), ensure_ascii=False)
    )


def age(span: timedelta) -> Text:
    """An age in its largest whole unit: 3 d, 5 h, 12 min."""
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes >= 24 * 60:
        return _l("%(n)s d", n=minutes // (24 * 60))
    return _l("%(n)s h", n=minutes // 60) if minutes >= 60 else _l("%(n)s min", n=minutes)


def ages() -> str:
    """The three forms of an age, for the scripts that go on counting it (static/js/ages.js)."""
    return "|".join(
        str(form)
        for form in (_l("%(n)s min", n="{n}"), _l("%(n)s h", n="{n}"), _l("%(n)s d", n="{n}"))
    )


def lasted(span: timedelta) -> str:
    """A span in its two largest units: 1 d 5 h, 3 h 20 min, 12 min."""
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes < 60:
        return str(age(span))
    rest = timedelta(minutes=minutes % (24 * 60) if minutes >= 24 * 60 else minutes % 60)
    first, second = str(age(span)), str(age(rest))
    return (
        first
        if rest < timedelta(hours=1 if minutes >= 24 * 60 else 0, minutes=1)
        else f"{first} {second}"
    )


def day_hour(value: date | datetime | None, after: datetime | None = None) -> str:
    """A day, with the hour where one is meant: Dec 4, Dec 4 08:00; the hour alone on the day of
    a moment before it.
    """
    if not isinstance(value, datetime):
        return day(value)
    at = clock.local(value)
    if after and clock.local(after).date() == at.date():
        return f"{at:%H:%M}"
    return f"{day(at.date())} {at:%H:%M}"


def sentence(text: Text) -> Text:
    """A sentence whose days and moments read as people say them."""
    return Text(
        text.msgid,
        **{
            key: day_hour(value) if isinstance(value, date) else value
            for key, value in text.args.items()
        },
    )


def days_left(days: int) -> Text:
    if days < 0:
        return _l("%(n)s d late", n=-days)
    return _l("%(n)s d left", n=days) if days else _l("today")


def day(value: date | None) -> str:
    """A day in short: Dec 4, 12月4日; with the year when it is not this year's."""
    return short(value, language(), value.year == clock.today().year) if value else "–"


@lru_cache(4096)
def short(value: date, tongue: str, this_year: bool) -> str:
    return format_skeleton("MMMd" if this_year else "yMMMd", value, locale=tongue)


def moment(value: datetime | None) -> str:
    """A moment as the plant's clocks show it: 2026-11-22 14:02."""
    return clock.local(value).strftime("%Y-%m-%d %H:%M") if value else "–"


def shown(value: object) -> object:
    """A fact's value as people read it: a day, a moment, a figure, or words as they are."""
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Decimal):
        return plain(value)
    return f"{value:,}" if isinstance(value, int) else value


def soon(value: date | datetime) -> str:
    """What lies ahead, in short: the hour of today, else the day with its hour; a day alone as
    such.
    """
    if not isinstance(value, datetime):
        return day(value)
    at = clock.local(value)
    return f"{at:%H:%M}" if at.date() == clock.today() else f"{day(at.date())} {at:%H:%M}"


def when(value: datetime | None) -> str:
    """What lies ahead, as short as it gets: the hour of today, else the month and day."""
    if value is None:
        return "–"
    at = clock.local(value)
    return f"{at:%H:%M}" if at.date() == clock.today() else f"{at:%m-%d}"


def quantity(base: int | None, uom: str) -> str:
    """A quantity of base units in the unit people count in, to three places as scales show it:
    312.5 kg.
    """
    return "–" if base is None else f"{plain(round(from_base(base, uom), 3))} {unit(uom)}"


def plain(value: Decimal | None) -> str:
    """A decimal without needless zeros, thousands grouped."""
    if value is None:
        return "–"
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def size_of(count: int) -> str:
    """The size of a file: 312 kB, 4.8 MB."""
    return (
        f"{Decimal(count) / 1_000_000:.1f} MB"
        if count >= 1_000_000
        else f"{max(1, round(count / 1000))} kB"
    )


def kilograms(mg: int | None) -> str:
    """A mass as people speak of it: whole grams of kilograms, 3,092.153 kg."""
    return (
        "–" if mg is None else f"{plain((Decimal(mg) / 1_000_000).quantize(Decimal('0.001')))} kg"
    )


def clock_time(value: datetime, after: datetime) -> str:
    """The end of a span: the hour alone on the day on which it began, else the whole moment."""
    same_day = clock.local(value).date() == clock.local(after).date()
    return clock.local(value).strftime("%H:%M") if same_day else moment(value)


def one_language(text: str) -> str:
    """The reader's half of a text that master data keeps as “中文 English” in one field; as it
    is where it has no halves.
    """
    return str(halves(text)) if text else text


def initials(name: str) -> str:
    """What stands for a name in a small place: the given name of a Chinese one, the first
    letters of others.
    """
    words = name.split()
    return (
        words[0][-2:]
        if ord(name[0]) > 0x2E80
        else "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()
    )
