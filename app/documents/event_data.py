"""An event's data in readable words: what the keys mean, what the numbers of rows stand for. The attached file has it verbatim."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from app.extensions import db
from app.flow.roles import ROLES
from app.flow.words import Text
from app.models.about.told import LABELS, filed
from app.models.master import AnomalyCode, Customer, CustomerAddress, Line, Material, Product, Supplier
from app.models.people import User
from app.models.private import ERASED
from app.models.requirement import Pick
from app.models.sample import TestResult
from app.models.stock import Lot

from .amounts import with_units
from .bilingual import both, quantity, say, second
from .terms import LAID_ASIDE

EMPTY = (None, "", [], {})


def facts(data: dict[str, Any], record: Any = None) -> Iterator[str]:
    """Yield what an event's data says: first the plain facts on one line, then each list, a line an entry. Nothing empty. Quantities
    stand in the unit that the record's goods are counted in, those of lots in the lot's own."""
    given = with_units({key: value for key, value in filed(data).items() if value not in EMPTY}, record)
    lists = {key: value for key, value in given.items()
             if isinstance(value, list) and any(isinstance(each, (dict, list)) for each in value)}  # fmt: skip
    if single := brief({key: value for key, value in given.items() if key not in lists}):
        yield single
    for key, entries in lists.items():
        yield f"{words(key)}:"
        yield from (brief(each) for each in entries)


def brief(value: Any) -> str:
    """A value on one line; an entry begins with what it is about."""
    if isinstance(value, dict) and "msgid" in value:
        return str(Text.from_json(value))
    if isinstance(value, dict):
        uom = unit_of(value)
        first = sorted(value.items(), key=lambda pair: pair[0] not in SUBJECTS)
        return "; ".join(f"{words(k)}: {quantity(v, uom) if uom and k in MEASURED and isinstance(v, int) else brief_of(k, v)}"
                         for k, v in first if v not in EMPTY and not blank(v))  # fmt: skip
    if isinstance(value, list):
        return ", ".join(brief(each) for each in value)
    return plain("", value)


def brief_of(key: str, value: Any) -> str:
    """An old and a new value read as a change; anything else as it is."""
    if key in STANDS_FOR and isinstance(value, list):
        return plain(key, value)
    if isinstance(value, list) and len(value) == 2 and key not in ("limits",):
        return f"{brief(value[0])} → {brief(value[1])}"
    return brief(value) if isinstance(value, (dict, list)) else plain(key, value)


def blank(value: Any) -> bool:
    return isinstance(value, list) and all(each in EMPTY for each in value)


def plain(key: str, value: Any) -> str:
    if value is True or value is False:
        return "是 yes" if value else "否 no"
    if isinstance(value, Text):
        return f"{both(value).zh} {both(value).en}"
    if isinstance(value, list):
        return ", ".join(plain(key, each) for each in value)
    if value is None:
        return "–"
    if value is ERASED:
        return "已删除 erased"
    if isinstance(value, int) and key in STANDS_FOR:
        found = STANDS_FOR[key][0], value
        row = db.session.get(*found)
        return STANDS_FOR[key][1](row) if row else str(value)
    if key == "set_aside":
        found = LAID_ASIDE.get(value)
        return f"{found.zh} {found.en}" if found else str(value)
    if key == "role" and value in ROLES:
        name = both(ROLES[value].label)
        return f"{name.zh} {name.en}"
    if isinstance(value, str) and MOMENT.match(value):
        return second(datetime.fromisoformat(value))
    return str(value)


def unit_of(value: dict[str, Any]) -> str | None:
    """The unit in which an entry about a picked lot was counted."""
    pick = db.session.get(Pick, value["pick"]) if isinstance(value.get("pick"), int) else None
    return pick.requirement.material.uom if pick else None


def words(key: str) -> str:
    """A key as its printed name, or as the page's history calls it; one without a name prints as it is, so nothing is lost."""
    if key not in NAMES and key in LABELS:
        return f"{say(LABELS[key], 'zh_Hans_CN')} {say(LABELS[key], 'en')}"
    return NAMES.get(key) or key.replace("_", " ")


MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d\Z")
SUBJECTS = {"pick", "result", "test", "step", "product_text", "number", "document"}
MEASURED = {"quantity", "received", "prepared", "proposed"}
# Keys whose number is a row: what the row is called.
STANDS_FOR: dict[str, tuple[type, Callable[[Any], str]]] = {
    "pick": (Pick, lambda p: " ".join(filter(None, (p.requirement.material.code, p.lot.lot_no if p.lot else "")))),
    "result": (TestResult, lambda r: f"{r.name_zh} {r.name_en}"),
    "customer_id": (Customer, lambda c: f"{c.code} {c.name_local}"), "address_id": (CustomerAddress, lambda a: a.code),
    "line_id": (Line, lambda line: line.code), "product_id": (Product, lambda p: p.code), "code_id": (AnomalyCode, lambda c: c.code),
    "material_id": (Material, lambda m: m.code), "supplier_id": (Supplier, lambda s: s.code), "lot_id": (Lot, lambda lot: lot.lot_no),
    "holder": (User, lambda user: user.name),
    "before_by": (User, lambda user: user.name),
    "mentions": (User, lambda user: user.name),
}  # fmt: skip
NAMES = {
    "accepted": "验收 accepted", "address_id": "地址 address", "address_right": "地址正确 address right", "amount": "金额 amount",
    "rest": "余量 rest", "unusual": "异常数值 unusual figures", "said": "提示 warned", "warned": "提示 warned", "beside": "同时占用该线 also planned on the line",
    "anomaly": "异常 anomaly", "asked_by": "询问渠道 asked by", "assay": "含量 assay", "before": "原值 before", "bulk_mg": "料体 bulk", "card": "任务单 card",
    "cards": "任务单 cards", "carrier": "承运商 carrier", "together": "同车 on one vehicle", "apart": "分隔装载 loaded apart", "cause": "原因 cause", "changed": "变更 changed", "channel": "渠道 channel",
    "checks": "核对 checks", "child": "拆出 split off", "code": "代码 code", "code_id": "代码 code", "conforms": "符合 conforms",
    "confirmed_with": "确认人 confirmed with", "consent": "客户同意 consent", "containment": "隔离措施 containment",
    "contents": "内容 contents", "count": "当时件数 stood there", "crew": "人数 crew", "crew_names": "班组 crew", "customer_id": "客户 customer",
    "customer_po": "客户采购单号 customer PO", "customer_text": "新客户 new customer", "address_text": "新客户地址 new address", "phone_text": "新客户电话 new phone", "customer_right": "客户信息正确 customer right", "date_feasible": "交期可行 date feasible", "decision": "处置单 stock decision", "delivery_on": "送达日期 delivery on", "departments": "部门 departments",
    "description": "描述 description", "discrepancies": "签收差异 discrepancies", "document": "文件 document", "driver": "司机 driver",
    "end": "结束 end", "erased": "已删除(记录序号、字段) erased (entry, field)", "expiry": "效期 expiry", "feedback": "客户反馈 feedback", "from": "从 from", "good": "合格数 good",
    "in_time": "能否按时 in time", "instruction": "作业指导书 work instruction", "instructions": "返工方案 instructions",
    "instrument": "仪器 instrument", "issued": "发料 issued",
    "kept_in_stock": "留存库存 kept in stock", "kind": "类型 kind", "limit": "上限 limit", "limits": "限值 limits", "line": "产线 line", "line_id": "产线 line",
    "line_no": "行号 line no.", "lines": "行 lines", "lot": "批号 lot", "lot_id": "批号 lot", "material": "物料 material",
    "material_id": "物料 material", "measures": "措施 measures", "needed_by": "需求日期 needed by", "message_sha256": "原始消息 SHA-256 of the message", "note": "备注 note",
    "number": "编号 number", "of": "原批号 of lot", "over_limit": "超上限 over the limit", "packages": "包装件 packages", "packing_note": "包装备注 packing note", "paid_on": "付款日期 paid on",
    "pallets": "托盘 pallets", "paper": "类型 kind", "parent": "母单 parent", "passed": "合格 passed", "pick": "物料批 picked lot",
    "picks": "备料 picks", "place": "地点 place", "prepared": "实备 prepared",
    "product_right": "产品正确 product right", "quantity_right": "数量正确 quantity right", "question": "询问 question",
    "product": "产品 product", "product_text": "产品 product", "promised_date": "承诺交期 promised date", "proposed": "应备 proposed",
    "purchase_no": "采购单号 purchase no.", "quantity": "数量 quantity", "reading": "读数 reading", "reason": "原因 reason",
    "received": "实收 received", "received_at": "接收时间 received at", "received_by": "签收人 received by",
    "received_on": "签收日期 received on", "refused": "拒收 refused", "replied_by": "答复渠道 replied by", "reply": "答复 reply", "reject_reason": "不合格原因 reject reason",
    "rejected": "不合格数 rejected", "replaced_by": "替代单 replaced by", "replaces": "替代 replaces",
    "requested_by": "申请人 requested by", "requested_date": "要求交期 requested date", "result": "检验项目 test",
    "results": "结果 results", "returned": "退料 returned", "revision": "版次 revision", "role": "角色 role", "round": "轮次 round",
    "sample": "样品 sample", "size": "样本量 size", "start": "开始 start", "step": "工步 step", "step_no": "工步 step",
    "supplier_id": "供应商 supplier", "supplier_lot": "供应商批号 supplier's lot", "terms_right": "付款与单证要求明确 terms right", "test": "检验项目 test", "text": "内容 text",
    "unit": "单位 unit", "value": "实测 value", "vehicle": "车牌 vehicle", "verdict": "判定 verdict", "waybill": "运单号 waybill",
    "window": "时段 window", "witness": "监销人 witness", "zone": "库位 zone", "shipment": "发货 shipment",
    "shift": "班次 shift", "set_aside": "作废 set aside", "before_by": "原检验员 tested by", "undone": "撤回的记录序号 no. of the entry taken back", "since": "在此阶段自 in this stage since",
    "holder": "经办人 held by",
    "mentions": "提到 mentions", "filename": "附件 file", "content_type": "类型 type", "bytes": "大小(字节) size (bytes)",
    "stored_as": "存储名 stored as",
}  # fmt: skip
