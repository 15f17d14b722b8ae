"""``washline import`` and ``washline export``."""

from app.cli.sheets.exports import command as export_command
from app.cli.sheets.imports import command as import_command

__all__ = ["export_command", "import_command"]
