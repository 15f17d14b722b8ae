"""When a difference between what was counted and what the book says asks for a second person."""

from __future__ import annotations

from decimal import Decimal


def is_large(difference: int, book: int, worth: Decimal, *, percent: int, most: int) -> bool:
    """Whether a difference is above ``percent`` of what the book says, or worth more than
    ``most``. What the book does not know at all is above any percentage.

    >>> is_large(-4, 100, Decimal(40), percent=5, most=500)
    False
    >>> is_large(-6, 100, Decimal(60), percent=5, most=500)
    True
    >>> is_large(-4, 100, Decimal(4000), percent=5, most=500)
    True
    >>> is_large(0, 0, Decimal(0), percent=0, most=0)
    False
    """
    return abs(difference) * 100 > percent * book or abs(worth) > most
