"""Which characters the printed fonts have.

A form with a box where a character should be is worse than no form.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

FONTS = Path(__file__).resolve().parents[3] / "static/fonts"
# Of each weight the Chinese face and the one for what that lacks of Latin, Greek, Cyrillic and
# small figures.
WEIGHTS = (
    ("NotoSansSC-Regular.ttf", "NotoSans-Regular.ttf"),
    ("NotoSansSC-Bold.ttf", "NotoSans-Bold.ttf"),
)
LAYOUT = frozenset("\n\r\t")


@cache
def covered() -> frozenset[str]:
    """The characters that both weights can print."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415 – web processes never load it

    def has(names: tuple[str, ...]) -> frozenset[str]:
        return frozenset(
            chr(code) for name in names for code in TTFont(FONTS / name, lazy=True).getBestCmap()
        )

    return frozenset.intersection(*map(has, WEIGHTS)) | LAYOUT


def printable(character: str) -> bool:
    """True for what shows as itself: in the fonts, and no invisible control or direction mark."""
    return character in LAYOUT or (
        character in covered() and unicodedata.category(character)[0] != "C"
    )


def spelled(text: str) -> str:
    """Return a text as it can be printed: accents joined to their letters, what no font has given
    by its code.

    Nothing of a record is lost by it, and nothing that somebody wrote can keep a document from
    being made.
    """
    text = unicodedata.normalize("NFC", text)
    odd = {ord(c): f"‹U+{ord(c):04X}›" for c in set(text) if not printable(c)}
    return text.translate(odd) if odd else text
