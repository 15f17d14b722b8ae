"""The field that a scanner types into: one code after the other, each ticks a lot off."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from wtforms import StringField
from wtforms.validators import StopValidation

from app.flow.texts.lazy_text import _l
from app.forms.records.action import Code
from app.plant import reading, scans
from app.plant.scans import LONGEST

MOST = 60  # codes of one form
NO_LOT = _l(
    "This label names no lot. Scan the other code of the label, or type the supplier’s lot number."
)


class Scans(StringField):
    """Codes as they were scanned.

    ``data`` is the list of all that were sent, ``ticked`` of those that found a lot; they are sent
    again with the form, and its empty field waits for the next code.
    """

    def __init__(self, label: Any, **kwargs: Any) -> None:
        asks = {
            "autocomplete": "off",
            "autocapitalize": "off",
            "spellcheck": "false",
            "autofocus": True,
            "maxlength": LONGEST,
            "data-scan": True,
        }
        super().__init__(label, render_kw=asks, **kwargs)

    def process_data(self, value: Any) -> None:
        self.data = []

    def process_formdata(self, valuelist: list[str]) -> None:
        # Not splitlines: to it the separator of a GS1 element string ends a line.
        codes = [code.strip(" \t") for value in valuelist for code in re.split(r"[\r\n]+", value)]
        self.data = [code[:LONGEST] for code in codes if code][:MOST]

    def take(self, record: Any) -> None:
        """Read what was sent against the record's lots, which are then listed beside the field."""
        self.record, self.found = record, record.tick(self.data)
        self.ticked = self.found.codes if record.issued_lots else ()

    @property
    def lots(self) -> list[tuple[Any, bool]]:
        """Every lot to scan, and whether it was."""
        return [(lot, lot in self.found.lots) for lot in self.record.issued_lots]

    @property
    def waits(self) -> bool:
        """Whether a further code is expected."""
        return not self.record.issued_lots or len(self.found.lots) < len(self.record.issued_lots)

    def tick(self) -> bool:
        """Take the code scanned last; whether the form comes back for more."""
        if self.found.wrong:
            self.errors = [str(self.found.wrong)]
        return bool(self.record.issued_lots)

    def refused(self, conforms: bool) -> Any:
        """The sentence against signing with what was scanned, or None."""
        return self.record.scans_refused(self.data, conforms)

    def _value(self) -> str:
        return ""


class SupplierLot(Code):
    """A supplier's lot number, typed or scanned: of a GS1 label its (10); ``expiry`` is its
    (17), or None.
    """

    @staticmethod
    def read(typed: str | None) -> str:
        return reading.code(scans.label(typed or "").get(scans.LOT) or typed)

    def pre_validate(self, form: Any) -> None:
        found = scans.label(self.raw_data[0]) if self.raw_data else {}
        if found and not found.get(scans.LOT):
            raise StopValidation(str(NO_LOT))

    @property
    def expiry(self) -> date | None:
        return (
            scans.day_of(scans.label(self.raw_data[0]).get(scans.EXPIRY, ""))
            if self.raw_data
            else None
        )
