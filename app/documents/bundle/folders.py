"""One folder of an auditor's bundle: the papers of an order, of a card without an order, or of a
lot; each file with what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app import documents
from app.clock import local
from app.documents.dossier import SoFar, documents_of, so_far
from app.documents.paper.bilingual import both, moment
from app.extensions import db
from app.flow.documents import (
    DELIVERY_NOTE,
    DOSSIER,
    MATERIAL_SHEET,
    PRODUCTION_ORDER,
    QUALITY_REPORT,
)
from app.flow.rules.tags import LEFT, MADE, ON_LINE
from app.models.production.plan import REWORK
from app.models.production.production_order import ProductionOrder
from app.models.records.papers.attachment import Attachment
from app.models.records.papers.document import Document
from app.models.records.record import Record
from app.models.sales.order import Order
from app.models.warehouse.shipment import Shipment
from app.models.warehouse.stock import Lot
from app.models.warehouse.suppliers_of import all_cards, belonging_to, records_of
from app.screens.archive.audit_list import CARD_ALONE, ORDER, Entry, samples_of
from app.screens.record.about.lot import AboutLot
from app.screens.record.about.lot import sheets as sheets_of_lot
from app.storage import archive
from app.web.sheets import as_xlsx

# Bytes of a name: disks take 255 of them, and Chinese has three a character.
LONGEST = 180
Files = list[tuple[str, bytes]]


class Folder:
    """What lies in a folder (``files``: name and content) and what the index says of it
    (``row``).
    """

    def __init__(self, entry: Entry, name: str, what: str, state: str) -> None:
        self.files: Files = []
        self.row: dict[str, Any] = {
            "folder": safe(name),
            "asked": entry.asked,
            "what": what,
            "state": state,
            "dossier": "–",
            "files": [],
            "missing": [],
        }

    def add(
        self, file: str, content: bytes, what: str, number: str = "", filed: datetime | None = None
    ) -> None:
        names_in_use = {name.casefold() for name, _ in self.files}
        stem, ending = stem_and_suffix(safe(file))
        called = next(
            name
            for n in range(1, 1000)
            if (name := f"{stem}{'' if n == 1 else f' ({n})'}{ending}").casefold()
            not in names_in_use
        )
        self.files.append((called, content))
        proof = archive.stored(content)
        self.row["files"].append(
            {
                "file": called,
                "what": what,
                "number": number,
                "filed": moment(filed),
                "size": proof.size,
                "sha256": proof.sha256,
            }
        )

    def lacks(self, zh: str, en: str) -> None:
        self.row["missing"].append(f"{zh} {en}")

    def take(self, papers: list[Document]) -> set[str]:
        """Put the filed papers in; those that cannot be are missing.

        The names of unreadable ones come back.
        """
        damaged = set()
        for paper in papers:
            try:
                if not paper.sha256:
                    failed = paper.given_up is not None
                    self.lacks(
                        f"{paper.name} {'无法生成' if failed else '生成中'}",
                        "could not be made" if failed else "is being made",
                    )
                    continue
                self.add(
                    paper.filename,
                    archive.read(paper),
                    bilingual_name(paper.type.label),
                    paper.name,
                    paper.filed_at,
                )
            except archive.Damaged:
                damaged.add(paper.name)
                self.lacks(f"{paper.name} 文件缺失或被改动", "its file is missing or was altered")
        return damaged

    def put_so_far(self, order: Order, at: datetime, unreadable: set[str]) -> None:
        """Print what there is of an order's dossier; where the press gives nothing, the rest of
        the folder is there all the same.
        """
        document = SoFar.of(order, local(at))
        try:
            pages = documents.set_in_type(so_far(order, document, unreadable))
        except documents.NotPrinted as problem:
            self.lacks(
                "截至目前的档案(无法打印)", f"the dossier so far could not be printed: {problem}"
            )
            return
        self.add(
            f"{document.number}.pdf", pages, "截至目前的档案(未归档) Dossier so far, not filed"
        )
        self.row["dossier"] = "截至目前 so far"

    def attach(self, records: list[Record]) -> None:
        for file in Attachment.of(records):
            try:
                self.add(
                    f"attachment-{file.filename}",
                    archive.read(file),
                    "附件 Attachment",
                    "",
                    file.at,
                )
            except archive.Damaged:
                self.lacks(
                    f"附件 {file.filename} 文件缺失或被改动",
                    "attachment: its file is missing or was altered",
                )


def folder_of(entry: Entry, at: datetime) -> Folder:
    """Return the folder of an entry as things stand at a moment."""
    if entry.kind == ORDER:
        return of_order(entry, db.session.get_one(Order, entry.id), at)
    if entry.kind == CARD_ALONE:
        return of_card(entry, db.session.get_one(ProductionOrder, entry.id))
    return of_lot(entry, db.session.get_one(Lot, entry.id))


def of_order(entry: Entry, order: Order, at: datetime) -> Folder:
    records = records_of(order)
    customer = order.customer.name if order.customer else getattr(order, "customer_text", "")
    folder = Folder(
        entry,
        order.ref,
        f"订单 Order {order.ref} · {bilingual_name(customer)}",
        bilingual_name(order.current_stage.label),
    )
    unreadable = folder.take(documents_of(records))
    final = of_kind(order, DOSSIER.key)
    unreadable |= folder.take(final)
    if any(paper.sha256 and paper.name not in unreadable for paper in final):
        folder.row["dossier"] = "已归档 filed"
    else:
        folder.put_so_far(order, at, unreadable)
        if not final:
            folder.lacks(
                *(
                    ("最终档案(未生成)", "the final dossier: none was made")
                    if order.current_stage.ends
                    else ("最终档案(订单未完)", "the final dossier: the order is still open")
                )
            )
    folder.attach(records)
    expect(folder, records)
    return folder


def of_card(entry: Entry, card: ProductionOrder) -> Folder:
    cards = all_cards([card])
    records = [*cards, *belonging_to(cards)]
    folder = Folder(
        entry,
        card.ref,
        f"生产任务单 Production order {card.ref} · {card.product.code} · 备货 for stock",
        bilingual_name(card.current_stage.label),
    )
    folder.take(documents_of(records))
    folder.attach(records)
    expect(folder, records)
    return folder


def of_lot(entry: Entry, lot: Lot) -> Folder:
    about = AboutLot(lot)
    samples = list(dict.fromkeys([*about.samples, *samples_of(lot)]))
    folder = Folder(
        entry,
        f"lot-{lot.lot_no}",
        f"批次 Lot {lot.lot_no} · {lot.item.code} {bilingual_name(lot.item.name)}",
        bilingual_name(about.mark.word),
    )
    folder.add(
        f"trace-{lot.lot_no}.xlsx",
        as_xlsx(sheets_of_lot(about)),
        "来源去向与出入库 Trace and movements",
    )
    folder.take(documents_of(samples) if samples else [])
    folder.attach([*samples, *about.purchases])
    if not about.reports:
        folder.lacks("质量检验报告", "a quality report on it")
    return folder


def of_kind(record: Record, kind: str) -> list[Document]:
    return list(
        db.session.scalars(
            select(Document)
            .where(
                Document.flow == record.flow.key,
                Document.record_id == record.id,
                Document.kind == kind,
            )
            .order_by(Document.id)
        )
    )


def expect(folder: Folder, records: list[Record]) -> None:
    """Name the papers that the procedure wants of what has come so far, and that nobody ordered."""
    known = {(paper.flow, paper.record_id, paper.kind) for paper in documents_of(records)}
    for record, kind in wanted(records):
        if (record.flow.key, record.id, kind.key) not in known:
            folder.lacks(f"{record.ref} {both(kind.label).zh}", both(kind.label).en)


def wanted(records: list[Record]) -> Iterator[tuple[Record, Any]]:
    for record in records:
        if (
            isinstance(record, ProductionOrder)
            and (record.current_stage.has(ON_LINE, MADE) or record.reworked)
            and was_made(record)
        ):
            yield record, PRODUCTION_ORDER
            yield record, MATERIAL_SHEET
        if record.flow.key == "sample" and record.current_stage.ends:
            yield record, QUALITY_REPORT
        if isinstance(record, Shipment) and record.current_stage.has(LEFT):
            yield record, DELIVERY_NOTE


def was_made(card: ProductionOrder) -> bool:
    """Whether it was planned to be made; a rework alone makes nothing."""
    plans = [plan for plan in card.plans if plan.supply != REWORK]
    return bool(plans) and not plans[-1].source_lot_id


def bilingual_name(words: Any) -> str:
    """Words in both languages, one after the other."""
    found = both(words)
    return "" if found is None else found.together


def safe(name: str) -> str:
    """A name that every system takes for a file or folder: short enough in bytes too, and with
    its ending.
    """
    stem, ending = stem_and_suffix(
        re.sub(r'[\x00-\x1f\x7f<>:"/\\|?*\u2028\u2029]+', "_", name).strip(" .")
    )
    left = LONGEST - len(ending.encode())
    return (stem.encode()[:left].decode(errors="ignore") + ending).strip(" .") or "_"


def stem_and_suffix(name: str) -> tuple[str, str]:
    """A name and its ending with the point, which is empty where there is none."""
    stem, point, ending = name.rpartition(".")
    return (stem, point + ending) if stem and len(ending) <= 8 else (name, "")
