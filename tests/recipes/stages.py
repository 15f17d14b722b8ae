"""The recipe “a stage”, as somebody writes it: one stage more in each flow, with the actions to it
and from it, in the one file that declares the flow; and where a record that stands there is seen.
"""

import re
from dataclasses import dataclass, field
from textwrap import indent


@dataclass(frozen=True)
class Recipe:
    """``key`` is the new stage, put after the stage ``after``, from where ``who`` brings a record
    there. ``declared`` is what stands in the declaration behind its key and its label.

    ``today`` names the department's lists that have it, ``absent`` those that have not, as
    ``department/list``. ``greyed`` is who waits for it, ``drawn`` how the schedule shows it.
    Places that only some kinds of record know are named in ``also``.
    """

    file: str
    flow: str
    key: str
    label: str
    after: str
    who: str
    role: str
    declared: str
    department: str
    today: tuple[str, ...]
    absent: tuple[str, ...]
    greyed: tuple[str, ...] = ()
    drawn: str = ""
    also: tuple[str, ...] = field(default=())

    @property
    def stage(self) -> str:
        return f'Stage("{self.key}", _l("{self.label}"), {self.declared}),\n'

    @property
    def actions(self) -> str:
        """There and back, by whoever works there."""
        steps = (("begin", self.after, self.key), ("end", self.key, self.after))
        return "".join(
            f'Action("{step}_{self.key}", _l("{step.title()}"), past=_l("did it"), '
            f'source="{source}", target="{target}", roles=frozenset({{{self.role}}}), '
            'clause="2.1"),\n'
            for step, source, target in steps
        )

    def written_into(self, text: str) -> str:
        """The declaration with the stage and its actions."""
        place = re.search(rf'^    Stage\("{self.after}", .*?\),\n(?=    Stage)', text, re.M | re.S)
        text = text[: place.end()] + indent(self.stage, "    ") + text[place.end() :]
        first = re.search(r"^(\), \(|PLANNING_ACTIONS = \()\n", text, re.M)
        return text[: first.end()] + indent(self.actions, "    ") + text[first.end() :]


RECIPES = {
    recipe.key: recipe
    for recipe in (
        Recipe(
            "orders.py",
            "order",
            "checking_terms",
            "Terms being checked",
            "in_review",
            "sales",
            "CLERK",
            'INTAKE, SALES, "1.2", tags=(t.UNDER_REVIEW, t.TO_ANSWER)',
            "sales",
            today=("sales/unanswered",),
            absent=("sales/unpaid",),
            also=("archive", "review"),
        ),
        Recipe(
            "production.py",
            "production",
            "weighing",
            "Being weighed",
            "preparing",
            "storekeeper",
            "STOREKEEPER",
            'MATERIALS, WAREHOUSE, "3.2", tags=(t.ISSUED, t.KIT), waited_for_by=(PRODUCTION,)',
            "warehouse",
            today=("warehouse/kits", "production/starting"),
            absent=("quality/nonconforming",),
            greyed=("production",),
            drawn="planned",
            also=("archive", "wall"),
        ),
        Recipe(
            "production.py",
            "production",
            "emptying",
            "Being emptied",
            "running",
            "operator",
            "OPERATOR",
            'EXECUTION, PRODUCTION, "4.2", tags=(t.ON_LINE,), waited_for_by=(QUALITY,)',
            "production",
            today=(),
            absent=("warehouse/kits", "production/starting"),
            greyed=("quality",),
            drawn="running",
            also=("archive", "wall", "line_taken", "on_file"),
        ),
        Recipe(
            "production.py",
            "production",
            "relabelling",
            "Being relabelled",
            "in_stock",
            "storekeeper",
            "STOREKEEPER",
            'DELIVERY, WAREHOUSE, "6.1", tags=(t.MADE, t.HOLDS_STOCK, t.UNMARKED)',
            "warehouse",
            today=(),
            absent=("warehouse/kits", "sales/unanswered"),
            also=("archive", "wall", "reserved"),
        ),
        Recipe(
            "requisitions.py",
            "requisition",
            "at_customs",
            "At the customs",
            "ordered",
            "buyer",
            "BUYER",
            'PLANNING, PURCHASING, "2.2", tags=(t.ON_ORDER,)',
            "purchasing",
            today=("warehouse/incoming",),
            absent=("purchasing/to_order",),
        ),
        Recipe(
            "anomalies.py",
            "anomaly",
            "called",
            "Supervisor called",
            "reported",
            "supervisor",
            "SUPERVISOR",
            'EXECUTION, PRODUCTION, "4.3", tags=(t.NEW,)',
            "production",
            today=("production/anomalies",),
            absent=(),
            also=("alarm",),
        ),
        Recipe(
            "handovers.py",
            "handover",
            "explained",
            "Being explained",
            "written",
            "supervisor",
            "SUPERVISOR",
            'EXECUTION, PRODUCTION, "4.1"',
            "production",
            today=("production/handovers",),
            absent=(),
        ),
        Recipe(
            "samples.py",
            "sample",
            "second_reading",
            "Read once more",
            "reported",
            "inspector",
            "INSPECTOR",
            'INSPECTION, QUALITY, "5.1", tags=(t.TO_RELEASE,)',
            "quality",
            today=("quality/to_release",),
            absent=("quality/incoming",),
            also=("archive",),
        ),
        Recipe(
            "shipments.py",
            "shipment",
            "loading",
            "Being loaded",
            "to_ship",
            "storekeeper",
            "STOREKEEPER",
            'DELIVERY, WAREHOUSE, "6.3", tags=(t.TO_LEAVE,)',
            "warehouse",
            today=("warehouse/vehicles",),
            absent=("warehouse/unconfirmed", "sales/to_call"),
            also=("archive",),
        ),
        Recipe(
            "dispositions.py",
            "disposition",
            "looked_at",
            "Being looked at",
            "to_decide",
            "quality_head",
            "QUALITY_HEAD",
            'INSPECTION, QUALITY, "5.3"',
            "quality",
            today=("quality/to_decide",),
            absent=(),
            also=("not_free",),
        ),
        Recipe(
            "warehouse/counts.py",
            "count",
            "looked_over",
            "Being looked over",
            "to_approve",
            "production_head",
            "PRODUCTION_HEAD",
            'MATERIALS, PRODUCTION, "3.1", tags=(t.COUNTED,)',
            "production",
            today=("production/counts",),
            absent=("warehouse/counts",),
        ),
        Recipe(
            "sales/complaints.py",
            "complaint",
            "weighed_up",
            "Being weighed up",
            "in_work",
            "quality_head",
            "QUALITY_HEAD",
            'DELIVERY, QUALITY, "6.3", tags=(t.LOOKED_INTO,)',
            "quality",
            today=("quality/complaints", "sales/complaints"),
            absent=(),
        ),
        Recipe(
            "master/revisions.py",
            "revision",
            "read_aloud",
            "Being read aloud",
            "in_review",
            "quality_head",
            "QUALITY_HEAD",
            'PLANNING, QUALITY, "四", tags=(t.TO_SIGN,)',
            "quality",
            today=("quality/documents", "production/documents"),
            absent=("quality/to_decide",),
        ),
    )
}
