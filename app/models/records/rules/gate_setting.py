"""How a gate stands, for the plant or one line: turned by an administrator and the quality head
together, both on record.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, String, UniqueConstraint, event, select
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column, relationship

from app import clock
from app.database import inserting
from app.extensions import Model, db
from app.flow.roles import ADMIN, QUALITY_HEAD
from app.flow.rules.gates import Gate
from app.flow.texts.lazy_text import _l
from app.models.records.column_types import Key, Moment
from app.models.records.errors import Blocked, MovedOn
from app.models.records.event import FIRST, Event
from app.models.records.sealing import sealed_rows
from app.models.records.sealing.administered import append, chain

if TYPE_CHECKING:
    from app.models.people.user import User

FLOW = "gate_setting"
KEPT = "gate_settings"
TURNERS = (ADMIN, QUALITY_HEAD)


class GateSetting(Model):
    """``line`` is a line's code, or "" for the whole plant.

    ``mode`` is None as long as nothing was decided; ``wanted`` is what one of the two has proposed
    and the other has not confirmed yet.
    """

    __tablename__ = "gate_setting"
    __table_args__ = (UniqueConstraint("gate", "line"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    gate: Mapped[str] = mapped_column(String(40))
    line: Mapped[str] = mapped_column(String(40))
    mode: Mapped[str | None] = mapped_column(String(10))
    wanted: Mapped[str | None] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(400))
    proposed_as: Mapped[str | None] = mapped_column(String(20))
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    proposed_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=0)
    seq: Mapped[int] = mapped_column(default=0)
    head: Mapped[str] = mapped_column(String(64), default=FIRST)

    proposed_by: Mapped[User | None] = relationship()

    @property
    def history(self) -> list[Event]:
        """What was proposed and decided, oldest first."""
        return chain(FLOW, self.id)

    @classmethod
    def of(cls, gate: Gate, line: str) -> GateSetting:
        """How a gate stands; where nothing was decided, an empty setting that is in no session."""
        return db.session.scalar(select(cls).where(cls.gate == gate.key, cls.line == line)) or cls(
            gate=gate.key, line=line, reason="", version=0, seq=0, head=FIRST
        )

    @classmethod
    def locked(cls, gate: Gate, line: str, version: int) -> GateSetting:
        """The row, made where there was none, held until the transaction ends.

        Raises MovedOn for an older version.
        """
        first = {
            "gate": gate.key,
            "line": line,
            "reason": "",
            "version": 0,
            "seq": 0,
            "head": FIRST,
        }
        new_id = db.session.scalar(
            inserting(cls)
            .values(first)
            .on_conflict_do_nothing(index_elements=["gate", "line"])
            .returning(cls.id)
        )
        if new_id is not None:
            sealed_rows.note(
                cls.__table__, new_id, gate=gate.key, line=line, mode=None, wanted=None
            )
        settings = db.session.scalars(
            select(cls)
            .where(cls.gate == gate.key, cls.line == line)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one()
        if settings.version != version:
            raise MovedOn(
                _l("Somebody else has changed this gate meanwhile. Here is the current state.")
            )
        return settings

    def propose(self, by: User, mode: str | None, reason: str) -> None:
        """Say how it should stand, None as the plant or the default does; the other of the two
        decides. The caller commits.
        """
        if self.wanted is not None:
            raise Blocked(_l("A change is proposed already: confirm it, or drop it first."))
        if mode == self.mode:
            raise Blocked(_l("The gate stands so already."))
        self.wanted, self.reason, self.proposed_by, self.proposed_at = (
            mode or "",
            reason,
            by,
            clock.now(),
        )
        self.proposed_as = by.acting_role([role.key for role in TURNERS])
        self._write(by, "propose", self.proposed_as, {"wanted": mode, "reason": reason})

    def decider(self, by: User) -> str | None:
        """The role in which a person may confirm what is proposed: the other of the two roles,
        and another person.
        """
        other = next((role.key for role in TURNERS if role.key != self.proposed_as), None)
        if other is None or self.wanted is None or by.id == self.proposed_by_id:
            return None
        return other if by.has_role([other]) else None

    def confirm(self, by: User) -> None:
        """Turn the gate as proposed. Raises Blocked for whoever may not."""
        role = self.decider(by)
        if role is None:
            raise Blocked(
                _l(
                    "An administrator and the quality head turn a gate together: another person "
                    "must confirm it."
                )
            )
        old, self.mode = self.mode, self.wanted or None
        self._forget()
        self._write(by, "confirm", role, {"mode": [old, self.mode]})
        db.session.info.pop(KEPT, None)

    def withdraw(self, by: User) -> None:
        """Drop what was proposed: either of the two may."""
        if self.wanted is None:
            raise MovedOn(
                _l("Somebody else has changed this gate meanwhile. Here is the current state.")
            )
        proposed = self.wanted or None
        self._forget()
        self._write(
            by, "withdraw", by.acting_role([role.key for role in TURNERS]), {"wanted": proposed}
        )

    def _forget(self) -> None:
        self.wanted = self.proposed_by = self.proposed_at = self.proposed_as = None
        self.reason = ""

    def _write(self, by: User, action: str, role: str | None, data: dict[str, object]) -> None:
        self.version += 1
        append(
            self,
            FLOW,
            action,
            by=by,
            data={"gate": self.gate, "line": self.line, **data},
            roles=[role] if role else (),
        )


def to_decide(user: User) -> int:
    """How many proposals wait for this person's decision; nothing is asked for who turns no
    gate.
    """
    if not user.has_role([role.key for role in TURNERS]):
        return 0
    proposed = db.session.scalars(select(GateSetting).where(GateSetting.wanted.is_not(None)))
    return sum(setting.decider(user) is not None for setting in proposed)


# What holds now


def modes() -> Mapping[tuple[str, str], str]:
    """What is decided, by gate and line. Read once a transaction."""
    if KEPT not in db.session.info:
        rows = db.session.execute(
            select(GateSetting.gate, GateSetting.line, GateSetting.mode).where(
                GateSetting.mode.is_not(None)
            )
        )
        db.session.info[KEPT] = {(row.gate, row.line): row.mode for row in rows}
    chosen: Mapping[tuple[str, str], str] = db.session.info[KEPT]
    return chosen


def mode_of(gate: Gate, line: str) -> str:
    """How a gate stands for a line: as decided for it, else for the plant, else as it begins."""
    chosen = modes()
    return chosen.get((gate.key, line)) or chosen.get((gate.key, "")) or gate.default


def otherwise(gate: Gate, line: str) -> str:
    """How a gate stands in a place where nothing is decided for it alone."""
    return (modes().get((gate.key, "")) if line else None) or gate.default


@event.listens_for(db.session, "after_transaction_end")
def forget(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(KEPT, None)
