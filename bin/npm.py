"""Fetching one exact version of an npm package, for the scripts beside this file."""

import shutil
import subprocess
import sys
from pathlib import Path


def unpack(name: str, version: str, into: Path) -> Path:
    """Fetch `name` at `version` below `into`; the folder of its files comes back."""
    if shutil.which("npm") is None:
        sys.exit("npm is missing. On Debian: apt-get install npm")
    fetched = subprocess.run(
        ["npm", "pack", "--silent", "--pack-destination", str(into), f"{name}@{version}"],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    archive = into / fetched.stdout.split()[-1]
    folder = into / archive.stem
    folder.mkdir()
    subprocess.run(["tar", "xzf", str(archive), "-C", str(folder)], check=True)
    return folder / "package"
