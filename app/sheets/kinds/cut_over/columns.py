"""The columns of open orders at the cut-over (期初)."""

from __future__ import annotations

from app.flow.production import (
    CARRIED,
    PRODUCTION_ORDERS,
    TO_INSPECT_YET,
    TO_MAKE_YET,
    TO_SHIP_YET,
)
from app.flow.texts.lazy_text import _l
from app.models.master import Customer, Product, StorageZone
from app.models.master.dictionary import Field
from app.models.master.dictionary.fields import DAY, Options, choice, code_of, long, text, whole
from app.sheets.reading.columns import Column

# What a number may hold that stands in addresses, on papers and in scans.
NUMBER = r"[^\s/\\?#%|;]{1,24}"
STAGES: Options = (
    *((key, PRODUCTION_ORDERS.stage(key).label) for key in CARRIED),
    (TO_MAKE_YET, "已计划"),
    (TO_MAKE_YET, "planned"),
    (TO_INSPECT_YET, "待检"),
    (TO_INSPECT_YET, "in quarantine"),
    (TO_SHIP_YET, "在库"),
    (TO_SHIP_YET, "in stock"),
    (TO_SHIP_YET, "部分发货"),
    (TO_SHIP_YET, "part shipped"),
)
COLUMNS = (
    Column(
        "order_number",
        text("order_number", _l("Order no."), required=True, pattern=NUMBER),
        ("订单编号", "订单号"),
    ),
    Column("line_no", whole("line_no", _l("Line no."), low=1, high=99, required=False), ("行号",)),
    Column("customer", code_of("customer", _l("Customer"), Customer), ("客户编码", "客户")),
    Column("address", text("address", _l("Delivery address")), ("地址编码", "送货地址")),
    Column("customer_po", text("customer_po", _l("Customer PO no.")), ("客户订单号",)),
    Column("ordered_on", Field("ordered_on", _l("Ordered on"), DAY, required=False), ("下单日期",)),
    Column("product", code_of("product", _l("Product"), Product), ("产品编码", "产品", "货号")),
    Column(
        "quantity",
        whole("quantity", _l("Ordered quantity"), "pcs", low=1, high=10**9),
        ("订购数量", "数量"),
    ),
    Column(
        "requested_date",
        Field("requested_date", _l("Requested delivery date"), DAY, required=False),
        ("要求交期", "要求到货"),
    ),
    Column(
        "promised_date",
        Field("promised_date", _l("Promised date"), DAY, required=False),
        ("承诺交期",),
    ),
    Column("stage", choice("stage", _l("Stage"), STAGES), ("阶段", "状态")),
    Column("lot_number", text("lot_number", _l("Lot no.")), ("批号", "成品批号")),
    Column(
        "lot_quantity",
        whole("lot_quantity", _l("Units of the lot"), "pcs", low=1, high=10**9, required=False),
        ("批数量", "成品数量"),
    ),
    Column("made_on", Field("made_on", _l("Made on"), DAY, required=False), ("生产日期",)),
    Column("expiry", Field("expiry", _l("Expiry"), DAY, required=False), ("有效期至", "有效期")),
    Column(
        "zone",
        code_of("zone", _l("Storage zone"), StorageZone, required=False),
        ("库位", "库区"),
    ),
    Column(
        "shipped_quantity",
        whole("shipped_quantity", _l("Shipped before"), "pcs", high=10**9, required=False),
        ("已发数量", "已发货数量"),
    ),
    Column("note", long("note", _l("Note")), ("备注",)),
    Column(
        "vouched_by",
        text("vouched_by", _l("Vouched for by"), required=True),
        ("期初确认人", "确认人", "担保人"),
    ),
)
