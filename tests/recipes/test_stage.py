"""A new stage is one file: what it is asked for its tags say, and no list is kept beside them."""

import json
from dataclasses import replace

import pytest

from app.flow.departments import PRODUCTION, QUALITY
from app.flow.flows import FLOWS
from app.flow.grammar import Flow, WrongDeclaration
from app.flow.production import PRODUCTION_ORDERS
from app.flow.rules import tags as t
from tests.recipes.copied import follows
from tests.recipes.stages import RECIPES


def test_every_flow_has_its_recipe():
    assert {recipe.flow for recipe in RECIPES.values()} == set(FLOWS)


def test_one_file_puts_a_stage_everywhere(walked, tree):
    """Each in its own file, and all of them in one tree; each looked for on a plant of its own."""
    for recipe in RECIPES.values():
        file = tree.root / "app/flow" / recipe.file
        file.write_text(recipe.written_into(file.read_text("utf-8")), "utf-8")
        assert follows({f"app/flow/{recipe.file}"}, "A stage")
    assert tree.by_hand() == {f"app/flow/{recipe.file}" for recipe in RECIPES.values()}
    asked = {
        "home": str(tree.root / "home"),
        "refs": [[key, ref] for key, ref in walked.refs.items()],
        "people": [[who, user] for who, user in walked.people.items()],
    }
    seen = json.loads(tree.run("tests.recipes.standing", given=json.dumps(asked)))
    assert seen.keys() == RECIPES.keys() and min(map(len, seen.values())) >= 4
    assert [
        (name, place)
        for name, places in seen.items()
        for place, there in places.items()
        if not there
    ] == []


def declared(**changes):
    """The flow of cards with a stage's tags or what waits for it changed."""
    stages = (replace(s, **changes.get(s.key, {})) for s in PRODUCTION_ORDERS.stages)
    return Flow("production", PRODUCTION_ORDERS.label, tuple(stages), PRODUCTION_ORDERS.actions)


@pytest.mark.parametrize(
    "changes,told",
    [
        ({"ready": {"tags": (t.ISSUED, t.Tag("own", "", ("production",)))}}, "unknown tag"),
        ({"ready": {"tags": (t.ISSUED, t.NEW)}}, "a tag of other flows"),
        ({"ready": {"tags": (t.ISSUED, t.ISSUED)}}, "twice"),
        ({"ready": {"tags": (t.ISSUED, t.IN_STOCK)}}, "but not “holds stock”"),
        ({"ready": {"tags": ()}}, "must carry one tag of its progress"),
        ({"ready": {"tags": (t.ISSUED, t.MADE)}}, "must carry one tag of its progress"),
        ({"nonconforming": {"tags": (t.MADE,)}}, "no stage carries “nonconforming”"),
        ({"ready": {"waited_for_by": (PRODUCTION,)}}, "by its own department"),
    ],
)
def test_a_wrong_tag_fails_when_the_flow_is_declared(changes, told):
    declared(ready={"waited_for_by": (QUALITY,)})
    with pytest.raises(WrongDeclaration, match=told):
        declared(**changes)
