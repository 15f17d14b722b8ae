"""The data dictionary: every table of master data with its fields, as the admin pages show them."""

from . import checks, factory, reasons, trade
from .fields import Field, Table
from .keepers import ALL as KEEPERS
from .keepers import keepers_of

TABLES: dict[str, Table] = {table.key: table for table in (*trade.TABLES, *factory.TABLES, *checks.TABLES, *reasons.TABLES)}

__all__ = ["KEEPERS", "TABLES", "Field", "Table", "keepers_of"]
