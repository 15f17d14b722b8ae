"""What the papers say where several people or several decisions stand behind one of them."""

from app import documents, verification
from app.extensions import db
from app.models.records.papers.document import Document


def words(cell):
    """A printed value as plain text, both languages."""
    if hasattr(cell, "parts"):
        return cell.by.join(map(words, cell.parts))
    return f"{cell.zh} {cell.en}" if hasattr(cell, "zh") else cell or ""


def papers(record, kind):
    """What stands on a record's papers of a kind, oldest first: each as its fields by their
    English label, and its signatures.
    """
    found = db.session.scalars(
        db.select(Document)
        .filter_by(kind=kind, flow=record.flow.key, record_id=record.id)
        .order_by(Document.id)
    )
    told = []
    for document in found:
        blocks = documents.compose(document).blocks
        fields = {
            field.label.en: words(field.value)
            for block in blocks
            if block.block == "fields"
            for field in block.items
        }
        signed = [
            (sign.label.en, sign.name)
            for block in blocks
            if block.block == "signoffs"
            for sign in block.items
        ]
        told.append((document.name, fields, signed))
    return told


def test_a_lot_under_concession_ships_with_a_report_that_says_so(walk):
    card = walk.card("nonconforming", quantity=24)
    sample = walk.sample_of(card)
    walk.do("quality_head", card, "concede", reason="colour only", consent="周示二, phone")
    walk.stock_in(card)
    (first, failed, _), (second, conceded, signed) = walk.look(
        sample, lambda s: papers(s, "quality_report")
    )
    assert second == f"{first}-r2"
    overall = "Overall: pass / fail / concession"
    disposition = "Disposition: stock-in / rework / scrap"
    assert "concession" not in failed[overall] and "to be decided" in failed[disposition]
    assert (
        "failed" in conceded[overall]
        and "让步接收 concession" in conceded[overall]
        and "concession" in conceded[disposition]
    )
    assert "colour only" in conceded["Reason"]
    assert (
        "Concession approved",
        walk.look(card, lambda c: c.nonconformance.decided_by.name),
    ) in signed
    shipment = walk.ship(walk.confirm(walk.pack(walk.shipment(card))))
    ((_, note, _),) = walk.look(shipment, lambda s: papers(s, "delivery_note"))
    assert second in note["Documents (COA/SDS)"]


def test_a_part_under_concession_is_told_apart_from_the_rest_of_its_lot(walk):
    card = walk.card("nonconforming", quantity=24)
    walk.do("quality_head", card, "split", quantity=10, reason="one pallet is only discoloured")
    walk.do("quality_head", f"{card}-A", "concede", reason="colour only", consent="周示二, phone")
    walk.do("quality_head", card, "scrap", reason="contaminated", witness="store")
    (_, last, _) = walk.look(walk.sample_of(card), lambda s: papers(s, "quality_report"))[-1]
    assert f"concession {card}-A" in last["Disposition: stock-in / rework / scrap"]
    walk.stock_in(f"{card}-A")
    shipment = walk.ship(walk.confirm(walk.pack(walk.shipment(f"{card}-A"))))
    ((_, note, _),) = walk.look(shipment, lambda s: papers(s, "delivery_note"))
    assert "-r2" in note["Documents (COA/SDS)"]


def test_everybody_who_prepared_materials_stands_on_their_sheet(walk):
    card = walk.card("preparing", quantity=24)
    lines = walk.prepared(card)
    first = {key: value for key, value in lines.items() if key.startswith("picks-0-")}
    walk.do("storekeeper", card, "prepare", **first)
    rest = [value for key, value in lines.items() if key not in first]
    walk.do(
        ("storekeeper", 2),
        card,
        "prepare",
        **{f"picks-{n // 2}-{('pick', 'quantity')[n % 2]}": value for n, value in enumerate(rest)},
    )
    walk.do(("storekeeper", 3), card, "hand_over")
    ((_, _, signed),) = walk.look(card, lambda c: papers(c, "material_prep"))
    prepared = [name for label, name in signed if label == "Prepared by / time"]
    assert len(set(prepared)) == 2 and all(prepared)


def test_an_altered_message_of_a_customer_is_named(walk):
    ref = walk.order(("P-DW-500", 24))
    with walk.app.app_context():
        assert not [fault for check in verification.check() for fault in check.faults]
        db.session.execute(db.text("UPDATE sales_order SET message = message || '!'"))
        db.session.commit()
        assert [fault for check in verification.check() for fault in check.faults] == [
            f"{ref}: the customer's message was altered"
        ]
