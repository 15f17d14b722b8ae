"""Whom and what a mail is about: the customer behind its sender, and the order that it answers.
Both are claims: anybody can write any sender and any number.
"""

from __future__ import annotations

import re

from sqlalchemy import func, or_, select

from app.extensions import db
from app.mail.letters import Letter
from app.mail.proposing import Meant
from app.models.mail.received_mail import ReceivedMail
from app.models.master import Customer, CustomerAddress, product_called
from app.models.master.customer_finder import squeezed
from app.models.sales.order import Order

BY_ADDRESS, BY_DOMAIN = "email", "domain"
# Of these anybody may have an address: they tell nothing.
ANYBODYS = frozenset(
    """qq.com foxmail.com 163.com 126.com yeah.net 139.com 189.cn sina.com sina.cn sohu.com
    aliyun.com gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com
    icloud.com me.com proton.me gmx.com gmx.de web.de mail.com""".split()  # noqa: SIM905
)
TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/\-]{2,58}[A-Za-z0-9]")
PO = re.compile(
    r"(?:采购单号|采购订单|订单编号|订单号|单号|订单|purchase order|order|p\.?o\.?)"
    r"(?:\s*(?:no|number|nr)\b\.?)?[\s:：#]*([A-Za-z0-9][A-Za-z0-9._/\-]{2,58})",
    re.IGNORECASE,
)


def customer_of(address: str) -> tuple[Customer | None, str]:
    """The customer with a sender's address, or the only one of its domain; and which it was."""
    domain = address.rpartition("@")[2]
    if not domain:
        return None, ""
    email = func.lower(Customer.email)
    own = list(db.session.scalars(select(Customer).where(Customer.active, email == address)))
    if len(own) == 1:
        return own[0], BY_ADDRESS
    if own or domain in ANYBODYS:
        return None, ""
    same = email.endswith(f"@{domain}", autoescape=True)
    found = list(db.session.scalars(select(Customer).where(Customer.active, same).limit(2)))
    return (found[0], BY_DOMAIN) if len(found) == 1 else (None, "")


def place_of(customer: Customer, letter: Letter) -> CustomerAddress | None:
    """The address that a mail names, else the customer's first."""
    said = squeezed(letter.text)
    named = (
        place
        for place in customer.addresses
        if any(
            len(words) > 5 and words in said
            for words in map(squeezed, (place.address_local, place.address_en))
        )
    )
    return next(named, next(iter(customer.addresses), None))


def po_of(letter: Letter) -> str:
    """The customer's own number of the order: in the subject, else in the text; "" for none."""
    for words in (letter.subject, letter.own_text):
        for found in PO.finditer(words):
            number = found[1].strip("._/-")
            if any(sign.isdigit() for sign in number):
                return number[:60]
    return ""


def order_of(letter: Letter, customer: Customer | None) -> Order | None:
    """The order that a mail answers, or whose number its subject or its own number names."""
    if order := ReceivedMail.answered(letter.answers):
        return order
    tokens = {token for token in TOKEN.findall(letter.subject) if re.search(r"\d", token)}
    tokens |= {po} if (po := po_of(letter)) else set()
    if not tokens:
        return None
    ours = or_(Order.number.in_(tokens), Order.request_no.in_(tokens))
    theirs = Order.customer_po.in_(tokens)
    found = select(Order).where(or_(ours, theirs) if customer else ours)
    if customer:  # nobody's mail is put to another customer's order by a number alone
        found = found.where(or_(Order.customer_id == customer.id, Order.customer_id.is_(None)))
    return db.session.scalar(found.order_by(Order.id.desc()).limit(1))


def meant_by(words: str) -> Meant | None:
    """The product that words name: as a whole, or by a code among them."""
    product = product_called(re.sub(r"[()（）]", " ", words[:120]))
    for token in () if product else TOKEN.findall(words):
        product = product or (product_called(token) if re.search(r"\d", token) else None)
    return Meant(product.code, product.units_per_case) if product else None
