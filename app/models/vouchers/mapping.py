"""The plant's mapping as a whole, read once for all lines."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from sqlalchemy import select

from app.extensions import db
from app.flow.texts.lazy_text import Text, _l
from app.models.master import Material, Product, StorageZone
from app.models.master.voucher_map import VoucherCode, VoucherColumn
from app.models.master.voucher_map.codes import ITEM, MAPPED, UNIT

FINISHED = (
    select(StorageZone)
    .where(StorageZone.kind == "finished", StorageZone.active)
    .order_by(StorageZone.code.desc())
)


class Unmapped(Exception):
    """Something of ours that the mapping does not name."""

    def __init__(self, kind: str, ours: str) -> None:
        super().__init__(f"{kind} {ours}")
        self.kind, self.ours = kind, ours

    @property
    def sentence(self) -> Text:
        return _l("%(what)s %(code)s has no code there.", what=MAPPED[self.kind], code=self.ours)


@dataclass(frozen=True)
class Mapping:
    """``columns`` in their order, ``codes`` by what they are and what we call them; ``finished``
    are the zones of finished goods by the class that stands there.
    """

    columns: tuple[VoucherColumn, ...]
    codes: dict[tuple[str, str], VoucherCode]
    finished: dict[str, str]

    @classmethod
    def read(cls) -> Mapping:
        columns = select(VoucherColumn).where(VoucherColumn.active)
        codes = select(VoucherCode).where(VoucherCode.active)
        return cls(
            tuple(db.session.scalars(columns.order_by(VoucherColumn.position))),
            {(code.kind, code.ours): code for code in db.session.scalars(codes)},
            {each: zone.code for zone in db.session.scalars(FINISHED) for each in zone.classes},
        )

    def columns_of(self, voucher: str) -> list[VoucherColumn]:
        """The columns of the files of a kind of voucher."""
        return [c for c in self.columns if not c.vouchers or voucher in c.vouchers]

    def needs(self, voucher: str) -> set[str]:
        """What must be said in the files of a kind of voucher."""
        return {column.says for column in self.columns_of(voucher)}

    def theirs(self, kind: str, ours: str) -> str:
        """What one of ours is called there. Raises Unmapped."""
        return self.code(kind, ours).theirs

    def code(self, kind: str, ours: str) -> VoucherCode:
        """The same with all that is said of it. Raises Unmapped."""
        found = self.codes.get((kind, ours))
        if found is None:
            raise Unmapped(kind, ours)
        return found

    def unit_of(self, item: str, uom: str) -> tuple[str, Decimal]:
        """The unit in which they count one of our items, and how many of ours one of it is.

        Raises Unmapped.
        """
        own = self.code(ITEM, item)
        if own.unit:
            return own.unit, own.per or Decimal(1)
        unit = self.code(UNIT, uom)
        return unit.theirs, unit.per or Decimal(1)

    def home_of(self, item: Material | Product) -> str:
        """The zone where an item belongs. To the bookkeeping quarantine is no warehouse of its
        own: what stands there, and moves to and fro, is booked where it belongs.
        """
        if isinstance(item, Material):
            return item.storage_zone
        return self.finished.get(item.incompat_class, item.incompat_class)

    @cached_property
    def items(self) -> dict[str, str]:
        """Our codes of items by theirs."""
        return {code.theirs: ours for (kind, ours), code in self.codes.items() if kind == ITEM}
