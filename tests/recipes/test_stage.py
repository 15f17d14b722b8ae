"""A new stage is one file: what it is asked for its tags say, and no list is kept beside them."""

import filecmp
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from app.flow.departments import PRODUCTION, QUALITY
from app.flow.flows import FLOWS
from app.flow.grammar import Flow, WrongDeclaration
from app.flow.production import PRODUCTION_ORDERS
from app.flow.rules import tags as t
from tests.recipes.stages import RECIPES

ROOT = Path(__file__).parents[2]


def changed(copy):
    """The source files that differ from ours."""
    ours = {path.relative_to(ROOT) for path in (ROOT / "app").rglob("*.py")}
    theirs = {path.relative_to(copy) for path in (copy / "app").rglob("*.py")}
    same = filecmp.cmpfiles(ROOT, copy, map(str, ours), shallow=False)[0]
    return sorted(map(str, (ours | theirs) - set(map(Path, same))))


def copied(folder):
    """A copy of the house: the application's own files, all else by reference."""
    shutil.copytree(ROOT / "app", folder / "app")
    for name in ("static", "migrations", "tests"):
        (folder / name).symlink_to(ROOT / name)
    return folder


def test_every_flow_has_its_recipe():
    assert {recipe.flow for recipe in RECIPES.values()} == set(FLOWS)


@pytest.mark.parametrize("name", RECIPES)
def test_one_file_puts_a_stage_everywhere(name, walked, tmp_path):
    house, recipe = copied(tmp_path), RECIPES[name]
    file = house / "app/flow" / recipe.file
    file.write_text(recipe.written_into(file.read_text("utf-8")), "utf-8")
    assert changed(house) == [f"app/flow/{recipe.file}"]
    asked = {
        "name": name,
        "url": walked.copy("recipe"),
        "home": str(tmp_path / "home"),
        "refs": [[key, ref] for key, ref in walked.refs.items()],
        "people": [[who, user] for who, user in walked.people.items()],
    }
    answer = subprocess.run(
        [sys.executable, "-m", "tests.recipes.standing"],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        cwd=house,
        env={**os.environ, "PYTHONPATH": str(house)},
    )
    assert answer.returncode == 0, answer.stderr[-3000:]
    seen = json.loads(answer.stdout)
    assert len(seen) >= 4 and [place for place, there in seen.items() if not there] == []


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
