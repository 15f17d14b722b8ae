"""The plans in view are acknowledged by one button: an event for each, and what is refused is
told with its reason.
"""

import re
from html import unescape


def in_view(page):
    """What the button of the list sends."""
    form = re.search(r'<form method="post" action="/warehouse/receipts".*?</form>', page, re.S)
    return re.findall(r'name="plan" value="([^"]+)"', form[0]) if form else []


def acknowledged(walk, ref):
    return walk.look(
        ref,
        lambda card: [
            (e.actor_id, e.data["departments"])
            for e in card.history
            if e.action == "acknowledge_plan"
        ],
    )


def test_one_button_acknowledges_the_plans_in_view(walk):
    refs = [walk.bring(ref, "to_prepare") for ref in walk.approved(*(("P-DW-500", 24),) * 3)]
    keeper = walk.browser("storekeeper")
    seen = in_view(keeper.get("/warehouse/").text)
    assert sorted(value.split()[0] for value in seen) == sorted(refs)
    walk.do(("storekeeper", 2), refs[1], "acknowledge_plan")
    answer = keeper.submit(
        "/warehouse/receipts",
        plan=[*seen, "2026-99999-1 3", "nonsense", "x " + "9" * 40],
        next="/warehouse/",
    )
    assert (answer.status_code, answer.location) == (303, "/warehouse/")
    page = unescape(keeper.get("/warehouse/").text)
    assert (
        "Plans acknowledged: 2." in page
        and re.search(rf"{refs[1]}: \S+", page)
        and "not there any more" in page
    )
    assert [len(acknowledged(walk, ref)) for ref in refs] == [1, 1, 1]
    assert acknowledged(walk, refs[0]) == [(keeper.user_id, ["warehouse"])]
    assert in_view(keeper.get("/warehouse/").text) == [], (
        "one alone, or none, has no button for all"
    )


def test_who_owes_nothing_acknowledges_nothing(walk):
    ref = walk.bring(walk.approved(("P-DW-500", 24))[0], "to_prepare")
    version = walk.look(ref, lambda card: card.version)
    clerk = walk.browser("sales")
    assert clerk.submit("/sales/receipts", plan=f"{ref} {version}").status_code == 303
    assert (
        acknowledged(walk, ref) == [] and "Your role may not do this" in clerk.get("/sales/").text
    )
