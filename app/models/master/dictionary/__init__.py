"""The data dictionary: every table of master data with its fields, as the admin pages show them."""

from app.models.master.dictionary import checks, factory, reasons, trade, vouchers
from app.models.master.dictionary.fields import Field, Table
from app.models.master.dictionary.keepers import ALL as KEEPERS
from app.models.master.dictionary.keepers import keepers_of, keeps, kept_in
from app.models.records.sealing.sealed_rows import PERSONAL

TABLES: dict[str, Table] = {
    table.key: table
    for table in (
        *trade.TABLES,
        *factory.TABLES,
        *checks.TABLES,
        *reasons.TABLES,
        *vouchers.TABLES,
    )
}

for table in TABLES.values():
    PERSONAL[table.model.__tablename__] = frozenset(f.name for f in table.fields if f.personal)

__all__ = ["KEEPERS", "TABLES", "Field", "Table", "keepers_of", "keeps", "kept_in"]
