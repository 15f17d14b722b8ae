"""What the lines of a formula add up to, told while somebody types them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from app.flow.texts.lazy_text import Text, _l

WHOLE = Decimal(100)


def told(shares: Iterable[Decimal]) -> Text:
    """The sum of shares in percent, and what is missing to the whole or too much."""
    total = sum(shares, Decimal(0))
    if total == WHOLE:
        return _l("The lines add up to %(total)s %%.", total=WHOLE)
    difference = abs(total - WHOLE)
    sums = {"total": plain(total), "difference": plain(difference)}
    if total < WHOLE:
        return _l("The lines add up to %(total)s %%: %(difference)s %% is missing.", **sums)
    return _l("The lines add up to %(total)s %%: %(difference)s %% is too much.", **sums)


def plain(number: Decimal) -> str:
    return format(number.normalize() if number else Decimal(0), "f")
