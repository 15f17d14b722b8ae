"""The bookkeeping's list of stock."""

from __future__ import annotations

from wtforms import HiddenField

from app.flow.texts.lazy_text import _l
from app.forms.records.form import Form
from app.forms.spreadsheets.sent import Spreadsheet


class StockListingForm(Form):
    """A file with their items, lots and quantities."""

    file = Spreadsheet(
        _l("Stock list of the bookkeeping"),
        description=_l("XLSX, XLS or CSV with item code, quantity, and lot and warehouse if any."),
        render_kw={"accept": ".xlsx,.xls,.et,.csv,.txt"},
    )
    key = HiddenField()

    def validate(self, extra_validators: object = None) -> bool:
        if not super().validate(extra_validators):
            return False
        if self.file.sent is None:
            self.file.errors = [str(_l("Choose a file."))]
        return not self.file.errors
