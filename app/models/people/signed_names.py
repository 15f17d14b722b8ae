"""The names under which people sign: a record shows what somebody was called then, and tells
namesakes apart.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import case, select
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.extensions import db
from app.models.records.column_types import Json, normal


class SignedNames:
    """``former_names`` says until when (ISO 8601) which name was theirs, oldest first;
    ``has_namesake``, whether somebody else has, or had, one of their names.
    """

    login: Mapped[str]
    name: Mapped[str]

    former_names: Mapped[list[list[str]]] = mapped_column(Json, default=list)
    has_namesake: Mapped[bool] = mapped_column(default=False)

    def name_at(self, at: datetime) -> str:
        """The name under which they signed at a moment, whatever they are called since."""
        former = (old for until, old in self.former_names if at < datetime.fromisoformat(until))
        return self.told_apart(next(former, self.name))

    @hybrid_property
    def known_as(self) -> str:
        """Today's name, with the login where a colleague has the same."""
        return self.told_apart(self.name)

    @known_as.inplace.expression
    @classmethod
    def _known_as(cls) -> Any:
        return case((cls.has_namesake, cls.name + " (" + cls.login + ")"), else_=cls.name)

    def told_apart(self, name: str) -> str:
        return f"{name} ({self.login})" if self.has_namesake else name

    def leave_name(self) -> None:
        """Remember the name that they had until now."""
        self.former_names = [*self.former_names, [clock.now().isoformat(), self.name]]

    @property
    def all_names(self) -> set[str]:
        """Every name that is or was theirs, folded as the search folds."""
        return {
            normal(name).strip() for name in (self.name, *(old for _, old in self.former_names))
        }


def tell_apart(people: Any) -> None:
    """Mark those of ``people`` (the class of users) who share a name, today's or a former one,
    with somebody else.
    """
    db.session.flush()
    everybody = list(db.session.scalars(select(people)))
    bearers = Counter(name for person in everybody for name in person.all_names)
    for person in everybody:
        person.has_namesake = any(bearers[name] > 1 for name in person.all_names)
