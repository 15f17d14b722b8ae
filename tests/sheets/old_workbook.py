"""A workbook of the old kind, as WPS and older programs write it, made in code."""

import struct


def xls(rows):
    """A workbook of the old kind, one sheet: records in a compound file of one stream."""

    def record(kind, body):
        return struct.pack("<HH", kind, len(body)) + body

    def label(row, column, words):
        body = struct.pack("<HHHHB", row, column, 0, len(words), 1) + words.encode("utf-16-le")
        return record(0x0204, body)

    def number(row, column, each):
        return record(0x0203, struct.pack("<HHHd", row, column, 0, each))

    begin = struct.pack("<HHHHII", 0x0600, 0, 0, 0, 0, 0)
    cells = b"".join(
        label(r, c, each) if isinstance(each, str) else number(r, c, each)
        for r, row in enumerate(rows)
        for c, each in enumerate(row)
    )
    sheet = record(0x0809, begin[:2] + b"\x10\x00" + begin[4:]) + cells + record(0x0A, b"")
    opening = record(0x0809, begin[:2] + b"\x05\x00" + begin[4:]) + record(0x42, b"\xb0\x04")
    name = "表1".encode("utf-16-le")
    length = len(opening) + 4 + 6 + 2 + len(name) + 4
    bound = record(0x85, struct.pack("<IBBBB", length, 0, 0, 2, 1) + name)
    return compound(opening + bound + record(0x0A, b"") + sheet)


def compound(stream):
    """A compound file that holds one stream called Workbook."""
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    sectors = len(stream) // 512
    head = struct.pack(
        "<8s16sHHHHH6sIIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        b"",
        0,
        1,
        1,
        0,
        4096,
        0xFFFFFFFE,
        0,
        0xFFFFFFFE,
        0,
        0,
    )
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    table = struct.pack("<128I", *(chain + [0xFFFFFFFF] * 128)[:128])

    def entry(name, kind, child, start, size):
        raw = (name + "\0").encode("utf-16-le") if name else b""
        return raw.ljust(64, b"\0") + struct.pack(
            "<HBBIII16sI8s8sIQ",
            len(raw),
            kind,
            1,
            0xFFFFFFFF,
            0xFFFFFFFF,
            child,
            b"",
            0,
            b"",
            b"",
            start,
            size,
        )

    folder = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry(
        "Workbook", 2, 0xFFFFFFFF, 2, len(stream)
    )
    return (
        head[:76]
        + struct.pack("<109I", 0, *([0xFFFFFFFF] * 108))
        + table
        + folder.ljust(512, b"\0")
        + stream
    )
