"""``washline install-service``: on a Linux with systemd the plant starts at boot, is started again
whenever it dies, and is backed up every night.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from app.cli import Trouble

UNITS, SETTINGS = Path("/etc/systemd/system"), Path("/etc/washline.env")
# The units as they are for the paths and the account that stand in them.
EXAMPLES = Path(__file__).resolve().parents[2] / "deploy/systemd"
PROGRAM, HOME, BACKUPS = "/opt/washline/.venv/bin/washline", "/srv/washline", "/mnt/backups"
SAFE = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-")


@click.command(
    "install-service",
    help="Have systemd start Washline at boot, start it again when it dies, and write a backup "
    "into BACKUPS every night: a folder on a second disk, or another machine's share. The settings "
    f"go to {SETTINGS} as they stand in the environment now; what is there already is kept.",
)
@click.argument("backups", type=click.Path(path_type=Path, file_okay=False))
@click.option("--user", default="washline", show_default=True, help="Whose service it is.")
@click.option("--show", is_flag=True, help="Only print what would be written.")
def command(backups: Path, user: str, show: bool) -> None:
    """Writes three units; on a system without systemd they can only be shown."""
    home = Path(os.environ.get("WASHLINE_HOME", HOME)).absolute()
    backups = backups.absolute()
    files = {SETTINGS: settings(home), **units(user, home, backups)}
    if show:
        for path, text in files.items():
            click.echo(f"# {path}\n{text}")
        return
    install(files, user, home, backups)
    click.echo(
        f"Washline starts now and at each boot, as {user}, by {SETTINGS}. Its log: journalctl -u "
        f"washline. The next backup: systemctl list-timers washline-backup; the first one now: "
        f"systemctl start washline-backup. With each comes {backups}/spare-machine.pdf: print it, "
        f"it says how another machine takes this one's place"
    )


def program() -> Path:
    """The command of the environment that runs now."""
    return Path(sys.executable).with_name("washline")


def settings(home: Path) -> str:
    """The settings of the environment, as the service reads them."""
    return "".join(f'{name}="{escaped(value)}"\n' for name, value in given(home))


def given(home: Path) -> list[tuple[str, str]]:
    """The settings of the environment, by name, with the home folder that is meant."""
    # AWS_: where a store of files with an object store finds its keys.
    ours = ("WASHLINE_", "AWS_"), ("DATABASE_URL", "HOST", "PORT")
    found = {k: v for k, v in os.environ.items() if k.startswith(ours[0]) or k in ours[1]}
    return sorted({**found, "WASHLINE_HOME": str(home)}.items())


def written() -> list[Path]:
    """The folders besides the home folder that the environment has the service write to."""
    store = os.environ.get("WASHLINE_STORE_URL", "")
    folders = (
        os.environ.get("WASHLINE_WITNESS"),
        os.environ.get("WASHLINE_PAPER_DAY_FOLDER"),
        store.removeprefix("file://") if store.startswith("file://") else None,
    )
    return [Path(folder).absolute() for folder in folders if folder]


def account(home: Path) -> str:
    """Whose service it is: the account that has the home folder."""
    return pwd.getpwuid(home.stat().st_uid).pw_name


def escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')


def units(user: str, home: Path, backups: Path) -> dict[Path, str]:
    """The units by where they go. Raises Trouble for a path that systemd would read otherwise."""
    washline = program()
    kept = written()
    for path in (washline, home, backups, *kept):
        if not set(str(path)) <= SAFE:
            raise Trouble(f"the path {path} holds more than letters, digits and /._-: move it")
    ours = (
        ("User=washline", f"User={user}"),
        (f"ReadWritePaths={HOME}", " ".join(map(str, (f"ReadWritePaths={home}", *kept)))),
        (PROGRAM, str(washline)),
        (HOME, str(home)),
        (BACKUPS, str(backups)),
    )
    return {
        UNITS / unit.name: made_out(unit.read_text(), ours) for unit in sorted(EXAMPLES.iterdir())
    }


def made_out(text: str, ours: Iterable[tuple[str, str]]) -> str:
    """An example with our own words in the place of its own, in one go: ours may hold them."""
    words = dict(ours)
    return re.sub("|".join(map(re.escape, words)), lambda found: words[found[0]], text)


def install(files: dict[Path, str], user: str, home: Path, backups: Path) -> None:
    """Write the files, make the user and the folders, and start everything. Raises Trouble."""
    if not Path("/run/systemd/system").is_dir():
        raise Trouble(
            "this system is not run by systemd; --show prints what another could be told by"
        )
    if os.geteuid():
        raise Trouble("this takes root: sudo washline install-service …")
    if not backups.is_dir():
        raise Trouble(f"there is no folder {backups}; is its disk or share there?")
    make_user(user, home)
    for parent in Path(sys.argv[0]).resolve().parents:
        if not parent.stat().st_mode & 0o001:
            raise Trouble(
                f"{user} may not enter {parent}: put Washline elsewhere, as /opt/washline"
            )
    home.mkdir(parents=True, exist_ok=True)
    for each in (backups, home, *home.rglob("*")):  # root may just have restored all of it
        shutil.chown(each, user, user)
    for path, text in files.items():
        if path != SETTINGS or not path.exists():
            path.touch(mode=0o600 if path == SETTINGS else 0o644)
            path.write_text(text)
    systemctl("daemon-reload")
    systemctl("enable", "--now", "washline.service", "washline-backup.timer")


def make_user(user: str, home: Path) -> None:
    try:
        pwd.getpwnam(user)
    except KeyError:
        run("useradd", "--system", "--home-dir", str(home), "--shell", "/usr/sbin/nologin", user)


def systemctl(*arguments: str) -> None:
    run("systemctl", *arguments)


def run(*command: str) -> None:
    """Raises Trouble with the last thing that it said."""
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except FileNotFoundError:
        raise Trouble(f"{command[0]} is not installed") from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.strip().splitlines() or ["it gave no reason"]
        raise Trouble(f"{' '.join(command)}: {said[-1]}") from None
