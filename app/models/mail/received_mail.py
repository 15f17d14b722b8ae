"""A mail that came in: kept as it came, by its hash, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint, and_, func, or_, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app import clock
from app.extensions import Model, db
from app.flow.roles import SALES
from app.models.records.column_types import Json, Key, Moment
from app.models.records.event import FIRST
from app.models.records.papers.attachment import Attachment
from app.models.records.sealing.administered import append
from app.models.records.sealing.sealed_rows import PERSONAL
from app.models.sales.order import Order

if TYPE_CHECKING:
    from app.models.people.user import User

FLOW = "mail"
DRAFT, REPLY, NO_ORDER, KNOWN, DAMAGED = "draft", "reply", "no_order", "known", "damaged"
LOOKED_AT, LAID_ASIDE, CORRECTED = "looked_at", "laid_aside", "corrected"
PUT_TO_ORDER = "put_to_order"
# Words about people: an erased one is forgotten here as well (app/models/people/erasure.py).
PERSONAL["received_mail"] = frozenset(ERASABLE := ("sender", "subject"))


class ReceivedMail(Model):
    """``message_key`` is its Message-ID, or where it has none the hash of the raw message.

    ``told_at`` is the date that it says itself, ``matched`` how the sender was taken for a
    customer: a claim. ``proposed`` are the lines that were read, each with where it stood; it waits
    until somebody of Sales has looked at it (``settled_at``).
    """

    __tablename__ = "received_mail"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    message_key: Mapped[str] = mapped_column(String(300), unique=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    sender: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(String(300))
    told_at: Mapped[datetime | None] = mapped_column(Moment)
    received_at: Mapped[datetime] = mapped_column(Moment)
    became: Mapped[str] = mapped_column(String(10))
    why: Mapped[str] = mapped_column(String(200))
    matched: Mapped[str] = mapped_column(String(10))
    automatic: Mapped[bool]
    proposed: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("sales_order.id"), index=True)
    settled_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    seq: Mapped[int] = mapped_column(default=0)
    head: Mapped[str] = mapped_column(String(64), default=FIRST)

    order: Mapped[Order | None] = relationship()

    @classmethod
    def put_on_record(
        cls, files: list[Attachment], *, by: User | None, **facts: Any
    ) -> ReceivedMail:
        """Put a mail on record with its files, the message itself first. The caller commits."""
        mail = cls(received_at=clock.now(), seq=0, head=FIRST, **facts)
        db.session.add(mail)
        db.session.flush()
        said = {name: facts[name] for name in ("message_key", "sha256", "became", *ERASABLE)}
        mail.write("came_in", by, said | {"order": mail.order.ref if mail.order else None})
        for file in files:
            event = append(mail, FLOW, "attach", by=by, data=file.facts, roles=(SALES.key,))
            file.flow, file.record_id, file.event_id = FLOW, mail.id, event.id
            db.session.add(file)
            db.session.flush()
        return mail

    def write(self, action: str, by: User | None, data: dict[str, Any]) -> None:
        append(self, FLOW, action, by=by, data=data, private=ERASABLE, roles=(SALES.key,))

    def settle(self, action: str, by: User, order: Order | None = None) -> None:
        """Somebody of Sales has said what it is: ``looked_at``, ``laid_aside`` (it is no order),
        ``corrected`` (the order was) or ``put_to_order``.
        """
        if action == LAID_ASIDE:
            self.became = self.became if self.order else NO_ORDER
        if order is not None and order is not self.order:
            self.order, self.became = order, REPLY
        if action != PUT_TO_ORDER:
            self.settled_at = clock.now()
        self.write(action, by, {"order": self.order.ref if self.order else None})

    @property
    def files(self) -> list[Attachment]:
        """What is kept of it, the message itself first."""
        kept = select(Attachment).where(Attachment.flow == FLOW, Attachment.record_id == self.id)
        return list(db.session.scalars(kept.order_by(Attachment.id)))

    @property
    def is_draft(self) -> bool:
        """Whether its order is still as it was made of it: nobody has begun to review it."""
        return self.became == DRAFT and self.order is not None and self.order.current_stage.admits

    @property
    def is_erased(self) -> bool:
        """Whether its sender was erased: then its words are shown no more."""
        return not self.sender

    @classmethod
    def known(cls, message_key: str, sha256: str) -> ReceivedMail | None:
        """The mail that came before, by its number or its content."""
        same = or_(cls.message_key == message_key, cls.sha256 == sha256)
        return db.session.scalar(select(cls).where(same).limit(1))

    @classmethod
    def answered(cls, keys: list[str]) -> Order | None:
        """The order of the newest mail of these numbers that has one."""
        named = and_(cls.message_key.in_(keys), cls.order_id.is_not(None))
        mail = db.session.scalar(select(cls).where(named).order_by(cls.id.desc()).limit(1))
        return mail.order if mail else None

    @classmethod
    def waiting(cls) -> int:
        """How many wait for somebody of Sales."""
        count = select(func.count()).select_from(cls).where(cls.settled_at.is_(None))
        return db.session.scalar(count) or 0

    @classmethod
    def latest(cls, *, waiting: bool, before: int | None, most: int) -> list[ReceivedMail]:
        """The newest that wait, or that were settled; before a number where one is given."""
        statement = (
            select(cls)
            .where(cls.settled_at.is_(None) if waiting else cls.settled_at.is_not(None))
            .options(joinedload(cls.order))
            .order_by(cls.id.desc())
            .limit(most)
        )
        if before is not None:
            statement = statement.where(cls.id < before)
        return list(db.session.scalars(statement))


class MailPlace(Model):
    """Where a mail lay on a server: what is on record by this key is not fetched again."""

    __tablename__ = "mail_place"
    __table_args__ = (UniqueConstraint("account", "folder", "uidvalidity", "uid"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    mail_id: Mapped[int] = mapped_column(ForeignKey("received_mail.id"), index=True)
    account: Mapped[str] = mapped_column(String(200))
    folder: Mapped[str] = mapped_column(String(200))
    uidvalidity: Mapped[int] = mapped_column(BigInteger)
    uid: Mapped[int] = mapped_column(BigInteger)

    @classmethod
    def of(cls, account: str, folder: str, uidvalidity: int) -> set[int]:
        """The numbers of a folder that are on record."""
        here = select(cls.uid).where(
            cls.account == account, cls.folder == folder, cls.uidvalidity == uidvalidity
        )
        return set(db.session.scalars(here))
