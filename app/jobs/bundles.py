"""The worker's part of an auditor's list: folders gathered one after the other, an index, one ZIP
file in the store.

A long list is done in turns of a few seconds, between which the worker does what others wait for.
What a turn made lies in a draft in this node's home folder; whoever goes on here, after a kill too,
goes on behind the last whole folder; another node's worker has a draft of its own.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import time
import zipfile
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app

from app import clock, documents
from app.documents.bundle import audit_index
from app.documents.bundle.folders import folder_of
from app.extensions import db
from app.models.master import Customer, Product
from app.screens.archive.audit_list import KEPT, Entry, Wanted, entries_of
from app.storage import store
from app.web.sheets import as_xlsx

TURN = 5.0  # seconds
BUNDLES = "bundles"
Tell = Callable[[int, int], None]


class GoesOn(Exception):
    """A turn is over, the job is not: to be taken up again after what others wait for."""


def place(number: int) -> str:
    """Where in the store a job's finished file is, or will be."""
    return f"{BUNDLES}/audit-{number}.zip"


def drafts() -> Path:
    """The folder of what is not finished."""
    return Path(current_app.config["HOME"], BUNDLES)


def gather(payload: dict[str, Any], number: int, tell: Tell) -> dict[str, Any]:
    """Go on with the bundle of a job and return what became of it.

    Raises GoesOn at the end of a turn, OSError where the disk is full.
    """
    draft = drafts() / f".audit-{number}"
    plan = begun(draft, payload)
    entries, done = [Entry(**each) for each in plan["entries"]], rows_of(draft)
    at, began, told_at = datetime.fromisoformat(plan["at"]), time.monotonic(), 0.0
    for place_in, entry in enumerate(entries[len(done) :], len(done) + 1):
        done.append(put(draft, entry, at))
        over = time.monotonic() - began > TURN and place_in < len(entries)
        if over or time.monotonic() - told_at > 1:
            tell(place_in, len(entries))
            told_at = time.monotonic()
        if over:
            raise GoesOn(f"{place_in} of {len(entries)}")
    half = joined(draft, plan, done)
    finished = proof(half)
    # Whoever stood still for longer than a lease ends here: the file is the other one's.
    tell(len(entries), len(entries))
    # What is there was put by an attempt that ended before it was recorded.
    store.here().remove(place(number))
    store.here().take(place(number), half)
    half.unlink()
    shutil.rmtree(draft, ignore_errors=True)
    return {
        "folders": len(done),
        "files": sum(len(row["files"]) for row in done),
        "incomplete": sum(bool(row["missing"]) for row in done),
        "unknown": plan["unknown"],
        **finished,
    }


def begun(draft: Path, payload: dict[str, Any]) -> dict[str, Any]:
    """What the list means, settled when it was begun."""
    file = draft / "plan.json"
    if not file.exists():
        draft.mkdir(parents=True, exist_ok=True)
        criteria = Wanted.from_json(payload)
        entries, unknown = entries_of(criteria)
        plan = {
            "entries": [asdict(entry) for entry in entries],
            "unknown": unknown,
            "at": clock.now().isoformat(),
            "asked": in_words(criteria),
        }
        write(file, json.dumps(plan, ensure_ascii=False).encode())
    return json.loads(file.read_text("utf-8"))


def in_words(criteria: Wanted) -> list[str]:
    if criteria.numbers:
        return [f"{len(criteria.numbers)} 个编号 numbers"]
    customer = criteria.customer_id and db.session.get(Customer, criteria.customer_id)
    product = criteria.product_id and db.session.get(Product, criteria.product_id)
    return [
        f"收单日期 received {criteria.first or '…'} – {criteria.last or '…'}",
        *([f"客户 customer {customer.code} {customer.name.zh}"] if customer else []),
        *([f"产品 product {product.code} {product.name.zh}"] if product else []),
    ]


def put(draft: Path, entry: Entry, at: datetime) -> dict[str, Any]:
    """Write one folder; its row is written last, so that a folder with a row is whole."""
    folder = folder_of(entry, at)
    row = folder.row
    for name, content in folder.files:
        write(draft / row["folder"] / name, content)
    with (draft / "rows.jsonl").open("a", encoding="utf-8") as rows:
        rows.write(json.dumps(row, ensure_ascii=False) + "\n")
    db.session.expunge_all()
    return row


def rows_of(draft: Path) -> list[dict[str, Any]]:
    """The rows of the folders that are whole; half a line was being written when somebody pulled
    the plug.
    """
    try:
        *whole, rest = (draft / "rows.jsonl").read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    if rest:
        write(draft / "rows.jsonl", b"".join(line + b"\n" for line in whole))
    return [json.loads(line) for line in whole]


def joined(draft: Path, plan: dict[str, Any], rows: list[dict[str, Any]]) -> Path:
    """Write the index and all folders into one file beside the draft and return it."""
    at, half = datetime.fromisoformat(plan["at"]), draft.with_name(f".{secrets.token_hex(8)}.half")
    with zipfile.ZipFile(half, "w", zipfile.ZIP_STORED) as bundle:
        bundle.writestr("index.xlsx", as_xlsx(audit_index.sheets(rows, plan["unknown"])))
        for paper in audit_index.papers("index", at, plan["asked"], rows, plan["unknown"]):
            bundle.writestr(f"{paper.number}.pdf", documents.set_in_type(paper))
        for row in rows:
            for each in row["files"]:
                bundle.write(
                    draft / row["folder"] / each["file"], f"{row['folder']}/{each['file']}"
                )
    with half.open("rb+") as written:
        os.fsync(written.fileno())
    return half


def proof(file: Path) -> dict[str, Any]:
    with file.open("rb") as content:
        return {
            "size": file.stat().st_size,
            "sha256": hashlib.file_digest(content, "sha256").hexdigest(),
        }


def write(file: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.with_name(f".{file.name}.half")
    half.write_bytes(content)
    half.replace(file)


def tidy() -> None:
    """Clear away what was made for somebody weeks ago, and drafts that nobody went on with."""
    kept = KEPT.total_seconds()
    for each in drafts().iterdir() if drafts().is_dir() else ():
        if each.stat().st_mtime < time.time() - kept:
            shutil.rmtree(each) if each.is_dir() else each.unlink(missing_ok=True)
    for finished in store.here().places(BUNDLES):
        if (store.here().age(finished) or 0) > kept:
            store.here().remove(finished)
