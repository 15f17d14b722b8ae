"""Whether a zip file is a harmless Excel sheet: counted while inflating, so that a bomb is put
down before it goes off.
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from io import BytesIO

from app.flow.texts.lazy_text import Text, _l

MEMBERS = 200
LARGEST = 50 * 1024 * 1024
RATIO = 100
BLOCK = 1 << 16
ENCRYPTED = 0x1
NO_SHEET = _l("it is no Excel sheet (XLSX).")
TOO_LARGE = _l("it unpacks to too much; save the sheet anew with less in it.")
FORBIDDEN = _l(
    "it holds macros, encrypted parts or paths that lead elsewhere; save it as a plain sheet "
    "without a password."
)


def fault(content: bytes) -> Text | None:
    """Say why a zip file is not accepted as an Excel sheet."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return of_members(archive.infolist()) or of_contents(archive, len(content))
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, OSError, RuntimeError):
        return NO_SHEET


def of_members(members: list[zipfile.ZipInfo]) -> Text | None:
    """What the list of members tells."""
    names = [member.filename for member in members]
    if len(members) > MEMBERS:
        return TOO_LARGE
    if any(
        stat.S_ISLNK(m.external_attr >> 16) or m.flag_bits & ENCRYPTED or leaves(m.filename)
        for m in members
    ):
        return FORBIDDEN
    if any("vba" in name.lower() for name in names):
        return FORBIDDEN
    return (
        None
        if {"[Content_Types].xml", "xl/workbook.xml"} <= set(names)
        and len(set(names)) == len(names)
        else NO_SHEET
    )


def leaves(name: str) -> bool:
    """Whether a member would be unpacked outside the folder."""
    return name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name


def of_contents(archive: zipfile.ZipFile, size: int) -> Text | None:
    """What inflating tells, block by block; it ends at the first block too many."""
    total, most = 0, min(LARGEST, RATIO * size)
    for member in archive.infolist():
        with archive.open(member) as part:
            last = b""
            while block := part.read(BLOCK):
                total += len(block)
                if total > most:
                    return TOO_LARGE
                # A document type (and its entities) may begin in one block and end in the next.
                if b"<!DOCTYPE" in last + block or b"<!ENTITY" in last + block:
                    return FORBIDDEN
                last = block[-16:]
    return None
