"""What numbers begin with: as the plant says, without a gap, and never the same twice."""

import pytest

from app.models.records.number_series import next_number
from tests.master.test_settings import PAGE


def number_of(walk):
    """The number of a card whose order is approved now."""
    return walk.card("to_plan", quantity=24)


@pytest.mark.on_both
def test_a_change_holds_for_the_next_number_and_old_ones_are_found(walk):
    admin, planner = walk.browser("admin"), walk.browser("planner")
    old = number_of(walk)
    year = old[:4]
    assert old == f"{year}-00001-1"
    assert admin.submit(PAGE, version="0", prefix_orders="so").status_code == 303
    with_letters = number_of(walk)
    assert with_letters == f"SO-{year}-00001-1"
    admin.submit(PAGE, version="1", prefix_orders="SO", number_year="no")
    assert number_of(walk) == "SO-00001-1"
    admin.submit(PAGE, version="2", number_year="yes")
    assert number_of(walk) == f"{year}-00002-1", "it goes on where it was"
    for ref in (old, with_letters, "SO-00001-1"):
        assert planner.get(f"/production/{ref}").status_code == 200
        assert planner.get(f"/find?q={ref}").location.endswith(f"/{ref}")
        order = ref.removesuffix("-1")
        assert walk.browser("sales").get(f"/sales/{order}").status_code == 200
    assert planner.get("/production/SO-00009-1").status_code == 404


def test_what_one_series_began_with_another_goes_on_counting(walk):
    admin = walk.browser("admin")
    first = walk.order(("P-DW-500", 240))  # a request: R-2026-00001
    assert first.startswith("R-") and first.endswith("-00001")
    admin.submit(PAGE, version="0", prefix_R="Q", prefix_HO="R")
    assert walk.order(("P-DW-500", 240)).endswith("-00001")
    with walk.app.app_context():
        assert next_number("HO") == f"R{first[1:-1]}2"


@pytest.mark.parametrize(
    "said, why",
    [
        ({"prefix_SH": "S"}, "“Shipments” begin with that already."),
        ({"prefix_SH": "2026"}, "Capital letters and digits, a letter first."),
        ({"prefix_SH": "S-H"}, "Capital letters and digits, a letter first."),
        ({"number_year": "no"}, "Without the year, orders need letters in front."),
    ],
)
def test_what_could_give_a_number_twice_is_refused(login_as, said, why):
    refused = login_as("admin", language="en").submit(PAGE, version="0", **said)
    assert refused.status_code == 422 and why in refused.text
