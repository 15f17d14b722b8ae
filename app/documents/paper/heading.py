"""What every document has: the company, its number and revision, its code, and who signed what
when.
"""

from __future__ import annotations

import logging
from base64 import b64encode
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import quote

from flask import current_app

from app.documents.paper.bilingual import both, joined, moment
from app.documents.paper.blocks import Block, Codes, Company, Field, Paper, SignOff
from app.flow.documents import DocumentType
from app.flow.grammar import Action
from app.flow.texts.lazy_text import Both
from app.models.records.event import Event
from app.models.records.papers.attachment import Attachment
from app.models.records.papers.document import Document
from app.models.records.record import Record
from app.models.records.rules.plant_settings import plant_setting
from app.models.warehouse.lots import address
from app.models.warehouse.stock import Lot
from app.storage import archive

log = logging.getLogger(__name__)
ADDRESS = ("address_zh", "address_en")
CARD_NO = Both("生产任务单号", "Production order no.")
ORDER_NO = Both("订单编号", "Order no.")
OPENING = Both("期初", "Opening")
BEFORE = Both("期初:签名见纸质单据", "Opening: signed on paper")
LOT_CODES = Both("批次二维码(扫码打开批次页)", "Lot codes (scan to open the page of the lot)")


def company() -> Company:
    """The plant's name as the plant has set it, else WASHLINE_COMPANY (``Chinese|English``); its
    address and phone where these are set.
    """
    zh, en = plant_setting("company_zh"), plant_setting("company_en")
    if not zh and not en:
        return Company(by_environment().name, Both(*map(located, ADDRESS)), logo())
    return Company(Both(zh, en), Both(*map(located, ADDRESS)), logo())


def logo() -> str:
    """The plant's logo as papers carry it; nothing where there is none, or its file is not what
    was stored, which `verify` tells.
    """
    file = Attachment.find(name) if (name := plant_setting("logo")) else None
    if file is None:
        return ""
    try:
        content = archive.read(file)
    except (OSError, archive.Damaged):
        log.exception("the logo cannot be printed")
        return ""
    return f"data:{file.content_type};base64,{b64encode(content).decode()}"


def by_environment() -> Company:
    """The plant's name as WASHLINE_COMPANY has it, which needs no database."""
    zh, _, en = current_app.config["COMPANY"].partition("|")
    return Company(Both(zh, en), Both("", ""))


def located(key: str) -> str:
    return " · ".join(filter(None, (plant_setting(key), plant_setting("phone"))))


def find_url(ref: str) -> str:
    """What a code leads to: the page that finds a number; the bare number where the address is
    not set.
    """
    base = current_app.config["BASE_URL"].rstrip("/")
    return f"{base}/find?q={quote(ref)}" if base else ref


def lot_codes(lots: Iterable[Lot | None]) -> Codes | None:
    """The lots' codes to scan, each once: the address of its page, its bare number where the
    plant's address is not set.
    """
    codes = {lot.lot_no: lot_code(lot) for lot in lots if lot}
    return Codes(tuple(codes.items()), LOT_CODES) if codes else None


def lot_code(lot: Lot) -> str:
    """What the code of a lot says."""
    base = current_app.config["BASE_URL"].rstrip("/")
    return f"{base}{address(lot)}" if base else lot.lot_no


class Headed(Protocol):
    """What a paper's head is printed from: a document, or what stands for it."""

    @property
    def number(self) -> str: ...

    @property
    def revision(self) -> int: ...

    @property
    def ordered_at(self) -> datetime: ...

    @property
    def type(self) -> DocumentType: ...


def sheet(
    document: Headed,
    *,
    refs: dict[Both, Any],
    code: str,
    blocks: Iterable[Block | None],
    **more: Any,
) -> Paper:
    """Return a paper with the document's own head.

    ``refs`` are the numbers beside the title, ``code`` the number in the QR.
    """
    kind = document.type
    return Paper(
        title=both(kind.label),
        number=document.number,
        revision=document.revision,
        issued=document.ordered_at,
        refs=tuple(Field(label, value) for label, value in refs.items() if value),
        code=find_url(code),
        company=company(),
        clause=kind.clause,
        blocks=tuple(b for b in blocks if b),
        **more,
    )


def seen(record: Record, document: Document) -> list[Event]:
    """The record's events up to the one that ordered the document: it may be printed late."""
    return [event for event in record.history if event.at <= document.ordered_at]


def last(events: Iterable[Event], *actions: Action) -> Event | None:
    """The latest event of one of the actions."""
    keys = {action.key for action in actions}
    return next((event for event in reversed(list(events)) if event.action in keys), None)


def signature(label: Both, record: Record, event: Event | None) -> SignOff:
    """A sign-off from what is on record; an empty box to sign in where there is nothing yet."""
    if event is None or event.actor is None:
        return SignOff(label)
    role, meaning = event.in_role, both(record.past(event))
    return SignOff(
        label,
        event.who,
        both(role) if role else None,
        joined(meaning, on_paper(event), by="\n") if event.paper else meaning,
        moment(event.happened_at),
    )


def on_paper(event: Event) -> Any:
    """The mark of what was entered from paper: when, by whom, from which sheet."""
    return joined(
        Both("补录", "entered from paper"),
        moment(event.at),
        event.entered_by,
        joined(Both("单据", "sheet"), event.paper["sheet"], by=" "),
        by=" · ",
    )


def order_refs(card: Any) -> dict[Both, Any]:
    """The numbers beside the title of a card's document."""
    return {
        CARD_NO: card.ref,
        ORDER_NO: card.order.ref if card.order else None,
        OPENING: opening(card),
    }


def opening(record: Any) -> Any:
    """The mark of what was carried over from paper: until when, and who vouches for it."""
    if record.paper_until is None:
        return None
    until = record.paper_until.isoformat()
    vouched = joined(Both("确认人", "vouched for by"), str(record.vouched_for_by), by=" ")
    return joined(Both(f"纸质至 {until}", f"paper until {until}"), vouched, by=" · ")


def of_paper(label: Both, card: Any) -> SignOff:
    """A sign-off that was given on paper before the cut-over: none is kept here."""
    begun = card.carried_over
    said = [begun.data.get("sheets"), begun.data.get("sheets_at")] if begun else []
    return SignOff(label, meaning=joined(BEFORE, *filter(None, said), by="\n"))
