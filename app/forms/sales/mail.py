"""What Sales says of a mail, and mails brought as files."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import FileStorage
from wtforms import HiddenField, MultipleFileField
from wtforms.validators import ValidationError

from app.flow.texts.lazy_text import _l
from app.forms.records.action import Code
from app.forms.records.form import NEEDED, Form, needed

MOST = 20


class Mails(MultipleFileField):
    """Mails as files; ``contents`` are their bytes, whatever they are: what is no mail is kept and
    said to be damaged.
    """

    contents: list[bytes]

    def pre_validate(self, form: Any) -> None:
        given = [each for each in self.data or () if isinstance(each, FileStorage)]
        self.contents = [content for each in given[:MOST] if (content := each.stream.read())]
        if not self.contents:
            raise ValidationError(str(NEEDED))
        if len(given) > MOST:
            raise ValidationError(str(_l("Bring %(most)s files at once at most.", most=MOST)))


class BringMailForm(Form):
    """Mails that did not come by the mailbox."""

    files = Mails(
        _l("E-mails (.eml)"),
        description=_l("Saved from a mail program; several at once."),
        render_kw={"accept": ".eml,message/rfc822", "wide": True},
    )
    key = HiddenField()


class PutToOrderForm(Form):
    """The order that a mail belongs to."""

    number = Code(_l("Number of the order"), [needed()], length=30)
    key = HiddenField()
