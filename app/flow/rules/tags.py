"""What can be said of a stage beside its place in the flow: whoever lists stages asks for a tag.

A closed set. The grammar refuses a tag that is not among these, one that another flow's stages
carry, and one that no stage of its flows carries: then nothing would be listed there.
"""

from __future__ import annotations

from dataclasses import dataclass

CARD, ORDER, SAMPLE, SHIPMENT = "production", "order", "sample", "shipment"
REQUISITION, ANOMALY = "requisition", "anomaly"
DOCUMENT, COUNT, COMPLAINT = "revision", "count", "complaint"


@dataclass(frozen=True, eq=False)
class Tag:
    """``says`` is what it tells of a record that stands there, in FLOW.md; ``flows`` are those
    whose stages carry it.

    Tags of a ``group`` divide a flow: every stage before its ends, those apart left out, carries
    exactly one. ``within`` names a tag that its stages carry too.
    """

    key: str
    says: str
    flows: tuple[str, ...]
    group: str = ""
    within: Tag | None = None


# How far a card is.
TO_PLAN = Tag("to plan", "no plan is drawn up", (CARD,), "progress")
DRAFT = Tag("draft", "planned and not issued; its line is taken", (CARD,), "progress")
ISSUED = Tag("issued", "the plan is issued, the run not begun; its line is taken", (CARD,), "progress")
ON_LINE = Tag("on the line", "it runs, or stands on its line", (CARD,), "progress")
MADE = Tag("made", "the run is over and counted", (CARD,), "progress")

# What else is asked of a card.
NO_LOTS = Tag("no lots", "no lot of its materials is reserved yet", (CARD,))
KIT = Tag("kit", "its materials are to be prepared", (CARD,), within=ISSUED)
HALTED = Tag("halted", "it stands on its line because something is wrong", (CARD,), within=ON_LINE)
WITH_QUALITY = Tag("with Quality", "its lot is sampled or tested", (CARD,), within=MADE)
HOLDS_STOCK = Tag("holds stock", "its units are reserved in the lot", (CARD,))
IN_STOCK = Tag("in stock", "in the finished goods store", (CARD,), within=HOLDS_STOCK)
ON_HOLD = Tag("on hold", "set aside; it goes back to where it came from", (CARD,))

# What other records tell.
UNDER_REVIEW = Tag("under review", "not decided on", (ORDER,), "progress")
IN_WORK = Tag("in work", "approved; its cards stand for it", (ORDER,), "progress")
TO_ANSWER = Tag("to answer", "the customer waits for us", (ORDER,), within=UNDER_REVIEW)
TO_ORDER = Tag("to order", "nothing is ordered from the supplier", (REQUISITION,), "progress")
ON_ORDER = Tag("on order", "coming to the warehouse", (REQUISITION,), "progress")
NEW = Tag("new", "nobody has acknowledged it", (ANOMALY,))
TO_SAMPLE = Tag("to sample", "an incoming lot that nobody has sampled", (SAMPLE,))
TO_RELEASE = Tag("to release", "waits for the verdict", (SAMPLE,))
PASSED = Tag("passed", "the lot passed", (SAMPLE,))
TO_CONFIRM = Tag("to confirm", "address and time are to be confirmed", (SHIPMENT,))
TO_LEAVE = Tag("to leave", "it leaves with the next vehicle", (SHIPMENT,))
TO_SIGN = Tag("to sign", "a document that waits for its signature", (DOCUMENT,))
TO_TAKE_EFFECT = Tag("to take effect", "signed; its day has not come", (DOCUMENT,))
IN_FORCE = Tag("in force", "what new plans go by", (DOCUMENT,))
TO_COUNT = Tag("to count", "somebody counts what is there", (COUNT,))
COUNTED = Tag("counted", "it differs so much that a second person signs", (COUNT,))
UNHEARD = Tag("unheard", "Quality has not taken it up", (COMPLAINT,))
LOOKED_INTO = Tag("looked into", "cause and answer are sought", (COMPLAINT,))

# What several kinds of record tell.
NONCONFORMING = Tag("nonconforming", "the lot failed", (CARD, SAMPLE))
LEFT = Tag("left", "the goods have left the house", (CARD, SHIPMENT))
UNMARKED = Tag("unmarked", "never marked late: on its way, halted, or shown by its cards",
               (ORDER, CARD, SHIPMENT))

TAGS = (
    TO_PLAN, DRAFT, ISSUED, ON_LINE, MADE,
    NO_LOTS, KIT, HALTED, WITH_QUALITY, HOLDS_STOCK, IN_STOCK, ON_HOLD,
    UNDER_REVIEW, IN_WORK, TO_ANSWER, TO_ORDER, ON_ORDER, NEW, TO_SAMPLE, TO_RELEASE, PASSED,
    TO_CONFIRM, TO_LEAVE, TO_SIGN, TO_TAKE_EFFECT, IN_FORCE, TO_COUNT, COUNTED, UNHEARD, LOOKED_INTO,
    NONCONFORMING, LEFT, UNMARKED,
)
