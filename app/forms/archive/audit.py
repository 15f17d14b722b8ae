"""An auditor's list: numbers pasted or in a file, or a span of days, a customer, a product."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from werkzeug.datastructures import FileStorage
from wtforms import FileField, HiddenField
from wtforms.validators import Optional, ValidationError

from app.content import NotTaken, recognise
from app.content.columns import SHEETS, first_column
from app.flow.texts.lazy_text import _l
from app.forms.records.action import Chosen, Day, Prose, offered
from app.forms.records.form import Form

MOST = 2000
APART = re.compile(r"[\s,;，；、|]+")
TOO_MANY = _l("At most %(most)s numbers in one list; divide it.", most=MOST)


def numbers_in(text: str) -> tuple[str, ...]:
    """The numbers in what somebody pasted, each once, in their order."""
    return tuple(dict.fromkeys(word[:60] for word in APART.split(text) if word))


class Column(FileField):
    """A file with a number a line, or in the first column; ``numbers`` are those in it."""

    numbers: tuple[str, ...] = ()

    def pre_validate(self, form: Any) -> None:
        file_sent = self.data if isinstance(self.data, FileStorage) and self.data.filename else None
        try:
            upload = (
                recognise(file_sent.filename or "", file_sent.stream.read()) if file_sent else None
            )
        except NotTaken as reason:
            raise ValidationError(str(reason.sentence)) from None
        if upload and upload.content_type not in SHEETS:
            raise ValidationError(
                str(_l("Choose a text, a CSV or an XLSX file with a number in each line."))
            )
        self.numbers = numbers_in("\n".join(first_column(upload))) if upload else ()


class AuditForm(Form):
    """Numbers, or what narrows the orders."""

    numbers = Prose(
        _l("Numbers of orders, cards or lots"),
        length=100_000,
        render_kw={"rows": 6, "wide": True, "spellcheck": "false", "autocomplete": "off"},
    )
    file = Column(
        _l("Or a file with a number in each line"), render_kw={"accept": ".txt,.csv,.xlsx"}
    )
    first = Day(_l("Received from"), validators=[Optional()])
    last = Day(_l("Received until"), validators=[Optional()])
    customer_id = Chosen(_l("Customer"), validators=[Optional()])
    product_id = Chosen(_l("Product"), validators=[Optional()])
    key = HiddenField()

    def offer(
        self, customers: Iterable[tuple[int, Any]], products: Iterable[tuple[int, Any]]
    ) -> None:
        """Take these pairs of id and label as what may be chosen."""
        self.customer_id.choices = offered([("", _l("Any customer")), *customers])
        self.product_id.choices = offered([("", _l("Any product")), *products])

    @property
    def asked(self) -> dict[str, Any]:
        """What is asked for: the numbers, or where there are none what narrows the orders."""
        numbers = tuple(dict.fromkeys((*numbers_in(self.numbers.data or ""), *self.file.numbers)))
        if numbers:
            return {"numbers": numbers}
        return {name: self[name].data for name in ("first", "last", "customer_id", "product_id")}

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        if not any(self.asked.values()):
            self.numbers.errors = [
                str(_l("Give numbers, or choose days, a customer or a product."))
            ]
        elif len(self.asked.get("numbers", ())) > MOST:
            self.numbers.errors = [str(TOO_MANY)]
        elif self.first.data and self.last.data and self.first.data > self.last.data:
            self.last.errors = [str(_l("The last day lies before the first."))]
        return not self.errors
