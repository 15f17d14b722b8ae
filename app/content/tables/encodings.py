"""Which encoding a text is in: by its mark, by what only it can be, at last by what is likely."""

from __future__ import annotations

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE

MARKS = ((BOM_UTF8, "utf-8-sig"), (BOM_UTF16_LE, "utf-16"), (BOM_UTF16_BE, "utf-16"))
# Offered to whoever finds that another one was taken.
ENCODINGS = ("utf-8", "gb18030", "utf-16", "windows-1252", "big5", "shift_jis")
# So much of a text tells its encoding.
HEAD = 256 * 1024


class Unreadable(ValueError):
    """Bytes that are no text in the encoding."""


def decode(content: bytes, wished: str = "") -> tuple[str, str]:
    """Return a text and the encoding that it is in, the ``wished`` one where that is said.

    Raises Unreadable.
    """
    encoding = wished or encoding_of(content)
    try:
        text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise Unreadable(encoding) from error
    return text.removeprefix("\ufeff"), encoding.removesuffix("-sig")


def encoding_of(content: bytes) -> str:
    """The encoding of a text."""
    for mark, name in MARKS:
        if content.startswith(mark):
            return name
    if fits(content, "utf-8"):
        return "utf-8"
    if wide := without_mark(content):
        return wide
    candidates = [name for name in ("gb18030", "windows-1252") if fits(content, name)]
    if len(candidates) == 1:
        return candidates[0]
    return likeliest(content[:HEAD])


def fits(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def without_mark(content: bytes) -> str:
    """UTF-16 without its mark: half of its bytes, those of one side, are often nought."""
    even, odd = content[:HEAD:2].count(0), content[1:HEAD:2].count(0)
    if max(even, odd) < len(content[:HEAD]) // 20:
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def likeliest(content: bytes) -> str:
    """GB 18030 or Windows-1252: nearly all bytes could be either.

    Western texts have their high bytes alone between letters, Chinese ones in pairs.
    """
    # An import of a tenth of a second that only such files need.
    from charset_normalizer import from_bytes  # noqa: PLC0415

    found = from_bytes(content, cp_isolation=["gb18030", "cp1252"]).best()
    alone = sum(
        high >= 0x80 and before < 0x80 and after < 0x80
        for before, high, after in zip(content, content[1:], content[2:], strict=False)
    )
    high = sum(byte >= 0x80 for byte in content)
    if high and alone * 2 > high:
        return "windows-1252"
    return "windows-1252" if found and found.encoding == "cp1252" and alone else "gb18030"
