"""What is scanned on the line: every lot that was issued to the card, each once (clause 4.2)."""

from __future__ import annotations

from dataclasses import dataclass

from app.flow.texts.lazy_text import Text, _l, listed
from app.models.production.materials import Materials
from app.models.records.column_types import normal
from app.models.records.errors import Blocked
from app.models.warehouse.stock import Lot
from app.plant.scans import Scan, read


@dataclass(frozen=True)
class Ticked:
    """The lots found by scanning with the codes that found them, and what was wrong with the
    others.
    """

    lots: tuple[Lot, ...]
    codes: tuple[str, ...]
    wrong: Text | None = None


class Scanning(Materials):
    """The card's lots, to tick off by scanning."""

    __abstract__ = True

    @property
    def issued_lots(self) -> list[Lot]:
        """The lots handed over for the run, each once, in the order of the sheet; where a rework
        needs none, those in the goods.
        """
        needs = self.requirements or (self.made_by.requirements if self.made_by else [])
        return list(
            dict.fromkeys(
                p.lot for need in needs for p in need.live_picks if p.lot and p.issued and p.given
            )
        )

    def tick(self, codes: list[str]) -> Ticked:
        """Read codes one after the other; the first that is none of the card's lots, or was
        there before, is told.
        """
        code_of_lot: dict[Lot, str] = {}
        wrong = None
        for code in codes:
            lot = self.lot_scanned(
                read(code), left=[x for x in self.issued_lots if x not in code_of_lot]
            )
            if lot is None:
                wrong = wrong or _l(
                    "“%(code)s” is none of this card’s lots. Expected: %(lots)s.",
                    code=code[:60],
                    lots=listed(x.lot_no for x in self.issued_lots if x not in code_of_lot) or "–",
                )
            elif lot in code_of_lot:
                wrong = wrong or _l(
                    "Lot %(lot)s was scanned before; each is scanned once.", lot=lot.lot_no
                )
            else:
                code_of_lot[lot] = code
        return Ticked(tuple(code_of_lot), tuple(code_of_lot.values()), wrong)

    def lot_scanned(self, scan: Scan, left: list[Lot]) -> Lot | None:
        """Which of the card's lots a code means, by the plant's number or the supplier's; of two
        with one supplier's number the one that is left.
        """
        lots = self.issued_lots
        for number in map(normal, scan.numbers):
            named = [x for x in lots if normal(x.lot_no) == number and scan.lot_id in (None, x.id)]
            if not scan.lot_id:
                named = named or [
                    x for x in lots if x.supplier_lot and normal(x.supplier_lot) == number
                ]
            if named and number:
                return next((x for x in named if x in left), named[0])
        return None

    def scans_missing(self, ticked: Ticked) -> Text | None:
        """The sentence that names the lots still to scan."""
        missing = [lot.lot_no for lot in self.issued_lots if lot not in ticked.lots]
        return _l("Still to scan: %(lots)s.", lots=listed(missing)) if missing else None

    def scans_refused(self, codes: list[str], conforms: bool = True) -> Text | None:
        """Why a step is not signed with these scans; where not all is as it must be, some may be
        missing.
        """
        if not self.issued_lots:
            return None if codes or not conforms else _l("Nothing was scanned.")
        ticked = self.tick(codes)
        return ticked.wrong or (self.scans_missing(ticked) if conforms else None)

    def read_scans(self, codes: list[str] | str, conforms: bool) -> str:
        """The numbers of the lots that the codes of a scan step mean; what was read, where the
        card has no lots. Raises Blocked where they are not the card's.
        """
        codes = [codes] if isinstance(codes, str) and codes else list(codes)
        if refusal := self.scans_refused(codes, conforms):
            raise Blocked(refusal)
        if not self.issued_lots:
            return ", ".join(codes)
        return ", ".join(lot.lot_no for lot in self.tick(codes).lots)


def in_brief(value: str, room: int = 120) -> str:
    """A reading as its step keeps it; of many lots the first, the last and how many.

    The event names all.
    """
    if len(value) <= room:
        return value
    lots = value.split(", ")
    return f"{lots[0][:50]} … {lots[-1][:50]} ({len(lots)})"
