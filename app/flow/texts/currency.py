"""The plant's currency, as amounts and sentences show it: its code by ISO 4217."""

from __future__ import annotations

from collections.abc import Callable

DEFAULT = "CNY"
# The key of amounts among the units.
MONEY = "currency"
_code: Callable[[], str] = lambda: DEFAULT  # noqa: E731 (a default that is replaced)


def currency_by(code: Callable[[], str]) -> None:
    """Name the function that tells the code of the plant's currency (the settings do, once)."""
    global _code
    _code = code


def currency() -> str:
    """Return the code of the plant's currency: CNY."""
    return _code()


class Currency:
    """A unit that is written as the plant's currency is when somebody reads it."""

    def __str__(self) -> str:
        return currency()
