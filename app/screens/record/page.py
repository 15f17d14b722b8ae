"""What a record's page answers: where is it, who has it, what is next, what does it wait for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.flow.anomalies import REPORT
from app.flow.departments import Department
from app.flow.flows import FLOWS
from app.flow.grammar import Action
from app.flow.rules import tags
from app.flow.sales.complaints import COMPLAIN
from app.flow.texts.lazy_text import Text, _l
from app.models.people.signers import whose
from app.models.people.user import User
from app.models.records.available_actions import AvailableAction, next_of
from app.models.records.discussion.discussion import MAY_COMMENT
from app.models.records.papers.attachment import Attachment
from app.models.records.papers.document import Document
from app.models.records.record import Record
from app.models.records.rules.paper_entries import down_times_for
from app.models.records.rules.stage_settings import ages_after
from app.models.records.undo import WayBack, undone
from app.models.warehouse.complaint import GOT, Complaint, complaints_of
from app.screens.archive.index import belongs
from app.screens.forms.remedies import Remedy, open_to, remedies
from app.screens.record.about import about
from app.screens.record.fact import Fact, Mark
from app.screens.record.history import History
from app.screens.record.promise import Promise
from app.screens.record.timeline import Timeline

# The icon of a stage that is no good place to stand.
ICONS = ((tags.HALTED, "halted"), (tags.ON_HOLD, "hold"), (tags.NONCONFORMING, "failed"))


@dataclass(frozen=True)
class Step:
    """A stage on the record's path."""

    label: Text
    state: str  # done, current, ahead


def state(number: int, place: int, ended: bool) -> str:
    return "done" if number < place or ended else "current" if number == place else "ahead"


class Page:
    """One record as one person sees it."""

    def __init__(self, record: Record, user: User, asked: Mapping[str, str]) -> None:
        """``asked`` is what the address asks for of the history."""
        self.record = record
        self.user = user
        self.asked = asked

    @cached_property
    def about(self) -> Any:
        """What only this kind of record tells."""
        return about(self.record)

    @property
    def stage_mark(self) -> Mark:
        """Where it stands, with an icon where that is no good place to stand."""
        stage = self.record.current_stage
        usual = "failed" if stage.gives_up else ""
        kind = next((icon for tag, icon in ICONS if stage.has(tag)), usual)
        return Mark(kind, stage.label)

    @property
    def marks(self) -> list[Mark]:
        """What asks for attention, beside the stage."""
        return [*self.about.marks, *([Mark("waiting", _l("Too long here"))] if self.is_old else [])]

    @cached_property
    def holder(self) -> str:
        """Who has it: the person who brought it here, as long as it is under way."""
        user = (
            db.session.get(User, self.record.holder_id)
            if self.record.holder_id and not self.record.current_stage.ends
            else None
        )
        return user.known_as if user else ""

    @property
    def glance(self) -> list[Fact]:
        """When it is wanted, since when it stands here, who has it."""
        record = self.record
        ended = record.current_stage.ends
        return [
            *self.about.timing,
            Fact(_l("Ended") if ended else _l("In this stage since"), record.since),
            Fact(_l("Held by"), self.holder),
        ]

    @property
    def is_old(self) -> bool:
        """Longer in its stage than planned."""
        return not self.record.current_stage.ends and self.record.age > ages_after(
            self.record.flow, self.record.current_stage
        )

    @property
    def may_report(self) -> bool:
        """Whether this person may report a problem with it."""
        return self.user.has_role(REPORT.role_keys)

    @property
    def reports_about(self) -> str:
        """The number of the card that a problem reported from this page concerns."""
        card = (
            self.record
            if self.record.flow.key == "production"
            else getattr(self.record, "card", None)
        )
        return card.ref if card else ""

    @cached_property
    def delivered(self) -> list[Any]:
        """Its cards whose goods a customer has got."""
        mine = [self.record] if self.record.flow.key == "production" else []
        cards: list[Any] = getattr(self.record, "cards", mine)
        return [card for card in cards if card.stage in GOT and card.shipment_id]

    @property
    def may_complain(self) -> bool:
        """Whether this person may take down what the customer complains of."""
        return bool(self.delivered) and self.may_open("complaint", COMPLAIN.key)

    @cached_property
    def complaints(self) -> list[Complaint]:
        """What customers complained of in its goods."""
        return complaints_of(self.delivered)

    @cached_property
    def available_actions(self) -> list[AvailableAction]:
        return self.record.available_actions(self.user)

    def remedies(self, remark: Any, line: Any, department: Any) -> list[Remedy]:
        """What this person can do about a finding on a line of an order, each a click."""
        base = f"/{department.key}/{self.record.ref}"
        return remedies(remark, line, base, open_to(self.available_actions))

    @property
    def next(self) -> AvailableAction | None:
        """The next thing this person can do, or is kept from doing."""
        return next_of(self.available_actions)

    @property
    def others(self) -> list[AvailableAction]:
        """Everything else this person can do."""
        return [o for o in self.available_actions if o is not self.next]

    @cached_property
    def undo(self) -> WayBack | None:
        """What this person has just done here and may take back."""
        return self.record.way_back(self.user)

    @cached_property
    def taken_back(self) -> set[int]:
        """The numbers of the events that were taken back."""
        return undone(self.record.flow, self.history.events)

    def may_open(self, flow: str, action: str) -> bool:
        """Whether this person may open a record of another kind from here."""
        wanted = FLOWS[flow].action(action)
        return self.user.may(wanted, FLOWS[flow].stage(wanted.targets[0]))

    @property
    def carrier(self) -> tuple[Record, Action] | None:
        """The record that carries this one on, and what is next there."""
        other = self.record.carrier if not (self.next or self.waits_for) else None
        if other is None:
            return None
        action = next(
            (a for a in other.flow.actions_from(other.stage) if a.primary and not a.driven), None
        )
        return (other, action) if action else None

    @cached_property
    def waits_for(self) -> tuple[Text, tuple[Department, ...], Text | str] | None:
        """What comes next, whose it is, and who may do it in words, where it is somebody else's."""
        stage = self.record.current_stage
        actions = [
            a
            for a in self.record.flow.actions_from(stage.key)
            if a.primary and not a.driven and self.record.roles_for(a)
        ]
        if self.next or stage.ends or not actions:
            return None
        clear = [a for a in actions if not self.record.refusal(a)] or actions
        return clear[0].label, stage.departments, self.who_may(clear)

    @cached_property
    def from_paper(self) -> list[Action]:
        """What this person can enter that was done on paper, while a down time is open."""
        able = self.available_actions if down_times_for(self.user) else []
        return [each.action for each in able if not each.refusal]

    @property
    def instead(self) -> Text | str:
        """Who may do the next thing where only the second pair of eyes keeps this person from
        it.
        """
        return self.who_may([self.next.action]) if self.next and self.next.barred else ""

    def who_may(self, actions: list[Action]) -> Text | str:
        """Those who may do one of the actions, without whom four eyes bar from the first of
        them.
        """
        doers, roles = self.record.doers, {key for a in actions for key in self.record.roles_for(a)}
        return whose(roles, [person for key in actions[0].not_by for person in doers.get(key, ())])

    @property
    def path(self) -> list[Step]:
        """The stages of a smaller record that it went through and those to come; an order and a
        card have their way (``about.timeline``).
        """
        stage, been = self.record.current_stage, {event.target for event in self.history.events}
        ended = stage.ends and not self.stage_mark.kind
        stages = [s for s in self.record.flow.stages if not s.ends and not s.off_path]
        last = stage if stage.ends else next(s for s in self.record.flow.stages if s.ends)
        place = len(stages) if stage.ends else stages.index(stage) if stage in stages else 0
        return [
            Step(s.label, state(n, place, ended))
            for n, s in enumerate([*stages, last])
            if n >= place or s.key in been
        ]

    @property
    def timeline(self) -> Timeline | None:
        """The phases against the clock, of an order and of a card."""
        return getattr(self.about, "timeline", None)

    @property
    def promise(self) -> Promise | None:
        """Whether it will be on time."""
        return self.about.promise

    @cached_property
    def history(self) -> History:
        return History(self.record, self.asked)

    @property
    def files(self) -> list[Attachment]:
        """What people attached, oldest first."""
        return list(self.history.files.values())

    @property
    def may_comment(self) -> bool:
        """At a shared tablet one does one step, and has no time for words."""
        return self.user.has_role(MAY_COMMENT) and self.user.spot is None

    @property
    def may_retry(self) -> bool:
        """Whether this person may have a paper made again: an auditor starts nothing, a shared
        tablet shows no papers.
        """
        return self.may_comment

    @cached_property
    def documents(self) -> list[Document]:
        """Its own papers, and those of what carries it through: its samples and its shipment."""
        keys = [
            (each.flow.key, each.id)
            for each in (self.record, *getattr(self.about, "with_papers", ()))
        ]
        return list(db.session.scalars(select(Document).where(belongs(keys)).order_by(Document.id)))
