"""The plant's logo: a small picture that papers can print."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import FileStorage
from wtforms import FileField, HiddenField
from wtforms.validators import ValidationError

from app.content import NotTaken, Upload, pictures, recognise
from app.flow.texts.lazy_text import _l
from app.forms.records.form import NEEDED, Form

LARGEST = 200_000  # bytes: each paper carries it
MOST_PIXELS = 2_000
KINDS = ("image/png", "image/jpeg")
WRONG_KIND = _l("A logo is a PNG or a JPEG.")
TOO_LARGE = _l("A logo has 200 kB and 2,000 × 2,000 pixels at most.")
FOR_PRINTERS = _l("This JPEG is in colours for printers (CMYK): save it as RGB.")


class Picture(FileField):
    """A PNG or JPEG, told by its content; ``upload`` is what is accepted."""

    upload: Upload | None = None

    def pre_validate(self, form: Any) -> None:
        if not isinstance(self.data, FileStorage) or not self.data.filename:
            raise ValidationError(str(NEEDED))
        try:
            upload = recognise(self.data.filename, self.data.stream.read())
        except NotTaken as reason:
            raise ValidationError(str(reason.sentence)) from None
        if upload.content_type not in KINDS:
            raise ValidationError(str(WRONG_KIND))
        if len(upload.content) > LARGEST or max(pictures.size(upload.content)) > MOST_PIXELS:
            raise ValidationError(str(TOO_LARGE))
        if pictures.is_cmyk(upload.content):
            raise ValidationError(str(FOR_PRINTERS))
        self.upload = upload


class LogoForm(Form):
    """A logo, to be used from now on."""

    logo = Picture(
        _l("Logo"), description=_l("PNG or JPEG, 200 kB at most; papers print it 9 mm high.")
    )
    key = HiddenField()
