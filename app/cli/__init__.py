"""The command ``washline``: what an administrator types.

Exit code 0 only when all is well; one sentence on stderr otherwise.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable
from typing import Any

import click

COMMANDS = {
    "serve": "serve",
    "demo": "demo",
    "verify": "verify",
    "create-admin": "create_admin",
    "backup": "backup",
    "nightly": "nightly",
    "install-service": "systemd",
    "https": "https",
    "restore": "restore",
    "practice": "practice",
    "migration": "migration",
    "erase": "erase",
    "witness": "witness",
    "paper-day": "witness.paper_day",
    "import": "sheets.import_command",
    "export": "sheets.export_command",
    "import-mail": "mail.import_command",
    "fetch-mail": "mail.fetch_command",
}


class Trouble(click.ClickException):
    """Something an administrator must put right; its message is one sentence."""

    def show(self, file: Any = None) -> None:
        click.echo(f"washline: {self.format_message()}", file=file, err=True)


class Commands(click.Group):
    """Imports a command's module only when it is called: ``--help`` answers at once."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, _, called = COMMANDS[name].partition(".")
        found = importlib.import_module(f"{__name__}.{module}")
        command: click.Command = getattr(found, called or "command")
        return command


@click.command(
    cls=Commands,
    help="Washline: production orders of a cleaning-product maker, from message to dossier.",
)
def washline() -> None:
    """The group of all commands."""


def placed(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options --home and --database, which override the environment."""
    for name, variable, text in (
        ("--database", "DATABASE_URL", "URL of the database (default: SQLite in the home folder)."),
        ("--home", "WASHLINE_HOME", "Folder of database, archive, uploads and secret."),
    ):
        command = click.option(
            name, metavar=variable, expose_value=False, callback=into(variable), help=text
        )(command)
    return command


def into(variable: str) -> Callable[..., None]:
    """Return a callback that puts an option's value into the environment, from which the
    settings are read.
    """

    def put(_ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
        if value:
            os.environ[variable] = value

    return put


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        code = washline(prog_name="washline", standalone_mode=False)
    except click.exceptions.Exit as leaving:
        code = leaving.exit_code
    except click.exceptions.NoArgsIsHelpError as asked:
        asked.show()
        code = asked.exit_code
    except click.UsageError as wrong:
        click.echo(
            f"washline: {wrong.format_message().rstrip('.')}; see "
            f"`{wrong.ctx.command_path if wrong.ctx else 'washline'} --help`",
            err=True,
        )
        code = wrong.exit_code
    except click.ClickException as trouble:
        trouble.show()
        code = trouble.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("\nwashline: broken off; nothing more was done", err=True)
        code = 130
    except Exception as error:
        if os.environ.get("WASHLINE_DEBUG"):
            raise
        click.echo(f"washline: {sentence(error)}", err=True)
        code = 1
    sys.exit(code if isinstance(code, int) else 0)


def sentence(error: Exception) -> str:
    """Say an unexpected error in one line."""
    first = (str(getattr(error, "orig", None) or error).strip().splitlines() or [""])[0]
    ours = type(error).__module__.startswith("app.")
    return (
        first
        if first and ours
        else f"{first} ({type(error).__name__})"
        if first
        else type(error).__name__
    )
