"""The complaint report 《投诉处理单》: what the customer said of which goods, what Quality
found and did, what the customer was told (6.3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.documents.paper.bilingual import day, joined, number
from app.documents.paper.blocks import Field, Fields, Paper, Passage, SignOffs
from app.documents.paper.heading import (
    CARD_NO,
    ORDER_NO,
    last,
    lot_codes,
    seen,
    sheet,
    signature,
)
from app.documents.paper.terms import DEFECT_CLASS, UNITS, term
from app.flow.sales.complaints import ANSWER, CLOSE, COMPLAIN, LOOK_INTO
from app.flow.texts.lazy_text import Both
from app.models.records.papers.attachment import Attachment
from app.models.records.papers.document import Document

if TYPE_CHECKING:
    from app.models.warehouse.complaint import Complaint


def context(complaint: Complaint, document: Document) -> Paper:
    """Return the report as it stood when it was ordered: answered, or closed."""
    events = seen(complaint, document)
    closed = last(events, CLOSE)
    refs = {
        Both("投诉编号", "Complaint no."): complaint.ref,
        CARD_NO: complaint.card.ref,
        ORDER_NO: complaint.order.ref,
    }
    said = Both("客户对答复的意见", "What the customer said to it")
    return sheet(
        document,
        refs=refs,
        code=complaint.ref,
        blocks=(
            Fields(tuple(goods(complaint))),
            Passage(
                Both("客户投诉内容", "What the customer said"), complaint.words or None, quoted=True
            ),
            Fields(tuple(pictures(complaint, document))),
            Fields(tuple(found(complaint)), Both("调查与处理", "Investigation and measures")),
            Passage(
                Both("给客户的答复", "Answer to the customer"), complaint.customer_answer or None
            ),
            Passage(said, complaint.last_words) if closed and complaint.last_words else None,
            SignOffs(
                (
                    signature(Both("受理", "Received"), complaint, last(events, COMPLAIN)),
                    signature(Both("调查", "Investigated"), complaint, last(events, LOOK_INTO)),
                    signature(Both("答复", "Answered"), complaint, last(events, ANSWER)),
                    signature(Both("关闭", "Closed"), complaint, closed),
                )
            ),
            lot_codes([complaint.lot]),
        ),
    )


def goods(complaint: Complaint) -> list[Field]:
    """Who complains, of which goods."""
    card, defect = complaint.card, complaint.defect
    units = joined(number(complaint.quantity), UNITS, by=" ") if complaint.quantity else None
    return [
        Field(
            Both("客户/客户订单号", "Customer / PO"),
            joined(complaint.customer.name, complaint.order.customer_po),
        ),
        Field(
            Both("投诉人/日期", "Said by / on"),
            joined(complaint.said_by, day(complaint.heard_on)),
        ),
        Field(
            Both("产品", "Product"),
            joined(card.product.code, card.product.name, by=" "),
        ),
        Field(Both("批号/数量", "Lot / quantity"), joined(complaint.lot.lot_no, units)),
        Field(Both("发货单号", "Shipment no."), complaint.shipment.ref),
        Field(
            Both("缺陷/分类", "Defect / class"),
            joined(
                joined(defect.code, defect.name, by=" "), term(DEFECT_CLASS, defect.defect_class)
            ),
        ),
    ]


def pictures(complaint: Complaint, document: Document) -> list[Field]:
    files = [each for each in Attachment.of([complaint]) if each.at <= document.ordered_at]
    names = joined(*(each.filename for each in files), by=", ") if files else None
    return [Field(Both("照片/附件", "Photographs / files"), names, wide=True)]


def found(complaint: Complaint) -> list[Field]:
    """What Quality found, and what came back or is made once more."""
    back = [each for each in complaint.shipment.returns if each.card_id == complaint.card_id]
    returned = joined(
        *(
            joined(each.ref, joined(number(each.quantity), UNITS, by=" "), each.lot.lot_no, by=" ")
            for each in back
        ),
        by="\n",
    )
    new = complaint.replacement
    return [
        Field(Both("原因", "Cause"), complaint.cause or None, wide=True),
        Field(Both("应急措施", "Containment"), complaint.containment or None, wide=True),
        Field(Both("处理措施", "What was done"), complaint.measures or None, wide=True),
        Field(Both("退回货物", "Came back"), returned if back else None),
        Field(
            Both("补货生产任务单", "Replacement card"),
            joined(new.ref, joined(number(new.quantity), UNITS, by=" ")) if new else None,
        ),
    ]
