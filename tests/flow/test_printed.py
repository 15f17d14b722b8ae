"""What is told from the declaration: FLOW.md, the page of the procedure, its drawings; and that
no clause is forgotten.
"""

import re

import pytest

from app.flow.flows import FLOWS
from app.flow.printed import procedure
from app.flow.printed.diagram import diagram
from app.flow.roles import ROLES
from app.flow.texts.clauses import CLAUSES

# As the written procedure counts them, by hand.
WRITTEN = [
    "1.1",
    "1.2",
    "1.3",
    "2.1",
    "2.2",
    "2.3",
    "3.1",
    "3.2",
    "3.3",
    "4.1",
    "4.2",
    "4.3",
    "5.1",
    "5.2",
    "5.3",
    "6.1",
    "6.2",
    "6.3",
    "四",
]
FLOW = pytest.mark.parametrize("flow", FLOWS.values(), ids=list(FLOWS))


def test_flow_md_is_what_the_declaration_says():
    assert procedure.FILE.read_text(encoding="utf-8") == procedure.flow_as_markdown(), (
        "run `make flow`"
    )


def test_every_clause_of_the_procedure_is_carried_out():
    assert [clause.number for clause in CLAUSES] == WRITTEN
    assert procedure.uncovered() == []


def test_no_stage_action_or_document_stands_under_an_unknown_clause():
    for flow in FLOWS.values():
        assert {thing.clause for thing in (*flow.stages, *flow.actions)} <= set(WRITTEN), flow.key


@FLOW
def test_a_mermaid_diagram_has_every_stage_and_every_move(flow):
    lines = list(procedure.mermaid(flow))
    for stage in flow.stages:
        assert any(line.endswith(f" as {stage.key}") for line in lines)
    for action in flow.actions:
        moves = (
            {(s, t) for s in action.sources or ("[*]",) for t in action.targets if s != t}
            if action.moves
            else set()
        )
        assert {(s, t) for s, t, key in map(arrow, lines) if key == action.key} == moves


def arrow(line):
    found = re.fullmatch(r"    (\S+) --> (\S+): (\w+)", line)
    return found.groups() if found else ("", "", "")


@FLOW
def test_a_drawing_has_a_box_a_stage_and_no_two_arrows_in_one_place(flow):
    picture = diagram(flow)
    assert [box.stage for box in picture.boxes] == list(flow.stages)
    assert len({box.y for box in picture.boxes}) == len(flow.stages)
    spans = {}
    for edge in picture.edges:
        if edge.lane:
            low, high = sorted((edge.y1, edge.y2))
            assert all(high <= a or b <= low for a, b in spans.get(edge.lane, [])), (
                "two arrows on one lane"
            )
            spans.setdefault(edge.lane, []).append((low, high))
            assert 0 <= picture.lane_x(edge) <= picture.width
    numbers = {number for edge in picture.edges for number in edge.numbers}
    assert numbers <= set(range(1, len(flow.actions) + 1))


def test_the_matrix_marks_exactly_the_roles_that_may():
    for _, action in procedure.actions():
        marked = {role.key for role in ROLES.values() if procedure.mark(action, role)}
        assert marked == set(action.role_keys)
        assert procedure.who(action) == [] or not action.driven


def test_the_page_tells_clauses_actions_roles_and_draws_each_flow(login_as):
    page = login_as("auditor").get("/procedure").text
    assert re.findall(r'data-clause="([^"]+)"', page) == WRITTEN
    assert set(re.findall(r'data-action="([^"]+)"', page)) == {
        f"{flow.key}.{action.key}" for flow, action in procedure.actions()
    }
    assert page.count("<marker ") == len(FLOWS)
    assert "style=" not in page
