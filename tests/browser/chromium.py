"""The Chromium the browser tests drive: the system's own, kept quiet and able to draw Chinese."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

FONTS = Path(__file__).resolve().parents[2] / "static/fonts"
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-software-rasterizer",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # The empty page that a window begins with, and the worker of its pages, need no process more.
    "--renderer-process-limit=1",
)
FONTCONFIG = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>{folder}</dir>
<selectfont><rejectfont><glob>{reject}</glob></rejectfont></selectfont></fontconfig>"""
# A wall display on a bare Linux: nothing of ours, nothing of the system's with Chinese characters.
BARE = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>/usr/share/fonts/truetype/dejavu</dir></fontconfig>"""


def launch(playwright, fonts=FONTCONFIG, **options):
    """Start a headless Chromium; CHROMIUM may name another binary than the first one on PATH.

    ``fonts``: what fontconfig knows.
    """
    binary = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not binary:
        raise RuntimeError(
            "Chromium is not installed, and the tests need it. On Debian: apt-get install chromium"
        )
    return playwright.chromium.launch(
        executable_path=binary,
        args=list(ARGUMENTS),
        env={**os.environ, "FONTCONFIG_FILE": _fontconfig(fonts)},
        **options,
    )


def _fontconfig(fonts: str) -> str:
    """A configuration that adds our own Chinese fonts: a bare Debian has none."""
    handle, name = tempfile.mkstemp(prefix="washline-fonts-", suffix=".conf", text=True)
    with os.fdopen(handle, "w") as file:
        file.write(fonts.format(folder=FONTS, reject=f"{FONTS}/NotoSans-*"))
    atexit.register(Path(name).unlink, missing_ok=True)
    return name
