"""The recipe "a field on an order" (CONTRIBUTING.md): four files, and a migration by command."""

from alembic.script import ScriptDirectory

from app import clock, documents
from app.documents import dossier
from app.models.records.kinds import record_of
from app.storage import schema
from tests.recipes.copied import HOUSE, follows

MODEL, FORM, PAGE, WORDS = (
    "app/models/sales/order.py",
    "app/forms/sales/orders.py",
    "app/screens/record/about/order.py",
    "app/flow/texts/event_fields.py",
)


def test_a_field_on_an_order_is_four_files(tree, planted):
    tree.insert(
        MODEL,
        '    customer_po: Mapped[str] = entered(String(60), default="")\n',
        '    cost_centre: Mapped[str] = entered(String(40), default="")\n',
    )
    tree.insert(
        FORM,
        '    customer_po = Code(_l("Customer PO no."), length=60)\n',
        '    cost_centre = Words(_l("Cost centre"), length=40)\n',
    )
    tree.insert(
        PAGE,
        '            Fact(_l("Customer PO no."), order.customer_po),\n',
        '            Fact(_l("Cost centre"), order.cost_centre),\n',
    )
    tree.insert(
        WORDS,
        '    "customer_po": _l("Customer PO no."),\n',
        '    "cost_centre": _l("Cost centre"),\n',
    )
    assert tree.by_hand() == {MODEL, FORM, PAGE, WORDS} and follows(
        tree.by_hand(), "A field on an order"
    )
    installed = set((HOUSE / "migrations/versions").glob("*.py"))
    tree.washline("migration", "Orders name the customer's cost centre")
    (written,) = tree.changed() - tree.by_hand()
    assert "cost_centre" in (tree.root / written).read_text()
    # Written where it was called, whatever tree is installed.
    assert set((HOUSE / "migrations/versions").glob("*.py")) == installed
    tree.proves("test_field", planted.copy())


def proof(walk):
    """It is entered and corrected in the form, kept in the record and its events, and stands on
    the page, on paper and in the exported file of events.
    """
    migrate(walk.app)
    clerk = walk.browser("sales")
    plain = walk.order()
    ref = walk.order(cost_centre="CC-7")
    assert walk.look(plain, lambda order: order.cost_centre) == ""
    assert walk.look(ref, lambda order: order.history[-1].data["cost_centre"]) == "CC-7"
    page = clerk.get(f"/sales/{ref}").get_data(as_text=True)
    assert page.count("Cost centre") >= 2 and page.count("CC-7") >= 2  # the facts, the history
    form = clerk.get(f"/sales/{ref}/correct").get_data(as_text=True)
    assert 'name="cost_centre"' in form and 'value="CC-7"' in form
    correct(walk, ref, cost_centre="CC-8")
    changed = walk.look(ref, lambda order: order.history[-1].data["changed"])
    assert changed == {"cost_centre": ["CC-7", "CC-8"]}
    with walk.app.app_context():
        order = record_of(ref)
        paper = dossier.so_far(order, dossier.SoFar.of(order, clock.now()))
        printed = documents.typeset(paper)
        assert "Cost centre: CC-7" in printed and "CC-8" in printed
        (events,) = (file.text for file in paper.attachments if file.name == "events.json")
        assert "cost_centre" in events and "CC-8" in events


def migrate(app):
    """Bring the plant, which the tables before were made for, up by the migration that was
    written.
    """
    with app.app_context():
        script = ScriptDirectory(str(schema.MIGRATIONS))
        before = script.get_revision("head").down_revision
        schema.migrations().stamp(directory=str(schema.MIGRATIONS), revision=before)
        schema.upgrade()
        schema.check()


def correct(walk, ref, **changed):
    """Correct an order as it stands but for what is changed."""

    def fields(order):
        line = order.lines[0]
        return {
            "address_id": order.address_id,
            "customer_po": order.customer_po,
            "channel": order.channel,
            "received_at": clock.local(order.received_at).strftime("%Y-%m-%dT%H:%M"),
            "lines-0-product_text": line.product_text,
            "lines-0-quantity": line.quantity,
            "lines-0-requested_date": line.requested_date.isoformat(),
            "lines-0-note": line.note,
        }

    walk.do("sales", ref, "correct", **{**walk.look(ref, fields), **changed})
