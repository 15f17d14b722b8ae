"""The index of an auditor's bundle: what was asked for, what each folder holds, what is missing;
as papers and as sheets.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from app.documents.paper.bilingual import moment, number
from app.documents.paper.blocks import Column, Field, Fields, Paper, Passage, Table
from app.documents.paper.heading import company, find_url
from app.flow.texts.lazy_text import Both
from app.web.sheets import Sheet

# More rows on one paper take the press longer than it may.
ON_ONE = 150
TITLE = Both("审计清单索引", "Index of the auditor's list")
COLUMNS = (
    Column(Both("文件夹", "Folder"), 16),
    Column(Both("所问编号", "Asked for"), 15),
    Column(Both("内容", "What it is")),
    Column(Both("状态", "State"), 14),
    Column(Both("文件数", "Files"), 6, number=True),
    Column(Both("缺少", "Missing"), 30),
)
HEADS = {
    "entries": (
        "文件夹 Folder",
        "所问编号 Asked for",
        "内容 What it is",
        "状态 State",
        "档案 Dossier",
        "文件数 Files",
        "缺少 Missing",
    ),
    "files": (
        "文件夹 Folder",
        "文件 File",
        "内容 What it is",
        "编号 Number",
        "归档时间 Filed",
        "大小(字节) Size (bytes)",
        "SHA-256",
    ),
    "unknown": ("查无此编号 Unknown number",),
}


def papers(
    name: str, at: datetime, asked: list[str], rows: list[dict[str, Any]], unknown: list[str]
) -> Iterator[Paper]:
    """Yield the index as papers of a bearable length; ``asked`` says in words what was asked
    for.
    """
    pieces = [rows[n : n + ON_ONE] for n in range(0, len(rows), ON_ONE)] or [[]]
    for n, piece in enumerate(pieces, 1):
        called = f"{name}-{n}" if len(pieces) > 1 else name
        head = Fields(
            (
                Field(Both("所问", "Asked for"), "\n".join(asked), wide=True),
                Field(Both("截至", "As of"), moment(at)),
                Field(
                    Both("文件夹/缺件/查无", "Folders / with something missing / unknown"),
                    f"{number(len(rows))} / {number(sum(bool(row['missing']) for row in rows))} / "
                    f"{number(len(unknown))}",
                ),
            )
        )
        absent = (
            Passage(Both("查无此编号", "Unknown numbers"), ", ".join(unknown))
            if unknown and n == 1
            else None
        )
        table = Table(
            COLUMNS,
            tuple(line(row) for row in piece),
            Both("文件夹", "Folders"),
            small=True,
            breaks=True,
        )
        yield Paper(
            title=TITLE,
            number=called,
            revision=1,
            refs=(),
            issued=at,
            code=find_url(called),
            company=company(),
            clause="四",
            blocks=tuple(block for block in (head, absent, table) if block),
            landscape=True,
        )


def line(row: dict[str, Any]) -> tuple[Any, ...]:
    return (
        row["folder"],
        ", ".join(row["asked"]) or None,
        row["what"],
        row["state"],
        number(len(row["files"])),
        "\n".join(row["missing"]) or None,
    )


def sheets(rows: list[dict[str, Any]], unknown: list[str]) -> Iterator[Sheet]:
    """Yield the index as sheets: the folders, every file, the numbers that nobody knows."""
    yield (
        "index",
        HEADS["entries"],
        [
            [
                row["folder"],
                ", ".join(row["asked"]),
                row["what"],
                row["state"],
                row["dossier"],
                len(row["files"]),
                "\n".join(row["missing"]),
            ]
            for row in rows
        ],
    )
    yield (
        "files",
        HEADS["files"],
        [
            [
                row["folder"],
                file["file"],
                file["what"],
                file["number"],
                file["filed"],
                file["size"],
                file["sha256"],
            ]
            for row in rows
            for file in row["files"]
        ],
    )
    yield "unknown", HEADS["unknown"], [[each] for each in unknown]
