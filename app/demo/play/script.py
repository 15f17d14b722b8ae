"""What happens in the play: what becomes of each order, how far each card comes, and on which
line it runs when.
"""

from __future__ import annotations

from decimal import Decimal

from app.demo.inputs import SampleOrder
from app.demo.play.cards import Run
from app.demo.play.deliveries import Delivery, delivery_story, vouchers_story
from app.demo.play.incidents import (
    Problem,
    Rewording,
    caller_story,
    cancel_story,
    deputy_story,
    formula_story,
    gate_story,
    hold_story,
    note_story,
    paper_story,
    part_story,
    problem_story,
    replacement_story,
    return_story,
    rewording_story,
    stock_story,
    take_over_story,
)
from app.demo.play.messages import mail_story
from app.demo.play.orders import Fate, repeat
from app.demo.play.sales.complaints import complaints
from app.demo.play.warehouse.counts import counts
from app.demo.play.world import Script, World

APPROVED = Fate()
STOCKED = "in_stock"


def earlier_orders(world: World) -> list[SampleOrder]:
    """Repeat orders of the same customers, so that the plant has a past."""
    at = world.days.at
    return [
        repeat(
            "PO-HT-2610-31",
            "C-001",
            "SHIP-1",
            "email",
            at(-9, "08:40"),
            [("P-HS-500", 3000, -2), ("P-TA-600", 1800, -2)],
            world,
        ),
        repeat(
            "YS-1171",
            "C-002",
            "SHIP-1",
            "phone",
            at(-9, "09:10"),
            [("P-GC-500", 1800, -1), ("P-QD-1L", 960, -1)],
            world,
        ),
        repeat(
            "BC-0903",
            "C-006",
            "SHIP-1",
            "email",
            at(-9, "09:55"),
            [("P-BL-20L", 80, -1), ("P-KD-500", 1800, 1)],
            world,
        ),
        repeat(
            "NX-321",
            "C-007",
            "SHIP-1",
            "phone",
            at(-8, "10:20"),
            [("P-LD-2K", 1200, 0), ("P-PX-1L", 960, 2)],
            world,
        ),
        repeat(
            "H9-2026-318",
            "C-003",
            "SHIP-1",
            "online",
            at(-8, "11:05"),
            [("P-QD-1L", 1200, 0)],
            world,
        ),
        repeat(
            "WH-76988", "C-005", "SHIP-1", "online", at(-8, "13:40"), [("P-LD-2K", 1500, 3)], world
        ),
        repeat(
            "SL-0987", "C-008", "SHIP-1", "phone", at(-8, "15:10"), [("P-TC-750", 1800, 1)], world
        ),
    ]


FATES = {
    "WH-77121": Fate(
        "declined",
        question="WH-77121 与 WH-77120 品种、数量、交期相同,是否重复下单?",
        answer="系统重复提交,请作废 WH-77121。",
        reason="客户确认重复下单",
    ),
    "AF-90455": Fate(
        "awaiting_customer",
        question="We hold no GB CLP label artwork yet. Please send the approved artwork and the "
        "UFI.",
    ),
    "HK-26-118": Fate(
        "awaiting_customer",
        question="尚无繁體標籤版本,請提供標籤稿;另請確認餘款付款日期。",
        proposed=((1, 1, (("QH-58", 1),)),),
    ),
    "SK-0031": Fate("in_review"),
    "PD-4410": Fate("in_review"),
    "SV-19": Fate(
        "awaiting_customer",
        question="P-XX-999 is not one of our products; P-BL-20L cannot keep its remaining shelf "
        "life "
        "over 45 days at sea. Which products do you mean, and may we quote for more than 2,400 "
        "bottles?",
    ),
    "YS-1190": Fate(
        "awaiting_customer",
        question="要求到货日早于下单日,且 240 瓶低于最小锅量,请确认日期与数量。",
    ),
    "QH-59": Fate(
        "awaiting_customer", question="1,000 瓶不是整箱(每箱 12 瓶),改为 996 或 1,008 瓶可否?"
    ),
    "BC-0913": Fate(
        "declined",
        question="电话记录数量为 0,请问需要多少?",
        answer="先不要了,以后再订。",
        reason="客户放弃,数量为零",
    ),
    "NX-331": Fate("received"),
    "AF-90460": Fate("received"),
    "SL-1002": Fate("in_review", proposed=((1, 2, ()),)),
}

# By the customer's order number and line.
RUNS: dict[tuple[str, int], Run] = {
    ("PO-HT-2610-31", 1): Run(STOCKED, "L1", -7),
    ("PO-HT-2610-31", 2): Run(STOCKED, "L4", -7),
    ("YS-1171", 1): Run(STOCKED, "L2", -7),
    ("YS-1171", 2): Run(STOCKED, "L2", -7, "13:30"),
    ("BC-0903", 1): Run("scrapped", "L3", -6, fails={"AVCL": Decimal("9.62")}, then="scrap"),
    ("BC-0903", 2): Run(STOCKED, "L2", -5),
    ("NX-321", 1): Run(STOCKED, "L1", -6),
    ("NX-321", 2): Run(STOCKED, "L2", -6, fails={"DENS": Decimal("1.043")}, then="concede"),
    ("H9-2026-318", 1): Run(STOCKED, "L2", -5, "13:30"),
    ("WH-76988", 1): Run(STOCKED, "L1", -5, fails={"LEAK": Decimal(2)}, then="rework"),
    ("SL-0987", 1): Run("to_prepare", "L4", -4),
    ("PO-HT-2611-01", 1): Run(STOCKED, "L1", -4, "13:30"),
    ("PO-HT-2611-01", 2): Run(STOCKED, "L1", -3),
    ("PO-HT-2611-01", 3): Run(STOCKED, "L4", -4),
    ("PO-HT-2611-02", 1): Run("to_stock_in", "L1", -2, refuses="K-101"),
    ("PO-HT-2611-02", 2): Run("nonconforming", "L3", -3, fails={"LEAK": Decimal(3)}),
    ("PO-HT-2611-02", 3): Run("inspecting", "L4", -2),
    ("YS-1182", 1): Run("inspecting", "L1", -1),
    ("YS-1182", 2): Run(STOCKED, "L2", -3),
    ("YS-1182", 3): Run("inspecting", "L2", -1),
    ("H9-2026-339", 1): Run("to_prepare", "L3", 2),
    ("H9-2026-339", 2): Run("ready", "L2", 1),
    ("QH-58", 1): Run("ready", "L1", 1),
    ("QH-58", 2): Run("to_prepare", "L1", 2),
    ("WH-77120", 1): Run(
        "plan_review", "L1", 3, parts=((2000, Run("consulting", "L1", 4)), (2000, Run("to_plan")))
    ),
    ("WH-77120", 2): Run("to_prepare", "L2", 2, late=2, parts=((1500, Run("to_plan")),)),
    ("BC-0912", 1): Run(
        "ready", "L1", 1, "14:00"
    ),  # line 1 stays free: the README takes an order through it
    ("BC-0912", 2): Run(STOCKED, "stock"),
    ("BC-0912", 3): Run("handed_over", "L3", 1),
    ("NX-330", 1): Run("to_inspect", "L1", 0, "08:00"),
    ("NX-330", 2): Run("halted", "L2", 0, "14:10"),
    ("NX-330", 3): Run("running", "L3", 0, "15:20", steps=12),
    ("SL-1001", 1): Run(
        "halted",
        "L4",
        0,
        "15:30",
        steps=9,
        fails={"step": Decimal("11.2")},
        parts=((3000, Run("ready", "L4", 1)),),
    ),
    ("SL-1001", 2): Run("consulting", "L3", 5, short_until=10),
    ("SL-1001", 3): Run("preparing", "L2", 1),
    ("BM-5512", 1): Run("plan_review", "L2", 4, returned="二线当天已排满,请改期"),
    ("BM-5512", 2): Run("to_prepare", "L1", 3),
    ("KC-771", 1): Run("to_plan"),
    ("HT-URG-7", 1): Run("to_prepare", "L3", 1, "08:00", late=1),
}

# Limits and ageing (in minutes) that the plant has set itself. Four lines run four cards; few kits
# shall stand about ready.
STAGES = (
    ("production", "to_prepare", {"soft": 6}),
    ("production", "ready", {"soft": 5, "hard": 8, "ages_after": 24 * 60}),
    ("production", "running", {"hard": 4}),
    ("production", "inspecting", {"soft": 4}),
    ("sample", "testing", {"soft": 4, "ages_after": 12 * 60}),
)

DELIVERIES = (
    Delivery(
        (("PO-HT-2610-31", 1), ("PO-HT-2610-31", 2)),
        "delivered",
        -5,
        feedback="到货准时,包装完好。",
    ),
    Delivery(
        (("YS-1171", 1), ("YS-1171", 2)),
        "delivered",
        -5,
        "13:10",
        vehicle="示A·00527",
        driver="孙师傅",
        feedback="客房部反馈良好,玻璃清洁剂希望增加 5 L 装。",
        asked=(True, True, 4),
    ),
    Delivery(
        (("H9-2026-318", 1),),
        "delivered",
        -4,
        "14:10",
        feedback="收货正常。",
        discrepancies="外箱压痕 1 箱,产品完好",
        asked=(False, True, 3),
    ),
    Delivery((("NX-321", 1),), "delivered", -4, "09:10", vehicle="示A·00527", driver="孙师傅"),
    Delivery((("BC-0903", 2),), "shipped", -2, "13:20", vehicle="示A·00527", driver="孙师傅"),
    Delivery((("NX-321", 2),), "to_ship", -1, "10:00"),
    Delivery((("WH-76988", 1),), "to_confirm", -2, "10:40"),
    Delivery(
        (("PO-HT-2611-01", 2),),
        "cancelled",
        -1,
        "09:10",
        cancelled="客户要求与 PO-HT-2611-01 其余品种同车送",
    ),
    Delivery((("YS-1182", 2),), "shipped", -1, "13:40", driver="孙师傅"),
    Delivery((("PO-HT-2611-01", 1), ("PO-HT-2611-01", 3)), "to_pack", 0, "09:20"),
)

PROBLEMS = (
    Problem(
        "A08",
        -6,
        "10:05",
        "operator3",
        "灌装量连续三次偏低 2 mL",
        card=("NX-321", 2),
        cause="灌装泵密封圈磨损",
        measures="更换密封圈,复秤 5 件合格",
    ),
    Problem(
        "A09",
        -4,
        "15:40",
        "operator1",
        "厂区停电,一线停机",
        card=("PO-HT-2611-01", 1),
        solved=35,
        cause="供电局计划外检修",
        measures="恢复供电后复位搅拌与温控,料体复测 pH 合格",
    ),
    Problem(
        "A04",
        -1,
        "14:25",
        "store2",
        "叉车碰破一桶中和剂,约 5 L",
        place="酸库门口",
        supervisor="super2",
        answered=4,
        solved=50,
        cause="通道过窄,叉车转弯过急",
        measures="围堵、吸附、冲洗入废水池;通道画线并限速",
    ),
    Problem(
        "A02",
        0,
        "16:45",
        "operator3",
        "二线喷枪旋盖机不转,报警 E14",
        "acknowledged",
        card=("NX-330", 2),
        answered=9,
    ),
    Problem(
        "A04", 0, "17:35", "inspector1", "取样口滴漏,地面有积液", "reported", place="三线 T3 罐底"
    ),
)


# What a shift leaves to the next: day, hour, who, shift, line (none: all), words, and when who took
# over.
NOTES = (
    (
        -3,
        "16:50",
        "super1",
        "early",
        "L1",
        "一线灌装泵已更换密封圈,首小时每 15 分钟抽称一次",
        ("07:55", "super2"),
    ),
    (
        -1,
        "16:55",
        "super2",
        "early",
        "",
        "叉车碰撞处地面已冲洗,酸库门口暂勿堆放;明早点检中和剂存量",
        ("07:50", "super1"),
    ),
    (
        0,
        "16:40",
        "super1",
        "early",
        "L2",
        "二线旋盖机报警 E14,维修已到场;未恢复前不要切换品种,料体在 T2 罐保温搅拌",
    ),
    (0, "16:45", "operator1", "early", "", "洗瓶水过滤芯压差偏高,夜班请安排更换"),
)


# An instruction in its second revision, one in its third, one that takes effect in some days, a
# draft, and one that was given up.
GOGGLES = (
    "佩戴手套、护目镜;确认洗眼器有水并在本周点检标签内",
    ("Wear gloves, goggles; confirm that the eyewash works and was checked this week"),
)
REWORDINGS = (
    Rewording(
        "WI-LD-01",
        7,
        "加 AES、AEO-9、丙二醇,搅拌至透明后再搅拌 10 min",
        "Add SLES, AEO-9 and propylene glycol, mix until clear, then for another 10 min",
        "连续两锅黏度偏高,延长搅拌后正常",
        -6,
    ),
    Rewording("WI-FS-01", 3, *GOGGLES, "洗眼器点检要求写入步骤", -9),
    Rewording(
        "WI-FS-01",
        5,
        "加去离子水与柠檬酸,升温至 60 ℃ 后恒温",
        "Charge deionised water and citric acid, heat to 60 °C and hold",
        "明确升温终点",
        -3,
    ),
    Rewording("WI-QD-01", 3, *GOGGLES, "洗眼器点检要求写入步骤", -1, ahead=5),
    Rewording("WI-GC-01", 3, *GOGGLES, "洗眼器点检要求写入步骤", 0, ahead=7, fate="drafted"),
    Rewording(
        "WI-TA-01",
        17,
        "T4/四线用清水冲洗两遍,禁用含氯清洗剂",
        "Rinse T4 and Line 4 with water twice; no chlorine cleaner",
        "冲洗水 pH 偶有偏低",
        -4,
        fate="given up",
    ),
)


def incidents(world: World) -> list[Script]:
    """What is neither an order, a delivery nor a purchase."""
    return [
        *(delivery_story(world, delivery) for delivery in DELIVERIES),
        *(problem_story(world, problem) for problem in PROBLEMS),
        *(note_story(world, *note) for note in NOTES),
        deputy_story(
            world, "production_head", "head2", "super2", (-5, "08:10"), (2, "18:00"), "外出培训"
        ),
        paper_story(world, -3),
        vouchers_story(world, "store1", -1, "17:40"),
        *(rewording_story(world, each) for each in REWORDINGS),
        *counts(world),
        *complaints(world),
        formula_story(world, "F-LD01", less="R-012", more="R-001", day=-1),
        take_over_story(world, ("WI-KD-01", "WI-PX-01"), "卫示廿", 0),
        caller_story(world, 0, "17:20"),
        mail_story(world),
        gate_story(world, 0, "11:40"),
        hold_story(world, ("QH-58", 2), -3, "10:30", "sales2", "预付款未到账,暂不生产"),
        hold_story(
            world, ("BM-5512", 2), -1, "11:10", "planner1", "客户更改托盘规格,等确认", (0, "09:15")
        ),
        part_story(world, ("PO-HT-2611-01", 2), -1, "14:00", 600, "客户二仓急用 600 瓶,先行发货"),
        cancel_story(world, ("SL-0987", 1), -6, "10:50", "褚示八(山岚经销商)", "客户改订其他品种"),
        cancel_story(
            world,
            ("WH-77120", 2),
            -1,
            "15:30",
            "王示五(小鲸电商仓)",
            "客户减少柔顺剂数量",
            part=True,
        ),
        replacement_story(world, ("BC-0903", 1), Run("ready", "L3", -1, "13:00"), -3, "13:30"),
        return_story(
            world,
            ("H9-2026-318", 1),
            -2,
            "10:10",
            12,
            "外箱压损,客户要求换箱",
            "rework_goods",
            "瓶身与封口完好,仅外箱破损",
        ),
        return_story(world, ("PO-HT-2610-31", 1), -2, "11:20", 60, "泵头破损,客户退回"),
        return_story(
            world, ("YS-1171", 1), -3, "14:10", 24, "外箱受潮", "scrap", "标签霉变,不可返包"
        ),
        return_story(
            world,
            ("NX-321", 1),
            -2,
            "15:30",
            48,
            "客户多收,原封退回",
            "back_to_stock",
            "封口完好,检查合格",
        ),
        stock_story(world, "P-KD-500", 1800, -7, -2, Run(STOCKED, "L2", -4), kept=True),
        stock_story(world, "P-TC-750", 1500, -2, 6, Run("to_prepare", "L4", 2)),
        stock_story(world, "P-DW-5K", 320, -1, 9, Run("to_plan")),
    ]
