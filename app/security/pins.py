"""PINs for the shared tablets: six digits, so that the pad sends itself with the last; good only
at a paired tablet.
"""

from __future__ import annotations

import re
from itertools import pairwise

from app.flow.texts.lazy_text import Text, _l
from app.security.passwords import normal

LENGTH = 6
DEMO_PIN = "246810"  # of everybody on a database that is marked demo
PIN = re.compile(r"[0-9]{6}")
# Patterns on the pad, words spoken as digits, halves that mirror: what people who choose digits
# choose most.
COMMON = frozenset(
    [
        "112233",
        "159357",
        "159753",
        "147258",
        "258369",
        "147369",
        "142536",
        "520131",
        "201314",
        "131452",
        "520520",
        "168168",
        "888666",
        "789456",
        "456789",
        "741852",
        "963852",
        "159951",
        "110110",
        "119119",
        "121314",
        "102030",
        "123654",
        "456123",
        "789123",
        "321123",
    ]
)


def pin_weakness(pin: str) -> Text | None:
    """Return why a new PIN is refused, or None: not six digits, or among the first that others
    would try.
    """
    digits = normal(pin)
    if not PIN.fullmatch(digits):
        return _l("A PIN is six digits.")
    first, second = digits[:3], digits[3:]
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(digits)}
    if (
        len(set(digits)) < 3
        or len(steps) == 1
        or second in (first, first[::-1])
        or digits in COMMON
        or digits == DEMO_PIN
    ):
        return _l("This PIN is among the first that others would try. Choose another one.")
    return None
