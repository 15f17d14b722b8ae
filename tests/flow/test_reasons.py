"""A reason is chosen from the department's list, or said in words of one's own; what was signed
stays as it was.
"""

import re
from html import unescape

import pytest

from app.extensions import db
from app.models.floor.anomaly import Anomaly
from app.models.master import Reason
from app.models.records.event import Event
from tests.pages.looking import reads, words

LIST = "/admin/master/reason"
SIGNED = "等客户回复 ／ Waiting for the customer’s answer"
OWN = {
    "department": "production",
    "code": "P-90",
    "name_zh": "停电",
    "name_en": "Power cut",
    "steps": "production.hold",
    "position": 5,
}


def offered(browser, ref, action="hold", department="production"):
    """The reasons that a form lets choose among, by what goes on record."""
    page = browser.get(f"/{department}/{ref}/{action}").get_data(as_text=True)
    return [
        unescape(value) for value in re.findall(r'name="reason_listed"[^>]*? value="([^"]*)"', page)
    ]


def changed(walk, who, code, **fields):
    """Change a reason of the list through its page."""
    with walk.app.app_context():
        row = Reason.by_code(code)
        kept = {
            "name_zh": row.name_zh,
            "name_en": row.name_en,
            "steps": row.steps,
            "position": row.position,
            "revision": row.revision,
        }
        path = f"{LIST}/{row.id}"
    return walk.browser(who).submit(path, **{**kept, **fields})


def retired(walk, who, code):
    with walk.app.app_context():
        row = Reason.by_code(code)
        path, revision = f"{LIST}/{row.id}/active", row.revision
    return walk.browser(who).submit(path, revision=revision, active="", reason="Unused")


def reason_of(walk, ref):
    return walk.look(ref, lambda record: record.last_deed.data["reason"])


@pytest.fixture
def card(walk):
    return walk.card()


def test_one_of_the_list_goes_on_record_in_both_languages(walk, card):
    found = offered(walk.browser("planner"), card)
    assert (
        found[0] == "材料赶不上 ／ Materials will not be there in time"
        and SIGNED in found
        and found[-1] == "other"
    )
    walk.do("planner", card, "hold", reason_listed=SIGNED, reason="")
    assert reason_of(walk, card) == SIGNED
    for language, mine, other in (
        ("zh", "等客户回复", "Waiting for"),
        ("en", "Waiting for the customer’s answer", "等客户回复"),
    ):
        page = words(reads(walk, "planner", language).get(f"/production/{card}"))
        assert mine in page and other not in page


def test_other_takes_words_and_needs_them(walk, card):
    for wordless in ("", " ", "\u200b"):
        answer = walk.post("planner", card, "hold", reason_listed="other", reason=wordless)
        page = answer.get_data(as_text=True)
        assert (
            answer.status_code == 422
            and 'id="reason-error"' in page
            and 'id="reason_listed-error"' not in page
        )
        assert re.search(
            r'name="reason_listed"[^>]*checked[^>]* value="other"|value="other"[^>]* checked|checked[^>]*value="other"',  # noqa: E501
            page,
        )
    walk.do("planner", card, "hold", reason_listed="other", reason="船期未定 waits for a ship")
    assert reason_of(walk, card) == "船期未定 waits for a ship"
    assert "船期未定 waits for a ship" in words(
        reads(walk, "planner", "zh").get(f"/production/{card}")
    ), "own words are never parted"


def test_nothing_chosen_is_refused_at_the_list(walk, card):
    answer = walk.post("planner", card, "hold", reason="")
    page = answer.get_data(as_text=True)
    assert (
        answer.status_code == 422
        and 'id="reason_listed-error"' in page
        and 'id="reason-error"' not in page
    )
    assert walk.look(card) == "to_plan"


def test_words_alone_still_do(walk, card):
    walk.do("planner", card, "hold", reason="an old form")
    assert reason_of(walk, card) == "an old form"


def test_a_retired_reason_is_not_offered_nor_taken(walk, card):
    assert retired(walk, "production_head", "P-05").status_code == 303
    assert SIGNED not in offered(walk.browser("planner"), card)
    answer = walk.post("planner", card, "hold", reason_listed=SIGNED)
    assert answer.status_code == 422 and "not in use any more" in answer.get_data(as_text=True)


def test_what_was_signed_outlives_a_change_of_the_list(walk, card):
    walk.do("planner", card, "hold", reason_listed=SIGNED)
    assert (
        changed(
            walk, "production_head", "P-05", name_zh="等销售", name_en="Waiting for Sales"
        ).status_code
        == 303
    )
    assert reason_of(walk, card) == SIGNED
    assert "等客户回复" in words(reads(walk, "planner", "zh").get(f"/production/{card}"))
    other = walk.card()
    assert "等销售 ／ Waiting for Sales" in offered(
        walk.browser("planner"), other
    ) and SIGNED not in offered(walk.browser("planner"), other)
    # A form that lay open shows the new words before anybody signs them.
    assert walk.post("planner", other, "hold", reason_listed=SIGNED).status_code == 422


def test_without_a_list_words_are_asked_for_as_ever(walk, card):
    with walk.app.app_context():
        codes = [row.code for row in Reason.offered_for("production.hold")]
    for code in codes:
        assert retired(walk, "production_head", code).status_code == 303
    page = walk.browser("planner").get(f"/production/{card}/hold").get_data(as_text=True)
    assert "reason_listed" not in page and re.search(
        r'<textarea[^>]*name="reason"[^>]*required', page
    )
    assert walk.post("planner", card, "hold", reason="").status_code == 422
    walk.do("planner", card, "hold", reason="no list")


def test_an_action_that_opens_a_record_offers_its_own(walk):
    browser = walk.browser("storekeeper")
    page = browser.get("/warehouse/new/disposition/set_aside").get_data(as_text=True)
    assert "包装破损 ／ Packaging damaged" in unescape(page) and "等客户回复" not in page


def test_each_department_keeps_its_own_list(walk, card):
    assert walk.browser("production_head").submit(f"{LIST}/new", **OWN).status_code == 303
    assert offered(walk.browser("planner"), card)[0] == "停电 ／ Power cut"
    answer = walk.browser("quality_head").submit(f"{LIST}/new", **OWN | {"code": "P-91"})
    assert answer.status_code == 422 and "each keeps its own list" in answer.get_data(as_text=True)
    assert (
        changed(walk, "quality_head", "P-90", name_en="x").status_code == 403
        and retired(walk, "quality_head", "P-90").status_code == 403
    )
    assert (
        walk.browser("planner").submit(f"{LIST}/new", **OWN | {"code": "P-92"}).status_code == 403
    )
    page = walk.browser("quality_head").get(LIST).get_data(as_text=True)
    assert (
        'aria-label="Show Production · P-90"' in page and 'aria-label="Edit Quality · Q-01"' in page
    )
    assert changed(walk, "admin", "P-90", name_en="Blackout").status_code == 303
    with walk.app.app_context():
        events = (
            db.session.query(Event)
            .filter(Event.flow == "master:reason", Event.role.is_not(None))
            .order_by(Event.id)
            .all()
        )
        assert [(event.action, event.role) for event in events] == [
            ("create", "production_head"),
            ("change", "admin"),
        ]


def test_a_reason_is_offered_somewhere(walk):
    answer = walk.browser("production_head").submit(f"{LIST}/new", **OWN | {"steps": []})
    assert answer.status_code == 422 and "at least one step" in answer.get_data(as_text=True)


# What asks for a reason only where something is not as it was to be.

SHORT = "数量短少 ／ Less than on the sheet"


def test_a_line_is_refused_for_a_reason_of_the_list(walk):
    card = walk.card("handed_over")
    rows = walk.acceptance(card, refuse="L-001")
    row = next(name.removesuffix("accepted") for name, value in rows.items() if value == "no")
    page = walk.browser("operator").get(f"/production/{card}/accept_materials").text
    assert f'<option value="{SHORT}">' in unescape(page) and "包装破损" not in unescape(page)
    for wrong, sentence in (
        ({}, "A refusal needs its reason"),
        ({"reason_listed": "nonsense"}, "not in use any more"),
        ({"reason_listed": "other"}, "A refusal needs"),
    ):
        sent = (
            rows | {f"{row}reason": ""} | {f"{row}{name}": value for name, value in wrong.items()}
        )
        answer = walk.post("operator", card, "accept_materials", **sent)
        assert answer.status_code == 422 and sentence in answer.text, wrong
    walk.do(
        "operator",
        card,
        "accept_materials",
        **rows | {f"{row}reason": "", f"{row}reason_listed": SHORT},
    )
    assert SHORT in walk.look(
        card, lambda c: [line["reason"] for line in c.last_deed.data["lines"]]
    )


def test_a_saved_result_is_changed_for_a_reason_of_the_list(walk):
    sample = walk.sample_of(walk.card("inspecting"))
    walk.do("inspector", sample, "start_testing")
    fields = walk.results(sample)
    place = walk.look(sample, lambda s: next(n for n, r in enumerate(s.results) if r.code == "PH"))
    walk.do("inspector", sample, "enter_results", **fields)
    changed = {**fields, f"results-{place}-value": "7.25"}
    assert walk.post("inspector", sample, "enter_results", **changed).status_code == 422
    assert (
        walk.post(
            "inspector", sample, "enter_results", **changed, reason_listed="other"
        ).status_code
        == 422
    )
    listed = "结果录入有误 ／ Result entered wrongly"
    walk.do("inspector", sample, "enter_results", **changed, reason_listed=listed)
    assert reason_of(walk, sample) == listed


def test_an_unusual_figure_is_explained_by_a_reason_of_the_list(walk):
    ref = walk.ordered(walk.requisition())
    fields = {"quantity": 12000, "supplier_lot": "SL-9", "assay": ""}
    asked = walk.post("storekeeper", ref, "receive", **fields).text
    listed = "已复点复秤 ／ Counted or weighed again"
    assert "已复测确认" not in asked, "another department’s"
    seen = re.search(r'name="unusual_seen"[^>]*value="([^"]+)"', asked)[1]
    assert listed in unescape(asked)
    walk.do(
        "storekeeper",
        ref,
        "receive",
        **fields,
        unusual="",
        unusual_seen=seen,
        unusual_listed=listed,
    )
    assert walk.look(ref, lambda r: r.last_deed.data["unusual"]["reason"]) == listed


@pytest.mark.parametrize(
    ("language", "mine", "other"),
    [("zh", "检测操作有误", "Mistake in testing"), ("en", "Mistake in testing", "检测操作有误")],
)
def test_why_a_result_was_laid_aside_stands_in_the_readers_language(
    everywhere, language, mine, other
):
    sample = everywhere.refs["sample", "reported"]
    everywhere.do(
        ("quality_head", 2),
        sample,
        "retest",
        reason_listed="检测操作有误 ／ Mistake in testing",
        reason="",
    )
    page = words(reads(everywhere, "quality_head", language).get(f"/quality/{sample}"))
    assert mine in page and other not in page and "／" not in page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_was_out_of_limits_stands_in_the_readers_language_wherever_it_is_told(
    everywhere, language
):
    """Of a reading out of its limits both languages are kept; a page shows one."""
    with everywhere.app.app_context():
        found = (
            db.session.query(Anomaly)
            .filter(Anomaly.description.contains(" ／ "), Anomaly.card_id.is_not(None))
            .first()
        )
        found = (
            found
            or db.session.query(Anomaly)
            .filter(Anomaly.card_id.is_not(None), Anomaly.stage == "reported")
            .first()
        )
        found.description, card = "9. 总酸度: 11.2 % ／ 9. acidity: 11.2 %", found.card.ref
        db.session.commit()
    for address in ("/", f"/production/{card}"):
        page = words(reads(everywhere, "supervisor", language).get(address))
        assert ("总酸度" in page, "acidity" in page) == (language == "zh", language == "en"), (
            address
        )
