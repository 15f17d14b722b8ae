"""What people see of a record and find it by; each kind says its own."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Self

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Mapped

from app import clock, row_locks
from app.extensions import Model, db
from app.flow.grammar import Flow, Stage
from app.flow.texts.lazy_text import Text
from app.plant import reading


class Description(Model):
    """The words on a card, the words of a search, and the way from a number to its record."""

    __abstract__ = True
    flow: ClassVar[Flow]

    if TYPE_CHECKING:  # columns of every record, and the number that each kind has its own way
        id: Mapped[int]
        number: Mapped[Any]
        stage: Mapped[str]
        since: Mapped[datetime]

    @property
    def ref(self) -> str:
        """What people call it: its number."""
        number: str = self.number
        return number

    @property
    def headline(self) -> Any:
        """The product, customer or material that people know it by."""
        return self.ref

    @property
    def amount(self) -> Text | str:
        """How much of it, with its unit; empty where nothing is counted."""
        return ""

    @property
    def party(self) -> Any:
        """For whom, or from whom."""
        return ""

    @classmethod
    def shown_with(cls) -> tuple[Any, ...]:
        """Loader options for what a card's body shows of its neighbours."""
        return ()

    @classmethod
    def opened_with(cls) -> tuple[Any, ...]:
        """Loader options for what its guards ask of its neighbours, whatever is done to it."""
        return ()

    def search_words(self) -> list[str]:
        """What people may look it up by, besides the names of what it is about."""
        return [self.ref]

    def search_subjects(self) -> list[Any]:
        """The customers, products and materials it is about."""
        return []

    @property
    def carrier(self) -> Any | None:
        """The record that carries it on while nothing can be done here."""
        return None

    @property
    def concerned(self) -> Any:
        """The record that somebody looks at who has just done something to this one."""
        return self

    @property
    def card_key(self) -> str:
        """What its card on a board is called."""
        return f"card-{self.flow.key}-{self.id}"

    @property
    def current_stage(self) -> Stage:
        return self.flow.stage(self.stage)

    @property
    def age(self) -> timedelta:
        """How long it has been in this stage."""
        return clock.now() - self.since

    @classmethod
    def find(cls, ref: str, hold: bool = False) -> Self | None:
        """Return the record of a number with the neighbours its card shows, or None; its row is
        held until the transaction ends where ``hold`` says so.
        """
        statement = (
            cls.numbered_and_held() if hold and row_locks.are_asked_for() else cls.numbered()
        )
        record = (
            db.session.scalars(statement, {"ref": reading.code(ref).upper()}).unique().one_or_none()
        )
        if hold and record is not None:
            row_locks.held().add((record.flow.key, record.id))
        return record

    @classmethod
    def is_called(cls, ref: Any) -> Any:
        """The condition that a record has a number."""
        return cls.number == ref

    @classmethod
    @cache
    def numbered(cls) -> Any:
        return (
            select(cls)
            .where(cls.is_called(bindparam("ref")))
            .options(*cls.shown_with(), *cls.opened_with())
        )

    @classmethod
    @cache
    def numbered_and_held(cls) -> Any:
        return cls.numbered().with_for_update(of=cls).execution_options(populate_existing=True)

    @classmethod
    @cache
    def among(cls) -> Any:
        """The SELECT of the records with these ``ids`` and the neighbours their cards show."""
        return (
            select(cls)
            .where(cls.id.in_(bindparam("ids", expanding=True)))
            .options(*cls.shown_with())
        )
