"""What the figures of one column add up to, as a page asks for it while somebody types."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from app.flow.texts.lazy_text import Text, _l
from app.plant import reading
from app.plant.production import formula_sum

KIND = "sum"
MOST = 500  # figures that are added up
UNREAD = _l("Not every line is a number yet.")


def told(asked: Iterable[tuple[str, str]]) -> Text | str:
    """What is said of the figures sent under the name that ``of`` gives, alone or as the column
    of a grid (``lines-3-percent``); ``rest`` is the sum of those that are not on the page.
    """
    sent = list(asked)
    column = dict(sent).get("of", "")
    typed = [text for name, text in sent if name == column or name.endswith(f"-{column}")]
    rest = dict(sent).get("rest", "")
    try:
        return formula_sum.told(numbers([*typed[:MOST], rest])) if column else ""
    except ValueError:
        return UNREAD


def numbers(typed: Iterable[str]) -> Iterator[Decimal]:
    """The figures among what was typed; empty fields are none. Raises ValueError."""
    return (reading.number(text) for text in typed if reading.words(text))
