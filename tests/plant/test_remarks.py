"""Every finding of the demo reads as its English note says."""

import pytest

from app.plant.sales.remarks import sentence
from app.plant.sales.review import review_orders

from . import demo

FOUND = {
    (key, str(finding)): finding
    for key, findings in review_orders(demo.order_lines(), demo.plant()).items()
    for finding in findings
}
NAMES = {row["document_code"]: row["name_en"] for row in demo.rows("document_types")}


@pytest.mark.parametrize(
    ("order", "line_no", "finding", "says"),
    [
        ("SV-19", 2, "refuse:unknown_product", "Unknown product code"),
        (
            "YS-1190",
            1,
            "ask:due_date",
            "Requested for 2026-11-21, before the order came in on 2026-11-22",
        ),
        ("QH-59", 1, "ask:full_case", "Not full cases of 12: 4 units over"),
        ("WH-77121", 1, "warn:duplicate", "Looks like a repeat of WH-77120"),
        ("WH-77120", 1, "split:3", "Bulk 12369 kg exceeds one pot of 4635 kg: 3 pots"),
        (
            "YS-1182",
            2,
            "combine:F-GC01",
            "Bulk 303 kg is below the smallest pot of 882 kg; can share a pot with SL-1001/3",
        ),
        (
            "BC-0912",
            2,
            "ask:below_minimum",
            "Bulk 643 kg is below the smallest pot of 936 kg and nothing to combine with",
        ),
        (
            "SL-1001",
            2,
            "warn:segregate",
            "Incompatible class on the same order and address (ACI, SOL): load apart",
        ),
        (
            "KC-771",
            1,
            "warn:documents",
            "Customer needs: Heat-treated pallet certificate (ISPM 15)",
        ),
        ("SK-0031", 1, "warn:documents", "Customer needs a label in Japanese: no such version"),
        (
            "AF-90455",
            1,
            "warn:documents",
            "Customer needs: Safety data sheet in English, UFI, unique formula identifier, and a "
            "label in English, "
            "United Kingdom: no such version",
        ),
        (
            "SK-0031",
            1,
            "warn:shelf_life",
            "At most 54 days old on arrival: make it no earlier than 2026-11-28",
        ),
        (
            "SV-19",
            3,
            "warn:shelf_life",
            "45 days of transport and 3 for release exceed the allowed age of 45 days on arrival: "
            "cannot be met",
        ),
        ("QH-58", 1, "hold:payment", "Prepayment not received: do not start"),
        ("SL-1001", 1, "hold:shipment", "Not fully paid: may be made, not shipped"),
        ("PD-4410", 1, "shortage:K-112", "Short even on its own: K-112 60 pcs"),
        ("HT-URG-7", 1, "rush", "Rush: due within 3 days of receipt"),
    ],
)
def test_sentences(order, line_no, finding, says):
    assert str(sentence(FOUND[(order, line_no), finding], NAMES)) == says


def test_every_finding_has_a_sentence_and_an_unnamed_document_shows_its_code():
    assert all(str(sentence(finding)) for finding in FOUND.values())
    assert "ISPM15" in str(sentence(FOUND[("KC-771", 1), "warn:documents"]))
