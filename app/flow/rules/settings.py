"""What a plant may set for itself, as the page of settings asks for it."""

from __future__ import annotations

from dataclasses import dataclass

from app.flow.texts.lazy_text import Text, _l


@dataclass(frozen=True)
class Declared:
    """One setting: the key it is kept under, what it is called, how long it may be."""

    key: str
    label: Text
    hint: Text | None = None
    most: int = 120


SETTINGS = (
    Declared("company_zh", _l("Company (Chinese)")),
    Declared("company_en", _l("Company (English)")),
    Declared("address_zh", _l("Address (Chinese)"), most=200),
    Declared("address_en", _l("Address (English)"), most=200),
    Declared("phone", _l("Phone"), _l("Stands beside the address."), most=60),
)
# Turned by a button of the first steps' own page.
START_ASIDE = Declared("start_aside", _l("First steps put aside"))
LABELS = {declared.key: declared.label for declared in (*SETTINGS, START_ASIDE)}
