"""Revisions of controlled documents (clause 四): written by one person, signed by another, in
force from their day on.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app import clock
from app.extensions import db
from app.flow.master.revisions import (
    BRING_IN,
    KINDS,
    MISS_ITS_DAY,
    PRICES,
    REVISE,
    REVISIONS,
    SUPERSEDE,
    TAKE_EFFECT,
    DocumentKind,
)
from app.flow.production import PRODUCTION_ORDERS, TOLD_OF_REVISION
from app.flow.rules.tags import DRAFT, IN_FORCE, TO_TAKE_EFFECT
from app.flow.texts.lazy_text import Both, Text, _l
from app.models.controlled.contents import (
    EMPTY,
    Content,
    line_changes,
    named,
    next_edition,
    tidy,
    what_is_wrong,
)
from app.models.controlled.in_force import HOMES, Home
from app.models.controlled.on_paper import OnPaper, Paper
from app.models.master import Product
from app.models.master.editing import works
from app.models.records.column_types import Json, Moment
from app.models.records.errors import Blocked, Forbidden, Refused
from app.models.records.kinds import kind_of
from app.models.records.number_series import next_number

if TYPE_CHECKING:
    from app.models.people.user import User


MOST_NAMED = 30  # lines that an event names


class Revision(OnPaper):
    """One revision of a document: ``kind`` and ``code`` name the document, ``edition`` the version
    that it becomes, ``former_edition`` and ``former`` what was in force when it was begun.
    ``source`` names the file that it came from.
    """

    __tablename__ = "revision"
    __table_args__ = (
        Index("ix_revision_board", "stage", "due"),
        Index("ix_revision_document", "kind", "code"),
        Index("ix_revision_paper_list", "paper_list"),
    )
    flow = REVISIONS

    number: Mapped[str] = mapped_column(String(30), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(40))
    edition: Mapped[str] = mapped_column(String(10))
    former_edition: Mapped[str] = mapped_column(String(10), default="")
    reason: Mapped[str] = mapped_column(String(400))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    effective_on: Mapped[date]
    took_effect_at: Mapped[datetime | None] = mapped_column(Moment)
    source: Mapped[str] = mapped_column(String(200), default="")
    content: Mapped[Content] = mapped_column(Json, default=EMPTY)
    former: Mapped[Content] = mapped_column(Json, default=EMPTY)

    author: Mapped[User | None] = relationship(foreign_keys=[author_id])

    @property
    def document(self) -> DocumentKind:
        return KINDS[self.kind]

    @property
    def home(self) -> Home:
        return HOMES[self.kind]

    @property
    def title(self) -> Any:
        """What the document is about: its own words, where it is new."""
        head = self.content["head"]
        word = "title" if "title_zh" in head else "name"
        own = Both(head.get(f"{word}_zh") or "", head.get(f"{word}_en") or "")
        return self.home.title(self.code) or own

    @property
    def headline(self) -> Any:
        return _l("%(kind)s %(code)s", kind=self.document.label, code=self.code)

    @property
    def amount(self) -> Text:
        return _l("revision %(edition)s", edition=self.edition)

    @property
    def party(self) -> Any:
        return self.author.name_at(self.created_at) if self.author else self.paper_author

    @classmethod
    def shown_with(cls) -> tuple[Any, ...]:
        return (joinedload(cls.author),)

    def search_words(self) -> list[str]:
        return [self.number, self.code, self.edition]

    def search_subjects(self) -> list[Any]:
        product = Product.by_code(self.code)
        return [product] if product else []

    # Who

    def roles_to_write(self) -> set[str]:
        return {role.key for role in self.document.authors}

    def roles_to_sign(self) -> set[str]:
        return {role.key for role in self.document.approvers}

    def who_did(self, key: str, by: User) -> list[int]:
        """Whoever had a hand in writing it may not sign it."""
        return sorted({*self.doers.get(key, ()), by.id})

    # What guards ask

    def fault(self) -> Text | None:
        return what_is_wrong(self.home.layout, self.content)

    def users(self) -> str:
        """The products that new plans make by it, in words; one that is not in force has none."""
        if not self.current_stage.has(IN_FORCE):
            return ""
        return ", ".join(product.code for product in self.home.users(self.code)[:5])

    # Effects

    def revise(
        self,
        by: User | None,
        *,
        kind: str,
        code: str,
        reason: str,
        effective_on: date,
        edition: str = "",
        content: Content | None = None,
        source: str = "",
    ) -> dict[str, Any]:
        """Begin a revision: it says what the one in force says, until somebody writes."""
        if by and not by.has_role({role.key for role in KINDS[kind].authors}):
            raise Forbidden(_l("Your role may not write this: %(kind)s.", kind=KINDS[kind].label))
        self.begin(by, kind, code, reason, effective_on, edition, source)
        self.content = tidy(self.home.layout, content) if content else self.former
        return self.told()

    def bring_in(
        self,
        by: User | None,
        *,
        kind: str,
        code: str,
        reason: str,
        content: Content,
        edition: str = "",
        source: str = "",
    ) -> dict[str, Any]:
        """Put in force what a file says, on a plant that does not work yet. Nobody signs."""
        self.begin(by, kind, code, reason, clock.today(), edition, source)
        self.content = tidy(self.home.layout, content)
        if wrong := self.fault():
            raise Blocked(wrong)
        self.replace_former(by)
        return self.told()

    @classmethod
    def fault_of_paper(cls, kind: str, code: str, paper: Paper) -> Text | None:
        """Why a document cannot be taken over from paper so."""
        home = HOMES[kind]
        known = home.called(code)
        own = home.edition(known) if known else ""
        if not own:
            return _l(
                "There is no “%(code)s” here (%(kind)s). Bring in what stands in it first.",
                code=code,
                kind=KINDS[kind].label,
            )
        if other := under_way(kind, known):
            return _l(
                "Revision %(number)s of it is under way; finish that one first.",
                number=other.number,
            )
        if there := in_force(kind, known):
            return _l("It is in force already, by revision %(number)s.", number=there.number)
        if not home.fits(known, paper.edition):
            return _l(
                "The paper is edition %(said)s, but what stands here is edition %(own)s.",
                said=paper.edition,
                own=own,
            )
        if paper.since > clock.today():
            return _l("Its day is still to come: begin a revision of it instead.")
        return what_is_wrong(home.layout, home.content(known))

    def begin(
        self,
        by: User | None,
        kind: str,
        code: str,
        reason: str,
        effective_on: date,
        edition: str,
        source: str,
    ) -> None:
        # The number first: whoever else begins one of the same document waits for it.
        self.number = next_number("DR")
        if not (known := HOMES[kind].called(code)):
            raise Blocked(_l("There is no “%(code)s”.", code=code))
        code = known
        self.kind, self.code, self.reason, self.author = kind, code, reason, by
        self.effective_on = self.due = effective_on
        self.source, self.took_effect_at = source, None
        if other := under_way(kind, code):
            raise Blocked(
                _l(
                    "Revision %(number)s of it is under way; finish that one first.",
                    number=other.number,
                )
            )
        self.former_edition = self.home.edition(code)
        self.former = self.home.content(code) if self.former_edition else EMPTY
        taken = editions(kind, code) | {self.former_edition}
        self.edition = edition or next_edition(self.former_edition)
        while not edition and self.edition in taken:
            self.edition = next_edition(self.edition)
        if self.edition in taken:
            raise Blocked(_l("Version %(version)s is taken; choose another.", version=edition))

    def told(self) -> dict[str, Any]:
        """What an event says of a revision that began."""
        return {
            "number": self.number,
            "document": self.headline,
            "revision": self.edition,
            "former": self.former_edition,
            "effective_on": self.effective_on,
            "source": self.source,
            "reason": self.reason,
        }

    def write_contents(
        self, by: User, *, content: Content, reason: str, effective_on: date, edition: str
    ) -> dict[str, Any]:
        """Write what is to stand in it, why, and from when; checked when it is submitted."""
        if edition != self.edition and edition in editions(self.kind, self.code) | {
            self.former_edition
        }:
            raise Blocked(_l("Version %(version)s is taken; choose another.", version=edition))
        before = {
            "revision": self.edition,
            "why": self.reason,
            "effective_on": self.effective_on,
        }
        layout, written = self.home.layout, tidy(self.home.layout, content)
        lines = line_changes(layout, self.content, written)
        self.content = written
        self.reason, self.edition = reason, edition
        self.effective_on = self.due = effective_on
        now = {"revision": edition, "why": reason, "effective_on": effective_on}
        return {
            "changed": {key: [before[key], now[key]] for key in now if before[key] != now[key]},
            "contents": [named(each) for each in lines if each.old != each.new][:MOST_NAMED],
        }

    def after_approval(self) -> str:
        return "effective" if self.took_effect_at else "approved"

    def approve(self, by: User) -> dict[str, Any]:
        """Sign it: it takes effect on its day, at once where that has come."""
        if self.effective_on <= clock.today():
            self.effective_on = clock.today()
            self.replace_former(by)
        return {
            "document": self.headline,
            "revision": self.edition,
            "effective_on": self.effective_on,
        }

    def take_effect(self, by: User | None) -> dict[str, Any]:
        """Its day has come."""
        self.replace_former(by)
        return {"document": self.headline, "revision": self.edition}

    def miss_its_day(self, by: User | None, *, hindrance: Text) -> dict[str, Any]:
        """Its day has come, and something speaks against it."""
        return {"document": self.headline, "revision": self.edition, "hindrance": hindrance}

    def call_back(self, by: User, *, reason: str) -> dict[str, Any]:
        """Take it out of force, or out of what is to come."""
        if self.took_effect_at:
            self.home.retire(self.code)
        return {"document": self.headline, "revision": self.edition}

    # Parts

    def replace_former(self, by: User | None) -> None:
        """Let the rows say what it says; supersede the one before, and tell the plans that are
        not issued.
        """
        if self.changed_meanwhile():
            raise Blocked(
                _l("Another revision took effect meanwhile; begin this one anew from that.")
            )
        with db.session.no_autoflush:
            former = in_force(self.kind, self.code)
        self.home.replace(self.code, self.edition, self.content, self.effective_on)
        self.took_effect_at, self.due = clock.happened(), None
        if former is not None:
            former.perform(SUPERSEDE.key, by=by)
        self.tell_plans(by)

    def changed_meanwhile(self) -> bool:
        """Whether what is in force is not what it was begun from; of prices others may be new."""
        if self.home.edition(self.code) != self.former_edition:
            return True
        listed = not self.home.layout.owner
        return (
            not listed and self.former_edition != "" and self.home.content(self.code) != self.former
        )

    def tell_plans(self, by: User | None) -> None:
        cards = kind_of(PRODUCTION_ORDERS)
        products = [product.id for product in self.home.users(self.code)]
        told = select(cards).where(
            cards.stands_in(PRODUCTION_ORDERS.tagged(DRAFT)), cards.product_id.in_(products)
        )
        for card in db.session.scalars(told.order_by(cards.id)).all():
            if self.kind in card.behind:
                card.perform(
                    TOLD_OF_REVISION.key, by=by, document=self.headline, edition=self.edition
                )

    @classmethod
    def from_file(
        cls,
        kind: str,
        code: str,
        content: Content,
        *,
        by: User | None,
        source: str,
        edition: str = "",
        reason: str = "",
    ) -> Self | None:
        """What a file says of a document as a revision of its own, which names the file: in force
        at once on a plant that does not work yet, later as a draft that waits for its author. None
        where it says what is in force already.

        ``content`` is ``{"head": {…}, "lines": [{…}, …]}`` by the names of the data dictionary, as
        its forms give them; ``by`` is None for the command line. Raises Refused; the caller
        commits.
        """
        home = HOMES[kind]
        if home.edition(code) and tidy(home.layout, content) == home.content(code):
            return None
        more: dict[str, Any] = {"effective_on": clock.today()} if works() else {}
        return cls.create(
            REVISE.key if more else BRING_IN.key,
            by=by,
            kind=kind,
            code=code,
            content=content,
            source=source,
            edition=edition,
            reason=reason or str(source),
            **more,
        )

    @classmethod
    def is_due(cls) -> Any:
        """The condition that one is signed and its day has come."""
        return cls.stage.in_(REVISIONS.tagged(TO_TAKE_EFFECT)) & (cls.due <= clock.today())

    @classmethod
    def prices_due(cls) -> dict[str, Decimal]:
        """What products cost by a price list whose day has come and that no worker has put in
        force yet, by their codes.
        """
        due = select(cls.content).where(cls.is_due(), cls.kind == PRICES.key).limit(1)
        content = db.session.scalar(due) or EMPTY
        return {line["product"]: Decimal(line["list_price"]) for line in content["lines"]}

    @classmethod
    def any_due(cls) -> bool:
        return db.session.scalar(select(cls.id).where(cls.is_due()).limit(1)) is not None

    @classmethod
    def put_due_in_force(cls, most: int = 100) -> int:
        """Let take effect what was signed and whose day has come; how many did. Whoever needs the
        revision in force asks for it first, so that it never depends on the worker's round.
        """
        # Who is at one already need not be waited for: it may wait for a card that is held here.
        due = select(cls).where(cls.is_due()).order_by(cls.id).limit(most)
        due = due.with_for_update(of=cls, skip_locked=True)
        with db.session.no_autoflush:
            rows = db.session.scalars(due).all()
        return sum(revision.come_into_force() for revision in rows)

    def come_into_force(self) -> bool:
        """Take effect; False where something speaks against it: then it is its approvers' again,
        who read why.
        """
        try:
            with db.session.begin_nested():
                self.lock()
                if self.stage not in TAKE_EFFECT.sources:
                    return False
                self.perform(TAKE_EFFECT.key, by=None)
        except Refused as refusal:
            self.perform(MISS_ITS_DAY.key, by=None, hindrance=refusal.sentence)
            return False
        return True


def of_document(kind: str, code: str) -> Any:
    """The SELECT of a document's revisions, the latest first."""
    return (
        select(Revision)
        .where(Revision.kind == kind, Revision.code == code)
        .order_by(Revision.id.desc())
    )


def in_force(kind: str, code: str) -> Revision | None:
    """The revision that wrote what is in force; none where that was there before revisions were
    signed.
    """
    here = Revision.stage.in_(REVISIONS.tagged(IN_FORCE))
    return db.session.scalar(of_document(kind, code).where(here).limit(1))


def under_way(kind: str, code: str) -> Revision | None:
    """The revision of a document that is being written or signed, or waits for its day."""
    going = [key for key in REVISIONS.open if not REVISIONS.stage(key).has(IN_FORCE)]
    with db.session.no_autoflush:
        return db.session.scalar(of_document(kind, code).where(Revision.stage.in_(going)).limit(1))


def editions(kind: str, code: str) -> set[str]:
    """The versions of a document that are taken: a draft that was given up leaves its own free."""
    with db.session.no_autoflush:
        rows = db.session.scalars(of_document(kind, code)).all()
    counted = [row for row in rows if row.took_effect_at or not row.current_stage.ends]
    held = {each for row in counted for each in (row.edition, row.former_edition)}
    return held | HOMES[kind].taken(code)
