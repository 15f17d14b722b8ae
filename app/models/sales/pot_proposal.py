"""What Sales propose to the planner at the review (clause 1.2): that a line takes several pots, or
that lines of one formula share one. The planner decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, select, tuple_
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app.extensions import Model, db
from app.flow.orders import ORDERS
from app.flow.texts.lazy_text import Text, _l, listed
from app.models.records.column_types import Key
from app.models.records.errors import Blocked
from app.models.records.kinds import kind_of
from app.models.records.record import Record

if TYPE_CHECKING:
    from app.models.people.user import User
    from app.models.sales.order import Order
    from app.models.sales.order_line import OrderLine

Place = tuple[int, int]  # an order's id and the number of its line


class PotProposal(Model):
    """One line of a proposal: ``pots`` it shall take, and ``pot``, which lines that share one have
    in common: the id of the first of them.
    """

    __tablename__ = "pot_proposal"
    __table_args__ = (
        UniqueConstraint("order_id", "line_no"),
        Index("ix_pot_proposal_pot", "pot"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    pot: Mapped[int | None] = mapped_column(Key)
    pots: Mapped[int] = mapped_column(default=1)
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"))
    line_no: Mapped[int]

    order: Mapped[Order] = relationship()

    @classmethod
    def of(cls, places: Sequence[Place]) -> list[PotProposal]:
        """What is proposed of some lines."""
        here = tuple_(cls.order_id, cls.line_no).in_(places)
        return list(db.session.scalars(select(cls).where(here))) if places else []

    @property
    def beside(self) -> list[PotProposal]:
        """The other lines that shall share its pot, those that still wait to be planned."""
        if self.pot is None:
            return []
        others = (
            select(PotProposal)
            .where(PotProposal.pot == self.pot, PotProposal.id != self.id)
            .options(joinedload(PotProposal.order))
            .order_by(PotProposal.id)
        )
        return [each for each in db.session.scalars(others) if each.still_counts]

    @property
    def line(self) -> OrderLine | None:
        return next((x for x in self.order.lines if x.line_no == self.line_no), None)

    @property
    def still_counts(self) -> bool:
        """Whether its line is still one to be planned."""
        line = self.line
        return bool(line and not line.declined and not self.order.current_stage.ends)

    @property
    def said(self) -> Text | None:
        """The proposal in a sentence; None where nothing is left of it."""
        if self.pots > 1:
            return _l("in %(pots)s pots", pots=self.pots)
        beside = self.beside
        if not beside:
            return None
        names = listed(f"{each.order.ref}/{each.line_no}" for each in beside)
        return _l("in one pot with %(lines)s", lines=names)


class Proposing(Record):
    """``propose_pots`` of an order."""

    __abstract__ = True

    if TYPE_CHECKING:  # the order's own

        @property
        def open_lines(self) -> list[OrderLine]: ...

    def propose_pots(
        self, by: User, *, line_no: int, pots: int = 1, partners: Sequence[Place] = ()
    ) -> dict[str, Any]:
        """Propose pots for a line, in place of what was proposed before of it and the
        ``partners``. Raises Blocked where lines of several formulas would share one.
        """
        own = (self.id, line_no)
        lines = [line_at(place) for place in (own, *partners)]
        if len({line.product.formula_id if line.product else None for line in lines}) != 1:
            raise Blocked(_l("Only products of one formula share a pot."))
        forget([own, *partners])
        rows = [
            PotProposal(order_id=number, line_no=at, pots=1 if partners else pots)
            for number, at in (own, *partners)
        ]
        db.session.add_all(rows)
        db.session.flush()
        if partners:
            for row in rows:
                row.pot = rows[0].id
        return {"order_line": line_no, "pots": rows[0].said}

    def proposals(self) -> dict[int, Text]:
        """What is proposed of its lines, by their numbers."""
        places = [(self.id, line.line_no) for line in self.open_lines]
        return {each.line_no: said for each in PotProposal.of(places) if (said := each.said)}


def forget(places: Sequence[Place]) -> None:
    """Take back what was proposed of some lines; a pot that one line alone is left of is none."""
    rows = PotProposal.of(places)
    pots = {row.pot for row in rows} - {None}
    for row in rows:
        db.session.delete(row)
    db.session.flush()
    for pot in pots:
        left = list(db.session.scalars(select(PotProposal).where(PotProposal.pot == pot)))
        if len(left) == 1:
            db.session.delete(left[0])
    db.session.flush()


def line_at(place: Place) -> OrderLine:
    """The open line of a place. Raises Blocked for one that is none any more."""
    order: Any = db.session.get(kind_of(ORDERS), place[0])
    line = next((x for x in order.open_lines if x.line_no == place[1]), None) if order else None
    if line is None:
        raise Blocked(_l("The lines have changed meanwhile. Load the page again."))
    return line
