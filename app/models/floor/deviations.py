"""Readings out of their limits become anomalies (clause 4.3), of the kind that the master data
names for the step or its test.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.extensions import db
from app.flow.anomalies import ANOMALIES, REPORT
from app.flow.texts.lazy_text import Both, for_record, halves
from app.models.master import AnomalyCode
from app.models.records.kinds import kind_of

if TYPE_CHECKING:
    from app.models.master import SpecTest, WorkStep
    from app.models.people.user import User
    from app.models.production.execution import Execution

# What stands for a step that names no kind, by what is entered: a code scanned that is none of the
# card's, anything else.
USUAL = {"scan": "A03", "measure": "A06"}
OTHERWISE = "A02"


def code_for(step: WorkStep, test: SpecTest | None) -> AnomalyCode:
    """The kind of anomaly: the step's own, that of the test whose limits it goes by, else what
    is usual for such an entry.
    """
    named = (step.anomaly, test and test.anomaly, USUAL.get(step.entry_type, OTHERWISE), OTHERWISE)
    anomaly_code = next(
        (code for each in named if each and (code := AnomalyCode.by_code(each)) and code.active),
        None,
    )
    return (
        anomaly_code
        or db.session.scalars(
            select(AnomalyCode).where(AnomalyCode.active).order_by(AnomalyCode.code).limit(1)
        ).one()
    )


def report_deviation(card: Execution, by: User, step: WorkStep, value: Any, uom: str) -> None:
    """Report what was read; its card is halted by the signing itself."""
    kind_of(ANOMALIES).create(
        REPORT.key,
        by=by,
        code_id=code_for(step, card.test_of(step)).id,
        card=card,
        halts=False,
        out_of_limits=True,
        description=in_words(card, step, str(value), uom),
    )


def in_words(card: Execution, step: WorkStep, value: str, uom: str) -> str:
    """The step, what was read and its limits, in both languages: whoever is called reads their
    own, whoever reported it.
    """
    what, read = step.parameter if str(step.parameter) else step.text, halves(value)
    lower, upper, _ = card.limits_of(step)
    limits = f"({span(lower, upper)} {uom}".rstrip() + ")" if (lower, upper) != (None, None) else ""
    parts = [
        f"{step.step_no}. {name}: {found} {uom} {limits}"
        for name, found in (
            (what.zh, read.zh if isinstance(read, Both) else read),
            (what.en, read.en if isinstance(read, Both) else read),
        )
    ]
    return for_record(*(" ".join(text.split()).removesuffix(":") for text in parts))


def span(lower: Decimal | None, upper: Decimal | None) -> str:
    """Limits without a word: ``6 – 8``, ``≥ 6``, ``≤ 8``."""
    low, high = (None if limit is None else f"{limit.normalize():f}" for limit in (lower, upper))
    return f"≤ {high}" if low is None else f"≥ {low}" if high is None else f"{low} – {high}"
