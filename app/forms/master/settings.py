"""What a plant sets for itself: a field for each declared setting; empty is not set."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from babel.core import get_global
from babel.numbers import get_currency_name
from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import Length, Optional, Regexp, ValidationError

from app.flow.rules import settings as s
from app.flow.rules.numbers import ORDERS, SERIES, setting_of
from app.flow.texts.currency import currency
from app.flow.texts.lazy_text import _l
from app.forms.fields.numbers import Between
from app.forms.records.action import Whole, Words, offered
from app.forms.records.form import Form, Version
from app.plant import reading
from app.web.languages import language

UNSET = ("", _l("Not set"))
PREFIXES = tuple(map(setting_of, SERIES))
LETTERS = re.compile(r"[A-Z][A-Z0-9]*\Z")
NO_LETTERS = _l("Capital letters and digits, a letter first.")


class SettingsForm(Form):
    """``version`` is what the form was drawn from."""

    key = HiddenField()
    version = Version()

    money_on_record = False

    def validate_currency(self, field: SelectField) -> None:
        """Amounts on record stay what they are, so their currency does."""
        if self.money_on_record and (field.data or s.SETTINGS["currency"].default) != currency():
            raise ValidationError(
                str(_l("It stays %(currency)s: orders are on record in it.", currency=currency()))
            )

    def validate(self, extra_validators: Any = None) -> bool:
        """No two series begin alike, and a number is more than digits."""
        is_valid = super().validate(extra_validators)
        begins = {key: self[key].data or s.SETTINGS[key].default for key in PREFIXES}
        said: dict[str, str] = {}
        for key, prefix in begins.items():
            if prefix in said:
                label = s.SETTINGS[said[prefix]].label
                self.refuse(key, _l("“%(label)s” begin with that already.", label=label))
                is_valid = False
            said.setdefault(prefix, key)
        if self.number_year.data == s.NO and not begins[setting_of(ORDERS)]:
            self.refuse(setting_of(ORDERS), _l("Without the year, orders need letters in front."))
            is_valid = False
        return is_valid

    def refuse(self, key: str, why: Any) -> None:
        self[key].errors = [*self[key].errors, str(why)]

    @property
    def values(self) -> dict[str, str]:
        """What was entered, by the setting's key."""
        entered = {key: self[key].data for key in s.ENTERED}
        return {key: "" if value is None else str(value) for key, value in entered.items()}


def field(declared: s.Declared) -> Any:
    """The field of a setting."""
    hint = declared.hint or ""
    if declared.kind == s.WHOLE:
        bounds = Between(0, declared.most, _l("Between 0 and %(most)s.", most=declared.most))
        how = {"inputmode": "numeric", "autocomplete": "off", "unit": declared.unit}
        return Whole(declared.label, [Optional(), bounds], description=hint, render_kw=how)
    if declared.kind == s.PREFIX:
        typed = [lambda text: (reading.code(text) or "").upper()]
        how = {"autocomplete": "off", "spellcheck": "false", "placeholder": declared.default}
        return StringField(
            declared.label,
            [Optional(), Length(max=declared.most), Regexp(LETTERS, message=NO_LETTERS)],
            typed,
            description=hint,
            render_kw=how,
        )
    if declared.kind == s.ZONE:
        return listed(declared, [(name, name) for name in sorted(available_timezones())])
    if declared.kind == s.CURRENCY:
        return listed(declared, currencies)
    if declared.kind == s.CHOICE:
        return listed(declared, declared.choices)
    return Words(declared.label, length=declared.most, description=hint)


def listed(
    declared: s.Declared, pairs: Iterable[tuple[str, Any]] | Callable[[], Iterable[tuple[str, Any]]]
) -> Any:
    """The field of a setting that is one of a list; what was not sent is not set."""
    return SelectField(
        declared.label,
        choices=lambda: offered([UNSET, *(pairs() if callable(pairs) else pairs)]),
        default="",
        description=declared.hint or "",
    )


def currencies() -> Iterator[tuple[str, str]]:
    """The world's currencies by their codes, with what the reader calls them."""
    for code in sorted(tender()):
        yield code, f"{code} · {get_currency_name(code, locale=language())}"


@cache
def tender() -> frozenset[str]:
    """The codes of what is paid with somewhere today."""
    return frozenset(
        code
        for used in get_global("territory_currencies").values()
        for code, _from, until, is_tender in used
        if until is None and is_tender
    )


for _declared in s.ENTERED.values():
    setattr(SettingsForm, _declared.key, field(_declared))
