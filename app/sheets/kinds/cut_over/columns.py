"""The columns of open orders at the cut-over (期初)."""

from __future__ import annotations

from app.flow.production import (
    CARRIED,
    KIT_READY,
    ON_ITS_LINE,
    PRODUCTION_ORDERS,
    TO_INSPECT_YET,
    TO_MAKE_YET,
    TO_SHIP_YET,
)
from app.flow.texts.lazy_text import _l
from app.models.master import Customer, Line, Material, Product, StorageZone, Supplier, Tank
from app.models.master.dictionary import Field
from app.models.master.dictionary.fields import (
    DAY,
    Options,
    choice,
    code_of,
    long,
    percent,
    quantity,
    text,
    whole,
)
from app.models.production.cut_over.kit import AT_LINE, FROM_STOCK
from app.sheets.reading.columns import Column

# What a number may hold that stands in addresses, on papers and in scans.
NUMBER = r"[^\s/\\?#%|;]{1,24}"
STAGES: Options = (
    *((key, PRODUCTION_ORDERS.stage(key).label) for key in CARRIED),
    (TO_MAKE_YET, "已计划"),
    (TO_MAKE_YET, "planned"),
    (KIT_READY, "已备料"),
    (KIT_READY, "prepared"),
    (ON_ITS_LINE, "生产中"),
    (ON_ITS_LINE, "running"),
    (TO_INSPECT_YET, "待检"),
    (TO_INSPECT_YET, "in quarantine"),
    (TO_SHIP_YET, "在库"),
    (TO_SHIP_YET, "in stock"),
    (TO_SHIP_YET, "部分发货"),
    (TO_SHIP_YET, "part shipped"),
)
SOURCES: Options = (
    (FROM_STOCK, _l("out of stock")),
    (AT_LINE, _l("at the line, in no stock")),
    (FROM_STOCK, "库存"),
    (FROM_STOCK, "stock"),
    (AT_LINE, "线边"),
    (AT_LINE, "line"),
)
OF_LINE = (
    Column(
        "order_number",
        text("order_number", _l("Order no."), required=True, pattern=NUMBER),
        ("订单编号", "订单号"),
    ),
    Column("line_no", whole("line_no", _l("Line no."), low=1, high=99, required=False), ("行号",)),
)
COLUMNS = (
    *OF_LINE,
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
    Column(
        "production_line",
        code_of("production_line", _l("Production line"), Line, required=False),
        ("产线", "生产线"),
    ),
    Column("tank", code_of("tank", _l("Tank"), Tank, required=False), ("罐", "配料罐", "罐号")),
    Column("start", text("start", _l("Start")), ("开始时间", "计划开始")),
    Column("end", text("end", _l("End")), ("结束时间", "计划结束")),
    Column(
        "made_so_far",
        whole("made_so_far", _l("Made on paper so far"), "pcs", high=10**9, required=False),
        ("已产数量", "已完成数量"),
    ),
    Column(
        "paper_steps",
        whole("paper_steps", _l("Steps signed on paper, up to no."), high=999, required=False),
        ("纸质完成至工序", "纸质工序"),
    ),
    Column("note", long("note", _l("Note")), ("备注",)),
    Column(
        "paper_until",
        Field("paper_until", _l("On paper until"), DAY, required=False),
        ("期初日期", "切换日期", "cut-over day"),
    ),
    Column("sheets", text("sheets", _l("Sheets on paper")), ("纸质单据", "单据号")),
    Column("sheets_at", text("sheets_at", _l("Where the sheets are")), ("单据存放处", "存放处")),
    Column(
        "vouched_by",
        text("vouched_by", _l("Vouched for by"), required=True),
        ("期初确认人", "确认人", "担保人"),
    ),
)
# A second file: what was handed over for what is prepared or runs, a row for each lot.
KIT = (
    *OF_LINE,
    Column("material", code_of("material", _l("Material"), Material), ("物料编码", "料号", "物料")),
    Column(
        "kit_lot",
        text("kit_lot", _l("Lot in the kit"), pattern=r"[^\s|;]{1,40}"),
        ("物料批号", "批号", "批次", "lot_no", "lot"),
    ),
    Column(
        "kit_quantity",
        quantity("kit_quantity", _l("Quantity in the kit"), unit_from="uom", low=1),
        ("数量", "实备数量", "领用数量", "quantity", "qty"),
    ),
    Column("uom", text("uom", _l("Unit")), ("单位", "计量单位")),
    Column("source", choice("source", _l("Taken from"), SOURCES, required=False), ("来源", "领自")),
    Column(
        "kit_zone",
        code_of("kit_zone", _l("Zone of the lot"), StorageZone, required=False),
        ("库位", "货位", "zone"),
    ),
    Column("received", Field("received", _l("Received on"), DAY, required=False), ("入库日期",)),
    Column(
        "kit_expiry",
        Field("kit_expiry", _l("Expiry of the lot"), DAY, required=False),
        ("有效期", "有效期至", "expiry"),
    ),
    Column("assay_pct", percent("assay", _l("Assay"), required=False), ("含量", "实测含量")),
    Column("supplier", code_of("supplier", _l("Supplier"), Supplier, required=False), ("供应商",)),
    Column("supplier_lot", text("supplier_lot", _l("Supplier’s lot no.")), ("供应商批号",)),
)
