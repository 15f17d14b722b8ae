"""Formulas with what they hold."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.extensions import db
from app.flow.texts.lazy_text import Text, _l
from app.models.master import Formula, FormulaLine, editing
from app.models.master.base import Master
from app.models.master.dictionary import TABLES
from app.models.records.sealing.administered import append
from app.models.sales.order import Order
from app.sheets.kinds.composite import Composite, Group, Lines
from app.sheets.kinds.table_kind import TableKind
from app.sheets.reading.known import Known
from app.sheets.reading.plan import CHANGED, SAME, Change
from app.sheets.reading.rows import Read

if TYPE_CHECKING:
    from app.models.people.user import User

DRAFT, APPROVED = "draft", "approved"
# What the event of a formula says that a file calls approved and whose lines are still to come.
ASKED = "asked"


@dataclass
class Heads(TableKind):
    """Whether it may be approved is asked once its lines are known."""

    def fault(self, values: dict[str, Any], known: Known) -> Any:
        return super().fault({**values, "status": DRAFT}, known)


@dataclass
class Formulas(Composite):
    """A formula is written as a draft, then its lines, then its status.

    On a plant that has approved an order what is new or changed stays a draft: people approve it.
    """

    def stand_in(self, code: str) -> Any:
        return Formula(code=code, status=DRAFT)

    def begin(self, group: Group, read: Read) -> None:
        before = group.old.status if isinstance(group.old, Formula) else DRAFT
        waits = group.old is not None and before == DRAFT and is_asked(group.old)
        group.status = read.values.get("status", APPROVED if waits else before)
        read.values["status"] = before

    def fault(self, group: Group) -> Text | None:
        old = group.old if isinstance(group.old, Formula) else None
        before, first = old.status if old else DRAFT, group.rows[0]
        held = self.held(group, old)
        is_same = not group.gone and all(row.state == SAME for row in group.rows)
        if group.status == APPROVED and not held:
            group.status, group.waits = before, True
            first.said.append(_l("It stays a draft until its lines are in."))
        elif group.status == APPROVED and not (is_same and before == APPROVED):
            if reason := fault_of(held):
                return reason
            if has_orders():
                group.status = before
                first.said.append(_l("It comes in as a draft: somebody approves it here."))
        if group.status != before:
            shown = [each for each in first.changes if each.field != "status"]
            first.changes = [*shown, Change("status", before if old else None, group.status)]
            first.state = CHANGED if first.state == SAME else first.state
        return None

    def held(self, group: Group, old: Formula | None) -> list[tuple[Decimal, Any]]:
        """Percentage and material of each line that it is about to have."""
        lines: dict[Any, tuple[Decimal, Any]] = {}
        for line in old.lines if old else ():
            if line not in group.gone:
                lines[line.line_no] = (line.percent, line.material.code)
        for planned in group.lines:
            if planned.work:
                _, values, _ = planned.work
                before = lines.get(values["line_no"], (None, None))
                lines[values["line_no"]] = (
                    values.get("percent", before[0]),
                    values.get("material", before[1]),
                )
        return list(lines.values())

    def owner_of(self, group: Group, known: Known, by: User | None) -> Master:
        row = super().owner_of(group, known, by)
        touched = group.gone or any(planned.work for planned in group.lines)
        if isinstance(row, Formula) and row.status == APPROVED and touched:
            self.become(row, DRAFT, by)
        return row

    def finish(self, group: Group, row: Master, by: User | None) -> None:
        db.session.expire(row, ["lines"])
        if isinstance(row, Formula) and group.status and row.status != group.status:
            self.become(row, group.status, by)
        elif isinstance(row, Formula) and group.waits:
            append(row, self.head.table.flow, "change", by=by, data={ASKED: APPROVED})

    def become(self, row: Formula, status: str, by: User | None) -> None:
        editing.change(self.head.table, row, {"status": status}, by=by, revision=row.revision)


def fault_of(held: list[tuple[Decimal, Any]]) -> Text | None:
    """What keeps a formula of such lines from being approved."""
    total = sum((percent for percent, _ in held), Decimal(0))
    if total == 100:
        return None
    return _l(
        "Its lines add up to %(total)s %%, not to 100 %%; it cannot be approved.",
        total=f"{total:f}",
    )


def is_asked(row: Master) -> bool:
    """Whether a file called it approved, and nothing has come of it yet but its lines."""
    last = next(iter(editing.history(TABLES["formula"], row)), None)
    return last is not None and last.data.get(ASKED) == APPROVED


def has_orders() -> bool:
    """Whether the plant has approved an order."""
    return db.session.scalar(select(Order.id).where(Order.number.is_not(None)).limit(1)) is not None


HEADS = Heads(
    "formulas",
    "formulas",
    TABLES["formula"],
    TABLES["formula"].label,
    {"code": "formula_code", "family": "family_code", "density": "density_kg_per_l"},
    {
        "code": ("配方编码", "配方编号", "配方号"),
        "name_zh": ("配方名称",),
        "version": ("版本", "版本号"),
        "effective_from": ("生效日期",),
        "family": ("产品族", "产品系列"),
        "incompat_class": ("化学类别", "化学品类别"),
        "density": ("密度", "比重"),
        "standard_yield_pct": ("标准收率", "收率"),
    },
)
LINES = Lines(
    "formula-lines",
    "formula_lines",
    TABLES["formula_line"],
    TABLES["formula_line"].label,
    {"formula": "formula_code", "material": "material_code", "percent": "percent_w_w"},
    {
        "line_no": ("序号", "行号", "项次"),
        "material": ("物料编码", "原料编码", "原料", "物料"),
        "percent": ("百分比", "含量", "配比", "占比", "比例", "用量"),
        "phase": ("相", "投料相"),
        "weigh_tolerance_pct": ("称量公差", "允差"),
    },
    revives=True,
    owner="formula",
)
FORMULAS = Formulas("formulas", "formulas", TABLES["formula"].label, HEADS, LINES, "line_no")
FORMULA_LINES = Formulas(
    "formula-lines", "formula_lines", LINES.label, HEADS, LINES, "line_no", of_lines=True
)
__all__ = ["FORMULAS", "FORMULA_LINES", "FormulaLine"]
