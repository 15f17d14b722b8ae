"""What the figures beside a field say of it: the methods that the flow's bounds name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from app import clock
from app.flow.texts.lazy_text import Text, _l
from app.models.production.execution import Execution
from app.plant import bounds, days
from app.plant.bounds import Odd
from app.plant.quality.censored import Censored

Entered = Mapping[str, Any]
# Packaging comes by the roll; of what is weighed, beyond so many times the need it is another unit.
MOST_PREPARED = 10
READ = ("measure", "count")  # steps that take a reading


class BoundedCard(Execution):
    """The card's plan, materials, run and sample."""

    __abstract__ = True

    if TYPE_CHECKING:  # the card's own

        @property
        def made_on_paper(self) -> int: ...

    def bounds_of_run(self, entered: Entered) -> Iterator[Odd]:
        yield from days.span(entered["start"], entered["end"], longest=days.LONG_RUN)

    def bounds_of_start(self, entered: Entered) -> Iterator[Odd]:
        yield from days.ahead(clock.local(entered["start"]).date(), clock.today())

    def bounds_of_promise(self, entered: Entered) -> Iterator[Odd]:
        day, end = entered["promised_date"], clock.local(entered["end"]).date()
        if day < end:
            yield Odd(
                _l(
                    "The promise, %(day)s, lies before the end of production, %(end)s.",
                    day=day.isoformat(),
                    end=end.isoformat(),
                )
            )

    def bounds_of_picks(self, entered: Entered) -> Iterator[Odd]:
        picks = {pick.id: pick for pick in self.picks}
        for row, entry in enumerate(entered["picks"]):
            pick, quantity = picks.get(entry["pick"]), entry["quantity"]
            if pick is None or pick.lot is None or pick.requirement.kind != "raw":
                continue
            if quantity > pick.proposed * MOST_PREPARED:
                material = pick.requirement.material
                yield Odd(
                    _l(
                        "%(material)s: %(quantity)s is prepared, %(proposed)s is needed: more than "
                        "%(times)s times that. Check the unit.",
                        material=material.code,
                        quantity=bounds.in_unit(quantity, material.uom),
                        proposed=bounds.in_unit(pick.proposed, material.uom),
                        times=MOST_PREPARED,
                    ),
                    True,
                    row,
                )

    def bounds_of_step(self, entered: Entered) -> Iterator[Odd]:
        step, value = self.open_step, entered.get("value")
        if (
            step
            and step.step_no == entered["step_no"]
            and step.entry_type in READ
            and isinstance(value, (Decimal, Censored))
        ):
            lower, _, uom = self.limits_of(step)
            yield from bounds.reading(value, lower, uom, step.entry_type == "count")

    def bounds_of_good(self, entered: Entered) -> Iterator[Odd]:
        yield from bounds.most(entered["good"], self.most_good, what_a_run_gives(self.most_good))
        made = self.made_on_paper if not self.reworked else 0
        if entered["good"] + (entered.get("rejected") or 0) < made:
            yield Odd(
                _l(
                    "%(made)s units were made on paper already, before the cut-over.",
                    made=f"{made:,}",
                )
            )

    def bounds_of_rejected(self, entered: Entered) -> Iterator[Odd]:
        most = max(self.most_good, bounds.SPOILT)
        yield from bounds.most(entered["rejected"], most, what_a_run_gives(most))

    def bounds_of_size(self, entered: Entered) -> Iterator[Odd]:
        yield from bounds.sample(entered["size"], self.good, "pcs")

    def bounds_of_part(self, entered: Entered) -> Iterator[Odd]:
        whole = self.good or self.quantity
        yield from bounds.most(
            entered["quantity"],
            whole - 1,
            _l("of %(whole)s units at least one stays on this card", whole=f"{whole:,}"),
        )


def what_a_run_gives(most: int) -> Text:
    return _l("this run can have given at most %(most)s", most=f"{most:,}")
