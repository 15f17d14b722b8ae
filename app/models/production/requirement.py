"""What a plan needs, and the lots picked for it (clauses 2.1 and 3.1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    String,
    bindparam,
    func,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload

from app import clock
from app.database import few
from app.extensions import Model, db
from app.flow.texts.lazy_text import Text, _l
from app.models.master import Material, Product
from app.models.records.column_types import Exact, Key, Moment, Quantity
from app.models.warehouse.stock import Lot
from app.plant.production import requirements as plant
from app.plant.quantities import ceil_whole
from app.plant.warehouse.fefo import Lot as PlantLot
from app.required import required

if TYPE_CHECKING:
    from app.models.people.user import User
    from app.models.production.plan import Plan


class Requirement(Model):
    """One material of a plan: base units needed, loss included; ``percent`` of the formula where
    it has one.
    """

    __tablename__ = "requirement"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    position: Mapped[int]
    material_id: Mapped[int] = mapped_column(ForeignKey("material.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    percent: Mapped[Decimal | None] = mapped_column(Exact)
    nominal: Mapped[Decimal | None] = mapped_column(Exact)
    quantity: Mapped[int] = mapped_column(Quantity)

    plan: Mapped[Plan] = relationship(back_populates="requirements")
    material: Mapped[Material] = relationship(lazy="joined", innerjoin=True)
    picks: Mapped[list[Pick]] = relationship(
        back_populates="requirement", order_by="Pick.id", lazy="selectin"
    )

    @classmethod
    def of(cls, position: int, need: plant.Requirement, material: Material) -> Requirement:
        return cls(
            position=position,
            material=material,
            kind=need.kind,
            percent=need.percent,
            nominal=need.nominal,
            quantity=need.quantity,
            picks=[],
        )

    @property
    def live_picks(self) -> list[Pick]:
        """The picks that count: not refused, not returned."""
        return [p for p in self.picks if p.accepted is not False and not p.returned]

    @property
    def tolerance_pct(self) -> Decimal:
        """How far below the need weighing may stay: the formula's tolerance; nothing for what is
        counted.
        """
        lines = self.plan.formula.lines if self.plan.formula else []
        return next(
            (line.weigh_tolerance_pct for line in lines if line.material_id == self.material_id),
            Decimal(0),
        )

    @property
    def is_prepared(self) -> bool:
        """Whether what was weighed and counted out reaches the need, within the tolerance."""
        prepared = sum((Fraction(p.given or 0) * p.strength for p in self.live_picks), Fraction(0))
        return self.suffices(prepared, self.needed)

    @property
    def needed(self) -> int:
        """Base units at nominal strength; of water what was left of the bulk when the lots were
        picked.
        """
        first = next(iter(self.live_picks), None)
        return first.proposed if first and self.material.untracked else self.quantity

    def suffices(self, quantity: Fraction, needed: int) -> bool:
        return quantity >= needed * (1 - Fraction(self.tolerance_pct) / 100)

    @property
    def open_quantity(self) -> int:
        """What the live picks leave open, in base units at nominal strength: a refused lot opens
        its share again, and so does one that gave less than was proposed, or of which less was
        received, beyond the tolerance.
        """
        if self.material.untracked and any(not p.issued for p in self.live_picks):
            return 0  # more is drawn from the mains
        covered = sum((Fraction(p.counted) * p.strength for p in self.live_picks), Fraction(0))
        return 0 if self.suffices(covered, self.needed) else ceil_whole(self.needed - covered)


class Pick(Model):
    """So much of one lot from one zone for one requirement; water from the mains has no lot."""

    __tablename__ = "pick"
    # What is still to be handed over is looked for among all that ever was.
    __table_args__ = (
        Index(
            "ix_pick_waiting",
            "lot_id",
            postgresql_where=text("issued IS false"),
            sqlite_where=text("issued IS 0"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    requirement_id: Mapped[int] = mapped_column(ForeignKey("requirement.id"), index=True)
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"), index=True)
    zone: Mapped[str | None] = mapped_column(String(40))
    proposed: Mapped[int] = mapped_column(Quantity)
    prepared: Mapped[int | None] = mapped_column(Quantity)
    prepared_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    prepared_at: Mapped[datetime | None] = mapped_column(Moment)
    issued: Mapped[bool] = mapped_column(default=False)
    accepted: Mapped[bool | None]
    received: Mapped[int | None] = mapped_column(Quantity)
    variance: Mapped[str] = mapped_column(String(400), default="")
    returned: Mapped[int] = mapped_column(Quantity, default=0)

    requirement: Mapped[Requirement] = relationship(back_populates="picks")
    lot: Mapped[Lot | None] = relationship(lazy="joined")
    prepared_by: Mapped[User | None] = relationship()

    @classmethod
    def is_waiting(cls) -> ColumnElement[bool]:
        """The condition that it is not handed over yet."""
        return few(cls.issued.is_(False))

    @classmethod
    def spoilt(cls, plan_id: int, day: date) -> list[Pick]:
        """The picks of a plan that were handed over and whose lot cannot be used on a day."""
        ids = db.session.scalars(cls.no_longer_usable(), {"plan": plan_id, "day": day}).all()
        picks = (db.session.get_one(cls, number) for number in ids)
        return [pick for pick in picks if pick.given]

    @classmethod
    @cache
    def no_longer_usable(cls) -> Any:
        """The SELECT of the ids of a ``plan``'s picks that were issued, count, and are of lots
        that cannot be used on a ``day``, in the order of the sheet: mostly none.
        """
        return (
            select(cls.id)
            .join(cls.requirement)
            .join(cls.lot)
            .where(
                Requirement.plan_id == bindparam("plan"),
                cls.issued,
                cls.accepted.is_not(False),
                cls.returned == 0,
                ~Lot.usable_on(bindparam("day", type_=Date)),
            )
            .order_by(Requirement.position, cls.id)
        )

    @property
    def given(self) -> int | None:
        """What was counted of it last: as received by Production, until then as weighed; None
        before.
        """
        return self.prepared if self.received is None else self.received

    @property
    def counted(self) -> int:
        """What it gives: as counted, until then as proposed."""
        return self.proposed if self.given is None else self.given

    @property
    def gave_less(self) -> bool:
        """Whether less was weighed out than was proposed: there is no more of the lot, whatever
        the books say.
        """
        return self.prepared is not None and self.prepared < self.proposed

    def not_acceptable(self) -> Text | None:
        """Why Production may not accept it: its lot may not be used any more."""
        if self.lot is None or self.lot.is_usable(clock.today()):
            return None
        return _l(
            "Lot %(lot)s has expired or is blocked; refuse its line, and the warehouse brings "
            "another.",
            lot=self.lot.lot_no,
        )

    @property
    def strength(self) -> Fraction:
        """How much of the nominal material each base unit of the lot stands for."""
        nominal = self.requirement.nominal
        if nominal is None:
            return Fraction(1)
        return Fraction(required(required(self.lot).assay)) / Fraction(nominal)


def formula_of(product: Product) -> list[plant.FormulaLine]:
    """The formula of a product as the plant's arithmetic takes it."""
    return [
        plant.FormulaLine(
            line.material.code,
            line.percent,
            line.material.nominal_active_pct if line.potency_correct else None,
            line.material.untracked,
        )
        for line in product.formula.lines
    ]


def materials_of(product: Product) -> list[Material]:
    """What a product is made of and packed in."""
    return [
        *(line.material for line in product.formula.lines),
        *(item.material for item in product.packaging),
    ]


def needs_of(product: Product, bulk: int, units: int) -> list[tuple[plant.Requirement, Material]]:
    """What ``bulk`` mg and ``units`` packs of a product need, each with its material, raw
    materials first.
    """
    items = [
        plant.PackagingItem(i.material.code, i.units_per_item, i.scrap_pct)
        for i in product.packaging
    ]
    materials = {material.code: material for material in materials_of(product)}
    needs = [*plant.raw_materials(formula_of(product), bulk), *plant.packaging(items, units)]
    return [(need, materials[need.material_code]) for need in needs]


def lots_on_offer(materials: Iterable[int], day: date) -> dict[int, list[tuple[Lot, int]]]:
    """Return the usable lots of each material id with what no plan has picked, in two queries."""
    ids = list(materials)
    picked = dict(
        db.session.execute(
            select(Pick.lot_id, func.sum(func.coalesce(Pick.prepared, Pick.proposed)))
            .join(Requirement)
            .where(
                Requirement.material_id.in_(ids),
                Pick.is_waiting(),
                Requirement.plan.has(withdrawn=False),
            )
            .group_by(Pick.lot_id)
        ).all()
    )
    lots = db.session.scalars(
        select(Lot)
        .where(
            Lot.material_id.in_(ids),
            Lot.usable_on(day),
            Lot.is_there(),
        )
        .options(selectinload(Lot.stocks))
        .order_by(Lot.id)
    )
    offer: dict[int, list[tuple[Lot, int]]] = defaultdict(list)
    for lot in lots:
        offer[required(lot.material_id)].append(
            (lot, max(0, lot.quantity - int(picked.get(lot.id) or 0)))
        )
    return offer


def as_plant_lots(offer: Iterable[tuple[Lot, int]]) -> tuple[PlantLot, ...]:
    return tuple(
        PlantLot(lot.lot_no, free, lot.expiry, lot.assay, lot.status) for lot, free in offer
    )
