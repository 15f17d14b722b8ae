"""What goes wrong in the play, and what people do about it: anomalies, holds, a cancellation, a
part that is split off.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal

from app.demo.play.cards import Run, card_story
from app.demo.play.clock import FLOOR, after
from app.demo.play.world import Script, World
from app.extensions import db
from app.flow.master.revisions import FORMULA, INSTRUCTION
from app.flow.rules.gates import SHELF_LIFE
from app.models.controlled.on_paper import Paper
from app.models.controlled.revision import Revision
from app.models.floor.anomaly import Anomaly
from app.models.floor.handover import Handover
from app.models.master import AnomalyCode, Line, Product, WorkInstruction
from app.models.people.deputy import Deputy
from app.models.production.production_order import ProductionOrder
from app.models.records.rules.down_time import DownTime
from app.models.records.rules.gate_setting import GateSetting
from app.models.records.sealing.from_paper import FromPaper
from app.models.sales.order import Order
from app.required import required


@dataclass(frozen=True)
class Problem:
    """An anomaly of a kind, on a card or at a place, and how far it is dealt with, after how
    many minutes.
    """

    code: str
    day: int
    hour: str
    by: str
    description: str
    until: str = "resolved"
    card: tuple[str, int] | None = None
    place: str = ""
    supervisor: str = "super1"
    answered: int = 6
    solved: int = 25
    cause: str = ""
    measures: str = ""


def problem_story(world: World, problem: Problem) -> Script:
    yield world.days.at(problem.day, problem.hour)
    card = world.card(*problem.card) if problem.card else None
    anomaly = world.make(
        Anomaly,
        "report",
        problem.by,
        code_id=required(AnomalyCode.by_code(problem.code)).id,
        description=problem.description,
        place=problem.place,
        card_ref=card.number if card else "",
    )
    if problem.until == "reported":
        return
    yield after(world.now, problem.answered, FLOOR)
    world.act(anomaly, "acknowledge", problem.supervisor)
    if problem.until == "acknowledged":
        return
    yield after(world.now, problem.solved, FLOOR)
    world.act(
        anomaly, "resolve", problem.supervisor, measures=problem.measures, cause=problem.cause
    )


def paper_story(world: World, day: int) -> Script:
    """A power cut in the morning: what was written down then is entered in the afternoon."""
    yield world.days.at(day, "13:10")
    DownTime.declare(
        by=world.who("admin1"),
        since=world.days.at(day, "10:40"),
        until=world.days.at(day, "12:30"),
        reason="配电房检修停电,服务器关机",
    )
    db.session.commit()
    yield world.days.at(day, "13:40")
    enterer = world.who("super1")

    def at(hour: str, sheet: str) -> FromPaper:
        return FromPaper(enterer, world.days.at(day, hour), sheet)

    anomaly = world.make(
        Anomaly,
        "report",
        "operator1",
        paper=at("11:05", "产-1"),
        code_id=required(AnomalyCode.by_code("A04")).id,
        description="停电后应急灯下发现一线洗瓶机旁地面积水",
        place="一线洗瓶机",
        card_ref="",
    )
    world.act(anomaly, "acknowledge", "super2", paper=at("11:15", "产-2"))
    world.act(
        anomaly,
        "resolve",
        "super2",
        paper=at("11:50", "产-3"),
        measures="关闭进水阀,吸干地面,更换接头",
        cause="进水软管接头松脱",
    )


def hold_story(
    world: World,
    ref: tuple[str, int],
    day: int,
    hour: str,
    by: str,
    reason: str,
    resumed: tuple[int, str] | None = None,
) -> Script:
    """A card is put on hold, and perhaps resumed."""
    yield world.days.at(day, hour)
    world.act(required(world.card(*ref)), "hold", by, reason=reason)
    if resumed:
        yield world.days.at(*resumed)
        world.act(required(world.card(*ref)), "resume", by)


def deputy_story(
    world: World,
    role: str,
    head: str,
    deputy: str,
    since: tuple[int, str],
    until: tuple[int, str],
    reason: str,
) -> Script:
    """A head is away, and hands the role over on the morning they leave."""
    yield world.days.at(*since)
    Deputy.hand_over(
        by=world.who(head),
        role=role,
        principal_id=world.who(head).id,
        deputy_id=world.who(deputy).id,
        since=world.now,
        until=world.days.at(*until),
        reason=reason,
    )
    db.session.commit()


def cancel_story(
    world: World,
    ref: tuple[str, int],
    day: int,
    hour: str,
    requested_by: str,
    reason: str,
    part: bool = False,
) -> Script:
    """A card, or the part split off it, is given up."""
    yield world.days.at(day, hour)
    card = required(world.card(*ref))
    world.act(
        card.children[-1] if part else card,
        "cancel",
        "head1",
        reason=reason,
        requested_by=requested_by,
    )


def part_story(
    world: World, ref: tuple[str, int], day: int, hour: str, quantity: int, reason: str
) -> Script:
    """Part of a finished lot goes its own way."""
    yield world.days.at(day, hour)
    world.act(required(world.card(*ref)), "split", "store2", quantity=quantity, reason=reason)


def stock_story(
    world: World, product: str, quantity: int, day: int, needed: int, run: Run, kept: bool = False
) -> Script:
    """A card without an order makes stock."""
    yield world.days.at(day, "10:40")
    card = world.make(
        ProductionOrder,
        "make_to_stock",
        "planner1",
        product_id=required(Product.by_code(product)).id,
        quantity=quantity,
        requested_date=world.days.date(needed),
        note="补安全库存",
    )
    yield from card_story(world, card, run)
    if kept:
        yield after(world.now, 30)
        world.act(card, "keep_in_stock", "store1")


def replacement_story(world: World, ref: tuple[str, int], run: Run, day: int, hour: str) -> Script:
    """The card that replaces a scrapped one goes on."""
    yield world.days.at(day, hour)
    yield from card_story(world, required(world.card(*ref)).children[-1], run)


def note_story(
    world: World,
    day: int,
    hour: str,
    by: str,
    shift: str,
    line: str,
    text: str,
    read: tuple[str, str] | None = None,
) -> Script:
    """A shift leaves a note; ``read`` is at what hour of the next day who took over."""
    yield world.days.at(day, hour)
    at_line = Line.by_code(line) if line else None
    note = world.make(Handover, "write", by, shift=shift, line_id=at_line and at_line.id, text=text)
    if read:
        yield world.days.at(day + 1, read[0])
        world.act(note, "take_over", read[1])


def return_story(
    world: World,
    ref: tuple[str, int],
    day: int,
    hour: str,
    quantity: int,
    reason: str,
    decided: str = "",
    why: str = "",
) -> Script:
    """Goods come back from a customer; Quality perhaps decides on them the next day."""
    yield world.days.at(day, hour)
    while (ship := required(world.card(*ref)).shipment) is None or ship.shipped_at is None:
        yield after(world.now, 45)
    card = required(world.card(*ref))
    world.act(
        ship,
        "record_return",
        "store2",
        card_id=card.id,
        quantity=quantity,
        reason=reason,
        complaint_id=next((c.id for c in ship.complaints if c.card is card), None),
    )
    if decided:
        yield world.days.at(day + 1, "09:40")
        looked_at = min(quantity, 8)
        world.act(
            ship.returns[-1],
            "inspect_goods",
            "inspector1",
            looked_at=looked_at,
            faulty=0 if decided == "back_to_stock" else looked_at,
            findings=why,
        )
        yield world.days.at(day + 1, "10:10")
        more = {
            "scrap": {"witness": "store1"},
            "rework_goods": {"instructions": "换新外箱,重贴箱标,逐瓶检查后装箱"},
        }
        world.act(ship.returns[-1], decided, "qhead1", reason=why, **more.get(decided, {}))


def caller_story(world: World, day: int, hour: str) -> Script:
    """Somebody calls whom nobody has in a list; Sales writes down what he says."""
    yield world.days.at(day, hour)
    line = {"product_text": "P-DW-500", "quantity": 240, "requested_date": world.days.date(day + 9)}
    world.make(
        Order,
        "receive",
        "sales1",
        channel="phone",
        received_at=world.now,
        customer_po="",
        customer_id=None,
        address_id=None,
        customer_text="麦示九(晨露洗衣店)",
        address_text="示例市东湖路 18 号晨露洗衣店,麦示九收",
        phone_text="000-0100-0199",
        lines=[line],
        message="晨露洗衣店来电:洗洁精 500 mL 要 240 瓶,送到东湖路 18 号,以前没订过货。",
    )


def gate_story(world: World, day: int, hour: str) -> Script:
    """The administrator proposes to turn a gate; the quality head has not decided yet."""
    yield world.days.at(day, hour)
    GateSetting.locked(SHELF_LIFE, "", 0).propose(
        world.who("admin1"), "refuses", "两家超市要求剩余保质期不足时不得发货"
    )
    db.session.commit()


# Controlled documents: one in its second revision, one that waits for its signature


@dataclass(frozen=True)
class Rewording:
    """A step of an instruction rewritten by the supervisor: to be in force so many days later, and
    whether Quality's head signs it, nobody yet, or the author gives it up.
    """

    code: str
    step: int
    text_zh: str
    text_en: str
    reason: str
    day: int
    ahead: int = 1
    fate: str = "signed"


def rewording_story(world: World, wanted: Rewording) -> Script:
    """Drafted in the morning, signed in the afternoon, in force on its day."""
    yield world.days.at(wanted.day, "09:20")
    revision = world.make(
        Revision,
        "revise",
        "super1",
        kind=INSTRUCTION.key,
        code=wanted.code,
        reason=wanted.reason,
        effective_on=world.days.date(wanted.day + wanted.ahead),
    )
    content = deepcopy(revision.content)
    line = next(line for line in content["lines"] if line["step_no"] == wanted.step)
    line["text_zh"], line["text_en"] = wanted.text_zh, wanted.text_en
    yield world.days.at(wanted.day, "09:50")
    world.act(revision, "write_contents", "super1", **written(revision, content))
    if wanted.fate == "given up":
        world.act(revision, "abandon", "super1", reason="与设备改造一并修订")
    if wanted.fate != "signed":
        return
    world.act(revision, "submit_for_review", "super1")
    yield world.days.at(wanted.day, "15:10")
    world.act(revision, "approve_document", "qhead1")
    yield world.days.at(wanted.day + wanted.ahead, "00:05")
    Revision.put_due_in_force()
    db.session.commit()


def formula_story(world: World, code: str, less: str, more: str, day: int) -> Script:
    """Quality wants a little less of one material, made up by another; nobody has signed yet."""
    yield world.days.at(day, "10:25")
    revision = world.make(
        Revision,
        "revise",
        "qhead1",
        kind=FORMULA.key,
        code=code,
        reason="客户反馈香味偏浓,香精降 0.05 %,以水补足",
        effective_on=world.days.date(day + 7),
    )
    content = deepcopy(revision.content)
    for line in content["lines"]:
        change = {less: Decimal("-0.05"), more: Decimal("0.05")}.get(line["material"])
        if change:
            line["percent"] = Decimal(line["percent"]) + change
    yield world.days.at(day, "10:50")
    world.act(revision, "write_contents", "qhead1", **written(revision, content))
    world.act(revision, "submit_for_review", "qhead1")


def take_over_story(world: World, codes: tuple[str, ...], approver: str, day: int) -> Script:
    """Instructions in force on paper are taken over as a list, which nobody has signed yet."""
    yield world.days.at(day, "13:40")
    listed = ""
    for code in codes:
        printed = Paper(
            required(WorkInstruction.by_code(code)).version, world.days.date(-260), approver
        )
        revision = world.make(
            Revision,
            "take_over_paper",
            "super1",
            kind=INSTRUCTION.key,
            code=code,
            printed=printed,
            paper_list=listed,
            source="作业指导书清单.xlsx",
        )
        listed = listed or revision.number


def written(revision: Revision, content: dict[str, object]) -> dict[str, object]:
    """What the form for the contents sends."""
    return {
        "content": content,
        "reason": revision.reason,
        "effective_on": revision.effective_on,
        "edition": revision.edition,
    }
