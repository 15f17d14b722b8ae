"""A finding: one remark of the review on an order line, as data; its sentence is in
`app.plant.sales.remarks`.
"""

from dataclasses import dataclass, field

from app.plant.production.requirements import SPLIT

REFUSE, ASK, WARN, HOLD, SHORTAGE, RUSH = "refuse", "ask", "warn", "hold", "shortage", "rush"
COMBINE = "combine"

BLOCKING, QUESTION, CAUTION, NOTICE = "blocking", "question", "caution", "notice"
SEVERITY = {
    REFUSE: BLOCKING,  # cannot be approved
    ASK: QUESTION,  # the customer has to answer first
    HOLD: CAUTION,
    WARN: CAUTION,
    SHORTAGE: CAUTION,
    SPLIT: NOTICE,
    COMBINE: NOTICE,
    RUSH: NOTICE,
}


@dataclass(frozen=True)
class Finding:
    """One remark on a line: kind and code (`warn`, `documents`), and the figures its sentence
    needs.
    """

    kind: str
    code: str = ""
    detail: dict = field(default_factory=dict, hash=False)

    @property
    def severity(self) -> str:
        """blocking, question, caution or notice."""
        return SEVERITY[self.kind]

    def __str__(self) -> str:
        return f"{self.kind}:{self.code}" if self.code else self.kind
