"""Put all that an installation without internet takes into one archive: ``make offline``.

The source as it is committed, the wheels of requirements.lock for this Python and machine, and the
packages of this Debian release that bin/setup would fetch, whatever the other machine has of them.
``./install`` in it does the rest.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# The resolver of Debian's packages as on a machine that has none; its lists are this machine's.
NOTHING_INSTALLED = ("-o", "Dir::State::status=/dev/null", "-o", "Debug::NoLocking=1")


def main() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    name = f"washline-{version}-offline-{made_for()}"
    folder = ROOT / ".build" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    packed = run("git", "-C", ROOT, "archive", "HEAD", capture=True)
    subprocess.run(["tar", "-x", "-C", folder], input=packed, check=True)
    shutil.copy(folder / "bin/install", folder / "install")
    (folder / "made-for").write_text(f"{made_for()}\n")
    wheels(folder)
    packages(folder)
    file = folder.parent / f"{name}.tar.gz"
    run("tar", "-C", folder.parent, "--owner=0", "--group=0", "-czf", file, name)
    shutil.rmtree(folder)
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    print(f"{file.relative_to(ROOT)}, {file.stat().st_size >> 20} MB, SHA-256 {digest}")


def made_for() -> str:
    """Which release, Python and kind of machine the archive fits, as its name says."""
    system = platform.freedesktop_os_release()
    python = f"cp{sys.version_info.major}{sys.version_info.minor}"
    return f"{system['ID']}{system.get('VERSION_ID', '')}-{python}-{platform.machine()}"


def wheels(folder: Path) -> None:
    """Fetch what the lock names, and see that nothing is missing of what it takes here."""
    pip(folder, "download", "--only-binary=:all:", "--dest=wheels")
    check(folder)


def check(folder: Path) -> None:
    """Raise CalledProcessError unless the wheels are all of the lock's, hash by hash."""
    pip(folder, "install", "--dry-run", "--ignore-installed", "--no-index", "--find-links=wheels")


def pip(folder: Path, command: str, *options: str) -> None:
    locked = ("--require-hashes", "--no-deps", "--requirement=requirements.lock")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "-q")
    run(*pip, command, *options, *locked, folder=folder)


def packages(folder: Path) -> None:
    """Fetch the packages that bin/setup may ask for, with all that they need in turn."""
    names = run(ROOT / "bin/setup", "packages", capture=True).decode().split()
    partial = folder / "debs/partial"
    partial.mkdir(parents=True)
    apt = ("apt-get", "-qq", *NOTHING_INSTALLED, "-o", f"Dir::Cache::archives={folder}/debs/")
    chosen = ("--no-install-recommends", "--download-only", "--yes")
    run(*apt, "install", *chosen, *names)
    partial.rmdir()
    own = f"python{sys.version_info.major}.{sys.version_info.minor}"
    if not any((folder / "debs").glob(f"{own}_*")):
        sys.exit(f"the wheels are for {own}, and Debian's own is another: PYTHON=/usr/bin/python3")
    index(folder / "debs")


def index(folder: Path) -> None:
    """Make a repository of a folder of packages: what each says of itself, and where it is."""
    entries = []
    for file in sorted(folder.glob("*.deb")):
        control = run("dpkg-deb", "--field", file, capture=True).decode().strip()
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        entries.append(
            f"{control}\nFilename: ./{file.name}\nSize: {file.stat().st_size}\nSHA256: {digest}\n"
        )
    (folder / "Packages").write_text("\n".join(entries))


def run(*command: object, folder: Path = ROOT, capture: bool = False) -> bytes:
    """What a command says, if that is asked for; it ends everything with its own complaint."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE if capture else None,
        check=True,
    )
    return done.stdout or b""


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as fault:
        sys.exit(f"no archive was made: {' '.join(fault.cmd[:4])} … failed")
