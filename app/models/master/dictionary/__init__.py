"""The data dictionary: every table of master data with its fields, as the admin pages show them."""

from . import checks, factory, trade
from .fields import Field, Table

TABLES: dict[str, Table] = {table.key: table for table in (*trade.TABLES, *factory.TABLES, *checks.TABLES)}

__all__ = ["TABLES", "Field", "Table"]
