"""A record's events in words that people read, and as a file that a machine can verify."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from app.documents.paper.bilingual import both, joined, second
from app.documents.paper.blocks import Column, Table, Value
from app.documents.paper.event_data import facts, plain
from app.documents.paper.heading import on_paper
from app.flow.flows import FLOWS
from app.flow.orders import CARRY_OVER
from app.flow.texts.lazy_text import Both
from app.models.records.event import FIRST, Event
from app.models.records.record import Record
from app.models.records.sealing.erasable_words import entered, words_of

COLUMNS = (
    Column(Both("记录/序号", "Record / seq."), 12),
    Column(Both("时间/谁/角色", "Time / who / role"), 20),
    Column(Both("做了什么,从 → 到", "What, from → to"), 21),
    Column(Both("原因与数据", "Reason and data")),
    Column(Both("校验值", "Hash"), 10),
)
ON_PAPER = (
    Column(Both("记录/序号", "Record / seq."), 16),
    Column(Both("做了什么", "What was done")),
    Column(Both("单据号", "Sheet no."), 12),
    Column(Both("何时发生/谁办理", "When it happened / who did it"), 24),
    Column(Both("何时补录/谁补录", "When entered / who entered it"), 24),
)
FROM_PAPER = Both(
    "补录(在纸上办理,事后录入)", "Entered from paper (done on paper, entered afterwards)"
)
CARRIED = (
    Column(Both("记录/序号", "Record / seq."), 16),
    Column(Both("做了什么", "What was done")),
    Column(Both("转入阶段", "Came in at"), 14),
    Column(Both("期初确认人", "Vouched for by"), 14),
    Column(Both("纸质至/单据", "On paper until / sheets"), 18),
    Column(Both("何时转入/谁转入", "When / by whom"), 24),
)
SHEETS = ("paper_until", "sheets", "sheets_at")
BEFORE = Both(
    "期初转入:此前各阶段在纸上办理,签名见纸质单据",
    "Carried over: before the cut-over on paper; signatures are on the sheets",
)
HOW_TO_VERIFY = (
    "Each chain is one record. For its events in order of seq: hash = SHA-256 over the UTF-8 bytes "
    "of previous followed by "
    "body, in hexadecimal; previous is the hash of the event before it, 64 zeros for the first; "
    "the last hash is head. "
    'Where the data of a body hold {"sha256": …}, the words were kept apart so that they can be '
    "erased: the SHA-256 is over "
    "nonce followed by value, as private gives them."
)


def history(records: Iterable[Record], until: datetime) -> Table:
    """Return every event of the records up to a moment, oldest first."""
    pairs = sorted(
        ((event, record) for record in records for event in record.history if event.at <= until),
        key=lambda pair: (pair[0].at, pair[0].id),
    )
    return Table(
        COLUMNS,
        tuple(line(event, record) for event, record in pairs),
        Both("全部经过", "Full history"),
        small=True,
        breaks=True,
    )


def line(event: Event, record: Record) -> tuple[Value, ...]:
    role = event.in_role
    who: Value = event.who or Both("系统", "System")
    who = joined(who, both(role), by=" · ") if role else who
    what, marks = both(record.past(event)), [on_paper(event)] if event.paper else []
    return (
        joined(record.ref, f"#{event.seq}", by=" "),
        joined(second(event.happened_at), who, *marks, by="\n"),
        joined(what, moved(event), by="\n") if event.target else what,
        "\n".join(facts(entered(event), record)),
        event.hash[:12],
    )


def from_paper(records: Iterable[Record], until: datetime) -> Table | None:
    """What of it was done on paper and entered afterwards, if anything was."""
    rows = tuple(
        (
            joined(record.ref, f"#{event.seq}", by=" "),
            both(record.past(event)),
            event.paper["sheet"],
            joined(second(event.happened_at), event.who, by="\n"),
            joined(second(event.at), event.entered_by, by="\n"),
        )
        for record in records
        for event in record.history
        if event.at <= until and event.paper
    )
    return Table(ON_PAPER, rows, FROM_PAPER, small=True) if rows else None


def carried_over(records: Iterable[Record], until: datetime) -> Table | None:
    """What of it stood on paper at the cut-over: at which stage it came in, who vouches for that
    and who brought it in. What was signed before is not here.
    """
    rows = tuple(
        (
            joined(record.ref, f"#{event.seq}", by=" "),
            both(record.past(event)),
            moved(event),
            plain("vouched_by", event.data["vouched_by"]),
            joined(*filter(None, map(event.data.get, SHEETS)), by="\n"),
            joined(second(event.at), event.who, by="\n"),
        )
        for record in records
        for event in record.history[:1]
        if event.at <= until and event.action == CARRY_OVER.key
    )
    return Table(CARRIED, rows, BEFORE, small=True) if rows else None


def moved(event: Event) -> Value:
    """From which stage to which."""
    flow = FLOWS[event.flow]
    names = [both(flow.stage(key).label) for key in (event.source, event.target) if key]
    return joined(*names, by=" → ") if len(names) > 1 else names[0]


def chains(records: Iterable[Record], until: datetime) -> str:
    """Return the records' event chains as JSON: the canonical bodies as they were hashed, and
    every hash.
    """
    content = {
        "format": "washline-events-1",
        "verify": HOW_TO_VERIFY,
        "until": until.astimezone(UTC).isoformat(),
        "chains": [chain(record, until) for record in records],
    }
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)


def chain(record: Record, until: datetime) -> dict[str, Any]:
    events = [event for event in record.history if event.at <= until]
    return {
        "record": record.ref,
        "flow": record.flow.key,
        "id": record.id,
        "head": events[-1].hash if events else FIRST,
        "events": [
            {
                "seq": e.seq,
                "previous": e.previous,
                "body": e.body,
                "hash": e.hash,
                "actor_name": e.who or None,
                **deputised(e),
                **entered_from_paper(e),
                **private(e),
            }
            for e in events
        ],
    }


def deputised(event: Event) -> dict[str, Any]:
    """The name of the person for whom a deputy acted; the body has their number."""
    return {"acting_for_name": name} if (name := event.stood_in_for) else {}


def entered_from_paper(event: Event) -> dict[str, Any]:
    """The name of whoever entered it from paper; the body has their number and both times."""
    return {"entered_by_name": event.entered_by} if event.paper else {}


def private(event: Event) -> dict[str, Any]:
    """The words that an event keeps apart, with what proves them; nothing where there are none."""
    words = [
        {"field": w.field, "value": w.value, "nonce": w.nonce}
        for w in words_of(event)
        if w.value is not None
    ]
    return {"private": words} if words else {}
