"""The words for keys that records and master data keep: one place for all pages and forms; on paper both languages stand at once (documents/terms)."""

from __future__ import annotations

from app.flow.texts.currency import MONEY, Currency
from app.flow.texts.lazy_text import Text, _l, halves

CHANNELS = {"phone": _l("Phone"), "email": _l("E-mail"), "online": _l("Online")}
CHANNELS |= {"wecom": _l("WeCom"), "wechat": _l("WeChat")}
# How an order came: as one says it, and of one that was carried over from paper.
CAME_BY = {**CHANNELS, "paper": _l("On paper, before the cut-over")}
# The points of the review (1.2), each of which somebody looked at.
CHECKS = {"customer_right": _l("Customer, contact and address are right"),
          "product_right": _l("Products, packs and label variant are what the customer means"),
          "quantity_right": _l("Quantities and units are right, full cases or agreed otherwise"),
          "date_feasible": _l("The delivery date is possible or has been talked over"),
          "terms_right": _l("Payment terms and required documents are clear")}  # fmt: skip
PAYMENT_RULES = {"prepaid": _l("Paid before production"), "cash_before_shipping": _l("Paid before shipping"), "net": _l("On account")}
LOT_STATUS = {"quarantine": _l("In quarantine"), "released": _l("Released"), "rejected": _l("Rejected")}
# Why stock moved.
MOVEMENTS = {"opening": _l("Opening stock"), "receipt": _l("Receipt"), "issue": _l("Issued to production"), "return": _l("Came back"),
             "production": _l("Produced"), "transfer": _l("Moved"), "rework": _l("Rework"), "scrap": _l("Scrapped"),
             "shipment": _l("Shipped"), "adjustment": _l("Adjusted after a count")}  # fmt: skip
ZONE_KINDS = {
    "raw": _l("Raw materials"),
    "packaging": _l("Packaging"),
    "utility": _l("Utilities"),
    "finished": _l("Finished goods"),
    "quarantine": _l("Quarantine"),
    "nonconforming": _l("Nonconforming"),
}
VERDICTS = {"passed": _l("Passed"), "failed": _l("Failed")}
LAID_ASIDE = {"retested": _l("Tested again"), "retracted": _l("Retracted"), "invalidated": _l("Invalid"), "withdrawn": _l("Withdrawn")}
DEFECT_CLASSES = {"critical": _l("Critical"), "major": _l("Major"), "minor": _l("Minor")}
DISPOSITIONS = {"reinspect": _l("Sort and inspect again"), "rework": _l("Rework"), "concession": _l("Concession"), "scrap": _l("Scrap")}
SEVERITIES = {"low": _l("Low"), "medium": _l("Medium"), "high": _l("High"), "critical": _l("Very high")}
SHIFTS = {"early": _l("Early shift"), "middle": _l("Middle shift"), "night": _l("Night shift")}
ENTRY_TYPES = {"confirm": _l("Confirm"), "measure": _l("Measure"), "count": _l("Count"), "scan": _l("Scan"),
               "signature": _l("Sign"), "note": _l("For information")}  # fmt: skip
LABEL_LANGUAGES = {"zh-CN": _l("Simplified Chinese"), "zh-HK": _l("Traditional Chinese, Hong Kong"), "en": _l("English"),
                   "en-GB": _l("English, United Kingdom"), "ja": _l("Japanese"), "ar": _l("Arabic")}  # fmt: skip
# What an action may demand to be said, as its refusal names it.
FACTS = {"reason": _l("Reason"), "message": _l("The customer’s message"), "question": _l("What was asked"),
         "asked_by": _l("Channel"), "reply": _l("What the customer answered"), "replied_by": _l("Channel"),
         "purchase_no": _l("Purchase order no."), "supplier_lot": _l("Supplier’s lot no."), "quantity": _l("Quantity"),
         "promised_date": _l("Promised date"), "place": _l("Where it was drawn"), "size": _l("Sample size"),
         "instructions": _l("Rework plan"), "consent": _l("The customer’s consent: who, when, how"),
         "witness": _l("Witness of the destruction"), "requested_by": _l("Cancellation asked for by"),
         "confirmed_with": _l("Confirmed with"), "delivery_on": _l("Delivery on"), "window": _l("Delivery window"),
         "carrier": _l("Carrier"), "vehicle": _l("Vehicle plate"), "driver": _l("Driver"),
         "received_on": _l("Received on"), "received_by": _l("Received by"), "description": _l("What happened"),
         "measures": _l("What was done"), "text": _l("What the next shift must know"), "shift": _l("Shift"),
         "amount": _l("Amount"), "paid_on": _l("Paid on"), "packages": _l("Cases or drums"),
         "needed_by": _l("Needed by"), "code": _l("Document"), "edition": _l("Revision"),
         "words": _l("What the customer said"), "cause": _l("Cause"), "customer_answer": _l("Answer to the customer"),
         "said_by": _l("Said by"), "looked_at": _l("Units looked at"), "findings": _l("What was found")}  # fmt: skip
# Units whose name is a word; the others are signs (kg, mL, min) and read the same everywhere.
UNITS: dict[str, Text | Currency] = {"pcs": _l("pcs"), "d": _l("d"), "a": _l("years"), MONEY: Currency()}


def term(terms: dict[str, Text], key: str | None) -> Text | str:
    """Return the words of a key; an unknown key as it is, none as nothing."""
    return terms.get(key, key) if key else ""


def unit(key: str) -> str:
    """Return how a unit is written in the reader's language."""
    return str(UNITS.get(key, key))


def measured(reading: str) -> str:
    """Return a recorded reading, ``5 pcs``, with its unit in the reader's language."""
    value, space, key = reading.rpartition(" ")
    return f"{halves(value)}{space}{unit(key)}" if value else reading
