"""Complaints, first thing: what waits for whom, and of which products what is complained of."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

from sqlalchemy import (
    Integer,
    Select,
    cast,
    distinct,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from app import clock
from app.flow.rules.tags import LOOKED_INTO, UNHEARD
from app.flow.texts.lazy_text import _l, listed
from app.models.master import Product
from app.models.master.quality import DefectCode
from app.models.production.production_order import ProductionOrder
from app.models.warehouse.complaint import Complaint
from app.models.warehouse.shipment import Shipment
from app.screens.record.fact import Mark
from app.screens.today.listing import Listing, Row, due_mark

LOOKED_BACK, LATELY = timedelta(days=365), timedelta(days=30)
UNSATISFIED = 2  # of five
QUESTIONS = (Shipment.goods_right, Shipment.on_time, Shipment.satisfied)
# What a customer who is called says that counts beside complaints.
NOT_CONTENT = {
    "goods": Shipment.goods_right.is_(False),
    "late": Shipment.on_time.is_(False),
    "unsatisfied": Shipment.satisfied <= UNSATISFIED,
}
SAID = {
    "goods": _l("Goods not right"),
    "late": _l("Not on time"),
    "unsatisfied": _l("Satisfied: 1 or 2 of 5"),
}


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
    """How often each defect of each product was complained of within a year, and how often those
    who got it were not content when they were called; most often first.
    """
    since, none = clock.today() - LOOKED_BACK, null()
    complained = (
        select(
            ProductionOrder.product_id.label("product"),
            Complaint.defect_id.label("defect"),
            literal("").label("said"),
            func.count(Complaint.id).label("times"),
            func.sum(Complaint.quantity).label("units"),
        )
        .select_from(Complaint)
        .join(ProductionOrder, ProductionOrder.id == Complaint.card_id)
        .where(Complaint.heard_on >= since)
        .group_by(ProductionOrder.product_id, Complaint.defect_id)
    )
    called = [
        select(
            ProductionOrder.product_id,
            cast(none, Complaint.defect_id.type),
            literal(key),
            func.count(distinct(Shipment.id)),
            cast(none, Integer),
        )
        .select_from(Shipment)
        .join(ProductionOrder, ProductionOrder.shipment_id == Shipment.id)
        .where(Shipment.received_on >= since, condition)
        .group_by(ProductionOrder.product_id)
        for key, condition in NOT_CONTENT.items()
    ]
    found = union_all(complained, *called).subquery()
    return (
        select(Product, DefectCode, found.c.said, found.c.times, found.c.units)
        .select_from(found)
        .join(Product, Product.id == found.c.product)
        .outerjoin(DefectCode, DefectCode.id == found.c.defect)
        .order_by(found.c.times.desc(), Product.code, DefectCode.code, found.c.said)
    )


def counted_row(
    product: Product, defect: DefectCode | None, said: str, times: int, units: int | None
) -> Row:
    """Of complaints how many, of answers at the follow-up how many deliveries."""
    if defect is None:
        told = _l("%(n)s deliveries", n=times) if times > 1 else _l("1 delivery")
        return Row("", SAID[said], told, label=f"{product.code} · {said}", url=page_of(product))
    return Row(
        "",
        defect.name,
        _l("%(n)s complaints", n=times) if times > 1 else _l("1 complaint"),
        _l("%(quantity)s units", quantity=f"{units:,}") if units else "",
        label=f"{product.code} · {defect.code}",
        url=page_of(product),
    )


def page_of(product: Product) -> str:
    """The product's own page."""
    return f"/product/{quote(product.code, safe='')}"


def answers() -> Select[*tuple[Any, ...]]:
    """The deliveries of the last month whose customers answered a question, the latest first."""
    return (
        select(Shipment)
        .where(
            Shipment.received_on >= clock.today() - LATELY,
            or_(*(x.is_not(None) for x in QUESTIONS)),
        )
        .options(*Shipment.shown_with())
        .order_by(Shipment.received_on.desc(), Shipment.id.desc())
    )


def answer_row(shipment: Shipment) -> Row:
    worst = shipment.goods_right is False or (shipment.satisfied or 5) <= UNSATISFIED
    said = [
        SAID["goods"] if shipment.goods_right is False else None,
        SAID["late"] if shipment.on_time is False else None,
        _l("Satisfied: %(n)s of 5", n=shipment.satisfied) if shipment.satisfied else None,
    ]
    return Row(
        shipment.ref,
        shipment.headline,
        listed(each for each in said if each) or _l("Content"),
        shipment.feedback,
        at=shipment.received_on,
        mark=Mark("risk", _l("Not content")) if worst else None,
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
ANSWERS = Listing(
    "feedback",
    _l("What customers said when they were called"),
    _l("Nobody has answered within a month."),
    answers,
    answer_row,
)
