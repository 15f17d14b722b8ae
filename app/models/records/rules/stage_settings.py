"""What the plant has set for a stage: after how long a record is old there, and how many may
stand there. Every change is on record.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, UniqueConstraint, event, select
from sqlalchemy.orm import Mapped, SessionTransaction, mapped_column

from app.database import inserting
from app.extensions import Model, db
from app.flow.flows import FLOWS
from app.flow.grammar import Flow, Stage
from app.flow.texts.lazy_text import _l
from app.models.records.column_types import Key
from app.models.records.errors import Blocked, MovedOn
from app.models.records.event import FIRST, Event
from app.models.records.sealing import sealed_rows
from app.models.records.sealing.administered import append, chain

if TYPE_CHECKING:
    from app.models.people.user import User

FLOW = "stage_setting"
KEPT = "stage_settings"
SET = ("ages_after", "soft", "hard")


class StageSetting(Model):
    """``ages_after`` in minutes, None where the procedure's own holds; ``soft`` warns, ``hard``
    refuses, None is no limit.

    ``hard`` is checked with this row locked (``app.models.records.rules.wip_limits``), so that two
    never take the last place.
    """

    __tablename__ = "stage_setting"
    __table_args__ = (UniqueConstraint("flow", "stage"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    flow: Mapped[str] = mapped_column(String(20))
    stage: Mapped[str] = mapped_column(String(40))
    ages_after: Mapped[int | None]
    soft: Mapped[int | None]
    hard: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=0)
    seq: Mapped[int] = mapped_column(default=0)
    head: Mapped[str] = mapped_column(String(64), default=FIRST)

    @property
    def history(self) -> list[Event]:
        """What was changed, oldest first."""
        return chain(FLOW, self.id)

    @classmethod
    def of(cls, flow: Flow, stage: Stage) -> StageSetting:
        """What is set for a stage; where nothing is yet, an empty one that is in no session."""
        return db.session.scalar(
            select(cls).where(cls.flow == flow.key, cls.stage == stage.key)
        ) or cls(flow=flow.key, stage=stage.key, version=0, seq=0, head=FIRST)

    @classmethod
    def change(
        cls, flow: Flow, stage: Stage, *, by: User | None, version: int, **values: int | None
    ) -> bool:
        """Set ``ages_after``, ``soft`` and ``hard`` of a stage; False where nothing differs.

        Raises MovedOn or Blocked; the caller commits.
        """
        if values["hard"] is not None and not flow.can_be_full(stage):
            raise Blocked(
                _l(
                    "“%(stage)s” lets in whatever comes; it can have no hard limit.",
                    stage=stage.label,
                )
            )
        setting = cls._locked(flow, stage)
        if setting.version != version:
            raise MovedOn(
                _l(
                    "Somebody else has changed this stage’s settings meanwhile. Here is the "
                    "current state."
                )
            )
        differing = {
            name: {"old": getattr(setting, name), "new": values[name]}
            for name in SET
            if getattr(setting, name) != values[name]
        }
        for name, change in differing.items():
            setattr(setting, name, change["new"])
        if differing:
            setting._write_event(by, {"of": flow.key, "stage": stage.key, **differing})
            db.session.info.pop(KEPT, None)
        return bool(differing)

    @classmethod
    def _locked(cls, flow: Flow, stage: Stage) -> StageSetting:
        """The row, made where there was none, held until the transaction ends."""
        first = {"flow": flow.key, "stage": stage.key, "version": 0, "seq": 0, "head": FIRST}
        new_id = db.session.scalar(
            inserting(cls)
            .values(first)
            .on_conflict_do_nothing(index_elements=["flow", "stage"])
            .returning(cls.id)
        )
        if new_id:
            sealed_rows.note(
                cls.__table__,
                new_id,
                flow=flow.key,
                stage=stage.key,
                ages_after=None,
                soft=None,
                hard=None,
            )
        return db.session.scalars(
            select(cls)
            .where(cls.flow == flow.key, cls.stage == stage.key)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one()

    def _write_event(self, by: User | None, data: dict[str, Any]) -> None:
        self.version += 1
        append(self, FLOW, "change", by=by, data=data)


# What holds now

ALL = select(*(StageSetting.__table__.c[name] for name in ("flow", "stage", *SET)))


def settings() -> Mapping[tuple[str, str], Any]:
    """What is set, by flow and stage: ``ages_after``, ``soft``, ``hard``.

    Read once a transaction, so never older than it.
    """
    if KEPT not in db.session.info:
        db.session.info[KEPT] = {(row.flow, row.stage): row for row in db.session.execute(ALL)}
    chosen: Mapping[tuple[str, str], Any] = db.session.info[KEPT]
    return chosen


@event.listens_for(db.session, "after_transaction_end")
def forget(session: Any, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(KEPT, None)


def ages_after(flow: Flow, stage: Stage) -> timedelta:
    """After how long in a stage a record is old: as it is set, else as the procedure says."""
    found = settings().get((flow.key, stage.key))
    return (
        stage.ages_after
        if found is None or found.ages_after is None
        else timedelta(minutes=found.ages_after)
    )


def all_ages() -> dict[tuple[str, str], timedelta]:
    """The same for every stage there is."""
    return {
        (flow.key, stage.key): ages_after(flow, stage)
        for flow in FLOWS.values()
        for stage in flow.stages
    }
