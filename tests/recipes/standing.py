"""``python -m tests.recipes.standing``, in a copy of the house with the recipes' stages: bring a
record into each through the front door and look for it everywhere. What is read and told is JSON.
"""

import json
import re
import sys
from pathlib import Path

import app
from app.documents.bundle.folders import wanted
from tests import application
from tests.recipes.stages import RECIPES
from tests.shared import Template
from tests.staff import Browser
from tests.walk import Walk, said
from tests.wall.test_display import SETTINGS, code_on, confirm


class Look:
    """One record that stands in the new stage, and what each place shows of it."""

    def __init__(self, walk, recipe, ref):
        self.walk, self.recipe, self.ref = walk, recipe, ref
        self.column = f"column-{recipe.flow}-{recipe.key}"

    def page(self, address, who="production_head"):
        answer = self.walk.browser(who).get(address, follow_redirects=True)
        assert answer.status_code == 200, (address, answer.status_code)
        return answer.text

    def part(self, page, start, end="</section>"):
        """A part of a page, empty where it is not there."""
        found = re.search(f"{start}.*?{end}", page, re.S)
        return found[0] if found else ""

    def names(self, text):
        return bool(re.search(rf"{re.escape(self.ref)}(?![\w-])", text))

    def on_board(self, department, waited):
        column = self.part(
            self.page(f"/{department}/"), rf'<section class="[^"]*" id="{self.column}"'
        )
        return self.names(column) and ('class="column waited' in column) == waited

    def on_list(self, place):
        department, key = place.split("/")
        page = self.page(f"/{department}/today?all={key}")
        return f'data-record="{self.ref}"' in self.part(page, rf'id="today-{key}" data-list')

    def on_schedule(self):
        drawn = self.recipe.drawn
        what = "now" if drawn == "running" else "run"
        bar = self.part(self.page("/production/today"), f'id="today-{what}-{self.ref}"', "</a>")
        return f'class="run {drawn}"' in bar

    def at_home(self):
        return f'#{self.column}"' in self.page("/")

    def on_its_page(self):
        page = self.page(f"/{self.recipe.department}/{self.ref}")
        return self.recipe.label in page

    # Places of some

    def archive(self):
        """The archive's page of its order."""

        def order(record):
            card = getattr(record, "card", None) or next(iter(getattr(record, "cards", ())), record)
            return getattr(card, "order", record).ref

        page = self.page(f"/archive/{self.walk.look(self.ref, order)}")
        row = self.part(page, f'data-record="{self.ref}"', "</tr>") or self.part(
            page, "<h1>", "</h1>"
        )
        return self.recipe.label in row

    def review(self):
        """An order's review is still shown."""
        return 'class="remark' in self.page(f"/sales/{self.ref}")

    def wall(self):
        """A wall display shows the department's column, and the line with what runs on it."""
        screen = self.walk.app.test_client()
        layouts = ["plant", self.recipe.department]
        asked = confirm(
            self.walk.browser("admin"), code_on(screen), **SETTINGS | {"layouts": layouts}
        )
        assert asked.status_code == 303
        screen.get("/display/")
        shown = [screen.get(f"/display/screen?page={n}").text for n in range(12)]
        column = any(f'data-stage="{self.recipe.key}" data-count="1"' in page for page in shown)
        line = [self.part(page, '<section class="line running"') for page in shown]
        return column and (self.recipe.drawn != "running" or any(map(self.names, line)))

    def line_taken(self):
        """Nobody starts another run on its line."""
        other = self.walk.refs["production", "ready"]
        answer = self.walk.post("operator", other, "start")
        return answer.status_code == 409 and self.names(said(answer))

    def reserved(self):
        """Its units are no free stock."""
        lot = self.walk.look(self.ref, lambda card: card.lot.lot_no)
        free, reserved = (
            f'data-lot="{lot}"' in self.page(f"/stock/?by=lot&q={lot}&state={state}")
            for state in ("free", "reserved")
        )
        return reserved and not free

    def on_file(self):
        """Its papers are expected in the folder of an audit."""
        return self.walk.look(self.ref, lambda card: len(list(wanted([card]))) == 2)

    def alarm(self):
        """It still calls the supervisor."""
        return self.names(self.part(self.page("/", "supervisor"), 'id="calling"'))

    def not_free(self):
        """The lot's page still leads to the decision."""
        lot = self.walk.look(self.ref, lambda decision: decision.lot.lot_no)
        return self.recipe.label in self.page(f"/lots/{lot}", "quality_head")

    def everywhere(self):
        """Yield each place with whether the record is there as its tags say."""
        recipe = self.recipe
        yield "board", self.on_board(recipe.department, waited=False)
        yield "home", self.at_home()
        yield "its page", self.on_its_page()
        yield from ((f"greyed {each}", self.on_board(each, waited=True)) for each in recipe.greyed)
        yield from ((f"today {each}", self.on_list(each)) for each in recipe.today)
        yield from ((f"not today {each}", not self.on_list(each)) for each in recipe.absent)
        if recipe.drawn:
            yield "schedule", self.on_schedule()
        yield from ((each, bool(getattr(self, each)())) for each in recipe.also)


def stand(home, refs, people):
    """Bring a record into the stage of each recipe, each on a walked plant of its own; return
    ``{recipe: {place: whether it is seen there}}``.
    """
    walked = Template("sqlite", "walked")
    return {
        name: stand_in(name, walked.copy("recipe"), Path(home, name), refs, people)
        for name in RECIPES
    }


def stand_in(name, url, home, refs, people):
    recipe = RECIPES[name]
    home.mkdir(parents=True)
    with application.renewed(url, home) as house:
        house.test_client_class = Browser
        walk = Walk(house, {tuple(who): user for who, user in people})
        walk.refs = {tuple(key): ref for key, ref in refs}
        ref = walk.refs[recipe.flow, recipe.after]
        walk.do(recipe.who, ref, f"begin_{name}")
        assert walk.look(ref) == name
        return dict(Look(walk, recipe, ref).everywhere())


if __name__ == "__main__":
    assert Path(app.__file__).parent.parent == Path.cwd(), app.__file__
    json.dump(stand(**json.load(sys.stdin)), sys.stdout)
