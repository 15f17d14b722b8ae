"""Where tests keep what they write: in memory where there is room.

On a disk, copying databases took most of a run's time.
"""

import os
import shutil
import tempfile
from pathlib import Path

MEMORY, ROOM = Path("/dev/shm"), 3 << 30


def folder() -> str:
    """The folder for databases; its path is short enough for a socket in it."""
    roomy = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    return str(MEMORY) if roomy else "/tmp"


def keep_in_memory():
    """Make it the folder for temporary files, unless TMPDIR says another."""
    if "TMPDIR" not in os.environ:
        os.environ["TMPDIR"] = folder()
        tempfile.tempdir = None
