"""Stock that belongs to no card, and what becomes of it: expired, blocked, damaged or come back (clause 5.3)."""

from __future__ import annotations

from datetime import timedelta

from app.flow.departments import INSPECTION, QUALITY
from app.flow.grammar import Action, Flow, RolesFrom, Stage
from app.flow.roles import INSPECTOR, QUALITY_HEAD, STOREKEEPER
from app.flow.roles import SALES as CLERK
from app.flow.rules import guards as g
from app.flow.texts.lazy_text import _l

# To give free stock to a card is the planner's: “supply from stock” of the card that is to be planned.
DISPOSITIONS = Flow("disposition", _l("Stock decision"), (
    Stage("to_decide", _l("Stock to decide on"), INSPECTION, QUALITY, "5.3", ages_after=timedelta(days=2),
          admits=True),
    Stage("kept", _l("Back in stock"), INSPECTION, QUALITY, "5.3", ends=True),
    Stage("reworked", _l("Sent to rework"), INSPECTION, QUALITY, "5.3", ends=True),
    Stage("scrapped", _l("Scrapped"), INSPECTION, QUALITY, "5.3", ends=True, off_path=True),
), (
    SET_ASIDE := Action("set_aside", _l("Set stock aside for Quality"), past=_l("set stock aside for Quality"),
           source=None, target="to_decide", roles=frozenset({STOREKEEPER, QUALITY_HEAD}), clause="5.3",
           form="set_aside", reason=True, effect="set_aside"),
    COME_BACK := Action("come_back", _l("Take returned goods into quarantine"),
           past=_l("took returned goods into quarantine"),
           source=None, target="to_decide", roles=frozenset({CLERK, STOREKEEPER}), clause="5.3",
           effect="come_back", driven=True),
    Action("back_to_stock", _l("Release back to stock"), past=_l("released the stock"),
           source="to_decide", target="kept", roles=frozenset({QUALITY_HEAD}), clause="5.3",
           guards=(g.returned_goods_are_inspected, g.not_expired, g.not_rejected), not_by=("inspect_goods",), reason=True, signature=True,
           signs="goods", effect="back_to_stock"),
    Action("inspect_goods", _l("Inspect the returned goods"), past=_l("inspected the returned goods"),
           source="to_decide", target=None, roles=RolesFrom("roles_to_inspect", frozenset({INSPECTOR, QUALITY_HEAD})), clause="5.3",
           form="inspect_goods", demands=("looked_at", "findings"), effect="inspect"),
    Action("rework_goods", _l("Send the goods to rework"), past=_l("sent the goods to rework"),
           source="to_decide", target="reworked", roles=RolesFrom("roles_to_rework", frozenset({QUALITY_HEAD})), clause="5.3",
           guards=(g.returned_goods_are_inspected, g.not_expired), form="rework", demands=("instructions",), not_by=("inspect_goods",),
           reason=True, signature=True, signs="goods", effect="rework", primary=False),
    Action("scrap", _l("Scrap the stock"), past=_l("scrapped the stock"),
           source="to_decide", target="scrapped", roles=frozenset({QUALITY_HEAD}), clause="5.3", form="scrap",
           demands=("witness",), guards=(g.returned_goods_are_inspected,), not_by=("inspect_goods",),
           reason=True, signature=True, signs="goods", private=("witness",), effect="scrap", primary=False, danger=True),
))  # fmt: skip
