"""What an uploaded file is, is told by its content; what could harm is refused with a reason."""

import io
import random
import stat
import struct
import zipfile
import zlib

import pytest

from app.content import NotTaken, recognise

TYPES = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}


def png(width, height):
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\x00")), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks
    )


def jpeg(width, height):
    comment = b"\xff\xfe" + struct.pack(">H", 6) + b"\xff\xc0ab"  # looks like a frame, and is none
    return (
        b"\xff\xd8"
        + comment
        + b"\xff\xc2"
        + struct.pack(">HBHHB", 17, 8, height, width, 3)
        + bytes(9)
        + b"\xff\xd9"
    )


def webp(width, height):
    body = (
        b"VP8X"
        + struct.pack("<I", 10)
        + bytes(4)
        + (width - 1).to_bytes(3, "little")
        + (height - 1).to_bytes(3, "little")
    )
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def xlsx(more=None, link=None, compression=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in {**TYPES, **(more or {})}.items():
            archive.writestr(name, content)
        if link:
            info = zipfile.ZipInfo(link)
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(info, "/etc/passwd")
    return out.getvalue()


def encrypted():
    """A sheet whose second member says that it is encrypted."""
    content = bytearray(xlsx())
    at = content.rindex(b"PK\x01\x02")
    content[at + 8] |= 1
    return bytes(content)


MAIL = (
    "From: 王 <a@b.example>\r\nSubject: x\r\n folded\r\nDate: Mon, 1 Dec 2025 08:00:00 "
    "+0800\r\n\r\n你好"
).encode()
TAKEN = {
    "plan.pdf": (b"%PDF-1.7\nx\n%%EOF\n", "application/pdf"),
    "a.png": (png(8000, 5000), "image/png"),
    "a.jpg": (jpeg(6000, 4000), "image/jpeg"),
    "a.webp": (webp(300, 200), "image/webp"),
    "批号.csv": ("批号,数量\n".encode("gb18030"), "text/csv"),
    "note.txt": ("﻿说明".encode(), "text/plain"),
    "sheet.xlsx": (
        xlsx({"xl/sheet1.xml": b"<row/>" * 1000}),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "order.eml": (MAIL, "message/rfc822"),
    "no-date.eml": (
        "From: a@b.example\nTo: c@d.example\nSubject: order\n\n你好".encode(),
        "message/rfc822",
    ),
    "utf8.eml": (
        "﻿\r\nSubject: 订单\r\nFrom: 王样 <a@b.example>\r\n\r\n你好".encode(),
        "message/rfc822",
    ),
    "box.eml": (
        b"From a@b.example Mon Dec 1 08:00:00 2025\n" + MAIL.replace(b"\r\n", b"\n"),
        "message/rfc822",
    ),
    "letter.txt": (b"From: us\n\nNothing of an envelope.", "text/plain"),
}


@pytest.mark.parametrize("name", TAKEN)
def test_what_is_accepted_is_known_by_its_content(name):
    content, content_type = TAKEN[name]
    taken = recognise(name, content)
    assert (taken.filename, taken.content_type, taken.content) == (name, content_type, content)
    # A wrong name changes nothing but the ending that is put after it.
    other = recognise("x.exe", content)
    assert other.filename.startswith("x.exe.") and other.content_type == (
        content_type if content_type != "text/csv" else "text/plain"
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"MZ\x90\x00" + bytes(100), "is none of the files"),
        (b"GIF89a" + bytes(40), "is none of the files"),
        (b"\x7fELF" + bytes(100), "is none of the files"),
        (b"%PDF-1.7 and nothing more", "the PDF is damaged"),
        (png(8001, 5001), "8001 × 5001 pixels"),
        (jpeg(10000, 4001), "10000 × 4001 pixels"),
        (webp(10000, 4001), "10000 × 4001 pixels"),
        (png(0, 10), "the picture is damaged"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "the picture is damaged"),
        (b"PK\x03\x04 no zip at all", "it is no Excel sheet"),
        (xlsx()[:-30], "it is no Excel sheet"),
        (xlsx().replace(b"xl/workbook.xml", b"xl/workbuuk.xml"), "it is no Excel sheet"),
        (xlsx({f"x{n}": b"" for n in range(199)}), "it unpacks to too much"),
        (xlsx({"xl/big.xml": bytes(2_000_000)}), "it unpacks to too much"),
        (
            xlsx({"xl/big.xml": bytes(2_000_000)}, compression=zipfile.ZIP_BZIP2),
            "it unpacks to too much",
        ),
        # More than 50 MiB, but less than a hundred times the file: what does not shrink makes the
        # file large enough.
        (
            xlsx(
                {
                    "xl/noise.xml": random.Random(1).randbytes(600_000),
                    "xl/big.xml": bytes(53_000_000),
                }
            ),
            "it unpacks to too much",
        ),
        (xlsx(link="xl/link.xml"), "it holds macros"),
        (xlsx({"../../escape.xml": b"x"}), "it holds macros"),
        (xlsx({"xl/vbaProject.bin": b"x"}), "it holds macros"),
        (
            xlsx(
                {"xl/a.xml": b" " * 65530 + b"<!DOCTYPE x [<!ENTITY a 'b'>]>"},
                compression=zipfile.ZIP_STORED,
            ),
            "it holds macros",
        ),
        (encrypted(), "it holds macros"),
    ],
)
def test_what_is_refused_says_why(content, reason):
    with pytest.raises(NotTaken) as refused:
        recognise("a.bin", content)
    assert "a.bin" in str(refused.value.sentence) and reason in str(refused.value.sentence)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\me\\报告.pdf", "报告.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("a\u202efdp.exe", "afdp.exe.pdf"),
        ("a\r\nb.pdf", "ab.pdf"),
        ("a\u2028b.pdf", "ab.pdf"),
        ("", "file.pdf"),
        ("...", "file.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("page.html", "page.html.pdf"),
    ],
)
def test_a_name_is_made_safe_and_tells_what_it_is(given, kept):
    assert recognise(given, TAKEN["plan.pdf"][0]).filename == kept
