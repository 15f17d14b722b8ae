"""What a record's page answers: where is it, who has it, what is next, what does it wait for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.flow.anomalies import ANOMALIES
from app.flow.departments import PHASES, Department, Phase
from app.flow.flows import FLOWS
from app.flow.roles import ROLES
from app.flow.words import Text, _l

from .about import about
from .about.fact import Fact, Mark
from .about.told import told
from .document import Document
from .event import Event
from .people import User
from .private import entered
from .offers import Offer, next_of
from .record import Record
from .stage_setting import ages_after
from .undo import WayBack, undone

REPORT = ANOMALIES.action("report")
NEWEST = 10
KINDS = {"halted": "halted", "on_hold": "hold", "nonconforming": "failed", "failed": "failed"}
THROUGH_ALL_PHASES = ("order", "production")


@dataclass(frozen=True)
class Step:
    """A phase on the record's path."""

    label: Text
    state: str  # done, current, ahead
    stage: Text | None


def state(number: int, place: int, ended: bool) -> str:
    return "done" if number < place or ended else "current" if number == place else "ahead"


class Page:
    """One record as one person sees it."""

    def __init__(self, record: Record, user: User) -> None:
        self.record = record
        self.user = user

    @cached_property
    def about(self) -> Any:
        """What only this kind of record tells."""
        return about(self.record)

    @property
    def stage_mark(self) -> Mark:
        """Where it stands, with an icon where that is no good place to stand."""
        stage = self.record.stands
        kind = KINDS.get(stage.key, "failed" if stage.ends and stage.apart else "")
        return Mark(kind, stage.label)

    @property
    def marks(self) -> list[Mark]:
        """What asks for attention, beside the stage."""
        return [*self.about.marks, *([Mark("waiting", _l("Longer here than planned"))] if self.is_old else [])]

    @cached_property
    def holder(self) -> str:
        """Who has it: the person who brought it here, as long as it is under way."""
        user = db.session.get(User, self.record.holder_id) if self.record.holder_id and not self.record.stands.ends else None
        return user.name if user else ""

    @property
    def glance(self) -> list[Fact]:
        """When it is wanted, since when it stands here, who has it."""
        record = self.record
        ended = record.stands.ends
        return [*self.about.timing, Fact(_l("Ended") if ended else _l("In this stage since"), record.since),
                Fact(_l("Held by"), self.holder)]  # fmt: skip

    @property
    def is_old(self) -> bool:
        """Longer in its stage than planned."""
        return not self.record.stands.ends and self.record.age > ages_after(self.record.flow, self.record.stands)

    @property
    def may_report(self) -> bool:
        """Whether this person may report a problem with it."""
        return self.user.has_role(REPORT.role_keys)

    @property
    def reports_about(self) -> str:
        """The number of the card that a problem reported from this page concerns."""
        card = self.record if self.record.flow.key == "production" else getattr(self.record, "card", None)
        return card.ref if card else ""

    @cached_property
    def offers(self) -> list[Offer]:
        return self.record.offers(self.user)

    @property
    def next(self) -> Offer | None:
        """The next thing this person can do, or is kept from doing."""
        return next_of(self.offers)

    @property
    def others(self) -> list[Offer]:
        """Everything else this person can do."""
        return [o for o in self.offers if o is not self.next]

    @cached_property
    def undo(self) -> WayBack | None:
        """What this person has just done here and may take back."""
        return self.record.way_back(self.user)

    @property
    def taken_back(self) -> set[int]:
        """The numbers of the events that were taken back."""
        return undone(self.record.flow, self.events)

    def may_open(self, flow: str, action: str) -> bool:
        """Whether this person may open a record of another kind from here."""
        wanted = FLOWS[flow].action(action)
        return self.user.may(wanted, FLOWS[flow].stage(wanted.targets[0]))

    @property
    def waits_for(self) -> tuple[Text, tuple[Department, ...], str] | None:
        """What comes next, whose it is, and the roles in words, where it is somebody else's."""
        stage = self.record.stands
        actions = [a for a in self.record.flow.actions_from(stage.key) if a.primary and not a.driven]
        if self.next or stage.ends or not actions:
            return None
        keys = sorted({key for a in actions for key in self.record.roles_for(a)}, key=list(ROLES).index)
        return actions[0].label, stage.departments, " / ".join(str(ROLES[key].label) for key in keys)

    @property
    def path(self) -> list[Step]:
        """The phases an order or a card goes through, or the stages of a smaller record, with where it stands."""
        stage = self.record.stands
        ended = stage.ends and not self.stage_mark.kind
        if self.record.flow.key in THROUGH_ALL_PHASES:
            place = PHASES.index(self.phase)
            own = stage.label if stage.phase is self.phase else None
            return [Step(p.label, state(n, place, ended), own if n == place else None) for n, p in enumerate(PHASES)]
        stages = [s for s in self.record.flow.stages if not s.ends and not s.apart]
        last = stage if stage.ends else next(s for s in self.record.flow.stages if s.ends)
        place = len(stages) if stage.ends else stages.index(stage) if stage in stages else 0
        return [Step(s.label, state(n, place, ended), None) for n, s in enumerate([*stages, last])]

    @property
    def phase(self) -> Phase:
        """The phase in which it stands; an order in work stands where its last card does."""
        cards = [card.stands.phase for card in getattr(self.record, "cards", []) if not card.stands.apart]
        if self.record.flow.key == "order" and cards and not self.record.stands.ends:
            return min(cards, key=PHASES.index)
        return self.record.stands.phase

    @cached_property
    def events(self) -> list[Event]:
        """The history, newest first."""
        return self.record.history[::-1]

    @property
    def newest(self) -> list[Event]:
        return self.events[:NEWEST]

    @property
    def older(self) -> list[Event]:
        return self.events[NEWEST:]

    def role(self, event: Event) -> Text | str:
        return ROLES[event.role].label if event.role in ROLES else ""

    def told(self, event: Event) -> list[tuple[Any, Any]]:
        """What was entered or changed, in words: label and value."""
        return told(self.record.flow, entered(event))

    @cached_property
    def documents(self) -> list[Document]:
        return list(db.session.scalars(select(Document).where(Document.flow == self.record.flow.key, Document.record_id == self.record.id)
                                       .order_by(Document.id)))  # fmt: skip
