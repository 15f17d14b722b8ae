"""How the plant's bookkeeping calls things, and how the files for it are laid out: mapped once."""

from app.models.master.voucher_map.codes import VoucherCode
from app.models.master.voucher_map.columns import VoucherColumn

__all__ = ["VoucherCode", "VoucherColumn"]
