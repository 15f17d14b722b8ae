"""Which characters the printed fonts have. A form with a box where a character should be is worse than no form."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

FONTS = Path(__file__).resolve().parents[2] / "static/fonts"
FILES = ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf")
LAYOUT = frozenset("\n\r\t")


class MissingGlyph(Exception):
    """The fonts lack characters; the message names each, its code and its Unicode name."""

    def __init__(self, characters: set[str]) -> None:
        self.characters = sorted(characters)
        names = ", ".join(f"{c if c.isprintable() else '?'} U+{ord(c):04X} {unicodedata.name(c, '')}".strip()
                          for c in self.characters)  # fmt: skip
        super().__init__(f"the printed fonts lack: {names}")


@cache
def covered() -> frozenset[str]:
    """The characters that both weights can print."""
    from fontTools.ttLib import TTFont  # comes with the typesetter; the web processes never load it

    tables = (TTFont(FONTS / name, lazy=True).getBestCmap() for name in FILES)
    return frozenset.intersection(*(frozenset(map(chr, table)) for table in tables)) | LAYOUT


def printable(character: str) -> bool:
    """True for what shows as itself: in the fonts, and no invisible control or direction mark."""
    return character in LAYOUT or (character in covered() and unicodedata.category(character)[0] != "C")


def check(text: str) -> None:
    """Raise MissingGlyph when a character of the text would not show."""
    if missing := {c for c in set(text) if not printable(c)}:
        raise MissingGlyph(missing)


def spelled(text: str | None) -> str:
    """Return words from outside (a mail, a reason) with what the fonts lack given by its code, so that nothing is lost."""
    text = text or ""
    odd = {ord(c): f"‹U+{ord(c):04X}›" for c in set(text) if not printable(c)}
    return text.translate(odd) if odd else text
