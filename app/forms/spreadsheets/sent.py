"""A spreadsheet to look at, and how it is to be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from werkzeug.datastructures import FileStorage
from wtforms import FileField, HiddenField, SelectField
from wtforms.validators import ValidationError

from app.content import clean
from app.content.tables.encodings import ENCODINGS
from app.flow.texts.lazy_text import _l
from app.forms.records.action import offered
from app.forms.records.form import Form, needed
from app.plant import reading

DECIMALS = (
    ("", _l("As it is written")),
    ("point", _l("Point: 1,250.5")),
    ("comma", _l("Comma: 1.250,5")),
)
SEPARATORS = (
    ("", _l("As it is written")),
    ("comma", _l("comma")),
    ("semicolon", _l("semicolon")),
    ("tab", _l("tab")),
    ("bar", _l("bar")),
)
LEFT_OUT = "-"
LONGEST = 200


class Spreadsheet(FileField):
    """A file that somebody brings; ``sent`` is its name and content, None where there is none."""

    sent: tuple[str, bytes] | None = None

    def pre_validate(self, form: Any) -> None:
        given = self.data if isinstance(self.data, FileStorage) and self.data.filename else None
        if given is None:
            return
        content = given.stream.read()
        if not content:
            raise ValidationError(str(_l("%(name)s is empty.", name=clean(given.filename or ""))))
        self.sent = clean(given.filename or ""), content


class BringForm(Form):
    """What it is a spreadsheet of, and the file."""

    kind = SelectField(_l("What is in it"), [needed()])
    file = Spreadsheet(_l("Spreadsheet"), render_kw={"accept": ".xlsx,.xls,.et,.csv,.txt"})
    lines = Spreadsheet(
        _l("A second file with the lines"),
        description=_l("Of orders or formulas, where they stand apart."),
        render_kw={"accept": ".xlsx,.xls,.et,.csv,.txt"},
    )
    mapping = SelectField(_l("Which column is what"), default="")
    decimal = SelectField(_l("Decimal sign"), choices=offered(DECIMALS), default="")
    key = HiddenField()

    def offer(self, kinds: Iterable[tuple[str, Any]], mappings: Iterable[tuple[str, str]]) -> None:
        self.file.flags.required = True
        self.kind.choices = offered([("", _l("Please choose")), *kinds])
        self.mapping.choices = offered([("", _l("By their names")), *mappings])

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        if self.file.sent is None:
            self.file.errors = [str(_l("Choose a file."))]
        return not self.file.errors


def columns_sent(sent: Mapping[str, str], name: str, heads: list[str]) -> dict[str, str]:
    """What each head of a file was said to be, empty for what is left out."""
    said = ((head, sent.get(f"{name}-{number}", "")) for number, head in enumerate(heads))
    return {head: "" if key == LEFT_OUT else key for head, key in said if key}


def settings_sent(
    sent: Mapping[str, str], heads: list[str], line_heads: list[str]
) -> dict[str, Any]:
    """How a file is to be read, from the fields of the page: what each of its heads is, and of a
    second one's, what stands in columns that it lacks, and how it is written.
    """
    constants = {
        name.removeprefix("constant-"): words
        for name, value in sent.items()
        if name.startswith("constant-") and (words := reading.line(value)[:LONGEST])
    }
    head = sent.get("head", "")
    wishes = {
        "encoding": sent.get("encoding", "") if sent.get("encoding") in ENCODINGS else "",
        "separator": sent.get("separator", ""),
        "sheet": sent.get("sheet", "")[:60],
        "head": int(head) if head.isascii() and head.isdecimal() and len(head) < 6 else None,
        "decimal": sent.get("decimal", ""),
    }
    fractions = [n.removeprefix("fraction-") for n in sent if n.startswith("fraction-")]
    return {
        "columns": columns_sent(sent, "column", heads),
        "line_columns": columns_sent(sent, "line", line_heads),
        "constants": constants,
        "wishes": wishes,
        "fractions": fractions,
    }
