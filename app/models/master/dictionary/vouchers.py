"""How files for the bookkeeping are laid out, and what things are called there."""

from __future__ import annotations

from decimal import Decimal

from app.flow.texts.lazy_text import _l
from app.models.master.dictionary.fields import Table, choice, exact, several, text, whole
from app.models.master.voucher_map import VoucherCode, VoucherColumn
from app.models.master.voucher_map.codes import MAPPED
from app.models.master.voucher_map.columns import SAYS
from app.plant.warehouse.vouchers import VOUCHERS

BOOKKEEPING = _l("Bookkeeping")
MOST = 26  # columns of a file

TABLES = (
    Table(
        "book_column",
        _l("Columns of vouchers"),
        BOOKKEEPING,
        VoucherColumn,
        (
            whole("position", _l("Place in the file"), low=1, high=MOST, fixed=True),
            text(
                "heading",
                _l("Column heading"),
                required=True,
                hint=_l("As the bookkeeping’s own import calls it."),
            ),
            choice("says", _l("What stands in it"), tuple(SAYS.items())),
            text("text", _l("The same text in each row"), hint=_l("Where that was chosen.")),
            several(
                "vouchers",
                _l("Only in files of"),
                tuple(VOUCHERS.items()),
                hint=_l("None chosen: of all."),
            ),
        ),
        ("position", "heading", "says", "text", "vouchers"),
    ),
    Table(
        "book_code",
        _l("Codes of the bookkeeping"),
        BOOKKEEPING,
        VoucherCode,
        (
            choice("kind", _l("What it is"), tuple(MAPPED.items()), fixed=True),
            text(
                "ours",
                _l("Our code"),
                required=True,
                fixed=True,
                hint=_l(
                    "An item’s, a zone’s or a partner’s code, or a unit. What lacks one there is "
                    "offered on the page of vouchers."
                ),
            ),
            text("theirs", _l("Their code"), required=True),
            text("unit", _l("Their unit"), hint=_l("Of an item that they count otherwise.")),
            exact(
                "per",
                _l("One of theirs is so many of ours"),
                required=False,
                low=Decimal("0.000001"),
                hint=_l("A case of 12 pieces: 12. None: 1."),
            ),
        ),
        ("kind", "ours", "theirs", "unit", "per"),
        filters=("kind",),
    ),
)
