"""What a customer is found by while somebody says it on the phone: any part of code, name, phone
number or pinyin.

The words are made when a row is saved and kept beside it: so two thousand customers are searched in
one statement.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import and_, case, event, func, or_, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models.master.customers import Customer, CustomerAddress
from app.models.master.products import Product
from app.models.records.column_types import normal
from app.plant import reading

CHINESE = re.compile(r"[\u3400-\u9fff]")
PHONE = re.compile(r"[+(]?[\d][\d ()./-]{3,}")
LETTERS_NUMBER = re.compile(r"([a-z]+)(\d+)", re.ASCII)
MOST_WORDS = 8


def found_by(texts: Iterable[str], phones: Iterable[str] = ()) -> str:
    """The texts as they are searched, each begun by a blank: themselves, Chinese ones in full
    pinyin and by its initials, telephone numbers by their digits.
    """
    words = []
    for text in filter(None, texts):
        words.append(normal(text))
        if CHINESE.search(text):
            syllables = pinyin(text)
            words += [
                "".join(syllables),
                "".join(each if each.isdigit() else each[:1] for each in syllables),
            ]
    for phone in filter(None, phones):
        words += [normal(phone), digits(phone)]
    return "".join(f" {word}" for word in words if word)


def pinyin(text: str) -> list[str]:
    """Each Chinese sign's reading without tones; what is not Chinese as it is, without its
    blanks.
    """
    # Its tables are large: only whoever saves a customer loads them.
    from pypinyin import lazy_pinyin  # noqa: PLC0415

    return [each for part in lazy_pinyin(text) if (each := re.sub(r"\W", "", normal(part)))]


def digits(phone: str) -> str:
    return re.sub(r"\D", "", phone)


def asked(words: str) -> list[str]:
    """What somebody typed as words to look for; a telephone number is one, however it is
    divided, letters with a number behind them are two: ``cq12``.
    """
    typed = normal(words).strip()
    if PHONE.fullmatch(typed):
        return [digits(typed)]
    return [part for word in typed.split() for part in divided(word)][:MOST_WORDS]


def divided(word: str) -> tuple[str, ...]:
    match = LETTERS_NUMBER.fullmatch(word)
    return match.groups() if match else (word,)


def addresses_of(words: str, most: int) -> list[CustomerAddress]:
    """The addresses in use whose own words or whose customer's hold each word: those first whose
    customer has a word that begins so, then by code."""
    looked_for = asked(words)
    if not looked_for:
        return []
    begins = and_(*(Customer.finder.contains(f" {word}", autoescape=True) for word in looked_for))
    conditions = (
        or_(
            Customer.finder.contains(word, autoescape=True),
            CustomerAddress.finder.contains(word, autoescape=True),
        )
        for word in looked_for
    )
    exact = func.lower(Customer.code) == normal(words).strip()
    return list(
        db.session.scalars(
            select(CustomerAddress)
            .join(Customer)
            .where(Customer.active, CustomerAddress.active, *conditions)
            .options(joinedload(CustomerAddress.customer))
            .order_by(case((exact, 0), (begins, 1), else_=2), Customer.code, CustomerAddress.code)
            .limit(most)
        )
    )


def namesakes(name: str) -> list[Customer]:
    """The customers in use that are called so, in whatever width, case and spacing it is
    written.
    """
    squeezed_name = squeezed(name)
    columns = (Customer.id, Customer.name_local, Customer.name_en, Customer.former_names)
    ids = [
        row.id
        for row in db.session.execute(select(*columns).where(Customer.active))
        if squeezed_name
        and squeezed_name in map(squeezed, (*row[1:3], *row.former_names.splitlines()))
    ]
    return list(
        db.session.scalars(select(Customer).where(Customer.id.in_(ids)).order_by(Customer.code))
    )


def squeezed(name: str) -> str:
    return re.sub(r"\W", "", normal(name))


def product_called(text: str) -> Product | None:
    """The product of a code, or the only one in use whose code or name holds what was typed."""
    typed = reading.code(text)
    if (product := Product.by_code(typed)) or len(squeezed(typed)) < 2:
        return product
    called = {
        row.id: row
        for row in db.session.execute(
            select(Product.id, Product.code, Product.name_zh, Product.name_en).where(Product.active)
        )
    }
    whole = [key for key, row in called.items() if squeezed(row.code) == squeezed(typed)]
    part = [
        key
        for key, row in called.items()
        if all(
            any(squeezed(word) in squeezed(each) for each in (row.code, row.name_zh, row.name_en))
            for word in asked(typed)
            if squeezed(word)
        )
    ]
    only = whole or part
    return db.session.get(Product, only[0]) if len(only) == 1 else None


def note(_mapper: Any, _connection: Any, row: Customer | CustomerAddress) -> None:
    """Write down what a row is found by, before it is sent."""
    if isinstance(row, Customer):
        former = (row.former_names or "").splitlines()
        texts = (row.code, row.name_local, row.name_en, row.contact, *former)
        row.finder = found_by(texts, (row.phone,))
    else:
        row.finder = found_by(
            (row.code, row.address_local, row.address_en, row.receiver), (row.phone,)
        )


for model in (Customer, CustomerAddress):
    for moment in ("before_insert", "before_update"):
        event.listen(model, moment, note)
