"""QR codes as one SVG path: sharp at every size, and no picture in the PDF."""

from __future__ import annotations

from dataclasses import dataclass

import segno

QUIET = 2  # modules of white around it; the paper's margin gives the rest


@dataclass(frozen=True)
class Code:
    """``path`` is the SVG path of the dark modules in a square of ``size`` modules."""

    size: int
    path: str


def code(text: str) -> Code:
    """Return the QR code of a text, readable with a sixth of it damaged."""
    rows = segno.make_qr(text, error="m").matrix
    strokes = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            run = x
            while run < len(row) and row[run]:
                run += 1
            if run > x:
                strokes.append(f"M{x + QUIET} {y + QUIET}h{run - x}v1h-{run - x}z")
            x = run + 1
    return Code(len(rows) + 2 * QUIET, "".join(strokes))
