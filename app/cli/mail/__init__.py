"""``washline import-mail`` and ``washline fetch-mail``."""

from app.cli.mail.commands import fetch_command, import_command

__all__ = ["fetch_command", "import_command"]
