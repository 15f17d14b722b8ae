"""The Chromium the browser tests drive: the system's own, kept quiet and able to draw Chinese."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

FONTS = Path(__file__).resolve().parents[2] / "static/fonts"
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync")
FONTCONFIG = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>{folder}</dir></fontconfig>"""


def launch(playwright, **options):
    """Start a headless Chromium; CHROMIUM may name another binary than the first one on PATH."""
    binary = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not binary:
        raise RuntimeError("Chromium is not installed, and the tests need it. On Debian: apt-get install chromium")
    return playwright.chromium.launch(
        executable_path=binary, args=list(ARGUMENTS), env={**os.environ, "FONTCONFIG_FILE": _fontconfig()}, **options)


def _fontconfig() -> str:
    """A configuration that adds our own fonts: a bare Debian has none with Chinese characters."""
    path = Path(tempfile.gettempdir(), f"washline-fonts-{os.getpid()}.conf")
    path.write_text(FONTCONFIG.format(folder=FONTS))
    atexit.register(path.unlink, missing_ok=True)
    return str(path)
