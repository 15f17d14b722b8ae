"""What a board shows, by the rules of ux.md: its columns (1), a card at a glance (2), one button
for this person (3).
"""

import re
from html import unescape

import pytest

from tests.pages.looking import reads
from tests.staff import log_in

# The columns of each board as the house is designed, hand-written; in brackets those it only waits
# for.
COLUMNS = {
    "sales": "received in_review awaiting_customer approved (plan_review) shipped "
    "(received) in_work answered",
    "production": "to_plan (consulting) plan_review (to_prepare) (preparing) handed_over ready "
    "running halted (to_inspect) (inspecting) "
    "on_hold reported acknowledged written to_approve",
    "purchasing": "(to_plan) consulting requested ordered",
    "warehouse": "consulting to_prepare preparing (handed_over) (running) (inspecting) to_stock_in "
    "in_stock to_pack to_confirm to_ship counting (to_approve)",
    "quality": "(running) to_inspect inspecting nonconforming to_draw drawn testing reported "
    "to_decide received in_work (answered) drafting in_review approved",
}
ROLES = {
    "sales": "sales",
    "production": "supervisor",
    "purchasing": "buyer",
    "warehouse": "storekeeper",
    "quality": "quality_head",
}


def board(walk, role, department, language="en"):
    """The sections of a board, each as (stage, whether it is only waited for, its cards)."""
    page = reads(walk, role, language).get(f"/{department}/").get_data(as_text=True)
    for section in re.findall(r'<section class="column.*?</section>', page, re.S):
        head = section.split(">")[0]
        stage = re.search(r'data-stage="(\w+)"', head)[1]
        yield stage, "waited" in head, re.findall(r"<article.*?</article>", section, re.S)


def cards(walk, role, department):
    return [card for _, _, found in board(walk, role, department) for card in found]


@pytest.mark.parametrize("department", COLUMNS)
def test_a_column_is_a_stage_and_what_is_waited_for_can_only_be_read(standing, department):
    found = list(board(standing, ROLES[department], department))
    assert (
        " ".join(f"({stage})" if waited else stage for stage, waited, _ in found)
        == COLUMNS[department]
    )
    for stage, waited, shown in found:
        assert all(f'data-stage="{stage}"' in card for card in shown)
        assert not waited or not any(
            'class="next"' in card or 'class="grip"' in card for card in shown
        ), stage


def test_a_card_tells_at_a_glance_what_it_is_and_how_it_stands(standing):
    ref = standing.refs["production", "running"]
    card = next(
        card for card in cards(standing, "operator", "production") if f'data-record="{ref}"' in card
    )
    known = standing.look(
        ref,
        lambda c: (
            c.number,
            c.product.name_en,
            f"{c.quantity} units",
            c.order.customer.name_en,
            "Operator",
        ),
    )
    told = unescape(re.sub(r"<[^>]+>", " ", card))
    assert [word for word in known if word not in told] == []
    assert re.search(r'class="due">[^<]+<span>\d+ d', card), "the promised day and the days left"
    assert re.search(r'class="held">[^<]+<span>[^<]+</span>', card), "who holds it, and since when"


def test_a_halt_is_told_by_icon_and_word_and_what_blocks_it_by_a_sentence(standing):
    ref = standing.refs["production", "halted"]
    card = next(
        card for card in cards(standing, "operator", "production") if f'data-record="{ref}"' in card
    )
    assert re.search(r'<span class="badge halted"><svg.*?#i-halted"/></svg>Halted</span>', card)
    assert re.search(
        r'class="block"><svg.*?</svg><span>Anomaly A-[^<]+: Anomaly reported</span>', card
    )
    normal = next(
        card for card in cards(standing, "operator", "production") if 'data-stage="ready"' in card
    )
    assert "badge" not in normal, "what is normal is neutral"


@pytest.mark.parametrize("department", COLUMNS)
def test_one_button_a_card_and_what_cannot_be_done_yet_says_why(standing, department):
    offered = 0
    for card in cards(standing, ROLES[department], department):
        buttons = re.findall(r'<a class="next"[^>]*>', card)
        assert len(buttons) <= 1, card
        offered += len(buttons)
        if buttons and "aria-disabled" in buttons[0]:
            assert re.search(r'class="block">.*?<span>[^<]{10,}</span>', card), card
    assert offered
    assert not any(
        'class="next"' in card or 'class="grip"' in card
        for card in cards(standing, "auditor", department)
    ), "who may do nothing sees nothing to do"


def test_a_board_read_again_brings_what_stands_around_it(walk):
    """Plans to acknowledge, what asks for attention and the jumps of a phone are of the same
    moment as the cards.
    """
    cards = [walk.card("to_prepare"), walk.card("to_prepare")]
    keeper = walk.browser("storekeeper")

    def owed():
        page = keeper.get("/warehouse/?seen=0").text
        assert 'id="board-summary"' in page and "<html" not in page
        assert re.search(r'href="#column-production-to_prepare"[^>]*>[^<]*<b>2</b>', page)
        return re.search(
            r'id="receipts"( hidden)?>.*?class="number"[^>]*>(\d+)<', page, re.S
        ).groups()

    assert owed() == (None, "2")
    walk.do("storekeeper", cards[0], "acknowledge_plan")
    assert owed() == (None, "1")
    walk.do("storekeeper", cards[1], "acknowledge_plan")
    assert owed() == (" hidden", "0")
    assert 'id="receipts"' not in walk.browser("sales").get("/warehouse/?seen=0").text


def test_columns_are_folded_away_for_a_person_on_every_machine_and_named_by_their_flow(everywhere):
    walk = everywhere
    head = walk.browser("quality_head")
    page = head.get("/quality/").get_data(as_text=True)
    flows = re.findall(r'class="flow-name" id="f-(column-\w+-\w+)">([^<]+)', page)
    assert len({name for _, name in flows}) > 1 and len(flows) == page.count(
        '<section class="column'
    )
    named = re.findall(r'<section class="column[^>]*id="column-(\w+)-\w+"', page)
    assert named == sorted(named, key=named.index), "each kind's columns stand together"
    assert page.count("first-of-flow") == len(set(named))
    jumps = page[page.index('id="stage-jumps"') :].split("</nav>")[0]
    assert jumps.count("href=") == len(flows)
    answer = head.submit("/quality/fold", column="sample.testing", next="/quality/")
    assert (answer.status_code, answer.location) == (303, "/quality/")

    def folded(browser):
        return re.findall(
            r'<section class="column[^"]*folded[^"]*" id="([^"]+)"',
            browser.get("/quality/").get_data(as_text=True),
        )

    assert folded(head) == ["column-sample-testing"]
    other = log_in(walk.app, head.user_id)
    assert folded(other) == ["column-sample-testing"], "another machine"
    assert folded(walk.browser("inspector")) == [], "another person"
    assert head.submit("/quality/fold", column="sample.nowhere").status_code == 404
    other.submit("/quality/fold", column="sample.testing", folded="0")
    assert folded(head) == []
