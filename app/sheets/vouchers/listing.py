"""The bookkeeping's own list of stock, as a spreadsheet that is read and never taken in."""

from __future__ import annotations

from app.flow.roles import ADMIN, STOREKEEPER
from app.flow.texts.lazy_text import _l
from app.models.master.dictionary.fields import exact, text
from app.sheets.kinds.listed import SAME, Listed, Pass
from app.sheets.reading.columns import Column
from app.sheets.reading.plan import Planned
from app.sheets.reading.rows import Read


class StockListing(Listed):
    """Items by their codes there, each row so much of one; what stands there twice is added up."""

    key, file, label = "stock-listing", "stock_listing", _l("Stock list of the bookkeeping")
    keepers = frozenset({ADMIN.key, STOREKEEPER.key})
    key_fields = ("row",)  # none of its fields: nothing names a row
    own = (
        Column(
            "item",
            text("item", _l("Item code"), required=True),
            ("存货编码", "物料编码", "存货代码", "物料代码", "编码", "料号"),
        ),
        Column("warehouse", text("warehouse", _l("Warehouse")), ("仓库编码", "仓库代码", "仓库")),
        Column("batch", text("batch", _l("Lot")), ("批号", "批次", "批次号")),
        Column(
            "quantity",
            exact("quantity", _l("Quantity"), low=-(10**12), high=10**12),
            ("结存数量", "现存数量", "现存量", "库存数量", "库存量", "数量", "可用量"),
        ),
    )

    def compare(self, read: Read, planned: Planned, at: Pass) -> None:
        planned.state, planned.work = SAME, read.values


LISTING = StockListing()
