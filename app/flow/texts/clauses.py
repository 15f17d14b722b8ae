"""The clauses of the written procedure (section 三, and 四 for the archive), in its order: what each one asks for."""

from __future__ import annotations

from dataclasses import dataclass

from app.flow.departments import DELIVERY, EXECUTION, INSPECTION, INTAKE, MATERIALS, PLANNING, Phase
from app.flow.texts.lazy_text import Text, _l


@dataclass(frozen=True)
class Clause:
    """``asks``: what must happen; ``leaves``: what must be on record afterwards."""

    number: str
    phase: Phase
    asks: Text
    leaves: Text


CLAUSES = (
    Clause("1.1", INTAKE, _l("The customer orders by phone, e-mail or online: product, quantity, delivery date."),
           _l("The original message, its channel and its time")),
    Clause("1.2", INTAKE, _l("Sales reviews the order first: the customer’s details and the order’s content are right."),
           _l("Who checked what and when, or why it was declined or sent back")),
    Clause("1.3", INTAKE, _l("After approval the order is entered and gets its number; each line becomes a card."),
           _l("The order’s number, without gaps and never reused")),
    Clause("2.1", PLANNING, _l("The planner draws up the plan: production time, materials and people needed."),
           _l("The plan and each revision of it")),
    Clause("2.2", PLANNING, _l("The warehouse and Purchasing are consulted, so that materials arrive in time."),
           _l("Each department’s answer, by whom and when, with the promised date for a shortage")),
    Clause("2.3", PLANNING, _l("The production head reviews the plan; then it is formally issued to the departments."),
           _l("Approval by someone other than the planner, and each department’s receipt of the plan")),
    Clause("3.1", MATERIALS, _l("The warehouse prepares the materials ahead of the plan, in the right quality and quantity."),
           _l("Which lots, how much, from which bin")),
    Clause("3.2", MATERIALS, _l("The warehouse fills in the material preparation sheet and hands it to Production."),
           _l("The sheet, signed by the preparer and a checker")),
    Clause("3.3", MATERIALS, _l("Production checks and accepts the materials, or refuses a line with a reason."),
           _l("Acceptance per line, signed")),
    Clause("4.1", EXECUTION, _l("Production runs the line as planned."), _l("Start, stop, line, crew and counts")),
    Clause("4.2", EXECUTION, _l("Operators follow the work instruction strictly."),
           _l("Which version; each step’s check, reading and signature")),
    Clause("4.3", EXECUTION, _l("Any anomaly is reported at once; the supervisor deals with it."),
           _l("What and when, how long until acknowledged and until resolved, by whom and how")),
    Clause("5.1", INSPECTION, _l("Quality samples the finished product and tests it against its standard."),
           _l("Sample size, readings, limits and verdict")),
    Clause("5.2", INSPECTION, _l("Passed: the quality inspection report is written and the goods are stocked in."),
           _l("The report and the stock movement")),
    Clause("5.3", INSPECTION, _l("Failed: the goods are reworked, accepted under concession or scrapped, on record."),
           _l("Disposition, quantity, reason, who decided, and the result of the re-inspection")),
    Clause("6.1", DELIVERY, _l("After the pass the warehouse packs and prepares the shipment."), _l("Packages, contents and lots")),
    Clause("6.2", DELIVERY, _l("Before shipping the warehouse confirms the customer’s address and delivery time."),
           _l("What was confirmed, with whom and when")),
    Clause("6.3", DELIVERY, _l("The warehouse records the shipment and tells Sales, who follow the customer up."),
           _l("Carrier, number and time; the notice; the follow-up")),
    Clause("四", DELIVERY, _l("Every stage is recorded in detail; documents are archived for query and audit."),
           _l("One complete dossier per order, findable and unalterable")),
)  # fmt: skip
