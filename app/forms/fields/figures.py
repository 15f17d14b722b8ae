"""The field of a figure alone, as a page asks for its verdict while somebody types."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from werkzeug.datastructures import ImmutableMultiDict
from wtforms import Form

from app.forms.fields.measurement import Measurement
from app.forms.fields.numbers import Number, Whole
from app.plant.reading import number

KINDS: dict[str, type[Whole | Number]] = {each.kind: each for each in (Whole, Number, Measurement)}
LONGEST = 200  # signs of a figure that are read


def told(kind: str, asked: Mapping[str, str]) -> str:
    """What the field of this kind says of what was typed, sent under the name that ``of`` gives.

    Raises KeyError for a kind that there is not, ValueError for limits that are none.
    """
    field: Any = KINDS[kind]("").bind(form=Form(), name="figure")
    if kind == Measurement.kind:
        lower, upper = (limit(asked.get(name)) for name in ("lower", "upper"))
        if lower is not None and upper is not None and lower > upper:
            raise ValueError("the lower limit is above the upper one")
        field.within(lower, upper, asked.get("uom", ""), "halts" in asked)
    typed = asked.get(asked.get("of", ""), "")[:LONGEST]
    field.process(ImmutableMultiDict({"figure": typed}))
    return str(field.told)


def limit(given: str | None) -> Decimal | None:
    return number(given) if given else None
