"""Complaints, first thing: what waits for whom, and of which products what is complained of."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Select, func, select

from app import clock
from app.flow.rules.tags import LOOKED_INTO, UNHEARD
from app.flow.texts.lazy_text import _l
from app.models.master import Product
from app.models.master.quality import DefectCode
from app.models.production.production_order import ProductionOrder
from app.models.warehouse.complaint import Complaint
from app.screens.today.listing import Listing, Row, due_mark

LOOKED_BACK = timedelta(days=365)


def complaints(stages: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    """The complaints that stand so, the first to be answered first."""
    return (
        select(Complaint)
        .where(Complaint.stands_in(stages))
        .options(*Complaint.shown_with())
        .order_by(Complaint.due, Complaint.id)
    )


def complaint_row(complaint: Complaint) -> Row:
    days = (complaint.due - clock.today()).days if complaint.due else None
    mark = None if complaint.customer_answer else due_mark(days)
    return Row(
        complaint.ref,
        complaint.headline,
        complaint.party,
        complaint.current_stage.label,
        days=days,
        mark=mark,
    )


def counted() -> Select[*tuple[Any, ...]]:
    """How often each defect of each product was complained of within a year, most often first."""
    times = func.count(Complaint.id)
    return (
        select(Product, DefectCode, times, func.sum(Complaint.quantity))
        .select_from(Complaint)
        .join(ProductionOrder, ProductionOrder.id == Complaint.card_id)
        .join(Product, Product.id == ProductionOrder.product_id)
        .join(DefectCode, DefectCode.id == Complaint.defect_id)
        .where(Complaint.heard_on >= clock.today() - LOOKED_BACK)
        .group_by(Product.id, DefectCode.id)
        .order_by(times.desc(), Product.code, DefectCode.code)
    )


def counted_row(product: Product, defect: DefectCode, times: int, units: int | None) -> Row:
    return Row(
        "",
        defect.name,
        _l("%(n)s complaints", n=times) if times > 1 else _l("1 complaint"),
        _l("%(quantity)s units", quantity=f"{units:,}") if units else "",
        label=f"{product.code} · {defect.code}",
    )


OF_SALES = Listing(
    "complaints",
    _l("Complaints under way"),
    _l("No complaint is under way."),
    lambda: complaints(Complaint.flow.open),
    complaint_row,
)
OF_QUALITY = Listing(
    "complaints",
    _l("Complaints to look into"),
    _l("No complaint is to be looked into."),
    lambda: complaints(Complaint.flow.tagged(UNHEARD, LOOKED_INTO)),
    complaint_row,
)
COUNTED = Listing(
    "complained_of",
    _l("Complained of within a year, by product and defect"),
    _l("Nobody has complained within a year."),
    counted,
    counted_row,
)
