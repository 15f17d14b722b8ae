"""Play the demo plant forward: everything in it was done by somebody, through the same actions
as in real work.
"""

from __future__ import annotations

from datetime import date

from app import clock
from app.demo.load import load
from app.demo.play.clock import Days, day_of
from app.demo.play.orders import order_story
from app.demo.play.purchases import lot_story, purchase_story, spare_request
from app.demo.play.script import APPROVED, FATES, RUNS, STAGES, earlier_orders, incidents
from app.demo.play.world import World
from app.extensions import db
from app.flow.flows import FLOWS
from app.flow.roles import ROLES
from app.flow.rules.settings import YES
from app.flow.texts.lazy_text import Text
from app.models.people.user import User
from app.models.records.rules.plant_settings import PlantSetting
from app.models.records.rules.stage_settings import SET, StageSetting
from app.security import demo_password

OPENING = (-10, "07:30")


def play(today: date | None = None) -> None:
    """Load the demo plant into an empty database marked demo and work it forward up to now; commits
    as it goes.

    ``today`` is the last day played, in the plant's zone. Raises NotEmpty.
    """
    now = clock.now()
    days = Days(today or day_of(now), now)
    try:
        clock.set_clock(days.at(*OPENING))
        # One session, nobody else: what was committed is still what was read.
        db.session().expire_on_commit = False
        world = World(load(days.last, opening=days.date(OPENING[0])), days)
        set_stages(world)
        PlantSetting.change({"vouchers": YES}, by=world.who("admin1"), version=0)
        db.session.commit()
        begin(world)
        world.run()
    finally:
        clock.set_clock(None)
        db.session.remove()


def set_stages(world: World) -> None:
    """What the plant has agreed on: how many cards its stages hold, and when one is old there."""
    for flow, stage, values in STAGES:
        unset = dict.fromkeys(SET)
        StageSetting.change(
            FLOWS[flow],
            FLOWS[flow].stage(stage),
            by=world.who("admin1"),
            version=0,
            **unset | values,
        )


def begin(world: World) -> None:
    """Let every script of the play wait for its moment."""
    for order in [*earlier_orders(world), *world.plant.orders]:
        po = order.customer_po
        runs = {line: run for (of, line), run in RUNS.items() if of == po}
        world.start(order_story(world, order, FATES.get(po, APPROVED), runs))
    for receipt in world.plant.receipts:
        world.start(purchase_story(world, receipt))
    for lot in world.plant.lots:
        if lot.received > world.days.date(OPENING[0]):
            world.start(lot_story(world, lot))
    for script in (spare_request(world), *incidents(world)):
        world.start(script)


def logins() -> list[tuple[Text, str, str]]:
    """Return every login, in the order of the roles: the role's name, login and password.

    The README's tour wants several of some.
    """
    people = db.session.query(User).order_by(User.id).all()
    return [
        (role.label, person.login, demo_password(person.login))
        for key, role in ROLES.items()
        for person in people
        if person.own_roles[:1] == [role]
    ]
