"""A work instruction goes through its revisions: drafted, signed by another, in force."""

from datetime import timedelta

from app import clock
from app.extensions import db
from app.models.master import WorkInstruction
from tests.walk import said

TEXT = "lines-2-text_en"


def test_a_card_keeps_the_instruction_it_was_planned_with(walk):
    running, draft = walk.card("running", quantity=24), None
    planned = walk.card("plan_review", product="P-DW-5K", quantity=24)
    ref = walk.in_force(walk.revision(code="WI-DW-01"), **{TEXT: "Another text"})
    assert walk.look(ref) == "effective"
    with walk.app.app_context():
        rows = db.session.query(WorkInstruction).filter_by(code="WI-DW-01").order_by("id").all()
        assert [(row.version, row.active) for row in rows] == [("A/2", False), ("A/3", True)]
    assert walk.look(running, lambda c: c.instruction.version) == "A/2"
    assert walk.look(planned, lambda c: c.instruction.version) == "A/2"
    assert walk.look(planned, lambda c: c.history[-1].action) == "told_of_revision"
