"""``washline install-service``: on a Linux with systemd the plant starts at boot, is started again
whenever it dies, and is backed up every night.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

import click

from app.cli import Trouble

UNITS, SETTINGS = Path("/etc/systemd/system"), Path("/etc/washline.env")
# What a service may do that only serves: nothing to the system, and of it nothing but its home.
HARDENED = """NoNewPrivileges=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectSystem=strict
ProtectHome=read-only
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
RestrictSUIDSGID=yes
LockPersonality=yes
UMask=0077
"""
SERVER = """[Unit]
Description=Washline
After=network-online.target postgresql.service
Wants=network-online.target

[Service]
User={user}
EnvironmentFile={settings}
ExecStart={washline} serve
Restart=always
RestartSec=2
KillMode=mixed
TimeoutStopSec=20
LimitNOFILE=8192
AmbientCapabilities=CAP_NET_BIND_SERVICE
CapabilityBoundingSet=CAP_NET_BIND_SERVICE
{hardened}ReadWritePaths={writes}

[Install]
WantedBy=multi-user.target
"""
BACKUP = """[Unit]
Description=The nightly backup of Washline

[Service]
Type=oneshot
User={user}
EnvironmentFile={settings}
ExecStart={washline} nightly {backups}
Nice=10
{hardened}ReadWritePaths={writes} {backups}
"""
TIMER = """[Unit]
Description=The nightly backup of Washline

[Timer]
OnCalendar=*-*-* 02:30
Persistent=yes

[Install]
WantedBy=timers.target
"""
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
    home = Path(os.environ.get("WASHLINE_HOME", "/srv/washline")).absolute()
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
        f"systemctl start washline-backup"
    )


def program() -> Path:
    """The command of the environment that runs now."""
    return Path(sys.executable).with_name("washline")


def settings(home: Path) -> str:
    """The settings of the environment, as the service reads them."""
    ours = ("WASHLINE_", "DATABASE_URL", "HOST", "PORT")
    given = {k: v for k, v in os.environ.items() if k.startswith(ours[0]) or k in ours}
    lines = {**given, "WASHLINE_HOME": str(home)}
    return "".join(f'{name}="{escaped(value)}"\n' for name, value in sorted(lines.items()))


def escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')


def units(user: str, home: Path, backups: Path) -> dict[Path, str]:
    """The units by where they go. Raises Trouble for a path that systemd would read otherwise."""
    washline = program()
    for path in (washline, home, backups):
        if not set(str(path)) <= SAFE:
            raise Trouble(f"the path {path} holds more than letters, digits and /._-: move it")
    facts = {
        "user": user,
        "washline": washline,
        "settings": SETTINGS,
        "hardened": HARDENED,
        "writes": home,
        "backups": backups,
    }
    texts = {
        "washline.service": SERVER,
        "washline-backup.service": BACKUP,
        "washline-backup.timer": TIMER,
    }
    return {UNITS / name: text.format(**facts) for name, text in texts.items()}


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
    for folder in (home, backups):
        folder.mkdir(parents=True, exist_ok=True)
        shutil.chown(folder, user, user)
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
