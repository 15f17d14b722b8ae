"""QR codes as inline SVG: sharp at every size, and no picture in the PDF."""

from __future__ import annotations

from functools import lru_cache

import segno
from markupsafe import Markup

QUIET = 2  # modules of white around it; the paper's margin gives the rest


@lru_cache(512)
def code(text: str) -> Markup:
    """Return the QR code of a text, as large as its place, readable with a sixth of it damaged."""
    drawn = segno.make_qr(text, error="m").svg_inline(
        border=QUIET, omitsize=True, light="#fff", svgclass=None, lineclass=None
    )
    return Markup(drawn)
