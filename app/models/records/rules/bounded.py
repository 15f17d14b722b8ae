"""What the figures beside a field say of it: the methods that the flows' bounds name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from app import clock
from app.flow.texts.lazy_text import Text, _l
from app.plant import bounds, days
from app.plant.bounds import Odd
from app.plant.quality.censored import Censored
from app.plant.quality.verdict import ASSAY, FAILED, judge

Entered = Mapping[str, Any]
# A payment may round up, or carry tax; beyond so many times what is due it is a slip of the finger.
MOST_PAID = 2
# Packaging comes by the roll; of what is weighed, beyond so many times the need it is another unit.
MOST_PREPARED = 10
READ = ("measure", "count")  # steps that take a reading


class BoundedOrder:
    """An order's payments."""

    def bounds_of_payment(self, entered: Entered) -> Iterator[Odd]:
        amount, due = entered["amount"], self.amount_due - self.amount_paid
        if wrong := next(bounds.money(amount), None):
            yield wrong
        elif amount > due * MOST_PAID:
            yield Odd(
                _l(
                    "%(amount)s CNY: only %(due)s CNY is still due; this is far above it.",
                    amount=f"{amount:,}",
                    due=f"{due:,}",
                )
            )


class BoundedRequisition:
    """What comes in for a purchase."""

    def bounds_of_receipt(self, entered: Entered) -> Iterator[Odd]:
        material = self.material
        yield from bounds.receipt(
            entered["quantity"],
            self.rest,
            self.quantity,
            material.uom,
            material.receipt_tolerance_pct,
        )

    def bounds_of_assay(self, entered: Entered) -> Iterator[Odd]:
        if (value := entered.get("assay")) is not None:
            yield from bounds.assay(value, self.material.assay_min_pct, self.material.assay_max_pct)

    def bounds_of_expiry(self, entered: Entered) -> Iterator[Odd]:
        if day := entered.get("expiry"):
            yield from days.expiry(day, clock.today(), self.material.shelf_life_days)


class BoundedSample:
    """A sample's size, and what is read on it."""

    def bounds_of_size(self, entered: Entered) -> Iterator[Odd]:
        yield from bounds.sample(entered["size"], self.lot.quantity, self.lot.uom)

    def bounds_of_results(self, entered: Entered) -> Iterator[Odd]:
        results = {result.id: result for result in self.results}
        for row, entry in enumerate(entered["results"]):
            result, value = results.get(entry["result"]), entry.get("value")
            if (
                result is None
                or result.is_text
                or not isinstance(value, (Decimal, Censored))
                or value == result.reading
            ):
                continue
            yield from (
                Odd(odd.sentence, odd.possible, row)
                for odd in self.bounds_of_reading(result, value)
            )

    def bounds_of_reading(self, result: Any, value: Decimal | Censored) -> Iterator[Odd]:
        """A reading that misses its limits is typed twice and fails: no more is asked of it."""
        if wrong := next(bounds.reading(value, result.lower, result.uom), None):
            yield wrong
        elif result.code == ASSAY and self.card is None and isinstance(value, Decimal):
            material, failed = self.lot.material, judge(value, result.lower, result.upper) == FAILED
            found = bounds.assay(value, material.assay_min_pct, material.assay_max_pct)
            yield from (odd for odd in found if not (odd.possible and failed))


class BoundedCard:
    """The card's plan, materials, run and sample."""

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


class BoundedShipment:
    """What is packed, and when it came."""

    def bounds_of_packages(self, entered: Entered) -> Iterator[Odd]:
        units = sum(card.good for card in self.cards)
        yield from bounds.most(
            entered["packages"], units, _l("%(units)s units are to be packed", units=f"{units:,}")
        )

    def bounds_of_pallets(self, entered: Entered) -> Iterator[Odd]:
        packages = entered["packages"]
        yield from bounds.most(
            entered["pallets"] or 0,
            packages,
            _l("%(packages)s cases or drums stand on them", packages=f"{packages:,}"),
        )

    def bounds_of_arrival(self, entered: Entered) -> Iterator[Odd]:
        day, left = entered["received_on"], self.shipped_at and clock.local(self.shipped_at).date()
        if left and day < left:
            yield Odd(
                _l(
                    "The goods left on %(day)s; they were not received before.",
                    day=left.isoformat(),
                )
            )
        elif left and day - left > timedelta(days=365):
            yield Odd(
                _l(
                    "The goods left on %(day)s, more than a year before %(received)s.",
                    day=left.isoformat(),
                    received=day.isoformat(),
                ),
                True,
            )
