"""The data dictionary: every table of master data with its fields, as the admin pages show them."""

from app.models.master.dictionary import checks, factory, reasons, trade
from app.models.master.dictionary.fields import Field, Table
from app.models.master.dictionary.keepers import ALL as KEEPERS
from app.models.master.dictionary.keepers import keepers_of

TABLES: dict[str, Table] = {
    table.key: table for table in (*trade.TABLES, *factory.TABLES, *checks.TABLES, *reasons.TABLES)
}

__all__ = ["KEEPERS", "TABLES", "Field", "Table", "keepers_of"]
