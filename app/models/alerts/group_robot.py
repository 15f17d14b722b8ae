"""Group robots of WeCom, DingTalk and Feishu: where to, for whom, and what they are to tell.

The address is a secret: it is shown and recorded nowhere, and events seal only its hash.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.database import inserting
from app.extensions import Model, db
from app.flow.texts.lazy_text import Text, _l
from app.models.people.user import User
from app.models.records.column_types import Json, Key, Moment
from app.models.records.errors import Blocked, MovedOn
from app.models.records.event import FIRST, Event
from app.models.records.sealing.administered import append, chain

FLOW = "robot"
SET = ("name", "kind", "roles", "language", "active")
SECRET = ("address_secret", "signing_secret")
HALT, OVERDUE, BACKUP, TEST = "halt", "overdue", "backup", "test"
PAPER_DAY = "paper_day"


class Robot(Model):
    """``roles`` are those whom its group serves; ``last`` what came of the last sending: when,
    whether it arrived, the answer in words. ``tried_at`` and ``busy_until`` keep it to one
    message every few seconds, sent by one worker.
    """

    __tablename__ = "robot"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    address_secret: Mapped[str] = mapped_column(String(500))
    signing_secret: Mapped[str] = mapped_column(String(200), default="")
    roles: Mapped[list[str]] = mapped_column(Json)
    language: Mapped[str] = mapped_column(String(12))
    active: Mapped[bool] = mapped_column(default=True)
    last: Mapped[dict[str, Any] | None] = mapped_column(Json)
    tried_at: Mapped[datetime | None] = mapped_column(Moment)
    busy_until: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=0)
    seq: Mapped[int] = mapped_column(default=0)
    head: Mapped[str] = mapped_column(String(64), default=FIRST)

    @property
    def history(self) -> list[Event]:
        """What was set, oldest first."""
        return chain(FLOW, self.id)

    @property
    def answer(self) -> Text | None:
        """What came of the last sending, in words."""
        return Text.from_json(self.last["said"]) if self.last else None

    @property
    def answered_at(self) -> datetime | None:
        return datetime.fromisoformat(self.last["at"]) if self.last else None

    @classmethod
    def everyone(cls) -> list[Robot]:
        """All of them by name, those that are switched off too."""
        return list(db.session.scalars(select(cls).order_by(cls.name)))

    @classmethod
    def serving(cls, roles: Collection[str]) -> list[Robot]:
        """The active robots whose group has one of these roles."""
        rows = db.session.scalars(select(cls).where(cls.active).order_by(cls.id))
        return [robot for robot in rows if not set(roles).isdisjoint(robot.roles)]

    # How it is set

    @classmethod
    def create(cls, *, by: User | None, **values: Any) -> Robot:
        """Set up a robot. Raises Blocked for a name that another has; the caller commits."""
        cls._must_be_free(values["name"])
        robot = cls(version=0, seq=0, head=FIRST, **values)
        db.session.add(robot)
        db.session.flush()
        robot._write("create", by, {name: values[name] for name in SET})
        return robot

    def change(self, *, by: User | None, version: int, **values: Any) -> bool:
        """Set it otherwise; an empty address or secret stays as it is.

        False where nothing differs. Raises MovedOn or Blocked.
        """
        db.session.refresh(self, with_for_update=True)
        if version != self.version:
            raise MovedOn(
                _l("Somebody else has changed this robot meanwhile. Here is the current state.")
            )
        if values["name"] != self.name:
            self._must_be_free(values["name"])
        values = {name: value for name, value in values.items() if name not in SECRET or value}
        facts: dict[str, Any] = {
            name: {"old": getattr(self, name), "new": values[name]}
            for name in SET
            if getattr(self, name) != values[name]
        }
        facts |= (
            {"changed_secrets": changed_secrets}
            if (
                changed_secrets := [
                    n for n in SECRET if values.get(n, getattr(self, n)) != getattr(self, n)
                ]
            )
            else {}
        )
        for name, value in values.items():
            setattr(self, name, value)
        if facts:
            self._write("change", by, facts)
        return bool(facts)

    @classmethod
    def _must_be_free(cls, name: str) -> None:
        if db.session.scalar(select(cls.id).where(cls.name == name)):
            raise Blocked(_l("Another robot is called “%(name)s”.", name=name))

    def _write(self, action: str, by: User | None, data: dict[str, Any]) -> None:
        self.version += 1
        append(self, FLOW, action, by=by, data=data)


class RobotMessage(Model):
    """Something that a robot is to tell, as long as ``settled_at`` is empty; ``about`` keeps it
    from being told twice.
    """

    __tablename__ = "robot_message"
    __table_args__ = (
        UniqueConstraint("robot_id", "about"),
        Index("ix_robot_message_waiting", "robot_id", "settled_at"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    robot_id: Mapped[int] = mapped_column(ForeignKey("robot.id"))
    kind: Mapped[str] = mapped_column(String(10))
    about: Mapped[str] = mapped_column(String(80))
    said: Mapped[dict[str, Any]] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(Moment)
    settled_at: Mapped[datetime | None] = mapped_column(Moment)

    @classmethod
    def put(cls, robot: Robot, kind: str, about: str, said: Text) -> bool:
        """Have a robot tell something once; False where it was told, or waits to be, already."""
        row = {
            "robot_id": robot.id,
            "kind": kind,
            "about": about[:80],
            "said": said.to_json(),
            "at": clock.now(),
        }
        statement = (
            inserting(cls)
            .values(row)
            .on_conflict_do_nothing(index_elements=["robot_id", "about"])
            .returning(cls.id)
        )
        return db.session.scalar(statement) is not None

    @classmethod
    def waiting(cls, robot_id: int) -> list[RobotMessage]:
        """What it is still to tell, oldest first."""
        return list(
            db.session.scalars(
                select(cls)
                .where(cls.robot_id == robot_id, cls.settled_at.is_(None))
                .order_by(cls.id)
            )
        )
