"""How large a picture is, read from its head: PNG, JPEG, WebP. Nothing is decoded."""

from __future__ import annotations

from app.flow.texts.lazy_text import Text, _l

MEGAPIXELS = 40
BROKEN = _l("the picture is damaged.")
# JPEG: the markers that carry the size, and those that stand alone.
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
ALONE = frozenset((0x01, *range(0xD0, 0xD8)))


def fault(content: bytes) -> Text | None:
    """Say why a picture is not accepted: no size in its head, or too many pixels."""
    try:
        width, height = size(content)
    except (ValueError, IndexError):
        return BROKEN
    if width * height > MEGAPIXELS * 1_000_000:
        return _l(
            "the picture has %(width)s × %(height)s pixels; %(most)s megapixels are the most.",
            width=width,
            height=height,
            most=MEGAPIXELS,
        )
    return None


def size(content: bytes) -> tuple[int, int]:
    """Return width and height. Raises ValueError or IndexError where the head does not tell."""
    if content.startswith(b"\x89PNG"):
        dimensions = png(content)
    elif content.startswith(b"\xff\xd8"):
        dimensions = jpeg(content)
    else:
        dimensions = webp(content)
    if min(dimensions) < 1:
        raise ValueError("a picture without an area")
    return dimensions


def is_cmyk(content: bytes) -> bool:
    """Whether a JPEG has the four colours of printers, which a PDF for archives cannot show."""
    return content.startswith(b"\xff\xd8") and content[frame(content) + 9] == 4


def png(content: bytes) -> tuple[int, int]:
    if content[12:16] != b"IHDR" or len(content) < 45:
        raise ValueError("no head")
    return int.from_bytes(content[16:20]), int.from_bytes(content[20:24])


def jpeg(content: bytes) -> tuple[int, int]:
    at = frame(content)
    return int.from_bytes(content[at + 7 : at + 9]), int.from_bytes(content[at + 5 : at + 7])


def frame(content: bytes) -> int:
    """Go from marker to marker until one that carries the size; where that is comes back."""
    at = 2
    while True:
        if content[at] != 0xFF:
            raise ValueError("no marker")
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in ALONE:
            at += 2
        elif marker in FRAMES:
            if len(content) < at + 10:
                raise ValueError("cut off")
            return at
        else:
            if (length := int.from_bytes(content[at + 2 : at + 4])) < 2:
                raise ValueError("no length")
            at += 2 + length


def webp(content: bytes) -> tuple[int, int]:
    kind = content[12:16]
    if len(content) < 30:
        raise ValueError("cut off")
    if kind == b"VP8X":
        return int.from_bytes(content[24:27], "little") + 1, int.from_bytes(
            content[27:30], "little"
        ) + 1
    if kind == b"VP8L" and content[20] == 0x2F:
        bits = int.from_bytes(content[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 " and content[23:26] == b"\x9d\x01\x2a":
        return int.from_bytes(content[26:28], "little") & 0x3FFF, int.from_bytes(
            content[28:30], "little"
        ) & 0x3FFF
    raise ValueError("no head")
