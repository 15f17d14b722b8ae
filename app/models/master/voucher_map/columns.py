"""The columns of the files for the bookkeeping."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.flow.texts.lazy_text import Text, _l
from app.models.master.base import Master
from app.models.records.column_types import Json

TEXT = "text"
# What may stand in a column; the lines of ``models/vouchers`` are read by these names.
SAYS: dict[str, Text] = {
    "date": _l("Date"),
    "number": _l("Voucher no."),
    "line": _l("Line no."),
    "voucher": _l("Kind of voucher"),
    "warehouse": _l("Warehouse"),
    "item": _l("Item code"),
    "item_name": _l("Item name"),
    "unit": _l("Unit"),
    "quantity": _l("Quantity"),
    "batch": _l("Lot"),
    "made_on": _l("Made on"),
    "expiry": _l("Expires"),
    "price": _l("Price"),
    "tax": _l("Tax rate"),
    "party": _l("Customer or supplier: code"),
    "party_name": _l("Customer or supplier: name"),
    "record": _l("Number of our record"),
    "purchase_no": _l("Purchase order no."),
    "red": _l("Red mark"),
    "takes_back": _l("Voucher that a red one takes back"),
    "file": _l("Number of the file"),
    "person": _l("Person"),
    TEXT: _l("The same text in each row"),
}


class VoucherColumn(Master):
    """One column: ``says`` what stands in it, ``text`` the words where those are always the same;
    ``vouchers`` the kinds of vouchers whose files have it, none for all.
    """

    __tablename__ = "voucher_column"

    position: Mapped[int] = mapped_column(unique=True)
    heading: Mapped[str] = mapped_column(String(60))
    says: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(String(120), default="")
    vouchers: Mapped[list[str]] = mapped_column(Json, default=list)
