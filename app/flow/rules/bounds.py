"""What figures and days can be by what they are called, in every action. What the figures beside
them say, an action's ``bounds`` tell.

A name with a point is that of a list's entries.
"""

# The least that something counted can be. A customer may not have said how much; of a lot nothing
# may be there.
LEAST = {
    "quantity": 1,
    "size": 1,
    "crew": 1,
    "packages": 1,
    "pallets": 0,
    "pots": 1,
    "looked_at": 1,
    "faulty": 0,
    "good": 0,
    "rejected": 0,
    "lines.quantity": 0,
    "picks.quantity": 0,
    "lines.received": 0,
}
# Days that somebody promises, or needs something by. What a customer wished for may have passed:
# the review tells that.
PROMISED = (
    "promised_date",
    "needed_by",
    "delivery_on",
    "requested_date",
    "effective_on",
    "answer_by",
)
WISHED = (*PROMISED, "lines.requested_date")
# Days on which something has happened.
PAST = ("paid_on", "received_on", "received_at", "heard_on")
