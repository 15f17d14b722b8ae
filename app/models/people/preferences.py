"""How a person wants to be shown things: kept with them, so that it holds at every machine.

Nothing that is a fact of the plant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, String, bindparam, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from app.database import rows_changed
from app.extensions import Model, db
from app.flow.texts.lazy_text import _l
from app.models.records.column_types import Json, Key
from app.models.records.errors import Refused
from app.plant import reading

if TYPE_CHECKING:
    from app.models.people.user import User

SAVED = 20
SOUND, FOLDED = "sound", "folded"


class Preferring:
    """``preferences`` are the person's own choices by name."""

    preferences: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)

    @property
    def wants_sound(self) -> bool:
        """Whether a new anomaly may be heard."""
        return bool(self.preferences.get(SOUND))

    def want_sound(self, wanted: bool) -> None:
        self.preferences = {**self.preferences, SOUND: wanted}

    def folded_on(self, department: str) -> tuple[str, ...]:
        """The columns of a board that the person has folded away, as ``flow.stage``."""
        return tuple(self.preferences.get(FOLDED, {}).get(department, ()))

    def fold(self, department: str, column: str, folded: bool) -> None:
        """Fold a column of a board away, or open it."""
        others = [each for each in self.folded_on(department) if each != column]
        chosen = {
            **self.preferences.get(FOLDED, {}),
            department: sorted([*others, column] if folded else others),
        }
        self.preferences = {**self.preferences, FOLDED: chosen}


class SavedView(Model):
    """A view of one board that a person keeps under a name of their own.

    Sharing it is sharing its address.
    """

    __tablename__ = "saved_view"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    department: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(40))
    query: Mapped[str] = mapped_column(String(2400))

    @classmethod
    def of(cls, user: User, department: str) -> list[SavedView]:
        return list(db.session.scalars(OWN, {"person": user.id, "board": department}))

    @classmethod
    def keep(cls, user: User, department: str, name: str, query: str) -> SavedView:
        """Keep the view of an address; one of the same name is replaced.

        Raises Refused without a name, without anything to keep, or with too many.
        """
        name = " ".join(reading.line(name).split())[:40].strip()
        if not name or not query:
            raise Refused(_l("Give the view a name, and choose a filter, an order or lanes first."))
        cls.forget(user, cls.user_id == user.id, cls.department == department, cls.name == name)
        if (
            db.session.scalar(
                select(func.count()).where(cls.user_id == user.id, cls.department == department)
            )
            or 0
        ) >= SAVED:
            raise Refused(
                _l("You keep %(count)s views of this board already; delete one first.", count=SAVED)
            )
        view = cls(user_id=user.id, department=department, name=name, query=query)
        db.session.add(view)
        return view

    @classmethod
    def forget(cls, user: User, *which: Any) -> bool:
        """Delete views of this person; says whether there were any."""
        return bool(rows_changed(delete(cls).where(cls.user_id == user.id, *which)))


# Every board asks it.
OWN = (
    select(SavedView)
    .where(SavedView.user_id == bindparam("person"), SavedView.department == bindparam("board"))
    .order_by(SavedView.name, SavedView.id)
)
